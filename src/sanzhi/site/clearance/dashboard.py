"""The dashboard: how much comes, how fast it goes, what it brings, what waits.

What was is counted over the columns of the past, what waits now in the store; both within the
offices the reader may see. Analysts see all offices, as figures only.
"""

import csv
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, Sum
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sanzhi.border.clearance import Lane, flow
from sanzhi.border.clearance.states import AWAITED
from sanzhi.core.findings import Text
from sanzhi.core.money import ZERO
from sanzhi.customs.duty.assessment import TAX_KINDS
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.clearance.inbox import release_hours
from sanzhi.site.clearance.models import Case
from sanzhi.site.events.columns import frame_of
from sanzhi.site.law.catalogue import pack
from sanzhi.site.permissions import Role
from sanzhi.site.shell.components import Bar, Plot, bars, plot
from sanzhi.site.shell.downloads import Echo, cell

if TYPE_CHECKING:  # imported when first used: the site starts without the parts of analysis
    import polars as pl

#: Days that flow and times look back.
WINDOW = 30
TIMES_WINDOW = 90

_LANE_COLOURS = {Lane.GREEN: "cok", Lane.BLUE: "c1", Lane.YELLOW: "cwait", Lane.RED: "cstop"}


@dataclass(frozen=True, slots=True)
class Table:
    """A chart's table: head and rows, as the page draws and the CSV gives them."""

    head: list[str]
    rows: list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart whose title says the finding; exactly one of bars and plot is there."""

    title: str
    url: str
    bars: list[Bar] | None = None
    plot: Plot | None = None


@require_GET
def dashboard(request: PageRequest) -> HttpResponse:
    """The charts, each with its table one click away."""
    _require(request.actor)
    today = timezone.localdate()
    counted = Counted(request.actor, today)
    context = {
        "any": counted.cases.exists(),
        "today": today,
        "charts": [
            chart(counted, today)
            for chart in (
                _lodged_chart,
                _released_chart,
                _times_chart,
                _lanes_chart,
                _backlog_chart,
                _revenue_chart,
            )
        ],
        "months": counted.months,
        "offices": counted.offices or [],
    }
    return render(request, "clearance/dashboard.html", context)


@require_GET
def chart_csv(request: PageRequest, name: str) -> HttpResponse:
    """A chart's table as CSV."""
    _require(request.actor)
    if name not in TABLES:
        raise Http404
    today = timezone.localdate()
    table = TABLES[name](Counted(request.actor, today), today)
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(Echo())
    for row in (table.head, *table.rows):
        response.write(writer.writerow([cell(value) for value in row]))
    return response


class Counted:
    """What an actor's figures count: the consignments of the actor's offices; all for an
    analyst. Each table of the past is read once a page."""

    def __init__(self, actor: Actor, today: date) -> None:
        self.offices = None if Role.ANALYST in actor.roles else sorted(actor.offices)
        self.cases = Case.objects.all()
        if self.offices is not None:
            self.cases = self.cases.filter(office__in=self.offices)
        self.read = cache(frame_of)
        self.today = today

    @cached_property
    def lodged(self) -> "pl.DataFrame":
        """What was lodged in the window and in the one before it."""
        since = _midnight(self.today, 2 * WINDOW)
        return flow.lodged(self.read, since, self.offices).collect()

    @cached_property
    def released(self) -> "pl.DataFrame":
        """What was released in the days that times look back, with the time it took."""
        since = _midnight(self.today, TIMES_WINDOW + 1)
        return flow.released(self.read, since, self.offices).collect()

    @cached_property
    def months(self) -> Table:
        return _revenue(self, self.today)


def _require(actor: Actor) -> None:
    actor.require("dashboard.view")


def _per_day(moments: "pl.Series", today: date) -> Table:
    """Consignments a day by a moment of theirs, days without any included."""
    zone = str(timezone.get_current_timezone())
    days = moments.dt.convert_time_zone(zone).dt.date().value_counts()
    counted = dict(days.iter_rows())
    first = today - timedelta(days=WINDOW - 1)
    return Table(
        [_("Day"), _("Consignments")],
        [
            (day, counted.get(day, 0))
            for day in (first + timedelta(days=offset) for offset in range(WINDOW))
        ],
    )


def _lodged(counted: Counted, today: date) -> Table:
    return _per_day(counted.lodged["lodged"], today)


