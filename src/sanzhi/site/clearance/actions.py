"""What people do with consignments. The only writer of cases: each function checks the
permission, asks the clearance rules for the step, and stores it with its events in one
transaction. `now` is the moment of the action, where it is not the present one (an exercise, a
day replayed).

Every action takes the `sequence` the actor saw: if the case has moved on since, nothing is
written and `Conflict` is raised. Computation happens before the writer's place is taken.
"""

from collections.abc import Callable
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError
from django.utils import timezone

from sanzhi.border.clearance import ACTIONS, Lane, State, process
from sanzhi.border.clearance.standing import Step
from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.customs.duty.lateness import late_payment
from sanzhi.declarations import Declaration
from sanzhi.declarations.document import DeclarationType
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.models import Enterprise
from sanzhi.site.clearance import storing
from sanzhi.site.clearance.inspectors import require_inspector
from sanzhi.site.clearance.lodging import (
    Filing,
    Lodgement,
    china_day,
    lodging_of,
    prepare,
    store_lodgements,
)
from sanzhi.site.clearance.lookup import with_trader
from sanzhi.site.clearance.models import Case, Request
from sanzhi.site.events.log import Conflict
from sanzhi.site.law.catalogue import pack
from sanzhi.site.risk.selecting import in_force
from sanzhi.site.storage import writing

#: Times a lodging is tried; each failure means that another with its references was stored.
_TRIES = 10


def lodge(
    actor: Actor, filing: Filing, declarant: Enterprise, *, now: datetime | None = None
) -> Lodgement:
    """Lodge one declaration. The same reference and content again is the same case."""
    return lodge_many(actor, [filing], declarant, now=now)[0]


def lodge_many(
    actor: Actor,
    filings: list[Filing],
    declarant: Enterprise,
    *,
    now: datetime | None = None,
    stored: Callable[[list[Lodgement]], None] | None = None,
) -> list[Lodgement]:
    """Lodge declarations in one transaction: all are stored or none is.

    `stored` is called within that transaction, for what must be written with them or not at all.
    """
    moment = now or timezone.now()
    for filing in filings:
        actor.require("clearance.file", enterprise=filing.trader.pk)

    def lodge_all() -> list[Lodgement]:
        force = in_force()
        prepared = [prepare(filing, declarant, moment, force) for filing in filings]
        with writing():
            done = store_lodgements(prepared, actor, moment)
            if stored:
                stored(done)
        return done

    for _ in range(_TRIES - 1):
        # Where another request lodged one of these references in between, it will now be found.
        with suppress(IntegrityError):
            return lodge_all()
    return lodge_all()


def amend(
    actor: Actor,
    case: Case,
    sequence: int,
    declaration: Declaration,
    reason: str,
    findings: tuple[Finding, ...] = (),
    *,
    now: datetime | None = None,
) -> Case:
    """Lodge a corrected declaration in place of the one before."""
    dated = _of_case(declaration, case)
    arrived = storing.current_declaration(case).arrival_date
    if dated.arrival_date is None and arrived is not None:
        dated = dated.model_copy(update={"arrival_date": arrived})

    def step(moment: datetime) -> Step:
        lodging = lodging_of(
            case.trader, case.declarant, case.fingerprint, moment, in_force(), first_time=False
        )
        return process.amend(
            case.standing, dated, pack(), lodging, reason=reason, reading=list(findings)
        )

    return _act(actor, case, sequence, "amend", step, dated, now=now)


def report_arrival(
    actor: Actor, case: Case, sequence: int, on: date, *, now: datetime | None = None
) -> Case:
    """The goods of an advance declaration arrived: the law of that day applies to them, now and
    in whatever follows."""
    current = storing.current_declaration(case)
    arrived = current.model_copy(update={"arrival_date": on, "date": on})
    lodged_on = case.declared_on

    def step(moment: datetime) -> Step:
        done = process.report_arrival(
            case.standing, arrived, pack(), lodged_on=lodged_on, today=china_day(moment)
        )
        case.declared_on = on
        return done

    return _act(actor, case, sequence, "report_arrival", step, arrived, now=now)


def pay(
    actor: Actor, case: Case, sequence: int, amount: Decimal, *, now: datetime | None = None
) -> Case:
    """Pay what is owed. After the deadline the surcharge for late payment comes on top."""

    def step(moment: datetime) -> Step:
        late = late_payment(case.owed, case.deadline, china_day(moment), pack())
        receipt = f"P-{case.number}-{case.sequence + 1}"
        return process.pay(case.standing, amount, late, receipt)

    return _act(actor, case, sequence, "pay", step, now=now)


