"""One cell of a decision table: how officers write what a field must be.

Cells are written as in DMN's simple expressions (FEEL unary tests): `"CN", "HK"`, `not("CN")`,
`>= 1000`, `[10..20)`, `true`, `-` for anything. Beside them: `87*` (begins with), `~"plastic"`
(has the words), `missing`, `known`. Quotes may be left out round words without commas; “ ” and ，
are read as " and , where a Chinese keyboard wrote them.
"""

import re
import unicodedata

from sanzhi.core.findings import Text, Unusable
from sanzhi.customs.risk.rules.fields import FIELDS
from sanzhi.selectivity.condition import Condition
from sanzhi.selectivity.fields import Field

MAX_CELL = 4000

_NUMBER = r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?"
_COMPARED = re.compile(rf"(>=|<=|>|<|=|==)?\s*({_NUMBER})")
_INTERVAL = re.compile(rf"([\[\](])\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*([\[\])])")
_NOT = re.compile(r"not\s*[(（](.*)[)）]", re.DOTALL)
_QUOTES = str.maketrans("“”", '""')
#: Categories of characters that cannot be seen: a value with one would never be met.
_UNSEEN = {"Cc", "Cf", "Cs"}
_STARTS_WITH = re.compile(r'starts with\(\s*\?\s*,\s*("[^"]*")\s*\)')
_CONTAINS = re.compile(r'contains\(\s*\?\s*,\s*("[^"]*")\s*\)')
#: Possessive: a cell of 4,000 characters is read in one pass, whatever it holds.
_VALUE = re.compile(r'\s*+(~?+)(?:"((?:[^"\\]|\\.)*+)"(\*?+)\s*+|([^",，]++))(?:[,，]|$)')


def parse(name: str, cell: str) -> Condition | None:
    """The condition a cell states; None for one that states nothing. `Unusable` (`rules.cell`)
    with the field where it cannot be read."""
    text = cell.strip()
    field = FIELDS.get(name)
    if field is None:
        raise Unusable.because(
            "rules.field",
            name,
            f"There is no field {name[:60]!r}.",
            f"没有字段“{name[:60]}”。",
            mend=Text("The reference lists the fields.", "可用字段见参考文档。"),
        )
    if text in {"", "-"}:
        return None
    if len(text) > MAX_CELL:
        raise _unreadable(field, text)
    if text in {"missing", "null"}:
        return Condition(field=name, test="missing")
    if text in {"known", "not(null)"}:
        return Condition(field=name, test="known")
    try:
        return {"text": _text, "number": _number, "flag": _flag}[field.kind](field, text)
    except ValueError:
        raise _unreadable(field, text) from None


def write(condition: Condition) -> str:
    """The cell that `parse` reads back as the condition."""
    test, values = condition.test, condition.values
    if test in {"missing", "known"}:
        return test
    if test == "is":
        return values[0]
    if test == "range":
        return _written_range(condition)
    sign, star = ("~", "") if test == "contains" else ("", "*" if test.endswith("starts") else "")
    listed = ", ".join(f"{sign}{_quoted(value)}{star}" for value in values)
    return f"not({listed})" if test.startswith("not") else listed


def _text(field: Field, text: str) -> Condition:
    negated = _NOT.fullmatch(text)
    inner = negated[1] if negated else text
    if '"' not in inner:
        inner = inner.translate(_QUOTES)
    inner = _STARTS_WITH.sub(r"\1*", inner)
    inner = _CONTAINS.sub(r"~\1", inner)
    values: list[tuple[str, str]] = []
    at = 0
    while at < len(inner):
        found = _VALUE.match(inner, at)
        if not found:
            raise ValueError(inner)
        bare = (found[4] or "").strip()
        word = (
            re.sub(r"\\(.)", r"\1", found[2])
            if found[2] is not None
            else bare.removesuffix("*").strip()
        )
        starts = found[3] or bare.endswith("*")
        kind = "contains" if found[1] else "starts" if starts else "in"
        if not word.strip("*") or any(unicodedata.category(one) in _UNSEEN for one in word):
            raise ValueError(inner)
        values.append((kind, word))
        at = found.end()
    kinds = {kind for kind, _ in values}
    if len(kinds) != 1 or (negated and kinds == {"contains"}):
        raise ValueError(inner)
    test = ("not " if negated else "") + kinds.pop()
    return Condition.model_validate(
        {
            "field": field.name,
            "test": test,
            "values": tuple(dict.fromkeys(word for _, word in values)),
        }
    )


def _number(field: Field, text: str) -> Condition:
    bounds: dict[str, float | bool] = {}
    if found := _INTERVAL.fullmatch(text):
        bounds = {
            "low": float(found[2]),
            "high": float(found[3]),
            "low_in": found[1] == "[",
            "high_in": found[4] == "]",
        }
    elif found := _COMPARED.fullmatch(text):
        value = float(found[2])
        match found[1]:
            case ">=" | ">":
                bounds |= {"low": value, "low_in": found[1] == ">="}
            case "<=" | "<":
                bounds |= {"high": value, "high_in": found[1] == "<="}
            case _:
                bounds |= {"low": value, "high": value}
    else:
        raise ValueError(text)
    return Condition.model_validate({"field": field.name, "test": "range"} | bounds)


def _flag(field: Field, text: str) -> Condition:
    known = {
        "true": "true",
        "yes": "true",
        "1": "true",
        "是": "true",
        "false": "false",
        "no": "false",
        "0": "false",
        "否": "false",
    }
    value = known.get(text.casefold())
    if value is None:
        raise ValueError(text)
    return Condition(field=field.name, test="is", values=(value,))


def _written_range(condition: Condition) -> str:
    low, high = (
        None if one is None else repr(one).removesuffix(".0")
        for one in (condition.low, condition.high)
    )
    if low is not None and high is not None:
        if low == high and condition.low_in and condition.high_in:
            return f"= {low}"
        return f"{'[' if condition.low_in else '('}{low}..{high}{']' if condition.high_in else ')'}"
    if low is not None:
        return f"{'>=' if condition.low_in else '>'} {low}"
    return f"{'<=' if condition.high_in else '<'} {high}"


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _unreadable(field: Field, text: str) -> Unusable:
    examples = {
        "text": '"CN", "HK"   not("CN")   87*   ~"plastic"',
        "number": ">= 1000   [10..20)   = 5",
        "flag": "true   false",
    }[field.kind]
    return Unusable.because(
        "rules.cell",
        field.name,
        f"{text[:80]!r} is no condition on {field.title.en}.",
        f"“{text[:80]}”不是“{field.title.zh}”的有效条件。",
        mend=Text(f"Write for example: {examples}", f"写法示例：{examples}"),
    )
