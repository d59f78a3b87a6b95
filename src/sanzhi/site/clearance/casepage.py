"""The page of one consignment: where it stands, what it owes and why, and what can be done."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sanzhi.core.findings import Finding, Unusable
from sanzhi.customs.duty.lateness import late_payment
from sanzhi.declarations import Declaration
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.clearance import inbox
from sanzhi.site.clearance.action_forms import FORMS, ActionForm, offers
from sanzhi.site.clearance.form_fields import named
from sanzhi.site.clearance.history import acts_of, events_of, steps, words_of
from sanzhi.site.clearance.lookup import find_case
from sanzhi.site.clearance.models import Case, DeclarationVersion
from sanzhi.site.clearance.side_by_side import beside, lines_of
from sanzhi.site.clearance.taxes import taxes
from sanzhi.site.events.log import Conflict
from sanzhi.site.events.stored import log_size
from sanzhi.site.law.catalogue import pack
from sanzhi.site.risk.explaining import lane_why

TABS = ("overview", "goods", "document", "findings", "requests", "events")


@dataclass(frozen=True, slots=True)
class Owing:
    """What is to be paid now, with the surcharge for paying late."""

    amount: Decimal
    late: Decimal

    @property
    def total(self) -> Decimal:
        return self.amount + self.late


@require_GET
def case(request: PageRequest, number: str) -> HttpResponse:
    """One consignment, with the tab asked for."""
    return _page(request, _visible(request, number))


@require_POST
def act(request: PageRequest, number: str, name: str) -> HttpResponse:
    """Do one action by its form; a refusal comes back beside the field, with the fresh case."""
    found = _visible(request, number)
    if name not in FORMS:
        raise Http404
    form_type, run = FORMS[name]
    form = form_type(request.POST, case=found, auto_id=f"{name}-%s")
    if not form.is_valid():
        return _page(request, found, tried=(name, form), status=422)
    try:
        done = run(request.actor, found, form.cleaned_data)
    except Conflict as conflict:
        return _page(request, _visible(request, number), refused=conflict.finding, status=409)
    except Unusable as unusable:
        fresh = _visible(request, number)
        if unusable.finding.path in {bound.name for bound in form.visible_fields()}:
            language = get_language() or "en"
            form.add_error(unusable.finding.path, unusable.finding.text.in_language(language))
            return _page(request, fresh, tried=(name, form), status=422)
        return _page(request, fresh, refused=unusable.finding, status=422)
    return _onward(request, done)


@require_GET
def notice(request: PageRequest, number: str) -> HttpResponse:
    """The tax notice (税单) of a consignment, to be printed."""
    found = _visible(request, number)
    version = _assessed_version(found)
    if version is None:
        raise Http404
    return render(
        request,
        "clearance/notice.html",
        {
            "case": found,
            "office": named("customs_offices", found.office),
            "owing": owing(found, timezone.localdate()),
            "printed": timezone.now(),
            "taxes": taxes(version.assessed, version.declaration),
            "version": version,
            "payments": [
                event.content
                for event in events_of(number, inside=True)
                if event.kind == "clearance.paid"
            ],
        },
    )


@require_GET
def original(request: PageRequest, number: str) -> HttpResponse:
    """The message as it came, to be downloaded."""
    version = _visible(request, number).versions.latest("version")
    if not version.original:
        raise Http404
    response = HttpResponse(version.original, content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{number}-{version.format}.txt"'
    return response


def owing(found: Case, today: date) -> Owing:
    return Owing(found.owed, late_payment(found.owed, found.deadline, today, pack()))


def days_left(found: Case, today: date) -> int | None:
    """Days until the deadline; negative where it has passed, None where there is none."""
    return (found.deadline - today).days if found.deadline else None


def _visible(request: PageRequest, number: str) -> Case:
    found = find_case(request.actor, number)
    if found is None:
        raise Http404
    return found


def _page(
    request: PageRequest,
    found: Case,
    *,
    tried: tuple[str, ActionForm] | None = None,
    refused: Finding | None = None,
    status: int = 200,
) -> HttpResponse:
    tab = request.GET.get("tab", "overview")
    tab = tab if tab in TABS else "overview"
    inside = found.office in request.actor.offices
    events = events_of(found.number, inside=inside)
    today = timezone.localdate()
    version = found.versions.latest("version")
    context = {
        "case": found,
        "office": named("customs_offices", found.office),
        "tab": tab,
        "version": version,
        "refused": refused,
        "selection": lane_why(events, pack()) if inside else None,
        "events": [(event, words_of(event), acts_of(event)) for event in events],
        "tabs": _tabs(found, version, len(events)),
        "steps": steps(events),
        "offers": offers(request.actor, found, tried),
        "owing": owing(found, today),
        "open_requests": found.requests.filter(outcome=""),
        "left": days_left(found, today),
        "queue": _queue(request),
        "may_copy": request.actor.may("clearance.file", enterprise=found.trader_id),
        "hours": inbox.hours_since(found.state_since, timezone.now()),
        "target": inbox.release_hours(today) if found.awaited_from == "officer" else None,
    }
    return render(
        request, "clearance/case.html", context | _TAB_CONTEXTS[tab](found, version), status=status
    )


def _tabs(found: Case, version: DeclarationVersion, events: int) -> list[tuple[str, str, int]]:
    return [
        ("overview", _("Overview and taxes"), 0),
        ("goods", _("Goods items"), found.items),
        ("document", _("Document"), 0),
        ("findings", _("Findings"), len(version.found)),
        ("requests", _("Requests"), found.requests.count()),
        ("events", _("Events"), events),
    ]


def _overview(found: Case, _version: DeclarationVersion) -> dict[str, Any]:
    version = _assessed_version(found)
    return {"taxes": taxes(version.assessed, version.declaration) if version else None}


def _goods(_found: Case, version: DeclarationVersion) -> dict[str, Any]:
    on = version.declaration.date
    return {
        "goods": [(item, pack().find_line(item.code, on)) for item in version.declaration.items],
        "currency": version.declaration.currency,
    }


def _document(_found: Case, version: DeclarationVersion) -> dict[str, Any]:
    lines = lines_of(version.original, version.declaration.date)
    return {"beside": beside(version.declaration, version.original, lines)}


def _requests(found: Case, _version: DeclarationVersion) -> dict[str, Any]:
    rows = []
    for one in found.requests.select_related("asked_by"):
        after = Declaration.from_json(one.content) if one.content else None
        rows.append((one, _differences(found, after) if after else []))
    return {"requests": rows}


def _differences(found: Case, after: Declaration) -> list[tuple[str, str, str]]:
    """What a correction asks to change: path, as declared, as asked."""
    before = {
        row.path: row.value
        for row in beside(found.versions.latest("version").declaration, "", {}).rows
    }
    asked = {row.path: row.value for row in beside(after, "", {}).rows}
    return [
        (path, before.get(path, ""), asked.get(path, ""))
        for path in {**before, **asked}
        if before.get(path) != asked.get(path)
    ][:200]


def _events(_found: Case, _version: DeclarationVersion) -> dict[str, Any]:
    return {"size": log_size()}


_TAB_CONTEXTS: dict[str, Callable[[Case, DeclarationVersion], dict[str, Any]]] = {
    "overview": _overview,
    "goods": _goods,
    "document": _document,
    "findings": lambda _found, version: {"found": version.found},
    "requests": _requests,
    "events": _events,
}


def _assessed_version(found: Case) -> DeclarationVersion | None:
    return found.versions.exclude(assessment="").last()


def _queue(request: PageRequest) -> str:
    """The filter of the inbox the officer came from, carried along to come back to it."""
    return (request.POST.get("queue") or request.GET.get("queue", ""))[:500]


def _onward(request: PageRequest, done: Case) -> HttpResponse:
    """After an officer's decision the next case of the queue; else the case as it is now."""
    words = done.state_name.in_language(get_language() or "en")
    messages.success(request, f"{done.number}: {words}")
    queue = _queue(request)
    if not queue:
        return redirect("clearance:case", done.number)
    following = inbox.next_case(request.actor, queue, done)
    if following is None:
        return redirect(f"{reverse('clearance:inbox')}?{queue}")
    return redirect(
        f"{reverse('clearance:case', args=[following.number])}?{urlencode({'queue': queue})}"
    )
