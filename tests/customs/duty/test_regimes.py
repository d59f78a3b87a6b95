"""Regimes other than general import: e-commerce, personal articles, transit; and fees for being
late."""

from datetime import date
from decimal import Decimal

import pytest

from sanzhi.core.findings import Severity
from sanzhi.customs.duty.lateness import declaration_deadline, late_payment

from .goods import BEER, CREAM, PACK, TABLET, WINE, amounts, assessed, codes, the

#: One millilitre for 100 yuan: high-grade cosmetics.
SERUM = {**CREAM, "quantity": "10"}


def test_the_combined_rate_of_high_grade_cosmetics_is_23_06_per_cent():
    """((15 % + 13 %) ÷ (1 − 15 %)) × 70 % = 23.06 %: on 1000 yuan C 176.47 × 70 % = 123.53 and
    VAT 1176.47 × 13 % = 152.94 × 70 % = 107.06, together 230.59."""
    found = assessed({**SERUM, "price": "1000"}, regime="ecommerce")
    assert amounts(found) == {"duty": "0.00", "consumption": "123.53", "vat": "107.06"}
    assert str((found.total / 10).quantize(Decimal("0.01"))) == "23.06"


def test_e_commerce_pays_seventy_per_cent_of_vat_and_no_duty():
    """Wine 1000: C 1000 ÷ 0.9 × 10 % = 111.11 × 70 % = 77.78; VAT 1111.11 × 13 % = 144.44
    × 70 % = 101.11."""
    found = assessed({**WINE, "price": "1000"}, regime="ecommerce")
    assert amounts(found) == {"duty": "0.00", "consumption": "77.78", "vat": "101.11"}
    assert the("vat", found).relief.citation == "caiguanshui-2016-18, art. 3"


@pytest.mark.parametrize(
    ("day", "price", "before", "finding"),
    [
        ("2018-12-31", "2000.00", None, None),
        ("2018-12-31", "2000.01", None, "cbec.single_limit"),
        ("2020-03-02", "5000.00", None, None),
        ("2020-03-02", "5000.01", None, "cbec.single_limit"),
        ("2020-03-02", "5000", "21000.00", None),
        ("2020-03-02", "5000", "21000.01", "cbec.annual_limit"),
        ("2018-12-31", "1000", "19000.01", "cbec.annual_limit"),
    ],
)
def test_over_its_limits_e_commerce_is_taxed_as_general_trade(day, price, before, finding):
    found = assessed(
        {**WINE, "price": price}, regime="ecommerce", date=day, buyer_year_to_date=before
    )
    assert codes(found) == ([finding] if finding else [])
    assert (the("duty", found).amount > 0) is bool(finding)
    if finding:
        assert found.findings[0].severity is Severity.WARNING
        assert amounts(found) == amounts(assessed({**WINE, "price": price}, date=day))


@pytest.mark.parametrize(
    ("day", "rate"), [("2018-10-31", "0.60"), ("2018-11-01", "0.50"), ("2019-04-09", "0.50")]
)
def test_personal_articles_pay_one_rate_by_category(day, rate):
    tax = the(
        "personal_articles", assessed({**CREAM, "price": "1000"}, regime="personal", date=day)
    )
    assert Decimal(tax.rate) == Decimal(rate)
    assert tax.amount == 1000 * Decimal(rate)


@pytest.mark.parametrize(
    ("price", "amount"),
    [
        ("100.00", "0.00"),  # 50 % = 50.00, at the threshold
        ("100.02", "50.01"),  # over it
    ],
)
def test_personal_articles_up_to_fifty_yuan_of_tax_pass_free(price, amount):
    found = assessed({**CREAM, "price": price}, regime="personal")
    assert amounts(found) == {"personal_articles": amount}


def test_articles_of_no_category_are_a_finding():
    found = assessed({"code": "9999999999", "price": "100"}, regime="personal")
    assert codes(found) == ["personal.no_category"]
    assert not found.complete


def test_transit_owes_nothing():
    found = assessed({**WINE, "price": "10000"}, {**BEER, "price": "1"}, regime="transit")
    assert (str(found.total), found.all_taxes(), found.complete) == ("0.00", [], True)
    assert str(found.customs_value) == "10001.00"


@pytest.mark.parametrize(
    ("arrival", "deadline"),
    [
        ("2020-03-02", "2020-03-16"),  # fourteen days, a Monday
        ("2020-03-07", "2020-03-23"),  # ends on Saturday 21: rolls to Monday
        ("2020-03-08", "2020-03-23"),  # ends on Sunday 22
        ("2020-01-12", "2020-02-03"),  # ends in the long Spring Festival holiday of 2020
    ],
)
def test_the_term_for_declaring(arrival, deadline):
    assert declaration_deadline(date.fromisoformat(arrival), PACK).isoformat() == deadline


@pytest.mark.parametrize(
    ("arrival", "value", "days", "computed", "levied"),
    [
        ("2020-03-12", "100000", None, None, None),  # in time
        ("2020-03-02", "100000", 4, "200.00", "200.00"),  # 16th; 4 days × 0.5 ‰
        ("2020-03-05", "100000", 1, "50.00", "50.00"),  # 19th; the minimum itself
        ("2020-03-05", "99999", 1, "49.00", "0.00"),  # below the minimum
        ("2020-03-05", "123456", 1, "61.00", "61.00"),  # 61.728: whole yuan
        ("2020-02-29", "100000", 4, "200.00", "200.00"),  # Saturday 14th rolls to the 16th
    ],
)
def test_the_fee_for_declaring_late(arrival, value, days, computed, levied):
    """Declared on 2020-03-20."""
    found = assessed({**TABLET, "price": value}, date="2020-03-20", arrival_date=arrival)
    fees = [tax for tax in found.taxes if tax.kind == "late_fee"]
    if days is None:
        assert fees == []
        return
    (fee,) = fees
    assert (fee.inputs["days"], str(fee.computed), str(fee.amount)) == (str(days), computed, levied)
    assert found.total == sum(item.total for item in found.items) + fee.amount


@pytest.mark.parametrize("arrival", ["2020-03-20", "2020-03-21", "9999-12-31"])
def test_goods_still_to_arrive_are_not_late(arrival):
    found = assessed({**TABLET, "price": "1000"}, date="2020-03-20", arrival_date=arrival)
    assert found.taxes == []


def test_the_end_of_the_calendar_is_no_trouble():
    found = assessed({**TABLET, "price": "1000"}, date="9999-12-31", arrival_date="9999-12-20")
    assert found.taxes == []


def test_only_imports_pay_for_declaring_late():
    found = assessed(
        {**TABLET, "price": "1000000"},
        regime="transit",
        date="2020-03-20",
        arrival_date="2020-01-02",
    )
    assert found.taxes == []


@pytest.mark.parametrize(
    ("owed", "paid_on", "surcharge"),
    [
        ("100000", "2020-03-17", "0.00"),  # on the last day
        ("100000", "2020-03-18", "50.00"),  # one day × 0.5 ‰; the minimum itself
        ("99990", "2020-03-18", "50.00"),  # 49.995, half a fen up
        ("99980", "2020-03-18", "0.00"),  # 49.99, below the minimum
        ("123456.78", "2020-03-27", "617.28"),  # ten days: 617.2839
    ],
)
def test_the_surcharge_for_paying_late(owed, paid_on, surcharge):
    found = late_payment(Decimal(owed), date(2020, 3, 17), date.fromisoformat(paid_on), PACK)
    assert str(found) == surcharge


def test_no_deadline_no_surcharge():
    assert late_payment(Decimal(100), None, date(2020, 3, 17), PACK) == 0
