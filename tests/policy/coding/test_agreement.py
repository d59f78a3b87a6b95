"""Agreement against the examples it was published with, and against other packages."""

import json

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from policy.studies import codings_of, run, write_study
from sanzhi.policy.coding.agreeing import agreement_of
from sanzhi.policy.coding.agreement import (
    agreement,
    coded_units,
    cohen_kappa,
    gwet_ac2,
    icc,
    krippendorff_alpha,
    percent,
)
from sanzhi.policy.coding.opening import open_study

N = np.nan
#: Krippendorff, Content Analysis (2019), and "Computing Krippendorff's Alpha-Reliability" (2011):
#: four observers, twelve units, values missing.
PUBLISHED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
        [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
    ]
).T
#: Cohen (1960), table 1: 200 cases in three classes.
COHEN = [[88, 10, 2], [14, 40, 6], [18, 10, 12]]
#: Shrout & Fleiss (1979), table 2: six targets, four judges.
JUDGES = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]],
    dtype=float,
)


def paired(table):
    pairs = [(i, j) for i, row in enumerate(table) for j, n in enumerate(row) for _ in range(n)]
    return np.array(pairs, dtype=float)


@pytest.mark.parametrize(
    ("level", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_alpha_as_published(level, alpha):
    assert krippendorff_alpha(PUBLISHED, 5, level) == pytest.approx(alpha, abs=0.0005)


def test_kappa_as_published():
    ratings = paired(COHEN)
    assert percent(ratings) == pytest.approx(0.70)
    assert cohen_kappa(ratings[:, 0], ratings[:, 1], 2) == pytest.approx(0.29 / 0.59)


def test_icc_as_published():
    assert icc(JUDGES) == pytest.approx(0.29, abs=0.005)


def test_gwet_ac1_as_published():
    # The example of Gwet's own handbook and packages, classes 1 to 5.
    assert gwet_ac2(PUBLISHED - 1, 4, "none") == pytest.approx(0.77544, abs=5e-6)


def test_gwet_ac2_by_hand():
    # Scores 0..2, quadratic weights 1, .75, 0. Observed (1 + .75 + 1 + 0)/4 = .6875; shares
    # 3/8, 1/8, 4/8; chance = Σw/(3·2) · Σπ(1−π) = (6/6) · (15 + 7 + 16)/64 = .59375.
    ratings = np.array([[0, 0], [1, 2], [2, 2], [0, 2]], dtype=float)
    assert gwet_ac2(ratings, 2) == pytest.approx((0.6875 - 0.59375) / (1 - 0.59375))


RATINGS = st.integers(2, 4).flatmap(
    lambda coders: st.lists(
        st.lists(st.one_of(st.integers(0, 5), st.none()), min_size=coders, max_size=coders),
        min_size=3,
        max_size=30,
    )
)


@given(RATINGS, st.sampled_from(["nominal", "ordinal", "interval"]))
def test_alpha_equals_the_package(rows, level):
    ratings = np.array([[N if one is None else one for one in row] for row in rows], dtype=float)
    ours = krippendorff_alpha(ratings, 5, level)
    assume(ours is not None)
    theirs = krippendorff.alpha(ratings.T, level_of_measurement=level, value_domain=list(range(6)))
    assert ours == pytest.approx(theirs, abs=1e-9)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=60),
    st.sampled_from([("none", None), ("linear", "linear"), ("quadratic", "quadratic")]),
)
def test_kappa_equals_scikit_learn(pairs, weights):
    ratings = np.array(pairs, dtype=float)
    ours = cohen_kappa(ratings[:, 0], ratings[:, 1], 5, weights[0])
    assume(ours is not None)
    theirs = cohen_kappa_score(
        ratings[:, 0], ratings[:, 1], weights=weights[1], labels=list(range(6))
    )
    assert ours == pytest.approx(theirs, abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=2, max_size=30))
def test_agreement_does_not_know_who_is_first(pairs):
    ratings = np.array(pairs, dtype=float)
    one, other = agreement(ratings, 5), agreement(ratings[:, ::-1].copy(), 5)
    for name in ("percent", "kappa", "kappa_quadratic", "alpha_ordinal", "ac2", "icc"):
        assert getattr(one, name) == pytest.approx(getattr(other, name), abs=1e-9)


def test_equal_coders_agree_fully():
    ratings = np.array([[0, 0], [3, 3], [5, 5], [1, 1]], dtype=float)
    found = agreement(ratings, 5)
    assert [
        found.percent,
        found.kappa,
        found.kappa_linear,
        found.kappa_quadratic,
        found.alpha_nominal,
        found.alpha_ordinal,
        found.alpha_interval,
        found.ac2,
    ] == pytest.approx([1.0] * 8)
    assert found.icc == pytest.approx(1.0)


def test_nothing_is_expected_where_nobody_varies():
    found = agreement(np.zeros((5, 2)), 5)
    assert (found.percent, found.kappa, found.alpha_ordinal) == (1.0, None, None)


def test_coded_units_leave_out_shared_absence():
    ratings = np.array([[0, 0], [0, 2], [N, 3], [0, N]])
    assert coded_units(ratings)[:, 1].tolist() == [2, 3]


def test_agreement_by_code_pair_text_and_round(tmp_path):
    first = codings_of({"P1": {"m1": 2, "g1": 0}, "P2": {"m1": 1, "g1": 3}})
    second = codings_of({"P1": {"m1": 2, "g1": 0}, "P2": {"m1": 3, "g1": 3}}, "bela")
    again = [row | {"round": 2} for row in codings_of({"P1": {"m1": 2}, "P2": {"m1": 2}})]
    path = write_study(tmp_path, codings=[row | {"round": 1} for row in first + second] + again)
    study, _, codings = open_study(path)
    rows = {(row["of"], row["over"]): row for row in agreement_of(study, codings)}
    assert rows["all codes", "all"]["percent"] == 0.75
    assert rows["all codes", "coded"]["percent"] == pytest.approx(2 / 3)
    assert rows["code m1", "all"]["percent"] == 0.5
    assert rows["code g1", "all"]["percent"] == 1
    assert rows["text P2", "all"]["percent"] == 0.5
    assert rows["coders anna and bela", "all"]["units"] == 4
    # Anna's second round differs on one text of two; the first round is what is compared.
    assert rows["coder anna with themselves", "all"]["percent"] == 0.5
    assert ("coder bela with themselves", "all") not in rows


def test_agreement_command(tmp_path, monkeypatch, capsys):
    path = write_study(
        tmp_path,
        codings=codings_of({"P1": {"m1": 2}, "P2": {"m1": 1}})
        + codings_of({"P1": {"m1": 2}, "P2": {"m1": 2}}, "bela"),
    )
    assert run(monkeypatch, "policy", "agreement", path, "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows[0]["of"] == "all codes"
    assert rows[0]["percent"] == 0.5
