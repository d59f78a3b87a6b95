"""The pages that every kind of case has which needs none of its own: list, case, beginning one."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods

from sanzhi.cases import Action, Request
from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.cases import actions as cases
from sanzhi.site.cases.desks import DESKS, Desk
from sanzhi.site.cases.forms import ActionForm
from sanzhi.site.cases.history import events_of, is_readable, steps
from sanzhi.site.cases.models import CaseRecord
from sanzhi.site.cases.shown import form_of, shown
from sanzhi.site.events.log import Conflict
from sanzhi.site.law.catalogue import pack

PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A case as a list shows it."""

    case: CaseRecord
    state: Text
    awaited: Text
    left: int | None
    """Days to its deadline; negative where it has passed."""


class ShownRequest(NamedTuple):
    """A request as a reader may know it: one whose decision is kept from them is only decided."""

    what: Text
    asked: Request
    tells_decision: bool


@require_GET
def listed(request: PageRequest, path: str) -> HttpResponse:
    """The cases of a kind that the reader may see, what waits longest first."""
    desk = _desk(request, path)
    rows = desk.where().filter(desk.visible(request.actor)).order_by("state_since", "pk")
    state = request.GET.get("state", "")
    if state in set(desk.kind.states):
        rows = rows.filter(state=state)
    page: Page[Any] = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    today = pack().day_of(timezone.now())
    page.object_list = [
        Line(
            row,
            desk.kind.states(row.state).text,
            desk.kind.awaited[row.state].what,
            (row.deadline - today).days if row.deadline else None,
        )
        for row in page.object_list
    ]
    context = {
        "desk": desk,
        "page": page,
        "state": state,
        "beginnings": [
            action
            for action in desk.kind.actions.values()
            if action.begins and action.by_hand and request.actor.may_somewhere(action.permission)
        ],
    }
    return render(request, "cases/list.html", context)


@require_http_methods(["GET", "POST"])
def begin(request: PageRequest, path: str, name: str) -> HttpResponse:
    """Begin a case by its form."""
    desk = _desk(request, path)
    action = _offered(desk, name, begins=True)
    if not request.actor.may_somewhere(action.permission):
        request.actor.require(action.permission)
    standing = desk.kind.begin()
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = form_of(action, standing, (), *sent)
    refused: Finding | None = None
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            made = cases.begin(request.actor, desk.kind.name, name, form.said)
        except Conflict as conflict:
            refused, status = conflict.finding, 409
        except Unusable as unusable:
            refused = _beside(form, unusable.finding)
        else:
            return _done(request, desk, made, action.done)
    context = {"desk": desk, "action": action, "form": form, "refused": refused}
    return render(request, "cases/begin.html", context, status=status)


@require_GET
def case(request: PageRequest, path: str, number: str) -> HttpResponse:
    """One case: where it stands, what can be done, what was asked, what happened."""
    desk = _desk(request, path)
    return _page(request, desk, _row(request, desk, number))


@require_http_methods(["GET", "POST"])
def act(request: PageRequest, path: str, number: str, name: str) -> HttpResponse:
    """Do one action by its form. Opened as an address, it leads to its case."""
    desk = _desk(request, path)
    row = _row(request, desk, number)
    action = _offered(desk, name)
    if request.method == "GET":
        return redirect(desk.url(row))
    cases.require_may(request.actor, row, action)
    standing = cases.standing_of(row)
    events = events_of(number, inside=desk.is_inside(request.actor, row))
    form = form_of(action, standing, events, request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, desk, row, tried=form, status=422)
    try:
        done = cases.act(request.actor, row, form.cleaned_data["sequence"], name, form.said)
    except Conflict as conflict:
        fresh = _row(request, desk, number)
        return _page(request, desk, fresh, tried=form, refused=conflict.finding, status=409)
    except Unusable as unusable:
        fresh = _row(request, desk, number)
        refused = _beside(form, unusable.finding)
        return _page(request, desk, fresh, tried=form, refused=refused, status=422)
    return _done(request, desk, done, action.done)


def _page(
    request: PageRequest,
    desk: Desk[Any, Any],
    row: CaseRecord,
    *,
    tried: ActionForm | None = None,
    refused: Finding | None = None,
    status: int = 200,
) -> HttpResponse:
    inside = desk.is_inside(request.actor, row)
    events = events_of(row.number, inside=inside)
    standing = cases.standing_of(row)
    awaited = desk.kind.awaited[standing.state]
    context = {
        "desk": desk,
        "case": row,
        "standing": standing,
        "awaited": awaited,
        "refused": refused,
        "offers": shown(request.actor, row, standing, events, tried),
        "requests": list(_requests(desk, standing, inside=inside)),
        "steps": steps(events),
        "act": f"{desk.url(row)}do/",
    }
    return render(request, "cases/case.html", context, status=status)


def _requests(desk: Desk[Any, Any], standing: Any, *, inside: bool) -> Iterator[ShownRequest]:
    """The requests on a case, latest first, without what is told by events that the reader may not
    read."""
    for one in reversed(standing.requests):
        if is_readable(one.told, inside=inside):
            tells = is_readable(one.decided_told, inside=inside)
            yield ShownRequest(desk.kind.requests[one.kind], one, tells)


def _beside(form: ActionForm, finding: Finding) -> Finding | None:
    """A refusal beside the field it is about; given back where it is about none."""
    if finding.path in {bound.name for bound in form.visible_fields()}:
        form.add_error(finding.path, finding.text.in_language(get_language() or "en"))
        return None
    return finding


def _done(request: PageRequest, desk: Desk[Any, Any], row: Any, what: Text) -> HttpResponse:
    messages.success(request, f"{row.number}: {what.in_language(get_language() or 'en')}")
    return redirect(desk.url(row))


def _desk(request: PageRequest, path: str) -> Desk[Any, Any]:
    """The desk of an address; 404 where there is none, `Denied` where its cases are not seen."""
    desk = next((one for one in DESKS if one.generic and one.path == path), None)
    if desk is None:
        raise Http404
    if not any(
        request.actor.may_somewhere(one)
        for one in (desk.view, *(action.permission for action in desk.kind.actions.values()))
    ):
        request.actor.require(desk.view)
    return desk


def _offered(desk: Desk[Any, Any], name: str, *, begins: bool = False) -> Action[Any]:
    """An action of a kind that a person can take; 404 where it has none of that name."""
    try:
        action = cases.action_of(desk, name, begins=begins)
    except cases.NoSuchAction:
        raise Http404 from None
    if not action.by_hand:
        raise Http404
    return action


def _row(request: PageRequest, desk: Desk[Any, Any], number: str) -> CaseRecord:
    row: CaseRecord | None = desk.where().filter(desk.visible(request.actor), number=number).first()
    if row is None:
        raise Http404
    return row