def _released(counted: Counted, today: date) -> Table:
    return _per_day(counted.released["released"], today)


def _lodged_chart(counted: Counted, today: date) -> Chart:
    table = _lodged(counted, today)
    total = sum(many for _day, many in table.rows)
    before = counted.lodged.height - total
    values = {"total": f"{total:,}", "days": WINDOW, "before": f"{before:,}"}
    return Chart(
        _("%(total)s lodged in %(days)s days; %(before)s in the %(days)s before") % values,
        _url("lodged"),
        plot=_line(table),
    )


def _released_chart(counted: Counted, today: date) -> Chart:
    table = _released(counted, today)
    values = {"total": f"{sum(many for _day, many in table.rows):,}", "days": WINDOW}
    return Chart(
        _("%(total)s released in %(days)s days") % values, _url("released"), plot=_line(table)
    )


def _lanes(counted: Counted, today: date) -> Table:
    lanes = dict(
        counted.cases.filter(lodged_at__gte=_midnight(today, TIMES_WINDOW + 1))
        .filter(lane__in=Lane)  # named one by one, each is a range of an index
        .values_list("lane")
        .annotate(many=Count("pk"))
    )
    total = sum(lanes.values())
    return Table(
        [_("Lane"), _("Consignments"), _("Share, %")],
        [
            (
                lane.value,
                lanes.get(lane.value, 0),
                round(Decimal(lanes.get(lane.value, 0) * 100) / total, 1) if total else 0,
            )
            for lane in Lane
        ],
    )


def _lanes_chart(counted: Counted, today: date) -> Chart:
    table = _lanes(counted, today)
    free = sum((share for lane, _many, share in table.rows if lane in {"green", "blue"}), ZERO)
    return Chart(
        _("%(share)s%% of consignments go without a person in their way") % {"share": free},
        _url("lanes"),
        bars=_coloured(
            [
                (_words(Lane(lane).name_and_meaning), Decimal(many), f"{many:,} · {share}%")
                for lane, many, share in table.rows
            ],
            [_LANE_COLOURS[lane] for lane in Lane],
        ),
    )


def _times(counted: Counted, _today: date) -> Table:
    """Hours from lodging to release, median and ninth decile, by lane and together."""
    import polars as pl  # noqa: PLC0415 - a heavy part, loaded when first used

    done = counted.released.sort("took")
    groups = [("", done["took"])] + [
        (lane.value, done.filter(pl.col("lane") == lane.value)["took"]) for lane in Lane
    ]
    return Table(
        [_("Lane"), _("Released"), _("Median, hours"), _("90% within, hours")],
        [(lane, len(own), _quantile(own, 50), _quantile(own, 90)) for lane, own in groups],
    )


