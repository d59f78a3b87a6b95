"""Every action on a consignment: what it asks, who may, in which states, under which law, and
what it tells.

Nothing here stores or asks the time. What a consignment becomes is the fold of what is told
(`standing`); the functions hold the rules: release only after controls and settlement, an
amendment never wins a milder lane, nobody pays what is not owed.
"""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from sanzhi.border.clearance import events
from sanzhi.border.clearance.codes import (
    AuditResult,
    DocumentsDecision,
    InspectionResult,
    ReviewOutcome,
)
from sanzhi.border.clearance.documents import VersionText, content_of, version_text
from sanzhi.border.clearance.lodging import (
    LODGING,
    circumstances_of,
    lodge,
    process,
    tell_assessed,
    tell_returned,
    whole_assessment,
    with_trader,
)
from sanzhi.border.clearance.selection import SELECTING
from sanzhi.border.clearance.situation import Clearance
from sanzhi.border.clearance.standing import CONSIGNMENT, Consignment
from sanzhi.border.clearance.states import AFTER_RELEASE, BEFORE_RELEASE, State
from sanzhi.cases import Ask, Asked, Note, Step, Why
from sanzhi.cases.asking import require_why
from sanzhi.core.digests import digest
from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.core.money import Number, to_fen
from sanzhi.customs.duty.lateness import late_payment
from sanzhi.declarations import Declaration
from sanzhi.declarations.document import DeclarationType
from sanzhi.selectivity.lanes import Lane

__all__ = ["CONSIGNMENT", "lodge"]

RELEASING = "customs-law, art. 29"
PAYING = "customs-law, art. 60"
AMENDING = "customs-law, art. 26"
CORRECTING = "customs-law, art. 63"
COMPLETING = "gacc-2019-127, art. 1"
REVIEWING = "gacc-order-103, art. 16"

#: What processing a declaration anew can lead to.
_PROCESSED = (
    events.Returned,
    events.Accepted,
    events.Assessed,
    events.RiskAssessed,
    events.LaneAssigned,
)
_ON = frozenset(BEFORE_RELEASE | AFTER_RELEASE)


def _owed(case: Consignment) -> Any:
    return case.owed


class Amendment(Asked):
    declaration: Declaration
    reason: Why


@CONSIGNMENT.action(
    "amend",
    "Correct and lodge again",
    "修改并重新申报",
    done=("The corrected declaration is lodged.", "已提交修改后的报关单。"),
    permission="clearance.amend",
    states=(State.RETURNED, State.AWAITING_ARRIVAL, State.DOCUMENTS_REVIEW, State.PAYMENT),
    law=AMENDING,
    tells=(events.Amended, *_PROCESSED),
)
def amend(step: Step[Consignment], said: Amendment, now: Clearance) -> None:
    """Lodge a corrected declaration in place of the one before. The lane never gets milder."""
    case = step.standing
    declaration = _of_case(said.declaration, case, now)
    arrived = now.current(case.versions[-1]).arrival_date if now.current else None
    if declaration.arrival_date is None and arrived is not None:
        declaration = declaration.model_copy(update={"arrival_date": arrived})

    def tell(text: VersionText) -> None:
        step.tell(
            events.Amended(**text.hashes(), type=declaration.type.value, reason=said.reason),
            AMENDING,
        )

    process(step, declaration, case.version + 1, now, tell)


class Arrival(Asked):
    on: Annotated[date, Ask.for_("Day of arrival", "运抵日期")]


@CONSIGNMENT.action(
    "report_arrival",
    "Report arrival",
    "报告到货",
    done=("The arrival is reported.", "已报告到货。"),
    permission="clearance.amend",
    states=(State.AWAITING_ARRIVAL,),
    law=LODGING,
    tells=(events.Arrived, events.Assessed),
)
def report_arrival(step: Step[Consignment], said: Arrival, now: Clearance) -> None:
    """The goods of an advance declaration arrived: the law of that day applies to them, now and
    in whatever follows, and the lane's controls begin."""
    case = step.standing
    if said.on < case.declared_on:
        raise Unusable.because(
            "arrival.before_lodging",
            "on",
            f"The goods cannot have arrived on {said.on}, before they were declared in advance on "
            f"{case.declared_on}.",
            f"运抵日期 {said.on} 早于提前申报日期 {case.declared_on}。",
        )
    if said.on > now.today:
        raise Unusable.because(
            "arrival.future",
            "on",
            f"{said.on} is yet to come; report what has arrived.",
            f"{said.on} 尚未到来，请在货物运抵后报告。",
        )
    declaration = _current(case, now).model_copy(update={"arrival_date": said.on, "date": said.on})
    assessment, findings = whole_assessment(declaration, now.pack, check_all=False)
    text = version_text(case.version + 1, declaration, findings, assessment)
    step.documents.append(text)
    step.tell(events.Arrived(**text.hashes(), on=said.on.isoformat()), LODGING)
    tell_assessed(step, text)


