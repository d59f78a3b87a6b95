"""States of a case and the actions that move it."""

from dataclasses import dataclass
from enum import StrEnum

from sanzhi.core.findings import Text


class State(StrEnum):
    """Where a case stands. Acceptance and assessment are instants, told by events."""

    RETURNED = "returned"
    AWAITING_ARRIVAL = "awaiting_arrival"
    DOCUMENTS_REVIEW = "documents_review"
    INSPECTION = "inspection"
    PAYMENT = "payment"
    COMPLETION_DUE = "completion_due"
    SETTLEMENT = "settlement"
    RELEASED = "released"
    CANCELLED = "cancelled"


STATE_NAMES = {
    State.RETURNED: Text("returned for correction", "退回修改"),
    State.AWAITING_ARRIVAL: Text("accepted, goods to arrive", "已接受，待货物运抵"),
    State.DOCUMENTS_REVIEW: Text("documents review", "审单"),
    State.INSPECTION: Text("inspection", "查验"),
    State.PAYMENT: Text("payment due", "待缴税"),
    State.COMPLETION_DUE: Text("released, full declaration due", "已放行，待完整申报"),
    State.SETTLEMENT: Text("released, further payment due", "已放行，待补税"),
    State.RELEASED: Text("released", "已放行"),
    State.CANCELLED: Text("cancelled", "已撤销"),
}

#: Whose move it is: `trader`, `officer` or nobody.
AWAITED_FROM = {
    State.RETURNED: "trader",
    State.AWAITING_ARRIVAL: "trader",
    State.DOCUMENTS_REVIEW: "officer",
    State.INSPECTION: "officer",
    State.PAYMENT: "trader",
    State.COMPLETION_DUE: "trader",
    State.SETTLEMENT: "trader",
    State.RELEASED: "",
    State.CANCELLED: "",
}

AWAITED_WHAT = {
    State.RETURNED: Text("Correct the declaration and lodge it again.", "修改报关单后重新申报。"),
    State.AWAITING_ARRIVAL: Text("Report the arrival of the goods.", "货物运抵后报告到货。"),
    State.DOCUMENTS_REVIEW: Text("An officer reviews the documents.", "关员审核单证。"),
    State.INSPECTION: Text("An officer inspects the goods.", "关员查验货物。"),
    State.PAYMENT: Text("Pay the taxes or give a guarantee.", "缴纳税款或提供担保。"),
    State.COMPLETION_DUE: Text("Lodge the full declaration.", "完成完整申报。"),
    State.SETTLEMENT: Text("Pay what is still owed.", "补缴税款。"),
    State.RELEASED: Text("Nothing: the goods are free.", "无待办：货物已放行。"),
    State.CANCELLED: Text("Nothing: the declaration was cancelled.", "无待办：报关单已撤销。"),
}

#: Goods under customs control: before release.
BEFORE_RELEASE = frozenset(
    {
        State.RETURNED,
        State.AWAITING_ARRIVAL,
        State.DOCUMENTS_REVIEW,
        State.INSPECTION,
        State.PAYMENT,
    }
)
AFTER_RELEASE = frozenset({State.COMPLETION_DUE, State.SETTLEMENT, State.RELEASED})


@dataclass(frozen=True, slots=True)
class Action:
    """What an actor can do in some states. `permission` is asked at the case's enterprise or
    office; `citation` is the rule that gives the power or sets the duty."""

    name: str
    words: Text
    permission: str
    states: frozenset[State]
    citation: str


def _action(
    name: str,
    en: str,
    zh: str,
    permission: str,
    states: frozenset[State] | set[State],
    citation: str,
) -> tuple[str, Action]:
    return name, Action(name, Text(en, zh), permission, frozenset(states), citation)


#: Every action on a case, in the order pages offer them.
ACTIONS: dict[str, Action] = dict(
    (
        _action(
            "amend",
            "Correct and lodge again",
            "修改并重新申报",
            "clearance.amend",
            {State.RETURNED, State.AWAITING_ARRIVAL, State.DOCUMENTS_REVIEW, State.PAYMENT},
            "customs-law, art. 26",
        ),
        _action(
            "report_arrival",
            "Report arrival",
            "报告到货",
            "clearance.amend",
            {State.AWAITING_ARRIVAL},
            "customs-law, art. 24",
        ),
        _action(
            "pay",
            "Pay",
            "缴税",
            "clearance.pay",
            {State.DOCUMENTS_REVIEW, State.INSPECTION, State.PAYMENT, State.SETTLEMENT},
            "customs-law, art. 60",
        ),
        _action(
            "guarantee",
            "Give a guarantee",
            "提供担保",
            "clearance.pay",
            {State.DOCUMENTS_REVIEW, State.INSPECTION, State.PAYMENT},
            "customs-law, art. 66",
        ),
        _action(
            "complete",
            "Lodge the full declaration",
            "完整申报",
            "clearance.amend",
            {State.COMPLETION_DUE},
            "gacc-2019-127, art. 1",
        ),
        _action(
            "request_cancellation",
            "Ask for cancellation",
            "申请撤销",
            "clearance.cancel_request",
            BEFORE_RELEASE,
            "customs-law, art. 26",
        ),
        _action(
            "request_correction",
            "Ask for correction after release",
            "申请更正（放行后）",
            "clearance.amend",
            {State.RELEASED},
            "customs-law, art. 63",
        ),
        _action(
            "appeal",
            "Appeal a decision",
            "申请行政复议",
            "clearance.appeal",
            BEFORE_RELEASE | AFTER_RELEASE,
            "administrative-reconsideration-law, art. 20",
        ),
        _action(
            "decide_documents",
            "Decide the documents review",
            "作出审单结论",
            "clearance.decide_documents",
            {State.DOCUMENTS_REVIEW},
            "gacc-order-103, art. 16",
        ),
        _action(
            "record_inspection",
            "Record the inspection",
            "记录查验结果",
            "clearance.inspect",
            {State.INSPECTION},
            "customs-law, art. 28",
        ),
        _action(
            "change_lane",
            "Change the lane",
            "调整通道",
            "clearance.reassign_lane",
            {State.DOCUMENTS_REVIEW, State.INSPECTION, State.PAYMENT},
            "customs-law, art. 28",
        ),
        _action(
            "decide_cancellation",
            "Decide the request for cancellation",
            "审批撤销申请",
            "clearance.cancel",
            BEFORE_RELEASE | AFTER_RELEASE,
            "customs-law, art. 26",
        ),
        _action(
            "decide_correction",
            "Decide the request for correction",
            "审批更正申请",
            "clearance.assess",
            {State.RELEASED},
            "customs-law, art. 63",
        ),
        _action(
            "record_audit",
            "Record the audit after release",
            "记录稽核结果",
            "clearance.assess",
            {State.RELEASED},
            "customs-law, art. 45",
        ),
        _action(
            "refund",
            "Refund",
            "退税",
            "clearance.refund",
            {State.RELEASED, State.CANCELLED},
            "customs-law, art. 63",
        ),
        _action(
            "decide_appeal",
            "Decide the appeal",
            "作出复议决定",
            "clearance.decide_appeal",
            BEFORE_RELEASE | AFTER_RELEASE | {State.CANCELLED},
            "administrative-reconsideration-law, art. 62",
        ),
    )
)
