"""What an official document says of itself: kind, number, issuers, dates, and the acts it cites,
amends and repeals.

Rules over the tables of `vocabulary`, for Chinese documents in either script and, by fewer rules,
for English ones. A rule that does not apply leaves the fact empty: nothing is guessed.
"""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sanzhi.policy.corpus.dates import effective_on, ends_on, english_day, issued_on
from sanzhi.policy.corpus.references import (
    canonical,
    issuer_run,
    issuers_in,
    plain_digits,
    references,
    title_key,
)
from sanzhi.policy.corpus.relations import Relations, relations_in
from sanzhi.policy.corpus.script import script_of, simplified
from sanzhi.policy.corpus.vocabulary import (
    CONGRESS,
    ENGLISH_ISSUERS,
    ENGLISH_KINDS,
    KINDS,
    LETTERS,
    STATE_COUNCIL,
)


@dataclass(frozen=True, slots=True)
class Recognised:
    """The facts that rules found; empty or None where the text does not say."""

    title: str = ""
    number: str = ""
    doc_type: str | None = None
    issuers: tuple[str, ...] = ()
    issued: date | None = None
    effective: date | None = None
    repealed: date | None = None
    relations: Relations = field(default_factory=Relations)
    language: str = "zh"


_TITLE_LINK: Final = re.compile(r"下载链接[:：]\s*([^。\n]{4,150}?)\.(?:docx?|pdf|wps|ofd)")
_TITLE_LINE: Final = re.compile(
    r"^[^。！？\n]{0,60}关于[^。！？\n]{2,120}?的?(?:公告|通知|意见|决定|批复|复函|通告|方案|办法)"
    r"(?=[\s（(]|$)",
    re.MULTILINE,
)
_ORDER_TITLE: Final = re.compile(
    r"^(?:中华人民共和国)?[^。！？\n，：]{2,60}(?:法|条例|规定|办法|细则|规则)(?:（[^）]{1,12}）)?$"
)
_WITHIN: Final = re.compile(
    r"(?:印发|公布|发布|转发|批转|转批)(?:.{0,24}?)[《〈]?([^《》]{2,80}?(?:方案|意见|规划|计划|纲要|规定|办法|措施))"
    r"[》〉]?(?:（[^）]*）|\([^)]*\))?的(?:通知|公告)$"
)
#: What the closing words of a document without a title make of it.
_CLOSING: Final = (
    ("特此公告", "announcement"),
    ("特此通告", "announcement"),
    ("特此通知", "notice"),
    ("特此批复", "reply"),
    ("特此函复", "reply"),
)
_LAW_ITSELF: Final = re.compile(r"制定本法。|本法自[^。]{2,30}起施行")
_RULE_ITSELF: Final = re.compile(r"制定本(条例|规定|办法|细则|规则)")


def recognise(
    text: str, title: str = "", number: str = "", issuers: tuple[str, ...] = ()
) -> Recognised:
    """The facts of one document; what is given is kept and helps to find the rest."""
    if text or title:
        if script_of(title + text) == "none":
            return _english(text, title, number, issuers)
        text, title = simplified(text), simplified(title)
    text = plain_digits(text)
    title = title or _title(text)
    number = canonical(number, issuers) or number or _own_number(text, title)
    issuers = issuers or _issuers(text, title, number)
    issued = issued_on(text)
    effective = effective_on(text, issued)
    ends = ends_on(text)
    start = effective or issued
    return Recognised(
        title=title,
        number=canonical(number, issuers) or number,
        doc_type=doc_type(title, number, issuers, text),
        issuers=issuers,
        issued=issued,
        effective=effective,
        repealed=ends if ends and start and ends >= start else None,
        relations=relations_in(f"{title}\n{text}", title, number, issuers),
    )


def doc_type(
    title: str, number: str = "", issuers: tuple[str, ...] = (), text: str = ""
) -> str | None:
    """The kind of document, a key of force scales.

    An order (令) is a regulation of the State Council or a ministry's rule whatever its title; a
    notice that issues a scheme or opinions is that scheme or those opinions (State Council), as
    force scales level the content.
    """
    bare = re.sub(r"[（(][^（()）]{0,30}[）)]$", "", title).rstrip("》>〉 ")
    council = bool(set(issuers) & set(STATE_COUNCIL))
    if "主席令" in number or _is_law(bare, issuers):
        return "law"
    if re.search(r"令(?:\d{4}年)?第", number):
        if not number.startswith("国务院"):
            return "ministry order"
        interim = "暂行" in bare
        return "interim administrative regulation" if interim else "administrative regulation"
    if "公告" in number and not council:
        return "announcement"
    council = council or number.startswith(("国发", "国办", "国函"))
    return _by_title(bare, council=council, congress=bool(set(issuers) & set(CONGRESS))) or (
        _by_text(text)
    )


