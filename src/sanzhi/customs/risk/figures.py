"""Figures of a ranking: how much of what matters stands at its head, and how sure that is."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def auc(outcome: Floats, score: Floats) -> float:
    """Probability that a find stands above a non-find; ties count half. NaN with one class."""
    finds = int(outcome.sum())
    rest = len(outcome) - finds
    if not finds or not rest:
        return float("nan")
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    rank = (last - (count - 1) / 2.0)[place]
    return float((rank[outcome > 0].sum() - finds * (finds + 1) / 2.0) / (finds * rest))


def calibration_error(outcome: Floats, probability: Floats, bins: int = 10) -> float:
    """Expected calibration error over bins of equal width."""
    if not len(outcome):
        return float("nan")
    place = np.minimum((probability * bins).astype(int), bins - 1)
    said = np.bincount(place, probability, bins)
    was = np.bincount(place, outcome, bins)
    return float(np.abs(said - was).sum() / len(outcome))


def ndcg(outcome: Floats, score: Floats) -> float:
    """Normalised discounted cumulative gain of the whole ranking."""
    if not outcome.sum():
        return float("nan")
    discount = 1.0 / np.log2(np.arange(len(outcome)) + 2.0)
    gain = outcome[best_first(score)]
    return float((gain * discount).sum() / (np.sort(outcome)[::-1] * discount).sum())


def best_first(score: Floats) -> NDArray[np.int64]:
    """Rows by score, highest first; equals in the order of the table."""
    return np.argsort(-score, kind="stable")


def taken(rows: int, percent: float) -> int:
    """How many rows k per cent are, rounded up."""
    return max(1, int(np.ceil(rows * percent / 100.0 - 1e-9))) if rows else 0


def at_percent(
    outcome: Floats, score: Floats, duty: Floats, percent: float
) -> dict[str, float | int]:
    """Precision, recall and share of the duty at stake among the top k per cent."""
    count = taken(len(outcome), percent)
    top = best_first(score)[:count]
    finds, stake = outcome.sum(), (outcome * duty).sum()
    return {
        "rows": count,
        "precision": _share(outcome[top].sum(), count),
        "recall": _share(outcome[top].sum(), finds),
        "revenue": _share((outcome * duty)[top].sum(), stake),
    }


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")


def draws(rows: int, count: int, seed: int) -> list[NDArray[np.int64]]:
    """Bootstrap samples of the rows, the same for the same seed."""
    random = np.random.default_rng(seed)
    return [random.integers(0, rows, rows) for _ in range(count)]


def interval(values: list[float], level: float = 0.95) -> list[float]:
    """Percentile interval; NaN draws (a sample with one class) are left out."""
    kept = [value for value in values if not np.isnan(value)]
    if not kept:
        return [float("nan"), float("nan")]
    tail = (1.0 - level) / 2.0
    return [float(end) for end in np.quantile(kept, [tail, 1.0 - tail])]
