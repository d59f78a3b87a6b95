"""The past as it was known on the morning of a day, for rules at the desk.

What a field counts is said here and in `windows`; whoever keeps the past answers single questions
of it, each by an index, so that a desk need not hold all that was ever lodged.
"""

from collections.abc import Mapping
from datetime import date
from math import isnan
from typing import TYPE_CHECKING, Any, Protocol

from sanzhi.core.findings import Unusable
from sanzhi.customs.risk.goods import Row
from sanzhi.customs.risk.rules.windows import FIRST, LINKED, WINDOWS, Window

if TYPE_CHECKING:  # its arithmetic is loaded by the first rule that compares unit values
    from sanzhi.customs.risk.references import References

#: What `Knowledge.fact` knows.
FACTS = frozenset((*WINDOWS, *FIRST, "linked_finds_365d", "unit_value_distance"))


class Past(Protocol):
    """Goods items lodged, and finds known, before a day."""

    def count(self, window: Window, key: Mapping[str, str], day: date) -> int:
        """What a window counts that ends before the day, of the goods items with these values;
        of one that reaches back to the first declaration 0, or any number above."""

    def references(self, row: Row, day: date) -> "References":
        """References for a goods item, from the months before that of the day; `row` holds the
        canonical columns and the headings."""


class Knowledge:
    """What rules ask of the past on the morning of a day, for one declaration: what its goods
    items share is asked once."""

    def __init__(self, past: Past, day: date) -> None:
        self._past, self._day = past, day
        self._counts: dict[tuple[Window, tuple[str, ...]], int] = {}

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
        key = {column: row.get(column) or "" for column in window.by}
        if not all(key.values()):
            return None
        asked = (window, tuple(key.values()))
        if asked not in self._counts:
            self._counts[asked] = self._past.count(window, key, self._day)
        return self._counts[asked]

    def _distance(self, row: Row) -> float | None:
        from sanzhi.customs.risk.desk import canonical  # noqa: PLC0415 - a heavy part, loaded when first used
        from sanzhi.customs.risk.references import distance_of  # noqa: PLC0415 - a heavy part, loaded when first used

        try:
            goods = canonical(row)
        except Unusable:  # no code that goods could be compared by
            return None
        distance = distance_of(self._past.references(goods, self._day), goods)
        return None if isnan(distance) else distance
