"""A rule from what somebody typed: all that is wrong with it at once, each with its column."""

import re
from collections.abc import Mapping
from datetime import date

from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.customs.risk.rules.cells import parse
from sanzhi.customs.risk.rules.fields import FIELDS
from sanzhi.customs.risk.rules.files import COLUMNS, rule_of
from sanzhi.selectivity.condition import Condition
from sanzhi.selectivity.lanes import Lane
from sanzhi.selectivity.rule import Rule

_NAME = re.compile(r"(?!new$)[a-z0-9][a-z0-9._-]{0,63}")
_WEIGHT = re.compile(r"1000(\.0*)?|\d{1,3}(\.\d{0,6})?|")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def _wrong(code: str, en: str, zh: str, mend: Text | None = None) -> Finding:
    return Finding(code=code, path=code.removeprefix("rules."), text=Text(en, zh), mend=mend)


#: What is said where a column does not hold what it must.
_WRONG = (
    _wrong(
        "rules.id",
        "The name is not usable.",
        "规则编号不可用。",
        mend=Text(
            "Up to 64 small letters, digits, dots, hyphens and underscores, a letter or digit "
            "first; not “new”.",
            "限小写字母、数字、点、连字符和下划线，首位为字母或数字，最多 64 位，不得为“new”。",
        ),
    ),
    _wrong("rules.lane", "Choose red, yellow or blue.", "请选择红、黄或蓝通道。"),
    _wrong("rules.weight", "The weight is a number from 0 to 1,000.", "权重应为 0 至 1,000 的数。"),
    _wrong(
        "rules.owner",
        "Say whose rule it is, in 300 signs at most.",
        "请填写规则负责人，最多 300 字。",
    ),
    _wrong(
        "rules.reason_en",
        "Say why in English, in 300 signs at most.",
        "请用英文说明理由，最多 300 字。",
    ),
    _wrong(
        "rules.reason_zh",
        "Say why in Chinese, in 300 signs at most.",
        "请用中文说明理由，最多 300 字。",
    ),
    _wrong("rules.citation", "The citation has 300 signs at most.", "依据最多 300 字。"),
    _wrong(
        "rules.valid_from",
        "Give the first day it applies, like 2026-11-21.",
        "请填写生效日期，如 2026-11-21。",
    ),
    _wrong(
        "rules.valid_until",
        "Give a day later than the first, like 2026-11-21, or none.",
        "失效日期应晚于生效日期，如 2026-11-21；长期有效的留空。",
    ),
)


def conditions_of(cells: Mapping[str, str]) -> tuple[tuple[Condition, ...], list[Finding]]:
    """The conditions of the cells that can be read, and what is wrong with the others; columns
    that are no fields are not looked at."""
    read, found = [], []
    for name in FIELDS:
        try:
            condition = parse(name, cells.get(name, ""))
        except Unusable as refused:
            found.append(refused.finding)
        else:
            if condition is not None:
                read.append(condition)
    return tuple(read), found


def draft_rule(cells: Mapping[str, str]) -> tuple[Rule | None, list[Finding]]:
    """The rule of a row, or what is wrong with it; a finding's path is its column."""
    given = {name: " ".join(cells.get(name, "").replace("\0", " ").split()) for name in COLUMNS}
    when, found = conditions_of(cells)
    findings = [one for one in _WRONG if not _holds(one.path, given)] + found
    if not when and not found:
        findings.append(
            Finding(
                code="rules.no_condition",
                path="when",
                text=Text("A rule has at least one condition.", "规则至少应有一个条件。"),
                mend=Text("Write into one of the cells.", "请至少填写一项条件。"),
            )
        )
    if findings:
        return None, findings
    return rule_of(given | {name: cells.get(name, "") for name in FIELDS}, ""), []


def _holds(name: str, given: Mapping[str, str]) -> bool:
    """Whether a column of a rule's own holds what it must."""
    text = given[name]
    match name:
        case "id":
            return _NAME.fullmatch(text) is not None
        case "lane":
            return text in {Lane.RED, Lane.YELLOW, Lane.BLUE}
        case "weight":
            return _WEIGHT.fullmatch(text) is not None
        case "valid_from":
            return _day(text) is not None
        case "valid_until":
            last, first = _day(text), _day(given["valid_from"])
            return not text or (last is not None and (first is None or last > first))
    return len(text) <= 300 and bool(text or name == "citation")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None
