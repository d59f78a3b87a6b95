"""Figures of a ranking, worked by hand and against plain definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.customs.risk.figures import (
    at_percent,
    auc,
    calibration_error,
    interval,
    ndcg,
    taken,
)

OUTCOME = np.array([1.0, 0.0, 1.0, 0.0])
SCORE = np.array([0.9, 0.8, 0.7, 0.1])


def test_auc_by_hand() -> None:
    """Of four pairs of find and non-find three stand the right way round."""
    assert auc(OUTCOME, SCORE) == 0.75
    assert np.isnan(auc(np.ones(3), np.arange(3.0)))


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=30))
def test_auc_is_the_share_of_pairs(rows: list[tuple[bool, int]]) -> None:
    pairs = [(a > b) + (a == b) / 2 for found, a in rows if found for rest, b in rows if not rest]
    got = auc(
        np.array([float(found) for found, _ in rows]), np.array([float(score) for _, score in rows])
    )
    assert np.isnan(got) if not pairs else got == pytest.approx(sum(pairs) / len(pairs))


def test_at_percent_by_hand() -> None:
    """Half of four rows: one find of two, 10 of the 40 at stake."""
    at = at_percent(OUTCOME, SCORE, np.array([10.0, 99.0, 30.0, 99.0]), 50)
    assert at == {"rows": 2, "precision": 0.5, "recall": 0.5, "revenue": 0.25}


@pytest.mark.parametrize(
    ("rows", "percent", "count"),
    [(100, 1, 1), (101, 1, 2), (50, 1, 1), (1000, 0.5, 5), (0, 5, 0), (300, 7, 21)],
)
def test_k_per_cent_is_rounded_up(rows: int, percent: float, count: int) -> None:
    assert taken(rows, percent) == count


def test_calibration_error_by_hand() -> None:
    """Two rows said at .95 with one find, two at .15 with none: (.9 + .3) / 4."""
    found = calibration_error(np.array([1.0, 0.0, 0.0, 0.0]), np.array([0.95, 0.95, 0.15, 0.15]))
    assert found == pytest.approx((0.9 + 0.3) / 4)


def test_ndcg_by_hand() -> None:
    best = 1 + 1 / np.log2(3)
    assert ndcg(OUTCOME, SCORE) == pytest.approx((1 + 1 / np.log2(4)) / best)
    assert ndcg(OUTCOME, OUTCOME) == 1.0


def test_an_interval_leaves_draws_without_a_figure_out() -> None:
    assert interval([1.0, float("nan"), 1.0]) == [1.0, 1.0]
    assert np.isnan(interval([float("nan")])).all()
