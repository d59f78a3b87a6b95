"""The compiled profile says of every message what the official schemas say."""

import copy
import random
from pathlib import Path

import pytest
from lxml import etree

from sanzhi.declarations.formats import profile, safe_xml, wco_dec

pytestmark = pytest.mark.shared

XSI = "http://www.w3.org/2001/XMLSchema-instance"
VALUES = (
    "",
    " ",
    "x" * 600,
    "-1",
    "1.2345678",
    "99999999999999999999",
    "1e3",
    "NaN",
    "20261340",
    "19991231",
    "20260101",
    "20260101120000Z",
    "GBP",
    "gb",
    "ABCD",
    "9",
    "\n",
    "a\nb",
    "中文",
)


@pytest.fixture(scope="module")
def official(shared_data: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(shared_data / "hmrc-cds" / "schemas" / "_all.xsd"))


@pytest.fixture(scope="module")
def declarations(shared_data: Path) -> list[etree._Element]:
    found = []
    for path in sorted(
        [
            *(shared_data / "hmrc-cds" / "samples").rglob("*"),
            *(shared_data / "hmrc-exports-samples").rglob("*"),
        ]
    ):
        if path.suffix.lower() != ".xml":
            continue
        try:
            root = etree.parse(path).getroot()
        except etree.XMLSyntaxError:
            continue
        if next(root.iter(f"{wco_dec.DEC}Declaration"), None) is not None:
            found.append(root)
    return found


def test_verdicts_on_the_samples(
    official: etree.XMLSchema, declarations: list[etree._Element]
) -> None:
    ours = profile.load(wco_dec.PROFILE).schema
    assert len(declarations) > 150
    for root in declarations:
        assert ours.validate(root) == official.validate(root), root.base


def test_verdicts_on_seeded_mutations(
    official: etree.XMLSchema, declarations: list[etree._Element]
) -> None:
    ours = profile.load(wco_dec.PROFILE).schema
    chance = random.Random(20260316)
    verdicts = {True: 0, False: 0}
    for _ in range(3000):
        root = copy.deepcopy(chance.choice(declarations))
        told = [mutate(root, chance) for _ in range(chance.choice((1, 1, 1, 2)))]
        expected = official.validate(root)
        assert ours.validate(root) == expected, (root.base, told, official.error_log)
        as_read = safe_xml.parse(etree.tostring(root, encoding="unicode"))
        assert (not wco_dec.check(as_read)) == expected, (root.base, told)
        verdicts[expected] += 1
    assert min(verdicts.values()) > 300


def mutate(root: etree._Element, chance: random.Random) -> str:  # noqa: PLR0912 - one arm a kind
    """Change one thing somewhere in a message; says what."""
    nodes = [e for e in root.iter() if isinstance(e.tag, str) and e.getparent() is not None]
    if not nodes:
        return "nothing"
    node = chance.choice(nodes)
    parent = node.getparent()
    assert parent is not None
    kind = chance.choice(
        (
            "drop",
            "duplicate",
            "swap",
            "rename",
            "value",
            "value",
            "value",
            "attribute",
            "unattribute",
            "namespace",
            "child",
            "text",
        )
    )
    if kind == "drop":
        parent.remove(node)
    elif kind == "duplicate":
        parent.insert(parent.index(node), copy.deepcopy(node))
    elif kind == "swap":
        other = chance.randrange(len(parent))
        parent.insert(other, node)
    elif kind == "rename":
        node.tag = str(chance.choice(nodes).tag)
    elif kind == "value":
        leaves = [n for n in nodes if not len(n)]
        if leaves:
            chance.choice(leaves).text = chance.choice(VALUES)
    elif kind == "attribute":
        name = chance.choice(
            (
                "currencyID",
                "unitCode",
                "formatCode",
                "listID",
                "languageID",
                "listAgencyID",
                "schemeID",
                "foo",
                f"{{{XSI}}}nil",
            )
        )
        node.set(name, chance.choice(("GBP", "KGM", "102", "304", "en", "EN GB", "toolong", "")))
    elif kind == "unattribute":
        for name in list(node.attrib):
            del node.attrib[name]
    elif kind == "namespace":
        node.tag = "{urn:wrong}" + etree.QName(node).localname
    elif kind == "child":
        etree.SubElement(node, f"{wco_dec.DEC}ID").text = "1"
    else:
        node.tail = (node.tail or "") + chance.choice((" ", "words", "\n"))
    return f"{kind} {node.tag}"
