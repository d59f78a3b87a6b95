"""What the pages of a corpus are asked for: the choices in an address, and what they find."""

from dataclasses import dataclass
from datetime import date

from django.http import QueryDict
from django.utils import timezone

from sanzhi.core.dates import parse_date
from sanzhi.core.findings import Unusable
from sanzhi.policy.corpus.browsing import Catalogue, Filter, Selection
from sanzhi.policy.corpus.graph import Validity
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.policy.catalogues import catalogue_of
from sanzhi.site.policy.models import StudyRecord

#: Choices in an address → the filter's name for them.
CHOICES = {
    "type": "doc_type",
    "issuer": "issuer",
    "category": "category",
    "counted": "included",
    "state": "state",
    "standing": "standing",
}
#: What an address of the list may hold; it goes along to a policy's page and back.
KEPT = ("q", "from", "to", *CHOICES, "on", "by")


@dataclass(frozen=True, slots=True)
class Sought:
    """A study's corpus with what an address looks for in it."""

    catalogue: Catalogue
    filter: Filter
    day: date
    selection: Selection
    standings: dict[str, Validity]
    rows: dict[str, int]
    """Policy → primary key of its text."""
    states: dict[str, str]
    """Policy → how far its coding has come."""


def look(request: PageRequest, record: StudyRecord) -> Sought:
    """What the request's address looks for; `Unusable` naming a year or day that is none."""
    catalogue, day = catalogue_of(record), day_asked(request)
    sought = Filter(
        words=said(request, "q"),
        first=_year(request, "from"),
        last=_year(request, "to"),
        on=day,
        **{name: said(request, key) for key, name in CHOICES.items()},
    )
    rows, states = {}, {}
    for policy, pk, state in record.texts.order_by().values_list("policy", "pk", "state"):
        rows[policy], states[policy] = pk, state
    standings = catalogue.graph.standings(day)
    return Sought(
        catalogue, sought, day, catalogue.select(sought, states, standings), standings, rows, states
    )


def said(request: PageRequest, name: str) -> str:
    """A word of the address, without what no word has."""
    return " ".join(request.GET.get(name, "").replace("\0", " ").split())[:200]


def day_asked(request: PageRequest) -> date:
    """The day that standings are asked for: today unless told."""
    given = said(request, "on")
    try:
        return parse_date(given) if given else timezone.localdate()
    except ValueError:
        raise Unusable.because(
            "request.date",
            "on",
            f"{given[:40]!r} is not a date like 2026-11-21.",
            f"“{given[:40]}”不是形如 2026-11-21 的日期。",
        ) from None


def kept(request: PageRequest, **changes: str | None) -> str:
    """The choices of an address as a query string, some of them changed; None takes one away."""
    query = QueryDict(mutable=True)
    for name in KEPT:
        value = changes.get(name, said(request, name))
        if value:
            query[name] = value
    return query.urlencode()


def _year(request: PageRequest, name: str) -> int | None:
    given = said(request, name)
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) == 4):
        raise Unusable.because(
            "request.year",
            name,
            f"{given[:40]!r} is not a year like 2019.",
            f"“{given[:40]}”不是形如 2019 的年份。",
        )
    return int(given)
