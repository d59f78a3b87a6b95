"""Trends, changes and relations against pymannkendall, numpy and hand-worked cases."""

import numpy as np
import pymannkendall
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.policy.measurement.trends import (
    detrended_correlation,
    holm,
    mann_kendall,
    pettitt,
    sen_slope,
    trends_and_changes,
)

N = np.nan
SERIES = st.lists(st.integers(0, 9).map(float), min_size=4, max_size=25)


@given(SERIES)
def test_equals_pymannkendall(values):
    series = np.array([values])
    ours, slope = mann_kendall(series), sen_slope(series)[0]
    if len(set(values)) == 1:
        assert (ours.s[0], ours.p[0], slope) == (0, 1, 0)
        return
    theirs = pymannkendall.original_test(values)
    assert (ours.s[0], ours.z[0]) == (theirs.s, pytest.approx(theirs.z))
    assert ours.p[0] == pytest.approx(theirs.p, abs=1e-9)
    assert slope == pytest.approx(theirs.slope)


@given(
    st.lists(
        SERIES.filter(lambda one: len(one) >= 10).map(lambda one: one[:10]), min_size=2, max_size=6
    )
)
def test_many_at_once_equal_one_by_one(rows):
    series = np.array(rows)
    series[0, 3] = N
    together, changes = trends_and_changes(series)
    for i in range(len(series)):
        alone, change = trends_and_changes(series[i : i + 1])
        assert together.p[i] == alone.p[0]
        assert changes.position[i] == change.position[0]


@given(SERIES)
def test_a_series_reversed_has_the_opposite_trend(values):
    series = np.array([values])
    one, other = mann_kendall(series), mann_kendall(series[:, ::-1])
    assert (one.s[0], one.p[0]) == (-other.s[0], other.p[0])


def test_a_year_without_a_value_is_left_out_and_keeps_its_distance():
    gappy, whole = np.array([[0, N, 2, 3, 4.0]]), np.array([[0, 2, 3, 4.0]])
    assert mann_kendall(gappy).p == mann_kendall(whole).p
    assert (sen_slope(gappy)[0], sen_slope(whole)[0]) == (1, pytest.approx(7 / 6))


def test_below_four_values_nothing_is_tested():
    trends, changes = trends_and_changes(np.array([[1, 2, N, N, 3.0]]))
    assert np.isnan([trends.p[0], trends.z[0], changes.p[0]]).all()
    assert changes.position[0] == -1


def test_pettitt_by_hand():
    # Five of a lower level, then five of a higher: |U| = 25 after the fifth,
    # p = 2·exp(−6·25² / (10³ + 10²)).
    found = pettitt(np.array([[1.0] * 5 + [9.0] * 5, [9.0] * 3 + [1.0] * 7]))
    assert found.position.tolist() == [4, 2]
    assert found.rises.tolist() == [True, False]
    assert found.p == pytest.approx([2 * np.exp(-3750 / 1100), 2 * np.exp(-6 * 21**2 / 1100)])


def test_holm_by_hand():
    assert holm(np.array([0.01, 0.04, 0.03, 0.005])) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm(np.array([[0.04, N, 0.03], [0.9, 0.8, N]])) == pytest.approx(
        np.array([[0.06, N, 0.06], [1.0, 1.0, N]]), nan_ok=True
    )


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_holm_never_makes_p_smaller_nor_changes_their_order(values):
    p = np.array(values)
    adjusted = holm(p)
    assert (adjusted >= p - 1e-15).all()
    assert (adjusted <= np.minimum(1, p * len(p)) + 1e-12).all()
    order = np.argsort(p, kind="stable")
    assert (np.diff(adjusted[order]) >= 0).all()


def test_correlation_of_differences():
    rng = np.random.default_rng(5)
    index, series = rng.random(21), rng.random((3, 21))
    series[2, 4] = N  # drops two differences
    r, p = detrended_correlation(series, index)
    for i in range(2):
        assert r[i] == pytest.approx(np.corrcoef(np.diff(series[i]), np.diff(index))[0, 1])
    kept = [i for i in range(20) if i not in (3, 4)]
    assert r[2] == pytest.approx(np.corrcoef(np.diff(series[2])[kept], np.diff(index)[kept])[0, 1])
    assert ((p > 0) & (p < 1)).all()


def test_correlation_does_not_see_a_common_trend():
    years = np.arange(20.0)
    zigzag = np.tile([0.0, 1.0, 1.0, 0.0], 5)
    r, _ = detrended_correlation(np.array([years + zigzag, years - zigzag]), 5 * years + zigzag)
    assert r == pytest.approx([1, -1])
    flat, p = detrended_correlation(np.array([years]), zigzag)
    assert np.isnan(flat[0])
    assert np.isnan(p[0])
