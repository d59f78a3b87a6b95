"""Trying a table on history: what it would have hit, and what of that was found."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sanzhi.customs.risk.rules.batch import Items, Rows, hits
from sanzhi.selectivity.lanes import STRICTEST
from sanzhi.selectivity.rule import Rule

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tried:
    """What one rule, or all of them, would have hit. `known` of the hits have an outcome, `finds`
    of these were found wanting; `precision` is finds / known, None without any. `alone` counts
    declarations that no other rule hits. `recovered` is the duty and tax recovered at finds."""

    rule: str
    declarations: int
    share: float
    known: int
    finds: int
    precision: float | None
    found_share: float | None
    """Of all finds of the history, those the rule would have hit."""
    alone: int
    recovered: float


@dataclass(frozen=True, slots=True)
class Trial:
    """A table tried on `declarations`, of which `known` have an outcome and `finds` are finds."""

    declarations: int
    known: int
    finds: int
    together: Tried
    rules: tuple[Tried, ...]
    lanes: dict[str, int]
    """Declarations by the strictest lane that rules ask for."""


def back_test(rules: Sequence[Rule], history: pl.DataFrame) -> Trial:
    """Try rules on a table of goods items: a column a field, and `id` (rows of one declaration
    share it; without it each row is one), `find` (1, 0, or not known), `recovered`."""
    numbers = _declarations(history)
    count = int(numbers.max()) + 1 if len(numbers) else 0
    outcome = _of_declarations(history, "find", numbers, count)
    recovered = np.nan_to_num(_of_declarations(history, "recovered", numbers, count))
    found = [np.unique(numbers[rows]) for rows in hits(rules, Items(history))]
    often = np.zeros(count, dtype=np.int64)
    lane = np.full(count, len(STRICTEST) - 1)
    for rule, of in zip(rules, found, strict=True):
        often[of] += 1
        lane[of] = np.minimum(lane[of], STRICTEST.index(rule.lane))
    known, finds = ~np.isnan(outcome), outcome == 1
    made = [
        _tried(rule.id, of, often, known, finds, recovered)
        for rule, of in zip(rules, found, strict=True)
    ]
    whole = _tried("", np.flatnonzero(often), often, known, finds, recovered)
    return Trial(
        count,
        int(known.sum()),
        int(finds.sum()),
        whole,
        tuple(made),
        {str(name): int((lane == at).sum()) for at, name in enumerate(STRICTEST)},
    )


def _tried(
    name: str,
    of: Rows,
    often: Rows,
    known: NDArray[np.bool_],
    finds: NDArray[np.bool_],
    recovered: Floats,
) -> Tried:
    seen, caught, all_finds = int(known[of].sum()), int(finds[of].sum()), int(finds.sum())
    return Tried(
        name,
        len(of),
        len(of) / len(often) if len(often) else 0.0,
        seen,
        caught,
        caught / seen if seen else None,
        caught / all_finds if all_finds else None,
        int((often[of] == 1).sum()),
        float(recovered[of][finds[of]].sum()),
    )


def _declarations(history: pl.DataFrame) -> Rows:
    """The number of each row's declaration, from 0."""
    if "id" not in history.columns or history["id"].null_count() == history.height:
        return np.arange(history.height, dtype=np.int64)
    own = pl.col("id").cast(pl.String)
    text = history.select(
        pl.when(own.is_null())
        .then(pl.lit("\0") + pl.int_range(pl.len()).cast(pl.String))
        .otherwise(own)
        .alias("id")
    )["id"]
    found: Rows = text.rank("dense").to_numpy().astype(np.int64) - 1
    return found


def _of_declarations(history: pl.DataFrame, name: str, numbers: Rows, count: int) -> Floats:
    """The largest value of a column in each declaration; NaN where none is known."""
    found = np.full(count, np.nan)
    if name in history.columns:
        values = history[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
        known = ~np.isnan(values)
        np.fmax.at(found, numbers[known], values[known])
    return found
