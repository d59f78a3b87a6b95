"""What was known by a day: counts and finds before it, at every level.

Nothing here looks forward: an outcome counts from the day after it was known, and a declaration
from the day after it was lodged. Outcomes are counted out of fold: those of a row's own fold of
goods tuples are left out, so that no row is described by its own goods' outcomes. The fold
hangs on the goods tuple alone and never on what else is in the table.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Days in the number line of one group; farther apart than any two dates.
_SPAN = 10_000_000


@dataclass(frozen=True, slots=True)
class Ledger:
    """Things that happened in groups on days, to be summed up to a day."""

    line: Ints
    weight: Floats
    found: Floats

    @classmethod
    def of(cls, group: Ints, day: Ints, weight: Floats, found: Floats) -> "Ledger":
        """`weight` counts, `found` the finds among them (weight times outcome)."""
        line = group * _SPAN + day
        order = np.argsort(line, kind="stable")
        zero = np.zeros(1)
        return cls(
            line[order],
            np.concatenate([zero, np.cumsum(weight[order])]),
            np.concatenate([zero, np.cumsum(found[order])]),
        )

    def before(self, group: Ints, day: Ints) -> tuple[Floats, Floats]:
        """Weight and finds of each group strictly before each day."""
        end = np.searchsorted(self.line, group * _SPAN + day, side="left")
        begin = np.searchsorted(self.line, group * _SPAN, side="left")
        return self.weight[end] - self.weight[begin], self.found[end] - self.found[begin]


def first_of(group: Ints, day: Ints) -> NDArray[np.bool_]:
    """Which rows are the earliest of their group (of equals, the first in the table)."""
    order = np.lexsort((np.arange(len(group)), day, group))
    first = np.zeros(len(group), dtype=bool)
    first[order] = np.concatenate([[True], np.diff(group[order]) != 0]) if len(group) else []
    return first


def known_before(
    group: Ints, fold: Ints, lodged: Ints, known: Ints, outcome: Floats, weight: Floats, folds: int
) -> tuple[Floats, Floats]:
    """For each row, outcomes of its group and the finds among them, known before it was lodged
    and out of its fold. Rows without an outcome (NaN) count nothing."""
    has = ~np.isnan(outcome)
    w, found = weight[has], weight[has] * outcome[has]
    whole = Ledger.of(group[has], known[has], w, found)
    cell = group * folds + fold
    own = Ledger.of(cell[has], known[has], w, found)
    all_weight, all_found = whole.before(group, lodged)
    own_weight, own_found = own.before(cell, lodged)
    return all_weight - own_weight, all_found - own_found


def lodged_before(group: Ints, lodged: Ints) -> Floats:
    """For each row, the declarations of its group lodged before its day."""
    ones = np.ones(len(group))
    return Ledger.of(group, lodged, ones, ones).before(group, lodged)[0]


def outcomes_before(
    group: Ints, lodged: Ints, known: Ints, outcome: Floats
) -> tuple[Floats, Floats]:
    """For each row, outcomes of its group and the finds among them, known before its day: the
    memory of the very same goods, which no feature may use."""
    has = ~np.isnan(outcome)
    ledger = Ledger.of(group[has], known[has], np.ones(int(has.sum())), outcome[has])
    return ledger.before(group, lodged)