def _is_law(title: str, issuers: tuple[str, ...]) -> bool:
    if set(issuers) & set(CONGRESS):
        return not title or title.endswith(("法", "条例", "决定"))
    return re.search(r"(?<![办方做])法$", title) is not None and "关于" not in title


def _by_title(title: str, *, council: bool, congress: bool) -> str | None:
    if council and (inner := _WITHIN.search(title)):
        title = inner[1]
    for kind in KINDS:
        if title.endswith(kind.ending):
            if kind.ending.endswith("条例") and not council:
                # only the State Council may issue 条例 (Rules on making administrative regulations)
                return KINDS[0].state_council if "暂行" in title else "administrative regulation"
            found = kind.state_council if council or congress else kind.ministry
            if found == "administrative regulation" and "暂行" in title:
                return "interim administrative regulation"
            if found == "ministry measure" and ("暂行" in title or "试行" in title):
                return "interim provision"
            if found:
                return found
    return None


def _by_text(text: str) -> str | None:
    if _LAW_ITSELF.search(text):
        return "law"
    found = next((kind for words, kind in _CLOSING if words in text), None)
    if found:
        return found
    if re.search(r"本公告(?:内容)?自", text):
        return "announcement"
    itself = _RULE_ITSELF.search(text)
    if itself:
        return (
            "administrative regulation"
            if itself[1] == "条例"
            else ("ministry measure" if itself[1] in ("办法", "细则") else "ministry rule")
        )
    return None


def _title(text: str) -> str:
    """The title a text carries: its download link, its first line, or a 关于…的公告 near it."""
    if found := _TITLE_LINK.search(text):
        return found[1].strip()
    first = next((line.strip(" #　") for line in text.split("\n") if line.strip(" #　")), "")
    if len(first) <= 80 and _ORDER_TITLE.match(first) and not first.startswith("第"):
        return first
    found_line = _TITLE_LINE.search(text[:400])
    return found_line.group().strip() if found_line else ""


def _own_number(text: str, title: str) -> str:
    """A number in the title or in the document's head, before it speaks of anything else."""
    head = title if canonical(title) else text[:120]
    heads = [found for found in references(head) if found.number and not found.title]
    if not heads:
        return ""
    before = head[: heads[0].start].rsplit("\n", 1)[-1]
    if re.search("根据|依据|按照|为|落实|关于|废止|修改", before) or len(before.strip()) > 60:
        return ""
    return heads[0].number


def _issuers(text: str, title: str, number: str) -> tuple[str, ...]:
    """From the number, the letters of it, the title's beginning, or the signature."""
    stated = re.match(r"(.*?)(?:令|公告)", number)
    if stated and (found := issuers_in(stated[1])):
        return found
    if run := issuer_run(title):
        return run[0]
    signed = _signature(text)
    if signed:
        return signed
    letters = next((one for one in LETTERS if number.startswith(f"{one.letters}〔")), None)
    return letters.issuers if letters else ()


def _signature(text: str) -> tuple[str, ...]:
    """The issuers before the date at the end."""
    tail = text[-400:]
    for at in range(len(tail)):
        run = issuer_run(tail, at)
        if run and re.match(
            r"\s*(?:\d{4}|[一二][〇○零一二三四五六七八九]{3})\s*年", tail[run[1] :]
        ):
            return run[0]
    return ()


def _english(text: str, title: str, number: str, issuers: tuple[str, ...]) -> Recognised:
    """The fewer rules for English documents."""
    if not title:
        title = next((line.strip(" #") for line in text.split("\n") if line.strip(" #")), "")[:300]
    words = title.lower()
    kind = next((kind for word, kind in ENGLISH_KINDS if re.search(rf"\b{word}s?\b", words)), None)
    named = issuers or tuple(
        dict.fromkeys(
            name
            for words_of, name in ENGLISH_ISSUERS.items()
            if re.search(rf"\b{re.escape(words_of)}\b", f"{words}\n{text[:500].lower()}")
        )
    )
    if "国务院办公厅" in named or "国务院关税税则委员会" in named:
        named = tuple(name for name in named if name != "国务院")
    found = re.search(r"No\. ?(\d+)(?: of|,)? ?(?:\(?(\d{4})\)?)?", title + " " + text[:300])
    issued = english_day("issued", text)
    return Recognised(
        title=title,
        number=canonical(number) or number or (found.group().strip(" ,(") if found else ""),
        doc_type=kind,
        issuers=named,
        issued=issued,
        effective=english_day("effective", text),
        language="en",
    )


def own_keys(title: str, number: str, issuers: tuple[str, ...] = ()) -> frozenset[str]:
    """The keys under which others refer to a document."""
    keys = {title_key(title), canonical(number, issuers)}
    inner = references(title)
    keys |= {title_key(one.title) for one in inner if one.title and "印发" in title}
    return frozenset(keys - {""})
