"""Conditions and trials in words: the same on pages, in explanations and in the appeal file."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from sanzhi.core.findings import Text, Unusable
from sanzhi.customs.risk.rules.condition import Condition, parse
from sanzhi.customs.risk.rules.fields import FIELDS, Field

if TYPE_CHECKING:  # trials need the parts of analysis; words do not
    from sanzhi.customs.risk.rules.trial import Tried

#: How units read in Chinese.
_UNITS = {"CNY": "元", "kg": "千克", "CNY/kg": "元/千克", "robust deviations": "个稳健离差"}
#: Values that are written out; of more, the rest are counted.
WRITTEN = 12


def words_of(condition: Condition) -> Text:  # noqa: PLR0911 - a line a test
    """What a condition asks, in words."""
    field, values = FIELDS[condition.field], condition.values
    en, zh = field.title
    of = _listed(values, "nor" if condition.test == "not in" else "or")
    several = len(values) > 1
    match condition.test:
        case "in":
            return Text(f"{en} is {of.en}", f"{zh}为 {of.zh}{'之一' if several else ''}")
        case "not in":
            return Text(
                f"{en} is {'neither' if several else 'not'} {of.en}",
                f"{zh}不{'属于' if several else '是'} {of.zh}",
            )
        case "starts":
            return Text(f"{en} begins with {of.en}", f"{zh}以 {of.zh} 开头")
        case "not starts":
            return Text(f"{en} does not begin with {of.en}", f"{zh}不以 {of.zh} 开头")
        case "contains":
            quoted = _listed([f"“{one}”" for one in values], "or")
            return Text(f"{en} has {quoted.en}", f"{zh}含{quoted.zh}")
        case "is":
            return Text(en, zh) if values == ("true",) else Text(f"{en}: no", f"{zh}：否")
        case "missing":
            return Text(f"{en} is not known", f"{zh}未知")
        case "known":
            return Text(f"{en} is known", f"{zh}已知")
        case "range":
            return _range(condition, field)


def words_of_all(when: Iterable[Condition]) -> Text:
    """Conditions that must all hold."""
    parts = [words_of(one) for one in when]
    return Text("; ".join(part.en for part in parts), "；".join(part.zh for part in parts))


def text_of(condition: str) -> Text | None:
    """The words of a condition as an event holds it, `code=87*`; None where no field has it."""
    field, _, cell = condition.partition("=")
    try:
        read = parse(field, cell)
    except Unusable:
        return None
    return words_of(read) if read else None


def words_of_tried(tried: "Tried", declarations: int) -> Text:
    """What a rule, or all of them, would have hit of a history, and found."""
    share = plain(round(tried.share * 100, 1))
    hit = Text(
        f"would have hit {tried.declarations:,} of {declarations:,} declarations ({share} %)",
        f"在 {declarations:,} 份报关单中命中 {tried.declarations:,} 份（{share}%）",
    )
    if tried.precision is None:
        return Text(f"{hit.en}; none of them was inspected", f"{hit.zh}，均无查验结果")
    precision = plain(round(tried.precision * 100, 1))
    return Text(
        f"{hit.en}, found {tried.finds:,} in the {tried.known:,} inspected ({precision} %)",
        f"{hit.zh}；其中 {tried.known:,} 份有查验结果，查获 {tried.finds:,} 份（{precision}%）",
    )


def unit_of(field: Field) -> Text:
    """The unit of a field's figures; empty where they have none."""
    return Text(field.unit, _UNITS.get(field.unit, field.unit))


def plain(value: float) -> str:
    """A number as it is read: thousands marked, no needless zeros, a true minus."""
    text = format(Decimal(repr(value)).normalize(), "f")
    whole, dot, part = text.lstrip("-").partition(".")
    return f"{'−' if value < 0 else ''}{int(whole):,}{dot}{part}"


def _range(condition: Condition, field: Field) -> Text:
    en, zh = field.title
    low, high = condition.low, condition.high
    if low is not None and low == high and condition.low_in and condition.high_in:
        return Text(f"{en} is {_amount(low, field).en}", f"{zh}为 {_amount(low, field).zh}")
    parts = []
    if low is not None:
        word = Text("at least", "不低于") if condition.low_in else Text("above", "高于")
        parts.append((word, _amount(low, field)))
    if high is not None:
        word = Text("at most", "不高于") if condition.high_in else Text("below", "低于")
        parts.append((word, _amount(high, field)))
    if not parts:
        return Text(f"{en} is known", f"{zh}已知")
    return Text(
        f"{en} {' and '.join(f'{word.en} {said.en}' for word, said in parts)}",
        f"{zh}{'且'.join(f'{word.zh} {said.zh}' for word, said in parts)}",
    )


def _amount(value: float, field: Field) -> Text:
    number = plain(value)
    if not field.unit:
        return Text(number, number)
    unit = unit_of(field)
    return Text(
        f"{number} {unit.en}", f"{number}{unit.zh}" if field.unit == "%" else f"{number} {unit.zh}"
    )


def _listed(values: Sequence[str], last: str) -> Text:
    shown = values[:WRITTEN]
    more = len(values) - len(shown)
    if more:
        return Text(
            f"{', '.join(shown)} {last} {more} more", f"{'、'.join(shown)} 等 {len(values)} 项"
        )
    en = f"{', '.join(shown[:-1])} {last} {shown[-1]}" if len(shown) > 1 else "".join(shown)
    return Text(en, "、".join(shown))
