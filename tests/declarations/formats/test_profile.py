"""Profiles: tables hold together, and say of values what the compiled schema says."""

import runpy
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from sanzhi.declarations.formats import cn_dec, profile, table, wco_dec

ROOT = Path(__file__).parents[3]
XSD = """<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns="urn:t"
  targetNamespace="urn:t" elementFormDefault="qualified">
  <xs:element name="Bill" type="BillType"/>
  <xs:complexType name="BillType"><xs:sequence>
    <xs:element name="Number" type="Code"/>
    <xs:element name="Line" minOccurs="0" maxOccurs="unbounded"><xs:complexType><xs:sequence>
      <xs:element name="Weight" type="Weight"/></xs:sequence></xs:complexType></xs:element>
  </xs:sequence></xs:complexType>
  <xs:simpleType name="Code"><xs:restriction base="xs:token"><xs:maxLength value="4"/>
    <xs:pattern value="[A-Z]+"/><xs:pattern value="[0-9]+"/></xs:restriction></xs:simpleType>
  <xs:complexType name="Weight"><xs:simpleContent><xs:extension base="xs:decimal">
    <xs:attribute name="unit" type="Code" use="required"/></xs:extension></xs:simpleContent>
  </xs:complexType>
  <xs:simpleType name="Unused"><xs:restriction base="xs:string"/></xs:simpleType>
</xs:schema>"""


@pytest.mark.parametrize("name", [wco_dec.PROFILE, cn_dec.PROFILE])
def test_every_type_named_is_there(name: str) -> None:
    known = profile.load(name)
    for owner, elements in known.classes.items():
        for element in elements:
            assert (
                element.name == "*"
                or element.type in known.types
                or element.type in known.classes
                or element.type == "dec:any"
            ), (owner, element)
    for value in known.types.values():
        assert value.base.startswith("xs:") or value.base in known.types


def test_the_mappings_name_elements_that_exist() -> None:
    assert wco_dec.table().record.lists["items"]
    assert cn_dec.table().record.lists["items"]


VALUES = {
    "ds:DeclarationFunctionalReferenceIDType": "FunctionalReferenceID",
    "ds:DeclarationTotalGrossMassMeasureType": "TotalGrossMassMeasure",
    "ds:DeclarationTotalPackageQuantityType": "TotalPackageQuantity",
    "ds:DeclarationTypeCodeType": "TypeCode",
}


@given(
    st.sampled_from(sorted(VALUES)),
    st.one_of(
        st.text(st.characters(codec="ascii", min_codepoint=32), max_size=40),
        st.from_regex(r"[+-]?[0-9]{0,12}(\.[0-9]{0,8})?", fullmatch=True),
    ),
)
def test_a_value_fits_the_table_as_it_fits_the_schema(kind: str, text: str) -> None:
    known = profile.load(wco_dec.PROFILE)
    root = etree.Element(f"{wco_dec.DEC}Declaration")
    values = {"FunctionCode": "9", VALUES[kind]: text}
    for element in known.classes["dec:Declaration"]:
        if element.name in values:
            etree.SubElement(root, wco_dec.DEC + element.name).text = values[element.name]
    assert known.accepts(kind, text) == known.schema.validate(root)


def test_the_tool_makes_a_profile_of_any_such_schema(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bill.xsd").write_text(XSD)
    monkeypatch.setattr(
        sys,
        "argv",
        ["tool", str(tmp_path / "bill.xsd"), str(tmp_path / "out"), "--namespace", "t=urn:t"],
    )
    runpy.run_path(str(ROOT / "tools" / "profile_from_xsd.py"), run_name="__main__")
    assert (tmp_path / "out" / "classes.csv").read_text().splitlines() == [
        "class,element,type,min,max",
        "t:,Bill,t:BillType,1,1",
        "t:BillType,Number,t:Code,1,1",
        "t:BillType,Line,t:BillType.Line,0,unbounded",
        "t:BillType.Line,Weight,t:Weight,1,1",
    ]
    types = (tmp_path / "out" / "types.csv").read_text()
    assert "t:Code,simple,xs:token,,,4,,,([A-Z]+)|([0-9]+)," in types
    assert "Unused" not in types


def test_the_reference_lists_every_column_and_element() -> None:
    text = (ROOT / "docs" / "reference" / "formats.md").read_text(encoding="utf-8")
    for column in table.COLUMNS:
        assert f"`{column}`" in text
    for name in (wco_dec.PROFILE, cn_dec.PROFILE):
        for row in profile.rows(name, "mapping"):
            assert f"| `{row['element']}` | `{row['field']}` |" in text