class Payment(Asked):
    amount: Annotated[Number, Field(ge=0), Ask.for_("", "", hidden=True, initial=_owed)]


_NOTHING_OWED = Finding(
    code="payment.nothing_owed",
    path="amount",
    text=Text("Nothing is owed on this case.", "该单证没有应缴税款。"),
)


@CONSIGNMENT.action(
    "pay",
    "Pay",
    "缴税",
    done=("The payment is recorded.", "已登记缴税。"),
    permission="clearance.pay",
    states=(State.DOCUMENTS_REVIEW, State.INSPECTION, State.PAYMENT, State.SETTLEMENT),
    law=PAYING,
    tells=(events.Paid,),
    when=lambda case: case.owed > 0,
    nothing=_NOTHING_OWED,
)
def pay(step: Step[Consignment], said: Payment, now: Clearance) -> None:
    """Pay what is owed, whole. After the deadline the surcharge for late payment comes on top. A
    guarantee given for it is discharged."""
    case = step.standing
    if said.amount != case.owed:
        raise Unusable.because(
            "payment.amount",
            "amount",
            f"{case.owed} is owed, not {said.amount}.",
            f"应缴 {case.owed}，而非 {said.amount}。",
        )
    late = late_payment(case.owed, case.deadline, now.today, now.pack)
    step.tell(
        events.Paid(amount=str(to_fen(said.amount)), late_payment=str(late), receipt=now.receipt),
        PAYING,
    )


Positive = Annotated[Number, Field(gt=0)]


class GuaranteeGiven(Asked):
    amount: Annotated[Positive, Ask.for_("Amount secured", "担保金额", money=True, initial=_owed)]
    guarantee: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=64),
        Ask.for_("Number of the guarantee", "担保编号"),
    ]


@CONSIGNMENT.action(
    "guarantee",
    "Give a guarantee",
    "提供担保",
    done=("The guarantee is recorded.", "已登记担保。"),
    permission="clearance.pay",
    states=(State.DOCUMENTS_REVIEW, State.INSPECTION, State.PAYMENT),
    law="customs-law, art. 66",
    tells=(events.Guaranteed,),
    when=lambda case: case.owed > case.guaranteed,
    nothing=_NOTHING_OWED,
)
def guarantee(step: Step[Consignment], said: GuaranteeGiven, _now: Clearance) -> None:
    """Secure what is owed with a guarantee; the goods go, the taxes stay due."""
    _require_fen(said.amount)
    owed = step.standing.owed
    if said.amount < owed:
        raise Unusable.because(
            "guarantee.amount",
            "amount",
            f"The guarantee must cover the {owed} owed.",
            f"担保金额须不低于应缴税款 {owed}。",
        )
    step.tell(
        events.Guaranteed(amount=str(to_fen(said.amount)), guarantee=said.guarantee),
        "customs-law, art. 66",
    )


class Completion(Asked):
    declaration: Declaration


