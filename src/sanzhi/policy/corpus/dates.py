"""Dates in official texts: issued, effective, no longer in force."""

import re
from datetime import date, timedelta
from typing import Final

from sanzhi.policy.corpus.references import chinese_number, issuer_run

_YEAR: Final = r"(?:\d{4}|[一二][〇○零一二三四五六七八九]{3})"
_SMALL: Final = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_DATE: Final = rf"{_YEAR}\s*年\s*{_SMALL}\s*月\s*{_SMALL}\s*日|\d{{4}}[-./]\d{{1,2}}[-./]\d{{1,2}}"
_DATE_PATTERN: Final = re.compile(_DATE)
_PARTS: Final = re.compile(rf"({_YEAR})\s*[年\-./]\s*({_SMALL})\s*[月\-./]\s*({_SMALL})")
_BEGINS: Final = "施行|实施|执行|生效"
#: 本办法自…起施行 first; any other 自…起施行 where the text does not speak of itself.
_FROM: Final = (
    rf"(?:自|于|从)\s*(?P<day>{_DATE}|发布|公布|签发|下发|印发|即)\s*"
    rf"(?:之?日)?\s*起?\s*(?:正式)?(?:{_BEGINS})"
)
_EFFECTIVE: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:本|上述|该)[一-龥]{{0,12}}?{_FROM}",
        _FROM,
        rf"(?:自|从)\s*(?P<day>{_DATE}|即)\s*日?起",
    )
)
_HEADER: Final = re.compile(
    rf"[（(]?\s*(?P<day>{_DATE})[^。；]{{0,60}}?(?:公布|发布|颁布|通过|批准|印发)(?![了《的])"
)
_MARKED: Final = re.compile(
    rf"(?:发布|公布|发文|成文|印发)(?:日期|时间)\s*[:：]?\s*(?P<day>{_DATE})"
)
#: A signature with annexes after it: 特此公告。附件：…海关总署2024年3月15日…
_SIGNED: Final = re.compile(
    rf"特此(?:公告|通知|通告|批复|函复)[。\s]*(?:附件[^。]{{0,600}}?)?(?P<by>[一-龥、\s]{{2,60}}?)(?P<day>{_DATE})"
)
_ENDS: Final = re.compile(
    rf"(?:有效期(?:限)?(?:截)?至|有效至|(?:执行|施行|实施)(?:期限)?(?:截)?至)\s*(?P<day>{_DATE})"
)
_MONTHS: Final = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_ENGLISH_DATE: Final = (
    rf"(?:(?P<d1>\d{{1,2}}) (?P<m1>{'|'.join(_MONTHS)}),? (?P<y1>\d{{4}})"
    rf"|(?P<m2>{'|'.join(_MONTHS)}) (?P<d2>\d{{1,2}}),? (?P<y2>\d{{4}}))"
)
_ENGLISH: Final = {
    "issued": re.compile(
        rf"(?:issued|promulgated|published|dated)(?: on)? {_ENGLISH_DATE}", re.IGNORECASE
    ),
    "effective": re.compile(
        rf"(?:(?:enters?|entered|come|comes|came) into force|takes? effect|effective|in force)"
        rf"(?: on| from| as of| as from)* {_ENGLISH_DATE}",
        re.IGNORECASE,
    ),
}
#: A signature stands within these last characters of a text.
_TAIL = 400


def day_of(text: str) -> date | None:
    """The date a text states (2019年3月1日, 二○一○年八月二日, 2019-03-01); None for no real day."""
    found = _PARTS.search(text)
    if not found:
        return None
    numbers = [chinese_number(part) for part in found.groups()]
    try:
        return date(*(number or 0 for number in numbers))
    except ValueError:
        return None


def issued_on(text: str) -> date | None:
    """The date of issue: the header (…令第237号公布), a marked date, or the last signature."""
    for pattern in (_HEADER, _MARKED):
        found = pattern.search(text[:200]) if pattern is _HEADER else pattern.search(text)
        if found and (pattern is _MARKED or _opens(text, found.start())):
            return day_of(found["day"])
    for at in range(len(text) - 1, max(-1, len(text) - _TAIL), -1):
        if (run := issuer_run(text, at)) and (
            day := _DATE_PATTERN.match(text, _skip_space(text, run[1]))
        ):
            return day_of(day.group())
    if (signed := _SIGNED.search(text)) and issuer_run(signed["by"].strip()):
        return day_of(signed["day"])
    tail = text[-60:].rstrip("。 \n")
    last = list(_DATE_PATTERN.finditer(tail))
    return day_of(last[-1].group()) if last and last[-1].end() == len(tail) else None


def effective_on(text: str, issued: date | None) -> date | None:
    """The first day the document applies, by its own words; "from the day of issue" is that day."""
    header = text[:120]
    opening = _EFFECTIVE[1].search(header) if header.lstrip().startswith(("（", "(")) else None
    found = opening or next(
        (hits[-1] for pattern in _EFFECTIVE if (hits := list(pattern.finditer(text)))), None
    )
    if not found:
        return None
    return issued if len(found["day"]) <= 2 else day_of(found["day"])


def ends_on(text: str) -> date | None:
    """The first day it no longer applies, where the text limits itself (有效期至…)."""
    found = _ENDS.search(text)
    last = day_of(found["day"]) if found else None
    return last + timedelta(days=1) if last and last < date.max else None


def english_day(kind: str, text: str) -> date | None:
    """The date `issued` or `effective` in an English text."""
    found = _ENGLISH[kind].search(text)
    if not found:
        return None
    month = _MONTHS.index((found["m1"] or found["m2"]).lower()) + 1
    try:
        return date(int(found["y1"] or found["y2"]), month, int(found["d1"] or found["d2"]))
    except ValueError:
        return None


def _opens(text: str, start: int) -> bool:
    """Whether a date opens the text or a bracket that opens it."""
    return text[:start].strip(" 　\n（(#") == "" or text[max(0, start - 1)] in "（("


def _skip_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at
