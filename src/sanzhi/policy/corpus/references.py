"""References to acts in official texts: numbers such as 国发〔2016〕4号 or 海关总署令第237号, and
titles in 《》.

A number has one canonical spelling, which joins the same act written in different ways:
`国发〔2016〕4号`, `海关总署公告2019年第39号`, `海关总署令第237号`.
"""

import re
from bisect import bisect_left
from functools import cache
from typing import Final, NamedTuple

from sanzhi.policy.corpus.vocabulary import ENGLISH_LETTERS, ISSUERS, LETTERS


class Reference(NamedTuple):
    """An act named in a text: a title without 《》, a canonical number, or both.

    `start` and `end` are code points of the text.
    """

    title: str
    number: str
    start: int
    end: int

    @property
    def key(self) -> str:
        """What two references to the same act share."""
        return self.number or title_key(self.title)

    def __str__(self) -> str:
        title = f"《{self.title}》" if self.title else ""
        return f"{title}（{self.number}）" if title and self.number else title or self.number


_NAMES: Final = {alias: name for name, others in ISSUERS.items() for alias in (name, *others)}
_NAME: Final = "|".join(sorted(map(re.escape, _NAMES), key=len, reverse=True))
_RUN: Final = rf"(?:原)?(?:{_NAME})(?:[、,，和\s]{{0,3}}(?:原)?(?:{_NAME})){{0,11}}"
_RUN_PATTERN: Final = re.compile(_RUN)
_DIGITS: Final = r"(?:\d{1,5}|[〇○零一二三四五六七八九十百]{1,6})"
_NUMBER: Final = re.compile(
    rf"(?P<order_by>{_RUN}|主席|署)\s*(?:第\s*(?P<order_a>{_DIGITS})\s*号\s*令"
    rf"|令\s*(?:[〔（(\[]?(?P<order_year>\d{{4}})年?[〕）)\]]?)?\s*第?\s*"
    rf"(?P<order_b>{_DIGITS})\s*号)"
    rf"|(?P<notice_by>{_RUN})?\s*(?:联合)?公\s*告\s*[〔（(\[]?\s*(?P<year_a>\d{{4}})\s*年?\s*"
    rf"[〕）)\]]?\s*第?\s*(?P<notice_a>\d{{1,4}})\s*号"
    rf"|(?P<notice_by_b>{_RUN})?\s*(?P<year_b>\d{{4}})\s*年\s*(?:联合公告)?\s*第?\s*"
    rf"(?P<notice_b>\d{{1,4}})\s*号\s*(?:联合)?公\s*告"
    r"|(?P<letters>[一-龥]{1,10})\s*[〔\[【（(〈﹝]\s*(?P<year_c>\d{4})\s*年?\s*[〕\]】）)〉﹞]\s*"
    r"第?\s*(?P<no_c>\d{1,5})\s*号"
)
_TITLE: Final = re.compile(r"《([^《》\n]{2,120}(?:《[^《》\n]{1,80}》[^《》\n]{0,60}){0,3})》")
_ENGLISH_ORDER: Final = re.compile(
    r"^(?P<who>[A-Za-z ]+?) Order (?:No\. ?)?(?P<no>\d+)(?: \((?P<year>\d{4})\))?"
)
_ENGLISH_NOTICE: Final = re.compile(
    r"^(?P<who>[A-Za-z ]+?)(?P<notice> Announcement)? (?P<year>\d{4}) No\. ?(?P<no>\d+)$"
)
_STOPS: Final = re.compile("根据|依据|按照|依照|落实|关于|文件|以及|[和及与按照由如即从以为对]")
_FULL_WIDTH: Final = {
    ord(full): half for full, half in zip("０１２３４５６７８９", "0123456789", strict=True)
}
_CHINESE: Final = {
    sign: value
    for value, signs in enumerate(("〇○零", "一", "二", "三", "四", "五", "六", "七", "八", "九"))
    for sign in signs
}
#: Short names that a text gives to an act it named before.
_GENERIC: Final = frozenset(
    (
        "办法",
        "规定",
        "条例",
        "决定",
        "通知",
        "公告",
        "意见",
        "细则",
        "实施细则",
        "目录",
        "税则",
        "协定",
        "协议",
        "议定书",
        "附件",
        "方案",
        "标准",
        "安排",
        "管理办法",
        "暂行办法",
    )
)


def plain_digits(text: str) -> str:
    """Full-width digits as ASCII ones; every offset stays."""
    return text.translate(_FULL_WIDTH)


def chinese_number(text: str) -> int | None:
    """An integer in digits or Chinese numerals (二〇一六, 二十一), None where it is none."""
    if text.isascii() and text.isdigit():
        return int(text)
    if not any(sign in "十百" for sign in text):
        digits = [_CHINESE.get(sign) for sign in text]
        return None if None in digits or not digits else int("".join(map(str, digits)))
    total = current = 0
    for sign in text:
        if sign in "十百":
            total += (current or 1) * (10 if sign == "十" else 100)
            current = 0
        elif sign in _CHINESE:
            current = _CHINESE[sign]
        else:
            return None
    return total + current


def issuers_in(text: str) -> tuple[str, ...]:
    """Issuers named in a stretch of text, each once by the name it goes by, in order."""
    return tuple(dict.fromkeys(_NAMES[found] for found in re.findall(_NAME, text)))


