"""Customs value: what is added to a price, what is taken off, in which currency."""

import pytest

from sanzhi.core.findings import Unusable

from .goods import TABLET, assessed, codes, the

SCRAP = {"code": "7204490090", "origin": "CN", "quantity": "1000", "unit": "kg"}
DOLLARS = {"currency": "USD", "exchange_rates": {"USD": "7", "EUR": "8"}}


def value(**fields) -> str:
    """Customs value of one item of 1000 US dollars at 7 yuan."""
    return str(assessed({**TABLET, "price": "1000"}, **{**DOLLARS, **fields}).customs_value)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"incoterm": "CIF"}, "7000.00"),
        ({"incoterm": None}, "7000.00"),
        # Freight and insurance are in a CIF price already.
        ({"incoterm": "CIF", "freight": "500", "insurance": "30"}, "7000.00"),
        # 7000 + 3‰
        ({"incoterm": "CFR"}, "7021.00"),
        ({"incoterm": "cfr", "freight": "500"}, "7021.00"),
        # 7000 + 500 EUR × 8 = 11000, + 3‰ = 33
        ({"incoterm": "FOB", "freight": "500", "freight_currency": "EUR"}, "11033.00"),
        ({"incoterm": "EXW", "freight": "500", "freight_currency": "EUR"}, "11033.00"),
        # 11000 + 30 USD × 7
        (
            {"incoterm": "FOB", "freight": "500", "freight_currency": "EUR", "insurance": "30"},
            "11210.00",
        ),
        (
            {
                "incoterm": "FOB",
                "freight": "4000",
                "freight_currency": "CNY",
                "insurance": "30",
                "insurance_currency": "EUR",
            },
            "11240.00",
        ),
        # 11000 × 1.005
        (
            {
                "incoterm": "FOB",
                "freight": "500",
                "freight_currency": "EUR",
                "insurance_rate": "0.005",
            },
            "11055.00",
        ),
        # 7000 × 1.1 × 1.003
        ({"incoterm": "FOB", "freight_rate": "0.1"}, "7723.10"),
        # 7000 + 700 − 350
        (
            {
                "charges": [
                    {"kind": "royalty", "amount": "100"},
                    {"kind": "discount", "amount": "-50"},
                ]
            },
            "7350.00",
        ),
        # 7000 + 10 EUR × 8
        ({"charges": [{"kind": "packing", "amount": "10", "currency": "EUR"}]}, "7080.00"),
    ],
)
def test_terms_of_delivery(fields, expected):
    assert value(**fields) == expected


def test_freight_is_shared_by_price():
    """FOB 100 and 200 yuan, freight 10: insurance 310 × 3‰ = 0.93; 10.93 shared 1 : 2."""
    found = assessed(
        {**TABLET, "price": "100"}, {**TABLET, "price": "200"}, incoterm="FOB", freight="10"
    )
    assert [str(item.customs_value) for item in found.items] == ["103.64", "207.29"]


def test_charges_of_an_item_stay_with_it():
    found = assessed(
        {**TABLET, "price": "100", "charges": [{"kind": "mould", "amount": "25"}]},
        {**TABLET, "price": "100"},
    )
    assert [str(item.customs_value) for item in found.items] == ["125.00", "100.00"]


def test_an_item_in_a_currency_of_its_own():
    found = assessed(
        {**TABLET, "price": "100", "currency": "EUR"}, {**TABLET, "price": "100"}, **DOLLARS
    )
    assert [str(item.customs_value) for item in found.items] == ["800.00", "700.00"]


def test_unit_price_times_quantity_where_no_total_is_given():
    found = assessed({**TABLET, "unit_price": "33.335", "quantity": "3"})
    assert str(found.customs_value) == "100.01"


def test_the_laws_exchange_rate_of_the_day():
    """The table has 6.8976 yuan a dollar for the day."""
    assert value(exchange_rates={}) == "6897.60"


def test_no_exchange_rate_is_a_finding():
    with pytest.raises(Unusable) as caught:
        value(currency="XXX")
    assert caught.value.finding.code == "duty.exchange_rate_missing"
    assert caught.value.finding.mend


def test_no_price_leaves_the_item_out_and_says_so():
    found = assessed(TABLET, {**TABLET, "price": "1000"})
    assert codes(found) == ["duty.price_missing"]
    assert [item.number for item in found.items] == [2]
    assert not found.complete


def test_deductions_beyond_the_price_are_a_finding():
    found = assessed({**TABLET, "price": "100", "charges": [{"kind": "x", "amount": "-101"}]})
    assert codes(found) == ["duty.value_negative"]
    assert not found.complete


def test_a_value_no_consignment_has_is_a_finding():
    """Hostile figures end in a finding, not in arithmetic that gives up."""
    huge = "999999999999999999"
    found = assessed(
        {**TABLET, "unit_price": huge, "quantity": huge},
        currency="USD",
        exchange_rates={"USD": huge},
        incoterm="FOB",
        insurance_rate=huge,
        freight_rate=huge,
    )
    assert codes(found) == ["duty.value_too_large"]
    assert found.items == []


def test_a_tax_no_consignment_owes_is_a_finding():
    found = assessed(
        {
            **TABLET,
            "price": "100",
            "quantity": "999999999999999999",
            "unit": "kg",
            "rates": {"duty": "999999999999/kg"},
        }
    )
    assert set(codes(found)) == {"duty.amount_too_large"}
    assert not found.complete


@pytest.mark.parametrize(
    ("fields", "value", "duty"),
    [
        # FOB ÷ 1.4 × 40 %
        ({"incoterm": "FOB"}, "1000.00", "400.00"),
        # CFR 1490 less 90 of freight
        ({"incoterm": "CFR", "freight": "90", "price": "1490"}, "1000.00", "400.00"),
        # CIF 1500 less 90 of freight and 10 of insurance
        (
            {"incoterm": "CIF", "freight": "90", "insurance": "10", "price": "1500"},
            "1000.00",
            "400.00",
        ),
    ],
)
def test_exports_are_valued_at_the_place_of_exit_without_the_duty(fields, value, duty):
    found = assessed({**SCRAP, "price": fields.pop("price", "1400")}, regime="export", **fields)
    tax = the("export_duty", found)
    assert (str(found.customs_value), str(tax.amount)) == (value, duty)
    assert str(tax.base) == "1000.00"
    assert len(found.all_taxes()) == 1


def test_exports_of_goods_without_export_duty_owe_nothing():
    found = assessed({**TABLET, "price": "1000"}, regime="export")
    assert (found.total, found.complete) == (0, True)


def test_the_value_is_explained():
    found = assessed({**TABLET, "price": "1000"}, incoterm="CFR", **DOLLARS)
    words = found.items[0].value_formula
    assert words.en == ("price 1000 USD × 7 + share of freight, insurance and charges 21 = 7021")
    assert "分摊运费、保险费及杂费 21" in words.zh
    assert found.items[0].value_citation.startswith("gacc-order-213")
