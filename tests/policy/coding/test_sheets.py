"""Coding sheets: what may stand in one, what it lacks, and where sheets agree."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.studies import study_fields
from sanzhi.core.findings import Unusable
from sanzhi.policy.coding.assigning import chosen, teams
from sanzhi.policy.coding.record import Span
from sanzhi.policy.coding.sheets import (
    Mark,
    agreed,
    codings,
    disagreements,
    joined,
    located,
    mark,
    read_marks,
    sheets_of,
    unfinished,
    write_marks,
)
from sanzhi.policy.coding.study import Study

STUDY = Study.model_validate(study_fields())
CODES = [code.key for code in STUDY.codebook.codes]
spans = st.lists(
    st.tuples(st.integers(0, 40), st.integers(1, 9)).map(
        lambda pair: Span(start=pair[0], end=pair[0] + pair[1])
    ),
    max_size=6,
)
marks = st.builds(Mark, score=st.integers(0, 5), spans=spans.map(joined))
sheets = st.fixed_dictionaries(dict.fromkeys(CODES, marks))


def span(start: int, end: int) -> Span:
    return Span(start=start, end=end)


def test_a_sheet_lacks_scores_and_evidence():
    sheet = {"m1": Mark(score=0), "m2": Mark(score=2), "g1": Mark(score=1, spans=(span(0, 1),))}
    assert [(one.code, one.path) for one in unfinished(STUDY, sheet)] == [
        ("sheet.evidence", "m2"),
        ("sheet.missing", "g2"),
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"code": "zz"}, "sheet.code"),
        ({"score": 6}, "sheet.score"),
        ({"score": -1}, "sheet.score"),
        ({"spans": [span(3, 9)]}, "sheet.span"),
        ({"memo": "x" * 2001}, "sheet.memo"),
        ({"spans": [span(0, 1)] * 21}, "sheet.spans"),
    ],
)
def test_what_may_not_stand_in_a_sheet(changes, code):
    with pytest.raises(Unusable) as refused:
        mark(STUDY, **{"text": "加强监管", "code": "m1", "score": 1, "spans": []} | changes)
    assert refused.value.finding.code == code


def test_touching_and_overlapping_evidence_is_one():
    assert joined([span(5, 8), span(0, 2), span(2, 4), span(6, 7)]) == (span(0, 4), span(5, 8))


@given(spans)
def test_joined_evidence_covers_the_same(given_):
    covered = {at for one in given_ for at in range(one.start, one.end)}
    found = joined(given_)
    assert {at for one in found for at in range(one.start, one.end)} == covered
    assert all(one.end < other.start for one, other in pairwise(found))


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("提前申报", (3, 7)),
        ("提前 申报", (3, 7)),
        ("可 以\n提前", (1, 5)),
        ("𠀀。", (7, 9)),
    ],
)
def test_a_passage_is_found_whatever_its_white_space(quote, found):
    assert located("企可以提前申报𠀀。", quote) == span(*found)


@pytest.mark.parametrize("quote", ["", "  ", "没有", "x" * 1000])
def test_a_passage_that_is_not_there_is_refused(quote):
    with pytest.raises(Unusable, match="does not hold"):
        located("企业可以提前申报", quote)


@given(sheets, sheets)
def test_codes_are_agreed_or_differ(one, two):
    differing, same = disagreements(STUDY, [one, two]), agreed(STUDY, [one, two])
    assert set(differing) | same.keys() == set(CODES)
    assert not set(differing) & same.keys()
    assert all(one[key].score == two[key].score == same[key].score for key in same)
    assert disagreements(STUDY, [one, two]) == disagreements(STUDY, [two, one])


def test_a_code_that_one_left_out_is_no_agreement():
    one = {key: Mark(score=0) for key in CODES}
    two = {key: Mark(score=0) for key in CODES[1:]}
    assert disagreements(STUDY, [one, two]) == ("m1",)


@given(sheets)
def test_sheets_go_to_codings_and_storage_and_back(sheet):
    assert read_marks(write_marks(sheet)) == sheet
    assert sheets_of(codings("P1", "anna", sheet, round_=2)) == {("P1", "anna", 2, "final"): sheet}


@given(st.integers(1, 6), st.integers(1, 6), st.integers(0, 60))
def test_teams_are_of_different_coders_and_even(people, size, texts):
    coders = [f"c{n}" for n in range(people)]
    found = teams(coders, size, texts)
    assert len(found) == texts
    assert all(len(set(team)) == len(team) == min(size, people) for team in found)
    counts = [sum(one in team for team in found) for one in coders]
    assert max(counts) - min(counts) <= min(size, people)


def test_teams_meet_each_other():
    found = teams(["a", "b", "c", "d"], 2, 12)
    assert {frozenset(team) for team in found} == {
        frozenset(pair) for pair in ("ab", "ac", "ad", "bc", "bd", "cd")
    }


def test_texts_are_chosen_in_order_at_random_or_by_what_they_teach():
    texts = [f"P{n}" for n in range(20)]
    assert chosen(texts, "corpus", 3, seed="s") == ["P0", "P1", "P2"]
    drawn = chosen(texts, "random", 5, seed="s")
    assert drawn == chosen(texts, "random", 5, seed="s")
    assert drawn != chosen(texts, "random", 5, seed="t")
    assert len(set(drawn)) == 5
    assert chosen(texts, "teaching", 2, seed="s", teaching=["X", "P7", "P3", "P1"]) == ["P7", "P3"]
    assert len(chosen(texts, "random", 99, seed="s")) == 20