@CONSIGNMENT.action(
    "complete",
    "Lodge the full declaration",
    "完整申报",
    done=("The full declaration is lodged.", "已提交完整申报。"),
    permission="clearance.amend",
    states=(State.COMPLETION_DUE,),
    law=COMPLETING,
    tells=(events.Completed, events.Assessed),
)
def complete(step: Step[Consignment], said: Completion, now: Clearance) -> None:
    """The second step of a two-step declaration: the full declaration, assessed anew. It cannot
    owe less than the first step did: that is a correction, which an officer decides."""
    case = step.standing
    declaration = _of_case(said.declaration, case, now).model_copy(
        update={"type": DeclarationType.COMPLETE}
    )
    assessment, findings = whole_assessment(declaration, now.pack)
    if assessment.total < case.due:
        raise Unusable.because(
            "completion.lower",
            "items",
            f"The full declaration owes {assessment.total}, less than the {case.due} of the first "
            f"step.",
            f"完整申报税款 {assessment.total}，低于概要申报的 {case.due}。",
            mend=Text(
                "Complete it as first declared, then ask for correction.",
                "请先按概要申报内容完成申报，再申请更正。",
            ),
        )
    text = version_text(case.version + 1, declaration, findings, assessment)
    step.documents.append(text)
    step.tell(events.Completed(**text.hashes()), COMPLETING)
    tell_assessed(step, text)


class Reason(Asked):
    reason: Why


@CONSIGNMENT.action(
    "request_cancellation",
    "Ask for cancellation",
    "申请撤销",
    done=("The request for cancellation is filed.", "已提交撤销申请。"),
    permission="clearance.cancel_request",
    states=BEFORE_RELEASE,
    law=AMENDING,
    tells=(events.CancellationRequested,),
    opens="cancellation",
)
def request_cancellation(step: Step[Consignment], said: Reason, _now: Clearance) -> None:
    """Ask for the declaration to be cancelled before release."""
    step.tell(events.CancellationRequested(reason=said.reason), AMENDING)


class CorrectionAsked(Asked):
    declaration: Declaration
    reason: Why


@CONSIGNMENT.action(
    "request_correction",
    "Ask for correction after release",
    "申请更正（放行后）",
    done=("The request for correction is filed.", "已提交更正申请。"),
    permission="clearance.amend",
    states=(State.RELEASED,),
    law=CORRECTING,
    tells=(events.CorrectionRequested,),
    opens="correction",
)
def request_correction(step: Step[Consignment], said: CorrectionAsked, now: Clearance) -> None:
    """Ask for a correction; it must be one that could be granted."""
    declaration = _of_case(said.declaration, step.standing, now)
    whole_assessment(declaration, now.pack)
    content = content_of(declaration)
    step.documents.append(content)
    step.tell(events.CorrectionRequested(document=digest(content), reason=said.reason), CORRECTING)


def _appealable(case: Consignment) -> Mapping[int, Text]:
    """Decisions that have not been appealed against, newest first."""
    appealed = {one.about for one in case.requests if one.kind == "appeal"}
    return {
        one.sequence: Text(one.kind, one.kind)
        for one in reversed(case.decisions)
        if one.sequence not in appealed
    }


class AppealMade(Asked):
    decision: Annotated[int, Ask.for_("Decision", "决定", choices=_appealable, event=True)]
    """Sequence of the event appealed against."""
    reason: Annotated[Why, Ask.for_("Grounds", "复议理由", rows=3)]


@CONSIGNMENT.action(
    "appeal",
    "Appeal a decision",
    "申请行政复议",
    done=("The appeal is filed.", "已提交复议申请。"),
    permission="clearance.appeal",
    states=_ON,
    law="administrative-reconsideration-law, art. 20",
    tells=(events.Appealed,),
    opens="appeal",
    when=lambda case: bool(case.decisions),
    nothing=Finding(
        code="appeal.none",
        path="",
        text=Text("There is no decision to appeal against.", "没有可申请复议的决定。"),
    ),
)
def appeal(step: Step[Consignment], said: AppealMade, now: Clearance) -> None:
    """Appeal against a decision of the case, once, within the term from the day it was taken."""
    case = step.standing
    decision = next((one for one in case.decisions if one.sequence == said.decision), None)
    if decision is None:
        raise Unusable.because(
            "appeal.decision",
            "decision",
            f"Event {said.decision} is no decision to appeal against.",
            f"第 {said.decision} 号事件不是可申请复议的决定。",
        )
    if said.decision not in _appealable(case):
        raise Unusable.because(
            "appeal.again",
            "decision",
            "This decision was appealed against before.",
            "该决定已申请过复议。",
        )
    on = now.pack.day_of(decision.time)
    days = int(now.pack.number("appeal.deadline_days", on))
    if (now.today - on).days > days:
        raise Unusable.because(
            "appeal.late",
            "decision",
            f"The term of {days} days from {on} has passed.",
            f"自 {on} 起 {days} 日的复议申请期限已过。",
        )
    step.tell(
        events.Appealed(decision=said.decision, reason=said.reason),
        "administrative-reconsideration-law, art. 20",
    )


