"""Facts of one goods item from what is known of the past on its day, for rules at the desk."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cached_property
from math import isnan
from operator import itemgetter
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
        past = sorted((row for row in rows if row["date"] < day), key=_DAY)
        finds = sorted(
            (row for row in past if row.get("find") == 1.0 and _known(row) < day), key=_known
        )
        self._day = day
        self._lodged = _Told(past, [_DAY(row) for row in past])
        self._finds = _Told(finds, [_known(row) for row in finds])
        self._counted: dict[Window, Counter[tuple[str, ...]]] = {}
        self._seen: dict[tuple[str, ...], set[tuple[str, ...]]] = {}

    def fact(self, name: str, row: Row) -> Any:
        """The value of a field for a goods item; None where it is not known."""
        if name in WINDOWS:
            return self._count(WINDOWS[name], row)
        if name in FIRST:
            return self._is_first(FIRST[name].by, row)
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

    def _is_first(self, by: tuple[str, ...], row: Row) -> bool | None:
        key = _key(by, row)
        if key is None:
            return None
        if by not in self._seen:
            self._seen[by] = self._lodged.since(date.min, by)
        return key not in self._seen[by]

    def _all(self, window: Window) -> Counter[tuple[str, ...]]:
        told = self._finds if window.counts == "finds" else self._lodged
        since = self._day - timedelta(days=window.days) if window.days < EVER else date.min
        once = told.since(since, (*window.by, window.distinct or "id"))
        return Counter([one[:-1] for one in once if all(one)])

    def _distance(self, row: Row) -> float | None:
        from sanzhi.customs.risk.desk import canonical  # noqa: PLC0415 - a heavy part, loaded when first used
        from sanzhi.customs.risk.references import distance_of  # noqa: PLC0415 - a heavy part, loaded when first used

        try:
            distance = distance_of(self._references, canonical(row))
        except Unusable:  # no code that goods could be compared by
            return None
        return None if isnan(distance) else distance

    @cached_property
    def _references(self) -> "References":
        from sanzhi.customs.risk.frames import frame_of  # noqa: PLC0415 - a heavy part, loaded when first used
        from sanzhi.customs.risk.references import READ, references_before  # noqa: PLC0415 - a heavy part, loaded when first used

        return references_before(frame_of(self._lodged.rows, READ), self._day)


class _Told:
    """Goods items by the day from which something is known of them. Columns are taken out of
    them when first asked for: counting over columns takes a quarter of the time."""

    def __init__(self, rows: list[Row], days: list[date]) -> None:
        """`days` rise."""
        self.rows = rows
        self._days = days
        self._columns: dict[str, list[Any]] = {}

    def since(self, day: date, names: tuple[str, ...]) -> set[tuple[Any, ...]]:
        """The distinct values of columns from a day on; what is not known is empty."""
        begun = bisect_left(self._days, day)
        return set(zip(*(self._column(name)[begun:] for name in names), strict=True))

    def _column(self, name: str) -> list[Any]:
        if name not in self._columns:
            self._columns[name] = [row.get(name) or "" for row in self.rows]
            if name == "id":  # a declaration without a name is one of its own
                self._columns[name] = [
                    one or place for place, one in enumerate(self._columns[name], start=1)
                ]
        return self._columns[name]


_DAY = itemgetter("date")


def _known(row: Row) -> date:
    """The day on which the outcome of a goods item was known."""
    day: date = row.get("outcome_date") or row["date"]
    return day


def _key(by: tuple[str, ...], row: Row) -> tuple[str, ...] | None:
    key = tuple([row.get(column) or "" for column in by])
    return key if all(key) else None
