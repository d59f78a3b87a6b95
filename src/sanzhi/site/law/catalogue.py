"""The law pack the site works with, and how its acts and values are named on pages."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language

from sanzhi import law
from sanzhi.core.findings import Text, Unusable
from sanzhi.core.languages import learn
from sanzhi.core.money import plain
from sanzhi.core.units import find_unit
from sanzhi.law import Pack
from sanzhi.law.model import Act, Citation
from sanzhi.law.needs import lacks
from sanzhi.law.rates import Rate
from sanzhi.law.selectivity import FACTS
from sanzhi.selectivity.rule import Rule
from sanzhi.selectivity.words import words_of_all
from sanzhi.site.hooks import site_apps

#: How the short number of an act reads in Chinese.
_NUMBERS_ZH = (
    (r"GACC Order (\d+)", r"海关总署令第\1号"),
    (r"State Council Order (\d+)", r"国务院令第\1号"),
    (r"MoF and STA Order (\d+)", r"财政部、税务总局令第\1号"),
    (r"GACC Announcement (\d+) No\. (\d+)", r"海关总署公告\1年第\2号"),
    (r"MOFCOM Announcement (\d+) No\. (\d+)", r"商务部公告\1年第\2号"),
    (r"Customs Tariff Commission Announcement (\d+) No\. (\d+)", r"税委会公告\1年第\2号"),
    (r"MoF, STA and GACC Announcement (\d+) No\. (\d+)", r"财政部 税务总局 海关总署公告\1年第\2号"),
    (r"Caishui (\d+) No\. (\d+)", r"财税〔\1〕\2号"),
    (r"Caiguanshui (\d+) No\. (\d+)", r"财关税〔\1〕\2号"),
    (r"Shuiweihui (\d+) No\. (\d+)", r"税委会〔\1〕\2号"),
)


_PLACES_ZH = (
    (r"arts?\. (\d+)", r"第\1条"),
    (r"arts?\. (\d+)\((\d+)\)", r"第\1条第\2项"),
    (r"annex ?(\w*)", r"附件\1"),
)
TYPES = {
    "law": Text("law", "法律"),
    "administrative regulation": Text("administrative regulation", "行政法规"),
    "department rule": Text("department rule", "部门规章"),
    "normative document": Text("normative document", "规范性文件"),
    "announcement": Text("announcement", "公告"),
    "treaty": Text("treaty", "条约"),
    "arrangement": Text("arrangement", "安排"),
    "setting": Text("setting of this pack", "本包设定"),
    "statistics": Text("statistics", "统计"),
}
#: How the units of parameters read; a text has none.
_UNITS = {
    "days": Text("days", "天"),
    "months": Text("months", "个月"),
    "years": Text("years", "年"),
    "hours": Text("hours", "小时"),
    "l/t": Text("l/t", "升/吨"),
    "text": Text("", ""),
}
ISSUERS = {
    name: Text(name, chinese)
    for name, chinese in (
        ("National People's Congress Standing Committee", "全国人大常委会"),
        ("State Council", "国务院"),
        ("General Administration of Customs", "海关总署"),
        ("Ministry of Finance", "财政部"),
        ("State Taxation Administration", "税务总局"),
        ("Customs Tariff Commission of the State Council", "国务院关税税则委员会"),
        ("Ministry of Commerce", "商务部"),
        ("National Medical Products Administration", "国家药监局"),
        ("Ministry of Ecology and Environment", "生态环境部"),
        ("National Development and Reform Commission", "国家发展改革委"),
        ("People's Bank of China", "中国人民银行"),
        ("Parties", "缔约方"),
        ("Sanzhi", "三智"),
    )
}


@dataclass(frozen=True, slots=True)
class Rest:
    """Something that rests on an act: a value, a rate, a lane."""

    kind: Text
    name: str
    url: str
    in_force: date | None
    until: date | None
    article: str = ""
    words: Text | None = None
    """What it says, where its name does not."""


@lru_cache(maxsize=1)
def pack() -> Pack:
    """The pack of SANZHI_LAW, else the built-in one; loaded once, with the words of its
    languages."""
    loaded = law.load(settings.LAW_PACK)
    for language, words in loaded.words.items():
        learn(language, words)
    return loaded


def require_whole() -> None:
    """`Unusable`, with a finding for each, where the pack lacks what procedures of the site ask of
    it: nobody is to meet it while at work."""
    found = lacks(pack(), [need for app in site_apps() for need in app.needs], localdate())
    if found:
        raise Unusable(*found)


def act(key: str) -> Act | None:
    return pack().acts.get(key)


def short_name(found: Act, language: str) -> str:
    """What a citation chip calls an act: laws and treaties by name, the rest by number."""
    if found.type in {"law", "treaty", "arrangement", "setting", "statistics"}:
        return found.title.in_language(language)
    return number(found, language)


def number(found: Act, language: str) -> str:
    """An act's number as it is written in the language; where it has none, its title."""
    if not language.startswith("zh"):
        return found.number or found.title.en
    for pattern, chinese in _NUMBERS_ZH:
        matched = re.fullmatch(pattern, found.number)
        if matched:
            return matched.expand(chinese)
    return found.title.zh


