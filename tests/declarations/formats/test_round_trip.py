"""Edit what is mapped, write, read: the edit is there and nothing else moved."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from sanzhi.declarations import Charge, Container, Declaration, Document, Item, Party, formats
from sanzhi.declarations.formats import profile
from sanzhi.declarations.formats.reading import comparable

from .samples import BULK, CHINA_EXPORT, CHINA_IMPORT, CIGARETTES, SINGLE, WCO

words = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=30
)
codes = st.text("0123456789", min_size=10, max_size=10)
amounts = st.decimals(0, 10**9, places=2)
countries = st.sampled_from(["FR", "DE", "US", "KR", "CN", "JP"])
currencies = st.sampled_from(["EUR", "USD", "CNY", "JPY"])


def items(numbers: st.SearchStrategy[int]) -> st.SearchStrategy[Item]:
    return st.builds(
        Item,
        number=numbers,
        code=codes,
        description=words,
        price=amounts,
        quantity=amounts,
        unit=st.sampled_from(["kg", "l", "m"]),
        origin=countries,
    )


header_edits: dict[str, st.SearchStrategy[Any]] = {
    "reference": words,
    "contract": words,
    "remarks": words | st.none(),
    "gross_mass": amounts,
    "freight": amounts,
    "procedure": st.sampled_from(["0110", "1039"]),
    "date": st.dates(min_value=date(2018, 1, 1), max_value=date(2030, 1, 1)),
    "incoterm": st.sampled_from(["CIF", "FOB", "CFR", "EXW"]),
}
item_edits: dict[str, st.SearchStrategy[Any]] = {
    "code": codes,
    "price": amounts,
    "description": words,
    "origin": countries,
    "quantity": amounts,
    "duty_mode": st.sampled_from(["1", "3"]),
    "currency": currencies,
}


def edit(declaration: Declaration, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
    for name in draw(st.sets(st.sampled_from(sorted(header_edits)), max_size=4)):
        setattr(declaration, name, draw(header_edits[name]))
    for item in declaration.items:
        for name in draw(st.sets(st.sampled_from(sorted(item_edits)), max_size=3)):
            setattr(item, name, draw(item_edits[name]))
    kept = draw(st.sets(st.integers(0, len(declaration.items) - 1)))
    declaration.items = [item for place, item in enumerate(declaration.items) if place in kept]
    for _ in range(draw(st.integers(0, 3))):
        declaration.items.insert(
            draw(st.integers(0, len(declaration.items))), draw(items(st.integers(1, 999)))
        )
    declaration.documents = draw(
        st.lists(st.builds(Document, type=st.sampled_from("A7"), number=words), max_size=3)
    )


@pytest.mark.parametrize(
    ("path", "form"), [(CHINA_IMPORT, "cn-dec"), (CHINA_EXPORT, "cn-dec"), (WCO, "wco-dec")]
)
@given(data=st.data())
def test_edits_survive(path: Any, form: str, data: st.DataObject) -> None:
    declaration = formats.read(path.read_bytes()).declaration
    declaration.parties = [p for p in declaration.parties if data.draw(st.booleans())]
    edit(declaration, data.draw)
    written = formats.write_with_findings(declaration, form)
    lost = [f for f in written.findings if f.code == "write.not_carried"]
    assert lost == []
    assert comparable(formats.read(written.data).declaration) == comparable(declaration)
    if form == "wco-dec":
        assert profile.load("wco_dec_uk").schema.validate(etree.fromstring(written.data))
    for item in declaration.items:
        item.rates = None
    as_json = formats.read(formats.write(declaration, "json")).declaration
    assert as_json == declaration
    assert formats.write(as_json, form) == written.data


@pytest.mark.parametrize("path", SINGLE, ids=lambda path: path.name)
def test_samples_are_written_back_as_they_came(path: Any) -> None:
    reading = formats.read(path.read_bytes())
    assert reading.findings == []
    assert formats.write(reading.declaration, reading.format) == path.read_bytes()


@pytest.mark.parametrize("path", SINGLE, ids=lambda path: path.name)
@pytest.mark.parametrize("form", formats.FORMATS)
def test_every_sample_goes_into_every_format(path: Any, form: str) -> None:
    declaration = formats.read(path.read_bytes()).declaration
    again = formats.read_many(formats.write(declaration, form), today=declaration.date)
    assert len(again) == 1
    assert [i.code for i in again[0].declaration.items] == [i.code for i in declaration.items]
    assert [i.price for i in again[0].declaration.items] == [i.price for i in declaration.items]
    assert again[0].declaration.reference == declaration.reference
    assert again[0].format == form


def test_parts_added_to_a_message_without_them() -> None:
    declaration = formats.read(WCO.read_bytes()).declaration
    declaration.containers = [Container(number="CSQU3054383", seals=["A1", "A2"])]
    declaration.charges = [
        Charge(kind="AK", amount=Decimal(10), currency="EUR"),
        Charge(kind="BA", amount=Decimal(-3), currency="EUR"),
    ]
    declaration.parties.append(Party(role="seller", name="Verkauf AG", country="DE"))
    declaration.exchange_rates = {"EUR": Decimal("7.9")}
    data = formats.write(declaration, "wco-dec")
    again = formats.read(data).declaration
    assert again.containers == declaration.containers
    assert again.charges == declaration.charges
    assert again.party("seller") == declaration.party("seller")
    assert again.exchange_rates == {"EUR": Decimal("7.9")}
    assert profile.load("wco_dec_uk").schema.validate(etree.fromstring(data))


def test_the_bulk_sample_is_three_declarations() -> None:
    readings = formats.read_many(BULK.read_bytes())
    assert [r.declaration.reference for r in readings] == [
        "BULK-2026-01",
        "BULK-2026-02",
        "BULK-2026-03",
    ]
    assert [len(r.declaration.items) for r in readings] == [2, 1, 1]
    assert all(r.findings == [] for r in readings)
    assert CIGARETTES.exists()
