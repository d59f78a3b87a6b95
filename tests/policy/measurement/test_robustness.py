"""The grid of choices, the coder bootstrap, and what is said of findings."""

import csv
import json

import numpy as np
import pytest

from policy.studies import FORCE, POLICIES, SCORES, codings_of, run, write_study
from sanzhi.core.findings import Unusable
from sanzhi.policy.coding.opening import open_study
from sanzhi.policy.measurement import annual
from sanzhi.policy.measurement.bootstrap import draws_of
from sanzhi.policy.measurement.building import build
from sanzhi.policy.measurement.grid import build_grid
from sanzhi.policy.measurement.outside import read_index
from sanzhi.policy.measurement.robustness import robustness
from sanzhi.policy.reporting.sentences import said

YEARS = range(2001, 2015)


def rising():
    """One notice a year: m1 rises from 1 to 14 steps of force, m2 falls more slowly."""
    policies = [
        {
            "id": f"P{year}",
            "issued": f"{year}-05-01",
            "doc_type": f"t{i + 1}",
            "issuers": ["海关总署"],
            "text": "监管",
        }
        for i, year in enumerate(YEARS)
    ]
    # Force is the year's number, so that every score's series can be shaped by a division.
    scores = {f"P{year}": {"m1": 5, "m2": 0, "g1": 1, "g2": 1} for year in YEARS}
    scales = {
        "A": {f"t{i + 1}": (i + 1) / 2 for i in range(14)},
        "B": {f"t{i + 1}": (14 - i) / 2 for i in range(14)},
    }
    return policies, scores, scales


def opened(path):
    study, policies, codings = open_study(path)
    return study, build(study, policies, codings), policies, codings


def found(path, draws=20, seed=1, index=None):
    study, body, policies, codings = opened(path)
    return study, robustness(study, body, policies, codings, index or {}, draws=draws, seed=seed)


@pytest.mark.parametrize("combine", ["sum", "mean"])
def test_every_cell_is_the_effectiveness_of_its_choice(tmp_path, combine):
    path = write_study(tmp_path, measurement={"combine": combine})
    study, body, policies, _ = opened(path)
    grid = build_grid(study, body, policies)
    scores = np.concatenate([body.measures, body.objectives], axis=1)[:, :, None]
    series = grid.series(scores)[0]
    assert len(grid.choices) == len(series) == 2 * 2 * 2 * 2 * 9
    assert len(set(grid.choices)) == len(grid.choices)
    for choice, values in zip(grid.choices, series, strict=True):
        _, other, _, _ = opened(
            write_study(
                tmp_path,
                measurement={"combine": combine},
                force={"use": choice.force_scale, "scales": {"A": FORCE, "B": FORCE | {"rule": 2}}},
            )
        )
        if not choice.laws:
            other = other.only(np.array([one != "P1" for one in other.policies]))
        other = other.without_measure(choice.without_measure).without_objective(
            choice.without_objective
        )
        rows = [one for one in annual.annual(other) if one.category == choice.category]
        expected = [
            one.total_effectiveness if choice.quantity == "total" else one.average_effectiveness
            for one in rows
        ]
        assert values.tolist() == pytest.approx(
            [np.nan if one is None else one for one in expected], nan_ok=True
        )


def test_a_finding_that_hangs_on_the_force_scale_flips(tmp_path):
    policies, scores, scales = rising()
    study, result = found(
        write_study(
            tmp_path,
            policies=policies,
            codings=codings_of(scores),
            categories=[],
            years=[2001, 2014],
            force={"use": "A", "scales": scales},
        )
    )
    trend = next(
        one
        for one in result.findings
        if (one.kind, one.quantity, one.category) == ("trend", "total", "all")
    )
    assert (trend.direction, trend.verdict, trend.cells) == (1, "flips", 36)
    assert (trend.same, trend.opposite) == (18, 18)
    worst = trend.departures[0]
    assert (worst.choice, worst.value, worst.cells, worst.of) == ("force_scale", "B", 18, 18)
    differing = {result.cells[number - 1].force_scale for number in trend.differing_cells}
    assert differing == {"B"}
    text = said(trend, study)
    assert "rises over the years" in text.en
    assert f"{trend.surviving} cells survive" in text.en
    assert "Flips: 18 of 36 cells find the opposite" in text.en
    assert "force scale B (18/18)" in text.en
    assert "效力量表 B（18/18）" in text.zh


