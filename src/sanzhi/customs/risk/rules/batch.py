"""Rules for many goods items at once.

Text is numbered in its order, and the rows of each distinct value are kept together: the rows of a
listed value or a prefix are slices that nothing has to be asked for. A rule begins with its
condition that finds fewest rows so, and asks the others of these rows alone.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sanzhi.customs.risk.rules.fields import FIELDS
from sanzhi.selectivity.condition import Condition, compiled
from sanzhi.selectivity.rule import Rule

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]

_LAST = "\U0010ffff"


class _Text:
    """A column of text: its distinct values in order, where each row's stands among them, and the
    rows of each."""

    def __init__(self, column: pl.Series) -> None:
        text = column.cast(pl.String)
        known = text.drop_nulls().unique()
        self.distinct: list[str | None] = sorted(known.to_list())
        self._known: list[str] = [one for one in self.distinct if one is not None]
        place = {value: at for at, value in enumerate(self._known)}
        none = len(self.distinct)
        self.places = text.replace_strict(place, default=none, return_dtype=pl.UInt32).to_numpy()
        self.distinct.append(None)
        self._order = np.argsort(self.places, kind="stable")
        self._starts = np.searchsorted(self.places[self._order], np.arange(none + 2))

    def slices(self, condition: Condition) -> list[tuple[int, int]]:
        """First and last place among the distinct values, for `in` and `starts`."""
        found = set()
        for value in condition.values:
            first = bisect_left(self._known, value)
            if condition.test == "starts":
                found.add((first, bisect_left(self._known, value + _LAST)))
            elif first < len(self._known) and self._known[first] == value:
                found.add((first, first + 1))
        merged: list[tuple[int, int]] = []
        for first, last in sorted(found):
            if merged and first < merged[-1][1]:
                merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
            elif first < last:
                merged.append((first, last))
        return merged

    def count(self, slices: list[tuple[int, int]]) -> int:
        return int(sum(self._starts[last] - self._starts[first] for first, last in slices))

    def rows(self, slices: list[tuple[int, int]]) -> Rows:
        parts = [self._order[self._starts[first] : self._starts[last]] for first, last in slices]
        found: Rows = np.concatenate(parts) if parts else np.empty(0, dtype=np.int64)
        return found


class Items:
    """A table of goods items, a column a field, made ready for rules. A field without a column
    is not known of any item."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.height = frame.height
        self._frame = frame
        self._texts: dict[str, _Text] = {}
        self._numbers: dict[str, NDArray[np.float64]] = {}
        self._answers: dict[Condition, Mask] = {}

    def narrowed(self, when: Sequence[Condition]) -> tuple[Rows | None, Condition | None]:
        """Rows of the look-up condition that finds fewest, and that condition; None where no
        condition can be looked up."""
        best: tuple[int, Condition, _Text, list[tuple[int, int]]] | None = None
        for one in when:
            if one.test in {"in", "starts"} and one.field in self._frame.columns:
                text = self._text(one.field)
                slices = text.slices(one)
                count = text.count(slices)
                if best is None or count < best[0]:
                    best = (count, one, text, slices)
        return (best[2].rows(best[3]), best[1]) if best else (None, None)

    def satisfying(self, condition: Condition, rows: Rows) -> Rows:
        """Those of the rows that satisfy a condition."""
        name = condition.field
        if name not in self._frame.columns:
            return rows if compiled(condition, FIELDS[name])(None) else rows[:0]
        if FIELDS[name].kind == "text":
            if condition not in self._answers:
                holds = compiled(condition, FIELDS[name])
                self._answers[condition] = np.array(
                    [holds(value) for value in self._text(name).distinct], dtype=np.bool_
                )
            kept: Mask = self._answers[condition][self._text(name).places[rows]]
        else:
            kept = _holds(condition, self._number(name)[rows])
        satisfying: Rows = rows[kept]
        return satisfying

    @cached_property
    def all(self) -> Rows:
        return np.arange(self.height, dtype=np.int64)

    def _text(self, name: str) -> _Text:
        if name not in self._texts:
            self._texts[name] = _Text(self._frame[name])
        return self._texts[name]

    def _number(self, name: str) -> NDArray[np.float64]:
        """A column of numbers or flags; NaN where not known."""
        if name not in self._numbers:
            self._numbers[name] = self._frame[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
        return self._numbers[name]


def hits(rules: Sequence[Rule], items: Items) -> list[Rows]:
    """For each rule the rows it holds for, ascending."""
    found = []
    for rule in rules:
        rows, by = items.narrowed(rule.when)
        rows = items.all if rows is None else rows
        for condition in rule.when:
            if condition is not by and len(rows):
                rows = items.satisfying(condition, rows)
        found.append(np.sort(rows))
    return found


def _holds(condition: Condition, values: NDArray[np.float64]) -> Mask:
    """A condition on numbers or flags."""
    unknown: Mask = np.isnan(values)
    if condition.test in {"missing", "known"}:
        return unknown if condition.test == "missing" else ~unknown
    if condition.test == "is":
        wanted: Mask = values == (1.0 if condition.values == ("true",) else 0.0)
        return wanted
    found: Mask = ~unknown
    if condition.low is not None:
        found &= values >= condition.low if condition.low_in else values > condition.low
    if condition.high is not None:
        found &= values <= condition.high if condition.high_in else values < condition.high
    return found
