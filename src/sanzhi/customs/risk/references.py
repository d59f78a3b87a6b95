"""What goods usually cost: unit values against robust references of what was lodged before.

The unit value is price over mass, in logarithms; its distance is counted in robust standard
deviations (median and median absolute deviation) of the same goods. A declaration is measured
against the months before its own, never against later ones. Where mass or price is zero, or too
few of the goods are known, there is no distance (NaN).
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sanzhi.customs.risk.levels import BY_NAME, all_keys, keys_of, with_headings
from sanzhi.customs.risk.lookup import Lookup

#: Levels a unit value is measured at.
AT = ("hs6_origin", "hs6", "hs4")
#: Columns that references are made from.
READ = ("date", "code", "origin", "price", "net_mass")
_LEVELS = tuple(BY_NAME[name] for name in AT)
#: Fewer declarations than this give no reference.
FEWEST = 5
#: A floor under the spread: nothing is so uniform that a fifth is outlandish.
_FLOOR = 0.2
#: Makes the median absolute deviation of a normal law its standard deviation.
_NORMAL = 1.4826


class References:
    """Median and spread of the log unit value by key."""

    def __init__(self, table: pl.DataFrame) -> None:
        """`table` has the columns `key`, `median` and `spread`."""
        self.table = table
        self._lookup = Lookup(table, np.nan)

    def distances(self, frame: pl.DataFrame, keys: pl.DataFrame) -> dict[str, NDArray[np.float64]]:
        """Robust distance of each row's unit value at each level; `keys` are the rows' keys,
        a column a level (`levels.all_keys`), those of `AT` among them."""
        median, spread = self._lookup.of(keys[list(AT)])
        value = unit_values(frame).to_numpy()
        return dict(zip(AT, (value - median) / spread, strict=True))

    def distances_of(
        self, rows: Sequence[Mapping[str, Any]], keys: Sequence[Sequence[str]]
    ) -> dict[str, NDArray[np.float64]]:
        """The same of a few rows as dictionaries; `keys` are each row's at the levels of `AT`."""
        median, spread = self._lookup.of_rows(keys)
        value = _logs(
            np.array([row["price"] for row in rows]), np.array([row["net_mass"] for row in rows])
        )
        return dict(zip(AT, (value - median) / spread, strict=True))


def unit_values(frame: pl.DataFrame) -> pl.Series:
    """Log of price over mass; NaN where either is zero."""
    return pl.Series("unit_value", _logs(frame["price"].to_numpy(), frame["net_mass"].to_numpy()))


def _logs(price: NDArray[np.float64], mass: NDArray[np.float64]) -> NDArray[np.float64]:
    known = (price > 0) & (mass > 0)
    value = np.full(len(price), np.nan)
    value[known] = np.log(price[known] / mass[known])
    return value


def references(frame: pl.DataFrame, keys: pl.DataFrame) -> References:
    """References from all rows of a frame."""
    value = unit_values(frame)
    return References(pl.concat([_table(keys[name], value) for name in AT]))


def references_before(frame: pl.DataFrame, day: date) -> References:
    """References from the rows of the months before that of a day; the columns `READ` are
    enough."""
    earlier = with_headings(
        frame.filter(pl.col("date") < day.replace(day=1)).with_columns(
            pl.col("code", "origin").fill_null("")
        )
    )
    return references(earlier, all_keys(earlier, _LEVELS))


def keys_of_row(row: Mapping[str, Any]) -> list[str]:
    """The keys by which a goods item is looked up among references; `row` holds the canonical
    columns and the headings."""
    return list(keys_of(row, _LEVELS))


def distance_of(known: References, row: Mapping[str, Any]) -> float:
    """Distance of one goods item at the first level of `AT`; NaN where it cannot be compared.
    `row` holds the canonical columns and the headings."""
    return float(known.distances_of([row], [keys_of(row, _LEVELS)])[AT[0]][0])


def distances_by_month(frame: pl.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Distance of each row from the references of the months before its own."""
    found = {name: np.full(frame.height, np.nan) for name in AT}
    month = frame["date"].dt.truncate("1mo")
    keys = all_keys(frame, _LEVELS)
    for begun in month.unique().sort()[1:]:
        now = month == begun
        place = now.arg_true().to_numpy()
        earlier = month < begun
        known = references(frame.filter(earlier), keys.filter(earlier))
        distances = known.distances(frame.filter(now), keys.filter(now))
        for name, distance in distances.items():
            found[name][place] = distance
    return found


def _table(key: pl.Series, value: pl.Series) -> pl.DataFrame:
    frame = pl.DataFrame({"key": key, "value": value}).filter(pl.col("value").is_not_nan())
    median = pl.col("value").median()
    return (
        frame.group_by("key", maintain_order=True)
        .agg(
            median.alias("median"),
            (pl.col("value") - median).abs().median().alias("spread"),
            pl.len().alias("rows"),
        )
        .filter(pl.col("rows") >= FEWEST)
        .select(
            "key",
            pl.col("median").cast(pl.Float64),
            (pl.col("spread") * _NORMAL + _FLOOR).cast(pl.Float64),
        )
    )