class DocumentsConclusion(Asked):
    decision: Annotated[DocumentsDecision, Ask.for_("Conclusion", "结论")]
    note: Note = ""


@CONSIGNMENT.action(
    "decide_documents",
    "Decide the documents review",
    "作出审单结论",
    done=("The conclusion of the review is recorded.", "已作出审单结论。"),
    permission="clearance.decide_documents",
    states=(State.DOCUMENTS_REVIEW,),
    law=REVIEWING,
    tells=(events.DocumentsDecided, events.Returned),
    impartial=True,
)
def decide_documents(step: Step[Consignment], said: DocumentsConclusion, _now: Clearance) -> None:
    """The documents review ends: pass, inspect or return for correction."""
    if said.decision is not DocumentsDecision.PASS:
        require_why(said.note, "note")
    step.tell(events.DocumentsDecided(decision=said.decision, note=said.note), REVIEWING)
    if said.decision is DocumentsDecision.RETURN:
        tell_returned(step, note=said.note)


class InspectionRecord(Asked):
    result: Annotated[InspectionResult, Ask.for_("Result", "结果")]
    note: Note = ""


@CONSIGNMENT.action(
    "record_inspection",
    "Record the inspection",
    "记录查验结果",
    done=("The inspection is recorded.", "已记录查验结果。"),
    permission="clearance.inspect",
    states=(State.INSPECTION,),
    law=SELECTING,
    tells=(events.Inspected, events.Returned),
    impartial=True,
)
def record_inspection(step: Step[Consignment], said: InspectionRecord, _now: Clearance) -> None:
    """The inspection ends: goods as declared, or returned for correction."""
    wrong = said.result is InspectionResult.DISCREPANCY
    if wrong:
        require_why(said.note, "note")
    step.tell(events.Inspected(result=said.result, note=said.note), SELECTING)
    if wrong:
        tell_returned(step, note=said.note)


def _other_lanes(case: Consignment) -> Mapping[str, Text]:
    return {lane.value: lane.name_and_meaning for lane in Lane if lane is not case.lane}


class LaneChange(Asked):
    lane: Annotated[Lane, Ask.for_("Lane", "通道", choices=_other_lanes)]
    reason: Why


@CONSIGNMENT.action(
    "change_lane",
    "Change the lane",
    "调整通道",
    done=("The lane is changed.", "已调整通道。"),
    permission="clearance.reassign_lane",
    states=(State.DOCUMENTS_REVIEW, State.INSPECTION, State.PAYMENT),
    law=SELECTING,
    tells=(events.LaneChanged,),
    impartial=True,
)
def change_lane(step: Step[Consignment], said: LaneChange, _now: Clearance) -> None:
    """A supervisor moves the case to another lane before release."""
    before = step.standing.lane or Lane.GREEN
    if said.lane is before:
        raise Unusable.because(
            "lane.same",
            "lane",
            f"The case is in the {before} lane already.",
            f"该单证已在{before.text.zh}通道。",
        )
    step.tell(events.LaneChanged(before=before, after=said.lane, reason=said.reason), SELECTING)


_GRANT, _REFUSE = Text("grant", "准予"), Text("refuse", "不予")


class RequestDecision(Asked):
    granted: Annotated[bool, Ask.for_("Decision", "决定", yes=_GRANT, no=_REFUSE)]
    reason: Why


@CONSIGNMENT.action(
    "decide_cancellation",
    "Decide the request for cancellation",
    "审批撤销申请",
    done=("The request for cancellation is decided.", "已审批撤销申请。"),
    permission="clearance.cancel",
    states=_ON,
    law=AMENDING,
    tells=(events.Cancelled, events.CancellationRefused),
    decides="cancellation",
    impartial=True,
)
def decide_cancellation(step: Step[Consignment], said: RequestDecision, _now: Clearance) -> None:
    """Granted: the declaration is cancelled, nothing is due any more, what was paid is
    refundable. Goods released since it was asked for can only be refused it."""
    if not said.granted:
        step.tell(events.CancellationRefused(reason=said.reason), AMENDING)
        return
    if step.standing.state in AFTER_RELEASE:
        raise Unusable.because(
            "cancellation.released",
            "granted",
            "The goods are released; their declaration can no longer be cancelled.",
            "货物已放行，报关单不能再撤销。",
            mend=Text("Refuse the request.", "请作不予撤销处理。"),
        )
    step.tell(events.Cancelled(reason=said.reason), AMENDING)


