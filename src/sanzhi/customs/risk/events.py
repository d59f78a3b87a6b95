"""Risk's part of the event vocabulary: settings and models."""

from sanzhi.events.event import VOCABULARY, Payload


@VOCABULARY.declare(
    "risk.setting_drafted",
    verb=("drafted", "起草"),
    words=(
        "Draft {version} begun from version {base}.",
        "以第 {base} 版为底稿起草第 {version} 版。",
    ),
)
class SettingDrafted(Payload):
    version: int
    base: int


@VOCABULARY.declare(
    "risk.rule_written",
    verb=("rule written", "编写规则"),
    words=("Rule {rule} written: {lane}, {conditions}.", "编写规则 {rule}：{lane}，{conditions}。"),
)
class RuleWritten(Payload):
    rule: str
    lane: str
    conditions: list[str]
    """Field and cell."""
    content: str
    """SHA-256 of the rule's canonical JSON."""


@VOCABULARY.declare(
    "risk.rule_removed",
    verb=("rule removed", "删除规则"),
    words=("Rule {rule} removed.", "删除规则 {rule}。"),
)
class RuleRemoved(Payload):
    rule: str


@VOCABULARY.declare(
    "risk.table_replaced",
    verb=("table replaced", "替换规则表"),
    words=(
        "The table was replaced by {rules} rules of a file.",
        "以文件中的 {rules} 条规则替换规则表。",
    ),
)
class TableReplaced(Payload):
    rules: int
    content: str


@VOCABULARY.declare(
    "risk.policy_written",
    verb=("policy written", "调整选查策略"),
    words=("Selection policy changed: {changes}.", "调整选查策略：{changes}。"),
)
class PolicyWritten(Payload):
    changes: list[str]
    content: str


@VOCABULARY.declare(
    "risk.setting_proposed",
    verb=("proposed", "提请审批"),
    words=("Proposed with {rules} rules: {note}", "提请审批，共 {rules} 条规则：{note}"),
)
class SettingProposed(Payload):
    rules: int
    note: str
    content: str
    """SHA-256 of rules and policy."""


@VOCABULARY.declare(
    "risk.setting_approved",
    verb=("approved", "批准"),
    words=("Approved; in force in place of version {before}.", "批准生效，取代第 {before} 版。"),
)
class SettingApproved(Payload):
    before: int
    content: str


@VOCABULARY.declare(
    "risk.setting_refused", verb=("refused", "退回"), words=("Refused: {reason}", "退回：{reason}")
)
class SettingRefused(Payload):
    reason: str


@VOCABULARY.declare(
    "risk.setting_retired",
    verb=("retired", "失效"),
    words=("No longer in force: version {by} took its place.", "由第 {by} 版取代，不再生效。"),
)
class SettingRetired(Payload):
    by: int


@VOCABULARY.declare(
    "risk.model_trained",
    verb=("model trained", "训练模型"),
    words=("Trained on {rows} declarations.", "以 {rows} 份报关单训练。"),
)
class ModelTrained(Payload):
    model: str
    rows: int
    data: str
    """Hash of the training data."""
    manifest: str
    """SHA-256 of the manifest."""


@VOCABULARY.declare(
    "risk.model_placed",
    verb=("model placed", "调整模型角色"),
    words=("Now {role}; before, {before}. {reason}", "由{before_zh}调整为{role_zh}。{reason}"),
)
class ModelPlaced(Payload):
    role: str
    role_zh: str
    before: str
    before_zh: str
    reason: str
