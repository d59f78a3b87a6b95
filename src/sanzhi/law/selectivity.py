"""The lane decision table of a law pack (`selectivity.yaml`): facts, and how rows are written.

A row is a rule of `sanzhi.selectivity`; what stands here is the law's own way to write its
conditions, and what a table must be before anybody's goods are chosen by it.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sanzhi.core.findings import Text
from sanzhi.core.shapes import first_misfit
from sanzhi.law.model import Act
from sanzhi.law.reading import (
    FileError,
    Place,
    citation,
    day,
    listed,
    mapping,
    named,
    optional_day,
    required,
)
from sanzhi.selectivity.condition import Condition, compiled
from sanzhi.selectivity.fields import DECLARATION, Catalogue, Field, catalogue
from sanzhi.selectivity.lanes import Lane
from sanzhi.selectivity.rule import Rule

#: What the table can ask about a consignment.
FACTS: Catalogue = catalogue(
    (
        *DECLARATION.values(),
        Field("code_prefix", "text", Text("commodity code", "商品编号"), many=True),
        Field("origin", "text", Text("country of origin", "原产国（地区）"), many=True),
        Field(
            "trader_tier",
            "text",
            Text("trader's credit tier", "企业信用等级"),
            codes=("advanced", "general", "discredited"),
        ),
    )
)
_KEYS = (
    "id", "lane", "when", "reason_en", "reason_zh", "in_force", "until", "act", "article",
)  # fmt: skip


def read_lane_rules(folder: Path, acts: Mapping[str, Act], *, zh: bool = True) -> tuple[Rule, ...]:
    """`selectivity.yaml`: the rules in the order they are asked. Raises `Unusable` (`law.file.*`)
    naming the row."""
    document = mapping(folder / "selectivity.yaml")
    with Place("selectivity.yaml"):
        _require_known(document, ("rules",), "the file", "文件")
    rules: list[Rule] = []
    of_id: dict[str, list[Rule]] = {}
    everywhere: list[Rule] = []
    for number, fields in enumerate(listed(document.get("rules"))):
        with Place(f"selectivity.yaml rules[{number}]"):
            rule = _rule(fields, acts, zh=zh)
            _require_own_days(rule, of_id.setdefault(rule.id, []))
            _require_reachable(rule, everywhere)
        rules.append(rule)
        of_id[rule.id].append(rule)
        if not rule.when:
            everywhere.append(rule)
    return tuple(rules)


def _rule(fields: Mapping[str, Any], acts: Mapping[str, Act], *, zh: bool) -> Rule:
    _require_known(fields, _KEYS, "a row", "规则")
    if required(fields, "lane") not in [*Lane]:
        raise _value(
            f"{fields['lane'][:40]!r} is not a lane.", f"“{fields['lane'][:40]}”不是有效通道。",
            mend=Text(f"Lanes: {', '.join(Lane)}.", f"有效通道：{'、'.join(Lane)}。"),
        )  # fmt: skip
    when = fields.get("when") or {}
    reason = named(fields, "reason", zh=zh)
    try:
        return Rule(
            id=required(fields, "id"),
            lane=Lane(fields["lane"]),
            reason_en=reason.en,
            reason_zh=reason.zh,
            citation=str(citation(required(fields, "act"), fields.get("article", ""), acts)),
            valid_from=day(required(fields, "in_force")),
            valid_until=optional_day(fields.get("until", "")),
            when=tuple(one for fact, raw in when.items() for one in _conditions(fact, raw)),
        )
    except ValidationError as error:
        raise _misfit(error) from None


def _conditions(fact: str, raw: Any) -> Iterator[Condition]:
    """What a row says of one fact, each condition one that some consignment can meet."""
    field = FACTS.get(fact)
    if field is None:
        raise FileError(
            "law.file.unknown_fact",
            f"{fact[:40]!r} is no fact that the table can ask for.",
            f"“{fact[:40]}”不是决策表可用的事实。",
            mend=Text(f"Facts: {', '.join(FACTS)}.", f"可用的事实：{'、'.join(FACTS)}。"),
        )
    try:
        for one in _read(field, raw):
            _require_possible(one, field)
            yield one
    except ValidationError as error:
        raise _misfit(error) from None


def _read(field: Field, raw: Any) -> Iterator[Condition]:
    """A list of values, `true` or `false`, or tests by name, as the kind of fact allows."""
    tests = _tests(field)
    if isinstance(raw, dict):
        unknown = sorted(raw.keys() - tests)
        if unknown or not raw:
            asked = unknown[0][:40] if unknown else ""
            raise _value(
                f"{asked!r} is no test of {field.name}.",
                f"“{asked}”不能用于判断 {field.name}。",
                mend=_written(field),
            )
        if field.kind == "number":
            yield Condition(
                field=field.name,
                test="range",
                low=_bound(raw.get("at_least"), field),
                high=_bound(raw.get("below"), field),
                high_in="below" not in raw,
            )
        if "prefix" in raw:
            yield Condition(field=field.name, test="starts", values=_texts(raw["prefix"], field))
        if "any_letter" in raw:
            letters = "".join(_texts(raw["any_letter"], field))
            yield Condition(field=field.name, test="contains", values=tuple(dict.fromkeys(letters)))
    elif field.kind == "flag" and raw in ("true", "false"):
        yield Condition(field=field.name, test="is", values=(raw,))
    elif field.kind == "text":
        yield Condition(field=field.name, test="in", values=_texts(raw, field))
    else:
        raise _value(
            f"{str(raw)[:40]!r} is nothing that {field.name} can be.",
            f"{field.name} 不可能为“{str(raw)[:40]}”。",
            mend=_written(field),
        )


def _tests(field: Field) -> Sequence[str]:
    """The tests that can be written of a fact beside its values."""
    if field.kind == "number":
        return ("at_least", "below")
    if field.kind == "flag":
        return ()
    return ("prefix", "any_letter") if field.letters else ("prefix",)


def _written(field: Field) -> Text:
    """How a condition on a fact is written."""
    ways = {
        "number": "{at_least: 4}, {below: 1000000}",
        "flag": "true, false",
        "text": '[import, export], {prefix: ["3915"]}',
    }[field.kind] + (', {any_letter: "EF"}' if field.letters else "")
    return Text(f"Write for example: {ways}", f"写法示例：{ways}")


def _texts(raw: Any, field: Field) -> tuple[str, ...]:
    values = listed(raw)
    if not values or not all(isinstance(one, str) for one in values):
        raise _value(
            f"the list of {field.name} is empty, or has something else than text.",
            f"{field.name} 的取值为空，或不是文本。",
            mend=_written(field),
        )
    return tuple(dict.fromkeys(values))


def _bound(raw: Any, field: Field) -> float | None:
    """A bound that can be kept exactly: it is compared as the decimal that stands here."""
    if raw is None:
        return None
    try:
        bound = Decimal(raw)
        if bound.is_finite() and Decimal(repr(float(bound))) == bound:
            return float(bound)
    except (InvalidOperation, OverflowError, TypeError, ValueError):
        pass
    raise _value(
        f"{str(raw)[:40]!r} is no number of at most 15 digits.",
        f"“{str(raw)[:40]}”不是 15 位以内的数字。",
        mend=_written(field),
    )


def _require_possible(condition: Condition, field: Field) -> None:
    """Refuse what no consignment can meet: an empty range, a code that the platform does not
    have."""
    if condition.empty:
        raise _value(
            f"No value of {field.name} is at least the one bound and below the other.",
            f"{field.name} 的取值范围为空。",
            mend=Text("Mend the bounds.", "请更正上下限。"),
        )
    for value in condition.values if field.codes else ():
        holds = compiled(condition.model_copy(update={"values": (value,)}), field)
        if not any(map(holds, field.codes)):
            raise _value(
                f"no {field.name} is ever {value[:40]!r}.",
                f"{field.name} 不可能为“{value[:40]}”。",
                mend=Text(f"Codes: {', '.join(field.codes)}.", f"代码：{'、'.join(field.codes)}。"),
            )


def _require_own_days(rule: Rule, versions: Sequence[Rule]) -> None:
    """Refuse a second version of a rule on days of the first: an id names one row."""
    for other in versions:
        if rule.meets(other):
            begin = max(rule.valid_from, other.valid_from)
            raise FileError(
                "law.file.overlap",
                f"{rule.id}: two rows of this id apply from {begin}.",
                f"{rule.id}：自 {begin} 起有两条同编号规则同时适用。",
                mend=Text(
                    "Say until when the earlier one applies, or name one of them otherwise.",
                    "请为较早的规则填写 until，或更改其中一条的编号。",
                ),
            )


def _require_reachable(rule: Rule, everywhere: Sequence[Rule]) -> None:
    """Refuse a rule that stands, on all of its days, behind rows that hold everywhere."""
    at: date | None = rule.valid_from
    for other in sorted(everywhere, key=lambda one: one.valid_from):
        if at is not None and other.valid_from <= at:
            at = None if other.valid_until is None else max(at, other.valid_until)
        if at is None or (rule.valid_until is not None and at >= rule.valid_until):
            raise FileError(
                "law.file.unreachable",
                f"{rule.id} is never asked: {other.id} before it holds everywhere.",
                f"规则 {rule.id} 不起作用：其前的 {other.id} 对所有货物均成立。",
                mend=Text(
                    "Put it before that row, or take it out.", "请将其移至该规则之前，或删除。"
                ),
            )


def _require_known(fields: Mapping[str, Any], keys: Sequence[str], en: str, zh: str) -> None:
    """Refuse a key that nobody reads: a row whose `when` is misspelt would hold everywhere."""
    unknown = sorted(fields.keys() - set(keys))
    if unknown:
        raise _value(
            f"{unknown[0][:40]!r} is no key of {en}.",
            f"{zh}中没有“{unknown[0][:40]}”这一项。",
            mend=Text(f"Keys: {', '.join(keys)}.", f"可用的项：{'、'.join(keys)}。"),
        )


def _misfit(error: ValidationError) -> FileError:
    finding = first_misfit(error, "law.file.value", "")
    return FileError(finding.code, finding.text.en, finding.text.zh, mend=_MEND)


_MEND = Text(
    "docs/reference/law.md says how a row is written.", "规则写法见 docs/reference/law.md。"
)


def _value(en: str, zh: str, *, mend: Text) -> FileError:
    return FileError("law.file.value", en, zh, mend=mend)
