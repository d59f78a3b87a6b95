"""The decisions that rest on an act, from the event log: how a policy was carried out."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q

from sanzhi.core.findings import Text
from sanzhi.events import VOCABULARY
from sanzhi.site.events.models import EventRecord
from sanzhi.site.shell.cached import cached

#: Seconds for which a count, which reads the whole log, is kept.
KEPT = 60


@dataclass(frozen=True, slots=True)
class Decisions:
    """How many events name an act among their law, of how many cases, since when and until when;
    and by kind, those of most first."""

    count: int
    cases: int
    first: datetime | None
    last: datetime | None
    kinds: list[tuple[Text, int]]


def decisions_on(act: str) -> Decisions:
    """The decisions that name an act of the law pack, or a place in it."""
    return cached(f"decisions:{act}", lambda: _count(act), KEPT)


def _count(act: str) -> Decisions:
    told = EventRecord.objects.filter(Q(law__contains=f'"{act}"') | Q(law__contains=f'"{act},'))
    whole = told.aggregate(
        count=Count("pk"), cases=Count("case", distinct=True), first=Min("time"), last=Max("time")
    )
    verbs = {kind.name: kind.verb for kind in VOCABULARY}
    kinds = told.order_by().values_list("kind").annotate(many=Count("pk"))
    return Decisions(
        **whole,
        kinds=[
            (verbs.get(kind, Text(kind, kind)), many)
            for kind, many in sorted(kinds, key=lambda row: (-row[1], row[0]))
        ],
    )
