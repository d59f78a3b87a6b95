"""What declarations are ordered by, highest first.

`blend` is probability times the fourth root of the expected revenue: ten thousand times the duty
counts ten times.
"""

from typing import Any, Literal

Ranking = Literal["probability", "expected_revenue", "blend"]


def rank(by: Ranking, probability: Any, revenue: Any) -> Any:
    """The rank of a declaration, or of many at once; alike for numbers and arrays of them."""
    if by == "probability":
        return probability
    if by == "expected_revenue":
        return revenue
    return probability * (1.0 + revenue) ** 0.25
