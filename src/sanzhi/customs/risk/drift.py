"""Whether what is declared now still looks like what a model learnt from.

Training keeps how each column was spread (`population`). Later declarations are counted into the
same bins, and the population stability index tells how far they moved:
Σ (now − then) · ln(now / then) over the bins' shares. From .1 on a column is said to have moved,
from .25 on it is alarming; what chance alone would give in so few declarations is never said to
be a move.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log, sqrt
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sanzhi.core.findings import Finding, Severity, Text
from sanzhi.customs.risk.columns import BY_NAME

Floats = NDArray[np.float64]
#: Bins of a column as JSON: `edges` or `values`, and `counts`.
Spread = dict[str, Any]

#: The index from which a column has moved, and from which it is alarming (the usual rule).
MOVED, ALARMING = 0.1, 0.25
#: Bins of a number; values of a text that are told apart, the rest being one bin.
BINS, VALUES = 10, 15
#: Fewer declarations than this tell nothing of how they are spread.
FEWEST = 50

_NUMBERS = ("price", "net_mass", "unit_value", "tax_rate")
_TEXTS = ("office", "chapter", "origin", "departure", "tax_type", "transport", "import_type")
TITLES = {name: BY_NAME[name].title for name in (*_NUMBERS, *_TEXTS) if name in BY_NAME} | {
    "unit_value": Text("unit value", "单价"),
    "chapter": Text("chapter of the goods", "商品章"),
    "tax_rate": Text("tax rate", "税率"),
    "net_mass": Text("net mass", "净重"),
    "score": Text("the model's score", "模型评分"),
}


@dataclass(frozen=True, slots=True)
class Moved:
    """How far a column moved: its index, what chance alone stays below in 95 of 100 samples of
    this size, and the bins with shares then and now."""

    column: str
    index: float
    chance: float
    bins: tuple[tuple[Text, float, float], ...]

    @property
    def farthest(self) -> tuple[Text, float, float]:
        """The bin whose share changed most."""
        return max(self.bins, key=lambda row: abs(row[2] - row[1]))

    @property
    def level(self) -> str:
        """`steady`, `moved` or `alarming`."""
        if self.index < MOVED or self.index <= self.chance:
            return "steady"
        return "moved" if self.index < ALARMING else "alarming"


def population(frame: pl.DataFrame) -> dict[str, Spread]:
    """How the columns of a canonical frame are spread; columns without a value are left out."""
    found = {}
    for name, column in _columns(frame).items():
        if column.dtype == pl.String:
            if (column != "").any():
                found[name] = _of_text(column)
        elif column.is_not_nan().any():
            found[name] = spread(column.to_numpy())
    return found


def spread(values: Floats) -> Spread:
    """A number's deciles, and how many lie in each; the last count is of those not known."""
    known = values[~np.isnan(values)]
    edges = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1]))
    return {"edges": edges.tolist(), "counts": _counts(values, {"edges": edges.tolist()})}


def moved(
    then: Mapping[str, Spread], frame: pl.DataFrame, scores: Floats | None = None
) -> list[Moved]:
    """How far each column of a canonical frame has moved, the farthest first; `scores` are the
    model's of the same rows. Nothing where there are fewer than `FEWEST` rows."""
    if frame.height < FEWEST:
        return []
    now = {
        name: column.to_numpy() if column.dtype != pl.String else column
        for name, column in _columns(frame).items()
    }
    if scores is not None:
        now["score"] = scores
    found = [
        _moved(name, then[name], _counts(now[name], then[name])) for name in now if name in then
    ]
    return sorted(found, key=lambda one: -one.index)


def stability(then: Sequence[float], now: Sequence[float]) -> float:
    """The population stability index of two rows of counts. Half a declaration is added to each
    bin, so that one that was empty can be compared."""
    before, after = _shares(then), _shares(now)
    return float(sum((b - a) * log(b / a) for a, b in zip(before, after, strict=True)))


def by_chance(then: Sequence[float], now: Sequence[float]) -> float:
    """The index that two samples of one population stay below in 95 of 100 cases: the index times
    their harmonic size follows χ² with one degree less than there are bins (Wilson's and
    Hilferty's approximation of its quantile)."""
    free = max(1, sum(1 for a, b in zip(then, now, strict=True) if a or b) - 1)
    quantile = free * (1 - 2 / (9 * free) + 1.6449 * sqrt(2 / (9 * free))) ** 3
    return quantile * (1 / sum(then) + 1 / sum(now))


