"""The WCO declaration message: what is read, what the schema says, what writing keeps."""

import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from sanzhi.core.findings import Severity, Unusable
from sanzhi.declarations import Declaration, formats
from sanzhi.declarations.document import Document, Item, Party
from sanzhi.declarations.formats import profile

from .samples import WCO

TODAY = date(2026, 6, 1)
MD = "urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"
DEC = "urn:wco:datamodel:WCO:DEC-DMS:2"
UK = f"""<?xml version="1.0" encoding="UTF-8"?>
<md:MetaData xmlns:md="{MD}" xmlns="{DEC}">
  <md:ResponsibleCountryCode>GB</md:ResponsibleCountryCode>
  <!-- a supplementary declaration -->
  <Declaration>
    <FunctionCode>9</FunctionCode>
    <FunctionalReferenceID>LRN-1</FunctionalReferenceID>
    <TypeCode>IMZ</TypeCode>
    <InvoiceAmount currencyID="GBP">150.00</InvoiceAmount>
    <AdditionalDocument><ID>GBDPO1234567</ID></AdditionalDocument>
    <GoodsShipment>
      <Consignment>
        <TransportEquipment><SequenceNumeric>1</SequenceNumeric><ID>CSQU3054383</ID>
          <Seal><SequenceNumeric>1</SequenceNumeric><ID>S-1</ID></Seal></TransportEquipment>
      </Consignment>
      <GovernmentAgencyGoodsItem>
        <SequenceNumeric>1</SequenceNumeric>
        <Commodity>
          <Description>Bags</Description>
          <Classification><ID>42021219</ID><IdentificationTypeCode>TSP</IdentificationTypeCode></Classification>
          <Classification><ID>00</ID><IdentificationTypeCode>TRC</IdentificationTypeCode></Classification>
          <Classification><ID>VATZ</ID><IdentificationTypeCode>GN</IdentificationTypeCode></Classification>
          <DutyTaxFee><DutyRegimeCode>300</DutyRegimeCode></DutyTaxFee>
          <GoodsMeasure><NetNetWeightMeasure>10.5</NetNetWeightMeasure><TariffQuantity unitCode="NAR">7</TariffQuantity></GoodsMeasure>
          <InvoiceLine><ItemChargeAmount currencyID="GBP">100.00</ItemChargeAmount></InvoiceLine>
        </Commodity>
        <CustomsValuation><ChargeDeduction><ChargesTypeCode>BA</ChargesTypeCode><OtherChargeDeductionAmount currencyID="GBP">5</OtherChargeDeductionAmount></ChargeDeduction></CustomsValuation>
        <GovernmentProcedure><CurrentCode>40</CurrentCode><PreviousCode>71</PreviousCode></GovernmentProcedure>
        <GovernmentProcedure><CurrentCode>000</CurrentCode></GovernmentProcedure>
        <Origin><CountryCode>US</CountryCode><TypeCode>1</TypeCode></Origin>
      </GovernmentAgencyGoodsItem>
      <GovernmentAgencyGoodsItem>
        <SequenceNumeric>2</SequenceNumeric>
        <Commodity><InvoiceLine><ItemChargeAmount currencyID="USD">50.00</ItemChargeAmount></InvoiceLine></Commodity>
        <Origin><CountryCode>KR</CountryCode><TypeCode>2</TypeCode></Origin>
      </GovernmentAgencyGoodsItem>
      <Importer><ID>GB123</ID></Importer>
      <TradeTerms><ConditionCode>CIF</ConditionCode></TradeTerms>
    </GoodsShipment>
  </Declaration>
</md:MetaData>
"""  # noqa: E501 - a message's own lines


ITEM = "MetaData/Declaration/GoodsShipment/GovernmentAgencyGoodsItem"


def uk(text: str = UK) -> formats.Reading:
    return formats.read(text.encode(), today=TODAY)


def edited(change: str = UK) -> Declaration:
    return uk(change).declaration.model_copy(deep=True)


def valid(data: bytes) -> bool:
    return bool(profile.load("wco_dec_uk").schema.validate(etree.fromstring(data)))


