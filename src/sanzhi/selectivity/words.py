"""Conditions in words: the same on the pages of the law and of risk, in explanations and in the
appeal file."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from sanzhi.core.findings import Text
from sanzhi.selectivity.condition import Condition
from sanzhi.selectivity.fields import CURRENCY, Catalogue, Field

#: How units read in Chinese.
_UNITS = {"kg": "千克", "robust deviations": "个稳健离差"}
#: Values that are written out; of more, the rest are counted.
WRITTEN = 12


def words_of(condition: Condition, fields: Catalogue, currency: Text) -> Text:  # noqa: PLR0911 - a line a test
    """What a condition asks, in words; amounts are in the administration's `currency`."""
    field, values = fields[condition.field], condition.values
    en, zh = title = _title(field)
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
        case "contains" if field.letters:
            return Text(f"{en} include {of.en}", f"{zh}含 {of.zh}")
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
            return _range(condition, title, unit_of(field, currency))


def words_of_all(when: Iterable[Condition], fields: Catalogue, currency: Text) -> Text:
    """Conditions that must all hold; empty where there are none."""
    parts = [words_of(one, fields, currency) for one in when]
    return Text("; ".join(part.en for part in parts), "；".join(part.zh for part in parts))


def unit_of(field: Field, currency: Text) -> Text:
    """The unit of a field's figures; empty where they have none."""
    parts = [
        currency if one == CURRENCY else Text(one, _UNITS.get(one, one))
        for one in field.unit.split("/")
    ]
    return Text("/".join(one.en for one in parts), "/".join(one.zh for one in parts))


def plain(value: float) -> str:
    """A number as it is read: thousands marked, no needless zeros, a true minus."""
    text = format(Decimal(repr(value)).normalize(), "f")
    whole, dot, part = text.lstrip("-").partition(".")
    return f"{'−' if value < 0 else ''}{int(whole):,}{dot}{part}"


def _title(field: Field) -> Text:
    """A field as the subject of a sentence."""
    en, zh = field.title
    return Text(f"any {en}", f"任一{zh}") if field.many else field.title


def _range(condition: Condition, title: Text, unit: Text) -> Text:
    en, zh = title
    low, high = condition.low, condition.high
    if low is not None and low == high and condition.low_in and condition.high_in:
        return Text(f"{en} is {_amount(low, unit).en}", f"{zh}为 {_amount(low, unit).zh}")
    parts = []
    if low is not None:
        word = Text("at least", "不低于") if condition.low_in else Text("above", "高于")
        parts.append((word, _amount(low, unit)))
    if high is not None:
        word = Text("at most", "不高于") if condition.high_in else Text("below", "低于")
        parts.append((word, _amount(high, unit)))
    return Text(
        f"{en} {' and '.join(f'{word.en} {said.en}' for word, said in parts)}",
        f"{zh}{'且'.join(f'{word.zh} {said.zh}' for word, said in parts)}",
    )


def _amount(value: float, unit: Text) -> Text:
    number = plain(value)
    if not unit.en:
        return Text(number, number)
    return Text(f"{number} {unit.en}", f"{number}{'' if unit.zh == '%' else ' '}{unit.zh}")


def _listed(values: Sequence[str], last: str) -> Text:
    shown = values[:WRITTEN]
    more = len(values) - len(shown)
    if more:
        return Text(
            f"{', '.join(shown)} {last} {more} more", f"{'、'.join(shown)} 等 {len(values)} 项"
        )
    en = f"{', '.join(shown[:-1])} {last} {shown[-1]}" if len(shown) > 1 else "".join(shown)
    return Text(en, "、".join(shown))
