"""Where a consignment stands, and what follows from each event: the one definition of it.

Amounts are in the administration's currency, days those of its zone.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from sanzhi.border.clearance import events
from sanzhi.border.clearance.codes import (
    DocumentsDecision,
    InspectionResult,
    ReviewOutcome,
    SelectedBy,
)
from sanzhi.border.clearance.states import AFTER_RELEASE, AWAITED, State
from sanzhi.cases import At, Kind, Standing
from sanzhi.cases.standing import NEVER, Outcome
from sanzhi.core.findings import Text
from sanzhi.core.money import NOTHING, ZERO
from sanzhi.selectivity.lanes import Lane, stricter


@dataclass(frozen=True, slots=True)
class Version:
    """A version of the declaration by the hashes of what is stored of it (SHA-256)."""

    number: int
    format: str
    document: str
    original: str
    findings: str
    assessment: str = ""


@dataclass(frozen=True, kw_only=True)
class Consignment(Standing):
    """A consignment under clearance (报关单)."""

    state: State = State.RETURNED
    trader: str = ""
    """Credit code, as the declarant's."""
    declarant: str = ""
    lodged_by: str = ""
    lodged_at: datetime = NEVER
    reference: str = ""
    filed: str = ""
    """SHA-256 of the declaration as first filed."""
    office: str = ""
    regime: str = ""
    type: str = ""
    declared_on: date = date.min
    """The day whose law applies."""
    awaits_arrival: bool = False
    version: int = 0
    versions: tuple[Version, ...] = ()
    items: int = 0
    goods: str = ""
    warnings: int = 0
    lane: Lane | None = None
    lane_rule: str = ""
    """The row of the law's table, or what stood in its place."""
    selected_by: SelectedBy | None = None
    customs_value: Decimal = NOTHING
    totals: Mapping[str, str] = field(default_factory=dict)
    """What is due by kind of tax, as the last decision on it says."""
    due: Decimal = NOTHING
    paid: Decimal = NOTHING
    guaranteed: Decimal = NOTHING
    released_at: datetime | None = None
    audit_due: bool = False
    inspector: str = ""
    """The account drawn for the inspection; empty before one, and where nobody could be drawn."""

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


def _parties(case: Consignment) -> Collection[str]:
    return {case.trader, case.declarant}


CONSIGNMENT: Kind[Consignment] = Kind(
    name="consignment",
    words=Text("consignment", "报关单"),
    states=State,
    begin=Consignment,
    awaited=AWAITED,
    parties=_parties,
    own=lambda case: {case.lodged_by},
    requests={
        "cancellation": Text("cancellation", "撤销"),
        "correction": Text("correction after release", "放行后更正"),
        "appeal": Text("appeal", "行政复议"),
    },
)


@CONSIGNMENT.follows(events.Lodged)
def _lodged(case: Consignment, told: events.Lodged, at: At) -> Consignment:
    return _brought(case, told).having(
        trader=told.trader,
        declarant=told.declarant,
        lodged_by=at.actor,
        lodged_at=at.time,
        reference=told.reference,
        filed=told.filed,
        office=told.office,
        regime=told.regime,
        type=told.type,
        declared_on=date.fromisoformat(told.on),
    )


@CONSIGNMENT.follows(events.Amended)
def _amended(case: Consignment, told: events.Amended, _at: At) -> Consignment:
    return _brought(case, told).having(type=told.type)


@CONSIGNMENT.follows(events.Returned)
def _returned(case: Consignment, _told: events.Returned, _at: At) -> Consignment:
    return case.having(state=State.RETURNED, deadline=None)


@CONSIGNMENT.follows(events.Accepted)
def _accepted(case: Consignment, told: events.Accepted, _at: At) -> Consignment:
    return case.having(awaits_arrival=told.awaits_arrival)


@CONSIGNMENT.follows(events.Assessed)
def _assessed(case: Consignment, told: events.Assessed, _at: At) -> Consignment:
    assessed = _with_assessment(case, told.assessment).having(
        customs_value=Decimal(told.customs_value), due=Decimal(told.total), totals=told.totals
    )
    return _settled(assessed) if case.state in AFTER_RELEASE else assessed