def test_every_mapped_part_is_read() -> None:
    reading = uk()
    declaration = reading.declaration
    assert (declaration.regime, declaration.type) == ("import", "complete")
    assert (declaration.jurisdiction, declaration.reference) == ("GB", "LRN-1")
    assert (declaration.currency, declaration.incoterm) == ("GBP", "CIF")
    assert declaration.invoice_total == Decimal("150.00")
    assert declaration.documents[0].number == "GBDPO1234567"
    assert declaration.containers[0].number == "CSQU3054383"
    assert declaration.containers[0].seals == ["S-1"]
    assert declaration.party("importer") == Party(role="importer", id="GB123")
    first, second = declaration.items
    assert (first.code, first.additional_codes) == ("4202121900", ["VATZ"])
    assert (first.procedure, first.previous_procedure) == ("40", "71")
    assert first.additional_procedures == ["000"]
    assert (first.quantity, first.unit, first.net_mass) == (7, "item", Decimal("10.5"))
    assert (first.price, first.currency, first.preference) == (100, None, "300")
    assert first.charges[0].amount == -5
    assert (second.origin, second.currency) == ("KR", "USD")


def test_no_date_is_assumed_and_said_so() -> None:
    reading = uk()
    assert reading.declaration.date == TODAY
    assert [(f.code, f.severity) for f in reading.findings] == [
        ("declaration.date_assumed", Severity.INFO)
    ]
    with pytest.raises(Unusable):
        formats.read(UK.encode())


def test_lines_point_into_the_original() -> None:
    lines = uk().lines
    text = UK.splitlines()
    assert "LRN-1" in text[lines["reference"] - 1]
    assert "TSP" in text[lines["items[0].code"] - 1]
    assert ">50.00<" in text[lines["items[1].price"] - 1]
    assert "S-1" in text[lines["containers[0].seals[0]"] - 1]


def test_unchanged_is_written_byte_for_byte() -> None:
    reading = uk()
    assert formats.write(reading.declaration, "wco-dec") == UK.encode()
    through_json = formats.read(formats.write(reading.declaration, "json"), today=TODAY)
    assert formats.write(through_json.declaration, "wco-dec") == UK.encode()


def test_a_changed_value_changes_only_its_own_text() -> None:
    declaration = edited()
    declaration.items[0].price = Decimal("101.5")
    assert formats.write(declaration, "wco-dec").decode() == UK.replace(">100.00<", ">101.5<")


def test_a_changed_currency_changes_the_attribute() -> None:
    declaration = edited()
    declaration.items[1].currency = "EUR"
    assert formats.write(declaration, "wco-dec").decode() == UK.replace(
        'currencyID="USD"', 'currencyID="EUR"'
    )


def test_items_come_and_go() -> None:
    declaration = edited()
    declaration.items[1].number = 1
    del declaration.items[0]
    declaration.items.append(Item(number=2, code="8471300000", price=Decimal(9), origin="CN"))
    data = formats.write(declaration, "wco-dec")
    again = formats.read(data, today=TODAY).declaration
    assert [(i.number, i.code, i.origin) for i in again.items] == [
        (1, "", "KR"),
        (2, "8471300000", "CN"),
    ]
    assert b"Bags" not in data
    assert b"a supplementary declaration" in data
    assert valid(data)


def test_documents_and_parties_find_their_place() -> None:
    declaration = edited()
    declaration.items[0].documents.append(Document(category="N", type="935", number="INV-1"))
    declaration.parties.append(Party(role="exporter", name="Bag Co", country="US"))
    declaration.parties = [p for p in declaration.parties if p.role != "importer"]
    declaration.gross_mass = Decimal(12)
    data = formats.write(declaration, "wco-dec")
    assert valid(data)
    again = formats.read(data, today=TODAY).declaration
    assert again.items[0].documents == declaration.items[0].documents
    assert [p.role for p in again.parties] == ["exporter"]
    assert again.gross_mass == 12


def test_what_does_not_fit_is_left_out_with_a_warning() -> None:
    declaration = edited()
    declaration.items[0].description = "x" * 600
    declaration.marks = "nowhere to go"
    written = formats.write_with_findings(declaration, "wco-dec")
    assert {(f.code, f.path) for f in written.findings} == {
        ("write.not_carried", "items[0].description"),
        ("write.not_carried", "marks"),
    }
    assert b"Bags" in written.data


