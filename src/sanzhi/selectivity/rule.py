"""A rule: what to look at, in which lane, why, and on whose word."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from sanzhi.core.findings import Text
from sanzhi.core.shapes import Misfit
from sanzhi.selectivity.condition import Condition
from sanzhi.selectivity.lanes import STRICTEST, Lane

Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)]


class Rule(BaseModel):
    """A row of a table. All conditions must hold; one without any holds everywhere."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Key
    lane: Lane
    weight: Annotated[float, Field(ge=0, le=1000)] = 1.0
    """What the rule adds to the sum by which hits are ordered, where every one counts."""
    owner: Words = ""
    """Who answers for it; empty for the law's own."""
    reason_en: Annotated[Words, Field(min_length=1)]
    reason_zh: Annotated[Words, Field(min_length=1)]
    citation: Words = ""
    """`act` or `act, article`, as elsewhere."""
    valid_from: date
    valid_until: date | None = None
    """First day it no longer applies."""
    when: tuple[Condition, ...] = ()

    @property
    def reason(self) -> Text:
        return Text(self.reason_en, self.reason_zh)

    def valid_on(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)

    def meets(self, other: Self) -> bool:
        """Whether both apply on some day."""
        return (self.valid_until is None or other.valid_from < self.valid_until) and (
            other.valid_until is None or self.valid_from < other.valid_until
        )

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_until is not None and self.valid_until <= self.valid_from:
            raise Misfit(
                f"The rule ends on {self.valid_until}, and would begin on {self.valid_from}.",
                f"规则于 {self.valid_until} 失效，不晚于生效日 {self.valid_from}。",
            )
        return self


def strictest(rules: Iterable[Rule]) -> Lane:
    """The strictest lane that rules ask for; green for none."""
    return min((rule.lane for rule in rules), key=STRICTEST.index, default=Lane.GREEN)
