"""States of a consignment, and what each waits for."""

from sanzhi.cases.kind import Awaited
from sanzhi.core.codes import Code
from sanzhi.core.findings import Text


class State(Code):
    """Where a consignment stands. Acceptance and assessment are instants, told by events."""

    RETURNED = "returned", "returned for correction", "退回修改"
    AWAITING_ARRIVAL = "awaiting_arrival", "accepted, goods to arrive", "已接受，待货物运抵"
    DOCUMENTS_REVIEW = "documents_review", "documents review", "审单"
    INSPECTION = "inspection", "inspection", "查验"
    PAYMENT = "payment", "payment due", "待缴税"
    COMPLETION_DUE = "completion_due", "released, full declaration due", "已放行，待完整申报"
    SETTLEMENT = "settlement", "released, further payment due", "已放行，待补税"
    RELEASED = "released", "released", "已放行"
    CANCELLED = "cancelled", "cancelled", "已撤销"


#: What each state waits for, from which side: `trader`, `officer` or nobody.
AWAITED = {
    State.RETURNED: Awaited(
        "trader",
        Text("Correct the declaration and lodge it again.", "修改报关单后重新申报。"),
        ("amend",),
    ),
    State.AWAITING_ARRIVAL: Awaited(
        "trader",
        Text("Report the arrival of the goods.", "货物运抵后报告到货。"),
        ("report_arrival",),
    ),
    State.DOCUMENTS_REVIEW: Awaited(
        "officer",
        Text("An officer reviews the documents.", "关员审核单证。"),
        ("decide_documents",),
    ),
    State.INSPECTION: Awaited(
        "officer", Text("An officer inspects the goods.", "关员查验货物。"), ("record_inspection",)
    ),
    State.PAYMENT: Awaited(
        "trader", Text("Pay the taxes or give a guarantee.", "缴纳税款或提供担保。"), ("pay",)
    ),
    State.COMPLETION_DUE: Awaited(
        "trader", Text("Lodge the full declaration.", "完成完整申报。"), ("complete",)
    ),
    State.SETTLEMENT: Awaited("trader", Text("Pay what is still owed.", "补缴税款。"), ("pay",)),
    State.RELEASED: Awaited(
        "",
        Text("Nothing: the goods are free.", "无待办：货物已放行。"),
        ("decide_correction", "record_audit"),
    ),
    State.CANCELLED: Awaited(
        "", Text("Nothing: the declaration was cancelled.", "无待办：报关单已撤销。")
    ),
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