@CONSIGNMENT.action(
    "decide_correction",
    "Decide the request for correction",
    "审批更正申请",
    done=("The request for correction is decided.", "已审批更正申请。"),
    permission="clearance.assess",
    states=(State.RELEASED,),
    law=CORRECTING,
    tells=(events.Corrected, events.CorrectionRefused),
    decides="correction",
    impartial=True,
)
def decide_correction(step: Step[Consignment], said: RequestDecision, now: Clearance) -> None:
    """Granted: the difference is owed, or to be refunded."""
    if not said.granted:
        step.tell(events.CorrectionRefused(reason=said.reason), CORRECTING)
        return
    case = step.standing
    request = case.open_request("correction")
    declaration = Declaration.from_json(now.document(request.document if request else ""))
    assessment, findings = whole_assessment(declaration, now.pack)
    text = version_text(case.version + 1, declaration, findings, assessment)
    step.documents.append(text)
    step.tell(
        events.Corrected(
            **text.hashes(),
            before=str(case.due),
            after=str(assessment.total),
            customs_value=str(assessment.customs_value),
            totals={kind: str(amount) for kind, amount in assessment.totals.items()},
            assessment=digest(text.assessment),
            reason=said.reason,
        ),
        CORRECTING,
        assessment.law,
        *assessment.citations(),
    )


class AuditRecord(Asked):
    result: Annotated[AuditResult, Ask.for_("Result", "结果")]
    note: Note = ""


@CONSIGNMENT.action(
    "record_audit",
    "Record the audit after release",
    "记录稽核结果",
    done=("The audit is recorded.", "已记录稽核结果。"),
    permission="clearance.assess",
    states=(State.RELEASED,),
    law="customs-law, art. 45",
    tells=(events.Audited,),
    when=lambda case: case.audit_due,
    nothing=Finding(
        code="audit.not_due",
        path="",
        text=Text("No audit is due on this case.", "该单证无待稽核事项。"),
    ),
    impartial=True,
)
def record_audit(step: Step[Consignment], said: AuditRecord, _now: Clearance) -> None:
    """The audit after release of a blue-lane case ends."""
    if said.result is AuditResult.CORRECTION:
        require_why(said.note, "note")
    step.tell(events.Audited(result=said.result, note=said.note), "customs-law, art. 45")


class RefundPaid(Asked):
    amount: Annotated[
        Positive, Ask.for_("Amount", "金额", money=True, initial=lambda case: case.overpaid)
    ]
    reason: Why


@CONSIGNMENT.action(
    "refund",
    "Refund",
    "退税",
    done=("The refund is recorded.", "已登记退税。"),
    permission="clearance.refund",
    states=(State.RELEASED, State.CANCELLED),
    law=CORRECTING,
    tells=(events.Refunded,),
    when=lambda case: case.overpaid > 0,
    nothing=Finding(
        code="refund.nothing",
        path="amount",
        text=Text("Nothing was paid beyond what is due.", "没有可退税款。"),
    ),
    impartial=True,
)
def refund(step: Step[Consignment], said: RefundPaid, _now: Clearance) -> None:
    """Pay back what was paid and is not due."""
    _require_fen(said.amount)
    overpaid = step.standing.overpaid
    if said.amount > overpaid:
        raise Unusable.because(
            "refund.amount",
            "amount",
            f"At most {overpaid} can be refunded.",
            f"最多可退 {overpaid}。",
        )
    step.tell(events.Refunded(amount=str(to_fen(said.amount)), reason=said.reason), CORRECTING)


class AppealConclusion(Asked):
    upheld: Annotated[
        bool,
        Ask.for_(
            "Decision",
            "决定",
            yes=Text("uphold the decision", "维持原决定"),
            no=Text("overturn the decision", "撤销原决定"),
        ),
    ]
    reason: Why


def _appealed_decider(case: Consignment) -> Collection[str]:
    asked = case.open_request("appeal")
    return {asked.against} if asked and asked.against else set()


