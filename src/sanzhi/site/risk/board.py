"""The board of models: which ranks, which is tried beside it, and how each has done since."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.customs.risk.codes import ModelRole
from sanzhi.customs.risk.model_actions import FINDS
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.cases.actions import act, offered
from sanzhi.site.cases.history import events_of, steps
from sanzhi.site.events.log import Conflict
from sanzhi.site.risk import history, modelpage, watched
from sanzhi.site.risk.calibration_plot import calibrated
from sanzhi.site.risk.lookup import challenger, champion, find_model
from sanzhi.site.risk.models import RiskModel
from sanzhi.site.risk.scoring import scorer
from sanzhi.site.risk.watched import GROUPS, SEGMENTS, AtWork
from sanzhi.site.shell.cached import cached

#: Seconds for which it is kept how a model has done: whatever was lodged since is scored for it.
#: The page says when it was counted; nothing is decided by it.
KEPT = 120
#: Alarms shown before the rest are folded.
ALARMS = 4
#: Events of its history shown, the newest.
HISTORY = 50
KINDS = {"champion": "ok", "challenger": "active", "tried": "wait", "retired": "neutral"}
_ORDER = ("champion", "challenger", "tried", "retired")
STALE = Finding(
    code="model.stale",
    path="",
    text=Text(
        "This model was placed a moment ago by somebody else; nothing of yours was written.",
        "该模型的角色刚刚已被他人调整，您的操作未写入。",
    ),
    mend=Text("Look at it as it is now, then decide.", "请查看最新状态后再处理。"),
)


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model as the board shows it."""

    model: RiskModel
    kind: str
    figures: dict[str, str]


@require_GET
def models(request: PageRequest) -> HttpResponse:
    """All models, those at work first; where there is none, how to get one."""
    request.actor.require("risk.view")
    every = sorted(
        RiskModel.objects.select_related("trained_by", "decided_by"),
        key=lambda one: _ORDER.index(one.state),
    )
    ended = history.outcomes().values()
    return render(
        request,
        "risk/models.html",
        {
            "rows": [ListedModel(one, KINDS[one.state], modelpage.figures(one)) for one in every],
            "champion": champion(),
            "challenger": challenger(),
            "inspections": len(ended),
            "finds": sum(found for found, _day, _sum in ended),
            "needed": FINDS,
            "may_train": request.actor.may("risk.model"),
            "login": request.actor.login,
        },
    )


@require_http_methods(["GET", "POST"])
def model(request: PageRequest, key: int) -> HttpResponse:
    """One model: what it learnt, how it has done since, and its place."""
    found = find_model(request.actor, key)
    refused: Finding | None = None
    status = 200
    if request.method == "POST":
        try:
            _do(request, found)
        except Unusable as unusable:
            refused, status = unusable.finding, 400
        except Conflict:
            refused, status = STALE, 409
        else:
            return redirect("risk:model", key)
        found = find_model(request.actor, key)
    return render(
        request,
        "risk/model.html",
        {
            "model": found,
            "kind": KINDS[found.state],
            "figures": modelpage.figures(found),
            "manifest": modelpage.manifest(found),
            "refused": refused,
            "given": request.POST,
            "decides": "place" in offered(request.actor, found),
            "places": _places(found),
            "own": found.trained_by_id == request.actor.login,
            "steps": steps(events_of(found.number, inside=True)[-HISTORY:]),
            "may_approve": request.actor.may("risk.approve"),
            **_since(found),
            **_duel(found),
        },
        status=status,
    )


def _do(request: PageRequest, found: RiskModel) -> None:
    """Place the model as the form says."""
    text = request.POST.get("sequence", "")
    sequence = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    said = {name: request.POST.get(name, "") for name in ("role", "reason")}
    act(request.actor, found, sequence, "place", said)


def _places(found: RiskModel) -> list[str]:
    """What the model can be made now."""
    return [
        str(role)
        for role in (ModelRole.CHAMPION, ModelRole.CHALLENGER, ModelRole.RETIRED)
        if role != found.state and not (role == "retired" and found.state == "tried")
    ]


def _since(found: RiskModel) -> dict[str, object]:
    """How it has done since training; `broken` is why nothing can be said."""
    try:
        learnt = scorer(found.name).model
        counted = cached(f"risk.at_work.{found.name}", lambda: _counted(found), KEPT)
    except Unusable as unusable:
        return {"broken": unusable.finding}
    weighed = modelpage.weighed(learnt)
    if counted is None:
        return {"weighed": weighed}
    moment, since = counted
    large = since.large
    return {
        "weighed": weighed,
        "counted": moment,
        "since": since,
        "alarms": since.alarms[:ALARMS],
        "more": since.alarms[ALARMS:],
        "rate": modelpage.why_rate(since.rate),
        "off": modelpage.why_off(large) if large else None,
        "calibration": large and calibrated(large.bins),
        "large": large,
        "calibration_title": modelpage.calibration_title(large) if large else "",
        "drifted": modelpage.drifted(since.moved),
        "segments": [
            (kind, modelpage.by_segment(since.segments[kind]))
            for kind in SEGMENTS
            if since.segments[kind]
        ],
        "groups": [
            (kind, modelpage.by_group(since.groups[kind])) for kind in GROUPS if since.groups[kind]
        ],
    }


def _counted(found: RiskModel) -> tuple[datetime, AtWork] | None:
    """How it has done, and when that was counted; None, which is not kept, before there is any."""
    moment, since = timezone.now(), watched.at_work(found)
    return (moment, since) if since else None


def _duel(found: RiskModel) -> dict[str, object]:
    """The champion and the challenger on the same declarations, where the model is one of them."""
    first, second = champion(), challenger()
    if not first or not second or found.pk not in {first.pk, second.pk}:
        return {}
    told = watched.against(first.name, second.name)
    if told is None:
        return {"rivals": (first, second)}
    return {
        "rivals": (first, second),
        "duel": told,
        "duel_why": modelpage.why_duel(told),
        "duel_title": modelpage.duel_title(told, first.name, second.name),
        "duel_lines": modelpage.duel_lines(told),
    }
