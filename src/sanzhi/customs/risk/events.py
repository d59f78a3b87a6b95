"""Risk's part of the event vocabulary: settings and models.

An event says what the stored row is after it: of rules and policy their hash, of the rest the
value.
"""

from typing import Annotated

from sanzhi.customs.risk.codes import ModelRole
from sanzhi.events import VOCABULARY, Hash, Key, Mark, Payload, Said
from sanzhi.selectivity.lanes import Lane

#: A rule of the administration's own table.
RuleKey = Annotated[str, Mark("risk_rule")]
#: What a rule asks of a field: `code=87*`, the field and its cell.
ConditionKey = Annotated[str, Mark("risk_condition")]
#: A figure of the selection policy: `exploration=0.005`; nothing after the sign where it is gone.
FigureKey = Annotated[str, Mark("risk_figure")]


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
    """The version it was begun from; 0 for none."""
    content: Hash
    """Of rules and policy as stored, one after the other; in every event of a setting."""


@VOCABULARY.declare(
    "risk.rule_written",
    verb=("rule written", "编写规则"),
    words=("Rule {rule} written: {lane}, {conditions}.", "编写规则 {rule}：{lane}，{conditions}。"),
)
class RuleWritten(Payload):
    rule: RuleKey
    replaces: RuleKey
    """The rule in whose place it stands, by the name that had; empty for a new one."""
    lane: Lane
    conditions: list[ConditionKey]
    content: Hash


@VOCABULARY.declare(
    "risk.rule_removed",
    verb=("rule removed", "删除规则"),
    words=("Rule {rule} removed.", "删除规则 {rule}。"),
)
class RuleRemoved(Payload):
    rule: RuleKey
    content: Hash


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
    content: Hash


@VOCABULARY.declare(
    "risk.policy_written",
    verb=("policy written", "调整选查策略"),
    words=("Selection policy changed: {figures}.", "调整选查策略：{figures}。"),
)
class PolicyWritten(Payload):
    figures: list[FigureKey]
    """Those that changed, as they are now."""
    content: Hash


@VOCABULARY.declare(
    "risk.setting_proposed",
    verb=("proposed", "提请审批"),
    words=("Proposed with {rules} rules: {note}", "提请审批，共 {rules} 条规则：{note}"),
)
class SettingProposed(Payload):
    rules: int
    note: Said
    content: Hash


@VOCABULARY.declare(
    "risk.setting_approved",
    verb=("approved", "批准"),
    words=("Approved; in force in place of version {before}.", "批准生效，取代第 {before} 版。"),
)
class SettingApproved(Payload):
    before: int
    content: Hash


@VOCABULARY.declare(
    "risk.setting_refused", verb=("refused", "退回"), words=("Refused: {reason}", "退回：{reason}")
)
class SettingRefused(Payload):
    reason: Said


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
    words=("Trained on {rows} declarations ({source}).", "以 {rows} 份报关单训练（{source}）。"),
)
class ModelTrained(Payload):
    model: Key
    rows: int
    source: Said
    """The file it learnt from, as it was called; empty for the platform's own history."""
    data: Key
    """Hash of the training data."""
    manifest: Hash
    """Of the manifest as stored."""


@VOCABULARY.declare(
    "risk.model_placed",
    verb=("model placed", "调整模型角色"),
    words=(
        "Now {role}; before, {before} ({by}). {reason}",
        "由{before}调整为{role}（{by}）。{reason}",
    ),
)
class ModelPlaced(Payload):
    role: ModelRole
    before: ModelRole
    by: Key
    """The model that took its place; empty where none did."""
    reason: Said
