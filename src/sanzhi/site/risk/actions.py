"""What people do with rules and policy: draft, write, propose, and have another approve.

A draft is one person's; whoever wrote it cannot approve it. The only writer of settings.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db import IntegrityError
from django.utils import timezone

from sanzhi.core.findings import Text, Unusable
from sanzhi.customs.risk import events
from sanzhi.customs.risk.codes import SettingState
from sanzhi.customs.risk.rules.condition import write
from sanzhi.customs.risk.rules.table import Rule, RuleTable
from sanzhi.customs.risk.selection import SelectionPolicy, changed
from sanzhi.events import Payload
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.models import User
from sanzhi.site.accounts.notices import notify
from sanzhi.site.events.log import Conflict, record
from sanzhi.site.risk.finding import active_setting, documents
from sanzhi.site.risk.models import Setting
from sanzhi.site.storage import writing


def draft(actor: Actor, *, now: datetime | None = None) -> Setting:
    """Begin a draft from the setting in force, or go on with one's own."""
    actor.require("risk.propose")
    moment = now or timezone.now()
    with writing():
        own = Setting.objects.filter(author_id=actor.user_id, state=SettingState.DRAFT).first()
        if own:
            return own
        base = active_setting()
        table, policy = documents(base)
        last = Setting.objects.order_by("-version").values_list("version", flat=True).first() or 0
        try:
            setting = Setting(version=last + 1, author_id=actor.user_id, changed=moment)
            setting.write(table, policy)
            setting.save(force_insert=True)
        except IntegrityError:
            raise Conflict from None
        _tell(
            setting,
            [
                events.SettingDrafted(
                    version=setting.version,
                    base=base.version if base else 0,
                    content=setting.content,
                )
            ],
            actor,
            moment,
        )
        setting.save(update_fields=["sequence"])
    return setting


def write_rule(
    actor: Actor,
    setting: Setting,
    sequence: int,
    rule: Rule,
    *,
    replaces: str = "",
    now: datetime | None = None,
) -> Setting:
    """Put a rule into a draft; `replaces` is the id under which it stood."""
    rules = list(_require_draft(actor, setting, sequence).table.rules)
    place = next(
        (at for at, one in enumerate(rules) if one.id == (replaces or rule.id)), len(rules)
    )
    if any(one.id == rule.id and at != place for at, one in enumerate(rules)):
        raise Unusable.because(
            "rules.same_id",
            "id",
            f"The rule {rule.id} is there already.",
            f"规则 {rule.id} 已存在。",
        )
    if rules[place : place + 1] == [rule]:
        return setting
    before = rules[place].id if place < len(rules) else ""
    rules[place : place + 1] = [rule]
    return _save(
        actor,
        setting,
        sequence,
        lambda content: events.RuleWritten(
            rule=rule.id,
            replaces=before,
            lane=rule.lane,
            conditions=[f"{one.field}={write(one)}" for one in rule.when],
            content=content,
        ),
        now,
        table=RuleTable(rules=tuple(rules)),
    )


def remove_rule(
    actor: Actor, setting: Setting, sequence: int, rule: str, *, now: datetime | None = None
) -> Setting:
    """Take a rule out of a draft."""
    rules = _require_draft(actor, setting, sequence).table.rules
    kept = tuple(one for one in rules if one.id != rule)
    if len(kept) == len(rules):
        raise Unusable.because(
            "rules.unknown", "id", f"There is no rule {rule[:64]!r}.", f"没有规则“{rule[:64]}”。"
        )
    return _save(
        actor,
        setting,
        sequence,
        lambda content: events.RuleRemoved(rule=rule, content=content),
        now,
        table=RuleTable(rules=kept),
    )


def replace_table(
    actor: Actor, setting: Setting, sequence: int, table: RuleTable, *, now: datetime | None = None
) -> Setting:
    """Put a whole table, as from a file, into a draft."""
    _require_draft(actor, setting, sequence)
    return _save(
        actor,
        setting,
        sequence,
        lambda content: events.TableReplaced(rules=len(table.rules), content=content),
        now,
        table=table,
    )


def write_policy(
    actor: Actor,
    setting: Setting,
    sequence: int,
    policy: SelectionPolicy,
    *,
    now: datetime | None = None,
) -> Setting:
    """Put a selection policy into a draft."""
    before = _require_draft(actor, setting, sequence).selection
    policy = policy.model_copy(update={"version": setting.version})
    figures = changed(before, policy)
    if not figures:
        return setting
    return _save(
        actor,
        setting,
        sequence,
        lambda content: events.PolicyWritten(figures=figures, content=content),
        now,
        policy=policy,
    )


def propose(
    actor: Actor, setting: Setting, sequence: int, note: str, *, now: datetime | None = None
) -> Setting:
    """Hand a draft over for approval, saying what it changes."""
    _require_draft(actor, setting, sequence)
    note = _said(note)
    rules = len(setting.table.rules)
    setting.state, setting.note = SettingState.PROPOSED, note
    moment = now or timezone.now()
    with writing():
        _save(
            actor,
            setting,
            sequence,
            lambda content: events.SettingProposed(rules=rules, note=note, content=content),
            moment,
        )
        approvers = (
            User.objects.filter(posts__role="supervisor", is_active=True)
            .exclude(pk=actor.user_id)
            .distinct()
        )
        notify(
            approvers,
            Text(
                f"Rules and policy, version {setting.version}: {note}",
                f"布控方案第 {setting.version} 版待审批：{note}",
            ),
            f"/risk/settings/{setting.version}/",
            moment,
        )
    return setting


