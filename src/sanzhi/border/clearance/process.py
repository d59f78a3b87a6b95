"""What follows from each action: the next state and the events that tell it.

A `Standing` is what a case is; each function gives a `Step`, what it becomes. The functions
hold the rules (release only after controls and settlement, an amendment never wins a milder
lane); whoever calls them stores the result in one transaction.
"""

import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sanzhi.border.clearance import events
from sanzhi.border.clearance.admission import admit
from sanzhi.border.clearance.selecting import LANES_ZH, assign_lane
from sanzhi.border.clearance.standing import Lodging, Standing, Step, Told
from sanzhi.border.clearance.states import ACTIONS, AFTER_RELEASE, State
from sanzhi.core.findings import Finding, Text, Unusable, has_errors
from sanzhi.core.money import ZERO, to_fen
from sanzhi.customs.duty import Assessment, assess
from sanzhi.customs.lanes import Lane, stricter
from sanzhi.declarations import Declaration
from sanzhi.law import Pack

LODGING = "customs-law, art. 24"
RETURNING = "gacc-order-103, art. 16"
RELEASING = "customs-law, art. 29"


def lodge(
    declaration: Declaration, pack: Pack, lodging: Lodging, reading: list[Finding] | None = None
) -> Step:
    """Process a new declaration: check, accept, assess, select; or return it for correction.

    `reading` are findings made while reading the message; an error among them returns it too.
    """
    standing = Standing(State.RETURNED, None, declaration.type.value, 1)
    told = [
        Told(
            events.Lodged(
                reference=declaration.reference or "",
                trader=lodging.trader,
                declarant=lodging.declarant,
                format=declaration.source.format if declaration.source else "json",
                document=fingerprint(declaration),
                version=1,
                items=len(declaration.items),
            ),
            (LODGING,),
        )
    ]
    return _process(declaration, pack, lodging, Step(standing, told, list(reading or [])))


def amend(
    standing: Standing,
    declaration: Declaration,
    pack: Pack,
    lodging: Lodging,
    *,
    reason: str,
    reading: list[Finding] | None = None,
) -> Step:
    """Process a corrected declaration in place of the one before. The lane never gets milder."""
    version = standing.version + 1
    told = [
        Told(
            events.Amended(version=version, document=fingerprint(declaration), reason=reason),
            (ACTIONS["amend"].citation,),
        )
    ]
    step = Step(
        replace(standing, version=version, type=declaration.type.value), told, list(reading or [])
    )
    return _process(declaration, pack, lodging, step)


def report_arrival(
    standing: Standing, declaration: Declaration, pack: Pack, *, lodged_on: date, today: date
) -> Step:
    """The goods of an advance declaration arrived: they are assessed under the law of the day
    of entry, which the declaration bears, and the lane's controls begin."""
    if declaration.date < lodged_on:
        raise Unusable.because(
            "arrival.before_lodging",
            "on",
            f"The goods cannot have arrived on {declaration.date}, before they were declared in "
            f"advance on {lodged_on}.",
            f"运抵日期 {declaration.date} 早于提前申报日期 {lodged_on}。",
        )
    if declaration.date > today:
        raise Unusable.because(
            "arrival.future",
            "on",
            f"{declaration.date} is yet to come; report what has arrived.",
            f"{declaration.date} 尚未到来，请在货物运抵后报告。",
        )
    admitted, _findings = admit(declaration, pack)
    assessment = _whole(assess(admitted, pack))
    version = standing.version + 1
    step = Step(
        replace(standing, version=version, due=assessment.total),
        [
            Told(
                events.Arrived(on=declaration.date.isoformat()),
                (ACTIONS["report_arrival"].citation,),
            ),
            _assessed(assessment, version),
        ],
        list(assessment.findings),
        assessment,
    )
    return _enter_lane(step)


def pay(standing: Standing, amount: Decimal, late_payment: Decimal, receipt: str) -> Step:
    """Pay what is owed, whole; `late_payment` is the surcharge on top of it. A guarantee given
    for it is discharged."""
    if not standing.owed:
        raise Unusable.because(
            "payment.nothing_owed",
            "amount",
            "Nothing is owed on this case.",
            "该单证没有应缴税款。",
        )
    if amount != standing.owed:
        raise Unusable.because(
            "payment.amount",
            "amount",
            f"{standing.owed} CNY is owed, not {amount}.",
            f"应缴 {standing.owed} 元，而非 {amount} 元。",
        )
    paid = replace(standing, paid=standing.paid + amount, guaranteed=ZERO)
    step = Step(
        paid,
        [
            Told(
                events.Paid(amount=str(amount), late_payment=str(late_payment), receipt=receipt),
                (ACTIONS["pay"].citation,),
            )
        ],
    )
    return _release_if_free(step)


