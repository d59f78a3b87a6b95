"""Goods items of a declaration as one short text, to be kept and read back as they were.

What the whole declaration says stands in it once.
"""

import json
from collections.abc import Sequence
from datetime import date

from sanzhi.customs.risk.goods import Row

#: Raised by whoever changes what `goods.rows_of` says of a declaration, or what its callers tell
#: it: a text of another format is not read; its rows are made anew.
FORMAT = 2

_WHOLE = (
    "date",
    "id",
    "regime",
    "import_type",
    "type",
    "procedure",
    "process",
    "office",
    "transport",
    "importer",
    "declarant",
    "seller",
    "importer_address",
    "seller_address",
    "border_office",
    "dispatch_port",
    "transit_port",
    "entry_port",
    "departure",
    "tier",
    "condition_letters",
    "total_value",
    "total_tax",
    "warnings",
    "first_time_trader",
    "preference_claimed",
    "reduced_levy",
    "deductions",
)
_ITEM = (
    "code",
    "description",
    "origin",
    "price",
    "net_mass",
    "unit_value",
    "indirect",
    "tax_rate",
    "tax_type",
    "trade_remedy",
)
#: What a row says, all of it: text, numbers, flags, None, and first the day.
COLUMNS = (*_WHOLE, *_ITEM)

_KINDS = {
    "day": {"date"},
    "number": {
        "total_value",
        "total_tax",
        "warnings",
        "price",
        "net_mass",
        "unit_value",
        "tax_rate",
    },
    "flag": {
        "first_time_trader",
        "preference_claimed",
        "reduced_levy",
        "deductions",
        "indirect",
        "trade_remedy",
    },
}
#: What each of them is: `day`, `number`, `flag`, else `text`.
KINDS = {
    name: next((kind for kind, names in _KINDS.items() if name in names), "text")
    for name in COLUMNS
}


def text_of(rows: Sequence[Row]) -> str:
    """The text of the rows of one declaration, as `goods.rows_of` made them."""
    whole = [[rows[0][name] for name in _WHOLE]] if rows else []
    items = [[row[name] for name in _ITEM] for row in rows]
    return json.dumps(
        [*whole, *items], ensure_ascii=False, separators=(",", ":"), default=date.isoformat
    )


#: What `rows_from` raises of a text that is none of ours.
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError)


def rows_from(text: str) -> list[Row]:
    """The rows of a text of this format."""
    told = json.loads(text)
    if not told:
        return []
    [day, *whole], *items = told
    whole = [date.fromisoformat(day), *whole]
    return [dict(zip(COLUMNS, whole + item, strict=True)) for item in items]
