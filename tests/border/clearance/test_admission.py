"""What an estimate may hold and a filing may not."""

import json
from datetime import date

import pytest
from courses import lodge

from sanzhi import law
from sanzhi.border.clearance import State
from sanzhi.border.clearance.admission import admit
from sanzhi.declarations import Declaration

PACK = law.load()
WINE = {
    "number": 1,
    "code": "2204210000",
    "description": "wine",
    "origin": "FR",
    "quantity": "100",
    "unit": "l",
    "price": "10000",
}


def wine(item=None, **fields) -> Declaration:
    return Declaration.from_fields(
        {
            "date": "2022-03-02",
            "currency": "USD",
            "incoterm": "CIF",
            "procedure": "0110",
            "transport": {"mode": "2"},
            "packages": "9",
            "gross_mass": "120",
            "parties": [{"role": "trader", "name": "T"}],
            **fields,
            "items": [{**WINE, **(item or {})}],
        }
    )


def codes(declaration: Declaration) -> set[str]:
    return {found.code for found in admit(declaration, PACK)[1]}


@pytest.mark.parametrize("rates", [{"duty": "0"}, {"vat": "0%"}, {"consumption": "0"}])
def test_what_if_rates_are_for_estimates(rates):
    declaration = wine({"rates": rates})
    assert "lodging.what_if" in codes(declaration)
    assert lodge(declaration).standing.state is State.RETURNED


def test_empty_rates_are_no_what_if():
    assert "lodging.what_if" not in codes(wine({"rates": {}}))


def test_the_exchange_rate_is_the_laws():
    """A declared rate of 0.0001 would make 10,000 dollars one yuan."""
    lawful = PACK.exchange_rate("USD", date(2022, 3, 2)).value
    step = lodge(wine(exchange_rates={"USD": "0.0001"}))
    (text,) = step.documents
    assert text.assessed.customs_value == 10000 * lawful
    assert "exchange_rate.of_the_law" in {found["code"] for found in json.loads(text.findings)}


def test_where_the_law_has_no_rate_the_declared_one_is_used_and_said_so():
    declaration = wine(currency="XPF", exchange_rates={"XPF": "0.06"})
    assert "exchange_rate.declared" in codes(declaration)


def test_a_filing_says_what_an_estimate_need_not():
    bare = wine({"description": "", "price": "0"}, procedure=None, parties=[])
    assert {
        "item.description_missing",
        "item.price_zero",
        "header.procedure_missing",
        "header.trader_missing",
    } <= codes(bare)


@pytest.mark.parametrize(
    ("item", "fields", "rule"),
    [
        ({"duty_mode": "3"}, {}, "reduced-levy"),
        ({"duty_mode": "8"}, {}, "reduced-levy"),
        ({}, {"charges": [{"kind": "deduction", "amount": "-9999"}]}, "deductions"),
        ({"charges": [{"kind": "discount", "amount": "-1"}]}, {}, "deductions"),
        ({}, {"regime": "transit"}, "transit"),
    ],
)
def test_what_lowers_the_tax_is_looked_at(item, fields, rule):
    step = lodge(wine(item, **fields))
    assert step.standing.state is State.DOCUMENTS_REVIEW
    assert rule in [told.payload.rule for told in step.told if hasattr(told.payload, "rule")]


def test_goods_declared_in_advance_of_a_coming_day_are_waited_for():
    step = lodge(wine(type="advance", arrival_date="2022-03-09"))
    assert step.standing.state is State.AWAITING_ARRIVAL
