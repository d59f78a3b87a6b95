"""Facts of one goods item from what is known of the past on its day, for rules at the desk."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cached_property
from math import isnan
from typing import TYPE_CHECKING, Any

from sanzhi.core.findings import Unusable
from sanzhi.customs.risk.goods import Row
from sanzhi.customs.risk.rules.windows import EVER, FIRST, LINKED, WINDOWS, Window

if TYPE_CHECKING:  # its arithmetic is loaded by the first rule that compares unit values
    from sanzhi.customs.risk.references import References

#: What `Knowledge.fact` knows.
FACTS = frozenset((*WINDOWS, *FIRST, "linked_finds_365d", "unit_value_distance"))


class Knowledge:
    """The past as of the morning of a day. What rules ask for is counted when first asked."""

    def __init__(self, rows: Iterable[Row], day: date) -> None:
        """`rows` are goods items with outcomes (`goods.with_outcomes`)."""
        past = [row for row in rows if row["date"] < day]
        self._day = day
        self._lodged = [(row["date"], row) for row in past]
        self._finds = [(known, row) for row in past if row.get("find") == 1.0
                       and (known := row.get("outcome_date") or row["date"]) < day]
        self._counted: dict[Window, Counter[tuple[str, ...]]] = {}

    def fact(self, name: str, row: Row) -> Any:
        """The value of a field for a goods item; None where it is not known."""
        if name in WINDOWS:
            return self._count(WINDOWS[name], row)
        if name in FIRST:
            count = self._count(FIRST[name], row)
            return None if count is None else count == 0
        if name == "linked_finds_365d":
            counts = [(sign, self._count(window, row)) for sign, window in LINKED]
            known = [sign * count for sign, count in counts if count is not None]
            return sum(known) if known else None
        return self._distance(row)

    def _count(self, window: Window, row: Row) -> int | None:
        key = _key(window.by, row)
        if key is None:
            return None
        if window not in self._counted:
            self._counted[window] = self._all(window)
        return self._counted[window][key]

    def _all(self, window: Window) -> Counter[tuple[str, ...]]:
        since = self._day - timedelta(days=window.days) if window.days < EVER else date.min
        told = self._finds if window.counts == "finds" else self._lodged
        seen = set()
        for place, (day, row) in enumerate(told):
            key = _key(window.by, row)
            if key is not None and day >= since:
                once = row.get(window.distinct) if window.distinct else row.get("id") or place
                if once not in {None, ""}:
                    seen.add((key, once))
        return Counter(key for key, _ in seen)

    def _distance(self, row: Row) -> float | None:
        from sanzhi.customs.risk.desk import canonical  # noqa: PLC0415
        from sanzhi.customs.risk.references import distance_of  # noqa: PLC0415

        try:
            distance = distance_of(self._references, canonical(row))
        except Unusable:  # no code that goods could be compared by
            return None
        return None if isnan(distance) else distance

    @cached_property
    def _references(self) -> "References":
        from sanzhi.customs.risk.frames import frame_of  # noqa: PLC0415
        from sanzhi.customs.risk.references import references_before  # noqa: PLC0415

        return references_before(frame_of(row for _, row in self._lodged), self._day)


def _key(by: tuple[str, ...], row: Row) -> tuple[str, ...] | None:
    key = tuple([row.get(column) or "" for column in by])
    return key if all(key) else None
