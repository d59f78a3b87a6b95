"""The clearance room's part of the event vocabulary."""

from typing import Annotated

from sanzhi.border.clearance.codes import (
    AuditResult,
    DocumentsDecision,
    InspectionResult,
    ReviewOutcome,
    SelectedBy,
)
from sanzhi.events import VOCABULARY, Amount, Day, Mark, Moment, Number, Payload, Said
from sanzhi.selectivity.lanes import Lane

#: A row of the law's table of lanes, or what stood in its place (`NO_ROW`).
LaneRule = Annotated[str, Mark("lane_rule")]
#: A rule of the administration's own table.
RiskRule = Annotated[str, Mark("risk_rule")]
#: Why a model ranks it so: a code with its value.
RiskReason = Annotated[str, Mark("risk_reason")]
#: A finding's code, with the path it stands at.
FindingKey = Annotated[str, Mark("finding")]


class Brought(Payload):
    """A version of the declaration: what is stored is named by its hashes (SHA-256)."""

    version: int
    format: str
    document: str
    """Of the declaration's canonical JSON."""
    original: str
    """Of the message as it came; empty where it came as none."""
    findings: str
    """Of what the checks found, as JSON."""
    warnings: int
    items: int
    goods: Said
    """What lists call the consignment: its first item."""


@VOCABULARY.declare(
    "clearance.lodged",
    verb=("lodged", "申报"),
    words=(
        "Lodged with reference {reference} for {trader} ({items} goods items).",
        "{trader} 申报，编号 {reference}，共 {items} 项商品。",
    ),
)
class Lodged(Brought):
    reference: Said
    trader: str
    """Credit code, as the declarant's."""
    declarant: str
    office: str
    regime: str
    type: str
    on: Day
    """The day whose law applies."""
    filed: str
    """SHA-256 of the declaration as it was filed: the content that makes lodging idempotent."""


@VOCABULARY.declare(
    "clearance.returned",
    verb=("returned", "退回"),
    words=(
        "Returned for correction: {note} {because}",
        "退回修改：{note}{because}",
    ),
    appealable=True,
)
class Returned(Payload):
    note: Said
    """The officer's words; empty where the checks returned it."""
    because: list[FindingKey]


@VOCABULARY.declare(
    "clearance.accepted",
    verb=("accepted", "接受申报"),
    words=("Accepted; the law of {on} applies.", "接受申报，适用 {on} 的法律。"),
)
class Accepted(Payload):
    on: Day
    awaits_arrival: bool
    """Whether it was declared in advance of the goods."""


@VOCABULARY.declare(
    "clearance.assessed",
    verb=("assessed", "核定税款"),
    words=(
        "Assessed at {total} on a customs value of {customs_value}.",
        "完税价格 {customs_value}，核定税款 {total}。",
    ),
    appealable=True,
)
class Assessed(Payload):
    customs_value: Amount
    total: Amount
    totals: dict[str, Amount]
    version: int
    assessment: str
    """SHA-256 of the assessment as stored."""


@VOCABULARY.declare(
    "clearance.lane_assigned",
    verb=("selected", "布控"),
    words=("Lane {lane}: {rule}", "{lane}通道：{rule}"),
)
class LaneAssigned(Payload):
    lane: Lane
    rule: LaneRule
    by: SelectedBy
    draw: Number | None = None
    floor: Number | None = None


@VOCABULARY.declare(
    "clearance.risk_assessed",
    verb=("assessed the risk", "风险评估"),
    words=(
        "Own selection: {lane}, {by}. {rules} {reasons}",
        "自行布控：{lane}，{by}。{rules}{reasons}",
    ),
    confidential=True,
)
class RiskAssessed(Payload):
    """What the administration's own rules and ranking said, beside the law's table."""

    lane: Lane
    by: SelectedBy
    propensity: Number
    """How likely an inspection was, 0 to 1, whatever decided."""
    setting: str
    """Version of the rules and policy that chose."""
    rules: list[RiskRule]
    model: str
    score: Number
    """Probability of a find."""
    expected_revenue: Amount
    reasons: list[RiskReason]
    challenger: str
    challenger_score: Number
    fallback: str
    """Code of why there is no score, where there should be one."""


@VOCABULARY.declare(
    "clearance.inspector_drawn",
    verb=("drew the inspector", "随机派员"),
    words=(
        "{officer} drawn to inspect, of {among} who could.",
        "随机选派 {officer} 查验（{among} 人可派）。",
    ),
    confidential=True,
)
class InspectorDrawn(Payload):
    """The other half of double random (双随机)."""

    officer: str
    """The account; empty where nobody could be drawn and any officer of the office may."""
    among: int
    draw: Number
    """The number drawn, 0 to 1; it can be drawn again from the site's secret and the case."""


@VOCABULARY.declare(
    "clearance.arrived",
    verb=("arrived", "运抵"),
    words=("Goods arrived on {on}.", "货物于 {on} 运抵。"),
)
class Arrived(Brought):
    on: Day


@VOCABULARY.declare(
    "clearance.amended",
    verb=("amended", "修改"),
    words=(
        "Declaration amended to version {version}: {reason}",
        "报关单修改为第 {version} 版：{reason}",
    ),
)
class Amended(Brought):
    type: str
    reason: Said


@VOCABULARY.declare(
    "clearance.documents_decided",
    verb=("reviewed", "审单"),
    words=("Documents review: {decision}. {note}", "审单结论：{decision}。{note}"),
    appealable=True,
)
class DocumentsDecided(Payload):
    decision: DocumentsDecision
    note: Said