def alarms(found: Sequence[Moved]) -> list[Finding]:
    """What has moved, in words: alarming columns as warnings, others for information."""
    return [_alarm(one) for one in found if one.level != "steady"]


_RETRAIN = Text(
    "Train a new model on recent declarations and try it as challenger.",
    "请以近期申报重新训练模型，并作为挑战者试用。",
)


def _alarm(one: Moved) -> Finding:
    title = TITLES[one.column]
    label, before, after = one.farthest
    en, zh = (label.en, label.zh)
    return Finding(
        code="drift.population",
        path=one.column,
        severity=Severity.WARNING if one.level == "alarming" else Severity.INFO,
        text=Text(
            f"{title.en[:1].upper()}{title.en[1:]} is not spread as in training (index "
            f"{one.index:.2f}); most of all {en}: {before:.0%} then, {after:.0%} now.",
            f"{title.zh}的分布与训练时不同（稳定性指数 {one.index:.2f}）；变化最大的是 "
            f"{zh}：训练时 {before:.0%}，现在 {after:.0%}。",
        ),
        mend=_RETRAIN if one.level == "alarming" else None,
    )


def _moved(name: str, then: Spread, now: list[float]) -> Moved:
    before = then["counts"]
    bins = tuple(zip(_labels(then), _plain_shares(before), _plain_shares(now), strict=True))
    return Moved(name, stability(before, now), by_chance(before, now), bins)


def _columns(frame: pl.DataFrame) -> dict[str, pl.Series]:
    wide = frame.select(
        *(
            pl.col(name).cast(pl.Float64).fill_null(np.nan)
            for name in _NUMBERS
            if name in frame.columns
        ),
        pl.when((pl.col("net_mass") > 0) & (pl.col("price") > 0))
        .then(pl.col("price") / pl.col("net_mass"))
        .otherwise(np.nan)
        .alias("unit_value"),
        *(pl.col(name).cast(pl.String).fill_null("") for name in _TEXTS if name in frame.columns),
        pl.col("code").str.head(2).alias("chapter"),
    )
    return {name: wide[name] for name in (*_NUMBERS, *_TEXTS)}


def _of_text(column: pl.Series) -> Spread:
    counted = column.alias("value").value_counts().sort("count", "value", descending=[True, False])
    values = counted["value"].head(VALUES).to_list()
    return {"values": values, "counts": _counts(column, {"values": values})}


def _counts(values: pl.Series | Floats, bins: Mapping[str, Any]) -> list[float]:
    """How many fall into each bin; the last is what is in none."""
    if isinstance(values, pl.Series):
        counted = dict(values.alias("value").value_counts().iter_rows())
        inside = [float(counted.get(value, 0)) for value in bins["values"]]
        return [*inside, float(len(values) - sum(inside))]
    known = values[~np.isnan(values)]
    places = np.searchsorted(np.array(bins["edges"]), known, side="left")
    inside = np.bincount(places, minlength=len(bins["edges"]) + 1).astype(float).tolist()
    return [*inside, float(len(values) - len(known))]


_OTHERS, _UNKNOWN = Text("other values", "其他取值"), Text("not known", "未知")


def _labels(bins: Spread) -> list[Text]:
    if "values" in bins:
        return [*(Text(value, value) if value else _UNKNOWN for value in bins["values"]), _OTHERS]
    edges = [f"{edge:,.0f}" if edge >= 1000 else f"{edge:.4g}" for edge in bins["edges"]]
    ranges = [
        f"≤ {edges[0]}",
        *(f"{low} – {high}" for low, high in pairwise(edges)),
        f"> {edges[-1]}",
    ]
    return [*(Text(one, one) for one in ranges), _UNKNOWN]


def _shares(counts: Sequence[float]) -> list[float]:
    whole = sum(counts) + len(counts) / 2
    return [(count + 0.5) / whole for count in counts]


def _plain_shares(counts: Sequence[float]) -> list[float]:
    whole = sum(counts)
    return [count / whole if whole else 0.0 for count in counts]
