"""Money: one rounding rule, everywhere equal to integer arithmetic."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from sanzhi.core.money import Number, plain, to_fen, to_whole_down

amounts = st.decimals(min_value=0, max_value=10**12, places=6)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        ("0.125", "0.13"),
        ("0.135", "0.14"),
        ("0.124999", "0.12"),
        ("2.675", "2.68"),
        ("0", "0.00"),
        ("-0.125", "-0.13"),
        ("1e3", "1000.00"),
    ],
)
def test_half_a_fen_rounds_away_from_zero(amount: str, rounded: str) -> None:
    assert str(to_fen(Decimal(amount))) == rounded


@given(amounts)
def test_rounding_equals_integer_arithmetic(amount: Decimal) -> None:
    millionths = int(amount * 10**6)
    assert int(to_fen(amount) * 100) == (2 * millionths + 10**4) // (2 * 10**4)


@given(amounts)
def test_rounding_twice_changes_nothing(amount: Decimal) -> None:
    assert to_fen(to_fen(amount)) == to_fen(amount)


@given(amounts)
def test_whole_yuan_never_exceed_the_amount(amount: Decimal) -> None:
    assert 0 <= amount - to_whole_down(amount) < 1


@given(amounts)
def test_plain_is_the_same_number_without_exponent_or_trailing_zeros(amount: Decimal) -> None:
    text = plain(amount)
    assert Decimal(text) == amount
    assert "E" not in text
    assert not ("." in text and text.endswith(("0", ".")))


@pytest.mark.parametrize("hostile", ["NaN", "Infinity", "1e999999", "-1e-400", "1" * 40])
def test_numbers_of_absurd_size_are_refused(hostile: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Number).validate_python(hostile)
