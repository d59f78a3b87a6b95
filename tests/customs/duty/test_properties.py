"""What holds of every assessment, whatever is declared."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanzhi.core.money import plain, to_fen
from sanzhi.customs.duty import Assessment

from .goods import BEEF, BEER, CIGARETTES, CREAM, OWN, PACK, TABLET, WHISKY, WINE, assessed

GOODS = (WINE, TABLET, BEEF, CREAM, CIGARETTES, BEER, WHISKY)
prices = st.decimals("0.01", "99999999.99", places=2).map(str)
days = st.dates(date(2020, 1, 1), date(2026, 12, 31)).map(str)
profile = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def items(draw: st.DrawFn) -> list[dict[str, Any]]:
    return [
        {
            **draw(st.sampled_from(GOODS)),
            "price": draw(prices),
            "quantity": str(draw(st.integers(1, 10**6))),
            "origin": draw(st.sampled_from(["FR", "AU", "US", "KR", None])),
        }
        for _ in range(draw(st.integers(1, 4)))
    ]


headers = st.fixed_dictionaries(
    {
        "date": days,
        "regime": st.sampled_from(["import", "import", "import", "ecommerce"]),
        "incoterm": st.sampled_from(["CIF", "CFR", "FOB", "EXW"]),
        "freight": st.decimals("0", "9999", places=2).map(str),
    }
)


@profile
@given(items(), headers)
def test_totals_are_sums_of_lines_to_the_fen_and_never_negative(goods, header):
    found = assessed(*goods, **header)
    taxes = found.all_taxes()
    assert found.total == sum(tax.amount for tax in taxes)
    assert sum(found.totals.values()) == found.total
    for tax in taxes:
        assert tax.amount >= 0
        assert tax.amount.as_tuple().exponent == -2
        assert tax.amount <= tax.computed
    for item in found.items:
        assert item.customs_value.as_tuple().exponent == -2
    document = found.document(PACK)
    written = [Decimal(tax["amount"]) for item in document["items"] for tax in item["taxes"]]
    assert Decimal(document["total"]) == sum(written)
    assert all(
        re.fullmatch(r"\d+\.\d\d", tax["amount"])
        for item in document["items"]
        for tax in item["taxes"]
    )


@profile
@given(items(), headers)
def test_an_assessment_survives_its_record_and_its_replay(goods, header):
    found = assessed(*goods, **header)
    again = Assessment.from_json(found.to_json())
    assert again == found
    assert again.document(PACK, "zh") == found.document(PACK, "zh")
    assert assessed(*goods, **header).to_json() == found.to_json()


@profile
@given(items(), headers)
def test_every_formula_shows_its_figures(goods, header):
    for tax in assessed(*goods, **header).all_taxes():
        for text in tax.formula(OWN):
            assert plain(tax.computed) in text
            assert "{" not in text
            for figure in tax.inputs.values():
                assert figure in text
            if tax.relief:
                assert plain(tax.amount) in text or "not levied" in text or "免征" in text


@profile
@given(st.sampled_from(GOODS), prices, days)
def test_a_higher_price_never_owes_less(goods, price, day):
    """Doubling the price doubles the base; thresholds only raise the rate."""
    single = assessed({**goods, "price": price}, date=day).total
    double = assessed({**goods, "price": str(2 * Decimal(price))}, date=day).total
    assert double >= single


@profile
@given(items(), headers, st.decimals("0.01", "99", places=4))
def test_the_currency_of_the_price_does_not_matter(goods, header, rate):
    """A price in another currency at its rate owes what the same price in yuan owes."""
    foreign = [{**item, "currency": "XTS"} for item in goods]
    yuan = [{**item, "price": str(Decimal(item["price"]) * rate)} for item in goods]
    rates = {"exchange_rates": {"XTS": str(rate)}}
    left, right = assessed(*foreign, **header, **rates), assessed(*yuan, **header, **rates)
    assert left.totals == right.totals
    assert left.customs_value == right.customs_value


@profile
@given(st.lists(prices, min_size=2, max_size=5))
def test_values_shared_by_price_add_up_within_a_fen_an_item(parts):
    whole = assessed(
        {**TABLET, "price": str(sum(map(Decimal, parts)))}, incoterm="FOB", freight="123.45"
    )
    split = assessed(
        *({**TABLET, "price": part} for part in parts), incoterm="FOB", freight="123.45"
    )
    assert abs(whole.customs_value - split.customs_value) <= len(parts) * Decimal("0.005") + (
        Decimal("0.005")
    )


@given(st.integers(0, 10**18), st.integers(0, 10**6))
def test_money_rounds_like_whole_numbers(amount, millionths):
    """Half up in integers: (2 × a × r + 10⁶) ÷ (2 × 10⁶), rounded down."""
    exact = Decimal(amount) / 100 * millionths / 10**6
    assert to_fen(exact) * 100 == (2 * amount * millionths + 10**6) // (2 * 10**6)


def test_every_citation_is_to_an_act_of_the_pack():
    for goods in GOODS:
        for regime in ("import", "export", "ecommerce", "personal"):
            found = assessed({**goods, "price": "9000"}, regime=regime)
            for citation in found.citations():
                assert citation.partition(", ")[0] in PACK.acts, citation
