"""Selection: order of reasons, rates, capacity, chance; which officer; estimates without bias."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customs.risk.rules.tables import rule
from sanzhi.customs.risk.selection import (
    Officer,
    Outcome,
    Rank,
    SelectionPolicy,
    assign,
    drawn,
    estimates,
    given_up,
    select,
)

ANY = [{"field": "code", "test": "known"}]
POLICY = SelectionPolicy(random=0.02, exploration=0.01, red=0.05, yellow=0.10, blue=0.10)


def chosen(
    hits=(), above=None, draw=0.5, tier="general", office="2248", inspections=0, policy=POLICY
):
    return select(policy, hits, Rank(above, inspections), tier=tier, office=office, draw=draw)


@pytest.mark.parametrize(
    ("hits", "above", "draw", "lane", "by", "propensity"),
    [
        ((), None, 0.5, "green", "none", 0.03),
        ((), None, 0.019, "red", "random", 0.03),
        ((), None, 0.029, "red", "exploration", 0.03),
        ((), 0.049, 0.5, "red", "ranking", 1.0),
        ((), 0.05, 0.5, "yellow", "ranking", 0.03),
        ((), 0.20, 0.5, "blue", "ranking", 0.03),
        ((), 0.25, 0.5, "green", "none", 0.03),
        (("red",), 0.9, 0.001, "red", "rule", 1.0),
        (("yellow",), 0.9, 0.5, "yellow", "rule", 0.03),
        (("blue", "yellow"), 0.9, 0.5, "yellow", "rule", 0.03),
        (("yellow",), 0.01, 0.5, "red", "ranking", 1.0),
        (("blue",), 0.10, 0.5, "yellow", "ranking", 0.03),
        (("yellow",), 0.9, 0.001, "red", "random", 0.03),
    ],
)
def test_the_first_that_speaks_decides(hits, above, draw, lane, by, propensity):
    found = chosen([rule(f"r{n}", ANY, one) for n, one in enumerate(hits)], above, draw)
    assert (found.lane, found.by) == (lane, by)
    assert found.propensity == pytest.approx(propensity)


def test_the_tier_moves_the_rates():
    assert chosen(above=0.02, tier="advanced").lane == "yellow"  # 5 % × 0.2 = 1 %
    assert chosen(above=0.19, tier="discredited").lane == "red"  # 5 % × 4 = 20 %


def test_a_full_day_takes_no_more_from_the_ranking_but_rules_and_chance_stay():
    policy = POLICY.model_copy(update={"capacity": {"2248": 10}})
    assert chosen(above=0.01, inspections=9, policy=policy).lane == "red"
    full = chosen(above=0.01, inspections=10, policy=policy)
    assert (full.lane, full.by) == ("yellow", "ranking")
    assert chosen(above=0.01, inspections=10, policy=policy, office="5304").lane == "red"
    assert chosen(draw=0.001, inspections=10, policy=policy).lane == "red"
    assert chosen([rule("r", ANY)], inspections=10, policy=policy).lane == "red"


def test_the_heaviest_rule_of_the_lane_gives_the_reason():
    hits = [
        rule("a", ANY, "yellow", reason_en="light", weight=1),
        rule("b", ANY, "yellow", reason_en="heavy", weight=5),
        rule("c", ANY, "blue", reason_en="milder", weight=9),
    ]
    found = chosen(hits)
    assert found.reason.en == "heavy"
    assert found.rules == ("a", "b", "c")


@given(st.text(max_size=20), st.text(max_size=20))
def test_a_draw_can_be_repeated_and_is_spread(secret, case):
    one = drawn(secret, case, "inspect")
    assert 0 <= one < 1
    assert one == drawn(secret, case, "inspect")
    assert one != drawn(secret, case, "officer")


def test_draws_are_even():
    draws = [drawn("s", str(number), "inspect") for number in range(20_000)]
    assert abs(sum(one < 0.02 for one in draws) / len(draws) - 0.02) < 0.004


@pytest.mark.parametrize(
    "fields",
    [
        {"random": 0.9, "exploration": 0.2},
        {"red": 0.5, "yellow": 0.4, "blue": 0.2},
        {"random": -0.1},
        {"capacity": {"2248": -1}},
        {"ranking": "duty"},
    ],
)
def test_what_is_no_policy(fields):
    with pytest.raises(ValueError, match=r"."):
        SelectionPolicy(**fields)


def test_the_officer_is_drawn_among_those_who_can():
    officers = [
        Officer("an", waiting=0),
        Officer("bo", waiting=3),
        Officer("chi", available=False),
        Officer("deng", conflicts=frozenset({"T1"})),
    ]
    counts = dict.fromkeys(("an", "bo", "chi", "deng"), 0)
    random = Random(1)
    for _ in range(4000):
        counts[assign(officers, ["T1"], draw=random.random())] += 1
    assert counts["chi"] == counts["deng"] == 0
    assert counts["an"] / counts["bo"] == pytest.approx(4, rel=0.15)  # weights 1 and 1/4
    assert assign(officers[2:], ["T1"], draw=0.5) is None
    assert assign(officers, [], draw=0.3) == assign(officers[::-1], [], draw=0.3)


def test_what_inspections_tell_of_all_is_not_biased_by_where_they_looked():
    """A tenth of the declarations are risky (half of them wrong) and all inspected; of the rest
    5 % are wrong, and 2 % are drawn. The true rate is .1·.5 + .9·.05 = .095."""
    random = Random(3)
    outcomes = []
    for _ in range(100_000):
        risky = random.random() < 0.1
        wrong = random.random() < (0.5 if risky else 0.05)
        if risky:
            outcomes.append(Outcome("ranking", 1.0, wrong))
        elif random.random() < 0.02:
            outcomes.append(Outcome("random", 0.02, wrong))
    found = estimates(outcomes)
    assert found.low < 0.095 < found.high
    assert found.rate == pytest.approx(0.095, abs=0.012)
    assert found.targeted == pytest.approx(0.5, abs=0.03)
    plain = sum(one.find for one in outcomes) / len(outcomes)
    assert plain > 0.4  # what would be told without weighing


def test_nothing_is_told_of_nothing():
    assert estimates([]).rate is None


def test_what_a_ranking_gives_up():
    """By hand, top half of four: by probability finds 2 of 2 and 110 of 1110; by revenue 1 of 2
    and 1100 of 1110."""
    found = given_up(
        {"probability": [0.9, 0.8, 0.1, 0.2], "revenue": [10, 100, 1000, 5]},
        {"finds": [1, 1, 0, 0], "revenue": [10, 100, 1000, 0]},
        0.5,
    )
    assert found["probability"] == {"finds": 1.0, "revenue": pytest.approx(110 / 1110)}
    assert found["revenue"] == {"finds": 0.5, "revenue": pytest.approx(1100 / 1110)}
