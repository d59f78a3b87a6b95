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
from django.views.decorators.http import require_GET, require_http_methods

from sanzhi.border.clearance import CONSIGNMENT, Consignment
from sanzhi.border.clearance.lanes import row_words
from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.customs.duty.lateness import late_payment
from sanzhi.declarations import Declaration
from sanzhi.site.accounts.models import User
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.cases import actions as cases
from sanzhi.site.cases.actions import standing_of
from sanzhi.site.cases.documents import document
from sanzhi.site.cases.forms import ActionForm
from sanzhi.site.cases.history import acts_of, events_of, steps
from sanzhi.site.cases.shown import form_of, shown
from sanzhi.site.clearance import inbox
from sanzhi.site.clearance.desk import DESK
from sanzhi.site.clearance.form_fields import named
from sanzhi.site.clearance.lookup import find_case
from sanzhi.site.clearance.models import Case, DeclarationVersion
from sanzhi.site.clearance.naming import wording_of
from sanzhi.site.clearance.selection import lane_why
from sanzhi.site.clearance.side_by_side import beside, lines_of
from sanzhi.site.clearance.taxes import taxes
from sanzhi.site.events.log import Conflict
from sanzhi.site.events.stored import log_size
from sanzhi.site.events.wording import words_of
from sanzhi.site.law.catalogue import pack

#: Where the case stands; None where its events do not fold.

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


@require_http_methods(["GET", "POST"])
def act(request: PageRequest, number: str, name: str) -> HttpResponse:
    """Do one action by its form; a refusal comes back beside the field, with the fresh case and
    everything that was typed. Opened as an address, it leads to its case."""
    found = _visible(request, number)
    action = CONSIGNMENT.actions.get(name)
    if action is None or action.begins or not (action.by_hand and action.has_form):
        raise Http404
    if request.method == "GET":
        return redirect("clearance:case", number)
    cases.require_may(request.actor, found, action)
    standing = standing_of(found)
    events = events_of(number, inside=DESK.is_inside(request.actor, found))
    form = form_of(action, standing, events, request.POST)
    if not form.is_valid():
        return _page(request, found, tried=form, status=422)
    try:
        done = cases.act(request.actor, found, form.cleaned_data["sequence"], name, form.said)
    except Conflict as conflict:
        fresh = _visible(request, number)
        return _page(request, fresh, tried=form, refused=conflict.finding, status=409)
    except Unusable as unusable:
        fresh = _visible(request, number)
        if unusable.finding.path in {bound.name for bound in form.visible_fields()}:
            language = get_language() or "en"
            form.add_error(unusable.finding.path, unusable.finding.text.in_language(language))
            return _page(request, fresh, tried=form, status=422)
        return _page(request, fresh, tried=form, refused=unusable.finding, status=422)
    return _onward(request, done, action.done)


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
            "owing": owing(found, pack().day_of(timezone.now())),
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
    tried: ActionForm | None = None,
    refused: Finding | None = None,
    status: int = 200,
) -> HttpResponse:
    tab = request.GET.get("tab", "overview")
    tab = tab if tab in TABS else "overview"
    inside = DESK.is_inside(request.actor, found)
    events = events_of(found.number, inside=inside)
    today = pack().day_of(timezone.now())
    version = found.versions.latest("version")
    standing = _standing(found)
    wording = wording_of(found)
    context = {
        "case": found,
        "office": named("customs_offices", found.office),
        "tab": tab,
        "version": version,
        "refused": refused,
        "selection": lane_why(events, pack()) if inside else None,
        "lane_reason": row_words(found.lane_rule, pack()) if found.lane_rule else None,
        "inspector": _person(found.inspector) if inside else "",
        "events": [(event, words_of(event, wording), acts_of(event)) for event in events],
        "tabs": _tabs(found, version, len(events), len(standing.requests) if standing else 0),
        "steps": steps(events, wording=wording),
        "offers": shown(request.actor, found, standing, events, tried) if standing else [],
        "owing": owing(found, today),
        "open_requests": [
            (CONSIGNMENT.requests[one.kind], one)
            for one in (standing.open_requests if standing else ())
        ],
        "left": days_left(found, today),
        "queue": _queue(request),
        "may_copy": request.actor.may("clearance.file", enterprise=found.trader_id),
        "hours": inbox.hours_since(found.state_since, timezone.now()),
        "target": inbox.release_hours(today) if found.awaited_from == "officer" else None,
    }
    tab_context = _TAB_CONTEXTS[tab](found, version, standing)
    return render(request, "clearance/case.html", context | tab_context, status=status)