def _quantile(took: "pl.Series", percent: int) -> Decimal | None:
    """The duration that `percent` of those in order do not exceed, in hours (nearest rank)."""
    if took.is_empty():
        return None
    duration: timedelta = took[max(0, -(-len(took) * percent // 100) - 1)]
    return round(Decimal(duration.total_seconds()) / 3600, 1)


def _times_chart(counted: Counted, today: date) -> Chart:
    table = _times(counted, today)
    _lane, many, median, ninth = table.rows[0]
    target = release_hours(today)
    title = _("Nothing was released in %(days)s days") % {"days": TIMES_WINDOW}
    if many:
        title = _("Half are free within %(median)s h, nine in ten within %(ninth)s h") % {
            "median": median,
            "ninth": ninth,
        }
    if many and target:
        title += " " + _("(target %(hours)s h)") % {"hours": target}
    rows = [
        (_words(Lane(lane).name_and_meaning), median, f"{median} {_('h')}")
        for lane, _many, median, _ninth in table.rows[1:]
        if median is not None
    ]
    colours = [
        _LANE_COLOURS[Lane(lane)]
        for lane, _many, median, _ninth in table.rows[1:]
        if median is not None
    ]
    return Chart(title, _url("times"), bars=_coloured(rows, colours))


#: Upper ends of the backlog's classes, in hours.
_AGES = (8, 24, 72, 168)


def _backlog(counted: Counted, _today: date) -> Table:
    now = timezone.now()
    counts = [0] * (len(_AGES) + 1)
    waiting = [state for state, awaited in AWAITED.items() if awaited.side == "officer"]
    for since in counted.cases.filter(state__in=waiting).values_list("state_since", flat=True):
        hours = (now - since).total_seconds() / 3600
        counts[sum(hours >= end for end in _AGES)] += 1
    labels = [_("under 8 h"), _("8 to 24 h"), _("1 to 3 days"), _("3 to 7 days"), _("over 7 days")]
    return Table([_("Age"), _("Consignments")], list(zip(labels, counts, strict=True)))


def _backlog_chart(counted: Counted, today: date) -> Chart:
    table = _backlog(counted, today)
    old = sum(many for _age, many in table.rows[2:])
    total = sum(many for _age, many in table.rows)
    title = _("%(total)s wait for an officer, %(old)s of them longer than a day") % {
        "total": f"{total:,}",
        "old": f"{old:,}",
    }
    colours = ["c1", "c1", "cwait", "cwait", "cstop"]
    return Chart(
        title,
        _url("backlog"),
        bars=_coloured(
            [(label, Decimal(many), f"{many:,}") for label, many in table.rows], colours
        ),
    )


def _revenue(counted: Counted, today: date) -> Table:
    """Net revenue of the consignments released in each of the last twelve months, by kind of tax:
    as assessed, or as corrected after release."""
    months = _months(today)
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    begun = _midnight(date.fromisoformat(f"{months[0]}-01"))
    zone = str(timezone.get_current_timezone())
    brought = flow.brought(counted.read, begun, zone, counted.offices).collect(engine="streaming")
    for month, kind, amount in brought.iter_rows():
        sums[f"{month:%Y-%m}", kind] = amount
    kinds = [kind for kind in TAX_KINDS if any((month, kind) in sums for month in months)]
    return Table(
        [_("Month"), *(_words(TAX_KINDS[kind]) for kind in kinds), _("Total")],
        [
            (
                month,
                *(sums[month, kind] for kind in kinds),
                sum((sums[month, kind] for kind in kinds), ZERO),
            )
            for month in months
        ],
    )


def _revenue_chart(counted: Counted, _today: date) -> Chart:
    table = counted.months
    totals = [(row[0], row[-1]) for row in table.rows]
    year = sum((amount for _month, amount in totals), ZERO)
    # Of the same consignments as the year's sum: what was released against a guarantee. What is
    # owed now is the store's to say.
    begun = _midnight(date.fromisoformat(f"{table.rows[0][0]}-01"))
    owed = counted.cases.filter(released_at__gte=begun, due__gt=F("paid")).aggregate(
        due=Sum("due"), paid=Sum("paid")
    )
    open_ = (owed["due"] or ZERO) - (owed["paid"] or ZERO)
    title = _(
        "%(year)s million %(currency)s assessed on what was released in twelve months; %(open)s "
        "million of it not yet paid"
    ) % {
        "year": f"{year / 1_000_000:,.2f}",
        "open": f"{open_ / 1_000_000:,.2f}",
        "currency": pack().currency_words.in_language(get_language() or "en"),
    }
    return Chart(
        title,
        _url("revenue"),
        plot=plot([(month, round(amount / 1_000_000, 2)) for month, amount in totals])
        if year
        else None,
    )


def _months(today: date) -> list[str]:
    """The last twelve months, this one last, as 2026-11."""
    count = today.year * 12 + today.month - 1
    return [f"{(count - back) // 12}-{(count - back) % 12 + 1:02}" for back in range(11, -1, -1)]


def _midnight(day: date, days: int = 1) -> datetime:
    """The moment at which some days began, of which this is the last."""
    first = day - timedelta(days=days - 1)
    return datetime.combine(first, time(), timezone.get_current_timezone()).astimezone(UTC)


def _line(table: Table) -> Plot | None:
    return plot([(f"{day:%m-%d}", many) for day, many in table.rows])


def _coloured(rows: list[tuple[str, Decimal, str]], colours: list[str]) -> list[Bar]:
    return [
        Bar(bar.label, bar.value, bar.text, bar.width, colour)
        for bar, colour in zip(bars(rows), colours, strict=True)
    ]


def _words(text: Text) -> str:
    return text.in_language(get_language() or "en")


def _url(name: str) -> str:
    return reverse("clearance:chart", args=[name])


TABLES: dict[str, Callable[[Counted, date], Table]] = {
    "lodged": _lodged,
    "released": _released,
    "lanes": _lanes,
    "times": _times,
    "backlog": _backlog,
    "revenue": _revenue,
}
