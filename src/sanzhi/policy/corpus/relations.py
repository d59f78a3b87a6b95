"""What a document does to other acts: cites, amends or repeals them.

Read sentence by sentence. A whole act that is 废止, 失效 or no longer carried out (停止执行) is
repealed; a part of it (第三条, 附件) is an amendment. An act in brackets that tells the history of
another (根据…令第198号修改) is neither.
"""

import re
from dataclasses import dataclass
from typing import Final

from sanzhi.policy.corpus.references import Reference, canonical, references, title_key


@dataclass(frozen=True, slots=True)
class Relations:
    """References by what is done to them; an act stands in one list only."""

    cites: tuple[Reference, ...] = ()
    amends: tuple[Reference, ...] = ()
    repeals: tuple[Reference, ...] = ()


#: A sentence, no longer than any real list of acts: the work grows with its square.
_SENTENCE: Final = re.compile(r"[^。；;！\n]{1,5000}")
_REPEALED: Final = re.compile(
    r"(?<!不)(?:废止|停止执行|不再执行|停止施行)"
    r"|(?<![易有效])(?:自动|同时|已经|已|即行|自行|均)?失效"
)
_AMENDED: Final = re.compile(r"修改|修订|修正")
_AMENDED_TO: Final = re.compile(
    r"修改为|(?:如下|相应|予以|进行了?|作了?|作出|部分)的?(?:修改|修订|修正)"
)
_PART: Final = re.compile(
    r"第[一二三四五六七八九十百零〇\d]+[条款项]|附件|附表|条款|部分|有关内容|中的"
)
_BEGUN: Final = re.compile(r"(?:施行|实施|执行|生效|起)[，,]")
_BASIS: Final = re.compile(r"(?:根据|依据|按照|依照|为落实|为贯彻)[^，,；。]{0,12}$")
_HISTORY: Final = re.compile(r"^(?:（[^）]*)?(?:修改|修订|修正)")
#: Acts end so; certificates and contracts, which lapse too, do not.
_ACT: Final = re.compile(
    r"(?:法|条例|规定|办法|细则|规则|决定|通知|公告|通告|意见|方案|规范|标准|目录|规划|批复|函|解释|制度"
    r"|程序|说明|税则|措施|协议|安排|协定|通则|要求|清单|表|规程|通报)(?:[（(][^（()）]{0,20}[）)])?$"
)


def relations_in(
    text: str, title: str = "", number: str = "", issuers: tuple[str, ...] = ()
) -> Relations:
    """The relations a text states; `title` and `number` are its own, which it does not cite.

    A number without an issuer (2018年第39号公告) is of the one issuer of the text itself.
    """
    own_title, own_number = title_key(title), canonical(number, issuers)
    cites: dict[str, Reference] = {}
    amends: dict[str, Reference] = {}
    repeals: dict[str, Reference] = {}
    found = [
        one
        for one in _completed(references(text), issuers)
        if not own_number or one.number != own_number
    ]
    place = 0
    for sentence in _SENTENCE.finditer(text):
        inside = []
        while place < len(found) and found[place].start < sentence.end():
            inside.append(found[place])
            place += 1
        if not inside:
            continue
        repealed, changed = _done(sentence.group(), sentence.start(), inside)
        for one in inside:
            target = repeals if one in repealed else amends if one in changed else cites
            # its own title is itself, unless it repeals the version before it
            if target is repeals or one.number or title_key(one.title) != own_title:
                target.setdefault(one.key, one)
    for key in repeals:
        amends.pop(key, None)
    for key in (*repeals, *amends):
        cites.pop(key, None)
    return Relations(tuple(cites.values()), tuple(amends.values()), tuple(repeals.values()))


def _completed(found: list[Reference], issuers: tuple[str, ...]) -> list[Reference]:
    if len(issuers) != 1:
        return found
    return [
        one._replace(number=issuers[0] + one.number) if one.number.startswith("公告") else one
        for one in found
    ]


def _done(
    sentence: str, offset: int, inside: list[Reference]
) -> tuple[list[Reference], list[Reference]]:
    """The references of a sentence that it repeals, and those that it amends."""
    local = [one._replace(start=one.start - offset, end=one.end - offset) for one in inside]
    repealed: list[Reference] = []
    changed: list[Reference] = []
    begin = 0
    for verb in _REPEALED.finditer(_masked(sentence, local)):
        begun = [hit.end() for hit in _BEGUN.finditer(sentence, begin, verb.start())]
        start = begun[-1] if begun else begin
        objects = _objects(sentence, local, start, verb.start()) or [
            i for i, one in enumerate(local) if one.start == _after(sentence, verb.end())
        ]
        for i in objects:
            gap_end = local[i + 1].start if i + 1 < len(local) else verb.start()
            gap = sentence[local[i].end : min(gap_end, max(verb.start(), local[i].end))]
            (changed if _PART.search(gap) else repealed).append(inside[i])
        begin = verb.end()
    changed += [inside[i] for i in _amended(sentence, local) if inside[i] not in repealed]
    return repealed, changed


def _objects(sentence: str, local: list[Reference], start: int, end: int) -> list[int]:
    """References in a stretch that the verb after it acts on."""
    return [
        i
        for i, one in enumerate(local)
        if start <= one.start
        and one.end <= end
        and not _BASIS.search(sentence[start : one.start])
        and not _HISTORY.match(sentence[one.end :])
        and not _in_brackets(sentence[: one.start])
        and (not one.title or _ACT.search(one.title))
    ]


def _amended(sentence: str, local: list[Reference]) -> list[int]:
    found: list[int] = []
    masked = _masked(sentence, local)
    for verb in _AMENDED.finditer(masked):
        after = _after(sentence, verb.end())
        found += [i for i, one in enumerate(local) if one.start == after]
        before = masked[: verb.start()]
        opener = max(before.rfind("对"), before.rfind("将"))
        if opener >= 0:
            found += (
                []
                if _in_brackets(before[opener:])
                else _objects(sentence, local, opener, verb.start())
            )
        elif _AMENDED_TO.search(masked, max(0, verb.start() - 4), verb.end() + 1):
            found += _objects(sentence, local, 0, verb.start())
    return found


def _masked(sentence: str, local: list[Reference]) -> str:
    """The sentence with its references blanked: a verb inside a title does nothing."""
    signs = list(sentence)
    for one in local:
        for at in range(max(0, one.start), min(len(signs), one.end)):
            signs[at] = "▢"
    return "".join(signs)


def _after(sentence: str, at: int) -> int:
    """Where an object directly after a verb begins: 修改了《…》, 废止《…》."""
    while at < len(sentence) and sentence[at] in "了原以下列 ：:":
        at += 1
    return at


def _in_brackets(text: str) -> bool:
    return text.count("（") > text.count("）")
