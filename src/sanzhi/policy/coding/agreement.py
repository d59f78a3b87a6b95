"""Agreement between coders: how far the codes would be the same had another person coded.

Ratings are a matrix of units × coders, NaN where a coder did not rate the unit. Every measure is
given over all units and over the coded ones (where any coder gave more than 0), because agreement
on absence is cheap. Sources: Cohen (1960, 1968); Krippendorff, *Content Analysis* (2019), ch. 12;
Gwet (2014), *Handbook of Inter-Rater Reliability*; Shrout & Fleiss (1979).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    Ratings = NDArray[np.float64]

Weights = Literal["none", "linear", "quadratic"]
Level = Literal["nominal", "ordinal", "interval"]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Agreement of some coders over some units; None where it is not defined."""

    units: int
    coders: int
    percent: float | None
    kappa: float | None
    kappa_linear: float | None
    kappa_quadratic: float | None
    alpha_nominal: float | None
    alpha_ordinal: float | None
    alpha_interval: float | None
    icc: float | None
    ac2: float | None


def agreement(ratings: Ratings, scale: int) -> Agreement:
    """Every measure over the matrix; scores run 0..`scale`. Kappas are means over coder pairs."""
    pairable = (~np.isnan(ratings)).sum(axis=1) >= 2
    used = ratings[pairable]
    # Counted once for all measures: a study has thousands of texts to compare.
    tables = [_joint(first, second, scale + 1) for first, second in _pairs(used)]
    coincidence = _coincidence(_counts(used, scale + 1))
    return Agreement(
        units=int(pairable.sum()),
        coders=ratings.shape[1],
        percent=percent(used),
        kappa=_mean(_kappa(one, "none") for one in tables),
        kappa_linear=_mean(_kappa(one, "linear") for one in tables),
        kappa_quadratic=_mean(_kappa(one, "quadratic") for one in tables),
        alpha_nominal=_alpha(coincidence, "nominal"),
        alpha_ordinal=_alpha(coincidence, "ordinal"),
        alpha_interval=_alpha(coincidence, "interval"),
        icc=icc(used),
        ac2=gwet_ac2(used, scale),
    )


def percent(ratings: Ratings) -> float | None:
    """Share of pairs of ratings of the same unit that are equal."""
    equal = pairs = 0
    for first, second in _pairs(ratings):
        both = ~np.isnan(first) & ~np.isnan(second)
        pairs += int(both.sum())
        equal += int((first[both] == second[both]).sum())
    return equal / pairs if pairs else None


def cohen_kappa(
    first: Ratings, second: Ratings, scale: int, weights: Weights = "none"
) -> float | None:
    """Cohen's kappa of two coders, plain or weighted; None where a coder never varies so that
    nothing can be expected by chance."""
    return _kappa(_joint(first, second, scale + 1), weights)


def krippendorff_alpha(ratings: Ratings, scale: int, level: Level) -> float | None:
    """Krippendorff's alpha by coincidences; any number of coders, missing ratings left out."""
    return _alpha(_coincidence(_counts(ratings, scale + 1)), level)


def icc(ratings: Ratings) -> float | None:
    """ICC(2,1), two-way random, single rater, absolute agreement, over units all coders rated."""
    whole = ratings[~np.isnan(ratings).any(axis=1)]
    units, coders = whole.shape
    if units < 2 or coders < 2:
        return None
    grand = whole.mean()
    rows = coders * ((whole.mean(axis=1) - grand) ** 2).sum() / (units - 1)
    columns = units * ((whole.mean(axis=0) - grand) ** 2).sum() / (coders - 1)
    total = ((whole - grand) ** 2).sum()
    error = (total - rows * (units - 1) - columns * (coders - 1)) / ((units - 1) * (coders - 1))
    below = rows + (coders - 1) * error + coders * (columns - error) / units
    return float((rows - error) / below) if below else None


