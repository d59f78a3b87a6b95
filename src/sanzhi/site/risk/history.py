"""The platform's own history: goods items as they were lodged, and what inspections found.

Everything is read from what is kept of the cases (`lodged`) and from the log. What a process has
read of a case it keeps: what was lodged does not change.
"""

import json
from datetime import date
from threading import Lock
from typing import TYPE_CHECKING, Any

from sanzhi.border.clearance.codes import InspectionResult
from sanzhi.customs.risk.goods import Row, with_outcomes
from sanzhi.customs.risk.rules.fields import FIELDS
from sanzhi.site.clearance.models import Case
from sanzhi.site.events.models import EventRecord
from sanzhi.site.risk.lodged import day_of, make, stored

if TYPE_CHECKING:  # imported when first used: rules at the desk read items, and need no frame
    import polars as pl

_LOCK = Lock()
_read: dict[str, list[Row]] = {}
"""Case number → its goods items."""


def history() -> "pl.DataFrame":
    """Every goods item that was accepted, a column a field of rules, with `id` (the case),
    `find`, `recovered`: what a table of rules is tried on."""
    import polars as pl  # noqa: PLC0415 - a heavy part, loaded when first used

    from sanzhi.customs.risk.frames import frame_of  # noqa: PLC0415 - a heavy part, loaded when first used
    from sanzhi.customs.risk.rules.facts import items_of  # noqa: PLC0415 - a heavy part, loaded when first used

    rows = items()
    known = items_of(frame_of(rows))
    own = [
        name
        for name in FIELDS
        if name == "first_time_trader"
        or (name not in known.columns and name not in {"score", "expected_revenue"})
    ]
    kinds = {"text": pl.String, "number": pl.Float64, "flag": pl.Boolean}
    return known.with_columns(
        pl.Series(name, [row.get(name) for row in rows], dtype=kinds[FIELDS[name].kind])
        for name in own
    )


def canonical() -> "pl.DataFrame":
    """The same as the frame that models learn from."""
    from sanzhi.customs.risk.frames import canonical_of  # noqa: PLC0415 - a heavy part, loaded when first used

    return canonical_of(items())


def items() -> list[Row]:
    """Goods items with outcomes, in the order of lodging. What is lacking in the store is made
    first, so that nothing depends on who made it: not to be called while writing."""
    with _LOCK:
        standing = list(Case.objects.order_by("lodged_at", "pk").values_list("number", flat=True))
        new = set(standing) - _read.keys()
        if new:
            while make():
                pass
            _read.update(stored(new))
        rows = [row for number in standing for row in _read.get(number, ())]
    return with_outcomes(rows, outcomes())


def outcomes() -> dict[str, tuple[bool, date, float]]:
    """Case → whether its inspection found something, on which day, and what was recovered."""
    told = (
        EventRecord.objects.filter(kind="clearance.inspected")
        .order_by("id")
        .values_list("case", "payload", "time")
    )
    found: dict[str, tuple[bool, date, float]] = {}
    wrong: dict[str, date] = {}
    for case, payload, time in told.iterator(2000):
        said: dict[str, Any] = json.loads(payload)
        if said["result"] == InspectionResult.DISCREPANCY:
            wrong.setdefault(case, day_of(time))
        found.setdefault(case, (False, day_of(time), 0.0))
    recovered = _recovered(list(wrong))
    return found | {case: (True, day, recovered.get(case, 0.0)) for case, day in wrong.items()}


def _recovered(cases: list[str]) -> dict[str, float]:
    """What the taxes of a case rose by between its first assessment and its last, or the
    correction after release that took its place."""
    totals: dict[str, list[float]] = {}
    kinds = {"clearance.assessed": "total", "clearance.corrected": "after"}
    for at in range(0, len(cases), 500):
        told = EventRecord.objects.filter(
            case__in=cases[at : at + 500], kind__in=list(kinds)
        ).order_by("case", "sequence")
        for case, kind, payload in told.values_list("case", "kind", "payload"):
            totals.setdefault(case, []).append(float(json.loads(payload)[kinds[kind]]))
    return {case: max(0.0, of[-1] - of[0]) for case, of in totals.items()}
