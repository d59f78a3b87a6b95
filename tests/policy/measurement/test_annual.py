"""Effectiveness and synergy against tables worked by hand, and their laws."""

import csv
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.studies import POLICIES, SCORES, codings_of, run, write_study
from sanzhi.policy.coding.opening import open_study
from sanzhi.policy.measurement import annual
from sanzhi.policy.measurement.agencies import agency_synergy, betweenness, network
from sanzhi.policy.measurement.building import build
from sanzhi.policy.measurement.matrix import Body
from sanzhi.policy.measurement.stability import stability


def measured(folder, **changes):
    study, policies, codings = open_study(write_study(folder, **changes))
    return build(study, policies, codings), policies


def pairs(rows, category="all"):
    return {
        (one.year, one.first, one.second): (one.total, one.average)
        for one in rows
        if one.category == category
    }


def test_effectiveness_by_hand(tmp_path):
    # 2001: law (2+3 + 1)·5 = 30, notice (1 + 2+4)·1 = 7; 2003: rule (4 + 5)·3 = 27.
    body, _ = measured(tmp_path)
    rows = {(one.category, one.year): one for one in annual.annual(body)}
    year = rows["all", 2001]
    assert (year.policies, year.total_effectiveness, year.average_effectiveness) == (2, 37, 18.5)
    assert (year.measure_effectiveness, year.objective_effectiveness) == (26, 11)
    assert (year.agency_synergy, year.joint_share) == (5 * 2 + 1, 0.5)
    empty = rows["all", 2002]
    assert (empty.policies, empty.total_effectiveness) == (0, 0)
    assert (empty.average_effectiveness, empty.joint_share) == (None, None)
    assert rows["all", 2003].total_effectiveness == 27
    assert [rows["supervision", year].total_effectiveness for year in (2001, 2002, 2003)] == [
        30,
        0,
        27,
    ]


def test_synergy_by_hand(tmp_path):
    body, _ = measured(tmp_path)
    assert pairs(annual.measure_synergy(body)) == {
        (2001, "m1", "m2"): (5 * 2 * 3, 15),
        (2002, "m1", "m2"): (0, None),
        (2003, "m1", "m2"): (0, 0),
    }
    assert pairs(annual.objective_synergy(body))[2001, "g1", "g2"] == (1 * 2 * 4, 4)
    crossed = pairs(annual.measure_objective_synergy(body))
    assert crossed[2001, "m1", "g1"] == (5 * 2 * 1 + 1 * 1 * 2, 6)
    assert crossed[2001, "m2", "g1"] == (15, 7.5)
    assert crossed[2003, "m2", "g2"] == (3 * 4 * 5, 60)
    assert pairs(annual.measure_objective_synergy(body), "supervision")[2001, "m1", "g1"] == (
        10,
        10,
    )


def test_mean_over_codes(tmp_path):
    body, _ = measured(tmp_path, measurement={"combine": "mean"})
    assert annual.annual(body)[0].total_effectiveness == (2.5 + 0.5) * 5 + (0.5 + 3) * 1


def test_policies_in_force_count_every_year(tmp_path):
    policies = [
        POLICIES[0] | {"repealed": "2003-01-01"},
        POLICIES[1] | {"repealed": "2003-01-02"},
        POLICIES[2] | {"effective": "2004-01-01"},
    ]
    body, _ = measured(tmp_path, policies=policies, measurement={"count": "in_force"})
    # Repealed on 1 January, the law does not apply in 2003; a day later the notice still does.
    assert [one.policies for one in annual.annual(body) if one.category == "all"] == [2, 2, 1]


@pytest.mark.parametrize(("settle", "score"), [("mean", 3), ("first", 2), ("adjudicated", 5)])
def test_several_coders_are_settled_as_the_study_says(tmp_path, settle, score):
    codings = [
        {"policy": "P1", "code": "m1", "coder": coder, "score": given, "status": status}
        for coder, given, status in (
            ("anna", 2, "final"),
            ("bela", 4, "final"),
            ("cleo", 5, "adjudicated"),
            ("dora", 1, "draft"),
        )
    ]
    body, _ = measured(tmp_path, codings=codings, measurement={"settle": settle})
    assert body.measures[0, 0] == score


def test_the_last_round_counts(tmp_path):
    codings = [
        {"policy": "P1", "code": "m1", "coder": "anna", "score": score, "round": number}
        for number, score in ((2, 5), (1, 1))
    ]
    body, _ = measured(tmp_path, codings=codings)
    assert body.measures[0, 0] == 5


