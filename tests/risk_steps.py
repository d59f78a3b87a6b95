"""Steps on settings and models, as people take them, for the tests of every room."""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from sanzhi.core.digests import digest
from sanzhi.customs.risk.cases import SETTING
from sanzhi.customs.risk.codes import ModelRole
from sanzhi.customs.risk.events import ModelPlaced, ModelTrained
from sanzhi.customs.risk.folder import MANIFEST
from sanzhi.customs.risk.rules.table import RuleTable
from sanzhi.customs.risk.selection import SelectionPolicy
from sanzhi.selectivity.rule import Rule
from sanzhi.site.accounts.access import Actor
from sanzhi.site.cases.actions import act, begin, standing_of
from sanzhi.site.cases.desks import DESKS
from sanzhi.site.events.log import record
from sanzhi.site.risk.lookup import active_setting
from sanzhi.site.risk.models import RiskModel, Setting


def draft(actor: Actor, *, now: datetime | None = None) -> Setting:
    return begin(actor, SETTING.name, "draft", {}, now=now)


def write_rule(
    actor: Actor, setting: Setting, sequence: int, rule: Rule, *, replaces: str = "",
    now: datetime | None = None,
) -> Setting:  # fmt: skip
    return act(
        actor, setting, sequence, "write_rule", {"rule": rule, "replaces": replaces}, now=now
    )


def remove_rule(actor: Actor, setting: Setting, sequence: int, rule: str) -> Setting:
    return act(actor, setting, sequence, "remove_rule", {"rule": rule})


def replace_table(actor: Actor, setting: Setting, sequence: int, table: RuleTable) -> Setting:
    return act(actor, setting, sequence, "replace_table", {"table": table})


def write_policy(actor: Actor, setting: Setting, sequence: int, policy: SelectionPolicy) -> Setting:
    return act(actor, setting, sequence, "write_policy", {"policy": policy})


def propose(
    actor: Actor, setting: Setting, sequence: int, note: str, *, now: datetime | None = None
) -> Setting:
    return act(actor, setting, sequence, "propose", {"note": note}, now=now)


def approve(
    actor: Actor, setting: Setting, sequence: int, *, over: int | None = None,
    now: datetime | None = None,
) -> Setting:  # fmt: skip
    """Approve over the version that is in force now, or over another that was seen."""
    if over is None:
        active = active_setting()
        over = active.version if active else 0
    return act(actor, setting, sequence, "approve", {"over": over}, now=now)


def refuse(
    actor: Actor, setting: Setting, sequence: int, reason: str, *, now: datetime | None = None
) -> Setting:
    return act(actor, setting, sequence, "refuse", {"reason": reason}, now=now)


def place(
    actor: Actor, model: RiskModel, sequence: int, role: str, reason: str,
    *, now: datetime | None = None,
) -> RiskModel:  # fmt: skip
    return act(actor, model, sequence, "place", {"role": role, "reason": reason}, now=now)


def entered(
    name: str, folder: Path | None, role: str = "tried", *, by: str = "analyst"
) -> RiskModel:
    """A model of a name of its own, trained by somebody and placed by the supervisor, with its
    events; `folder` has its manifest."""
    now = timezone.now()
    manifest = (folder / MANIFEST).read_text("utf-8") if folder else "{}"
    number = f"MODEL-{name}"
    trained = ModelTrained(
        model=name, rows=1, source="past.csv", data="a", manifest=digest(manifest)
    )
    record(number, 0, [(trained, ())], by, now)
    if role != "tried":
        placed = ModelPlaced(
            role=ModelRole(role), before=ModelRole.TRIED, by="", reason="for the test"
        )
        record(number, 1, [(placed, ())], "supervisor", now)
    row = RiskModel(number=number, manifest=manifest)
    facts: dict[str, Any] = DESKS["risk_model"].changing(standing_of(row))
    for column, value in facts.items():
        setattr(row, column, value)
    row.save()
    return row