def guarantee(standing: Standing, amount: Decimal, reference: str) -> Step:
    """Secure what is owed with a guarantee; the goods go, the taxes stay due."""
    _require_fen(amount)
    if amount < standing.owed:
        raise Unusable.because(
            "guarantee.amount",
            "amount",
            f"The guarantee must cover the {standing.owed} CNY owed.",
            f"担保金额须不低于应缴税款 {standing.owed} 元。",
        )
    secured = replace(standing, guaranteed=amount)
    step = Step(
        secured,
        [
            Told(
                events.Guaranteed(amount=str(amount), guarantee=reference),
                (ACTIONS["guarantee"].citation,),
            )
        ],
    )
    return _release_if_free(step)


DOCUMENT_DECISIONS = {
    "pass": Text("passed", "通过"),
    "inspect": Text("sent to inspection", "转查验"),
    "return": Text("returned for correction", "退回修改"),
}


def decide_documents(standing: Standing, decision: str, note: str) -> Step:
    """The documents review ends: pass, inspect or return for correction."""
    words = _choice("decision", decision, DOCUMENT_DECISIONS)
    step = Step(
        standing,
        [
            Told(
                events.DocumentsDecided(decision=words.en, decision_zh=words.zh, note=note),
                (ACTIONS["decide_documents"].citation,),
            )
        ],
    )
    if decision == "return":
        _require_reason(note, "note")
        return _return(step, note)
    if decision == "inspect":
        step.standing = replace(
            standing, state=State.INSPECTION, lane=stricter(standing.lane or Lane.GREEN, Lane.RED)
        )
        return step
    return _controls_done(step)


INSPECTION_RESULTS = {
    "conforms": Text("goods as declared", "与申报相符"),
    "discrepancy": Text("goods not as declared", "与申报不符"),
}


def record_inspection(standing: Standing, result: str, note: str) -> Step:
    """The inspection ends: goods as declared, or returned for correction."""
    words = _choice("result", result, INSPECTION_RESULTS)
    step = Step(
        standing,
        [
            Told(
                events.Inspected(result=words.en, result_zh=words.zh, note=note),
                (ACTIONS["record_inspection"].citation,),
            )
        ],
    )
    if result == "discrepancy":
        _require_reason(note, "note")
        return _return(step, note)
    return _controls_done(step)


def change_lane(standing: Standing, lane: Lane, reason: str) -> Step:
    """A supervisor moves the case to another lane before release."""
    if lane is standing.lane:
        raise Unusable.because(
            "lane.same",
            "lane",
            f"The case is in the {lane} lane already.",
            f"该单证已在{LANES_ZH[lane]}通道。",
        )
    step = Step(
        replace(standing, lane=lane),
        [
            Told(
                events.LaneChanged(before=str(standing.lane or ""), after=str(lane), reason=reason),
                (ACTIONS["change_lane"].citation,),
            )
        ],
    )
    return _enter_lane(step)


def complete(standing: Standing, declaration: Declaration, pack: Pack) -> Step:
    """The second step of a two-step declaration: the full declaration, assessed anew. It cannot
    owe less than the first step did: that is a correction, which an officer decides."""
    version = standing.version + 1
    admitted, findings = _admitted(declaration, pack)
    assessment = _whole(assess(admitted, pack))
    if assessment.total < standing.due:
        raise Unusable.because(
            "completion.lower",
            "items",
            f"The full declaration owes {assessment.total} CNY, less than the {standing.due} CNY "
            f"of the first step.",
            f"完整申报税款 {assessment.total} 元，低于概要申报的 {standing.due} 元。",
            mend=Text(
                "Complete it as first declared, then ask for correction.",
                "请先按概要申报内容完成申报，再申请更正。",
            ),
        )
    step = Step(
        replace(standing, version=version, type=declaration.type.value, due=assessment.total),
        [
            Told(
                events.Completed(version=version, document=fingerprint(declaration)),
                (ACTIONS["complete"].citation,),
            ),
            _assessed(assessment, version),
        ],
        findings,
        assessment,
    )
    return _settle(step)


def request_cancellation(standing: Standing, reason: str) -> Step:
    return Step(
        standing,
        [
            Told(
                events.CancellationRequested(reason=reason),
                (ACTIONS["request_cancellation"].citation,),
            )
        ],
    )


