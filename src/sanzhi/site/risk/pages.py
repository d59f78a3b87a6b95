"""What was selected, by what, and what inspections found of it."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sanzhi.border.clearance.codes import SelectedBy
from sanzhi.core.dates import parse_date
from sanzhi.core.findings import Text, Unusable
from sanzhi.customs.risk.selection import Estimates
from sanzhi.policy.reporting.charts import heat_map
from sanzhi.selectivity.lanes import Lane
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.clearance.form_fields import named
from sanzhi.site.clearance.models import Case
from sanzhi.site.permissions import Role
from sanzhi.site.risk import history
from sanzhi.site.risk.lookup import active_setting, champion
from sanzhi.site.risk.models import Selection
from sanzhi.site.risk.selected import (
    DECIDED,
    FEWEST_SCORED,
    assigned,
    counted,
    day_of,
    rankings,
    reason_of,
    told_by_inspections,
)
from sanzhi.site.shell.components import Bar, Explanation, bars

PAGE = 100
#: How pages name what declarations can be ranked by.
RANKINGS = {
    "probability": Text("probability of a find", "查获概率"),
    "expected_revenue": Text("expected revenue", "预期补税"),
    "blend": Text("both, blended", "两者结合"),
}
LANES = (Lane.RED, Lane.YELLOW, Lane.BLUE, Lane.GREEN)


@dataclass(frozen=True, slots=True)
class Office:
    """An office's day: inspections that the ranking asked for, against its capacity."""

    code: str
    name: str
    consignments: int
    inspections: int
    by_ranking: int
    capacity: int | None


@require_GET
def selections(request: PageRequest) -> HttpResponse:
    """One day: how many by lane and by what decided, office by office, and each one selected."""
    request.actor.require("risk.view")
    day = _day(request)
    office = request.GET.get("office", "")
    offices = _offices(request.actor)
    if office and (offices is None or office in offices):
        offices = {office}
    found = assigned(*day_of(day), offices)
    setting, model = active_setting(), champion()
    seen = [one for one in found if one.lane != Lane.GREEN and one.office in request.actor.offices]
    page = Paginator(seen, PAGE).get_page(request.GET.get("page"))
    cases = {
        case.number: case
        for case in Case.objects.filter(
            number__in=[one.case for one in page.object_list]
        ).select_related("trader")
    }
    counts = counted(found)
    return render(
        request,
        "risk/selections.html",
        {
            "day": day,
            "today": timezone.localdate(),
            "before": day - timedelta(days=1),
            "after": day + timedelta(days=1),
            "office": office,
            "choices": [
                (code, named("customs_offices", code))
                for code in sorted(_offices(request.actor) or {one.office for one in found})
            ],
            "total": len(found),
            "setting": setting,
            "model": model,
            "lanes": [
                (lane, lane.name_and_meaning, sum(of[lane] for of in counts.values()))
                for lane in LANES
            ],
            "decided": [
                (by.text, [counts[by][lane] for lane in LANES], sum(counts[by].values()))
                for by in DECIDED
                if counts[by]
            ],
            "days": _offices_of(found, setting.selection.capacity if setting else {}),
            "page": page,
            "rows": [
                (one, cases.get(one.case), SelectedBy(one.by).text, reason_of(one))
                for one in page.object_list
            ],
            "may_list": bool(request.actor.offices),
        },
    )


@require_GET
def yields(request: PageRequest) -> HttpResponse:
    """What inspections found: rates without bias, targeted against random, and where."""
    request.actor.require("risk.view")
    told, ranked = told_by_inspections(), rankings()
    inspected = history.inspected()
    return render(
        request,
        "risk/yields.html",
        {
            "ranked": ranked,
            "fewest": FEWEST_SCORED,
            "ranking_rows": [
                (RANKINGS[name], of["finds"], of["recovered"]) for name, of in ranked.table.items()
            ],
            "told": told,
            "why": _why(told),
            "chart": _rates(told),
            "map": _heat(inspected),
            "inspected": inspected["id"].n_unique(),
            "finds": inspected.filter(pl.col("find") == 1)["id"].n_unique(),
            "lodged": history.declarations(),
            "table": _chapters(inspected),
        },
    )


def _day(request: PageRequest) -> date:
    text = request.GET.get("day", "")
    if not text:
        return timezone.localdate()
    try:
        return parse_date(text)
    except ValueError:
        raise Unusable.because(
            "request.date",
            "day",
            f"{text[:40]!r} is not a date like 2026-11-21.",
            f"“{text[:40]}”不是形如 2026-11-21 的日期。",
        ) from None


def _offices(actor: Actor) -> set[str] | None:
    """The offices whose figures an actor sees; None for all."""
    return None if Role.ANALYST in actor.roles else set(actor.offices)


def _offices_of(found: list[Selection], capacity: dict[str, int]) -> list[Office]:
    rows = []
    for code in sorted({one.office for one in found}):
        own = [one for one in found if one.office == code]
        red = [one for one in own if one.lane == Lane.RED]
        rows.append(
            Office(
                code,
                named("customs_offices", code),
                len(own),
                len(red),
                sum(one.by == "ranking" for one in red),
                capacity.get(code),
            )
        )
    return rows


def _rates(told: Estimates) -> list[Bar]:
    rows = [
        (_("drawn at random"), told.random),
        (_("targeted by rules and ranking"), told.targeted),
    ]
    return bars(
        [(name, Decimal(str(rate)), f"{rate:.1%}") for name, rate in rows if rate is not None]
    )


def _why(told: Estimates) -> Explanation | None:
    if told.rate is None:
        return None
    return Explanation(
        result=f"{told.rate:.1%}",
        inputs=[
            (_("Inspections of what was selected for one"), str(told.inspections)),
            (_("Interval, 95 %"), f"{told.low:.1%} – {told.high:.1%}"),
        ],
        formula=_(
            "Each inspection counts as many declarations as its probability of inspection "
            "says it stands for: Σ find/p ÷ Σ 1/p."
        ),
        note=_(
            "Inspections that an officer asked for beside the selection are left out: how "
            "likely they were is not known."
        ),
    )


def _heat(inspected: pl.DataFrame) -> str:
    """Finds by chapter of the goods and origin, where something was inspected."""
    table = _by_place(inspected)
    if table.is_empty():
        return ""
    chapters = sorted(table["chapter"].unique().to_list())
    origins = (
        table.group_by("origin")
        .agg(pl.col("inspected").sum())
        .sort("inspected", "origin", descending=[True, False])["origin"]
        .head(11)
        .to_list()
    )
    share = {
        (row["chapter"], row["origin"]): row["finds"] / row["inspected"] for row in table.to_dicts()
    }
    return heat_map(
        chapters,
        origins,
        [[share.get((chapter, origin)) for origin in origins] for chapter in chapters],
        _("Finds per inspection"),
    )


def _chapters(inspected: pl.DataFrame) -> list[dict[str, object]]:
    return _by_place(inspected).sort("finds", "inspected", descending=True).head(200).to_dicts()


def _by_place(inspected: pl.DataFrame) -> pl.DataFrame:
    known = inspected.filter(pl.col("code").is_not_null() & pl.col("origin").is_not_null())
    return (
        known.with_columns(pl.col("code").str.head(2).alias("chapter"))
        .group_by("chapter", "origin")
        .agg(
            pl.col("id").n_unique().alias("inspected"),
            pl.col("id").filter(pl.col("find") == 1).n_unique().alias("finds"),
        )
    )
