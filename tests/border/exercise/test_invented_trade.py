"""Invented trade: repeatable, lawful where it should be, wrong where it should be."""

from collections import Counter
from datetime import datetime

import pytest
from stdnum.cn import uscc

from sanzhi.border.exercise import brokers, consignments, traders
from sanzhi.core.dates import CHINA
from sanzhi.core.findings import has_errors
from sanzhi.customs.duty import assess
from sanzhi.declarations.checks import check
from sanzhi.law import load

UNTIL = datetime(2026, 11, 21, 15, 0, tzinfo=CHINA)


@pytest.fixture(scope="module")
def trade():
    return consignments(7, 700, UNTIL, load())


def test_the_same_seed_gives_the_same_trade_and_another_does_not(trade):
    again = consignments(7, 700, UNTIL, load())
    assert again == trade
    assert consignments(8, 700, UNTIL, load()) != trade


def test_it_spans_two_years_in_order_and_nothing_lies_ahead(trade):
    moments = [one.lodged_at for one in trade]
    assert moments == sorted(moments)
    assert moments[-1] < UNTIL
    assert 700 <= (UNTIL - moments[0]).days <= 731


def test_what_should_be_right_passes_every_check_and_can_be_assessed(trade):
    pack = load()
    for one in trade:
        right = one.corrected or one.declaration
        assert not has_errors(check(right, pack)), right.reference
        assert assess(right, pack).complete, right.reference


def test_each_mistake_is_one_that_the_checks_find(trade):
    pack = load()
    faulty = [one for one in trade if one.corrected]
    assert 10 <= len(faulty) <= 90
    for one in faulty:
        assert has_errors(check(one.declaration, pack)), one.declaration.reference


def test_every_regime_kind_and_tax_occurs(trade):
    pack = load()
    assert {one.declaration.regime.value for one in trade} == {
        "import",
        "export",
        "ecommerce",
        "personal",
        "transit",
    }
    assert {one.declaration.type.value for one in trade} == {"standard", "advance", "summary"}
    kinds = Counter(
        kind for one in trade for kind in assess(one.corrected or one.declaration, pack).totals
    )
    assert {"duty", "vat", "consumption", "anti_dumping", "late_fee", "personal_articles"} <= set(
        kinds
    )
    assert any(item.proof_of_origin for one in trade for item in one.declaration.items)


def test_the_spring_festival_is_quiet():
    months = Counter(
        one.lodged_at.strftime("%Y-%m") for one in consignments(1, 3000, UNTIL, load())
    )
    assert months["2026-02"] < 0.7 * months["2026-03"]
    assert months["2025-02"] < 0.9 * months["2025-03"]


def test_enterprises_have_codes_of_their_own_that_check():
    firms = [*traders(), *brokers()]
    assert len(firms) == 40
    assert all(uscc.is_valid(firm.credit_code) for firm in firms)
    for code in ("credit_code", "customs_code", "key"):
        assert len({getattr(firm, code) for firm in firms}) == len(firms)
    assert all(firm.name.en and firm.name.zh for firm in firms)
    assert all(len(firm.customs_code) == 10 for firm in firms)


def test_references_are_never_used_twice(trade):
    assert len({one.declaration.reference for one in trade}) == len(trade)
