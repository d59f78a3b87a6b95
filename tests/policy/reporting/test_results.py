"""Results of what is already read, and of a study in which nothing is coded."""

import dataclasses
from pathlib import Path

import pytest

from policy.studies import SCORES, codings_of, write_study
from sanzhi.core.findings import Unusable
from sanzhi.policy.coding.agreeing import agreement_of, compared
from sanzhi.policy.coding.opening import measured_part, open_study
from sanzhi.policy.coding.study import load_study
from sanzhi.policy.corpus.reading import read_corpus
from sanzhi.policy.measurement.annual import contributions
from sanzhi.policy.measurement.outside import index_in, index_text
from sanzhi.policy.reporting.figures import Figures
from sanzhi.policy.reporting.page import page
from sanzhi.policy.reporting.results import compute, results_of

TWO_CODERS = codings_of(SCORES) + codings_of({"P1": {"m1": 3, "m2": 3, "g1": 1}}, "bela")
INDEX = "year,value\n2001,3\n2002,\n2003,5.5\n"


def test_what_is_read_is_measured_as_the_files_are(tmp_path: Path) -> None:
    (tmp_path / "index.csv").write_text(INDEX)
    path = write_study(tmp_path, codings=TWO_CODERS, index="index.csv")
    from_files = compute(path, draws=20)
    read = results_of(*open_study(path), index_in(INDEX, "index"), draws=20)
    assert read.tables() == from_files.tables()
    assert page(read, "en") == page(from_files, "en")


def test_an_index_is_read_from_text_and_bytes_alike() -> None:
    found = index_in(INDEX, "index")
    assert found == {2001: 3.0, 2003: 5.5}
    assert index_in(INDEX.encode("utf-8-sig"), "index") == found
    assert index_in(index_text(found | {2004: 1 / 3}), "index") == found | {2004: 1 / 3}
    assert index_text({}) == ""


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("year,value\n2001,1\n2001,2\n", "given row 3 year"),
        ("year,value\n2001,x\n", "row 2 value"),
        ("year\n2001\n", "row 1 value"),
        ("year,value\n2001.5,1\n", "row 2 year"),
    ],
)
def test_a_faulty_index_is_refused_by_its_place(text: str, place: str) -> None:
    with pytest.raises(Unusable) as refused:
        index_in(text, "given")
    assert place in refused.value.finding.path


@pytest.mark.parametrize("codings", [[], [one | {"status": "draft"} for one in codings_of(SCORES)]])
def test_nothing_coded_is_a_state_of_its_own(tmp_path: Path, codings: list) -> None:
    results = compute(write_study(tmp_path, codings=codings), draws=2)
    assert not results.coded
    assert results.gaps == []
    assert "Nothing is coded yet" in page(results, "en")
    assert "尚无编码" in page(results, "zh")
    assert "<svg" not in page(results, "en")
    assert all(row.total_effectiveness == 0 for row in results.yearly)


def test_draws_are_told_as_they_are_done(tmp_path: Path) -> None:
    told: list[int] = []
    study = open_study(write_study(tmp_path, codings=TWO_CODERS))
    results_of(*study, {}, draws=900, drawn=told.append)
    assert told == sorted(told)
    assert told[-1] == 900
    assert len(told) > 1


def test_one_coder_needs_one_draw_and_gives_what_many_give(tmp_path: Path) -> None:
    told: list[int] = []
    study = open_study(write_study(tmp_path))
    one = results_of(*study, {}, draws=500, drawn=told.append)
    assert told == [1]
    assert one.robustness.draws == 500
    assert all(row.total == row.total_low == row.total_high for row in one.robustness.intervals)
    assert {row.trend_share for row in one.robustness.cells} == {None}


def test_policies_that_do_not_count_take_no_part(tmp_path: Path) -> None:
    path = write_study(tmp_path, years=[2001, 2002])
    study, corpus = load_study(path), read_corpus([tmp_path / "corpus.jsonl"])
    _, all_codings = open_study(write_study(tmp_path))[1:]
    policies, codings = measured_part(study, corpus, all_codings)
    assert set(policies) == {one.policy for one in codings} == {"P1", "P2"}


def test_a_years_policies_add_up_to_its_total(tmp_path: Path) -> None:
    results = compute(write_study(tmp_path), draws=2)
    for row in results.yearly:
        rows = contributions(results.body, row.category, row.year)
        assert len(rows) == row.policies
        assert sum(one.effectiveness for one in rows) == row.total_effectiveness
    first, second = contributions(results.body, "all", 2001)
    # A law (5) with measures 2 + 3 and objective 1; a notice (1) with 1 and 2 + 4.
    assert dataclasses.astuple(first) == ("P1", 5, 5, 1, 30)
    assert dataclasses.astuple(second) == ("P2", 1, 1, 6, 7)


def test_groups_of_agreement_carry_what_they_are_about(tmp_path: Path) -> None:
    again = [one | {"round": 2} for one in codings_of({"P1": {"m1": 2}})]
    study, _, codings = open_study(
        write_study(tmp_path, codings=[one | {"round": 1} for one in TWO_CODERS] + again)
    )
    found = compared(study, codings)
    assert {(one.kind, one.subjects) for one in found} >= {
        ("all", ()),
        ("code", ("m1",)),
        ("coders", ("anna", "bela")),
        ("text", ("P1",)),
        ("rounds", ("anna",)),
    }
    assert [one.of for one in found] == [row["of"] for row in agreement_of(study, codings)]


def test_the_strongest_pairs_come_first(tmp_path: Path) -> None:
    figures = Figures(compute(write_study(tmp_path), draws=2), "en")
    pairs = figures.pairs("measures_objectives")
    found = figures.synergy("measures_objectives", strongest=2)
    assert found is not None
    ordered = sorted(pairs, key=lambda pair: -pairs[pair])
    drawn = [figures.named(pair) in found.drawing for pair in ordered]
    assert drawn == [True, True, False, False]
    assert found.drawing.index(figures.named(ordered[0])) < found.drawing.index(
        figures.named(ordered[1])
    )
    assert "Code m2" in found.title
    assert "Code g2" in found.title


def test_agencies_that_issue_together_are_drawn(tmp_path: Path) -> None:
    found = Figures(compute(write_study(tmp_path), draws=2), "zh").agencies()
    assert found is not None
    assert "联合发文最多，共 1 件" in found.title
    assert found.drawing.count("<circle") == 3


def test_no_pair_is_no_strongest_pair(tmp_path: Path) -> None:
    scores = {"P1": {"m1": 2}, "P2": {"m2": 1}}
    found = Figures(
        compute(write_study(tmp_path, codings=codings_of(scores)), draws=2), "en"
    ).synergy("measures")
    assert found is not None
    assert found.title == "No pair acts together in any policy"