@CONSIGNMENT.follows(events.RiskAssessed)
def _risk_assessed(case: Consignment, _told: events.RiskAssessed, _at: At) -> Consignment:
    return case  # what it asked for is in the lane that is assigned next


@CONSIGNMENT.follows(events.LaneAssigned)
def _lane_assigned(case: Consignment, told: events.LaneAssigned, _at: At) -> Consignment:
    assigned = case.having(lane=told.lane, lane_rule=told.rule, selected_by=told.by)
    if case.awaits_arrival:
        return assigned.having(state=State.AWAITING_ARRIVAL, deadline=None)
    return _controlled(assigned)


@CONSIGNMENT.follows(events.LaneChanged)
def _lane_changed(case: Consignment, told: events.LaneChanged, _at: At) -> Consignment:
    return _controlled(case.having(lane=told.after))


@CONSIGNMENT.follows(events.InspectorDrawn)
def _inspector_drawn(case: Consignment, told: events.InspectorDrawn, _at: At) -> Consignment:
    return case.having(inspector=told.officer)


@CONSIGNMENT.follows(events.Arrived)
def _arrived(case: Consignment, told: events.Arrived, _at: At) -> Consignment:
    arrived = _brought(case, told).having(
        awaits_arrival=False, declared_on=date.fromisoformat(told.on)
    )
    return _controlled(arrived)


@CONSIGNMENT.follows(events.DocumentsDecided)
def _documents_decided(case: Consignment, told: events.DocumentsDecided, _at: At) -> Consignment:
    if told.decision is DocumentsDecision.INSPECT:
        return _controlled(case.having(lane=stricter(case.lane or Lane.GREEN, Lane.RED)))
    # A return is told by an event of its own.
    return _free_to_pay(case) if told.decision is DocumentsDecision.PASS else case


@CONSIGNMENT.follows(events.Inspected)
def _inspected(case: Consignment, told: events.Inspected, _at: At) -> Consignment:
    return _free_to_pay(case) if told.result is InspectionResult.CONFORMS else case


@CONSIGNMENT.follows(events.PaymentDue)
def _payment_due(case: Consignment, told: events.PaymentDue, _at: At) -> Consignment:
    return case.having(deadline=date.fromisoformat(told.until))


@CONSIGNMENT.follows(events.Paid)
def _paid(case: Consignment, told: events.Paid, _at: At) -> Consignment:
    paid = case.having(paid=case.paid + Decimal(told.amount), guaranteed=NOTHING)
    return _settled(paid) if case.state is State.SETTLEMENT else paid


@CONSIGNMENT.follows(events.Guaranteed)
def _guaranteed(case: Consignment, told: events.Guaranteed, _at: At) -> Consignment:
    return case.having(guaranteed=Decimal(told.amount))


@CONSIGNMENT.follows(events.Released)
def _released(case: Consignment, told: events.Released, at: At) -> Consignment:
    released = case.having(
        released_at=case.released_at or at.time, audit_due=case.lane is Lane.BLUE
    )
    if told.complete_until:
        until = date.fromisoformat(told.complete_until)
        return released.having(state=State.COMPLETION_DUE, deadline=until)
    return _settled(released)


@CONSIGNMENT.follows(events.Completed)
def _completed(case: Consignment, told: events.Completed, _at: At) -> Consignment:
    return _brought(case, told).having(type="complete", state=State.RELEASED, deadline=None)


@CONSIGNMENT.follows(events.Corrected)
def _corrected(case: Consignment, told: events.Corrected, at: At) -> Consignment:
    corrected = _brought(case.deciding("correction", at, Outcome.GRANTED, told.reason), told)
    return _settled(
        _with_assessment(corrected, told.assessment).having(
            customs_value=Decimal(told.customs_value),
            due=Decimal(told.after),
            totals=told.totals,
        )
    )