def test_agencies_by_hand(tmp_path):
    body, policies = measured(tmp_path)
    rows = {(one.category, one.year): one for one in agency_synergy(body)}
    assert (rows["all", 2001].total, rows["all", 2001].average) == (11, 5.5)
    assert rows["all", 2002].average is None
    joint = network(body, policies)
    # 海关总署 – 商务部 – 税务总局: two of three ties, the middle one on the only path between.
    assert joint.density == pytest.approx(2 / 3)
    middle = next(one for one in joint.agencies if one.agency == "商务部")
    assert (middle.policies, middle.joint_policies, middle.degree, middle.betweenness) == (
        2,
        2,
        2,
        1,
    )
    assert [(one.first, one.second, one.policies, one.force) for one in joint.pairs] == [
        ("商务部", "海关总署", 1, 5),
        ("商务部", "税务总局", 1, 3),
    ]


def test_betweenness_of_a_square_is_shared():
    # Each opposite pair has two shortest paths, one through each of the others: ½ of 3 pairs.
    ties = {"a": {"b", "d"}, "b": {"a", "c"}, "c": {"b", "d"}, "d": {"a", "c"}}
    assert betweenness(ties) == pytest.approx(dict.fromkeys("abcd", 1 / 6))


def test_stability_by_hand(tmp_path):
    policies = [
        POLICIES[0] | {"issued": "2001-01-01", "repealed": "2003-01-01"},
        POLICIES[1] | {"issued": "2001-01-01"},
    ]
    body, found = measured(
        tmp_path, policies=policies, codings=codings_of({key: SCORES[key] for key in ("P1", "P2")})
    )
    row = stability(body, found)[0]
    assert row.mean_yearly_change == (37 + 0) / 2
    assert (row.policy_years, row.repeals) == (2 + 3, 1)
    assert row.stability == pytest.approx(1 - 1 / 5)
    assert row.half_life == pytest.approx(np.log(2) * 5)
    assert stability(body.only(np.array([False, True])), found)[0].half_life is None


SCORE = st.integers(0, 5).map(float)


@st.composite
def bodies(draw):
    n = draw(st.integers(1, 8))
    rows = st.lists(st.lists(SCORE, min_size=3, max_size=3), min_size=n, max_size=n)
    years = draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    part = np.zeros((n, 4), dtype=bool)
    part[np.arange(n), years] = True
    return Body(
        tuple(f"P{i}" for i in range(n)),
        (2001, 2002, 2003, 2004),
        part,
        np.array(draw(st.lists(st.integers(1, 5), min_size=n, max_size=n)), dtype=float),
        np.array(draw(rows)),
        np.array(draw(rows)),
        ("a", "b", "c"),
        ("x", "y", "z"),
        {"all": np.ones(n, dtype=bool)},
        np.array(draw(st.lists(st.integers(1, 4), min_size=n, max_size=n)), dtype=float),
        draw(st.sampled_from(["sum", "mean"])),
    )


def flipped(body):
    return replace(body, measures=body.measures[:, ::-1], measure_keys=body.measure_keys[::-1])


def twice(body):
    rows = np.repeat(np.arange(len(body.policies)), 2)
    return replace(
        body,
        policies=tuple(f"{body.policies[i]}-{n}" for n, i in enumerate(rows)),
        takes_part=body.takes_part[rows],
        force=body.force[rows],
        measures=body.measures[rows],
        objectives=body.objectives[rows],
        issuers=body.issuers[rows],
        categories={"all": np.ones(len(rows), dtype=bool)},
    )


@given(bodies())
def test_synergy_is_symmetric_in_the_pair(body):
    one, other = pairs(annual.measure_synergy(body)), pairs(annual.measure_synergy(flipped(body)))
    assert len(one) == 12
    for (year, first, second), (total, _) in one.items():
        assert other[year, second, first][0] == pytest.approx(total)


@given(bodies())
def test_doubling_every_force_doubles_totals_and_synergies(body):
    double = replace(body, force=body.force * 2)
    for one, other in zip(annual.annual(body), annual.annual(double), strict=True):
        assert other.total_effectiveness == pytest.approx(2 * one.total_effectiveness)
        assert other.agency_synergy == pytest.approx(2 * one.agency_synergy)
        assert other.policies == one.policies
    for synergies in (
        annual.measure_synergy,
        annual.objective_synergy,
        annual.measure_objective_synergy,
    ):
        for one, other in zip(synergies(body), synergies(double), strict=True):
            assert other.total == pytest.approx(2 * one.total)


