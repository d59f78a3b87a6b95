"""Facts that are counted over days before a declaration: what each counts, said once.

They are counted twice, with equal results: over tables (`facts`), and for one declaration
(`known`). A window ends on the day before the declaration; a find counts from the day after it
was known. A declaration of several goods items counts once. Where a party or a place is not
named, what would be counted of it is not known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

YEAR: Final = 365
#: Days that reach back to the first declaration.
EVER: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Window:
    """What shares the values of the columns `by` with a goods item, in the `days` before:
    declarations, finds, or distinct values of the column `distinct`."""

    by: tuple[str, ...]
    days: int
    counts: Literal["declarations", "finds", "distinct"] = "declarations"
    distinct: str = ""


def _finds(*by: str) -> Window:
    return Window(by, YEAR, "finds")


WINDOWS: Mapping[str, Window] = {
    "importer_declarations_90d": Window(("importer",), 90),
    "importer_finds_365d": _finds("importer"),
    "goods_finds_365d": _finds("code", "origin"),
    "declarant_finds_365d": _finds("declarant"),
    "seller_finds_365d": _finds("seller"),
    "address_finds_365d": _finds("importer_address"),
    "importer_sellers_365d": Window(("importer",), YEAR, "distinct", "seller"),
    "seller_importers_365d": Window(("seller",), YEAR, "distinct", "importer"),
    "address_importers_365d": Window(("importer_address",), YEAR, "distinct", "importer"),
}

#: Finds at other traders who share the seller or the address: those of either, less those of
#: both, less the trader's own.
LINKED: tuple[tuple[int, Window], ...] = (
    (1, _finds("seller")),
    (1, _finds("importer_address")),
    (-1, _finds("seller", "importer_address")),
    (-1, _finds("importer", "seller")),
    (-1, _finds("importer", "importer_address")),
    (1, _finds("importer", "seller", "importer_address")),
)

#: Whether nothing was declared on earlier days with the same.
FIRST: Mapping[str, Window] = {
    "first_time_trader": Window(("importer",), EVER),
    "new_seller": Window(("importer", "seller"), EVER),
    "new_goods": Window(("importer", "code"), EVER),
    "new_route": Window(("importer", "departure", "origin"), EVER),
}
