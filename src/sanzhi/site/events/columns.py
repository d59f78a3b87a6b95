"""This site's past in columns, under `columns` in the data folder.

The process of the event log lays them within a minute; whoever reads adds what the log has beyond
them, so that no figure waits for a background.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import QuerySet, Value
from django.db.models.functions import Coalesce, TruncMonth

from sanzhi.core.findings import Finding
from sanzhi.events import VOCABULARY, Event, columns
from sanzhi.events.columns import Manifest
from sanzhi.events.tables import Placed, Table, of_kind
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.stored import log_size
from sanzhi.site.hooks import site_apps

if TYPE_CHECKING:  # imported when first used: the site starts without the parts of analysis
    import polars as pl

logger = logging.getLogger(__name__)

#: Where an event stands that has no place yet: behind all that have one.
_WAITING = 2**62


def folder() -> Path:
    """Where the columns lie."""
    return Path(settings.HOME) / "columns"


@cache
def tables() -> dict[str, Table]:
    """Every table by its name: one a kind of the vocabulary, and those that apps make of events
    (`SiteApp.tables`)."""
    own = [one for app in site_apps() if app.tables for one in app.tables()]
    return {one.name: one for one in (*(of_kind(kind) for kind in VOCABULARY), *own)}


def make() -> int:
    """Lay the next events; how many. A disk that takes nothing is said and tried again later."""
    try:
        return columns.keep_up(folder(), tables().values(), StoredLog())
    except OSError:
        logger.exception("the columns cannot be written")
        return 0


def differences() -> Iterator[Finding]:
    """Every file of the columns that is not what the log says."""
    yield from columns.verify(folder(), tables().values(), StoredLog())


def covered() -> int:
    """Up to which place of the log the columns reach: what was counted below it stays so."""
    return Manifest.read(folder()).covered


def frame_of(name: str) -> "pl.LazyFrame":
    """A table whole: what is laid, and what the log has beyond it. An event without a place yet
    has the index 2**62."""
    import polars as pl  # noqa: PLC0415 - loaded when first used

    table = tables()[name]
    laid, upto = columns.scan(folder(), table)
    placed = list(_placed(_beyond(table.kinds, upto)))
    if not placed:
        return laid
    fresh = pl.DataFrame(table.rows(placed), schema=table.schema, orient="row")
    return pl.concat([laid, fresh.lazy()])


def _beyond(kinds: Sequence[str], upto: int) -> QuerySet[EventRecord]:
    """Events of some kinds from a place on, and those without one, in one statement."""
    own = EventRecord.objects.filter(kind__in=kinds)
    if upto:  # few lie beyond: they are found by their place, not among all of their kind
        own = EventRecord.objects.annotate(of=Coalesce("kind", Value(""))).filter(of__in=kinds)
    waiting = own.filter(index__isnull=True, aside=False)
    return own.filter(index__gte=upto).union(waiting, all=True).order_by("index", "id")


class StoredLog:
    """The integrated log as it is stored."""

    def size(self) -> int:
        return log_size()

    def between(self, first: int, end: int) -> Iterator[Placed]:
        return _placed(
            EventRecord.objects.filter(index__gte=first, index__lt=end).order_by("index")
        )

    def of_month(self, kinds: Iterable[str], month: str, end: int) -> Iterator[Placed]:
        begun = datetime.fromisoformat(f"{month}-01").replace(tzinfo=UTC)
        until = begun.replace(year=begun.year + begun.month // 12, month=begun.month % 12 + 1)
        return _placed(
            EventRecord.objects.filter(
                kind__in=list(kinds), time__gte=begun, time__lt=until, index__lt=end
            ).order_by("index")
        )

    def months(self, kinds: Iterable[str], end: int) -> set[str]:
        found = EventRecord.objects.filter(kind__in=list(kinds), index__lt=end)
        months = found.annotate(month=TruncMonth("time", tzinfo=UTC)).values_list("month")
        return {f"{month:%Y-%m}" for (month,) in months.distinct()}


def _placed(events: QuerySet[EventRecord]) -> Iterator[Placed]:
    """Events as the library knows them. One that cannot be read was tampered with: the log's own
    verification names it, and no column has it."""
    for one in events.iterator(chunk_size=2000):
        with suppress(ValueError):
            law, payload = tuple(one.citations), one.content
            event = Event(one.case, one.sequence, one.kind, one.actor, one.time, law, payload)
            yield Placed(_WAITING if one.index is None else one.index, event)