@CONSIGNMENT.action(
    "decide_appeal",
    "Decide the appeal",
    "作出复议决定",
    done=("The appeal is decided.", "已作出复议决定。"),
    permission="clearance.decide_appeal",
    states=(*_ON, State.CANCELLED),
    law="administrative-reconsideration-law, art. 62",
    tells=(events.AppealDecided,),
    decides="appeal",
    impartial=True,
    reviews=_appealed_decider,
)
def decide_appeal(step: Step[Consignment], said: AppealConclusion, _now: Clearance) -> None:
    """A supervisor other than the officer who decided upholds the decision or overturns it.
    Overturned, a case that stands returned goes to an officer of its lane anew."""
    asked = step.standing.open_request("appeal")
    step.tell(
        events.AppealDecided(
            decision=(asked.about if asked else None) or 0,
            outcome=ReviewOutcome.UPHELD if said.upheld else ReviewOutcome.OVERTURNED,
            reason=said.reason,
        ),
        "administrative-reconsideration-law, art. 62",
    )


def consequences(step: Step[Consignment], before: Consignment, now: Clearance) -> None:
    """What follows from where an action has led: an inspector is drawn, goods are released once
    controls and settlement are done, and what is owed gets its last day."""
    case = step.standing
    if case.state is State.INSPECTION and (
        before.state is not State.INSPECTION or not before.sequence
    ):
        if now.draw_inspector:
            drawn = now.draw_inspector(case)
            if drawn.officer:
                step.tell(
                    events.InspectorDrawn(
                        officer=drawn.officer, among=drawn.among, draw=drawn.draw
                    ),
                    SELECTING,
                )
        return
    if case.state is State.PAYMENT and case.is_settled:
        until = (
            _term(now.pack.number("two_step.completion_days", now.today), now)
            if case.type == "summary"
            else None
        )
        step.tell(
            events.Released(
                lane=case.lane or Lane.GREEN,
                office=case.office,
                lodged=case.lodged_at.isoformat(),
                totals=dict(case.totals),
                complete_until=until.isoformat() if until else None,
            ),
            RELEASING,
        )
        case = step.standing
    if case.state in {State.PAYMENT, State.SETTLEMENT} and case.owed and case.deadline is None:
        until = _term(now.pack.number("payment.deadline_days", now.today), now)
        step.tell(events.PaymentDue(amount=str(case.owed), until=until.isoformat()), PAYING)


CONSIGNMENT.consequences = consequences
CONSIGNMENT.consequent = (events.InspectorDrawn, events.Released, events.PaymentDue)
CONSIGNMENT.require_whole()


def _term(days: Decimal, now: Clearance) -> date:
    """The last day of a term that begins today; one that ends on a rest day runs on."""
    return now.pack.next_working_day(now.today + timedelta(days=int(days)))


def _of_case(declaration: Declaration, case: Consignment, now: Clearance) -> Declaration:
    """A new version of a case's declaration, under the law of the case's day. What makes it that
    case stays: where it was wrong, the case is cancelled and lodged anew."""
    for name, zh in (("office", "关区"), ("regime", "进出境类型"), ("reference", "企业编号")):
        given, before = getattr(declaration, name), getattr(case, name)
        if given is not None and str(given) != before:
            raise Unusable.because(
                f"amendment.{name}",
                name,
                f"An amendment cannot change the {name} from {before}.",
                f"修改报关单不得变更{zh}（原为 {before}）。",
                mend=Text("Ask for cancellation and lodge anew.", "请申请撤销后重新申报。"),
            )
    of_case = declaration.model_copy(
        update={
            "date": case.declared_on,
            "office": case.office,
            "reference": case.reference,
            "type": DeclarationType(case.type),
        }
    )
    return with_trader(of_case, circumstances_of(now).trader)


def _current(case: Consignment, now: Clearance) -> Declaration:
    if now.current is None:
        raise ValueError("an action on the declaration needs the declaration")
    return now.current(case.versions[-1])


def _require_fen(amount: Decimal) -> None:
    if amount != to_fen(amount):
        raise Unusable.because(
            "amount.fen",
            "amount",
            f"{amount} is no whole number of hundredths.",
            f"{amount} 不是整分金额。",
        )