def test_a_fresh_message_is_valid_and_says_the_same() -> None:
    original = formats.read(WCO.read_bytes())
    assert original.findings == []
    fresh = original.declaration.model_copy(update={"source": None})
    written = formats.write_with_findings(fresh, "wco-dec")
    assert written.findings == []
    assert valid(written.data)
    assert formats.read(written.data).declaration.model_dump(exclude={"source"}) == (
        fresh.model_dump(exclude={"source"})
    )


def test_an_envelope_is_opened_and_kept() -> None:
    inner = UK.partition("?>")[2]
    text = (
        '<v:submitDeclarationRequest xmlns:v="urn:any">'
        f"<v:d>{inner}</v:d></v:submitDeclarationRequest>"
    )
    declaration = edited(text)
    assert declaration.reference == "LRN-1"
    declaration.reference = "LRN-2"
    assert formats.write(declaration, "wco-dec").decode() == text.replace("LRN-1", "LRN-2")


def test_a_bare_declaration_is_read() -> None:
    start, end = UK.index("<Declaration>"), UK.index("</md:MetaData>")
    text = UK[start:end].replace("<Declaration>", f'<Declaration xmlns="{DEC}">')
    declaration = edited(text)
    assert (declaration.reference, declaration.jurisdiction) == ("LRN-1", None)
    assert formats.write(declaration, "wco-dec") == text.encode()


@pytest.mark.parametrize(
    ("old", "new", "code", "path"),
    [
        (
            "<FunctionCode>9</FunctionCode>",
            "",
            "schema.unexpected_element",
            "MetaData/Declaration/FunctionalReferenceID",
        ),
        (
            "<FunctionCode>9<",
            "<FunctionCode>8<",
            "schema.code",
            "MetaData/Declaration/FunctionCode",
        ),
        (
            ">LRN-1<",
            ">" + "L" * 36 + "<",
            "schema.too_long",
            "MetaData/Declaration/FunctionalReferenceID",
        ),
        (">LRN-1<", "> <", "schema.pattern", "MetaData/Declaration/FunctionalReferenceID"),
        (
            ">7</Tariff",
            ">seven</Tariff",
            "schema.value",
            f"{ITEM}[1]/Commodity/GoodsMeasure/TariffQuantity",
        ),
        (
            ">50.00<",
            ">50.0001<",
            "schema.digits",
            f"{ITEM}[2]/Commodity/InvoiceLine/ItemChargeAmount",
        ),
        (
            'currencyID="USD"',
            'currencyID="usd"',
            "schema.attribute",
            f"{ITEM}[2]/Commodity/InvoiceLine/ItemChargeAmount/@currencyID",
        ),
        (
            "<SequenceNumeric>2</SequenceNumeric>",
            "",
            "schema.unexpected_element",
            "MetaData/Declaration/GoodsShipment/GovernmentAgencyGoodsItem[2]/Commodity",
        ),
        (
            ">US</CountryCode>",
            ">USA99</CountryCode>",
            "schema.too_long",
            "MetaData/Declaration/GoodsShipment/GovernmentAgencyGoodsItem[1]/Origin/CountryCode",
        ),
    ],
)
def test_schema_findings(old: str, new: str, code: str, path: str) -> None:
    assert old in UK
    text = UK.replace(old, new, 1)
    reading = uk(text)
    finding = next(f for f in reading.findings if f.code.startswith("schema"))
    assert (finding.code, finding.path) == (code, path)
    line = UK[: UK.index(old)].count("\n") + 1
    assert finding.line in {line, line + 1}
    assert finding.mend is not None
    assert not re.search(r"value|The |length|expected|allowed", finding.text.zh)
    assert reading.declaration.incoterm == "CIF"
    assert formats.write(reading.declaration, "wco-dec") == text.encode()


def test_a_missing_child_is_named() -> None:
    text = UK.replace("<SequenceNumeric>1</SequenceNumeric><ID>S-1</ID>", "")
    finding = next(f for f in uk(text).findings if f.code.startswith("schema"))
    assert finding.code == "schema.missing_element"
    assert "SequenceNumeric" in finding.text.zh


def test_own_samples_have_nothing_to_find(tmp_path: Path) -> None:
    reading = formats.read(WCO.read_bytes())
    assert reading.findings == []
    assert reading.declaration.jurisdiction == "CN"
    assert reading.declaration.procedure == "0110"
    assert all(len(item.code) == 10 for item in reading.declaration.items)
