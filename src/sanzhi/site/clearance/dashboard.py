"""The dashboard: how much comes, how fast it goes, what it brings, what waits.

Every figure is one aggregate of the store, within the offices the reader may see; analysts see
all offices, as figures only.
"""

import csv
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sanzhi.border.clearance import Lane
from sanzhi.border.clearance.revenue import by_kind
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
from sanzhi.site.shell.cached import cached
from sanzhi.site.shell.components import Bar, Plot, bars, plot
from sanzhi.site.shell.downloads import Echo, cell

#: Days that flow and times look back.
WINDOW = 30
TIMES_WINDOW = 90
#: Seconds for which revenue, which reads every assessment of a year, is kept.
KEPT = 60

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
    cases = cases_counted(request.actor)
    context = {
        "any": cases.exists(),
        "today": today,
        "charts": [
            chart(cases, today)
            for chart in (
                _lodged_chart,
                _released_chart,
                _times_chart,
                _lanes_chart,
                _backlog_chart,
                _revenue_chart,
            )
        ],
        "months": _months_table(cases, today),
        "offices": _offices(request.actor),
    }
    return render(request, "clearance/dashboard.html", context)


@require_GET
def chart_csv(request: PageRequest, name: str) -> HttpResponse:
    """A chart's table as CSV."""
    _require(request.actor)
    if name not in TABLES:
        raise Http404
    table = TABLES[name](cases_counted(request.actor), timezone.localdate())
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(Echo())
    for row in (table.head, *table.rows):
        response.write(writer.writerow([cell(value) for value in row]))
    return response


def cases_counted(actor: Actor) -> QuerySet[Case]:
    """The cases an actor's figures count: those of the actor's offices; all for an analyst."""
    if Role.ANALYST in actor.roles:
        return Case.objects.all()
    return Case.objects.filter(office__in=sorted(actor.offices))


def _require(actor: Actor) -> None:
    actor.require("dashboard.view")


def _offices(actor: Actor) -> list[str]:
    return [] if Role.ANALYST in actor.roles else sorted(actor.offices)


def _per_day(cases: QuerySet[Case], field: str, today: date) -> Table:
    """Cases a day by a moment of theirs, days without any included."""
    first = today - timedelta(days=WINDOW - 1)
    counted = dict(
        cases.filter(**{f"{field}__gte": _midnight(first)})
        .annotate(on=TruncDate(field))
        .values_list("on")
        .annotate(many=Count("pk"))
        .order_by("on")
    )
    days = [first + timedelta(days=offset) for offset in range(WINDOW)]
    return Table([_("Day"), _("Consignments")], [(day, counted.get(day, 0)) for day in days])


def _lodged(cases: QuerySet[Case], today: date) -> Table:
    return _per_day(cases, "lodged_at", today)


def _released(cases: QuerySet[Case], today: date) -> Table:
    return _per_day(cases, "released_at", today)


def _lodged_chart(cases: QuerySet[Case], today: date) -> Chart:
    table = _lodged(cases, today)
    total = sum(many for _day, many in table.rows)
    before = cases.filter(
        lodged_at__gte=_midnight(today - timedelta(days=2 * WINDOW - 1)),
        lodged_at__lt=_midnight(today - timedelta(days=WINDOW - 1)),
    ).count()
    values = {"total": f"{total:,}", "days": WINDOW, "before": f"{before:,}"}
    return Chart(
        _("%(total)s lodged in %(days)s days; %(before)s in the %(days)s before") % values,
        _url("lodged"),
        plot=_line(table),
    )


def _released_chart(cases: QuerySet[Case], today: date) -> Chart:
    table = _released(cases, today)
    values = {"total": f"{sum(many for _day, many in table.rows):,}", "days": WINDOW}
    return Chart(
        _("%(total)s released in %(days)s days") % values, _url("released"), plot=_line(table)
    )


def _lanes(cases: QuerySet[Case], today: date) -> Table:
    counted = dict(
        cases.filter(lodged_at__gte=_midnight(today - timedelta(days=TIMES_WINDOW)))
        .exclude(lane="")
        .values_list("lane")
        .annotate(many=Count("pk"))
    )
    total = sum(counted.values())
    return Table(
        [_("Lane"), _("Consignments"), _("Share, %")],
        [
            (
                lane.value,
                counted.get(lane.value, 0),
                round(Decimal(counted.get(lane.value, 0) * 100) / total, 1) if total else 0,
            )
            for lane in Lane
        ],
    )


