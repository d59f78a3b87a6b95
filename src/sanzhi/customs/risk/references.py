"""What goods usually cost: unit values against robust references of what was lodged before.

The unit value is price over mass, in logarithms; its distance is counted in robust standard
deviations (median and median absolute deviation) of the same goods. A declaration is measured
against the months before its own, never against later ones. Where mass or price is zero, or too
few of the goods are known, there is no distance (NaN).
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sanzhi.customs.risk.levels import BY_NAME, keys

#: Levels a unit value is measured at.
AT = ("hs6_origin", "hs6", "hs4")
#: Fewer declarations than this give no reference.
FEWEST = 5
#: A floor under the spread: nothing is so uniform that a fifth is outlandish.
_FLOOR = 0.2
#: Makes the median absolute deviation of a normal law its standard deviation.
_NORMAL = 1.4826

_SCHEMA = {"key": pl.String, "median": pl.Float64, "spread": pl.Float64}


@dataclass(frozen=True, slots=True)
class References:
    """Median and spread of the log unit value by key, one table a level."""

    tables: dict[str, pl.DataFrame]

    def distances(self, frame: pl.DataFrame) -> dict[str, NDArray[np.float64]]:
        """Robust distance of each row's unit value at each level."""
        value = unit_values(frame)
        return {name: _distance(keys(frame, BY_NAME[name]), value, self.tables[name])
                for name in AT}


def unit_values(frame: pl.DataFrame) -> pl.Series:
    """Log of price over mass; null where either is zero."""
    known = (pl.col("price") > 0) & (pl.col("net_mass") > 0)
    return frame.select(pl.when(known).then((pl.col("price") / pl.col("net_mass")).log())
                        .alias("unit_value"))["unit_value"]


def references(frame: pl.DataFrame) -> References:
    """References from all rows of a frame."""
    value = unit_values(frame)
    return References({name: _table(keys(frame, BY_NAME[name]), value) for name in AT})


def distances_by_month(frame: pl.DataFrame) -> dict[str, NDArray[np.float64]]:
    """Distance of each row from the references of the months before its own."""
    found = {name: np.full(frame.height, np.nan) for name in AT}
    month = frame["date"].dt.truncate("1mo")
    value = unit_values(frame)
    level_keys = {name: keys(frame, BY_NAME[name]) for name in AT}
    for begun in month.unique().sort()[1:]:
        earlier, now = month < begun, month == begun
        place = now.arg_true().to_numpy()
        for name, key in level_keys.items():
            table = _table(key.filter(earlier), value.filter(earlier))
            found[name][place] = _distance(key.filter(now), value.filter(now), table)
    return found


def _table(key: pl.Series, value: pl.Series) -> pl.DataFrame:
    frame = pl.DataFrame({"key": key, "value": value}).drop_nulls()
    median = pl.col("value").median()
    return (frame.group_by("key", maintain_order=True)
            .agg(median.alias("median"), (pl.col("value") - median).abs().median().alias("spread"),
                 pl.len().alias("rows"))
            .filter(pl.col("rows") >= FEWEST)
            .select("key", "median", pl.col("spread") * _NORMAL + _FLOOR)
            .cast(_SCHEMA))  # type: ignore[arg-type]


def _distance(key: pl.Series, value: pl.Series, table: pl.DataFrame) -> NDArray[np.float64]:
    joined = pl.DataFrame({"key": key, "value": value}).join(
        table, on="key", how="left", maintain_order="left")
    return (joined.select(((pl.col("value") - pl.col("median")) / pl.col("spread"))
                          .fill_null(np.nan).alias("z"))["z"].to_numpy())
