"""The officer's inbox: what awaits a decision at the officer's own offices, oldest first."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from sanzhi.border.clearance import Lane, State
from sanzhi.border.clearance.lanes import row_words
from sanzhi.core.findings import Unusable
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.cases.models import RequestRecord
from sanzhi.site.clearance.lookup import plain_words, search_cases
from sanzhi.site.clearance.models import Case, SavedFilter
from sanzhi.site.law.catalogue import pack

PAGE = 50
#: Filters one user can keep.
MOST_SAVED = 20


@dataclass(frozen=True, slots=True)
class Pile:
    """One kind of work: which cases, since when they wait, who may decide."""

    key: str
    label: str | Promise
    which: Q
    since: str
    permission: str


def _asked(kind: str) -> Q:
    asked = RequestRecord.objects.filter(case=OuterRef("number"), kind=kind, outcome="")
    return Q(Exists(asked))


PILES = (
    Pile(
        "review",
        gettext_lazy("Documents review"),
        Q(state=State.DOCUMENTS_REVIEW),
        "state_since",
        "clearance.decide_documents",
    ),
    Pile(
        "inspection",
        gettext_lazy("Inspection"),
        Q(state=State.INSPECTION),
        "state_since",
        "clearance.inspect",
    ),
    Pile(
        "cancellation",
        gettext_lazy("Cancellations"),
        _asked("cancellation"),
        "asked_at",
        "clearance.cancel",
    ),
    Pile(
        "correction",
        gettext_lazy("Corrections"),
        _asked("correction"),
        "asked_at",
        "clearance.assess",
    ),
    Pile(
        "audit",
        gettext_lazy("Audits due"),
        Q(audit_due=True, state=State.RELEASED),
        "released_at",
        "clearance.assess",
    ),
    Pile(
        "appeal",
        gettext_lazy("Appeals"),
        _asked("appeal"),
        "asked_at",
        "clearance.decide_appeal",
    ),
)


@dataclass(frozen=True, slots=True)
class InboxLine:
    """A case as the inbox shows it."""

    case: Case
    reason: Any
    hours: int
    share: int
    """Age in per cent of the release target; 0 where there is none."""


@require_GET
def inbox(request: PageRequest) -> HttpResponse:
    """Work by kind and lane, with counts, reasons and ages."""
    if not request.actor.may_somewhere("clearance.decide_documents"):
        request.actor.require("clearance.decide_documents")
    now = timezone.now()
    pile = _pile(request.GET)
    cases = _of_pile(request.actor, pile)
    shown = _filtered(cases, request.GET, request.actor)
    page: Page[Any] = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    target = release_hours(timezone.localdate()) if pile.since == "state_since" else None
    page.object_list = [_row(case, case.since, now, target) for case in page.object_list]
    query = _query(request.GET)
    context = {
        "page": page,
        "tab": "&tab=requests" if pile.since == "asked_at" else "",
        "pile": pile,
        "piles": _counts(request.actor),
        "target": target,
        "lanes": _lanes(cases),
        "lane": request.GET.get("lane", ""),
        "offices": sorted(request.actor.offices),
        "office": request.GET.get("office", ""),
        "text": plain_words(request.GET.get("q", "")),
        "queue": query,
        "mine": request.GET.get("mine", ""),
        "inspecting": pile.key == "inspection",
        "saved": SavedFilter.objects.filter(user=request.user, page="inbox"),
    }
    return render(request, "clearance/inbox.html", context)


@require_POST
def save_filter(request: PageRequest) -> HttpResponse:
    """Keep the filter under a name; the same name again is replaced."""
    query = _query(QueryDict(request.POST.get("query", "")[:500]))
    name = plain_words(request.POST.get("name", ""), 60)
    mine = SavedFilter.objects.filter(user=request.user, page="inbox")
    if not name:
        messages.error(request, _("Give the filter a name."))
    elif mine.exclude(name=name).count() >= MOST_SAVED:
        messages.error(request, _("You keep twenty filters already; delete one first."))
    else:
        SavedFilter.objects.update_or_create(
            user=request.user, page="inbox", name=name, defaults={"query": query}
        )
    return redirect(f"{reverse('clearance:inbox')}?{query}")


@require_POST
def drop_filter(request: PageRequest, pk: int) -> HttpResponse:
    SavedFilter.objects.filter(user=request.user, pk=pk).delete()
    return redirect("clearance:inbox")


def next_case(actor: Actor, query: str, done: Case) -> Case | None:
    """The case to decide after `done` in the inbox filtered by `query`."""
    params = QueryDict(query)
    return _filtered(_of_pile(actor, _pile(params)), params, actor).exclude(pk=done.pk).first()


def release_hours(on: date) -> int | None:
    """Hours within which a case should be decided; None where the law pack sets no target."""
    try:
        return int(pack().number("selectivity.release_hours", on))
    except Unusable:
        return None


def hours_since(moment: datetime, now: datetime) -> int:
    return max(0, int((now - moment).total_seconds() // 3600))


def _pile(params: Any) -> Pile:
    return next((pile for pile in PILES if pile.key == params.get("pile")), PILES[0])


def _of_pile(actor: Actor, pile: Pile) -> QuerySet[Case]:
    offices = [office for office in actor.offices if actor.may(pile.permission, office=office)]
    cases = Case.objects.filter(pile.which, office__in=offices)
    if pile.key == "appeal":
        # Whoever decided cannot decide the appeal.
        own = RequestRecord.objects.filter(kind="appeal", outcome="", against=actor.login)
        cases = cases.exclude(number__in=own.values("case"))
    since: Any = F(pile.since)
    if pile.since == "asked_at":
        asked = RequestRecord.objects.filter(case=OuterRef("number"), kind=pile.key, outcome="")
        since = Subquery(asked.values("asked_at")[:1])
        cases = cases.annotate(asked_for=Subquery(asked.values("reason")[:1]))
    return cases.select_related("trader", "declarant").annotate(since=since).order_by("since", "pk")


def _filtered(cases: QuerySet[Case], params: Any, actor: Actor) -> QuerySet[Case]:
    if params.get("mine"):
        cases = cases.filter(inspector=actor.login)
    if params.get("lane") in set(Lane):
        cases = cases.filter(lane=params["lane"])
    if params.get("office"):
        cases = cases.filter(office=plain_words(params["office"], 4))
    return search_cases(cases, plain_words(params.get("q", "")))


def _query(params: Any) -> str:
    """The part of an address that is the filter, in a fixed order."""
    kept = QueryDict(mutable=True)
    for name in ("pile", "lane", "office", "mine", "q"):
        if params.get(name):
            kept[name] = params[name]
    return kept.urlencode()


def _counts(actor: Actor) -> list[tuple[Pile, int]]:
    """How many cases each pile has; piles the actor may not decide are left out."""
    return [
        (pile, _of_pile(actor, pile).order_by().count())
        for pile in PILES
        if actor.may_somewhere(pile.permission)
    ]


def _lanes(cases: QuerySet[Case]) -> list[tuple[str, int]]:
    counted = dict(cases.order_by().values_list("lane").annotate(many=Count("pk")))
    return [(lane.value, counted[lane.value]) for lane in reversed(Lane) if counted.get(lane.value)]


def _row(case: Case, since: datetime, now: datetime, target: int | None) -> InboxLine:
    hours = hours_since(since, now)
    asked = getattr(case, "asked_for", "")
    return InboxLine(
        case,
        asked or (row_words(case.lane_rule, pack()) if case.lane_rule else ""),
        hours,
        hours * 100 // target if target else 0,
    )
