"""What waits for the reader, of every kind: one list, made from what each kind says it waits for.

A case stands here while the reader holds, at its place, the permission of an action that its state
awaits, or that decides a request that is open on it. A kind with columns and ranks of its own has
its own list beside, to which this one leads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from sanzhi.cases import Action
from sanzhi.core.findings import Text
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.cases.desks import DESKS, Desk
from sanzhi.site.cases.models import RequestRecord
from sanzhi.site.cases.places import NONE, able
from sanzhi.site.law.catalogue import pack
from sanzhi.site.permissions import Scope

#: Lines of a page. Of each kind no more are read for the list of all.
PAGE = 50


@dataclass(frozen=True, slots=True)
class Line:
    """A case that waits, as the list shows it."""

    kind: Text
    row: Any
    url: str
    title: Any
    office: str
    state: Text
    what: Text
    asked: list[Text]
    """What is asked for on it that the reader may decide."""
    hours: int
    """How long it waits: since it came into its state, or since it was asked for."""
    left: int | None
    """Days to its deadline; negative where it has passed."""

    @property
    def days(self) -> int:
        return self.hours // 24


@dataclass(frozen=True, slots=True)
class Pile:
    """The cases of one kind that wait for the reader."""

    desk: Desk[Any, Any]
    waiting: QuerySet[Any]
    rows: list[Any]
    """The first of them, what waits longest first."""

    @property
    def count(self) -> str:
        """How many wait; of many, that there are more than a page."""
        return str(len(self.rows)) if len(self.rows) <= PAGE else f"{PAGE}+"


@require_GET
def inbox(request: PageRequest) -> HttpResponse:
    """What waits for the reader, of all kinds or of one, oldest first."""
    actor, kind = request.actor, request.GET.get("kind", "")
    piles = piles_of(actor)
    chosen = next((pile for pile in piles if pile.desk.kind.name == kind), None)
    page: Page[Any] | None = None
    if chosen:
        page = Paginator(chosen.waiting, PAGE).get_page(request.GET.get("page"))
        rows = [(chosen.desk, row) for row in page.object_list]
    else:
        rows = sorted(
            ((pile.desk, row) for pile in piles for row in pile.rows),
            key=lambda one: (one[1].since, one[1].number),
        )[:PAGE]
    context = {
        "piles": [pile for pile in piles if pile.rows or pile is chosen],
        "chosen": chosen,
        "page": page,
        "lines": _lines(actor, rows, timezone.now()),
        "is_cut": not chosen and sum(len(pile.rows) for pile in piles) > PAGE,
        "own_list": chosen.desk.own_list(actor) if chosen else "",
        "lists": _lists(actor),
    }
    return render(request, "cases/inbox.html", context)


def piles_of(actor: Actor) -> list[Pile]:
    """What waits for an actor, kind by kind: one query a kind of which they may decide anything."""
    found = []
    for desk in DESKS:
        waiting = waiting_for(desk, actor)
        if waiting is not None:
            found.append(Pile(desk, waiting, list(waiting[: PAGE + 1])))
    return found


def waiting_for(desk: Desk[Any, Any], actor: Actor) -> QuerySet[Any] | None:
    """The cases of a kind that wait for an actor, what waits longest first; None where the actor
    holds no permission that one could wait for."""
    rows = desk.where()
    parts = [rows.filter(which).order_by() for which in _awaited(desk, actor)]
    if not parts:
        return None
    keys = parts[0].values("pk").union(*(part.values("pk") for part in parts[1:]))
    asked = RequestRecord.objects.filter(
        case=OuterRef("number"), outcome="", kind__in=_decided_by(desk, actor)
    ).order_by("asked_at")
    related = {column.rpartition("__")[0] for column in desk.places.values()} - {""}
    found: QuerySet[Any] = (
        desk.where()
        .filter(desk.visible(actor), desk.mine(actor), pk__in=keys)
        .select_related(*sorted(related))
        .annotate(since=Coalesce(Subquery(asked.values("asked_at")[:1]), F("state_since")))
        .order_by("since", "pk")
    )
    return found


def _awaited(desk: Desk[Any, Any], actor: Actor) -> list[Q]:
    """By which ways a case can wait for an actor, apart, since each has an index of its own."""
    found = []
    for action in desk.kind.actions.values():
        at = able(desk, actor, action) if action.by_hand else NONE
        if at == NONE:
            continue
        states = [state for state, one in desk.kind.awaited.items() if action.name in one.actions]
        if states and not action.decides:
            found.append(at & Q(state__in=states))
        if action.decides:
            asked = _open(actor, action).values("case")
            found.append(at & Q(state__in=action.states, number__in=asked))
    return found


def _decided_by(desk: Desk[Any, Any], actor: Actor) -> list[str]:
    """The kinds of request that an actor may decide somewhere."""
    return [
        action.decides
        for action in desk.kind.actions.values()
        if action.decides and actor.may_somewhere(action.permission)
    ]


def _open(actor: Actor, action: Action[Any]) -> QuerySet[RequestRecord]:
    """Open requests that an action decides. Nobody decides over what they asked or decided, where
    the action is impartial."""
    found = RequestRecord.objects.filter(kind=action.decides, outcome="")
    if action.impartial:
        found = found.exclude(asked_by=actor.login).exclude(against=actor.login)
    return found


def _lines(actor: Actor, rows: Sequence[tuple[Desk[Any, Any], Any]], now: datetime) -> list[Line]:
    today = pack().day_of(now)
    asked: dict[str, set[str]] = {}
    numbers = [row.number for _, row in rows]
    open_ones = RequestRecord.objects.filter(case__in=numbers, outcome="")
    for case, kind in open_ones.values_list("case", "kind"):
        asked.setdefault(case, set()).add(kind)
    found = []
    for desk, row in rows:
        state = desk.kind.states(row.state)
        decided = set(_decided_by(desk, actor)) & asked.get(row.number, set())
        found.append(
            Line(
                kind=desk.kind.words,
                row=row,
                url=desk.url(row),
                title=desk.title(row),
                office=getattr(row, desk.places.get(Scope.OFFICE, ""), ""),
                state=state.text,
                what=desk.kind.awaited[state].what,
                asked=[desk.kind.requests[one] for one in sorted(decided)],
                hours=max(0, int((now - row.since).total_seconds() // 3600)),
                left=(row.deadline - today).days if row.deadline else None,
            )
        )
    return found


def _lists(actor: Actor) -> list[tuple[Text, str]]:
    """Where all cases of each kind stand that has the pages of every kind, for who may see any."""
    return [
        (desk.kind.words, reverse("cases:list", args=[desk.path]))
        for desk in DESKS
        if desk.generic and actor.may_somewhere(desk.view)
    ]
