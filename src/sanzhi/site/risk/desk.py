"""How the site keeps settings and models: their rows, what actions know beside them, whom they
concern; and rules, policy and folders of models held against their events."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Max, Q
from django.urls import reverse

from sanzhi.cases import Other, Step
from sanzhi.core.digests import digest
from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.customs.risk.cases import (
    MODEL,
    SETTING,
    ModelStanding,
    SettingStanding,
    SettingText,
)
from sanzhi.customs.risk.codes import SettingState
from sanzhi.customs.risk.model_actions import Board
from sanzhi.customs.risk.setting_actions import Versions, require_author
from sanzhi.site.accounts.access import Actor
from sanzhi.site.cases.actions import standing_of
from sanzhi.site.cases.desks import DESKS, Desk, base_facts
from sanzhi.site.cases.documents import changed_document, require_logged
from sanzhi.site.cases.models import CaseBase
from sanzhi.site.law.catalogue import pack
from sanzhi.site.risk.lookup import active_setting, model_at
from sanzhi.site.risk.models import RiskModel, Setting

VIEW = "risk.view"
_CONTENT = Text("The content", "内容")
_MANIFEST = Text("The manifest", "清单")


def _of_setting(setting: SettingStanding) -> Mapping[str, Any]:
    return {
        **base_facts(setting),
        "version": setting.version,
        "note": setting.note,
        "author_id": setting.author,
        "changed": setting.changed,
        "decided_by_id": setting.decided_by or None,
        "decided": setting.decided,
        "content": setting.content,
    }


def _of_model(model: ModelStanding) -> Mapping[str, Any]:
    return {
        **base_facts(model),
        "name": model.name,
        "source": model.source,
        "trained": model.trained,
        "trained_by_id": model.trained_by,
        "decided_by_id": model.decided_by or None,
        "decided": model.decided,
    }


def _other(row: CaseBase | None) -> Other[Any] | None:
    """Another case, as its events say that it stands."""
    return Other(row.number, standing_of(row)) if row else None


def _versions(_row: Setting | None, actor: Actor, now: datetime, follow: str) -> Versions:
    def text(version: int) -> SettingText:
        return Setting.objects.get(version=version).text

    return Versions(
        actor=actor.login,
        now=now,
        follow=follow,
        text=text,
        in_force=lambda: _other(active_setting()),
        newest=lambda: Setting.objects.aggregate(newest=Max("version"))["newest"] or 0,
        has_draft=lambda: Setting.objects.filter(
            author__username=actor.login, state=SettingState.DRAFT
        ).exists(),
    )


def _board(row: RiskModel | None, actor: Actor, now: datetime, follow: str) -> Board:
    def whole(told: ModelStanding) -> None:
        from sanzhi.site.risk.scoring import require_whole  # noqa: PLC0415 - no start needs numpy

        if row is not None:
            require_logged(row.number, _MANIFEST, row.manifest, told.manifest)
            require_whole(row)

    return Board(
        actor=actor.login,
        now=now,
        follow=follow,
        today=pack().day_of(now),
        is_known=lambda name: RiskModel.objects.filter(name=name).exists(),
        at=lambda role: _other(model_at(role)),
        require_whole=whole,
    )


def _store_text(row: Setting, step: Step[SettingStanding], _moment: datetime) -> None:
    for text in step.documents:
        row.rules, row.policy = text
        row.save(update_fields=["rules", "policy"])


def _store_manifest(row: RiskModel, step: Step[ModelStanding], _moment: datetime) -> None:
    for manifest in step.documents:
        row.manifest = manifest
        row.save(update_fields=["manifest"])


def _check_settings(
    numbers: Collection[str], folded: Mapping[str, SettingStanding]
) -> Iterator[Finding]:
    for row in Setting.objects.filter(number__in=numbers):
        stored, logged = row.text.digest, folded[row.number].content
        if stored != logged:
            yield changed_document(row.number, _CONTENT, stored, logged)


def _check_models(
    numbers: Collection[str], folded: Mapping[str, ModelStanding]
) -> Iterator[Finding]:
    from sanzhi.site.risk.scoring import require_whole  # noqa: PLC0415 - no start needs numpy

    for row in RiskModel.objects.filter(number__in=numbers):
        stored, logged = digest(row.manifest), folded[row.number].manifest
        if stored != logged:
            yield changed_document(row.number, _MANIFEST, stored, logged)
            continue
        try:
            require_whole(row)
        except Unusable as unusable:
            path = f"{row.number} {unusable.finding.path}"
            yield unusable.finding.model_copy(update={"path": path})


def _seen(actor: Actor) -> Q:
    return Q() if actor.may(VIEW) else Q(pk=None)


def _is_inside(actor: Actor, _row: CaseBase) -> bool:
    return actor.may(VIEW)


DESKS.add(
    Desk(
        kind=SETTING,
        model=Setting,
        facts=_of_setting,
        place=lambda _row: {},
        visible=_seen,
        is_inside=_is_inside,
        situation=_versions,
        path="risk/settings",
        where=Setting.objects.all,
        store=_store_text,
        require_own=lambda actor, setting, name: require_author(setting, actor.login, name),
        mine=lambda actor: ~Q(state=SettingState.DRAFT) | Q(author=actor.login),
        check=_check_settings,
        url=lambda row: reverse("risk:setting", args=[row.version]),
        api=True,
        view=VIEW,
    )
)
DESKS.add(
    Desk(
        kind=MODEL,
        model=RiskModel,
        facts=_of_model,
        place=lambda _row: {},
        visible=_seen,
        is_inside=_is_inside,
        situation=_board,
        path="risk/models",
        where=RiskModel.objects.all,
        store=_store_manifest,
        check=_check_models,
        url=lambda row: reverse("risk:model", args=[row.pk]),
        api=True,
        view=VIEW,
    )
)
