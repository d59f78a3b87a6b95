"""What can be done with a setting: draft, write, propose, and have another approve or refuse.

A draft is its author's; whoever wrote it decides nothing about it. Putting one in force retires
the one that was.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Annotated

from pydantic import StringConstraints

from sanzhi.cases import Ask, Asked, Other, Overtaken, Situation, Step, Why
from sanzhi.core.findings import Text, Unusable
from sanzhi.customs.risk import events
from sanzhi.customs.risk.cases import SETTING, SettingStanding, SettingText
from sanzhi.customs.risk.codes import SettingState
from sanzhi.customs.risk.rules.cells import write
from sanzhi.customs.risk.rules.table import OfficersRule, RuleTable, require_room
from sanzhi.customs.risk.selection import SelectionPolicy, changed
from sanzhi.selectivity.rule import Rule

#: Goods are inspected; whoever decides that they shall be is not alone in it.
SELECTING, DECIDING = "customs-law, art. 28", "customs-law, art. 76"
_NO_TEXT = SettingText.of(RuleTable(), SelectionPolicy())


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions(Situation):
    """What an action on a setting knows beside it: what is stored, and the other versions."""

    text: Callable[[int], SettingText]
    """Rules and policy of a version as they are stored."""
    in_force: Callable[[], Other[SettingStanding] | None]
    newest: Callable[[], int]
    """The highest version there is; 0 for none."""
    has_draft: Callable[[], bool]
    """Whether the actor has a draft."""


class Nothing(Asked):
    """Nothing is asked."""


class RuleWanted(Asked):
    rule: OfficersRule
    replaces: Annotated[str, StringConstraints(max_length=64)] = ""
    """The id under which the rule stood; its own where none is given."""


class RuleNamed(Asked):
    rule: Annotated[str, StringConstraints(max_length=64), Ask.for_("Rule", "规则")]


class TableWanted(Asked):
    table: RuleTable


class PolicyWanted(Asked):
    policy: SelectionPolicy


class Proposal(Asked):
    note: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=500),
        Ask.for_("What it changes and why", "变更内容及理由", rows=3),
    ]


class Approval(Asked):
    over: Annotated[int, Ask.for_("Compared with version", "对照版本", hidden=True)]
    """The version in force that it was compared with; 0 for none."""


class Refusal(Asked):
    reason: Why


def require_author(setting: SettingStanding, actor: str, name: str) -> None:
    """A draft is written and proposed by its author alone; `Unusable` (`setting.not_yours`)."""
    if SETTING.actions[name].states == {SettingState.DRAFT} and setting.author != actor:
        raise Unusable.because(
            "setting.not_yours", "", "This draft is another's.", "这是他人的草稿。"
        )


@SETTING.action(
    "draft",
    "Begin a draft",
    "起草",
    done=("The draft is begun.", "已起草。"),
    begins=True,
    permission="risk.propose",
    law=SELECTING,
    tells=[events.SettingDrafted],
)
def draft(step: Step[SettingStanding], _said: Nothing, now: Versions) -> None:
    """Begin a draft from the version in force; one draft a person."""
    if now.has_draft():
        raise Unusable.because(
            "setting.draft_open",
            "",
            "You have a draft already; nothing was begun.",
            "您已有草稿，未另行起草。",
            mend=Text("Go on with it.", "请继续编写该草稿。"),
        )
    base = now.in_force()
    text = _whole(base.standing, now) if base else _NO_TEXT
    step.documents.append(text)
    told = events.SettingDrafted(
        version=now.newest() + 1,
        base=base.standing.version if base else 0,
        content=text.digest,
    )
    step.tell(told, SELECTING)


@SETTING.action(
    "write_rule",
    "Write a rule",
    "编写规则",
    done=("The rule is in the draft.", "规则已写入草稿。"),
    states=[SettingState.DRAFT],
    permission="risk.propose",
    law=SELECTING,
    tells=[events.RuleWritten],
)
def write_rule(step: Step[SettingStanding], said: RuleWanted, now: Versions) -> None:
    """Put a rule into a draft, in the place of the one that it replaces."""
    text, rule = _whole(step.standing, now), said.rule
    _require_names([rule])
    rules = list(text.table.rules)
    wanted = said.replaces or rule.id
    place = next((at for at, one in enumerate(rules) if one.id == wanted), len(rules))
    if any(one.id == rule.id and at != place for at, one in enumerate(rules)):
        raise Unusable.because(
            "rules.same_id",
            "id",
            f"The rule {rule.id} is there already.",
            f"规则 {rule.id} 已存在。",
        )
    if rules[place : place + 1] == [rule]:
        return
    before = rules[place].id if place < len(rules) else ""
    rules[place : place + 1] = [rule]
    require_room(len(rules), "id")
    fresh = _written(step, RuleTable(rules=tuple(rules)), text.selection)
    told = events.RuleWritten(
        rule=rule.id,
        replaces=before,
        lane=rule.lane,
        conditions=[f"{one.field}={write(one)}" for one in rule.when],
        content=fresh.digest,
    )
    step.tell(told, SELECTING)


@SETTING.action(
    "remove_rule",
    "Remove a rule",
    "删除规则",
    done=("The rule is removed from the draft.", "规则已从草稿中删除。"),
    states=[SettingState.DRAFT],
    permission="risk.propose",
    law=SELECTING,
    tells=[events.RuleRemoved],
)
def remove_rule(step: Step[SettingStanding], said: RuleNamed, now: Versions) -> None:
    """Take a rule out of a draft."""
    text = _whole(step.standing, now)
    rules = text.table.rules
    kept = tuple(one for one in rules if one.id != said.rule)
    if len(kept) == len(rules):
        raise Unusable.because(
            "rules.unknown", "id", f"There is no rule {said.rule!r}.", f"没有规则“{said.rule}”。"
        )
    fresh = _written(step, RuleTable(rules=kept), text.selection)
    step.tell(events.RuleRemoved(rule=said.rule, content=fresh.digest), SELECTING)


@SETTING.action(
    "replace_table",
    "Replace the table",
    "替换规则表",
    done=("The draft now holds the rules of the file.", "草稿现为文件中的规则。"),
    states=[SettingState.DRAFT],
    permission="risk.propose",
    law=SELECTING,
    tells=[events.TableReplaced],
)
def replace_table(step: Step[SettingStanding], said: TableWanted, now: Versions) -> None:
    """Put a whole table, as from a file, into a draft."""
    _require_names(said.table.rules)
    fresh = _written(step, said.table, _whole(step.standing, now).selection)
    told = events.TableReplaced(rules=len(said.table.rules), content=fresh.digest)
    step.tell(told, SELECTING)


@SETTING.action(
    "write_policy",
    "Change the policy",
    "调整选查策略",
    done=("The policy of the draft is changed.", "草稿的选查策略已调整。"),
    states=[SettingState.DRAFT],
    permission="risk.propose",
    law=SELECTING,
    tells=[events.PolicyWritten],
)
def write_policy(step: Step[SettingStanding], said: PolicyWanted, now: Versions) -> None:
    """Put a selection policy into a draft."""
    text = _whole(step.standing, now)
    policy = said.policy.model_copy(update={"version": step.standing.version})
    figures = changed(text.selection, policy)
    if figures:
        fresh = _written(step, text.table, policy)
        step.tell(events.PolicyWritten(figures=figures, content=fresh.digest), SELECTING)


@SETTING.action(
    "propose",
    "Propose",
    "提请审批",
    done=("Proposed. A supervisor other than you decides.", "已提请审批，由您以外的主管决定。"),
    states=[SettingState.DRAFT],
    permission="risk.propose",
    law=DECIDING,
    tells=[events.SettingProposed],
    opens="setting",
)
def propose(step: Step[SettingStanding], said: Proposal, now: Versions) -> None:
    """Hand a draft over for approval, saying what it changes."""
    text = _whole(step.standing, now)
    told = events.SettingProposed(rules=len(text.table.rules), note=said.note, content=text.digest)
    step.tell(told, DECIDING)


@SETTING.action(
    "approve",
    "Approve",
    "批准",
    done=("Approved. It selects from now on.", "已批准，即时生效。"),
    states=[SettingState.PROPOSED],
    permission="risk.approve",
    law=DECIDING,
    tells=[events.SettingApproved, events.SettingRetired],
    decides="setting",
    impartial=True,
    reviews=lambda setting: {setting.author},
)
def approve(step: Step[SettingStanding], said: Approval, now: Versions) -> None:
    """Put a proposed setting in force in place of the one before, by another than its author.
    `Overtaken` where another is in force by now than it was compared with."""
    setting, before = step.standing, now.in_force()
    over = before.standing.version if before else 0
    if said.over != over:
        raise Overtaken
    if before:
        step.on(SETTING, before).tell(events.SettingRetired(by=setting.version), DECIDING)
    text = _whole(setting, now)
    step.tell(events.SettingApproved(before=over, content=text.digest), DECIDING)


@SETTING.action(
    "refuse",
    "Refuse",
    "退回",
    done=("Sent back to its author with your reason.", "已附理由退回编写人。"),
    states=[SettingState.PROPOSED],
    permission="risk.approve",
    law=DECIDING,
    tells=[events.SettingRefused],
    decides="setting",
    impartial=True,
    reviews=lambda setting: {setting.author},
)
def refuse(step: Step[SettingStanding], said: Refusal, _now: Versions) -> None:
    """Send a proposed setting back, for a reason."""
    step.tell(events.SettingRefused(reason=said.reason), DECIDING)


def _require_names(rules: Iterable[Rule]) -> None:
    """No rule is called as the page on which a new one is written."""
    if any(rule.id == "new" for rule in rules):
        raise Unusable.because(
            "rules.id", "new", "A rule cannot be called “new”.", "规则编号不得为“new”。"
        )


def _whole(setting: SettingStanding, now: Versions) -> SettingText:
    """Rules and policy of a version; `Unusable` (`setting.changed`) where they are not what was
    logged: nothing is written on top of them or put in force."""
    text = now.text(setting.version)
    if text.digest != setting.content:
        raise Unusable.because(
            "setting.changed",
            str(setting.version),
            f"Rules and policy of version {setting.version} are not what was logged; nothing was "
            "written.",
            f"第 {setting.version} 版的规则与策略与日志不符，未写入任何内容。",
            mend=Text("Ask an administrator to verify the log.", "请联系管理员核验事件日志。"),
        )
    return text


def _written(step: Step[SettingStanding], table: RuleTable, policy: SelectionPolicy) -> SettingText:
    """Rules and policy to be stored with the step."""
    text = SettingText.of(table, policy)
    step.documents.append(text)
    return text


SETTING.require_whole()
