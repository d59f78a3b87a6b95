"""Weeks of selection where only what is inspected is known."""

import numpy as np
import pytest

from sanzhi.core.findings import Unusable
from sanzhi.customs.risk.simulating import simulate

from .trade import frame_of, repeating

TABLE = repeating(5000, goods=500, days=140)


@pytest.fixture(scope="module")
def played() -> dict:
    return simulate(frame_of(TABLE), seeds=2)


def test_ways_stand_in_the_expected_order(played: dict) -> None:
    rate = {name: way["hit_rate"] for name, way in played["ways"].items()}
    assert rate["random"] == pytest.approx(played["base_rate"], abs=0.06)
    assert rate["trees"] > rate["random"] + 0.1
    assert rate["trees and memory"] > rate["trees"] + 0.05


def test_every_week_has_its_rate(played: dict) -> None:
    assert played["weeks"] == 20
    for way in played["ways"].values():
        assert len(way["by_week"]) == 20
        assert np.all((np.array(way["by_week"]) >= 0) & (np.array(way["by_week"]) <= 1))
        assert 0 <= way["revenue"] <= 1


def test_the_same_seed_plays_the_same_weeks() -> None:
    frame = frame_of(repeating(800, days=70))
    assert simulate(frame, seeds=1) == simulate(frame, seeds=1)


def test_what_was_not_inspected_teaches_nothing() -> None:
    """With the outcomes of all weeks but the first two turned about, the first three weeks'
    choices, and so their hits in the first two, stay as they were."""
    frame = frame_of(repeating(1500, days=70))
    week = (frame["date"] - frame["date"].min()).dt.total_days().to_numpy() // 7
    turned = np.where(week >= 2, 1.0 - frame["find"].to_numpy(), frame["find"].to_numpy())
    once = simulate(frame, seeds=1)
    again = simulate(frame.with_columns(find=turned), seeds=1)
    for name, way in once["ways"].items():
        assert way["by_week"][:2] == again["ways"][name]["by_week"][:2]
        assert way["by_week"][2] == pytest.approx(1 - again["ways"][name]["by_week"][2], abs=1e-3)


def test_a_row_without_outcome_is_named() -> None:
    frame = frame_of(TABLE).with_row_index().with_columns(find=None)
    with pytest.raises(Unusable) as caught:
        simulate(frame)
    assert caught.value.finding.path == "row 2"


def test_the_command(run, tmp_path) -> None:
    repeating(600, days=40).write_csv(tmp_path / "trade.csv")
    done = run("simulate", tmp_path / "trade.csv", "--seeds", "1", "--json")
    assert done.status == 0
    assert set(done.document["ways"]) >= {"random", "trees and memory"}
    assert run("simulate", tmp_path / "trade.csv", "--budget", "0").status == 2
