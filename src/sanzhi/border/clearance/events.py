"""The clearance room's part of the event vocabulary."""

from sanzhi.events.event import VOCABULARY, Payload


@VOCABULARY.declare(
    "clearance.lodged",
    verb=("lodged", "申报"),
    words=(
        "Lodged with reference {reference} for {trader} ({items} goods items).",
        "{trader} 申报，编号 {reference}，共 {items} 项商品。",
    ),
)
class Lodged(Payload):
    reference: str
    trader: str
    declarant: str
    format: str
    document: str
    """SHA-256 of the declaration's canonical JSON."""
    version: int
    items: int


@VOCABULARY.declare(
    "clearance.returned",
    verb=("returned", "退回"),
    words=("Returned for correction: {reason}", "退回修改：{reason_zh}"),
)
class Returned(Payload):
    reason: str
    reason_zh: str
    findings: list[str]
    """Codes and paths of the findings."""


@VOCABULARY.declare(
    "clearance.accepted",
    verb=("accepted", "接受申报"),
    words=("Accepted; the law of {on} applies.", "接受申报，适用 {on} 的法律。"),
)
class Accepted(Payload):
    on: str


@VOCABULARY.declare(
    "clearance.assessed",
    verb=("assessed", "核定税款"),
    words=(
        "Assessed at {total} CNY on a customs value of {customs_value} CNY.",
        "完税价格 {customs_value} 元，核定税款 {total} 元。",
    ),
)
class Assessed(Payload):
    customs_value: str
    total: str
    totals: dict[str, str]
    version: int


@VOCABULARY.declare(
    "clearance.lane_assigned",
    verb=("selected", "布控"),
    words=("Lane {lane}: {reason}.", "{lane_zh}通道：{reason_zh}。"),
)
class LaneAssigned(Payload):
    lane: str
    lane_zh: str
    rule: str
    reason: str
    reason_zh: str
    draw: str | None = None
    floor: str | None = None
    by: str = "law"
    """What decided: `law`, `random`, `risk` (the administration's own selection), `none`."""


@VOCABULARY.declare(
    "clearance.risk_assessed",
    verb=("assessed the risk", "风险评估"),
    words=(
        "Own selection: {lane}, {reason}. {rules} {reasons}",
        "自行布控：{lane_zh}，{reason_zh}。{rules}{reasons_zh}",
    ),
)
class RiskAssessed(Payload):
    """What the administration's own rules and ranking said, beside the law's table. Confidential:
    only officers of the case's office read it (`CONFIDENTIAL`)."""

    lane: str
    lane_zh: str
    by: str
    """`rule`, `random`, `exploration`, `ranking`, `none`."""
    reason: str
    reason_zh: str
    propensity: str
    """How likely an inspection was, 0 to 1, whatever decided."""
    setting: str
    """Version of the rules and policy that chose."""
    rules: list[str]
    model: str
    score: str
    """Probability of a find."""
    expected_revenue: str
    reasons: list[str]
    reasons_zh: list[str]
    challenger: str
    challenger_score: str
    fallback: str
    """Why there is no score, where there should be one."""


@VOCABULARY.declare(
    "clearance.inspector_drawn",
    verb=("drew the inspector", "随机派员"),
    words=(
        "{officer} drawn to inspect, of {among} who could.",
        "随机选派 {officer} 查验（{among} 人可派）。",
    ),
)
class InspectorDrawn(Payload):
    """The other half of double random (双随机)."""

    officer: str
    among: int
    draw: str
    """The number drawn, 0 to 1; it can be drawn again from the site's secret and the case."""


#: Kinds that are not told to traders: whoever knows what is looked for, and by whom, goes round it.
CONFIDENTIAL = frozenset(("clearance.risk_assessed", "clearance.inspector_drawn"))


@VOCABULARY.declare(
    "clearance.arrived",
    verb=("arrived", "运抵"),
    words=("Goods arrived on {on}.", "货物于 {on} 运抵。"),
)
class Arrived(Payload):
    on: str


@VOCABULARY.declare(
    "clearance.amended",
    verb=("amended", "修改"),
    words=(
        "Declaration amended to version {version}: {reason}",
        "报关单修改为第 {version} 版：{reason}",
    ),
)
class Amended(Payload):
    version: int
    document: str
    reason: str


@VOCABULARY.declare(
    "clearance.documents_decided",
    verb=("reviewed", "审单"),
    words=("Documents review: {decision}. {note}", "审单结论：{decision_zh}。{note}"),
)
class DocumentsDecided(Payload):
    decision: str
    decision_zh: str
    note: str


