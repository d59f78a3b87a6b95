"""China's declaration message: what is read, what its table says, what writing keeps."""

from datetime import date
from decimal import Decimal

import pytest

from sanzhi.declarations import Charge, Declaration, formats

from .samples import CHINA_EXPORT, CHINA_IMPORT

TEXT = CHINA_IMPORT.read_text()


def read(text: str = TEXT) -> formats.Reading:
    return formats.read(text.encode(), today=date(2026, 6, 1))


def put(element: str, value: str, text: str = TEXT) -> str:
    """The message with another value in the first element of a name."""
    head, start, rest = text.partition(f"<{element}>")
    assert start
    return head + start + value + rest[rest.index("</") :]


def test_every_mapped_part_is_read() -> None:
    reading = read()
    declaration = reading.declaration
    assert reading.findings == []
    assert (declaration.regime, declaration.procedure, declaration.levy_nature) == (
        "import",
        "0110",
        "101",
    )
    assert (declaration.date, declaration.arrival_date) == (date(2026, 3, 16), date(2026, 3, 12))
    assert (declaration.incoterm, declaration.currency) == ("FOB", "EUR")
    assert (declaration.freight, declaration.freight_currency) == (1850, "EUR")
    assert declaration.insurance_rate == Decimal("0.003")
    assert declaration.country_of_dispatch == "FR"
    assert declaration.transport is not None
    assert declaration.transport.bill == "CXSH26031207"
    trader = declaration.party("trader")
    assert trader is not None
    assert trader.credit_code == "91310115MA1K3ABC1G"
    assert declaration.containers[0].items == [1, 2]
    assert declaration.documents[0].type == "A"
    cream = declaration.items[0]
    assert cream.elements == ["0", "3", "护肤", "50毫升/瓶", "CLAIRVAL"]
    assert (cream.quantity, cream.unit, cream.statutory_unit) == (4800, "011", "035")
    assert (cream.origin, cream.destination, cream.duty_mode) == ("FR", "CN", "1")


def test_the_export_sample_reads_clean() -> None:
    reading = formats.read(CHINA_EXPORT.read_bytes())
    assert reading.findings == []
    assert reading.declaration.regime == "export"
    assert reading.declaration.country_of_destination == "US"
    assert reading.declaration.insurance == 48


@pytest.mark.parametrize(
    ("mark", "figure", "field", "value"),
    [
        ("1", "2.5", "freight_rate", "0.025"),
        ("2", "100", "freight", "196.8"),
        ("2", "100", "freight_per_tonne", "100"),
        ("3", "77", "freight", "77"),
    ],
)
def test_freight_marks(mark: str, figure: str, field: str, value: str) -> None:
    text = put("FeeMark", mark, put("FeeRate", figure))
    declaration = read(text).declaration
    assert getattr(declaration, field) == Decimal(value)
    assert formats.write(declaration, "cn-dec").decode() == text
    fresh = declaration.model_copy(update={"source": None})
    again = formats.read(formats.write(fresh, "cn-dec")).declaration
    assert getattr(again, field) == Decimal(value)


def test_other_charges_as_a_rate_follow_the_price() -> None:
    text = TEXT.replace("<GrossWet>", "<OtherMark>1</OtherMark><OtherRate>-1</OtherRate><GrossWet>")
    declaration = read(text).declaration
    assert declaration.charges == [
        Charge(kind="other", amount=Decimal("-386.4"), rate=Decimal("-0.01"))
    ]
    assert formats.write(declaration, "cn-dec").decode() == text


def test_old_codes_are_understood_and_kept() -> None:
    text = put("TradeCurr", "300", put("OriginCountry", "305"))
    declaration = read(text).declaration
    assert (declaration.currency, declaration.items[0].origin) == ("EUR", "FR")
    assert formats.write(declaration, "cn-dec").decode() == text
    declaration.items[0].origin = "DE"
    assert formats.write(declaration, "cn-dec").decode() == put("OriginCountry", "DEU", text)


def test_what_the_model_does_not_name_is_kept() -> None:
    text = TEXT.replace("</DecHead>", "  <NewIn2027>x</NewIn2027><!-- c --></DecHead>").replace(
        "保湿面霜</GName>", "<![CDATA[保湿面霜]]></GName>"
    )
    declaration = read(text).declaration
    assert read(text).findings == []
    declaration.contract = "BY-2"
    assert formats.write(declaration, "cn-dec").decode() == put("ContrNo", "BY-2", text)


def test_a_value_taken_away_leaves_the_element_empty() -> None:
    declaration = read().declaration
    declaration.remarks = None
    written = formats.write(declaration, "cn-dec").decode()
    assert "<NoteS/>" in written
    assert read(written).declaration.remarks is None


def test_items_come_and_go() -> None:
    declaration = read().declaration
    wine = declaration.items.pop()
    again = formats.read(formats.write(declaration, "cn-dec")).declaration
    assert [item.code for item in again.items] == ["3304990039"]
    again.items.insert(0, wine.model_copy(update={"number": 3}))
    last = formats.read(formats.write(again, "cn-dec")).declaration
    assert [(item.number, item.code) for item in last.items] == [
        (3, "2204210000"),
        (1, "3304990039"),
    ]
    assert last.items[0].elements == wine.elements


@pytest.mark.parametrize(
    ("element", "value", "code"),
    [
        ("CustomMaster", "22480", "schema.pattern"),
        ("GrossWet", "heavy", "schema.value"),
        ("GrossWet", "1.1234567", "schema.digits"),
        ("IEFlag", "X", "schema.code"),
        ("ContrNo", "c" * 40, "schema.too_long"),
        ("IEFlag", "", "schema.missing_element"),
        ("CodeTS", "33", "schema.pattern"),
    ],
)
def test_table_findings(element: str, value: str, code: str) -> None:
    text = put(element, value)
    reading = read(text)
    finding = next(f for f in reading.findings if f.code.startswith("schema"))
    assert finding.code == code
    assert element in finding.path + finding.text.en
    assert finding.line is not None
    assert formats.write(reading.declaration, "cn-dec").decode() == text


def test_lines_point_into_the_original() -> None:
    lines, text = read().lines, TEXT.splitlines()
    for path, element in {
        "items[1].code": "2204210000",
        "parties[0].credit_code": "TradeCoScc",
        "freight": "FeeRate",
        "date": "PDate",
        "country_of_dispatch": "TradeCountry",
        "items[0].elements": "GModel",
        "containers[0].number": "ContainerId",
    }.items():
        assert element in text[lines[path] - 1]


def test_what_the_message_cannot_carry_is_said() -> None:
    declaration = Declaration.from_fields(
        {
            "date": "2026-03-01",
            "regime": "import",
            "incoterm": "DAP",
            "items": [{"number": 1, "code": "3304990039", "price": "1", "gross_mass": "2"}],
        }
    )
    findings = formats.write_with_findings(declaration, "cn-dec").findings
    assert {"incoterm", "items[0].gross_mass"} <= {
        f.path for f in findings if f.code == "write.not_carried"
    }
    assert any(f.code == "schema.missing_element" for f in findings)