def decide_cancellation(standing: Standing, *, granted: bool, reason: str) -> Step:
    """Granted: the declaration is cancelled, nothing is due any more, what was paid is
    refundable. Goods released since it was asked for can only be refused it."""
    law = (ACTIONS["decide_cancellation"].citation,)
    if not granted:
        return Step(standing, [Told(events.CancellationRefused(reason=reason), law)])
    if standing.state in AFTER_RELEASE:
        raise Unusable.because(
            "cancellation.released",
            "granted",
            "The goods are released; their declaration can no longer be cancelled.",
            "货物已放行，报关单不能再撤销。",
            mend=Text("Refuse the request.", "请作不予撤销处理。"),
        )
    return Step(
        replace(standing, state=State.CANCELLED, due=ZERO, guaranteed=ZERO),
        [Told(events.Cancelled(reason=reason), law)],
    )


def request_correction(
    standing: Standing, declaration: Declaration, pack: Pack, reason: str
) -> Step:
    """Ask for a correction; it must be one that could be granted."""
    admitted, _findings = _admitted(declaration, pack)
    _whole(assess(admitted, pack))
    return Step(
        standing,
        [
            Told(
                events.CorrectionRequested(document=fingerprint(declaration), reason=reason),
                (ACTIONS["request_correction"].citation,),
            )
        ],
    )


def decide_correction(
    standing: Standing, declaration: Declaration, pack: Pack, *, granted: bool, reason: str
) -> Step:
    """Granted: the difference is owed, or to be refunded."""
    law = ACTIONS["decide_correction"].citation
    if not granted:
        return Step(standing, [Told(events.CorrectionRefused(reason=reason), (law,))])
    version = standing.version + 1
    admitted, _findings = _admitted(declaration, pack)
    assessment = _whole(assess(admitted, pack))
    step = Step(
        replace(standing, version=version, due=assessment.total),
        [
            Told(
                events.Corrected(
                    before=str(standing.due),
                    after=str(assessment.total),
                    version=version,
                    reason=reason,
                ),
                (law, assessment.law, *assessment.citations()),
            )
        ],
        list(assessment.findings),
        assessment,
    )
    return _settle(step)


AUDIT_RESULTS = {
    "conforms": Text("nothing to correct", "未发现问题"),
    "correction": Text("to be corrected", "须更正"),
}


def record_audit(standing: Standing, result: str, note: str) -> Step:
    """The audit after release of a blue-lane case ends."""
    words = _choice("result", result, AUDIT_RESULTS)
    return Step(
        standing,
        [
            Told(
                events.Audited(result=words.en, result_zh=words.zh, note=note),
                (ACTIONS["record_audit"].citation,),
            )
        ],
    )


def appeal(
    standing: Standing, decision: int, reason: str, *, decided_on: date, today: date, pack: Pack
) -> Step:
    """Appeal against the event `decision`, within the term from the day it was taken."""
    days = int(pack.number("appeal.deadline_days", decided_on))
    if (today - decided_on).days > days:
        raise Unusable.because(
            "appeal.late",
            "decision",
            f"The term of {days} days from {decided_on} has passed.",
            f"自 {decided_on} 起 {days} 日的复议申请期限已过。",
        )
    return Step(
        standing,
        [Told(events.Appealed(decision=decision, reason=reason), (ACTIONS["appeal"].citation,))],
    )


def decide_appeal(standing: Standing, decision: int, *, upheld: bool, reason: str) -> Step:
    """Overturned, a case that stands returned goes to an officer of its lane anew."""
    words = Text("upheld", "维持原决定") if upheld else Text("overturned", "撤销原决定")
    _require_reason(reason, "reason")
    step = Step(
        standing,
        [
            Told(
                events.AppealDecided(
                    decision=decision, outcome=words.en, outcome_zh=words.zh, reason=reason
                ),
                (ACTIONS["decide_appeal"].citation,),
            )
        ],
    )
    if upheld or standing.state is not State.RETURNED:
        return step
    lane = stricter(standing.lane or Lane.GREEN, Lane.YELLOW)
    step.standing = replace(standing, lane=lane)
    return _enter_lane(step)


def refund(standing: Standing, amount: Decimal, reason: str) -> Step:
    """Pay back what was paid and is not due."""
    _require_fen(amount)
    if not 0 < amount <= standing.overpaid:
        raise Unusable.because(
            "refund.amount",
            "amount",
            f"At most {standing.overpaid} CNY can be refunded.",
            f"最多可退 {standing.overpaid} 元。",
        )
    return Step(
        replace(standing, paid=standing.paid - amount),
        [Told(events.Refunded(amount=str(amount), reason=reason), (ACTIONS["refund"].citation,))],
    )


def fingerprint(declaration: Declaration) -> str:
    """SHA-256 of the canonical JSON: the content that makes lodging idempotent."""
    content = declaration.model_dump_json(exclude_none=True)
    return hashlib.sha256(content.encode()).hexdigest()


