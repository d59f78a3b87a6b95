"""Selectivity lanes (通道): what happens before goods are released."""

from enum import StrEnum


class Lane(StrEnum):
    """Nothing, documents, inspection; blue: audit after release."""

    GREEN = "green"
    BLUE = "blue"
    YELLOW = "yellow"
    RED = "red"


#: Strictness, so that of two lanes the stricter wins.
STRICTNESS = (Lane.GREEN, Lane.BLUE, Lane.YELLOW, Lane.RED)
#: The strictest first.
STRICTEST = tuple(reversed(STRICTNESS))


def stricter(first: Lane, second: Lane) -> Lane:
    return max(first, second, key=STRICTNESS.index)