def guarantee(
    actor: Actor,
    case: Case,
    sequence: int,
    amount: Decimal,
    reference: str,
    *,
    now: datetime | None = None,
) -> Case:
    return _act(
        actor,
        case,
        sequence,
        "guarantee",
        lambda _moment: process.guarantee(case.standing, amount, reference),
        now=now,
    )


def complete(
    actor: Actor,
    case: Case,
    sequence: int,
    declaration: Declaration,
    *,
    now: datetime | None = None,
) -> Case:
    """The second step of a two-step declaration."""
    full = _of_case(declaration, case).model_copy(update={"type": DeclarationType.COMPLETE})
    return _act(
        actor,
        case,
        sequence,
        "complete",
        lambda _moment: process.complete(case.standing, full, pack()),
        full,
        now=now,
    )


def request_cancellation(
    actor: Actor, case: Case, sequence: int, reason: str, *, now: datetime | None = None
) -> Case:
    return _ask(
        actor,
        case,
        sequence,
        "request_cancellation",
        Request.Kind.CANCELLATION,
        reason,
        process.request_cancellation(case.standing, reason),
        now,
    )


def request_correction(
    actor: Actor,
    case: Case,
    sequence: int,
    declaration: Declaration,
    reason: str,
    *,
    now: datetime | None = None,
) -> Case:
    corrected = _of_case(declaration, case)
    return _ask(
        actor,
        case,
        sequence,
        "request_correction",
        Request.Kind.CORRECTION,
        reason,
        process.request_correction(case.standing, corrected, pack(), reason),
        now,
        content=storing.content_of(corrected),
    )


def appeal(
    actor: Actor,
    case: Case,
    sequence: int,
    decision: int,
    reason: str,
    *,
    now: datetime | None = None,
) -> Case:
    """Appeal against an event of the case that an officer decided, within the term."""
    against, on = storing.officer_of(case, decision)
    if case.requests.filter(kind=Request.Kind.APPEAL, decision=decision).exists():
        raise Unusable.because(
            "appeal.again",
            "decision",
            "This decision was appealed against before.",
            "该决定已申请过复议。",
        )
    step = process.appeal(
        case.standing,
        decision,
        reason,
        decided_on=on,
        today=china_day(now or timezone.now()),
        pack=pack(),
    )
    return _ask(
        actor,
        case,
        sequence,
        "appeal",
        Request.Kind.APPEAL,
        reason,
        step,
        now,
        decision=decision,
        against_id=against,
    )


def decide_documents(
    actor: Actor,
    case: Case,
    sequence: int,
    decision: str,
    note: str = "",
    *,
    now: datetime | None = None,
) -> Case:
    return _act(
        actor,
        case,
        sequence,
        "decide_documents",
        lambda _moment: process.decide_documents(case.standing, decision, note),
        now=now,
    )


def record_inspection(
    actor: Actor,
    case: Case,
    sequence: int,
    result: str,
    note: str = "",
    *,
    now: datetime | None = None,
) -> Case:
    """The result of an inspection, by the officer drawn for it or a supervisor."""
    require_inspector(actor, case)
    return _act(
        actor,
        case,
        sequence,
        "record_inspection",
        lambda _moment: process.record_inspection(case.standing, result, note),
        now=now,
    )


def change_lane(
    actor: Actor, case: Case, sequence: int, lane: str, reason: str, *, now: datetime | None = None
) -> Case:
    if lane not in set(Lane):
        raise Unusable.because(
            "lane.unknown", "lane", f"{lane!r} is not a lane.", f"{lane!r} 不是有效通道。"
        )
    return _act(
        actor,
        case,
        sequence,
        "change_lane",
        lambda _moment: process.change_lane(case.standing, Lane(lane), reason),
        now=now,
    )


def decide_cancellation(
    actor: Actor,
    case: Case,
    sequence: int,
    *,
    granted: bool,
    reason: str,
    now: datetime | None = None,
) -> Case:
    request = _open_request(case, Request.Kind.CANCELLATION)
    return _act(
        actor,
        case,
        sequence,
        "decide_cancellation",
        lambda _moment: process.decide_cancellation(case.standing, granted=granted, reason=reason),
        closes=(request, granted, reason),
        now=now,
    )


def decide_correction(
    actor: Actor,
    case: Case,
    sequence: int,
    *,
    granted: bool,
    reason: str,
    now: datetime | None = None,
) -> Case:
    request = _open_request(case, Request.Kind.CORRECTION)
    declaration = Declaration.from_json(request.content)
    return _act(
        actor,
        case,
        sequence,
        "decide_correction",
        lambda _moment: process.decide_correction(
            case.standing, declaration, pack(), granted=granted, reason=reason
        ),
        declaration if granted else None,
        closes=(request, granted, reason),
        now=now,
    )


