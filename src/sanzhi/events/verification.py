"""Verifying a log: find every changed, removed, inserted or reordered event and name it."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sanzhi.core.findings import Finding, Text
from sanzhi.events.checkpoints import Checkpoint
from sanzhi.events.event import Event
from sanzhi.events.merkle import TILE_WIDTH, TileLost, Tiles, full_subtree, root


@dataclass(frozen=True, slots=True)
class Logged:
    """An event as stored, with its place in the log (None: not sequenced yet)."""

    index: int | None
    event: Event


def verify(
    events: Iterable[Logged],
    tiles: Tiles,
    size: int,
    checkpoints: Iterable[Checkpoint],
    key: Ed25519PublicKey,
    *,
    cases: Iterable[tuple[str, int]] = (),
    kept: Iterable[Checkpoint] = (),
) -> Iterator[Finding]:
    """Check sequenced events against the tree, the tree against its signed checkpoints, and the
    numbering of every case. `events` come ordered by index, those without one last.

    `cases` are the cases that stand, each with the number of its last event: what was cut off
    the end of the log is missing there. `kept` are checkpoints kept elsewhere, which whoever can
    write to the whole store could not change.
    """
    yield from _verify_checkpoints(kept, tiles, size, key)
    last: dict[str, int] = {}
    try:
        yield from _verify_leaves(events, tiles, size, last)
        yield from _verify_cases(cases, last)
        yield from _verify_tree(tiles, size)
        yield from _verify_end(tiles, size)
        yield from _verify_checkpoints(checkpoints, tiles, size, key)
    except TileLost as lost:
        yield _lost(lost)


def _verify_leaves(
    events: Iterable[Logged], tiles: Tiles, size: int, last: dict[str, int]
) -> Iterator[Finding]:
    """Compare every event with its hash; `last` is given the last number seen of each case."""
    expected = 0
    seen: dict[str, set[int]] = {}
    places: dict[bytes, int] | None = None
    for logged in events:
        event = logged.event
        seen.setdefault(event.case, set()).add(event.sequence)
        last[event.case] = max(event.sequence, last.get(event.case, 0))
        if logged.index is None:
            continue
        while expected < min(logged.index, size):
            yield _removed(expected)
            expected += 1
        expected = logged.index + 1
        if logged.index >= size:
            yield _found(
                "events.unsequenced_index",
                f"log[{logged.index}]",
                f"Event {event.case}/{event.sequence} claims place {logged.index}, "
                f"beyond the log's {size} entries.",
                f"事件 {event.case}/{event.sequence} 声称位于第 {logged.index} 位，"
                f"超出日志长度 {size}。",
            )
            continue
        leaf = b""
        with suppress(ValueError, RecursionError):
            leaf = event.leaf()
        if leaf != tiles.subtree(0, logged.index):
            if places is None:
                places = {tiles.subtree(0, i): i for i in range(size)}
            yield _changed(event, logged.index, places.get(leaf))
    while expected < size:
        yield _removed(expected)
        expected += 1
    yield from _verify_numbering(seen)


def _verify_numbering(seen: dict[str, set[int]]) -> Iterator[Finding]:
    for case, numbers in seen.items():
        before = 0
        for number in sorted(numbers):
            if number > before + 1:
                yield _gap(case, before + 1, number - 1)
            before = number


def _verify_tree(tiles: Tiles, size: int) -> Iterator[Finding]:
    """Every stored upper hash must be the root of the tile below it."""
    level, count = 1, size >> 8
    while count:
        for index in range(count):
            below = [tiles.subtree(8 * (level - 1), index * 256 + i) for i in range(256)]
            if full_subtree(below) != tiles.subtree(8 * level, index):
                yield _found(
                    "events.tree",
                    f"tree[{level}][{index}]",
                    f"Level {level} of the tree does not match the hashes below entry {index}.",
                    f"哈希树第 {level} 层第 {index} 项与下层不符。",
                )
        level, count = level + 1, count >> 8


def _verify_end(tiles: Tiles, size: int) -> Iterator[Finding]:
    """The tree must end where its newest checkpoint says: hashes beyond it outlived their
    entries and checkpoints."""
    tile, within = divmod(size, TILE_WIDTH)
    surplus = tiles.held(0, tile) - within
    while held := tiles.held(0, tile := tile + 1):
        surplus += held
    if surplus > 0:
        yield _found(
            "events.surplus",
            f"log[{size}]",
            f"The tree holds {surplus} hashes beyond the newest checkpoint's {size} "
            f"entries: the end of the log was removed together with its checkpoints.",
            f"哈希树在最新检查点的 {size} 条之外尚有 {surplus} 个哈希："
            f"日志末尾的条目连同检查点被删除。",
        )


def _verify_cases(cases: Iterable[tuple[str, int]], last: dict[str, int]) -> Iterator[Finding]:
    """Every case that stands must have its events up to its last."""
    short = [
        (case, last.get(case, 0), number) for case, number in cases if last.get(case, 0) < number
    ]
    if short and not last:
        yield _found(
            "events.emptied",
            "log",
            f"The log holds no event at all, while {len(short)} cases stand.",
            f"日志中没有任何事件，而系统中现有 {len(short)} 票单证。",
        )
        return
    for case, found, number in short:
        if found:
            en = f"Case {case} has {number} events; the log ends at its event {found}."
            zh = f"单证 {case} 应有 {number} 条事件，日志仅至第 {found} 号。"
        else:
            en = f"Case {case} has {number} events; the log holds none of them."
            zh = f"单证 {case} 应有 {number} 条事件，日志中一条也没有。"
        yield _found("events.missing", f"{case}/{found + 1}", en, zh)


def _verify_checkpoints(
    checkpoints: Iterable[Checkpoint], tiles: Tiles, size: int, key: Ed25519PublicKey
) -> Iterator[Finding]:
    last_good = 0
    for checkpoint in checkpoints:
        place = f"checkpoint {checkpoint.size}"
        if not checkpoint.is_signed_by(key):
            yield _found(
                "events.signature",
                place,
                f"The checkpoint of {checkpoint.size} entries is not signed by this log's key.",
                f"第 {checkpoint.size} 条处的检查点签名无效。",
            )
        elif checkpoint.size > size:
            yield _found(
                "events.truncated",
                place,
                f"A checkpoint was signed over {checkpoint.size} entries; the log now has {size}.",
                f"检查点覆盖 {checkpoint.size} 条，日志现仅有 {size} 条。",
            )
        elif _root(checkpoint.size, tiles) != checkpoint.root:
            yield _found(
                "events.root",
                place,
                f"The log's first {checkpoint.size} entries do not give the signed root: "
                f"an entry between {last_good} and {checkpoint.size - 1} was changed "
                f"together with its hash.",
                f"前 {checkpoint.size} 条与签名根不符：第 {last_good} 至"
                f" {checkpoint.size - 1} 条之间有条目连同哈希被改动。",
            )
        else:
            last_good = checkpoint.size


def _root(size: int, tiles: Tiles) -> bytes:
    """The root of the first `size` entries; empty where their tiles are lost."""
    try:
        return root(size, tiles.subtree)
    except TileLost:
        return b""


def _lost(tile: TileLost) -> Finding:
    return _found(
        "events.tile_lost",
        f"tree[{tile.level}][{tile.index}]",
        f"Tile {tile.index} of level {tile.level} of the tree is lost or cut short; "
        f"what rests on it cannot be verified.",
        f"哈希树第 {tile.level} 层第 {tile.index} 块缺失或不完整，无法核验其余内容。",
    )


def _changed(event: Event, index: int, elsewhere: int | None) -> Finding:
    name = f"{event.case}/{event.sequence}"
    if elsewhere is not None:
        return _found(
            "events.reordered",
            f"log[{index}]",
            f"Event {name} stands at place {index}; it was logged at {elsewhere}.",
            f"事件 {name} 现位于第 {index} 位，原位于第 {elsewhere} 位。",
        )
    return _found(
        "events.changed",
        f"log[{index}]",
        f"Event {name} ({event.kind}) at place {index} was changed after it was logged.",
        f"第 {index} 位的事件 {name}（{event.kind}）在入库后被改动。",
    )


def _gap(case: str, first: int, last: int) -> Finding:
    if first == last:
        en, zh = f"Event {first} of case {case} is missing.", f"单证 {case} 缺少第 {first} 号事件。"
    else:
        en = f"Events {first} to {last} of case {case} are missing."
        zh = f"单证 {case} 缺少第 {first} 至 {last} 号事件。"
    return _found("events.gap", f"{case}/{first}", en, zh)


def _removed(index: int) -> Finding:
    return _found(
        "events.removed",
        f"log[{index}]",
        f"The event logged at place {index} was removed.",
        f"日志第 {index} 位的事件被删除。",
    )


def _found(code: str, path: str, en: str, zh: str) -> Finding:
    return Finding(code=code, path=path, text=Text(en, zh))
