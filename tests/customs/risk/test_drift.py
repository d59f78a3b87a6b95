"""How far a population moved, worked by hand."""

from datetime import date
from math import log

import numpy as np
import polars as pl
import pytest

from sanzhi.customs.risk.drift import (
    alarms,
    by_chance,
    moved,
    population,
    spread,
    stability,
)
from sanzhi.customs.risk.folder import load
from sanzhi.customs.risk.frames import canonical_of
from sanzhi.customs.risk.reading import read

from .conftest import Trade


def goods(count: int, **columns: object) -> pl.DataFrame:
    """A frame in which a column's list is repeated until there are enough rows."""
    usual = {
        "code": "8471301000",
        "origin": "US",
        "office": "2248",
        "price": 100.0,
        "net_mass": 5.0,
        "tax_rate": 8.0,
        "date": date(2026, 6, 1),
    }
    rows = [
        {
            name: value[at % len(value)] if isinstance(value, list) else value
            for name, value in (usual | columns).items()
        }
        for at in range(count)
    ]
    return canonical_of(pl.DataFrame(rows, infer_schema_length=None))


def test_the_index_is_that_of_the_textbook():
    # half a declaration a bin: 60.5/101 and 40.5/101 then, 20.5/101 and 80.5/101 now
    expected = (20.5 - 60.5) / 101 * log(20.5 / 60.5) + (80.5 - 40.5) / 101 * log(80.5 / 40.5)
    assert stability([60, 40], [20, 80]) == pytest.approx(expected)
    assert expected == pytest.approx(0.70, abs=0.005)
    assert stability([60, 40], [60, 40]) == 0


def test_what_chance_gives_falls_with_the_number_of_declarations():
    # two bins: χ² with one degree, 95 % quantile 3.84; two samples of 100: 3.84 × 2/100
    assert by_chance([50, 50], [50, 50]) == pytest.approx(3.84 * 0.02, rel=0.03)
    random = np.random.default_rng(3)
    beyond = 0
    for _ in range(400):
        then, now = random.multinomial(500, [0.1] * 10), random.multinomial(200, [0.1] * 10)
        beyond += stability(then, now) > by_chance(then, now)
    assert 0.02 <= beyond / 400 <= 0.08


def test_a_number_is_counted_in_deciles_and_the_unknown_apart():
    found = spread(np.array([*range(1, 101), float("nan")]))
    assert found["counts"] == [10.0] * 10 + [1.0]
    assert spread(np.full(30, 8.0)) == {"edges": [8.0], "counts": [30.0, 0.0, 0.0]}


def test_the_rare_values_of_a_text_are_one_bin():
    frame = goods(200, origin=[f"A{at:02}" for at in range(20)])
    found = population(frame)["origin"]
    assert len(found["values"]) == 15
    assert found["counts"] == [10.0] * 15 + [50.0]
    assert "seller" not in population(frame)
    assert "transport" not in population(frame)  # nothing is known of it


def test_what_moved_is_named_with_shares_then_and_now():
    then = population(goods(1000, origin=["US", "US", "US", "VN"]))
    now = goods(400, origin=["US", "VN", "VN", "VN"])
    first, *others = moved(then, now)
    assert (first.column, first.level) == ("origin", "alarming")
    assert [(label.en, *shares) for label, *shares in first.bins] == [
        ("US", 0.75, 0.25),
        ("VN", 0.25, 0.75),
        ("other values", 0, 0),
    ]
    # (0.25 − 0.75) ln(0.25/0.75) + (0.75 − 0.25) ln(0.75/0.25) = ln 3
    assert first.index == pytest.approx(log(3), abs=0.01)
    assert {one.level for one in others} == {"steady"}
    [alarm] = alarms([first, *others])
    assert (alarm.code, alarm.severity, alarm.path) == ("drift.population", "warning", "origin")
    assert "75% then, 25% now" in alarm.text.en
    assert "US" in alarm.text.zh


def test_a_small_move_is_told_without_alarm_and_chance_is_not_told():
    then = population(goods(2000, origin=["US", "VN"]))
    index = next(
        one for one in moved(then, goods(1000, origin=["US", "US", "VN"])) if one.column == "origin"
    )
    assert (index.level, round(index.index, 2)) == ("moved", 0.12)
    assert alarms([index])[0].severity == "info"
    few = next(
        one
        for one in moved(then, goods(50, origin=["US"] * 29 + ["VN"] * 21))
        if one.column == "origin"
    )
    assert few.level == "steady"
    assert moved(then, goods(49)) == []


def test_a_model_knows_what_it_learnt_from(trade: Trade):
    model = load(trade.model)
    then = model.record["population"]
    past = read(trade.past.read_bytes(), "past")
    same = moved(then, past)
    assert {one.column for one in same} == {
        "office",
        "chapter",
        "origin",
        "departure",
        "tax_type",
        "transport",
        "import_type",
        "price",
        "net_mass",
        "unit_value",
        "tax_rate",
    }
    assert max(one.index for one in same) < 1e-9
    later = read(trade.later.read_bytes(), "later")
    scores = model.score(later).probability
    [score] = [one for one in moved(then, later, scores) if one.column == "score"]
    assert sum(now for _, _, now in score.bins) == pytest.approx(1)
    assert alarms(moved(then, later.with_columns(price=pl.col("price") * 1000)))
