"""Units: exact conversion within a dimension, none across."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.core.units import BY_CODE, BY_SYMBOL, convert, find_unit


@pytest.mark.parametrize(
    ("quantity", "unit", "to", "expected"),
    [
        ("50000", "stick", "carton", "250"),
        ("1", "143", "carton", "5"),
        ("250", "ml", "l", "0.25"),
        ("1", "t", "g", "1000000"),
        ("3", "035", "kg", "3"),
        ("7", "box", "box", "7"),
    ],
)
def test_conversions(quantity: str, unit: str, to: str, expected: str) -> None:
    assert convert(Decimal(quantity), unit, to) == Decimal(expected)


@pytest.mark.parametrize(
    ("unit", "to"),
    [
        ("kg", "l"),
        ("piece", "kg"),
        (None, "kg"),
        ("kg", None),
        (None, None),
        ("box", "kg"),
    ],
)
def test_what_does_not_measure_the_same_is_not_converted(unit: str | None, to: str | None) -> None:
    assert convert(Decimal(1), unit, to) is None


@given(
    st.sampled_from(sorted(BY_SYMBOL)),
    st.sampled_from(sorted(BY_SYMBOL)),
    st.decimals(min_value=0, max_value=10**9, places=3),
)
def test_there_and_back(unit: str, to: str, quantity: Decimal) -> None:
    there = convert(quantity, unit, to)
    if there is None:
        assert BY_SYMBOL[unit].dimension != BY_SYMBOL[to].dimension
    else:
        back = convert(there, to, unit)
        assert back is not None
        assert abs(back - quantity) < Decimal("1e-20")


def test_codes_and_symbols_name_the_same_units() -> None:
    assert all(find_unit(code) is find_unit(unit.symbol) for code, unit in BY_CODE.items())
    assert find_unit("") is None