def article(text: str, language: str) -> str:
    """`art. 9` → 第9条, `art. 9(2)` → 第9条第2项, `annex 1` → 附件1; others stay as they are."""
    if not language.startswith("zh"):
        return text
    for pattern, chinese in _PLACES_ZH:
        matched = re.fullmatch(pattern, text)
        if matched:
            return matched.expand(chinese)
    return text


def shown(value: Any, unit: str) -> str:
    """A parameter's value with its unit, as a person writes it in the reader's language."""
    if isinstance(value, dict):
        return "; ".join(f"{name}: {shown(part, unit)}" for name, part in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(shown(part, "") for part in value)
    if isinstance(value, Decimal) and unit == "share":
        return f"{plain(value * 100)}%"
    own = pack()
    known = own.currency_words if unit == own.currency else _UNITS.get(unit)
    words = known.in_language(get_language() or "en") if known else unit
    if words == unit and value == 1:
        words = unit.removesuffix("s")
    return f"{plain(value) if isinstance(value, Decimal) else value} {words}".strip()


def rate_words(rate: Rate) -> str:
    """A rate with the administration's currency, in the reader's language."""
    return rate.words(pack().currency_words).in_language(get_language() or "en")


def unit_name(code: str) -> Text:
    """A unit of measure by its code; the code itself where it is unknown."""
    unit = find_unit(code)
    if unit:
        return Text(unit.name_en, unit.name_zh)
    listed = pack().codes.get("units", {}).get(code)
    return listed.name if listed else Text(code, code)


def rests_on(key: str) -> list[Rest]:
    """Everything in the pack that cites an act."""
    current = pack()
    return _index(current.key, current.digest).get(key, [])


_PARAMETER = Text("parameter", "参数")
_RATE = Text("tariff line", "税则号列")
_AGREEMENT = Text("trade agreement", "贸易协定")
_CONSUMPTION = Text("consumption tax", "消费税")
_REMEDY = Text("trade remedy", "贸易救济")
_CONDITION = Text("supervision condition", "监管条件")
_LANE = Text("lane rule", "通道规则")


@lru_cache(maxsize=2)
def _index(_key: str, _digest: str) -> dict[str, list[Rest]]:
    current = pack()
    found: dict[str, list[Rest]] = {}

    def add(citation: Citation, rest: Rest) -> None:
        found.setdefault(citation.act, []).append(rest)

    for name in current.names():
        url = reverse("law:parameter", args=[name])
        for value in current.history(name):
            label = f"{name} = {shown(value.value, value.unit)}"
            place = value.citation.article
            add(value.citation, Rest(_PARAMETER, label, url, value.in_force, value.until, place))
    for agreement in current.agreements.values():
        rest = Rest(_AGREEMENT, str(agreement.name), "", None, None, agreement.citation.article)
        add(agreement.citation, rest)
    for prefix, rules in current.consumption.items():
        url = f"{reverse('law:tariff')}?q={prefix}"
        for rule in rules.all:
            label = f"{prefix}: {rate_words(rule.rate)}"
            place = rule.citation.article
            add(rule.citation, Rest(_CONSUMPTION, label, url, rule.in_force, rule.until, place))
    for remedy in current.trade_remedies:
        label = (
            f"{remedy.prefix} {remedy.origin}: {rate_words(remedy.rate)} {remedy.company}".strip()
        )
        url = f"{reverse('law:tariff')}?q={remedy.prefix}"
        add(remedy.citation, Rest(_REMEDY, label, url, remedy.in_force, remedy.until))
    for letter, condition in current.condition_letters.items():
        rest = Rest(_CONDITION, f"{letter} {condition.name.en} {condition.name.zh}", "", None, None)
        add(condition.citation, rest)
    for lane in current.lane_rules:
        act_key, _, place = lane.citation.partition(", ")
        said = _lane_words(lane, current.currency_words)
        rest = Rest(_LANE, lane.id, "", lane.valid_from, lane.valid_until, place, said)
        add(Citation(act_key, place), rest)
    for code, spans in current.tariff.spans():
        url = reverse("law:code", args=[code])
        for start, until in spans:
            cells = current.tariff.cells(code, start) or {}
            add(Citation(cells.get("act", "")), Rest(_RATE, code, url, start, until))
    return found


def _lane_words(rule: Rule, currency: Text) -> Text:
    """A row of the lane decision table: its lane, and what it asks for."""
    lane = rule.lane.noun
    if not rule.when:
        return Text(f"{lane.en}, where no row before it decides", f"前列规则均未命中：{lane.zh}")
    asked = words_of_all(rule.when, FACTS, currency)
    return Text(f"{lane.en}, where {asked.en}", f"{asked.zh}：{lane.zh}")