def record_audit(
    actor: Actor,
    case: Case,
    sequence: int,
    result: str,
    note: str = "",
    *,
    now: datetime | None = None,
) -> Case:
    if not case.audit_due:
        raise Unusable.because(
            "audit.not_due", "", "No audit is due on this case.", "该单证无待稽核事项。"
        )
    return _act(
        actor,
        case,
        sequence,
        "record_audit",
        lambda _moment: process.record_audit(case.standing, result, note),
        now=now,
    )


def refund(
    actor: Actor,
    case: Case,
    sequence: int,
    amount: Decimal,
    reason: str,
    *,
    now: datetime | None = None,
) -> Case:
    return _act(
        actor,
        case,
        sequence,
        "refund",
        lambda _moment: process.refund(case.standing, amount, reason),
        now=now,
    )


def decide_appeal(
    actor: Actor,
    case: Case,
    sequence: int,
    *,
    upheld: bool,
    reason: str,
    now: datetime | None = None,
) -> Case:
    """A supervisor other than the officer who decided upholds the decision or overturns it."""
    request = _open_request(case, Request.Kind.APPEAL)
    actor.require(
        "clearance.decide_appeal",
        office=case.office,
        not_by=[request.against_id] if request.against_id else [],
    )
    return _act(
        actor,
        case,
        sequence,
        "decide_appeal",
        lambda _moment: process.decide_appeal(
            case.standing, request.decision or 0, upheld=upheld, reason=reason
        ),
        closes=(request, not upheld, reason),
        now=now,
    )


def _act(
    actor: Actor,
    case: Case,
    sequence: int,
    name: str,
    step: Callable[[datetime], Step],
    declaration: Declaration | None = None,
    closes: tuple[Request, bool, str] | None = None,
    *,
    now: datetime | None = None,
) -> Case:
    """Check, compute, store: the course of every action on a standing case."""
    action = ACTIONS[name]
    actor.require(action.permission, enterprise=case.trader_id, office=case.office)
    if case.sequence != sequence:
        raise Conflict
    if State(case.state) not in action.states:
        raise Unusable(_not_now(name, case))
    moment = now or timezone.now()
    done = step(moment)
    with writing():
        storing.store_step(case, done, actor, moment, pack(), declaration)
        if closes:
            storing.close_request(*closes, moment=moment)
    return case


def _ask(
    actor: Actor,
    case: Case,
    sequence: int,
    name: str,
    kind: Request.Kind,
    reason: str,
    step: Step,
    now: datetime | None,
    **fields: object,
) -> Case:
    """File a trader's request with its event."""
    if not reason.strip():
        raise Unusable.because("reason.missing", "reason", "Say why.", "请说明理由。")
    if case.requests.filter(kind=kind, outcome="").exists():
        raise Unusable.because(
            "request.open", "", "Such a request is open already.", "已有同类申请待处理。"
        )
    moment = now or timezone.now()
    with writing():
        _act(actor, case, sequence, name, lambda _moment: step, now=moment)
        Request.objects.create(
            case=case,
            kind=kind,
            reason=reason,
            asked_at=moment,
            asked_by_id=actor.user_id,
            **fields,
        )
    return case


def _open_request(case: Case, kind: Request.Kind) -> Request:
    request = case.requests.filter(kind=kind, outcome="").first()
    if request is None:
        raise Unusable.because(
            "request.none",
            "",
            f"No {kind.label} is asked for on this case.",
            "该单证没有待处理的此类申请。",
        )
    return request


def _of_case(declaration: Declaration, case: Case) -> Declaration:
    """A new version of a case's declaration, under the law of the case's day. What makes it that
    case stays: where it was wrong, the case is cancelled and lodged anew."""
    for field, name in (("office", "关区"), ("regime", "进出境类型"), ("reference", "企业编号")):
        given, before = getattr(declaration, field), getattr(case, field)
        if given is not None and str(given) != before:
            raise Unusable.because(
                f"amendment.{field}",
                field,
                f"An amendment cannot change the {field} from {before}.",
                f"修改报关单不得变更{name}（原为 {before}）。",
                mend=Text("Ask for cancellation and lodge anew.", "请申请撤销后重新申报。"),
            )
    return with_trader(
        declaration.model_copy(
            update={
                "date": case.declared_on,
                "office": case.office,
                "reference": case.reference,
                "type": DeclarationType(case.type),
            }
        ),
        case.trader,
    )


def _not_now(name: str, case: Case) -> Finding:
    words, state = ACTIONS[name].words, case.state_name
    return Finding(
        code="action.not_now",
        path="state",
        text=Text(
            f"{words.en}: not possible while the case is “{state.en}”.",
            f"单证处于“{state.zh}”状态，不能{words.zh}。",
        ),
    )