def gwet_ac2(ratings: Ratings, scale: int, weights: Weights = "quadratic") -> float | None:
    """Gwet's AC2 with the weights given; AC1 with `none`."""
    size = scale + 1
    counts = _counts(ratings, size)
    raters = counts.sum(axis=1)
    rated = counts[raters >= 1]
    twice = raters >= 2
    if not twice.any():
        return None
    weight = 1 - _distance(size, weights)
    pairable, n = counts[twice], raters[twice][:, None]
    seen = (pairable * (pairable @ weight - 1)).sum(axis=1) / (n * (n - 1))[:, 0]
    share = (rated / rated.sum(axis=1)[:, None]).mean(axis=0)
    by_chance = weight.sum() / (size * (size - 1)) * float((share * (1 - share)).sum())
    return float((seen.mean() - by_chance) / (1 - by_chance)) if by_chance < 1 else None


def coded_units(ratings: Ratings) -> Ratings:
    """The units to which some coder gave more than 0."""
    with np.errstate(invalid="ignore"):
        return ratings[(ratings > 0).any(axis=1)]


def _joint(first: Ratings, second: Ratings, size: int) -> NDArray[np.float64]:
    """How often one coder gave each score where the other gave each score."""
    both = ~np.isnan(first) & ~np.isnan(second)
    cells = first[both].astype(np.int64) * size + second[both].astype(np.int64)
    return np.bincount(cells, minlength=size * size).reshape(size, size).astype(np.float64)


def _kappa(joint: NDArray[np.float64], weights: Weights) -> float | None:
    units = joint.sum()
    if not units:
        return None
    observed = joint / units
    expected = np.outer(observed.sum(axis=1), observed.sum(axis=0))
    disagreement = _distance(len(joint), weights)
    by_chance = float((disagreement * expected).sum())
    return 1 - float((disagreement * observed).sum()) / by_chance if by_chance else None


def _mean(kappas: Iterable[float | None]) -> float | None:
    found = [kappa for kappa in kappas if kappa is not None]
    return sum(found) / len(found) if found else None


def _coincidence(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """How often each pair of scores meets in a unit, each unit weighing its ratings."""
    per_unit = counts.sum(axis=1)
    counts, per_unit = counts[per_unit >= 2], per_unit[per_unit >= 2]
    weighted = counts / (per_unit - 1)[:, None]
    found: NDArray[np.float64] = weighted.T @ counts - np.diag(weighted.sum(axis=0))
    return found


def _alpha(coincidence: NDArray[np.float64], level: Level) -> float | None:
    totals = coincidence.sum(axis=1)
    n = totals.sum()
    if not n:
        return None
    distance = _alpha_distance(totals, level)
    expected = float((distance * np.outer(totals, totals)).sum() / (n - 1))
    if expected == 0:
        return None
    return 1 - float((distance * coincidence).sum()) / expected


def _pairs(ratings: Ratings) -> list[tuple[Ratings, Ratings]]:
    coders = ratings.shape[1]
    return [(ratings[:, i], ratings[:, j]) for i in range(coders) for j in range(i + 1, coders)]


def _counts(ratings: Ratings, size: int) -> NDArray[np.float64]:
    """Units × scores: how many coders gave each score."""
    units = len(ratings)
    rows, columns = np.nonzero(~np.isnan(ratings))
    cells = rows * size + ratings[rows, columns].astype(np.int64)
    return np.bincount(cells, minlength=units * size).reshape(units, size).astype(np.float64)


@cache
def _distance(size: int, weights: Weights) -> NDArray[np.float64]:
    """Disagreement of two scores, 0 to 1."""
    apart = np.abs(np.subtract.outer(np.arange(size), np.arange(size))).astype(np.float64)
    if weights == "none":
        return np.where(apart > 0, 1.0, 0.0)
    share: NDArray[np.float64] = apart / (size - 1)
    return share if weights == "linear" else share**2


def _alpha_distance(totals: NDArray[np.float64], level: Level) -> NDArray[np.float64]:
    size = len(totals)
    scores = np.arange(size)
    if level == "nominal":
        return np.where(scores[:, None] != scores[None, :], 1.0, 0.0)
    if level == "interval":
        return np.subtract.outer(scores, scores).astype(np.float64) ** 2
    # Ordinal: ranks between the two, with half of the ends (Krippendorff 2019, 12.4).
    upto = np.cumsum(totals)
    low, high = np.minimum.outer(scores, scores), np.maximum.outer(scores, scores)
    between = upto[high] - upto[low] + totals[low]
    return np.where(low == high, 0.0, (between - (totals[low] + totals[high]) / 2) ** 2)
