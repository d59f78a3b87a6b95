"""Goods items in narrow rows (`PastGoods`), for the questions that rules at the desk ask.

They are made with the kept texts of `lodged`, and what an inspection finds is put beside them in
the transaction that writes it. Nothing is the witness but the log and what was declared.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256

from django.db.models import Exists, OuterRef, TextField
from django.db.models.functions import Cast

from sanzhi.border.clearance.codes import InspectionResult
from sanzhi.border.clearance.events import Inspected
from sanzhi.core.findings import Finding, Text
from sanzhi.customs.risk.goods import Row
from sanzhi.customs.risk.kept import FORMAT, UNREADABLE, rows_from
from sanzhi.site.clearance.models import Case
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.stored import events_of
from sanzhi.site.hooks import Following, Written
from sanzhi.site.law.catalogue import pack
from sanzhi.site.risk.models import LodgedGoods, PastGoods

#: What a row takes of a goods item; what is not known is empty.
_TEXTS = ("importer", "declarant", "seller", "importer_address", "code", "origin", "departure")
#: What goods have of their case: its day and parties.
_LODGED = ("case__lodged_at", "case__trader__credit_code", "case__declarant__credit_code")
#: Signs of a text that is held as it is.
_LONGEST = 100
#: Cases that are compared together.
_TOGETHER = 500


def replace(goods: Mapping[int, Sequence[Row]]) -> None:
    """Put the rows of some cases, within the transaction that writes their goods. The cases are
    held meanwhile, as `take` holds its own: a find stands in the log for one, or here for the
    other."""
    held = Case.objects.select_for_update().filter(pk__in=list(goods)).order_by("pk")
    cases = dict(held.values_list("number", "pk"))
    PastGoods.objects.filter(case__in=list(goods)).delete()
    PastGoods.objects.bulk_create(_rows(goods, cases))


def take(written: Sequence[Written]) -> None:
    """Put what inspections found beside the goods."""
    for one in written:
        if (
            isinstance(one.payload, Inspected)
            and one.payload.result is InspectionResult.DISCREPANCY
        ):
            [case] = Case.objects.select_for_update().filter(number=one.case).values_list("pk")
            goods = PastGoods.objects.filter(case=case[0], found__isnull=True)
            goods.update(found=_day(one.time))


def short(text: str) -> str:
    """A text as rows hold it and are asked for it: a long one by its hash, so that an index of
    either database takes whatever was declared."""
    return text if len(text) <= _LONGEST else sha256(text.encode()).hexdigest()


FOLLOWING = Following(frozenset(("clearance.inspected",)), take)


def differences() -> Iterator[Finding]:
    """A finding for every case whose rows are not those of its goods and of what was found, or
    whose goods are not of its day and parties, or that was never assessed."""
    last = 0
    while batch := list(
        LodgedGoods.objects.filter(case__gt=last, format=FORMAT)
        .order_by("case")
        .values_list("case_id", "case__number", "rows", *_LODGED)[:_TOGETHER]
    ):
        last = batch[-1][0]
        cases = {number: case for case, number, *_ in batch}
        goods: dict[int, Sequence[Row]] = {}
        for case, number, text, *lodged in batch:
            try:
                goods[case] = rows_from(text)
                if not all(_is_of(row, *lodged) for row in goods[case]):
                    yield _differs(number)
            except UNREADABLE:
                yield _differs(number)
                del cases[number]
        told = _rows(goods, cases)
        meant = Counter(map(_said, told))
        # Days as they are stored: what is none would be read as nothing, and count in questions.
        rows = PastGoods.objects.filter(case__in=list(cases.values())).annotate(
            on=Cast("date", TextField()), day=Cast("found", TextField())
        )
        stored = Counter(rows.values_list("case", *_TEXTS, "on", "day").iterator())
        off = {case for case, *_ in (*(meant - stored), *(stored - meant))}
        yield from (_differs(number) for number, case in cases.items() if case in off)
    kept = LodgedGoods.objects.filter(case=OuterRef("case"), format=FORMAT)
    assessed = EventRecord.objects.told().filter(
        case=OuterRef("case__number"), kind="clearance.assessed"
    )
    invented = {
        *PastGoods.objects.exclude(Exists(kept)).values_list("case__number", flat=True),
        *LodgedGoods.objects.exclude(Exists(assessed)).values_list("case__number", flat=True),
    }
    yield from map(_differs, sorted(invented))


def _is_of(row: Row, moment: datetime, importer: str, declarant: str) -> bool:
    """Whether goods are of the day and the parties that the case was lodged with."""
    return (row["date"], row["importer"], row["declarant"]) == (_day(moment), importer, declarant)


def _said(row: PastGoods) -> tuple[str | int | None, ...]:
    texts = (getattr(row, name) for name in _TEXTS)
    found = row.found.isoformat() if row.found else None
    return (row.case_id, *texts, str(row.date), found)


def _rows(goods: Mapping[int, Sequence[Row]], cases: Mapping[str, int]) -> Iterator[PastGoods]:
    found = _found(cases)
    for case, rows in goods.items():
        for row in rows:
            texts = {name: short(row.get(name) or "") for name in _TEXTS}
            yield PastGoods(case_id=case, date=row["date"], found=found.get(case), **texts)


def _found(cases: Mapping[str, int]) -> dict[int, date]:
    """Case → the day on which an inspection of it first found something."""
    told = events_of(cases.keys(), "clearance.inspected")
    days: dict[int, date] = {}
    for event in told.order_by("sequence"):
        if event.content.get("result") == InspectionResult.DISCREPANCY:
            days.setdefault(cases[event.case], _day(event.time))
    return days


def _day(moment: datetime) -> date:
    return pack().day_of(moment)


def _differs(case: str) -> Finding:
    return Finding(
        code="past.changed",
        path=case,
        text=Text(
            f"The goods kept of {case} for questions of the past are not what was lodged and "
            "found.",
            f"{case} 供历史查询的商品记录与申报及查验结果不符。",
        ),
        mend=Text(
            "Delete its rows of risk_pastgoods and risk_lodgedgoods: they are made anew.",
            "请删除其在 risk_pastgoods 与 risk_lodgedgoods 表中的记录，系统将重新生成。",
        ),
    )
