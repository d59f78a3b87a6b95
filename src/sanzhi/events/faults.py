"""What can be wrong with a log: a finding for each, with what to do about it."""

from sanzhi.core.findings import Finding, Text
from sanzhi.events.checkpoints import Checkpoint
from sanzhi.events.entry import Entry

_RESTORE = Text(
    "Keep the database as it is for whoever investigates, and restore from a copy made before; "
    "compare the checkpoints kept elsewhere.",
    "请保留数据库现状以备调查，并从此前的备份恢复；同时核对另行保存的检查点。",
)
_SEQUENCE = Text(
    "See that the sequencer runs: `sanzhi serve` starts it, `sanzhi events sequence` takes what "
    "waits.",
    "请确认定序程序在运行：`sanzhi serve` 会启动它，`sanzhi events sequence` 可处理等待的事件。",
)
_BY_HAND = Text(
    "Find out who writes to the database besides the site. Where the site's secret was changed, "
    "give the one before in SANZHI_SECRET_KEY_FALLBACKS and run `sanzhi events sequence`.",
    "请查明除本系统外何人写入数据库。如更换过系统密钥，请在 SANZHI_SECRET_KEY_FALLBACKS 中"
    "提供原密钥，并运行 `sanzhi events sequence`。",
)


def name_of(entry: Entry) -> str:
    """Case and number, of whatever stands in the store: one short line."""
    return f"{_short(entry.case)}/{entry.sequence}"


def changed(entry: Entry, index: int) -> Finding:
    name, kind = name_of(entry), _short(entry.kind)
    return _found(
        "events.changed",
        f"log[{index}]",
        f"Event {name} ({kind}) at place {index} was changed after it was logged.",
        f"第 {index} 位的事件 {name}（{kind}）在入库后被改动。",
    )


def rewritten(entry: Entry, index: int) -> Finding:
    name = name_of(entry)
    return _found(
        "events.bytes",
        f"log[{index}]",
        f"Event {name} at place {index} says what was logged, in other bytes than "
        f"those that were logged.",
        f"第 {index} 位的事件 {name} 内容与入库时相同，但存储的字节已被改写。",
    )


def reordered(entry: Entry, index: int, elsewhere: int) -> Finding:
    name = name_of(entry)
    return _found(
        "events.reordered",
        f"log[{index}]",
        f"Event {name} stands at place {index}; it was logged at {elsewhere}.",
        f"事件 {name} 现位于第 {index} 位，原位于第 {elsewhere} 位。",
    )


def other_hash(entry: Entry, index: int) -> Finding:
    name = name_of(entry)
    return _found(
        "events.hash",
        f"log[{index}]",
        f"Event {name} at place {index} bears its seal, but the tree holds another hash there.",
        f"第 {index} 位的事件 {name} 封印无误，但哈希树中该位的哈希不符。",
    )


def removed(index: int) -> Finding:
    return _found(
        "events.removed",
        f"log[{index}]",
        f"The event logged at place {index} was removed.",
        f"日志第 {index} 位的事件被删除。",
    )


def beyond(entry: Entry, index: int, size: int) -> Finding:
    name = name_of(entry)
    return _found(
        "events.unsequenced_index",
        f"log[{index}]",
        f"Event {name} claims place {index}, outside the log's {size} entries.",
        f"事件 {name} 声称位于第 {index} 位，超出日志长度 {size}。",
    )


def unsealed(entry: Entry, path: str) -> Finding:
    name, kind = name_of(entry), _short(entry.kind)
    return _found(
        "events.unsealed",
        path,
        f"Event {name} ({kind}) does not bear the site's seal: it was not written by the site.",
        f"事件 {name}（{kind}）没有本系统的封印：并非由本系统写入。",
        _BY_HAND,
    )


def unreadable(entry: Entry) -> Finding:
    name = name_of(entry)
    return _found(
        "events.unreadable",
        name,
        f"Event {name} holds values that the site never writes; it is not in the tree.",
        f"事件 {name} 含有本系统不会写入的值，未入树。",
        _BY_HAND,
    )


def set_aside(entry: Entry) -> Finding:
    name = name_of(entry)
    return _found(
        "events.set_aside",
        name,
        f"Event {name} bears the site's seal, but is kept out of the tree.",
        f"事件 {name} 封印无误，但被搁置，未入树。",
        Text(
            "Run `sanzhi events sequence`, which looks again at what was set aside.",
            "请运行 `sanzhi events sequence`，重新处理被搁置的事件。",
        ),
    )


