"""Playing invented trade through the real actions, each at its moment.

Consignments are lodged in the order of time; whatever waits for somebody is given a moment at
which that somebody acts. What would happen after the last moment is left undone: that is the work
a visitor finds.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from decimal import Decimal
from itertools import count, groupby
from random import Random

from sanzhi.border.clearance import State
from sanzhi.border.exercise import Consignment, Firm
from sanzhi.declarations import Declaration
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.models import Enterprise
from sanzhi.site.cases.actions import act
from sanzhi.site.clearance.lodging import Submission, lodge_many
from sanzhi.site.clearance.models import Case
from sanzhi.site.events.models import EventRecord
from sanzhi.site.law.catalogue import pack

#: Over the last days most of what comes in is left: a visitor finds work, as officer or trader.
BACKLOG = timedelta(days=8)
_LEFT_BY_OFFICERS, _LEFT_BY_TRADERS = 0.9, 0.6

RETURN_NOTE = "发票与报关单品名不一致，请核对。 The invoice names other goods; please compare."
REBATE_REASON = (
    "卖方事后按合同给予折扣。 The seller granted the rebate that the contract had agreed."
)
AMEND_REASON = "更正填报错误 Filing mistake corrected"
DISCREPANCY = "实际数量与申报不符。 Quantity found differs from the one declared."
AUDIT_NOTE = "账册所列运费未计入完税价格。 The books show freight left out of the customs value."


@dataclass(slots=True)
class Cast:
    """Who acts: by enterprise key those who file, by office officers and supervisors."""

    filers: dict[str, Actor]
    officers: dict[str, Actor]
    supervisors: dict[str, Actor]
    enterprises: dict[str, Enterprise]


@dataclass(slots=True)
class _Played:
    """A consignment on its way, with what is to happen to it next."""

    case: Case
    consignment: Consignment
    visits: int = 0
    """Times it has been returned or reviewed: nothing comes back for ever."""
    asked: str = ""
    """An open request: whose decision is awaited next."""


Move = Callable[["Play", _Played, datetime], None]


@dataclass(slots=True)
class Play:
    """A run of the trade up to `until`; the same seed plays the same way."""

    cast: Cast
    until: datetime
    random: Random
    progress: Callable[[int], None] = lambda _number: None
    _waiting: list[tuple[datetime, int, Move, _Played]] = field(default_factory=list)
    _turn: Iterator[int] = field(default_factory=count)

    def run(self, trade: Iterable[Consignment]) -> None:
        for (moment, filer), together in groupby(trade, lambda one: (one.lodged_at, one.filer)):
            self._catch_up(moment)
            self._lodge(moment, filer, list(together))
        self._catch_up(self.until)

    def _lodge(self, moment: datetime, filer: Firm, together: list[Consignment]) -> None:
        filings = [
            Submission(one.declaration, self.cast.enterprises[one.trader.key]) for one in together
        ]
        lodged = lodge_many(
            self.cast.filers[filer.key], filings, self.cast.enterprises[filer.key], now=moment
        )
        for one, done in zip(together, lodged, strict=True):
            self._follow(_Played(done.case, one), moment)
        self.progress(len(together))

    def _catch_up(self, moment: datetime) -> None:
        while self._waiting and self._waiting[0][0] <= moment:
            when, _, move, played = heapq.heappop(self._waiting)
            move(self, played, when)
            self._follow(played, when)

    def _follow(self, played: _Played, moment: datetime) -> None:
        """Set the moment of what comes next, if anything does."""
        move, shortest, longest = self._next(played)
        if move is None:
            return
        when = moment + timedelta(hours=self.random.triangular(shortest, longest, shortest))
        if move in OFFICERS_MOVES:
            when = _office_hours(when)
        left = _LEFT_BY_OFFICERS if move in OFFICERS_MOVES else _LEFT_BY_TRADERS
        if self.until - when < BACKLOG and self.random.random() < left:
            return
        if when < self.until:
            heapq.heappush(self._waiting, (when, next(self._turn), move, played))

    def _next(self, played: _Played) -> tuple[Move | None, float, float]:
        """What happens next, and after how many hours at least and at most."""
        if played.asked:
            return _decide_request, 20, 90
        state, draw = State(played.case.state), self.random.random()
        if state is State.RELEASED:
            return self._after_release(played, draw)
        if state is State.RETURNED and draw < 0.12:
            return _ask_cancellation, 4, 60
        if state is State.PAYMENT and draw > 0.98:
            return _pay, 15 * 24, 24 * 24
        if state is State.PAYMENT and draw < 0.08 and played.case.trader.tier == "advanced":
            return _guarantee, 1, 20
        return _USUAL.get(state, (None, 0, 0))

    def _after_release(self, played: _Played, draw: float) -> tuple[Move | None, float, float]:
        if played.case.overpaid:
            return _refund, 24, 200
        if played.case.audit_due:
            return _audit, 20 * 24, 70 * 24
        if played.visits < 3 and played.case.due:
            if draw < 0.012:
                return _ask_correction, 48, 30 * 24
            if draw < 0.02:
                return _appeal, 48, 40 * 24
        return None, 0, 0


def _amend(play: Play, played: _Played, now: datetime) -> None:
    declaration = played.consignment.corrected or played.consignment.declaration
    act(
        _filer(play, played),
        played.case,
        played.case.sequence,
        "amend",
        {"declaration": declaration, "reason": AMEND_REASON},
        now=now,
    )
    played.visits += 1


def _ask_cancellation(play: Play, played: _Played, now: datetime) -> None:
    act(
        _filer(play, played),
        played.case,
        played.case.sequence,
        "request_cancellation",
        {"reason": "合同已解除，货物退运。 The contract was ended; the goods go back."},
        now=now,
    )
    played.asked = "cancellation"


def _ask_correction(play: Play, played: _Played, now: datetime) -> None:
    act(
        _filer(play, played),
        played.case,
        played.case.sequence,
        "request_correction",
        {
            "declaration": _rebated(played),
            "reason": REBATE_REASON,
        },
        now=now,
    )
    played.asked = "correction"
    played.visits += 1


def _appeal(play: Play, played: _Played, now: datetime) -> None:
    term = timedelta(days=int(pack().number("appeal.deadline_days", pack().day_of(now))))
    decision = (
        EventRecord.objects.told()
        .filter(case=played.case.number, kind="clearance.assessed", time__gt=now - term)
        .order_by("sequence")
        .first()
    )
    if decision is None:
        # Paid so late after the assessment that the term to contest it has gone by.
        return
    act(
        _filer(play, played),
        played.case,
        played.case.sequence,
        "appeal",
        {
            "decision": decision.sequence,
            "reason": "对完税价格的认定有异议。 The customs value is contested.",
        },
        now=now,
    )
    played.asked = "appeal"
    played.visits = 3


def _decide_request(play: Play, played: _Played, now: datetime) -> None:
    case, granted = played.case, play.random.random() < 0.7
    supervisor = play.cast.supervisors[case.office]
    match played.asked:
        case "cancellation":
            act(
                supervisor,
                case,
                case.sequence,
                "decide_cancellation",
                {"granted": True, "reason": "情况属实。 The facts are as stated."},
                now=now,
            )
        case "correction":
            act(
                supervisor,
                case,
                case.sequence,
                "decide_correction",
                {
                    "granted": granted,
                    "reason": "已核对合同与付汇凭证。 Contract and payment were compared.",
                },
                now=now,
            )
        case "appeal":
            act(
                supervisor,
                case,
                case.sequence,
                "decide_appeal",
                {"upheld": True, "reason": "估价依据充分。 The valuation rests on the contract."},
                now=now,
            )
    played.asked = ""


def _report_arrival(play: Play, played: _Played, now: datetime) -> None:
    act(
        _filer(play, played),
        played.case,
        played.case.sequence,
        "report_arrival",
        {"on": pack().day_of(now)},
        now=now,
    )


def _review(play: Play, played: _Played, now: datetime) -> None:
    draw = play.random.random() if played.visits < 2 else 1.0
    decision, note = (
        ("return", RETURN_NOTE)
        if draw < 0.04
        else ("inspect", "单价偏低，转查验。 The price is low; inspect.")
        if draw < 0.1
        else ("pass", "")
    )
    act(
        play.cast.officers[played.case.office],
        played.case,
        played.case.sequence,
        "decide_documents",
        {"decision": decision, "note": note},
        now=now,
    )
    played.visits += 1


def _inspect(play: Play, played: _Played, now: datetime) -> None:
    wrong = played.visits < 2 and play.random.random() < 0.07
    act(
        play.cast.officers[played.case.office],
        played.case,
        played.case.sequence,
        "record_inspection",
        {"result": "discrepancy" if wrong else "conforms", "note": DISCREPANCY if wrong else ""},
        now=now,
    )
    played.visits += 1


def _pay(play: Play, played: _Played, now: datetime) -> None:
    act(
        _filer(play, played),
        played.case,
        played.case.sequence,
        "pay",
        {"amount": played.case.owed},
        now=now,
    )


def _guarantee(play: Play, played: _Played, now: datetime) -> None:
    amount = played.case.owed.quantize(Decimal(1)) + 1
    act(
        _filer(play, played),
        played.case,
        played.case.sequence,
        "guarantee",
        {"amount": amount, "guarantee": f"LG-{now:%y%m}-{played.case.pk:06d}"},
        now=now,
    )


def _complete(play: Play, played: _Played, now: datetime) -> None:
    act(
        _filer(play, played),
        played.case,
        played.case.sequence,
        "complete",
        {"declaration": played.consignment.corrected or played.consignment.declaration},
        now=now,
    )


def _audit(play: Play, played: _Played, now: datetime) -> None:
    wrong = play.random.random() < 0.1
    act(
        play.cast.officers[played.case.office],
        played.case,
        played.case.sequence,
        "record_audit",
        {
            "result": "correction" if wrong else "conforms",
            "note": AUDIT_NOTE if wrong else "",
        },
        now=now,
    )


def _refund(play: Play, played: _Played, now: datetime) -> None:
    act(
        play.cast.supervisors[played.case.office],
        played.case,
        played.case.sequence,
        "refund",
        {"amount": played.case.overpaid, "reason": "多征税款退还。 Tax levied in excess."},
        now=now,
    )


#: Moves that customs makes, in its hours, and that the last days leave undone.
OFFICERS_MOVES: frozenset[Move] = frozenset({_review, _inspect, _audit, _refund, _decide_request})


#: What usually follows in a state, and after how many hours at least and at most.
_USUAL: dict[State, tuple[Move, float, float]] = {
    State.RETURNED: (_amend, 1, 50),
    State.AWAITING_ARRIVAL: (_report_arrival, 24, 140),
    State.DOCUMENTS_REVIEW: (_review, 1, 22),
    State.INSPECTION: (_inspect, 3, 36),
    State.PAYMENT: (_pay, 0.2, 48),
    State.COMPLETION_DUE: (_complete, 40, 300),
    State.SETTLEMENT: (_pay, 20, 200),
}


def _filer(play: Play, played: _Played) -> Actor:
    return play.cast.filers[played.consignment.filer.key]


def _rebated(played: _Played) -> Declaration:
    """The declaration with a rebate of a tenth on its first goods item."""
    declaration = played.consignment.corrected or played.consignment.declaration
    first, *others = declaration.items
    cut = ((first.price or Decimal(0)) / 10).quantize(Decimal("0.01"))
    return declaration.model_copy(
        update={
            "invoice_total": (declaration.invoice_total or Decimal(0)) - cut,
            "items": [
                first.model_copy(
                    update={"price": (first.price or Decimal(0)) - cut, "unit_price": None}
                ),
                *others,
            ],
        }
    )


def _office_hours(moment: datetime) -> datetime:
    """The moment, or where the office is closed, the morning it opens."""
    local = moment.astimezone(pack().zone)
    day = local.date()
    if local.hour >= 17:
        day += timedelta(days=1)
    elif local.hour >= 9 and pack().is_working_day(day):
        return local
    return datetime.combine(
        pack().next_working_day(day), time(9, local.minute, local.second), pack().zone
    )
