"""What a case is when an action is taken, and what the action makes of it."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from sanzhi.border.clearance.lanes import Choosing
from sanzhi.border.clearance.states import State
from sanzhi.core.findings import Finding
from sanzhi.core.money import ZERO
from sanzhi.customs.duty import Assessment
from sanzhi.customs.lanes import Lane
from sanzhi.events import Payload


@dataclass(frozen=True, slots=True)
class Standing:
    """What a case is when an action is taken; amounts in yuan."""

    state: State
    lane: Lane | None
    type: str
    version: int
    due: Decimal = ZERO
    paid: Decimal = ZERO
    guaranteed: Decimal = ZERO

    @property
    def owed(self) -> Decimal:
        """What is still to be paid: due less paid, never below zero."""
        return max(self.due - self.paid, ZERO)

    @property
    def is_settled(self) -> bool:
        return self.owed <= self.guaranteed

    @property
    def overpaid(self) -> Decimal:
        return max(self.paid - self.due, ZERO)


class Told(NamedTuple):
    """An event to be logged, and the law it applied."""

    payload: Payload
    law: tuple[str, ...]


@dataclass(slots=True)
class Step:
    """What an action makes of a case."""

    standing: Standing
    told: list[Told] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    assessment: Assessment | None = None


@dataclass(frozen=True, slots=True)
class Lodging:
    """What processing a declaration needs to know beside the document."""

    trader: str
    declarant: str
    tier: str
    first_time: bool
    draw: Decimal
    """Uniform in [0, 1), from a secret and the case: decides the random floor."""
    choosing: Choosing | None = None
    """The administration's own rules and ranking, beside the law's table."""
