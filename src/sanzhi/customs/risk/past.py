"""What is known of each declaration's goods and parties when it is lodged.

`in_training` describes every declaration of a training table by what was known on its own day;
`Tables` keeps the state after the last day, by which later declarations are described.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sanzhi.customs.risk.history import (
    first_of,
    known_before,
    lodged_before,
    outcomes_before,
)
from sanzhi.customs.risk.levels import GOODS, LEVELS, Level, all_keys, keys, keys_of, numbered
from sanzhi.customs.risk.links import LINKS, reached_after, reached_before
from sanzhi.customs.risk.lookup import Lookup
from sanzhi.customs.risk.references import AT, References, distances_by_month, references

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FOLDS = 5
#: Outcomes that weigh as much as what is known of the parent level.
SHRINKAGE = 20.0

#: Under their own keys stand the figures of links.
_LINKED = tuple(Level(link.name, "links", (link.of,), None, link.linked) for link in LINKS)
_ALL = (*LEVELS, *_LINKED, GOODS)
#: Where the levels of references stand among them.
_MEASURED = [next(place for place, level in enumerate(_ALL) if level.name == name) for name in AT]


@dataclass(frozen=True, slots=True)
class Past:
    """For each declaration: by level, the shrunk share of finds and the share of what was
    lodged; by link, the shrunk share of finds at those it leads to and the log of how many others
    the party dealt with; distances of the unit value; and what became of the very same goods."""

    share: dict[str, Floats]
    lodged: dict[str, Floats]
    linked: dict[str, Floats]
    partners: dict[str, Floats]
    distance: dict[str, Floats]
    goods_known: Floats
    goods_finds: Floats


def days(column: pl.Series) -> Ints:
    """Days as whole numbers."""
    return column.to_physical().to_numpy().astype(np.int64)


def outcomes_known(frame: pl.DataFrame) -> Ints:
    """The day each outcome was known: its own date, or that of the declaration."""
    return days(frame["outcome_date"].fill_null(frame["date"]))


def folds(goods: pl.Series) -> Ints:
    """The fold of each goods tuple: it hangs on the tuple's text and nothing else."""
    places, distinct = numbered(goods)
    return np.array([crc32(key.encode()) % FOLDS for key in distinct], dtype=np.int64)[places]


def in_training(frame: pl.DataFrame) -> Past:
    """Each row by what was known before its day, its own fold of goods left out.

    `frame` is canonical, with headings (`levels.with_headings`), in any order.
    """
    wide = all_keys(frame, _ALL)
    goods, _ = numbered(wide[GOODS.name])
    fold = folds(wide[GOODS.name])
    lodged, known, outcome = days(frame["date"]), outcomes_known(frame), _outcome(frame)
    once = _once(goods, known, outcome)
    base_known, base_finds = known_before(
        np.zeros_like(goods), fold, lodged, known, outcome, once, FOLDS
    )
    base = (base_finds + 1.0) / (base_known + 5.0)
    total = lodged_before(np.zeros_like(goods), lodged)
    share: dict[str, Floats] = {}
    presence: dict[str, Floats] = {}
    for level in LEVELS:
        group, _ = numbered(wide[level.name])
        weight = once if level.family == "goods" else np.ones(len(goods))
        weighed, finds = known_before(group, fold, lodged, known, outcome, weight, FOLDS)
        parent = share[level.parent] if level.parent else base
        share[level.name] = shrunk(weighed, finds, parent)
        presence[level.name] = presence_of(lodged_before(group, lodged), total)
    linked: dict[str, Floats] = {}
    partners: dict[str, Floats] = {}
    for link in LINKS:
        reached = reached_before(frame, link, fold, lodged, known, outcome, FOLDS)
        linked[link.name] = shrunk(reached.known, reached.finds, base)
        partners[link.name] = np.log1p(reached.partners)
    goods_known, goods_finds = outcomes_before(goods, lodged, known, outcome)
    return Past(
        share, presence, linked, partners, distances_by_month(frame), goods_known, goods_finds
    )


def shrunk(known: Floats, finds: Floats, parent: Floats) -> Floats:
    """Share of finds, drawn towards the parent level's where little is known."""
    return (finds + SHRINKAGE * parent) / (known + SHRINKAGE)


