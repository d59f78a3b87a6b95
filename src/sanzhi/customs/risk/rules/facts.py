"""Fields of rules from a table of past declarations, each by what was known on its own day."""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sanzhi.customs.risk.levels import with_headings
from sanzhi.customs.risk.references import distances_by_month
from sanzhi.customs.risk.rules.fields import FIELDS

Ints = NDArray[np.int64]

#: Field → key columns, window in days, and whether finds or declarations are counted.
_WINDOWS: Final = {
    "importer_declarations_90d": (("importer",), 90, False),
    "importer_finds_365d": (("importer",), 365, True),
    "goods_finds_365d": (("code", "origin"), 365, True),
    "declarant_finds_365d": (("declarant",), 365, True),
}


def items_of(frame: pl.DataFrame) -> pl.DataFrame:
    """The items of a canonical table (`reading.read`, with outcomes where it has them), a column
    a field, with `id`, `find` and `recovered` for a trial."""
    lodged = frame["date"].to_physical().to_numpy().astype(np.int64)
    unit_value = (pl.when((pl.col("net_mass") > 0) & (pl.col("price") > 0))
                  .then(pl.col("price") / pl.col("net_mass")).alias("unit_value"))
    own = [name for name in frame.columns
           if name in FIELDS or name in {"id", "find", "recovered"}]
    found = frame.select(*own, unit_value)
    distance = next(iter(distances_by_month(with_headings(frame)).values()))
    columns = [pl.Series("unit_value_distance", distance).fill_nan(None)]
    for name, (keys, days, finds) in _WINDOWS.items():
        columns.append(pl.Series(name, _counted(frame, keys, lodged, days, finds=finds)))
    first = _earlier(frame, ("importer",), lodged)
    columns.append(pl.Series("first_time_trader", first == 0))
    return found.with_columns(columns)


def _counted(frame: pl.DataFrame, keys: tuple[str, ...], lodged: Ints, days: int, *,
             finds: bool) -> Ints:
    """How many declarations, or finds known by then, each row's group has in the days before."""
    group = _groups(frame, keys)
    if finds:
        known = frame["outcome_date"].fill_null(frame["date"]).to_physical().to_numpy()
        told = frame["find"].fill_null(0.0).to_numpy() > 0
        events = _places(group[told], known.astype(np.int64)[told])
    else:
        events = _places(group, lodged)
    events.sort()
    upto = np.searchsorted(events, _places(group, lodged), side="left")
    since = np.searchsorted(events, _places(group, lodged - days), side="left")
    counts: Ints = (upto - since).astype(np.int64)
    return counts


def _earlier(frame: pl.DataFrame, keys: tuple[str, ...], lodged: Ints) -> Ints:
    """How many declarations of the group were lodged on earlier days."""
    return _counted(frame, keys, lodged, 1_000_000, finds=False)


def _groups(frame: pl.DataFrame, keys: tuple[str, ...]) -> Ints:
    joined = frame.select(pl.concat_str([pl.col(key).cast(pl.String).fill_null("")
                                         for key in keys], separator="\0"))
    found: Ints = joined.to_series().rank("dense").to_numpy().astype(np.int64)
    return found


def _places(group: Ints, day: Ints) -> Ints:
    """Group and day as one number that sorts by both."""
    return group * 10_000_000 + day + 1_000_000