def _lanes_chart(cases: QuerySet[Case], today: date) -> Chart:
    table = _lanes(cases, today)
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


def _times(cases: QuerySet[Case], today: date) -> Table:
    """Hours from lodging to release, median and ninth decile, by lane and together."""
    done = cases.filter(released_at__gte=_midnight(today - timedelta(days=TIMES_WINDOW))).annotate(
        took=ExpressionWrapper(F("released_at") - F("lodged_at"), output_field=DurationField())
    )
    counted = dict(done.values_list("lane").annotate(many=Count("pk")))
    groups = [("", sum(counted.values()), done)] + [
        (lane.value, counted.get(lane.value, 0), done.filter(lane=lane.value)) for lane in Lane
    ]
    return Table(
        [_("Lane"), _("Released"), _("Median, hours"), _("90% within, hours")],
        [
            (lane, many, _quantile(group, many, 50), _quantile(group, many, 90))
            for lane, many, group in groups
        ],
    )


def _quantile(cases: QuerySet[Any], many: int, percent: int) -> Decimal | None:
    """The duration that `percent` of the cases do not exceed, in hours (nearest rank)."""
    if not many:
        return None
    rank = max(0, -(-many * percent // 100) - 1)
    took = cases.order_by("took").values_list("took", flat=True)[rank]
    return round(Decimal(took.total_seconds()) / 3600, 1)


def _times_chart(cases: QuerySet[Case], today: date) -> Chart:
    table = _times(cases, today)
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


def _backlog(cases: QuerySet[Case], _today: date) -> Table:
    now = timezone.now()
    counts = [0] * (len(_AGES) + 1)
    waiting = [state for state, awaited in AWAITED.items() if awaited.side == "officer"]
    for since in cases.filter(state__in=waiting).values_list("state_since", flat=True):
        hours = (now - since).total_seconds() / 3600
        counts[sum(hours >= end for end in _AGES)] += 1
    labels = [_("under 8 h"), _("8 to 24 h"), _("1 to 3 days"), _("3 to 7 days"), _("over 7 days")]
    return Table([_("Age"), _("Consignments")], list(zip(labels, counts, strict=True)))


def _backlog_chart(cases: QuerySet[Case], today: date) -> Chart:
    table = _backlog(cases, today)
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


def _revenue(cases: QuerySet[Case], today: date) -> Table:
    """Net revenue of the consignments released in each of the last twelve months, by kind of tax:
    as assessed, or as corrected after release."""
    months = _months(today)
    released = {
        number: f"{timezone.localtime(at):%Y-%m}"
        for number, at in cases.filter(released_at__gte=_first_moment(today)).values_list(
            "number", "released_at"
        )
    }
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(lambda: ZERO)
    for number, kind, amount in by_kind(frame_of).collect().iter_rows():
        if number in released:
            sums[released[number], kind] += amount
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


def _months_table(cases: QuerySet[Case], today: date) -> Table:
    """Revenue, kept for a minute: it reads every assessment."""
    offices = ",".join(sorted(set(cases.order_by().values_list("office", flat=True).distinct())))
    key = f"revenue:{offices}:{get_language()}:{today}"
    return cached(key, lambda: _revenue(cases, today), KEPT)


def _revenue_chart(cases: QuerySet[Case], today: date) -> Chart:
    table = _months_table(cases, today)
    totals = [(row[0], row[-1]) for row in table.rows]
    year = sum((amount for _month, amount in totals), ZERO)
    # Of the same consignments as the year's sum: what was released against a guarantee.
    owed = cases.filter(released_at__gte=_first_moment(today), due__gt=F("paid")).aggregate(
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


def _first_moment(today: date) -> datetime:
    """The beginning of the twelve months."""
    return _midnight(date.fromisoformat(f"{_months(today)[0]}-01"))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())


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


TABLES: dict[str, Callable[[QuerySet[Case], date], Table]] = {
    "lodged": _lodged,
    "released": _released,
    "lanes": _lanes,
    "times": _times,
    "backlog": _backlog,
    "revenue": _months_table,
}
