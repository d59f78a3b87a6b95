"""Money and the one rounding rule.

Amounts are `Decimal` in whole fen (0.01) once they are assessed. The rule is half up, away from
zero: 四舍五入法计算至分 (amounts are computed to the fen, half a fen and over rounds up),
Measures on the Levy of Duties on Imports and Exports (GACC Order 124), art. 9. Decimal's own
default (half to even) gives 0.12 for 0.125 where the law gives 0.13, so nothing here relies on
the default context.
"""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import Annotated

from pydantic import Field

from sanzhi.core.findings import Text

FEN = Decimal("0.01")
ZERO = Decimal(0)
NOTHING = Decimal("0.00")
"""No money, to the fen: sums that start from it are written with their two places."""

#: Wide enough that no product of a price, a rate and a quantity is rounded before its time.
EXACT = Context(prec=50, rounding=ROUND_HALF_UP)

ROUNDING_RULE = Text(en="half up to 0.01", zh="四舍五入至分")

#: A decimal as declarations carry it: no NaN or infinity, and a size that money and quantities
#: can have, so that hostile exponents cannot make arithmetic explode.
Number = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=30, decimal_places=12)]


def to_fen(amount: Decimal) -> Decimal:
    """Round an amount to whole fen (0.01 of the currency), half up.

    >>> to_fen(Decimal("0.125"))
    Decimal('0.13')
    """
    return amount.quantize(FEN, rounding=ROUND_HALF_UP, context=EXACT)


def to_whole_down(amount: Decimal) -> Decimal:
    """Drop the part of an amount below one whole, as the late-declaration fee does."""
    return amount.quantize(Decimal(1), rounding=ROUND_DOWN, context=EXACT)


def plain(value: Decimal) -> str:
    """Write a decimal without exponent or trailing zeros: 1E+3 → 1000, 0.0650 → 0.065."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text or "0"
