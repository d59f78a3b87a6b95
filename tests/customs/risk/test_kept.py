"""Goods items kept as text are read back as they were."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from sanzhi.customs.risk.kept import COLUMNS, rows_from, text_of

_values = (
    st.none()
    | st.booleans()
    | st.floats(allow_nan=False)
    | st.text(st.characters(codec="utf-8"), max_size=8)
)
_whole = st.fixed_dictionaries(dict.fromkeys(COLUMNS, _values) | {"date": st.dates()})
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
_items = st.lists(st.fixed_dictionaries(dict.fromkeys(_ITEM, _values)), max_size=4)


@given(_whole, _items)
def test_rows_are_read_back_as_they_were(whole, items):
    rows = [whole | item for item in items]
    again = rows_from(text_of(rows))
    assert again == rows
    assert [{name: type(value) for name, value in row.items()} for row in again] == [
        {name: type(value) for name, value in row.items()} for row in rows
    ]


def test_what_all_items_share_is_kept_once():
    row = dict.fromkeys(COLUMNS) | {"date": date(2026, 6, 1), "seller": "Acme 公司"}
    assert text_of([row] * 9).count("Acme 公司") == 1