def _whole(assessment: Assessment) -> Assessment:
    """An assessment that leaves nothing out; `Unusable` with the first reason why it does."""
    if not assessment.complete:
        raise Unusable(next(found for found in assessment.findings if has_errors([found])))
    return assessment


def _admitted(declaration: Declaration, pack: Pack) -> tuple[Declaration, list[Finding]]:
    """The declaration as it is cleared; `Unusable` with the first error found on it."""
    admitted, findings = admit(declaration, pack)
    if has_errors(findings):
        raise Unusable(next(found for found in findings if has_errors([found])))
    return admitted, findings


def _process(declaration: Declaration, pack: Pack, lodging: Lodging, step: Step) -> Step:
    admitted, findings = admit(declaration, pack)
    step.findings += findings
    if has_errors(step.findings):
        return _return(step)
    try:
        assessment = assess(admitted, pack)
    except Unusable as unusable:
        step.findings.append(unusable.finding)
        return _return(step)
    known = {(found.code, found.path) for found in step.findings}
    step.findings += [
        found for found in assessment.findings if (found.code, found.path) not in known
    ]
    if not assessment.complete:
        return _return(step)
    step.assessment = assessment
    step.told.append(Told(events.Accepted(on=assessment.on.isoformat()), (assessment.law, LODGING)))
    step.told.append(_assessed(assessment, step.standing.version))
    step.standing = replace(step.standing, due=assessment.total)
    assign_lane(step, declaration, assessment, pack, lodging)
    if declaration.type == "advance" and (
        declaration.arrival_date is None or declaration.arrival_date > declaration.date
    ):
        step.standing = replace(step.standing, state=State.AWAITING_ARRIVAL)
        return step
    return _enter_lane(step)


def _assessed(assessment: Assessment, version: int) -> Told:
    return Told(
        events.Assessed(
            customs_value=str(assessment.customs_value),
            total=str(assessment.total),
            totals={kind: str(amount) for kind, amount in assessment.totals.items()},
            version=version,
        ),
        (assessment.law, *assessment.citations()),
    )


def _return(step: Step, note: str = "") -> Step:
    """Back to the trader; `note` is the officer's, otherwise the errors found are the reason."""
    errors = [found for found in step.findings if has_errors([found])]
    if note:
        reason = Text(note, note)
    else:
        reason = Text(
            " ".join(found.text.en for found in errors[:3]) or "Not as declared.",
            "".join(found.text.zh for found in errors[:3]) or "与申报不符。",
        )
    step.standing = replace(step.standing, state=State.RETURNED)
    step.told.append(
        Told(
            events.Returned(
                reason=reason.en,
                reason_zh=reason.zh,
                findings=[f"{found.code} {found.path}" for found in errors[:50]],
            ),
            (RETURNING,),
        )
    )
    return step


def _enter_lane(step: Step) -> Step:
    state = {Lane.YELLOW: State.DOCUMENTS_REVIEW, Lane.RED: State.INSPECTION}.get(
        step.standing.lane or Lane.GREEN
    )
    if state is None:
        return _controls_done(step)
    step.standing = replace(step.standing, state=state)
    return step


def _controls_done(step: Step) -> Step:
    step.standing = replace(step.standing, state=State.PAYMENT)
    return _release_if_free(step)


def _release_if_free(step: Step) -> Step:
    standing = step.standing
    if standing.state is State.SETTLEMENT:
        return _settle(step)
    if standing.state is not State.PAYMENT or not standing.is_settled:
        return step
    state = State.SETTLEMENT if standing.owed else State.RELEASED
    if standing.type == "summary":
        state = State.COMPLETION_DUE
    step.standing = replace(standing, state=state)
    step.told.append(Told(events.Released(lane=str(standing.lane or "")), (RELEASING,)))
    return step


def _settle(step: Step) -> Step:
    """After release: whole when everything due is paid, else further payment is due."""
    state = State.SETTLEMENT if step.standing.owed else State.RELEASED
    step.standing = replace(step.standing, state=state)
    return step


def _require_reason(text: str, field: str) -> None:
    if not text.strip():
        raise Unusable.because("reason.missing", field, "Say why.", "请说明理由。")


def _require_fen(amount: Decimal) -> None:
    if amount != to_fen(amount):
        raise Unusable.because(
            "amount.fen",
            "amount",
            f"{amount} CNY is no whole number of fen.",
            f"{amount} 元不是整分金额。",
        )


def _choice(field_name: str, value: str, choices: dict[str, Text]) -> Text:
    if value not in choices:
        allowed = ", ".join(choices)
        raise Unusable.because(
            f"{field_name}.unknown",
            field_name,
            f"{value!r} is none of {allowed}.",
            f"{value!r} 不是 {allowed} 之一。",
        )
    return choices[value]
