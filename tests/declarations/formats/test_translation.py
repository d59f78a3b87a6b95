"""From one administration's message to another's: facts go to the place they have there."""

from sanzhi.declarations import formats

from .samples import CHINA_EXPORT, CHINA_IMPORT, CIGARETTES, WCO


def test_china_to_wco_names_the_importer() -> None:
    declaration = formats.read(CHINA_IMPORT.read_bytes()).declaration
    written = formats.write_with_findings(declaration, "wco-dec")
    again = formats.read(written.data).declaration
    importer = again.party("importer")
    assert importer is not None
    assert importer.credit_code == "91310115MA1K3ABC1G"
    assert again.items[0].net_mass == declaration.items[0].statutory_quantity
    assert not any(f.path.startswith("parties") for f in written.findings)
    assert [p.role for p in declaration.parties] == ["trader", "owner", "declarant", "consignor"]


def test_china_to_wco_names_the_exporter() -> None:
    declaration = formats.read(CHINA_EXPORT.read_bytes()).declaration
    again = formats.read(formats.write(declaration, "wco-dec")).declaration
    exporter = again.party("exporter")
    assert exporter is not None
    assert exporter.name == "厦门海棠鞋业有限公司"


def test_wco_to_china_names_the_trader() -> None:
    declaration = formats.read(WCO.read_bytes()).declaration
    again = formats.read(formats.write(declaration, "cn-dec")).declaration
    trader, consignor = again.party("trader"), again.party("consignor")
    assert trader is not None
    assert trader.credit_code == "91420100MA4KMNPQ68"
    assert consignor is not None
    assert consignor.name == "Lindauer Messtechnik GmbH"


def test_documents_of_items_go_to_the_head() -> None:
    declaration = formats.read(CIGARETTES.read_bytes()).declaration
    written = formats.write_with_findings(declaration, "cn-dec")
    again = formats.read(written.data).declaration
    assert [(d.type, d.number) for d in again.documents] == [("7", "26-0602-AB118")]
    assert not any(f.code.startswith("schema") for f in written.findings)