def approve(
    actor: Actor,
    setting: Setting,
    sequence: int,
    *,
    over: int | None = None,
    now: datetime | None = None,
) -> Setting:
    """Put a proposed setting in force in place of the one before; by another than its author.
    `over` is the version the approver compared it with, 0 for none: `Conflict` where another is
    in force by now."""
    _require_proposed(actor, setting, sequence)
    moment = now or timezone.now()
    try:
        with writing():
            _require_sequence(setting, sequence)
            _put_in_force(actor, setting, over, moment)
    except IntegrityError:
        raise Conflict from None
    return setting


def _put_in_force(actor: Actor, setting: Setting, over: int | None, moment: datetime) -> None:
    before = Setting.objects.select_for_update().filter(state=SettingState.ACTIVE).first()
    if over is not None and over != (before.version if before else 0):
        raise Conflict
    if before:
        before.state = SettingState.RETIRED
        _tell(before, [events.SettingRetired(by=setting.version)], actor, moment)
        before.save(update_fields=["state", "sequence"])
    setting.state = SettingState.ACTIVE
    setting.decided_by_id, setting.decided = actor.user_id, moment
    _tell(
        setting,
        [events.SettingApproved(before=before.version if before else 0, content=setting.content)],
        actor,
        moment,
    )
    setting.save(update_fields=["state", "decided_by", "decided", "sequence"])


def refuse(
    actor: Actor, setting: Setting, sequence: int, reason: str, *, now: datetime | None = None
) -> Setting:
    """Send a proposed setting back, for a reason."""
    _require_proposed(actor, setting, sequence)
    reason = _said(reason)
    moment = now or timezone.now()
    with writing():
        _require_sequence(setting, sequence)
        setting.state = SettingState.REFUSED
        setting.decided_by_id, setting.decided = actor.user_id, moment
        _tell(setting, [events.SettingRefused(reason=reason)], actor, moment)
        setting.save(update_fields=["state", "decided_by", "decided", "sequence"])
        notify(
            [setting.author],
            Text(
                f"Rules and policy, version {setting.version}: {reason}",
                f"布控方案第 {setting.version} 版被退回：{reason}",
            ),
            f"/risk/settings/{setting.version}/",
            moment,
        )
    return setting


def _require_draft(actor: Actor, setting: Setting, sequence: int) -> Setting:
    actor.require("risk.propose")
    if setting.author_id != actor.user_id:
        raise Unusable.because(
            "setting.not_yours", "", "This draft is another's.", "这是他人的草稿。"
        )
    if setting.state != SettingState.DRAFT:
        raise Unusable.because(
            "setting.no_draft",
            "",
            "This version is a draft no more; nothing was changed.",
            "该版本已不是草稿，未作更改。",
            mend=Text("Begin a new draft.", "请另起草稿。"),
        )
    if setting.sequence != sequence:
        raise Conflict
    return setting


def _require_proposed(actor: Actor, setting: Setting, sequence: int) -> None:
    actor.require("risk.approve", not_by=[setting.author_id])
    if setting.state != SettingState.PROPOSED:
        raise Unusable.because(
            "setting.not_proposed",
            "",
            "This version waits for no decision.",
            "该版本无待审批事项。",
        )
    if setting.sequence != sequence:
        raise Conflict


def _save(
    actor: Actor,
    setting: Setting,
    sequence: int,
    told: Callable[[str], Payload],
    now: datetime | None,
    *,
    table: RuleTable | None = None,
    policy: SelectionPolicy | None = None,
) -> Setting:
    """Store a draft with its event, which is told the hash of what is stored."""
    moment = now or timezone.now()
    with writing():
        _require_sequence(setting, sequence)
        if table is not None or policy is not None:
            setting.write(
                setting.table if table is None else table,
                setting.selection if policy is None else policy,
            )
        setting.changed = moment
        _tell(setting, [told(setting.content)], actor, moment)
        setting.save(
            update_fields=["rules", "policy", "content", "note", "state", "changed", "sequence"]
        )
    return setting


def _tell(setting: Setting, told: Iterable[Payload], actor: Actor, moment: datetime) -> None:
    setting.sequence = record(
        setting.case, setting.sequence, [(one, ()) for one in told], actor.login, moment
    )


def _require_sequence(setting: Setting, sequence: int) -> None:
    now = Setting.objects.select_for_update().values_list("sequence", flat=True).get(pk=setting.pk)
    if now != sequence:
        raise Conflict


def _said(text: str) -> str:
    text = " ".join(text.replace("\0", " ").split())[:500]
    if not text:
        raise Unusable.because("reason.missing", "reason", "Say why.", "请说明理由。")
    return text
