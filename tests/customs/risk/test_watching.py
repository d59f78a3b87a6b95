"""A model at work: calibration, segments, groups and a challenger, worked by hand."""

from datetime import date, timedelta
from math import exp, sqrt

import pytest

from sanzhi.core.findings import Text
from sanzhi.customs.risk.watching import (
    Watched,
    alarms,
    calibration,
    duel,
    fairness,
    segments,
    sizes,
    wilson,
)


def watched(score=0.5, find=None, propensity=None, selected=False, **groups) -> Watched:
    return Watched(score, find, propensity, selected, groups)


def words(kind: str, value: str) -> Text:
    return Text(f"{kind} {value}", f"{kind}{value}")


def test_an_inspection_stands_for_as_many_as_its_probability_says():
    """One find that was certain to be inspected, one in order that stands for fifty."""
    found = calibration([watched(0.9, True, 1.0), watched(0.1, False, 0.02), watched(0.3)])
    # weights 1/51 and 50/51
    assert found.inspections == 2
    assert found.said == pytest.approx((0.9 + 50 * 0.1) / 51)
    assert found.found == pytest.approx(1 / 51)
    assert found.off == pytest.approx(found.found - found.said)
    assert [one.rows for one in found.bins] == [1, 1]
    assert [(one.said, one.found) for one in found.bins] == [(0.1, 0.0), (0.9, 1.0)]


def test_without_a_known_propensity_nothing_is_said():
    assert calibration([watched(0.5, True), watched(0.5)]) is None


def test_a_model_that_says_too_little_is_alarming_and_a_good_one_is_not():
    low = [watched(0.1, at % 2 == 0, 0.5) for at in range(40)]
    found = calibration(low)
    # off .4; each term is (±.5)/40, so the margin is 1.96 × sqrt(40 × .25)/40
    assert (found.off, found.margin) == (pytest.approx(0.4), pytest.approx(1.96 * sqrt(10) / 40))
    [alarm] = alarms(found, [], [], words)
    assert (alarm.code, alarm.severity) == ("drift.calibration", "warning")
    assert "too little: 10.0% on average, 50.0% found" in alarm.text.en
    assert (
        alarms(calibration([watched(0.5, at % 2 == 0, 0.5) for at in range(40)]), [], [], words)
        == []
    )
    assert not calibration(low[:19]).alarming


def test_the_interval_of_a_share_is_wilsons():
    # 5 of 10: centre .5, margin 1.96/(1+.38416) × sqrt(.025 + .0096)
    low, high = wilson(5, 10)
    assert (low + high) / 2 == pytest.approx(0.5)
    assert high - low == pytest.approx(2 * 1.96 / 1.38416 * sqrt(0.025 + 0.009604), rel=1e-4)
    assert wilson(0, 10)[0] == 0


def test_a_segment_is_compared_with_what_the_scores_said():
    rows = (
        [watched(0.2, at < 15, office="2248") for at in range(25)]
        + [watched(0.2, at < 1, office="5304") for at in range(5)]
        + [watched(0.2, office="5304")]
    )
    first, second = segments(rows, "office")
    # 25 × .2 = 5 said, 15 found; standard deviation sqrt(25 × .2 × .8) = 2
    assert (first.value, first.inspections, first.finds) == ("2248", 25, 15)
    assert (first.expected, first.far) == (pytest.approx(5), pytest.approx(5))
    assert (second.inspections, second.far) == (5, pytest.approx(0))
    [alarm] = alarms(None, [first, second], [], words)
    assert alarm.code == "drift.segment"
    assert "office 2248: 15 of 25 inspections found something" in alarm.text.en
    assert "where the scores said 5.0" in alarm.text.en


def test_selection_of_a_group_is_compared_with_that_of_all_others():
    small = [
        watched(selected=at < 20, size="small", find=True if at < 5 else None) for at in range(100)
    ]
    rows = small + [watched(selected=at < 30, size="other") for at in range(300)]
    groups = {one.value: one for one in fairness(rows, "size")}
    one = groups["small"]
    # 20/100 against 30/300: twice; sd of the log sqrt(1/20 − 1/100 + 1/30 − 1/300)
    margin = 1.96 * sqrt(0.05 - 0.01 + 1 / 30 - 1 / 300)
    assert (one.rate, one.others, one.ratio) == (0.2, 0.1, pytest.approx(2))
    assert (one.low, one.high) == (pytest.approx(2 * exp(-margin)), pytest.approx(2 * exp(margin)))
    assert (one.inspections, one.finds) == (5, 5)
    assert one.alarming
    assert groups["other"].ratio == pytest.approx(0.5)
    alarm = alarms(None, [], [one], words)[0]
    assert (alarm.code, alarm.path) == ("drift.fairness", "size small")
    assert "2.00 times as often" in alarm.text.en


def test_a_group_treated_alike_or_by_chance_is_not_alarming():
    alike = [
        watched(selected=at % 10 == 0, size=size)
        for size in ("small", "other")
        for at in range(100)
    ]
    assert not any(one.alarming for one in fairness(alike, "size"))
    few = [watched(selected=at < 2, size="small") for at in range(5)] + [
        watched(selected=at < 20, size="other") for at in range(100)
    ]
    assert not any(one.alarming for one in fairness(few, "size"))
    [alone] = fairness(alike[:100], "size")
    assert (alone.ratio, alone.others, alone.alarming) == (None, None, False)


def test_a_trader_is_small_by_what_it_lodged_in_the_year_before():
    begun = date(2025, 1, 1)
    lodged = [(f"C{at}", "A", begun + timedelta(days=at)) for at in range(14)]
    lodged += [
        ("later", "A", begun + timedelta(days=365 + 2)),
        ("other", "B", begun + timedelta(days=368)),
    ]
    found = sizes(lodged)
    # the thirteenth has twelve before it; a year later the first two no longer count
    assert [found[f"C{at}"] for at in (0, 11, 12, 13)] == ["small", "small", "other", "other"]
    assert (found["later"], found["other"]) == ("other", "small")
    same_day = [(f"D{at}", "A", begun) for at in range(20)]
    assert set(sizes(same_day).values()) == {"small"}


def test_two_models_on_the_same_declarations():
    first = [0.9, 0.8, 0.7, 0.6, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]
    second = [0.9, 0.1, 0.8, 0.7, 0.2, 0.1, 0.1, 0.1, 0.1, 0.1]
    finds = [True, False, True, False, None, None, None, None, None, None]
    found = duel(first, second, finds, share=0.2)
    # of four outcomes: the first puts one of the four find-and-not pairs wrong, the second none
    assert found.auc == (pytest.approx(0.75), pytest.approx(1.0))
    assert (found.declarations, found.inspections, found.finds) == (10, 4, 2)
    # tops of two: {0, 1} and {0, 2}
    assert (found.agreed, found.only) == (1, ((0, 1), (1, 1)))
    low, high = found.difference
    assert 0 <= low <= high <= 1


def test_without_a_find_two_models_are_not_judged():
    found = duel([0.1, 0.2], [0.2, 0.1], [False, None])
    assert (found.auc, found.difference) == (None, None)
