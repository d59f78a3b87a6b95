"""Trend, change and relation of yearly series.

Mann–Kendall with its correction for ties (Mann 1945; Kendall 1975), Sen's slope (1968), one change
point by Pettitt (1979), correlation of the first differences with an outside index, and the
correction of several tests by Holm (1979). Series are the rows of an array, years its columns; a
year without a value (NaN) is left out, and the years keep their distance. Everything runs over
many series at once, because robustness asks for a million of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

#: Below so many values nothing is tested.
FEWEST = 4


@dataclass(frozen=True, slots=True)
class Trends:
    """Mann–Kendall of each series: S, z and two-sided p; NaN below four values."""

    s: Floats
    z: Floats
    p: Floats


@dataclass(frozen=True, slots=True)
class Changes:
    """Pettitt's change point of each series: the column of the last value before the change (−1
    below four values), p, and whether the later values are the higher ones."""

    position: NDArray[np.int64]
    p: Floats
    rises: NDArray[np.bool_]


def mann_kendall(series: Floats) -> Trends:
    """The trend of each row."""
    return trends_and_changes(series)[0]


def pettitt(series: Floats) -> Changes:
    """The most likely single change in the level of each row."""
    return trends_and_changes(series)[1]


def trends_and_changes(series: Floats) -> tuple[Trends, Changes]:
    """Both tests of each row from one comparison of its values."""
    rows = len(series)
    s, z, p_change = np.full(rows, np.nan), np.full(rows, np.nan), np.full(rows, np.nan)
    position, rises = np.full(rows, -1, dtype=np.int64), np.zeros(rows, dtype=bool)
    for which, columns in _patterns(series):
        n = len(columns)
        if n < FEWEST:
            continue
        order, above, ties = _compared(np.ascontiguousarray(series[which][:, columns].T))
        s[which] = order
        variance = (n * (n - 1) * (2 * n + 5) - ties) / 18.0
        with np.errstate(divide="ignore", invalid="ignore"):
            z[which] = np.where(order == 0, 0.0, (order - np.sign(order)) / np.sqrt(variance))
        sums = np.cumsum(above, axis=0, dtype=np.int32)[:-1]
        place = np.argmax(np.abs(sums), axis=0)
        extreme = sums[place, np.arange(sums.shape[1])].astype(np.float64)
        position[which] = columns[place]
        p_change[which] = np.minimum(1.0, 2 * np.exp(-6 * extreme**2 / (n**3 + n**2)))
        rises[which] = extreme < 0
    return Trends(s, z, two_sided(z)), Changes(position, p_change, rises)


def sen_slope(series: Floats) -> Floats:
    """The median change a year of each row, over all pairs of years; NaN below four values."""
    slopes = np.full(len(series), np.nan)
    for which, columns in _patterns(series):
        if len(columns) < FEWEST:
            continue
        first, second = np.triu_indices(len(columns), 1)
        values = series[which][:, columns]
        apart = columns[second] - columns[first]
        slopes[which] = np.median((values[:, second] - values[:, first]) / apart, axis=1)
    return slopes


def two_sided(z: Floats) -> Floats:
    """Two-sided p of standard normal values."""
    return np.array([erfc(one) for one in (np.abs(z).ravel() / 2**0.5).tolist()]).reshape(z.shape)


def holm(p: Floats) -> Floats:
    """Holm's adjusted p values, the tests of one family along the last axis; NaN stays and does
    not count."""
    family = p.reshape(-1, p.shape[-1])
    order = np.argsort(family, axis=1, kind="stable")  # NaN last
    ranked = np.take_along_axis(family, order, axis=1)
    tests = (~np.isnan(family)).sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore"):
        stepped = np.minimum(ranked * (tests - np.arange(family.shape[1])), 1.0)
    known = np.maximum.accumulate(np.where(np.isnan(ranked), 0.0, stepped), axis=1)
    adjusted = np.empty_like(family)
    np.put_along_axis(adjusted, order, np.where(np.isnan(ranked), np.nan, known), axis=1)
    return adjusted.reshape(p.shape)


def detrended_correlation(series: Floats, index: Floats) -> tuple[Floats, Floats]:
    """Pearson correlation of each row's first differences with those of an outside index, over
    the years where both are known, and its two-sided p by Fisher's transformation; NaN where
    fewer than five differences are known or one side never changes."""
    left, right = np.diff(series, axis=-1), np.diff(index)
    known = ~np.isnan(left) & ~np.isnan(right)
    count = known.sum(axis=-1).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        left = _centred(np.where(known, left, 0.0), known, count)
        other = _centred(np.where(known, np.nan_to_num(right), 0.0), known, count)
        spread = (left**2).sum(axis=-1) * (other**2).sum(axis=-1)
        r = np.where(
            (count >= 5) & (spread > 1e-12), (left * other).sum(axis=-1) / np.sqrt(spread), np.nan
        )
        z = np.arctanh(np.clip(r, -1, 1)) * np.sqrt(count - 3)
    return r, two_sided(z)


def _centred(values: Floats, known: NDArray[np.bool_], count: Floats) -> Floats:
    centred: Floats = np.where(known, values - (values.sum(axis=-1) / count)[..., None], 0.0)
    return centred


def _patterns(series: Floats) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Rows that have a value in the same columns, together with these columns."""
    known = ~np.isnan(series)
    if known.all():
        yield np.arange(len(series)), np.arange(series.shape[1])
        return
    # Few patterns among many rows: taking them one by one beats sorting the rows.
    left = np.arange(len(series))
    while len(left):
        pattern = known[left[0]]
        alike = (known[left] == pattern).all(axis=1)
        yield left[alike], np.nonzero(pattern)[0]
        left = left[~alike]


def _compared(values: Floats) -> tuple[Floats, NDArray[np.int16], Floats]:
    """Of years × series: Kendall's S, by how many more values each value exceeds than it is
    exceeded by, and the tie term Σ t(t−1)(2t+5) over groups of equal values."""
    n, rows = values.shape
    order = np.zeros(rows, dtype=np.int32)
    above = np.zeros((n, rows), dtype=np.int16)
    equal = np.zeros((n, rows), dtype=np.int16)
    for lag in range(1, n):
        later, earlier = values[lag:], values[:-lag]
        sign = (later > earlier).view(np.int8) - (later < earlier).view(np.int8)
        order += sign.sum(axis=0, dtype=np.int32)
        above[lag:] += sign
        above[:-lag] -= sign
        same = (sign == 0).view(np.int8)
        equal[lag:] += same
        equal[:-lag] += same
    others = equal.astype(np.float64)
    return order.astype(np.float64), above, (others * (2 * others + 7)).sum(axis=0)
