"""What a field must be: the one type of condition, and the functions that conditions become.

A condition is made once and asked often: `compiled` turns it into a function of a value, so that
nothing of it is interpreted while a declaration is lodged.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, FiniteFloat, model_validator

from sanzhi.core.shapes import Misfit
from sanzhi.selectivity.fields import Catalogue, Field, Kind

Test = Literal[
    "in", "not in", "starts", "not starts", "contains", "range", "is", "missing", "known"
]
#: Whether a value satisfies a condition; None is a value not known.
Holds = Callable[[Any], bool]

#: The kind of field that a test asks; the others ask any.
_KINDS: dict[Test, Kind] = {
    "in": "text",
    "not in": "text",
    "starts": "text",
    "not starts": "text",
    "contains": "text",
    "range": "number",
    "is": "flag",
}


class Condition(BaseModel):
    """A field and what it must be; `low` and `high` bound a range, open where None."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    test: Test
    values: tuple[str, ...] = ()
    low: FiniteFloat | None = None
    high: FiniteFloat | None = None
    low_in: bool = True
    high_in: bool = True

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        needs_values = self.test in {"in", "not in", "starts", "not starts", "contains", "is"}
        if needs_values != bool(self.values):
            raise Misfit(
                f"{self.test!r} with {len(self.values)} values.",
                f"{self.test!r} 不能带 {len(self.values)} 个取值。",
            )
        if self.test == "range" and self.low is None and self.high is None:
            raise Misfit("A range has a bound.", "区间至少应有一端。")
        if self.test not in {"in", "not in"} and not all(self.values):
            raise Misfit(
                f"{self.test!r} with nothing would hold everywhere.",
                f"{self.test!r} 的取值不能为空。",
            )
        if self.test == "is" and self.values not in {("true",), ("false",)}:
            raise Misfit(
                f"A flag is true or false, not {self.values!r}.",
                f"是否字段应为 true 或 false，不能是 {self.values!r}。",
            )
        return self

    @property
    def empty(self) -> bool:
        """Whether nothing can satisfy it."""
        if self.test != "range" or self.low is None or self.high is None:
            return False
        return self.low > self.high or (
            self.low == self.high and not (self.low_in and self.high_in)
        )


def require_fit(when: Iterable[Condition], fields: Catalogue) -> None:
    """`Misfit` where a condition asks for what the catalogue does not have, or for what a field
    of its kind cannot be."""
    for one in when:
        kind = fields[one.field].kind if one.field in fields else None
        if kind is None or _KINDS.get(one.test, kind) != kind:
            raise Misfit(
                f"{one.test!r} does not fit the field {one.field!r}.",
                f"{one.test!r} 不适用于字段 {one.field!r}。",
            )


def compiled(condition: Condition, field: Field) -> Holds:
    """A function that says whether a value of the field satisfies the condition. Of a field that
    has many values it takes all of them, and one that satisfies is enough; none of them is a value
    not known."""
    holds = _compiled(condition, field)
    if not field.many:
        return holds
    return lambda values: any(map(holds, values or (None,)))


def as_compared(text: str, field: Field) -> str:
    """A text as `contains` compares it: capitals or not, but where signs are codes."""
    return text if field.letters else text.casefold()


def _compiled(condition: Condition, field: Field) -> Holds:  # noqa: PLR0911 - a line a test
    values = condition.values
    match condition.test:
        case "missing":
            return lambda value: value is None
        case "known":
            return lambda value: value is not None
        case "in":
            listed = frozenset(values)
            return lambda value: value in listed
        case "not in":
            listed = frozenset(values)
            return lambda value: value is not None and value not in listed
        case "starts":
            return lambda value: value is not None and value.startswith(values)
        case "not starts":
            return lambda value: value is not None and not value.startswith(values)
        case "contains":
            words = tuple(as_compared(value, field) for value in values)
            return lambda value: (
                value is not None and any(word in as_compared(value, field) for word in words)
            )
        case "is":
            wanted = values == ("true",)
            return lambda value: value is not None and bool(value) is wanted
        case "range":
            return _range(condition)


def _range(condition: Condition) -> Holds:
    """Amounts are compared as the decimals they are, whatever else as floating-point numbers."""
    amounts, numbers = _between(condition, _written), _between(condition, float)

    def holds(value: Any) -> bool:
        if value is None:
            return False
        return amounts(value) if isinstance(value, Decimal) else numbers(float(value))

    return holds


def _between(condition: Condition, of: Callable[[float], Any]) -> Holds:
    low = None if condition.low is None else of(condition.low)
    high = None if condition.high is None else of(condition.high)
    low_in, high_in = condition.low_in, condition.high_in
    return lambda number: (
        (low is None or low < number or (low_in and low == number))
        and (high is None or number < high or (high_in and number == high))
    )


def _written(bound: float) -> Decimal:
    """A bound as it was written: 0.1 is a tenth, and not the binary number nearest to it."""
    return Decimal(repr(bound))