def _standing(found: Case) -> Consignment | None:
    """Where the case stands; None where its events do not fold, and nothing can be done."""
    try:
        standing: Consignment = standing_of(found)
    except Unusable:
        return None
    return standing


def _person(username: str) -> str:
    found = User.objects.filter(username=username).first() if username else None
    return str(found or username)


def _tabs(
    found: Case, version: DeclarationVersion, events: int, requests: int
) -> list[tuple[str, str, int]]:
    return [
        ("overview", _("Overview and taxes"), 0),
        ("goods", _("Goods items"), found.items),
        ("document", _("Document"), 0),
        ("findings", _("Findings"), len(version.found)),
        ("requests", _("Requests"), requests),
        ("events", _("Events"), events),
    ]


def _overview(
    found: Case, _version: DeclarationVersion, _standing: Consignment | None
) -> dict[str, Any]:
    version = _assessed_version(found)
    return {"taxes": taxes(version.assessed, version.declaration) if version else None}


def _goods(
    _found: Case, version: DeclarationVersion, _standing: Consignment | None
) -> dict[str, Any]:
    on = version.declaration.date
    return {
        "goods": [(item, pack().find_line(item.code, on)) for item in version.declaration.items],
        "currency": version.declaration.currency,
    }


def _document(
    _found: Case, version: DeclarationVersion, _standing: Consignment | None
) -> dict[str, Any]:
    lines = lines_of(version.original, version.declaration.date)
    return {"beside": beside(version.declaration, version.original, lines)}


def _requests(
    found: Case, _version: DeclarationVersion, standing: Consignment | None
) -> dict[str, Any]:
    rows = []
    for one in reversed(standing.requests if standing else ()):
        changes, fault = [], None
        try:
            if one.document:
                after = Declaration.from_json(document(found.number, one.document))
                changes = _differences(found, after)
        except Unusable as unusable:
            fault = unusable.finding
        rows.append((CONSIGNMENT.requests[one.kind], one, _person(one.asked_by), changes, fault))
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


def _events(
    _found: Case, _version: DeclarationVersion, _standing: Consignment | None
) -> dict[str, Any]:
    return {"size": log_size()}


_TAB_CONTEXTS: dict[
    str, Callable[[Case, DeclarationVersion, Consignment | None], dict[str, Any]]
] = {
    "overview": _overview,
    "goods": _goods,
    "document": _document,
    "findings": lambda _found, version, _standing: {"found": version.found},
    "requests": _requests,
    "events": _events,
}


def _assessed_version(found: Case) -> DeclarationVersion | None:
    return found.versions.exclude(assessment="").last()


def _queue(request: PageRequest) -> str:
    """The filter of the inbox the officer came from, carried along to come back to it."""
    return (request.POST.get("queue") or request.GET.get("queue", ""))[:500]


def _onward(request: PageRequest, done: Case, what: Text) -> HttpResponse:
    """Say what was done; after an officer's decision on to the next case of the queue."""
    messages.success(request, f"{done.number}: {what.in_language(get_language() or 'en')}")
    queue = _queue(request)
    if not queue:
        return redirect("clearance:case", done.number)
    following = inbox.next_case(request.actor, queue, done)
    if following is None:
        return redirect(f"{reverse('clearance:inbox')}?{queue}")
    return redirect(
        f"{reverse('clearance:case', args=[following.number])}?{urlencode({'queue': queue})}"
    )
