"""Trend, change and relation of yearly series.

Mann–Kendall with its correction for ties (Mann 1945; Kendall 1975), Sen's slope, one change point
by Pettitt (1979), correlation of the first differences with an outside index, and the correction
of several tests by Holm (1979). Vectorised over many series at once, because robustness asks for
thousands; `pymannkendall` is the oracle in tests.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erfc
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trends:
    """Mann–Kendall of many series: S, z, two-sided p, Sen's slope a step."""

    s: Floats
    z: Floats
    p: Floats
    slope: Floats


def mann_kendall(series: Floats) -> Trends:
    """Of each row; a missing value (NaN) makes the row's results NaN."""
    rows, n = series.shape
    first, second = np.triu_indices(n, 1)
    apart = series[:, second] - series[:, first]
    s = np.sign(apart).sum(axis=1)
    variance = np.full(rows, n * (n - 1) * (2 * n + 5) / 18.0)
    ties = _tie_term(series)
    variance -= ties / 18.0
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.where(s == 0, 0.0, (s - np.sign(s)) / np.sqrt(variance))
    z[np.isnan(series).any(axis=1)] = np.nan
    slope = np.median(apart / (second - first), axis=1)
    return Trends(s, z, two_sided(z), slope)


def two_sided(z: Floats) -> Floats:
    """Two-sided p of standard normal values."""
    return np.array([erfc(abs(one) / 2**0.5) for one in z.ravel()]).reshape(z.shape)


def holm(p: Floats) -> Floats:
    """Holm's adjusted p values of several tests; NaN stays and does not count."""
    known = ~np.isnan(p)
    adjusted = p.copy()
    order = np.argsort(p[known])
    ranked = p[known][order]
    stepped = np.maximum.accumulate(ranked * (len(ranked) - np.arange(len(ranked))))
    back = np.empty_like(stepped)
    back[order] = np.minimum(stepped, 1.0)
    adjusted[known] = back
    return adjusted


@dataclass(frozen=True, slots=True)
class Change:
    """Pettitt's change point: the last position before the change, and its p."""

    position: int
    p: float
    before: float
    after: float


def pettitt(series: Floats) -> Change | None:
    """The most likely single change in the level of a series; None below four values."""
    n = len(series)
    if n < 4 or np.isnan(series).any():
        return None
    signs = np.sign(series[:, None] - series[None, :])
    u = np.array([signs[: t + 1, t + 1:].sum() for t in range(n - 1)])
    position = int(np.argmax(np.abs(u)))
    k = float(abs(u[position]))
    p = min(1.0, 2 * float(np.exp(-6 * k**2 / (n**3 + n**2))))
    return Change(position, p, float(series[: position + 1].mean()),
                  float(series[position + 1:].mean()))


def detrended_correlation(series: Floats, index: Floats) -> Floats:
    """Pearson correlation of the first differences of each row with those of an outside index."""
    left, right = np.diff(series, axis=-1), np.diff(index)
    left = left - left.mean(axis=-1, keepdims=True)
    right = right - right.mean()
    with np.errstate(divide="ignore", invalid="ignore"):
        related: Floats = (left @ right) / np.sqrt((left**2).sum(axis=-1) * (right**2).sum())
    return related


def _tie_term(series: Floats) -> Floats:
    """Σ t(t−1)(2t+5) over the groups of equal values of each row."""
    ordered = np.sort(series, axis=1)
    rows, n = ordered.shape
    terms = np.zeros(rows)
    start = np.zeros(rows, dtype=np.int64)
    for i in range(1, n + 1):
        ends = np.ones(rows, dtype=bool) if i == n else ordered[:, i] != ordered[:, i - 1]
        t = (i - start)[ends].astype(np.float64)
        terms[ends] += t * (t - 1) * (2 * t + 5)
        start[ends] = i
    return terms