@CONSIGNMENT.follows(events.Cancelled)
def _cancelled(case: Consignment, told: events.Cancelled, at: At) -> Consignment:
    return case.deciding("cancellation", at, Outcome.GRANTED, told.reason).having(
        state=State.CANCELLED, due=NOTHING, totals={}, guaranteed=NOTHING, deadline=None
    )


@CONSIGNMENT.follows(events.CancellationRequested)
def _cancellation_asked(
    case: Consignment, told: events.CancellationRequested, at: At
) -> Consignment:
    return case.asking("cancellation", at, told.reason)


@CONSIGNMENT.follows(events.CancellationRefused)
def _cancellation_refused(
    case: Consignment, told: events.CancellationRefused, at: At
) -> Consignment:
    return case.deciding("cancellation", at, Outcome.REFUSED, told.reason)


@CONSIGNMENT.follows(events.CorrectionRequested)
def _correction_asked(case: Consignment, told: events.CorrectionRequested, at: At) -> Consignment:
    return case.asking("correction", at, told.reason, document=told.document)


@CONSIGNMENT.follows(events.CorrectionRefused)
def _correction_refused(case: Consignment, told: events.CorrectionRefused, at: At) -> Consignment:
    return case.deciding("correction", at, Outcome.REFUSED, told.reason)


@CONSIGNMENT.follows(events.Audited)
def _audited(case: Consignment, _told: events.Audited, _at: At) -> Consignment:
    return case.having(audit_due=False)


@CONSIGNMENT.follows(events.Refunded)
def _refunded(case: Consignment, told: events.Refunded, _at: At) -> Consignment:
    return case.having(paid=case.paid - Decimal(told.amount))


@CONSIGNMENT.follows(events.Appealed)
def _appealed(case: Consignment, told: events.Appealed, at: At) -> Consignment:
    return case.asking("appeal", at, told.reason, about=told.decision)


@CONSIGNMENT.follows(events.AppealDecided)
def _appeal_decided(case: Consignment, told: events.AppealDecided, at: At) -> Consignment:
    overturned = told.outcome is ReviewOutcome.OVERTURNED
    outcome = Outcome.GRANTED if overturned else Outcome.REFUSED
    decided = case.deciding("appeal", at, outcome, told.reason)
    if not overturned or case.state is not State.RETURNED:
        return decided
    # Returned wrongly, it goes to an officer of its lane anew, at least to one who reads it.
    return _controlled(decided.having(lane=stricter(case.lane or Lane.GREEN, Lane.YELLOW)))


def _brought(case: Consignment, told: events.Brought) -> Consignment:
    version = Version(told.version, told.format, told.document, told.original, told.findings)
    return case.having(
        version=told.version,
        versions=(*case.versions, version),
        items=told.items,
        goods=told.goods,
        warnings=told.warnings,
    )


def _with_assessment(case: Consignment, assessment: str) -> Consignment:
    last = case.versions[-1]
    version = Version(
        last.number, last.format, last.document, last.original, last.findings, assessment
    )
    return case.having(versions=(*case.versions[:-1], version))


def _controlled(case: Consignment) -> Consignment:
    """Into the controls of its lane; a new inspection has no inspector yet."""
    match case.lane:
        case Lane.YELLOW:
            return case.having(state=State.DOCUMENTS_REVIEW, deadline=None)
        case Lane.RED if case.state is not State.INSPECTION:
            return case.having(state=State.INSPECTION, inspector="", deadline=None)
        case Lane.RED:
            return case
    return _free_to_pay(case)


def _free_to_pay(case: Consignment) -> Consignment:
    """The controls are done. A deadline that runs already goes on."""
    if case.state is State.PAYMENT:
        return case
    return case.having(state=State.PAYMENT, deadline=None)


def _settled(case: Consignment) -> Consignment:
    """After release: whole when everything due is paid, else further payment is due. A guarantee
    lets the goods go; the day until which the tax is paid stays."""
    if case.owed:
        return case.having(state=State.SETTLEMENT)
    return case.having(state=State.RELEASED, deadline=None)
