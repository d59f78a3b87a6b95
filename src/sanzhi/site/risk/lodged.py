"""Goods items of every case as first lodged: kept in the store as short texts, and laid into the
columns of the past as the table `goods`.

Reading them from a declaration and its assessment takes a millisecond; of a large platform that
is minutes. They are made in the background, a batch at a time, and by whoever reads history for
what is still lacking.
"""

import logging
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from sanzhi.border.clearance.lanes import facts_of
from sanzhi.customs.risk.goods import Row, Trade, rows_of
from sanzhi.customs.risk.kept import FORMAT, KINDS, UNREADABLE, rows_from, text_of
from sanzhi.events.tables import Placed, Table, common_of
from sanzhi.site.clearance.models import Case, DeclarationVersion
from sanzhi.site.events.stored import events_of
from sanzhi.site.law.catalogue import pack
from sanzhi.site.risk import past
from sanzhi.site.risk.models import LodgedGoods
from sanzhi.site.storage import writing

logger = logging.getLogger(__name__)

#: Cases made together: a tenth of a second's work, and a few milliseconds of the writer's place.
BATCH = 100
#: Cases whose goods are read together.
_TOGETHER = 500


def make(before: datetime | None = None) -> int:
    """Make the rows of some cases that have none of today's format, of those lodged before a
    moment where one is given; how many cases, 0 where none lacks them. Safe in several processes
    at once: all of them make the same."""
    lacking = _lacking() if before is None else _lacking().filter(lodged_at__lt=before)
    return _make(list(lacking.order_by("pk").values_list("pk", flat=True)[:BATCH]))


def _make(lacking: list[int]) -> int:
    if not lacking:
        return 0
    first: dict[int, DeclarationVersion] = {}
    for version in (
        _assessed()
        .filter(case__in=lacking)
        .order_by("case_id", "version")
        .select_related("case__trader", "case__declarant")
    ):
        first.setdefault(version.case_id, version)
    told = {case: _told(version) for case, version in first.items()}
    with writing():  # in the order of cases: two that overlap wait for each other, and never both
        made = LodgedGoods.objects.bulk_create(
            [
                LodgedGoods(case_id=case, format=FORMAT, rows=text_of(rows))
                for case, rows in told.items()
            ],
            update_conflicts=True,
            unique_fields=["case"],
            update_fields=["format", "rows"],
        )
        past.replace(told)
    return len(made)


def table() -> Table:
    """Goods items as a table of the past: those of a case stand at its first assessment."""
    import polars as pl  # noqa: PLC0415 - a heavy part, loaded when first used

    types = {"text": pl.String(), "number": pl.Float64(), "flag": pl.Boolean(), "day": pl.Date()}
    columns = {name: types[kind] for name, kind in KINDS.items() if name != "id"}
    return Table("goods", ("clearance.assessed",), columns, _rows_of, version=FORMAT)


def _rows_of(placed: list[Placed]) -> list[dict[str, Any]]:
    """What is lacking of the cases is made first: not to be called while writing."""
    found: list[dict[str, Any]] = []
    for at in range(0, len(placed), _TOGETHER):
        part = placed[at : at + _TOGETHER]
        numbers = {one.event.case for one in part}
        told = events_of(numbers, "clearance.assessed").order_by("-sequence")
        first = dict(told.values_list("case", "sequence"))  # the first comes last
        lacking = list(_lacking().filter(number__in=numbers).values_list("pk", flat=True))
        for begun in range(0, len(lacking), BATCH):
            _make(lacking[begun : begun + BATCH])
        goods = dict(
            LodgedGoods.objects.filter(format=FORMAT, case__number__in=numbers).values_list(
                "case__number", "rows"
            )
        )
        for one in part:
            case = one.event.case
            if first.get(case) == one.event.sequence and case in goods:
                common = common_of(one)
                try:
                    rows = rows_from(goods[case])
                except UNREADABLE:  # named by verification; the rest of the past can be told
                    logger.warning("the goods kept of case %s cannot be read", case)
                    continue
                for row in rows:
                    del row["id"]
                    found.append(common | row)
    return found


def _lacking() -> QuerySet[Case]:
    """Cases without rows that can have them: the law's table was asked about what was lodged."""
    return Case.objects.filter(
        ~Exists(LodgedGoods.objects.filter(case=OuterRef("pk"), format=FORMAT)),
        Exists(_assessed().filter(case=OuterRef("pk"))),
    )


def _assessed() -> QuerySet[DeclarationVersion]:
    return DeclarationVersion.objects.exclude(assessment="")


def _told(version: DeclarationVersion) -> list[Row]:
    """The rows of a version; none where it cannot be read, so that the rest of history can."""
    try:
        return _rows(version)
    except Exception:  # whatever it is, clearance and the other cases do not wait for it
        logger.exception("the goods items of case %s cannot be read", version.case.number)
        return []


def _rows(version: DeclarationVersion) -> list[Row]:
    case, assessment, declaration = version.case, version.assessed, version.declaration
    if assessment is None:
        return []
    first = not Case.objects.filter(trader=case.trader_id, lodged_at__lt=case.lodged_at).exists()
    facts = facts_of(
        declaration, assessment, version.found, pack(), tier=case.trader.tier, first_time=first
    )
    trade = Trade(case.trader.credit_code, case.declarant.credit_code, case.trader.address)
    return rows_of(
        declaration,
        assessment,
        facts,
        case=case.number,
        lodged=pack().day_of(case.lodged_at),
        trade=trade,
    )