def test_a_finding_that_every_choice_gives_holds(tmp_path):
    policies, scores, scales = rising()
    _, result = found(
        write_study(
            tmp_path,
            policies=policies,
            codings=codings_of(scores) + codings_of(scores, "bela"),
            categories=[],
            years=[2001, 2014],
            force={"use": "A", "scales": {"A": scales["A"]}},
        )
    )
    trend, _, change, _ = result.findings
    assert result.several_coders == 14
    assert (trend.verdict, trend.same, trend.cells) == ("holds", 18, 18)
    assert trend.draws_share == 1
    assert trend.departures == trend.differing_cells == ()
    assert (change.kind, change.direction, change.year) == ("change", 1, 2008)
    # Force rises by ½ a year; m1 + g1 + g2 = 7.
    assert result.cells[0].slope == pytest.approx(3.5)


def test_holm_is_over_one_choice_and_over_the_whole_grid(tmp_path):
    policies, scores, scales = rising()
    _, result = found(
        write_study(
            tmp_path,
            policies=policies,
            codings=codings_of(scores),
            categories=[],
            years=[2001, 2014],
            force={"use": "A", "scales": scales},
        )
    )
    least = min(result.cells, key=lambda one: one.p)
    assert least.p_holm_grid == pytest.approx(min(1, least.p * len(result.cells)))
    # Total and average of the one category: two series, equal as there is a policy a year.
    assert least.p_holm == pytest.approx(2 * least.p)
    assert (
        result.findings[0].surviving
        == sum(
            one.quantity == "total" and one.trend == 1 and one.p_holm_grid < 0.05
            for one in result.cells
        )
        > 0
    )


def test_a_measure_alone_carries_the_finding(tmp_path):
    policies, scores, scales = rising()
    for i, year in enumerate(YEARS):
        scores[f"P{year}"] = {"m1": i * 6 // 14, "m2": 1 + (i + i // 2) % 2, "g1": 1, "g2": 1}
    flat = {"A": dict.fromkeys(scales["A"], 2)}
    _, result = found(
        write_study(
            tmp_path,
            policies=policies,
            codings=codings_of(scores),
            categories=[],
            years=[2001, 2014],
            force={"use": "A", "scales": flat},
        )
    )
    trend = next(one for one in result.findings if one.kind == "trend")
    assert (trend.direction, trend.verdict, trend.opposite) == (1, "weakens", 0)
    assert (trend.departures[0].choice, trend.departures[0].value) == ("without_measure", "m1")
    assert {result.cells[number - 1].without_measure for number in trend.differing_cells} == {"m1"}


def test_relation_to_the_outside_index(tmp_path):
    policies, scores, scales = rising()
    level = [3, 1, 4, 1, 5, 2, 5, 1, 3, 5, 2, 4, 1, 5]
    for year, score in zip(YEARS, level, strict=True):
        scores[f"P{year}"]["m1"] = score
    flat = {"A": dict.fromkeys(scales["A"], 1)}
    path = write_study(
        tmp_path,
        policies=policies,
        codings=codings_of(scores),
        categories=[],
        years=[2001, 2014],
        index="index.csv",
        force={"use": "A", "scales": flat},
    )
    (tmp_path / "index.csv").write_text(
        "year,value\n2000,\n"
        + "".join(f"{year},{score * 10}\n" for year, score in zip(YEARS, level, strict=True))
    )
    study = open_study(path)[0]
    index = read_index(study, tmp_path)
    assert list(index) == list(YEARS)
    _, result = found(path, index=index)
    relation = next(one for one in result.findings if one.kind == "relation")
    assert (relation.direction, relation.verdict) == (1, "weakens")
    assert result.cells[0].correlation == pytest.approx(1)
    assert {result.cells[number - 1].without_measure for number in relation.differing_cells} == {
        "m1"
    }


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("year,level\n2001,3\n", "index.csv row 1 value"),
        ("year,value\n2001,high\n", "index.csv row 2 value"),
        ("year,value\n2001,3\n2001,4\n", "index.csv row 3 year"),
        ("year,value\n2001.5,3\n", "index.csv row 2 year"),
    ],
)
def test_a_faulty_index_names_row_and_field(text, place, tmp_path):
    path = write_study(tmp_path, index="index.csv")
    (tmp_path / "index.csv").write_text(text)
    with pytest.raises(Unusable) as refused:
        read_index(open_study(path)[0], tmp_path)
    assert refused.value.finding.path == place