def marked(entry: Entry, index: int) -> Finding:
    name = name_of(entry)
    return _found(
        "events.marked",
        f"log[{index}]",
        f"Event {name} stands in the tree and is marked as if it had been kept out of it.",
        f"事件 {name} 已在树中，却被标为搁置。",
    )


def waiting_long(entry: Entry, hours: int) -> Finding:
    name = name_of(entry)
    return _found(
        "events.waiting_long",
        name,
        f"Event {name} has waited for {hours} hours to be taken into the tree.",
        f"事件 {name} 等待入树已超过 {hours} 小时。",
        _SEQUENCE,
    )


def gap(case: str, first: int, last: int) -> Finding:
    case = _short(case)
    if first == last:
        en, zh = f"Event {first} of case {case} is missing.", f"单证 {case} 缺少第 {first} 号事件。"
    else:
        en = f"Events {first} to {last} of case {case} are missing."
        zh = f"单证 {case} 缺少第 {first} 至 {last} 号事件。"
    return _found("events.gap", f"{case}/{first}", en, zh)


def missing(case: str, held: int, number: int) -> Finding:
    case = _short(case)
    if held:
        en = f"Case {case} has {number} events; the log ends at its event {held}."
        zh = f"单证 {case} 应有 {number} 条事件，日志仅至第 {held} 号。"
    else:
        en = f"Case {case} has {number} events; the log holds none of them."
        zh = f"单证 {case} 应有 {number} 条事件，日志中一条也没有。"
    return _found("events.missing", f"{case}/{held + 1}", en, zh)


def emptied(cases: int) -> Finding:
    return _found(
        "events.emptied",
        "log",
        f"The log holds no event at all, while {cases} cases stand.",
        f"日志中没有任何事件，而系统中现有 {cases} 票单证。",
    )


def tile_lost(level: int, index: int) -> Finding:
    return _found(
        "events.tile_lost",
        f"tree[{level}][{index}]",
        f"Tile {index} of level {level} of the tree is lost or cut short; what rests on it "
        f"cannot be verified.",
        f"哈希树第 {level} 层第 {index} 块缺失或不完整，依赖它的内容无法核验。",
    )


def tree(level: int, index: int) -> Finding:
    return _found(
        "events.tree",
        f"tree[{level}][{index}]",
        f"Level {level} of the tree does not match the hashes below entry {index}.",
        f"哈希树第 {level} 层第 {index} 项与下层不符。",
    )


def surplus(size: int, hashes: int) -> Finding:
    return _found(
        "events.surplus",
        f"log[{size}]",
        f"The tree holds {hashes} hashes beyond the newest checkpoint's {size} entries: the end "
        f"of the log was removed together with its checkpoints, or hashes were added.",
        f"哈希树在最新检查点的 {size} 条之外尚有 {hashes} 个哈希："
        f"日志末尾的条目连同检查点被删除，或被添加了哈希。",
    )


def stray(level: int, index: int) -> Finding:
    return _found(
        "events.surplus",
        f"tree[{level}][{index}]",
        f"Tile {index} of level {level} holds more than the tree has there.",
        f"哈希树第 {level} 层第 {index} 块超出本日志应有的内容。",
    )


def not_signed(checkpoint: Checkpoint) -> Finding:
    return _found(
        "events.signature",
        f"checkpoint {checkpoint.size}",
        f"The checkpoint of {checkpoint.size} entries is not signed by this log's key.",
        f"第 {checkpoint.size} 条处的检查点签名无效。",
    )


def truncated(checkpoint: Checkpoint, size: int) -> Finding:
    return _found(
        "events.truncated",
        f"checkpoint {checkpoint.size}",
        f"A checkpoint was signed over {checkpoint.size} entries; the log now has {size}.",
        f"检查点覆盖 {checkpoint.size} 条，日志现仅有 {size} 条。",
    )


def other_root(checkpoint: Checkpoint, last_good: int) -> Finding:
    size = checkpoint.size
    return _found(
        "events.root",
        f"checkpoint {size}",
        f"The log's first {size} entries do not give the signed root: an entry between "
        f"{last_good} and {size - 1} was changed together with its hash.",
        f"前 {size} 条与签名根不符：第 {last_good} 至 {size - 1} 条之间有条目连同哈希被改动。",
    )


def _short(text: str) -> str:
    """What stands in a column that somebody else may have written: one line, not a long one."""
    return "".join(sign for sign in text if sign.isprintable())[:64]


def _found(code: str, path: str, en: str, zh: str, mend: Text = _RESTORE) -> Finding:
    return Finding(code=code, path=path, text=Text(en, zh), mend=mend)
