"""Settings and models as kinds of case: where each stands after its events. What can be done with
them stands in `setting_actions.py` and `model_actions.py`."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Self

from sanzhi.cases import At, Kind, Standing
from sanzhi.cases.kind import Awaited
from sanzhi.cases.standing import NEVER, Outcome
from sanzhi.core.digests import digest
from sanzhi.core.findings import Text
from sanzhi.customs.risk import events
from sanzhi.customs.risk.codes import ModelRole, SettingState
from sanzhi.customs.risk.rules.table import RuleTable
from sanzhi.customs.risk.selection import SelectionPolicy

_AUTHOR = Text("Its author proposes it.", "由编写人提请审批。")
_SHADOW = Text("Nothing: it runs in shadow.", "无待办：影子运行。")
_WRITING = ("write_rule", "remove_rule", "replace_table", "write_policy", "propose")


class SettingText(NamedTuple):
    """Rules and policy as they are stored: the JSON of each."""

    rules: str
    policy: str

    @classmethod
    def of(cls, table: RuleTable, policy: SelectionPolicy) -> Self:
        return cls(table.model_dump_json(), policy.model_dump_json())

    @property
    def digest(self) -> str:
        """SHA-256 of one after the other, as events name them."""
        return digest(self.rules + self.policy)

    @property
    def table(self) -> RuleTable:
        return RuleTable.model_validate_json(self.rules)

    @property
    def selection(self) -> SelectionPolicy:
        return SelectionPolicy.model_validate_json(self.policy)


@dataclass(frozen=True, kw_only=True)
class SettingStanding(Standing):
    """A version of the rule table and the selection policy (布控方案)."""

    state: SettingState = SettingState.DRAFT
    version: int = 0
    author: str = ""
    note: str = ""
    changed: datetime = NEVER
    decided_by: str = ""
    decided: datetime | None = None
    content: str = ""
    """SHA-256 of rules and policy as stored."""


SETTING: Kind[SettingStanding] = Kind(
    name="risk_setting",
    words=Text("risk setting", "布控方案"),
    states=SettingState,
    begin=SettingStanding,
    number=lambda setting: f"RISK-{setting.version}",
    requests={"setting": Text("proposal", "提请")},
    own_documents=True,
    title=lambda setting: f"{setting.version} {setting.note}".strip(),
    awaited={
        SettingState.DRAFT: Awaited("author", _AUTHOR, _WRITING),
        SettingState.PROPOSED: Awaited(
            "supervisor", Text("A supervisor decides.", "由主管审批。"), ("approve", "refuse")
        ),
        SettingState.ACTIVE: Awaited("", Text("Nothing: it is in force.", "无待办：现行有效。")),
        SettingState.RETIRED: Awaited("", Text("Nothing.", "无待办。")),
        SettingState.REFUSED: Awaited("", Text("Nothing.", "无待办。")),
    },
)


@SETTING.follows(events.SettingDrafted)
def _drafted(setting: SettingStanding, told: events.SettingDrafted, at: At) -> SettingStanding:
    return setting.having(
        version=told.version, author=at.actor, content=told.content, changed=at.time
    )


@SETTING.follows(events.RuleWritten, events.RuleRemoved, events.TableReplaced, events.PolicyWritten)
def _written(setting: SettingStanding, told: events.RuleRemoved, at: At) -> SettingStanding:
    return setting.having(content=told.content, changed=at.time)


@SETTING.follows(events.SettingProposed)
def _proposed(setting: SettingStanding, told: events.SettingProposed, at: At) -> SettingStanding:
    return setting.asking("setting", at, told.note).having(
        state=SettingState.PROPOSED, note=told.note, content=told.content, changed=at.time
    )


@SETTING.follows(events.SettingApproved)
def _approved(setting: SettingStanding, told: events.SettingApproved, at: At) -> SettingStanding:
    return setting.deciding("setting", at, Outcome.GRANTED, "").having(
        state=SettingState.ACTIVE, content=told.content, decided_by=at.actor, decided=at.time
    )


@SETTING.follows(events.SettingRefused)
def _refused(setting: SettingStanding, told: events.SettingRefused, at: At) -> SettingStanding:
    return setting.deciding("setting", at, Outcome.REFUSED, told.reason).having(
        state=SettingState.REFUSED, decided_by=at.actor, decided=at.time
    )


@SETTING.follows(events.SettingRetired)
def _retired(setting: SettingStanding, _told: events.SettingRetired, _at: At) -> SettingStanding:
    return setting.having(state=SettingState.RETIRED)


@dataclass(frozen=True, kw_only=True)
class ModelStanding(Standing):
    """A trained model; its role is its state."""

    state: ModelRole = ModelRole.TRIED
    name: str = ""
    source: str = ""
    manifest: str = ""
    """SHA-256 of the manifest as stored, which names every file of the model's folder."""
    trained: datetime = NEVER
    trained_by: str = ""
    decided_by: str = ""
    decided: datetime | None = None


MODEL: Kind[ModelStanding] = Kind(
    name="risk_model",
    words=Text("risk model", "风险模型"),
    states=ModelRole,
    begin=ModelStanding,
    number=lambda model: f"MODEL-{model.name}",
    own_documents=True,
    title=lambda model: model.name,
    awaited={
        ModelRole.TRIED: Awaited(
            "supervisor", Text("A supervisor places it.", "由主管决定启用。"), ("place",)
        ),
        ModelRole.CHALLENGER: Awaited("", _SHADOW),
        ModelRole.CHAMPION: Awaited("", Text("Nothing: it is at work.", "无待办：现行模型。")),
        ModelRole.RETIRED: Awaited("", Text("Nothing.", "无待办。")),
    },
)


@MODEL.follows(events.ModelTrained)
def _trained(model: ModelStanding, told: events.ModelTrained, at: At) -> ModelStanding:
    return model.having(
        name=told.model,
        source=told.source,
        manifest=told.manifest,
        trained=at.time,
        trained_by=at.actor,
    )


@MODEL.follows(events.ModelPlaced)
def _placed(model: ModelStanding, told: events.ModelPlaced, at: At) -> ModelStanding:
    return model.having(state=told.role, decided_by=at.actor, decided=at.time)