@VOCABULARY.declare(
    "clearance.inspected",
    verb=("inspected", "查验"),
    words=("Inspection: {result}. {note}", "查验结果：{result}。{note}"),
    appealable=True,
)
class Inspected(Payload):
    result: InspectionResult
    note: Said


@VOCABULARY.declare(
    "clearance.lane_changed",
    verb=("changed the lane", "调整通道"),
    words=(
        "Lane changed from {before} to {after}: {reason}",
        "通道由{before}调整为{after}：{reason}",
    ),
    appealable=True,
)
class LaneChanged(Payload):
    before: Lane
    after: Lane
    reason: Said


@VOCABULARY.declare(
    "clearance.payment_due",
    verb=("issued the tax notice", "填发税款缴款书"),
    words=("{amount} to be paid until {until}.", "应于 {until} 前缴纳 {amount}。"),
)
class PaymentDue(Payload):
    amount: Amount
    until: Day
    """Last day without a surcharge."""


@VOCABULARY.declare(
    "clearance.paid",
    verb=("paid", "缴税"),
    words=("Paid {amount} (receipt {receipt}).", "缴纳 {amount}（凭证 {receipt}）。"),
)
class Paid(Payload):
    amount: Amount
    late_payment: Amount
    receipt: str


@VOCABULARY.declare(
    "clearance.guaranteed",
    verb=("gave a guarantee", "提供担保"),
    words=("Guarantee of {amount} given ({guarantee}).", "提供担保 {amount}（{guarantee}）。"),
)
class Guaranteed(Payload):
    amount: Amount
    guarantee: Said


@VOCABULARY.declare(
    "clearance.released",
    verb=("released", "放行"),
    words=("Goods released.", "货物放行。"),
)
class Released(Payload):
    """Told once a consignment, with what whoever counts releases asks of each."""

    lane: Lane
    office: str
    lodged: Moment
    totals: dict[str, Amount]
    """What is due by kind of tax, as last assessed."""
    complete_until: Day | None = None
    """Last day for the full declaration, where the goods went on a summary one."""


@VOCABULARY.declare(
    "clearance.completed",
    verb=("completed", "完整申报"),
    words=("Full declaration lodged (version {version}).", "完成完整申报（第 {version} 版）。"),
)
class Completed(Brought):
    pass


@VOCABULARY.declare(
    "clearance.cancellation_requested",
    verb=("asked for cancellation", "申请撤销"),
    words=("Cancellation asked for: {reason}", "申请撤销：{reason}"),
)
class CancellationRequested(Payload):
    reason: Said


@VOCABULARY.declare(
    "clearance.cancelled",
    verb=("cancelled", "撤销"),
    words=("Declaration cancelled. {reason}", "报关单已撤销。{reason}"),
)
class Cancelled(Payload):
    reason: Said


@VOCABULARY.declare(
    "clearance.cancellation_refused",
    verb=("refused cancellation", "不予撤销"),
    words=("Cancellation refused: {reason}", "不予撤销：{reason}"),
    appealable=True,
)
class CancellationRefused(Payload):
    reason: Said


@VOCABULARY.declare(
    "clearance.correction_requested",
    verb=("asked for correction", "申请更正"),
    words=("Correction after release asked for: {reason}", "申请放行后更正：{reason}"),
)
class CorrectionRequested(Payload):
    document: str
    """SHA-256 of the declaration as it should be."""
    reason: Said


@VOCABULARY.declare(
    "clearance.corrected",
    verb=("corrected", "更正"),
    words=(
        "Corrected after release: {before} becomes {after}. {reason}",
        "放行后更正：税款由 {before} 改为 {after}。{reason}",
    ),
    appealable=True,
)
class Corrected(Brought):
    before: Amount
    after: Amount
    customs_value: Amount
    totals: dict[str, Amount]
    assessment: str
    reason: Said


@VOCABULARY.declare(
    "clearance.correction_refused",
    verb=("refused correction", "不予更正"),
    words=("Correction refused: {reason}", "不予更正：{reason}"),
    appealable=True,
)
class CorrectionRefused(Payload):
    reason: Said


@VOCABULARY.declare(
    "clearance.audited",
    verb=("audited", "稽核"),
    words=("Audit after release: {result}. {note}", "放行后稽核：{result}。{note}"),
)
class Audited(Payload):
    result: AuditResult
    note: Said


@VOCABULARY.declare(
    "clearance.refunded",
    verb=("refunded", "退税"),
    words=("Refunded {amount}: {reason}", "退还税款 {amount}：{reason}"),
)
class Refunded(Payload):
    amount: Amount
    reason: Said


@VOCABULARY.declare(
    "clearance.appealed",
    verb=("appealed", "申请复议"),
    words=(
        "Appeal against event {decision}: {reason}",
        "就第 {decision} 号事件申请复议：{reason}",
    ),
)
class Appealed(Payload):
    decision: int
    reason: Said


@VOCABULARY.declare(
    "clearance.appeal_decided",
    verb=("decided the appeal", "复议决定"),
    words=(
        "Appeal against event {decision}: {outcome}. {reason}",
        "就第 {decision} 号事件的复议：{outcome}。{reason}",
    ),
)
class AppealDecided(Payload):
    decision: int
    outcome: ReviewOutcome
    reason: Said
