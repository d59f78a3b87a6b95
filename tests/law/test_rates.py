"""The syntax of rates."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.core.findings import Text
from sanzhi.law.rates import parse_rate

#: The currency of an administration.
THALER = Text("QZT", "塔勒")


@pytest.mark.parametrize(
    ("text", "share", "terms", "english", "chinese"),
    [
        ("0.15", "0.15", [], "15%", "15%"),
        ("15%", "0.15", [], "15%", "15%"),
        ("0", "0", [], "0%", "0%"),
        ("0.6/carton", "0", [("0.6", "carton")], "0.6 QZT/carton", "0.6 塔勒/carton"),
        ("0.20+1/kg", "0.20", [("1", "kg")], "20% + 1 QZT/kg", "20% + 1 塔勒/kg"),
        (
            "56%+0.6/carton",
            "0.56",
            [("0.6", "carton")],
            "56% + 0.6 QZT/carton",
            "56% + 0.6 塔勒/carton",
        ),
    ],
)
def test_forms(text, share, terms, english, chinese):
    rate = parse_rate(text)
    assert rate.ad_valorem == Decimal(share)
    assert [(str(term.amount), term.unit) for term in rate.specific] == terms
    assert rate.words(THALER) == (english, chinese)


def test_choice_between_rates():
    rate = parse_rate("min(0.1, 3/kg)")
    assert rate.choice == "min"
    assert [option.words(THALER).en for option in rate.options] == ["10%", "3 QZT/kg"]
    assert rate.words(THALER).zh == "min(10%, 3 塔勒/kg)"
    assert rate.units == ("kg",)
    assert not rate.is_free


@pytest.mark.parametrize(
    "text",
    ["", "-0.1", "x", "0.1/", "0.1//kg", "1e5", "NaN", "0.1+", "min(0.1)", "max(min(1,2),3)",
     "0,1", "15 %%", "∞", "0.1/kg/l"],
)  # fmt: skip
def test_what_is_no_rate(text):
    with pytest.raises(ValueError, match="rate"):
        parse_rate(text)


@given(st.decimals(0, 10, places=6), st.decimals(0, 99999, places=4), st.sampled_from(["kg", "l"]))
def test_a_compound_rate_reads_as_its_parts(share, amount, unit):
    rate = parse_rate(f"{share:f}+{amount:f}/{unit}")
    assert (rate.ad_valorem, rate.specific[0].amount, rate.units) == (share, amount, (unit,))
