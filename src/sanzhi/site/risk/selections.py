"""Selections in columns: taken from the events within the transaction that writes them.

A rank, or an inspection of the day, counts from the moment the consignment is stored, in every
process alike, and not before: a lodging that fails or is sent again leaves nothing.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from itertools import islice
from typing import TypeVar

from django.db import connection
from django.db.models import Exists, OuterRef

from sanzhi.border.clearance.codes import SelectedBy
from sanzhi.border.clearance.events import LaneAssigned, Lodged, RiskAssessed
from sanzhi.core.findings import Finding, Text
from sanzhi.customs.risk.ranking import Ranking, rank
from sanzhi.events import VOCABULARY
from sanzhi.selectivity.lanes import Lane
from sanzhi.site.events.models import EventRecord
from sanzhi.site.hooks import Following, Written
from sanzhi.site.law.catalogue import pack
from sanzhi.site.risk.models import Selection
from sanzhi.site.storage import insert, writing

T = TypeVar("T")

#: What a selection is told by: what officers read stands before what everybody is told.
KINDS = frozenset(("clearance.risk_assessed", "clearance.lane_assigned"))
#: What names the office that a case is lodged with.
_LODGED = "clearance.lodged"
#: Recent declarations of an office that a new one is ranked among.
RECENT = 1000
#: Ranking → the column that holds what it orders by.
COLUMNS: dict[Ranking, str] = {
    "probability": "score",
    "expected_revenue": "revenue",
    "blend": "blend",
}


def take(written: Sequence[Written]) -> None:
    """Keep the selections among events that were just written."""
    insert(list(_selections(written)))


FOLLOWING = Following(KINDS | {_LODGED}, take)


def window(office: str, model: str, ranking: Ranking) -> list[float]:
    """What the office's recent declarations are ordered by, as the model scored them."""
    column = COLUMNS[ranking]
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT "{column}" FROM {Selection._meta.db_table} WHERE office = %s '  # noqa: S608 - names of our own tables
            'AND "model" = %s AND score IS NOT NULL ORDER BY id DESC LIMIT %s',
            [office, model, RECENT],
        )
        return [value for (value,) in cursor.fetchall()]


def inspections(office: str, moment: datetime) -> int:
    """Inspections that the ranking asked for at an office on the day of a moment."""
    begun = datetime.combine(pack().day_of(moment), time.min, pack().zone)
    return Selection.objects.filter(
        office=office, at__gte=begun, own_by=SelectedBy.RANKING, own_lane=Lane.RED
    ).count()


def make() -> int:
    """Fill the table from the log where it is empty; how many selections."""
    if Selection.objects.exists():
        return 0
    with writing():
        return len(Selection.objects.bulk_create(_selections(_logged()), batch_size=500))


def differences() -> Iterator[Finding]:
    """A finding for every selection that is not what the log tells."""
    names = [field.attname for field in Selection._meta.concrete_fields if field.name != "id"]
    for batch in _batches(_selections(_logged()), 500):
        rows = Selection.objects.filter(case__in={one.case for one in batch}).values_list(*names)
        stored = {(row[0], row[1]): row for row in rows}
        for one in batch:
            if stored.get((one.case, one.sequence)) != tuple(getattr(one, name) for name in names):
                yield _differs(one.case, one.sequence)
    told = EventRecord.objects.told().filter(
        case=OuterRef("case"), sequence=OuterRef("sequence"), kind="clearance.lane_assigned"
    )
    for case, sequence in Selection.objects.exclude(Exists(told)).values_list("case", "sequence"):
        yield _differs(case, sequence)


def _batches(every: Iterator[T], size: int) -> Iterator[list[T]]:
    while batch := list(islice(every, size)):
        yield batch


def _differs(case: str, sequence: int) -> Finding:
    return Finding(
        code="selections.changed",
        path=f"{case}/{sequence}",
        text=Text(
            f"The selection kept of {case} is not what its events {sequence} say.",
            f"{case} 的布控记录与第 {sequence} 号事件所载不符。",
        ),
        mend=Text(
            "Empty the table risk_selection: it is filled again from the log.",
            "清空 risk_selection 表，系统将据日志重建。",
        ),
    )


def _logged() -> Iterator[Written]:
    told = EventRecord.objects.told().filter(kind__in=KINDS).order_by("id")
    for event in told.iterator(chunk_size=2000):
        yield Written(
            event.case, event.sequence, event.time, VOCABULARY.read(event.kind, event.content)
        )


def _selections(told: Iterable[Written]) -> Iterator[Selection]:
    own: dict[str, RiskAssessed] = {}
    for batch in _batches(iter(told), 500):
        offices = _offices(batch)
        for one in batch:
            if isinstance(one.payload, RiskAssessed):
                own[one.case] = one.payload
            elif isinstance(one.payload, LaneAssigned):
                office = offices.get(one.case, "")
                yield _selection(one, office, one.payload, own.pop(one.case, None))


def _offices(told: Iterable[Written]) -> dict[str, str]:
    """The office that each case was lodged with: told in the same transaction, or before."""
    found = {one.case: one.payload.office for one in told if isinstance(one.payload, Lodged)}
    before = {one.case for one in told if isinstance(one.payload, LaneAssigned)} - found.keys()
    if before:
        lodged = EventRecord.objects.told().filter(case__in=before, kind=_LODGED)
        found |= {event.case: str(event.content.get("office", "")) for event in lodged}
    return found


def _selection(
    told: Written, office: str, law: LaneAssigned, own: RiskAssessed | None
) -> Selection:
    found = Selection(
        case=told.case,
        sequence=told.sequence,
        office=office,
        at=told.time,
        lane=law.lane.value,
        by=(own.by if own and law.by is SelectedBy.RISK else law.by).value,
        row=law.rule,
        floor=_number(law.floor or ""),
    )
    if own is None:
        return found
    score, revenue = _number(own.score), _number(own.expected_revenue)
    found.own_lane, found.own_by = own.lane.value, own.by.value
    found.setting = int(own.setting) if own.setting else None
    found.rules = " ".join(own.rules)
    found.propensity = _number(own.propensity)
    found.model, found.score, found.revenue = own.model, score, revenue
    if score is not None and revenue is not None:
        found.blend = rank("blend", score, revenue)
    found.challenger = own.challenger
    found.challenger_score = _number(own.challenger_score)
    return found


def _number(text: str) -> float | None:
    return float(text) if text else None
