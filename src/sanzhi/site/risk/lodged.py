"""Goods items of every case as first lodged, kept in the store.

Reading them from a declaration and its assessment takes a millisecond; of a large platform that
is minutes. They are made in the background, a batch at a time, and by whoever reads history for
what is still lacking. Nothing is made within a lodging.
"""

import logging
from collections.abc import Set as AbstractSet
from datetime import date, datetime

from django.db.models import Exists, OuterRef, QuerySet

from sanzhi.border.clearance.lanes import facts_of
from sanzhi.core.dates import CHINA
from sanzhi.customs.risk.goods import Row, Trade, rows_of
from sanzhi.customs.risk.kept import FORMAT, rows_from, text_of
from sanzhi.site.clearance.models import Case, DeclarationVersion
from sanzhi.site.law.catalogue import pack
from sanzhi.site.risk.models import LodgedGoods
from sanzhi.site.storage import writing

logger = logging.getLogger(__name__)

#: Cases made together: a tenth of a second's work, and a few milliseconds of the writer's place.
BATCH = 100
#: As many cases are asked for by number at most; for more, all are read.
_BY_NUMBER = 500


def make() -> int:
    """Make the rows of some cases that have none of today's format; how many cases, 0 where none
    lacks them. Safe in several processes at once: all of them make the same."""
    lacking = list(_lacking().order_by("pk").values_list("pk", flat=True)[:BATCH])
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
    fresh = [
        LodgedGoods(case_id=case, format=FORMAT, rows=text_of(_told(version)))
        for case, version in first.items()
    ]
    with writing():  # in the order of cases: two that overlap wait for each other, and never both
        LodgedGoods.objects.bulk_create(
            fresh, update_conflicts=True, unique_fields=["case"], update_fields=["format", "rows"]
        )
    return len(fresh)


def stored(numbers: AbstractSet[str]) -> dict[str, list[Row]]:
    """Case → its rows, of those cases that have them."""
    kept = LodgedGoods.objects.filter(format=FORMAT)
    if len(numbers) <= _BY_NUMBER:
        kept = kept.filter(case__number__in=numbers)
    return {
        number: rows_from(text)
        for number, text in kept.values_list("case__number", "rows").iterator(2000)
        if number in numbers
    }


def day_of(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()


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
        declaration, assessment, facts, case=case.number, lodged=day_of(case.lodged_at), trade=trade
    )
