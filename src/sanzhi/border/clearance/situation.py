"""What clearance knows beside the case and what it is told: the law, the parties' standing with
customs, and the chance that selects."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sanzhi.border.clearance.lanes import Choosing
from sanzhi.border.clearance.standing import Consignment, Version
from sanzhi.cases import Situation
from sanzhi.core.findings import Finding
from sanzhi.declarations import Declaration, Party
from sanzhi.law import Pack


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What processing a declaration needs to know beside the document."""

    trader: Party
    """Who stands in for the trader where the declaration names none."""
    declarant: str
    """Credit code."""
    tier: str
    first_time: bool
    draw: Decimal
    """Uniform in [0, 1), from a secret and the case: decides the random floor."""
    choosing: Choosing | None = None
    """The administration's own rules and ranking, beside the law's table."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """An officer drawn for an inspection; nobody where nobody could be."""

    officer: str
    among: int
    draw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance(Situation):
    """The situation in which an action on a consignment is taken."""

    pack: Pack
    today: date
    """The day of the moment in the administration's zone."""
    lodging: Callable[[], Circumstances] | None = None
    """Needed where a declaration is processed anew."""
    reading: tuple[Finding, ...] = ()
    """What was found while the message was read; an error among it returns the declaration."""
    current: Callable[[Version], Declaration] | None = None
    """The declaration in a version that was told; `Unusable` where what is stored is not it."""
    draw_inspector: Callable[[Consignment], Drawn] | None = None
    receipt: str = ""
    """Number of the payment, where one is made."""
