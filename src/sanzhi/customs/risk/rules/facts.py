"""Fields of rules from a table of past declarations, each by what was known on its own day."""

from collections.abc import Iterator, Set

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sanzhi.customs.risk.levels import with_headings
from sanzhi.customs.risk.references import distances_by_month
from sanzhi.customs.risk.rules.fields import FIELDS
from sanzhi.customs.risk.rules.windows import FIRST, LINKED, WINDOWS, Window

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Days in the number line of one group; farther apart than any two dates.
_SPAN = 10_000_000


def items_of(frame: pl.DataFrame, fields: Set[str] = FIELDS.keys()) -> pl.DataFrame:
    """The items of a canonical table (`reading.read`, with outcomes where it has them), a column
    a field, with `id`, `find` and `recovered` for a trial. Of what is counted over the past, only
    the fields asked for: each takes its time."""
    unit_value = (
        pl.when((pl.col("net_mass") > 0) & (pl.col("price") > 0))
        .then(pl.col("price") / pl.col("net_mass"))
        .alias("unit_value")
    )
    indirect = (
        pl.when((pl.col("departure") != "") & (pl.col("origin") != ""))
        .then(pl.col("departure") != pl.col("origin"))
        .alias("indirect")
    )
    made = {"unit_value": unit_value, "indirect": indirect}
    own = [name for name in frame.columns if name in FIELDS or name in {"id", "find", "recovered"}]
    asked = [made[name] for name in made if name in fields]
    return frame.select(*own, *asked).with_columns(_facts(frame, fields))


def reads(fields: Set[str]) -> set[str]:
    """The canonical columns that are enough for some fields, with outcomes."""
    windows = [WINDOWS[name] for name in fields if name in WINDOWS]
    windows += [FIRST[name] for name in fields if name in FIRST]
    if "linked_finds_365d" in fields:
        windows += [window for _, window in LINKED]
    columns = {"id", "date", "find", "outcome_date", "recovered"} | set(fields)
    for window in windows:
        columns |= {*window.by, window.distinct}
    if "indirect" in fields:
        columns |= {"departure", "origin"}
    if not columns.isdisjoint(("unit_value", "unit_value_distance")):
        columns |= {"code", "origin", "price", "net_mass"}
    return columns


def _facts(frame: pl.DataFrame, fields: Set[str]) -> Iterator[pl.Series]:
    if not fields.isdisjoint((*WINDOWS, *FIRST, "linked_finds_365d")):
        yield from _counted(_Past(frame), fields)
    if "unit_value_distance" in fields:
        goods = frame.with_columns(pl.col("code", "origin").fill_null(""))
        distance = next(iter(distances_by_month(with_headings(goods)).values()))
        distance[~goods["code"].str.contains(r"^[0-9]{4,}$").to_numpy()] = np.nan
        yield pl.Series("unit_value_distance", distance).fill_nan(None)


def _counted(past: "_Past", fields: Set[str]) -> Iterator[pl.Series]:
    for name, window in WINDOWS.items():
        if name in fields:
            yield pl.Series(name, past.counted(window)).fill_nan(None)
    for name, window in FIRST.items():
        if name in fields:
            yield (pl.Series(name, past.counted(window)).fill_nan(None) == 0).alias(name)
    if "linked_finds_365d" in fields:
        linked = np.array([sign * past.counted(window) for sign, window in LINKED])
        unknown = np.isnan(linked).all(axis=0)
        counts = np.where(unknown, np.nan, np.nansum(linked, 0))
        yield pl.Series("linked_finds_365d", counts).fill_nan(None)


class _Past:
    """A table's declarations and finds, ready to be counted up to each row's day."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame
        self._lodged = _days(frame["date"])
        self._known = _days(frame["outcome_date"].fill_null(frame["date"]))
        self._found = frame["find"].fill_null(0.0).to_numpy() > 0
        number = pl.int_range(pl.len()).cast(pl.String)
        named = pl.col("id").fill_null("") != ""
        self._declaration = (
            frame.select(pl.when(named).then(pl.col("id")).otherwise(pl.lit("\0") + number))
            .to_series()
            .rank("dense")
            .to_numpy()
            .astype(np.int64)
        )

    def counted(self, window: Window) -> Floats:
        """What the window counts for each row; NaN where a column of it is not known."""
        group, told = self._grouped(window.by)
        if window.counts == "distinct":
            value, named = self._grouped((window.distinct,))
            counts = _distinct(group, value, self._lodged, told & named, window.days)
        else:
            finds = window.counts == "finds"
            day = self._known if finds else self._lodged
            counts = _once(
                group,
                self._declaration,
                day,
                self._lodged,
                told & self._found if finds else told,
                window.days,
            )
        return np.where(told, counts, np.nan)

    def _grouped(self, by: tuple[str, ...]) -> tuple[Ints, NDArray[np.bool_]]:
        """Rows that agree in columns as one number, and which rows know them all."""
        texts = [pl.col(column).fill_null("") for column in by]
        key = self._frame.select(
            pl.concat_str(texts, separator="\0"),
            pl.all_horizontal(*(text != "" for text in texts)).alias("told"),
        )
        return (key.to_series(0).rank("dense").to_numpy().astype(np.int64), key["told"].to_numpy())


def _once(
    group: Ints, declaration: Ints, day: Ints, lodged: Ints, which: NDArray[np.bool_], days: int
) -> Floats:
    """Declarations of each row's group with a day in the `days` before it was lodged."""
    rows = np.flatnonzero(which)
    [_, first] = np.unique(np.stack([group[rows], declaration[rows]]), axis=1, return_index=True)
    events = np.sort(_places(group[rows[first]], day[rows[first]]))
    upto = np.searchsorted(events, _places(group, lodged), side="left")
    since = np.searchsorted(events, _places(group, lodged - days), side="left")
    return (upto - since).astype(np.float64)


def _distinct(
    group: Ints, value: Ints, lodged: Ints, which: NDArray[np.bool_], days: int
) -> Floats:
    """Distinct values of each row's group in the `days` before: a value is there from the day
    after it came until `days` after it came last."""
    rows = np.flatnonzero(which)
    rows = rows[np.lexsort((lodged[rows], value[rows], group[rows]))]
    pair = np.stack([group[rows], value[rows]])
    same = (np.diff(pair, axis=1, prepend=-1) == 0).all(axis=0)
    begins = ~same | (np.diff(lodged[rows], prepend=0) > days)
    ends = np.append(begins[1:], True)[: len(rows)]
    begun = np.sort(_places(group[rows[begins]], lodged[rows[begins]] + 1))
    ended = np.sort(_places(group[rows[ends]], lodged[rows[ends]] + days))
    asked, floor = _places(group, lodged), _places(group, np.full(len(group), -1_000_000))
    here = np.searchsorted(begun, asked, side="right") - np.searchsorted(begun, floor)
    gone = np.searchsorted(ended, asked, side="left") - np.searchsorted(ended, floor)
    return (here - gone).astype(np.float64)


def _days(column: pl.Series) -> Ints:
    return column.to_physical().to_numpy().astype(np.int64)


def _places(group: Ints, day: Ints) -> Ints:
    """Group and day as one number that sorts by both."""
    return group * _SPAN + day + 1_000_000