def issuer_run(text: str, at: int = 0) -> tuple[tuple[str, ...], int] | None:
    """The issuers that stand one after the other from `at`, and where they end."""
    found = _RUN_PATTERN.match(text, at)
    return (issuers_in(found.group()), found.end()) if found else None


@cache
def canonical(number: str, issuers: tuple[str, ...] = ()) -> str:
    """The one spelling of a document's number, completed by its issuers; "" for none known."""
    text = plain_digits(number).strip()
    found = _NUMBER.search(text)
    return _spelled(found, issuers) if found else _from_english(text)


def title_key(title: str) -> str:
    """A title without what is often left out: the country's name, brackets, spaces, (试行)."""
    bare = re.sub(r"[《》〈〉<>“”\"\s　·]", "", title).replace("中华人民共和国", "")
    return re.sub(r"[（(](?:试行|暂行|修订|\d{4}年?版?)[）)]$", "", bare)


def references(text: str) -> list[Reference]:
    """Acts named in the text, in order; a title with its number in brackets is one."""
    text = plain_digits(text)
    numbers = [
        Reference("", _spelled(found, ()), found.start(), found.end())
        for found in _NUMBER.finditer(text)
    ]
    titles = [
        Reference(found[1], "", found.start(), found.end())
        for found in _TITLE.finditer(text)
        if _names_an_act(text, found)
    ]
    starts = [number.start for number in numbers]
    taken: set[int] = set()
    joined = []
    for title in titles:
        after = bisect_left(starts, title.start)
        index = next(
            (
                i
                for i in (after, after - 1)
                if 0 <= i < len(numbers) and i not in taken and _belongs(text, title, numbers[i])
            ),
            None,
        )
        if index is None:
            joined.append(title)
        else:
            taken.add(index)
            number = numbers[index]
            joined.append(
                Reference(
                    title.title,
                    number.number,
                    min(title.start, number.start),
                    max(title.end, number.end),
                )
            )
    free = [number for i, number in enumerate(numbers) if i not in taken and number.number]
    return sorted(joined + free, key=lambda one: one.start)


def _names_an_act(text: str, found: re.Match[str]) -> bool:
    before = text[max(0, found.start() - 4) : found.start()]
    return found[1] not in _GENERIC and "简称" not in before


def _belongs(text: str, title: Reference, number: Reference) -> bool:
    """《title》（number…), or number 公布的《title》."""
    if number.start >= title.end:
        gap = text[title.end : number.start]
        return re.fullmatch(r"\s*[（(][^（()）《》。]{0,20}", gap) is not None
    gap = text[number.end : title.start]
    return re.fullmatch(r"(?:公布|发布|颁布|印发)[^。；《》]{0,40}的|[（(]?的?", gap) is not None


def _spelled(found: re.Match[str], issuers: tuple[str, ...]) -> str:
    part = found.groupdict()
    if part["order_by"]:
        return _order(part, issuers)
    if part["letters"]:
        return _lettered(part, issuers)
    who = issuers_in(part["notice_by"] or part["notice_by_b"] or "") or issuers
    year, number = part["year_a"] or part["year_b"], part["notice_a"] or part["notice_b"]
    return f"{'、'.join(who)}公告{year}年第{int(number)}号"


def _order(part: dict[str, str | None], issuers: tuple[str, ...]) -> str:
    who = part["order_by"] or ""
    number = chinese_number(part["order_a"] or part["order_b"] or "")
    if number is None:
        return ""
    if who == "主席":  # numbered anew with every president: no key without the year
        return f"主席令{part['order_year']}年第{number}号" if part["order_year"] else ""
    names = ("海关总署",) if who == "署" else issuers_in(who) or issuers
    return f"{'、'.join(names)}令第{number}号"


def _lettered(part: dict[str, str | None], issuers: tuple[str, ...]) -> str:
    letters, year, number = part["letters"] or "", part["year_c"], int(part["no_c"] or 0)
    known = max(
        (one.letters for one in LETTERS if letters.endswith(one.letters)), key=len, default=""
    )
    if known == "公告":
        who = issuers_in(letters) or issuers
        return f"{'、'.join(who)}公告{year}年第{number}号"
    if known in ("署令", "国令"):
        return f"{'海关总署' if known == '署令' else '国务院'}令第{number}号"
    return f"{known or _STOPS.split(letters)[-1]}〔{year}〕{number}号"


def _from_english(text: str) -> str:
    """The numbers as the law pack writes them: GACC Order 237, Caishui 2018 No. 32."""
    if found := _ENGLISH_ORDER.match(text):
        who = ENGLISH_LETTERS.get(found["who"].lower(), "")
        if who == "主席":
            return f"主席令{found['year']}年第{found['no']}号" if found["year"] else ""
        return f"{who}令第{found['no']}号" if who else ""
    if found := _ENGLISH_NOTICE.match(text):
        who = ENGLISH_LETTERS.get(found["who"].lower(), "")
        if not who:
            return ""
        if found["notice"]:
            return f"{who}公告{found['year']}年第{found['no']}号"
        return f"{who}〔{found['year']}〕{found['no']}号"
    return ""
