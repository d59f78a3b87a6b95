"""Lanes: the decision table's rows, the random floor, and the facts it may ask for."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from sanzhi import law
from sanzhi.border.clearance.codes import SelectedBy
from sanzhi.border.clearance.lanes import (
    Choice,
    Lane,
    Selection,
    facts_of,
    row_words,
    select,
)
from sanzhi.border.clearance.selection import _assigned
from sanzhi.customs.duty import assess
from sanzhi.declarations import Declaration
from sanzhi.declarations.checks import check
from sanzhi.law.selectivity import FACTS
from sanzhi.selectivity.lanes import STRICTNESS, stricter

PACK = law.load()
DAY = date(2022, 3, 2)
NOT_DRAWN = Decimal("0.5")
ORDINARY = {
    "regime": "import",
    "type": "standard",
    "procedure": "0110",
    "code_prefix": frozenset({"8471301000"}),
    "origin": frozenset({"US"}),
    "condition_letters": "A",
    "warnings": Decimal(0),
    "total_tax": Decimal(1000),
    "total_value": Decimal(10000),
    "trader_tier": "general",
    "first_time_trader": False,
    "preference_claimed": False,
    "reduced_levy": False,
    "deductions": False,
}


@pytest.mark.parametrize(
    ("facts", "lane", "rule"),
    [
        ({}, "green", "otherwise"),
        ({"condition_letters": "A9"}, "red", "prohibited"),
        ({"code_prefix": frozenset({"8471301000", "4707100000"})}, "red", "solid-waste"),
        ({"trader_tier": "discredited"}, "red", "discredited-trader"),
        ({"code_prefix": frozenset({"2402200000"})}, "red", "tobacco"),
        ({"condition_letters": "ABE"}, "red", "endangered"),
        ({"trader_tier": "advanced"}, "green", "trusted-trader"),
        ({"trader_tier": "advanced", "total_tax": Decimal("999999.99")}, "green", "trusted-trader"),
        (
            {"trader_tier": "advanced", "total_tax": Decimal(1000000)},
            "blue",
            "trusted-trader-large",
        ),
        ({"first_time_trader": True}, "yellow", "new-trader"),
        ({"first_time_trader": True, "regime": "transit"}, "yellow", "transit"),
        ({"regime": "transit", "code_prefix": frozenset({"2402200000"})}, "red", "tobacco"),
        ({"reduced_levy": True, "trader_tier": "advanced"}, "yellow", "reduced-levy"),
        ({"deductions": True}, "yellow", "deductions"),
        ({"warnings": Decimal(3)}, "green", "otherwise"),
        ({"warnings": Decimal(4)}, "yellow", "particulars"),
        ({"first_time_trader": True, "regime": "personal"}, "green", "otherwise"),
        ({"total_tax": Decimal("499999.99")}, "green", "otherwise"),
        ({"total_tax": Decimal(500000)}, "yellow", "large-tax"),
        ({"code_prefix": frozenset({"0202300090"})}, "red", "cold-chain-food"),
        ({"code_prefix": frozenset({"0201300090"})}, "yellow", "meat"),
        ({"code_prefix": frozenset({"1901101000"})}, "yellow", "infant-food"),
        ({"total_value": Decimal(5000000)}, "blue", "large-value"),
        # The first row that matches decides, even where a later one is milder.
        ({"trader_tier": "advanced", "code_prefix": frozenset({"2402200000"})}, "red", "tobacco"),
    ],
)
def test_each_row_of_the_table(facts, lane, rule):
    chosen = select({**ORDINARY, **facts}, PACK, DAY, NOT_DRAWN)
    assert (chosen.lane, chosen.rule) == (lane, rule)
    assert chosen.citation.partition(", ")[0] in PACK.acts
    reason = row_words(chosen.rule, PACK)
    assert reason.en not in {"", rule}
    assert reason.zh not in {"", rule}


@pytest.mark.parametrize(
    ("day", "lane"),
    [
        (date(2020, 5, 31), "yellow"),
        (date(2020, 6, 1), "red"),
        (date(2023, 1, 7), "red"),
        (date(2023, 1, 8), "yellow"),
    ],
)
def test_rows_have_their_days(day, lane):
    facts = {**ORDINARY, "code_prefix": frozenset({"0202300090"})}
    assert select(facts, PACK, day, NOT_DRAWN).lane == lane


@pytest.mark.parametrize(
    ("draw", "lane", "rule"),
    [
        ("0", "red", "random"),
        ("0.019999", "red", "random"),
        ("0.02", "green", "otherwise"),
        ("0.999999", "green", "otherwise"),
    ],
)
def test_the_random_floor_draws_what_no_row_holds_back(draw, lane, rule):
    chosen = select(ORDINARY, PACK, DAY, Decimal(draw))
    assert (chosen.lane, chosen.rule, chosen.floor) == (lane, rule, "0.02")
    assert chosen.draw == draw


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({"trader_tier": "advanced", "total_tax": Decimal(2000000)}, "random"),
        ({"first_time_trader": True}, "new-trader"),
        ({"trader_tier": "discredited"}, "discredited-trader"),
    ],
)
def test_the_floor_reaches_blue_and_leaves_yellow_and_red(facts, rule):
    assert select({**ORDINARY, **facts}, PACK, DAY, Decimal(0)).rule == rule


def test_the_floor_draws_its_share():
    drawn = sum(
        select(ORDINARY, PACK, DAY, Decimal(n) / 1000).rule == "random" for n in range(1000)
    )
    assert drawn == 20


def test_the_table_asks_for_facts_that_exist():
    asked = {one.field for rule in PACK.lane_rules for one in rule.when}
    assert asked <= set(FACTS)
    assert {rule.lane for rule in PACK.lane_rules} == set(Lane)


def test_facts_are_gathered_by_their_names():
    declaration = Declaration.from_fields(
        {
            "date": "2020-03-02",
            "procedure": "0110",
            "items": [
                {"number": 1, "code": "8471301000", "origin": "USA", "price": "1000"},
                {
                    "number": 2,
                    "code": "0202300090",
                    "origin": "AU",
                    "price": "1000",
                    "proof_of_origin": {"number": "1"},
                },
            ],
        }
    )
    facts = facts_of(
        declaration,
        assess(declaration, PACK),
        check(declaration, PACK),
        PACK,
        tier="general",
        first_time=True,
    )
    assert set(facts) == set(FACTS)
    assert facts["origin"] == {"US", "AU"}
    assert facts["code_prefix"] == {"8471301000", "0202300090"}
    assert set(facts["condition_letters"]) == set("A47ABx")
    assert facts["total_value"] == 2000
    assert facts["preference_claimed"] is True
    assert facts["first_time_trader"] is True


def test_strictness():
    assert [stricter(one, other) for one, other in pairwise(STRICTNESS)] == list(STRICTNESS[1:])
    assert stricter(Lane.RED, Lane.GREEN) is Lane.RED
    assert set(STRICTNESS) == set(Lane)


def test_the_stricter_of_law_and_own_rules_decides():
    def law(lane: str, rule: str = "r") -> Selection:
        return Selection(Lane(lane), rule, "customs-law", "0.5", "0.02")

    def own(lane: str, by: str = "rule") -> Choice:
        return Choice(Lane(lane), SelectedBy(by), "0.02", ("cars",), "3")

    for first, second, lane, by, rule in (
        (law("green", "otherwise"), own("green", "none"), "green", "none", "otherwise"),
        (law("green", "otherwise"), own("yellow"), "yellow", "risk", "risk"),
        (law("red"), own("yellow"), "red", "law", "r"),
        (law("red", "random"), own("red", "random"), "red", "random", "random"),
        (law("yellow"), own("yellow"), "yellow", "law", "r"),
        (law("yellow"), own("red", "ranking"), "red", "risk", "risk"),
        (law("yellow"), None, "yellow", "law", "r"),
    ):
        told = _assigned(first, second)
        assert (told.lane, told.by, told.rule) == (lane, by, rule)
        assert "cars" not in told.model_dump_json()
