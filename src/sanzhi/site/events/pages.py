"""The event log, to be read and checked: newest events, checkpoint, verification, vocabulary."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from sanzhi.core.findings import Text
from sanzhi.events import VOCABULARY
from sanzhi.events.event import Kind
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.events.log import verify_log
from sanzhi.site.events.models import CheckpointRecord, EventRecord
from sanzhi.site.events.standing import differences, last_events
from sanzhi.site.events.stored import log_size
from sanzhi.site.events.wording import words_of
from sanzhi.site.hooks import site_apps

PAGE = 50
#: Findings of a verification that a page lists; the command line lists all.
MOST_FINDINGS = 100


@dataclass(frozen=True, slots=True)
class ShownEvent:
    """An event as the log shows it: in full words where its case may be seen, else its verb."""

    event: EventRecord
    words: Text


@require_GET
def log(request: PageRequest) -> HttpResponse:
    """The newest events, by kind and case, and the newest checkpoint."""
    request.actor.require("events.verify")
    kind, case = (_said(request, name) for name in ("kind", "case"))
    page: Page[Any] = Paginator(_filtered(kind, case), PAGE).get_page(request.GET.get("page"))
    events = list(page.object_list)
    full = _readable(request.actor, events)
    page.object_list = [
        ShownEvent(event, _words(event, in_full=event.pk in full)) for event in events
    ]
    checkpoint = CheckpointRecord.objects.order_by("-size").first()
    return render(
        request,
        "events/log.html",
        {
            "page": page,
            "kind": kind,
            "case": case,
            "kinds": list(VOCABULARY),
            "checkpoint": checkpoint,
            "size": log_size(),
            "root": base64.b64encode(bytes(checkpoint.root)).decode() if checkpoint else "",
            "waiting": EventRecord.objects.filter(index=None, aside=False).count(),
            "aside": EventRecord.objects.filter(index=None, aside=True).count(),
        },
    )


@require_POST
def verify(request: PageRequest) -> HttpResponse:
    """Verify the whole log and say what was found."""
    request.actor.require("events.verify")
    found = list(islice(chain(verify_log(last_events()), differences()), MOST_FINDINGS + 1))
    return render(
        request,
        "events/verified.html",
        {
            "found": found[:MOST_FINDINGS],
            "more": len(found) > MOST_FINDINGS,
            "size": log_size(),
            "checkpoints": CheckpointRecord.objects.count(),
            "waiting": EventRecord.objects.filter(index=None, aside=False).count(),
        },
    )


@require_GET
def kinds(request: PageRequest) -> HttpResponse:
    """The vocabulary: every kind of event with its words and what it carries."""
    request.actor.require("events.verify")
    return render(request, "events/kinds.html", {"kinds": list(_described())})


def _said(request: PageRequest, name: str) -> str:
    """A filter of the address, without what no kind and no number can hold."""
    return "".join(sign for sign in request.GET.get(name, "") if sign.isprintable()).strip()[:64]


def _described() -> Iterator[tuple[Kind, str]]:
    for kind in VOCABULARY:
        yield kind, ", ".join(kind.payload.model_fields)


def _filtered(kind: str, case: str) -> QuerySet[EventRecord]:
    events = EventRecord.objects.told().order_by("-id")
    if kind:
        events = events.filter(kind=kind)
    return events.filter(case=case.upper()) if case else events


def _readable(actor: Actor, events: list[EventRecord]) -> set[int]:
    """Which events the actor may read in full words: each app answers for its cases."""
    return {key for app in site_apps() if app.reads for key in app.reads(actor, events)}


def _words(event: EventRecord, *, in_full: bool) -> Text:
    if in_full:
        return words_of(event)
    known = VOCABULARY.get(event.kind)
    return known.verb if known else Text(event.kind, event.kind)
