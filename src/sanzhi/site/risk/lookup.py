"""Finding settings and models."""

from django.http import Http404

from sanzhi.customs.risk.codes import ModelRole, SettingState
from sanzhi.customs.risk.rules.table import RuleTable
from sanzhi.customs.risk.selection import SelectionPolicy
from sanzhi.site.accounts.access import Actor
from sanzhi.site.risk.models import RiskModel, Setting


def active_setting() -> Setting | None:
    """The setting in force; None where none was ever approved: then the law's table and the
    random floor select alone."""
    return Setting.objects.filter(state=SettingState.ACTIVE).first()


def draft_of(actor: Actor) -> Setting | None:
    """The actor's own draft."""
    return Setting.objects.filter(author__username=actor.login, state=SettingState.DRAFT).first()


def find_setting(actor: Actor, version: int) -> Setting:
    actor.require("risk.view")
    found = Setting.objects.filter(version=version).select_related("author", "decided_by").first()
    if found is None:
        raise Http404(str(version))
    return found


def documents(setting: Setting | None) -> tuple[RuleTable, SelectionPolicy]:
    """Rules and policy of a setting; none and the default without one."""
    if setting is None:
        return RuleTable(), SelectionPolicy()
    return setting.table, setting.selection


def find_model(actor: Actor, key: int) -> RiskModel:
    actor.require("risk.view")
    found = RiskModel.objects.filter(pk=key).select_related("trained_by", "decided_by").first()
    if found is None:
        raise Http404(str(key))
    return found


def model_at(role: ModelRole) -> RiskModel | None:
    """The model in a place that one alone can have."""
    return RiskModel.objects.filter(state=role).first()


def champion() -> RiskModel | None:
    return model_at(ModelRole.CHAMPION)


def challenger() -> RiskModel | None:
    return model_at(ModelRole.CHALLENGER)
