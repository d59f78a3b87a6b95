"""A text cut into runs by its evidence."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sanzhi.policy.coding.highlighting import segments
from sanzhi.policy.coding.record import Span


def span(start, end):
    return Span(start=start, end=end)


def runs(text, marked):
    return [(one.text, one.keys) for one in segments(text, marked)]


def test_a_text_that_nothing_marks_is_one_run_and_no_text_none():
    assert runs("通关无纸化", {}) == [("通关无纸化", ())]
    assert segments("", {"technical": [span(0, 3)]}) == []


def test_overlapping_evidence_shows_where_both_hold():
    assert runs("0123456789", {"cost": [span(2, 6)], "time": [span(4, 8)]}) == [
        ("01", ()),
        ("23", ("cost",)),
        ("45", ("cost", "time")),
        ("67", ("time",)),
        ("89", ()),
    ]


def test_spans_of_one_code_that_touch_or_overlap_are_one_run():
    assert runs("0123456789", {"cost": [span(1, 4), span(4, 6), span(3, 7)]}) == [
        ("0", ()),
        ("123456", ("cost",)),
        ("789", ()),
    ]


def test_the_same_passage_under_two_codes_names_them_in_the_order_given():
    assert runs("0123", {"time": [span(0, 2)], "cost": [span(0, 2)]}) == [
        ("01", ("time", "cost")),
        ("23", ()),
    ]


def test_what_reaches_beyond_the_text_is_cut_off():
    assert runs("0123", {"cost": [span(2, 90), span(50, 60)]}) == [("01", ()), ("23", ("cost",))]


def test_offsets_are_code_points_whatever_a_character_takes():
    found = segments("关\U0002a6d6e\u0301\r\n🚢税", {"cost": [span(1, 4)]})
    assert [(one.start, one.end, one.text) for one in found] == [
        (0, 1, "关"),
        (1, 4, "\U0002a6d6e\u0301"),
        (4, 8, "\r\n🚢税"),
    ]


spans = st.builds(
    lambda start, length: span(start, start + length), st.integers(0, 40), st.integers(1, 30)
)


@given(st.text(max_size=40), st.dictionaries(st.sampled_from("abcd"), st.lists(spans, max_size=5)))
def test_joined_runs_are_the_text_and_each_character_bears_what_covers_it(text, marked):
    found = segments(text, marked)
    assert "".join(one.text for one in found) == text
    assert [one.end for one in found[:-1]] == [one.start for one in found[1:]]
    for one in found:
        for at in range(one.start, one.end):
            assert one.keys == tuple(
                key
                for key, given_ in marked.items()
                if any(each.start <= at < each.end for each in given_)
            )
    assert all(one.keys != after.keys for one, after in pairwise(found))
