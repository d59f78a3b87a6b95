"""The clearance pages. Thin doors over `actions` and `lookup`."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from sanzhi.events import VOCABULARY
from sanzhi.site.clearance.lookup import find_case
from sanzhi.site.events.models import EventRecord


def case(request: HttpRequest, number: str) -> HttpResponse:
    """One consignment: where it stands, and what happened to it."""
    found = find_case(request.actor, number)
    if found is None:
        raise Http404
    events = [(event, VOCABULARY.describe(event.kind, event.content))
              for event in EventRecord.objects.filter(case=number).order_by("sequence")]
    return render(request, "clearance/case.html", {"case": found, "events": events})