def test_a_finding_that_hangs_on_the_coder_holds_in_some_draws_only(tmp_path):
    policies, scores, scales = rising()
    other = {key: given | {"m1": 5 - i * 5 // 13} for i, (key, given) in enumerate(scores.items())}
    _, result = found(
        write_study(
            tmp_path,
            policies=policies,
            codings=codings_of(scores) + codings_of(other, "bela"),
            categories=[],
            years=[2001, 2014],
            force={"use": "A", "scales": {"A": dict.fromkeys(scales["A"], 1)}},
        ),
        draws=200,
    )
    trend = result.findings[0]
    assert trend.direction == -1  # the mean of a coder who sees no change and one who sees a fall
    assert 0 < trend.draws_share < 1


def test_one_coder_leaves_nothing_to_chance(tmp_path):
    policies, scores, scales = rising()
    study, result = found(
        write_study(
            tmp_path,
            policies=policies,
            codings=codings_of(scores),
            categories=[],
            years=[2001, 2014],
            force={"use": "A", "scales": scales},
        )
    )
    assert (result.several_coders, result.findings[0].draws_share) == (0, None)
    assert "no text has two coders" in said(result.findings[0], study).en
    for one in result.intervals:
        assert one.total_low == one.total == one.total_high
        assert one.average_low == one.average == one.average_high


def test_draws_lie_between_the_coders_and_follow_the_seed(tmp_path):
    low = {key: dict.fromkeys(("m1", "m2", "g1", "g2"), 1) for key in SCORES}
    high = {key: dict.fromkeys(("m1", "m2", "g1", "g2"), 3) for key in SCORES}
    path = write_study(tmp_path, codings=codings_of(low) + codings_of(high, "bela"))
    _, result = found(path, draws=400)
    year = result.intervals[0]
    # A law of force 5 and a notice of force 1, each at 4 or 12: 24, 32, 64 or 72; settled 48.
    assert (year.total_low, year.total, year.total_high) == (24, 48, 72)
    assert found(path, draws=400)[1] == result
    assert len({found(path, draws=1, seed=seed)[1].intervals for seed in range(8)}) > 1


def test_draws_do_not_hang_on_how_they_are_batched(tmp_path):
    scores = {key: dict.fromkeys(("m1", "g1"), 1) for key in SCORES}
    more = {key: dict.fromkeys(("m1", "g1"), 4) for key in SCORES}
    path = write_study(tmp_path, codings=codings_of(scores) + codings_of(more, "bela"))
    _, body, _, codings = opened(path)
    one, other = (
        np.concatenate(list(draws_of(body, codings, 25, 3, batch)), axis=2) for batch in (25, 4)
    )
    assert one.shape == (3, 4, 25)
    assert (one == other).all()
    assert set(np.unique(one)) == {0, 1, 4}


def test_a_scale_of_the_grid_without_a_level_is_refused(tmp_path):
    path = write_study(tmp_path, force={"use": "A", "scales": {"A": FORCE, "B": {"law": 5}}})
    with pytest.raises(Unusable) as refused:
        found(path)
    assert "P2" in refused.value.finding.path
    assert "scale B" in refused.value.finding.text.en


def test_too_few_years_are_not_tested(tmp_path):
    study, result = found(write_study(tmp_path))
    assert {one.verdict for one in result.findings} == {"undefined"}
    assert result.cells[0].p is result.cells[0].trend is result.cells[0].trend_share is None
    assert "too few years" in said(result.findings[0], study).en


def test_nothing_coded_is_measured_as_nothing(tmp_path):
    _, result = found(write_study(tmp_path, codings=[]))
    assert [one.total for one in result.intervals] == [0] * len(result.intervals)
    assert {one.average for one in result.intervals} == {None}


def test_robustness_command(tmp_path, monkeypatch, capsys):
    path = write_study(tmp_path, policies=POLICIES)
    arguments = ("policy", "robustness", path, "--draws", 10, "--seed", 7)
    assert run(monkeypatch, *arguments, "--out", tmp_path / "out", "--json") == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["draws"], document["seed"]) == (10, 7)
    assert len(document["cells"]) == 2 * 2 * 2 * 2 * 9
    assert {"en", "zh", "verdict", "departures"} <= document["findings"][0].keys()
    with (tmp_path / "out" / "robustness.csv").open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == len(document["cells"])
    assert run(monkeypatch, *arguments) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(document["findings"])