@given(bodies())
def test_doubling_the_policies_doubles_totals_and_leaves_averages(body):
    for one, other in zip(annual.annual(body), annual.annual(twice(body)), strict=True):
        assert other.policies == 2 * one.policies
        assert other.total_effectiveness == pytest.approx(2 * one.total_effectiveness)
        if one.policies:
            assert other.average_effectiveness == pytest.approx(one.average_effectiveness)
        else:
            assert other.average_effectiveness is one.average_effectiveness is None
    for one, other in zip(
        annual.measure_synergy(body), annual.measure_synergy(twice(body)), strict=True
    ):
        assert other.total == pytest.approx(2 * one.total)
        assert other.average == (None if one.average is None else pytest.approx(one.average))


@given(bodies())
def test_the_parts_make_the_whole(body):
    for year in annual.annual(body):
        assert year.measure_effectiveness + year.objective_effectiveness == pytest.approx(
            year.total_effectiveness
        )
    by_hand = sum(
        body.force[j] * body.measures[j, 0] * body.measures[j, 1] for j in range(len(body.policies))
    )
    assert sum(
        total
        for (_, first, second), (total, _) in pairs(annual.measure_synergy(body)).items()
        if (first, second) == ("a", "b")
    ) == pytest.approx(by_hand)


def test_measure_writes_every_table(tmp_path, monkeypatch, capsys):
    path = write_study(tmp_path)
    assert run(monkeypatch, "policy", "measure", path, "--out", tmp_path / "out", "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert rows[0]["total_effectiveness"] == 37
    with (tmp_path / "out" / "annual.csv").open(encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert [row["total_effectiveness"] for row in table[:3]] == ["37", "0", "27"]
    assert [row["average_effectiveness"] for row in table[:3]] == ["18.5", "", "27"]
    for name in (
        "measure_synergy",
        "objective_synergy",
        "measure_objective_synergy",
        "agency_synergy",
        "agency_pairs",
        "agency_network",
    ):
        assert (tmp_path / "out" / f"{name}.csv").stat().st_size > 20


def test_parquet_holds_what_the_csv_holds(tmp_path, monkeypatch):
    pl = pytest.importorskip("polars")
    assert (
        run(monkeypatch, "policy", "measure", write_study(tmp_path), "--out", tmp_path / "out") == 0
    )
    whole = pl.read_parquet(tmp_path / "out" / "annual.parquet")
    assert whole["average_effectiveness"].to_list()[:3] == [18.5, None, 27.0]


FAULTS = {
    "off the scale": (
        {"codings": [{"policy": "P1", "code": "m1", "score": 6, "coder": "a"}]},
        "row 2 score",
    ),
    "no such policy": (
        {"codings": [{"policy": "P9", "code": "m1", "score": 1, "coder": "a"}]},
        "row 2 policy",
    ),
    "no such code": (
        {"codings": [{"policy": "P1", "code": "m9", "score": 1, "coder": "a"}]},
        "row 2 code",
    ),
    "no number": (
        {"codings": [{"policy": "P1", "code": "m1", "score": "x", "coder": "a"}]},
        "row 2 score",
    ),
    "evidence outside": (
        {"codings": [{"policy": "P1", "code": "m1", "score": 1, "coder": "a", "spans": "2-40"}]},
        "row 2 spans",
    ),
    "scored twice": ({"codings": codings_of(SCORES) + codings_of({"P1": {"m1": 3}})}, "row 10"),
    "id twice": ({"policies": [POLICIES[0], POLICIES[0]]}, "row 2 id"),
    "unknown force": (
        {"policies": [POLICIES[0] | {"doc_type": "song"}, *POLICIES[1:]]},
        "P1 doc_type",
    ),
    "unknown scale": ({"force": {"use": "Z", "scales": {"A": {"law": 5}}}}, "force"),
    "years backwards": ({"years": [2005, 2001]}, "study.yaml"),
    "no year": ({"policies": [{**POLICIES[0], "issued": None}, *POLICIES[1:]]}, "P1 issued"),
    "no score": (
        {"codings": [{"policy": "P1", "code": "m1", "score": "", "coder": "a"}]},
        "row 2 score",
    ),
    "no type": ({"policies": [{**POLICIES[0], "doc_type": None}, *POLICIES[1:]]}, "P1 doc_type"),
    "no corpus": ({"corpus": ["elsewhere.jsonl"]}, "elsewhere.jsonl"),
    "a study's typing error": ({"catgories": []}, "catgories"),
    "no date": ({"policies": [POLICIES[0] | {"issued": "soon"}, *POLICIES[1:]]}, "row 1 issued"),
}


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("command", ["measure", "robustness", "report"])
def test_a_fault_names_its_place_and_writes_nothing(name, command, tmp_path, monkeypatch, capsys):
    changes, place = FAULTS[name]
    path = write_study(tmp_path, **changes)
    assert run(monkeypatch, "policy", command, path, "--out", tmp_path / "out") == 2
    said = capsys.readouterr().err
    assert place in said
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "out").exists()
