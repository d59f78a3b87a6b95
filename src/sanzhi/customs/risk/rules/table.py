"""Rules and tables of rules."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)

from sanzhi.core.findings import Text, Unusable
from sanzhi.core.shapes import Misfit
from sanzhi.customs.lanes import STRICTEST, Lane
from sanzhi.customs.risk.rules.condition import Condition
from sanzhi.customs.risk.rules.fields import FIELDS

#: Rules of one table.
MAX_RULES = 5000

Key = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]


class Rule(BaseModel):
    """What to look at, why, and on whose word. All conditions must hold for one goods item."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Key
    lane: Lane
    weight: Annotated[float, Field(ge=0, le=1000)] = 1.0
    """What the rule adds to the sum by which hits are ordered."""
    owner: Annotated[Words, Field(min_length=1)]
    reason_en: Annotated[Words, Field(min_length=1)]
    reason_zh: Annotated[Words, Field(min_length=1)]
    citation: Words = ""
    """`act` or `act, article`, as elsewhere."""
    valid_from: date
    valid_until: date | None = None
    """First day it no longer applies."""
    when: Annotated[tuple[Condition, ...], Field(min_length=1)]

    @property
    def reason(self) -> Text:
        return Text(self.reason_en, self.reason_zh)

    def valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)

    @field_validator("when")
    @classmethod
    def _in_the_order_of_fields(cls, given: tuple[Condition, ...]) -> tuple[Condition, ...]:
        order = list(FIELDS)
        return tuple(sorted(given, key=lambda one: order.index(one.field)))

    @model_validator(mode="after")
    def _makes_sense(self) -> Self:
        if self.valid_until is not None and self.valid_until <= self.valid_from:
            raise Misfit("valid_until is not after valid_from.", "valid_until 应晚于 valid_from。")
        if self.lane is Lane.GREEN:
            raise Misfit(
                "A rule asks for the lane red, yellow or blue.",
                "规则的通道应为 red、yellow 或 blue。",
            )
        fields = [one.field for one in self.when]
        if len(set(fields)) != len(fields):
            raise Misfit("A field stands twice.", "字段重复。")
        return self


class RuleTable(BaseModel):
    """Rules that apply together; every rule that hits counts, the strictest lane decides."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: Annotated[tuple[Rule, ...], Field(max_length=MAX_RULES)] = ()

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        seen: set[str] = set()
        for rule in self.rules:
            if rule.id in seen:
                raise Misfit(f"The rule {rule.id} stands twice.", f"规则 {rule.id} 重复。")
            seen.add(rule.id)
        return self

    def on(self, day: date) -> tuple[Rule, ...]:
        """The rules that apply on a day."""
        return tuple(rule for rule in self.rules if rule.valid_on(day))


def require_room(count: int, path: str) -> None:
    """`Unusable` (`rules.too_many`) where a table would have more rules than one can."""
    if count > MAX_RULES:
        raise Unusable.because(
            "rules.too_many",
            path,
            f"A table has {MAX_RULES:,} rules at most.",
            f"一张决策表最多 {MAX_RULES:,} 条规则。",
        )


def lane_of(hits: Iterable[Rule]) -> Lane:
    """The strictest lane that hits ask for; green for none."""
    return min((rule.lane for rule in hits), key=STRICTEST.index, default=Lane.GREEN)