def presence_of(lodged: Floats, total: Floats | float) -> Floats:
    """Log of the share of all declarations that were of the group."""
    return np.log((lodged + 0.5) / (total + 1.0))


class Tables:
    """The state after the last day of training: counts by key, unit values, the whole."""

    def __init__(
        self, counts: pl.DataFrame, references: References, base: float, total: int
    ) -> None:
        """`counts` has the columns `key`, `known`, `finds` and `lodged`."""
        self.counts, self.references, self.base, self.total = counts, references, base, total
        self._lookup = Lookup(counts, 0.0)

    def of(self, frame: pl.DataFrame) -> Past:
        """Each row by what was known when the model was trained."""
        wide = all_keys(frame, _ALL)
        return self._past(self._lookup.of(wide), self.references.distances(frame, wide))

    def of_rows(self, rows: Sequence[Mapping[str, Any]]) -> Past:
        """The same of a few goods items as dictionaries (`levels.keys_of`)."""
        asked = [keys_of(row, _ALL) for row in rows]
        return self._past(
            self._lookup.of_rows(asked),
            self.references.distances_of(
                rows, [[row[place] for place in _MEASURED] for row in asked]
            ),
        )

    def _past(self, figures: Floats, distances: dict[str, Floats]) -> Past:
        known, finds, lodged = figures
        share: dict[str, Floats] = {}
        base = np.full(known.shape[1], self.base)
        for place, level in enumerate(LEVELS):
            share[level.name] = shrunk(
                known[place], finds[place], share[level.parent] if level.parent else base
            )
        presence = presence_of(lodged, self.total)
        links = {link.name: place for place, link in enumerate(LINKS, len(LEVELS))}
        return Past(
            share,
            {level.name: presence[place] for place, level in enumerate(LEVELS)},
            {name: shrunk(known[place], finds[place], base) for name, place in links.items()},
            {name: np.log1p(lodged[place]) for name, place in links.items()},
            distances,
            known[-1],
            finds[-1],
        )


def after(frame: pl.DataFrame) -> Tables:
    """The state after all of a training table."""
    wide = all_keys(frame, _ALL)
    goods, _ = numbered(wide[GOODS.name])
    outcome = _outcome(frame)
    once = _once(goods, outcomes_known(frame), outcome)
    every = (~np.isnan(outcome)).astype(float)
    base = (float((once * np.nan_to_num(outcome)).sum()) + 1.0) / (float(once.sum()) + 5.0)
    counts = [
        _counted(wide[level.name], outcome, once if level.family == "goods" else every)
        for level in LEVELS
    ]
    counts += [
        _of_link(reached_after(frame, link, outcome), level)
        for link, level in zip(LINKS, _LINKED, strict=True)
    ]
    counts.append(_counted(wide[GOODS.name], outcome, every))
    return Tables(pl.concat(counts), references(frame, wide), base, frame.height)


def _outcome(frame: pl.DataFrame) -> Floats:
    return frame["find"].cast(pl.Float64).fill_null(np.nan).to_numpy()


def _once(goods: Ints, known: Ints, outcome: Floats) -> Floats:
    """1 for the first known outcome of each goods tuple, 0 for its repeats."""
    has = np.flatnonzero(~np.isnan(outcome))
    once = np.zeros(len(goods))
    once[has[first_of(goods[has], known[has])]] = 1.0
    return once


def _counted(key: pl.Series, outcome: Floats, weight: Floats) -> pl.DataFrame:
    finds = weight * np.nan_to_num(outcome)
    return (
        pl.DataFrame({"key": key.rename("key"), "known": weight, "finds": finds})
        .group_by("key", maintain_order=True)
        .agg(pl.col("known", "finds").sum(), pl.len().cast(pl.Float64).alias("lodged"))
    )


def _of_link(figures: pl.DataFrame, level: Level) -> pl.DataFrame:
    """The figures of a link under the keys of its level."""
    [column] = level.of
    return figures.select(
        keys(figures.rename({"party": column}), level), "known", "finds", "lodged"
    )