@VOCABULARY.declare(
    "clearance.inspected",
    verb=("inspected", "查验"),
    words=("Inspection: {result}. {note}", "查验结果：{result_zh}。{note}"),
)
class Inspected(Payload):
    result: str
    result_zh: str
    note: str


@VOCABULARY.declare(
    "clearance.lane_changed",
    verb=("changed the lane", "调整通道"),
    words=(
        "Lane changed from {before} to {after}: {reason}",
        "通道由 {before} 调整为 {after}：{reason}",
    ),
)
class LaneChanged(Payload):
    before: str
    after: str
    reason: str


@VOCABULARY.declare(
    "clearance.paid",
    verb=("paid", "缴税"),
    words=("Paid {amount} CNY (receipt {receipt}).", "缴纳 {amount} 元（凭证 {receipt}）。"),
)
class Paid(Payload):
    amount: str
    late_payment: str
    receipt: str


@VOCABULARY.declare(
    "clearance.guaranteed",
    verb=("gave a guarantee", "提供担保"),
    words=(
        "Guarantee of {amount} CNY given ({guarantee}).",
        "提供担保 {amount} 元（{guarantee}）。",
    ),
)
class Guaranteed(Payload):
    amount: str
    guarantee: str


@VOCABULARY.declare(
    "clearance.released", verb=("released", "放行"), words=("Goods released.", "货物放行。")
)
class Released(Payload):
    lane: str


@VOCABULARY.declare(
    "clearance.completed",
    verb=("completed", "完整申报"),
    words=("Full declaration lodged (version {version}).", "完成完整申报（第 {version} 版）。"),
)
class Completed(Payload):
    version: int
    document: str


@VOCABULARY.declare(
    "clearance.cancellation_requested",
    verb=("asked for cancellation", "申请撤销"),
    words=("Cancellation asked for: {reason}", "申请撤销：{reason}"),
)
class CancellationRequested(Payload):
    reason: str


@VOCABULARY.declare(
    "clearance.cancelled",
    verb=("cancelled", "撤销"),
    words=("Declaration cancelled. {reason}", "报关单已撤销。{reason}"),
)
class Cancelled(Payload):
    reason: str


@VOCABULARY.declare(
    "clearance.cancellation_refused",
    verb=("refused cancellation", "不予撤销"),
    words=("Cancellation refused: {reason}", "不予撤销：{reason}"),
)
class CancellationRefused(Payload):
    reason: str


@VOCABULARY.declare(
    "clearance.correction_requested",
    verb=("asked for correction", "申请更正"),
    words=("Correction after release asked for: {reason}", "申请放行后更正：{reason}"),
)
class CorrectionRequested(Payload):
    document: str
    reason: str


@VOCABULARY.declare(
    "clearance.corrected",
    verb=("corrected", "更正"),
    words=(
        "Corrected after release: {before} CNY becomes {after} CNY. {reason}",
        "放行后更正：税款由 {before} 元改为 {after} 元。{reason}",
    ),
)
class Corrected(Payload):
    before: str
    after: str
    version: int
    reason: str


@VOCABULARY.declare(
    "clearance.correction_refused",
    verb=("refused correction", "不予更正"),
    words=("Correction refused: {reason}", "不予更正：{reason}"),
)
class CorrectionRefused(Payload):
    reason: str


@VOCABULARY.declare(
    "clearance.audited",
    verb=("audited", "稽核"),
    words=("Audit after release: {result}. {note}", "放行后稽核：{result_zh}。{note}"),
)
class Audited(Payload):
    result: str
    result_zh: str
    note: str


@VOCABULARY.declare(
    "clearance.refunded",
    verb=("refunded", "退税"),
    words=("Refunded {amount} CNY: {reason}", "退还税款 {amount} 元：{reason}"),
)
class Refunded(Payload):
    amount: str
    reason: str


@VOCABULARY.declare(
    "clearance.appealed",
    verb=("appealed", "申请复议"),
    words=("Appeal against event {decision}: {reason}", "就第 {decision} 号事件申请复议：{reason}"),
)
class Appealed(Payload):
    decision: int
    reason: str


@VOCABULARY.declare(
    "clearance.appeal_decided",
    verb=("decided the appeal", "复议决定"),
    words=(
        "Appeal against event {decision} {outcome}: {reason}",
        "就第 {decision} 号事件的复议：{outcome_zh}。{reason}",
    ),
)
class AppealDecided(Payload):
    decision: int
    outcome: str
    outcome_zh: str
    reason: str
