"""Settings and models held against their events: rows, rules and policy, and folders of models."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sanzhi.core.digests import digest
from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.customs.risk.cases import MODEL, SETTING, ModelStanding, SettingStanding
from sanzhi.site.cases.desks import LEDGERS, Ledger, changed_document, numbered
from sanzhi.site.risk.models import RiskModel, Setting

_CONTENT = Text("The content", "内容")
_MANIFEST = Text("The manifest", "清单")


def _of_setting(setting: SettingStanding) -> Mapping[str, Any]:
    return {
        "version": setting.version,
        "state": str(setting.state),
        "note": setting.note,
        "author__username": setting.author,
        "changed": setting.changed,
        "decided_by__username": setting.decided_by or None,
        "decided": setting.decided,
        "sequence": setting.sequence,
    }


def _check_settings(
    numbers: Collection[str], folded: Mapping[str, SettingStanding]
) -> Iterator[Finding]:
    rows = numbered(Setting.objects.all(), "RISK-", "version").filter(case_name__in=numbers)
    for name, rules, policy in rows.values_list("case_name", "rules", "policy"):
        stored, logged = digest(rules + policy), folded[name].content
        if stored != logged:
            yield changed_document(name, _CONTENT, stored, logged)


def _of_model(model: ModelStanding) -> Mapping[str, Any]:
    return {
        "name": model.name,
        "role": str(model.state),
        "source": model.source,
        "trained": model.trained,
        "trained_by__username": model.trained_by or None,
        "decided_by__username": model.decided_by or None,
        "decided": model.decided,
        "sequence": model.sequence,
    }


def _check_models(
    numbers: Collection[str], folded: Mapping[str, ModelStanding]
) -> Iterator[Finding]:
    from sanzhi.site.risk.scoring import require_whole  # noqa: PLC0415 - no start needs numpy

    for model in numbered(RiskModel.objects.all(), "MODEL-").filter(case_name__in=numbers):
        stored, logged = digest(model.manifest), folded[model.case].manifest
        if stored != logged:
            yield changed_document(model.case, _MANIFEST, stored, logged)
            continue
        try:
            require_whole(model)
        except Unusable as unusable:
            path = f"{model.case} {unusable.finding.path}"
            yield unusable.finding.model_copy(update={"path": path})


LEDGERS.add(
    Ledger(
        kind=SETTING,
        where=lambda: numbered(Setting.objects.all(), "RISK-", "version"),
        number="case_name",
        facts=_of_setting,
        check=_check_settings,
    )
)
LEDGERS.add(
    Ledger(
        kind=MODEL,
        where=lambda: numbered(RiskModel.objects.all(), "MODEL-"),
        number="case_name",
        facts=_of_model,
        check=_check_models,
    )
)
