"""A message profile: tables of facts about one administration's messages.

A profile is a folder of CSV files: `namespaces` (prefix, uri), `classes` (which element stands
where, in order, how often, of which type), `types` (base and facets) and `attributes`. A schema
is compiled from them in memory at first use; the order of elements and the size of values are
also what writing a message needs. `tools/profile_from_xsd.py` makes the tables from an
administration's official schemas, so another country's profile is another folder.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property
from importlib.resources import files

from lxml import etree

XS = "http://www.w3.org/2001/XMLSchema"

#: The official pattern for "not blank" makes a matcher try every split of the text. The second
#: form accepts exactly the same texts (no line break, at least one non-space) in one pass.
_NOT_BLANK = {r".*[^\s].*": r"[ \t]*[^\s].*"}

#: Control characters and half pairs, which XML cannot hold even as references.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Element:
    """One row of the class table."""

    name: str
    type: str
    least: int
    most: int | None
    """None where any number may stand."""


@dataclass(frozen=True, slots=True)
class ValueType:
    """One row of the type table; sizes are counted in characters or digits, None where free."""

    derivation: str
    base: str
    length: int | None
    min_length: int | None
    max_length: int | None
    total_digits: int | None
    fraction_digits: int | None
    pattern: str
    values: tuple[str, ...]


@dataclass
class Profile:
    """A profile's tables, and the schema compiled from them."""

    name: str
    namespaces: dict[str, str]
    classes: dict[str, list[Element]]
    types: dict[str, ValueType]
    attributes: dict[str, list[tuple[str, str, bool]]]
    _patterns: dict[str, re.Pattern[str]] = field(default_factory=dict)
    _ranks: dict[str, dict[str, int]] = field(default_factory=dict)

    @cached_property
    def schema(self) -> etree.XMLSchema:
        """The compiled schema; it accepts every root element the class table names."""
        parser = etree.XMLParser(no_network=True, resolve_entities=False)
        parser.resolvers.add(_Tables(self))
        head = "".join(
            f'<xs:import namespace="{uri}" schemaLocation="profile:{prefix}"/>'
            for prefix, uri in self.namespaces.items()
        )
        root = etree.fromstring(f'<xs:schema xmlns:xs="{XS}">{head}</xs:schema>', parser)
        return etree.XMLSchema(root)

    def tag(self, owner: str, name: str) -> str:
        """The qualified tag of an element of a class."""
        return f"{{{self.namespaces[owner.partition(':')[0]]}}}{name}"

    def element(self, owner: str, name: str) -> Element | None:
        return next((e for e in self.classes.get(owner, ()) if e.name == name), None)

    def ranks(self, owner: str) -> dict[str, int]:
        """The place of each qualified tag a class may hold, in the order it must hold them."""
        found = self._ranks.get(owner)
        if found is None:
            elements = self.classes.get(owner, ())
            found = {self.tag(owner, e.name): place for place, e in enumerate(elements)}
            self._ranks[owner] = found
        return found

    def facets(self, name: str) -> Iterator[ValueType]:
        """A type's own facets, then its base's, down to the built-in type."""
        while (value := self.types.get(name)) is not None:
            yield value
            name = value.base

    def built_in(self, name: str) -> str:
        """The built-in type a type rests on: `decimal`, `string`, `token`…"""
        while (value := self.types.get(name)) is not None:
            name = value.base
        return name.partition(":")[2]

    def accepts(self, name: str, text: str) -> bool:
        """Whether a text is a value of a type."""
        return self.fault(name, text) is None

    def fault(self, name: str, text: str) -> str | None:
        """What is wrong with a text as a value of a type; None where nothing is.

        One of the kinds of finding in `schema_findings`: `value`, `digits`, `length`, `too_long`,
        `pattern`, `code`.
        """
        if not is_xml_text(text):
            return "pattern"
        kind = self.built_in(name)
        if kind == "decimal":
            if not _DECIMAL.fullmatch(text.strip()):
                return "value"
            fits = all(_digits_fit(Decimal(text), facet) for facet in self.facets(name))
            return None if fits else "digits"
        if kind == "token":
            text = " ".join(text.split())
        return next(
            (fault for facet in self.facets(name) if (fault := self._fault(text, facet))), None
        )

    def _fault(self, text: str, facet: ValueType) -> str | None:
        size = len(text)
        if facet.max_length is not None and size > facet.max_length:
            return "too_long"
        if facet.length not in (None, size) or size < (facet.min_length or 0):
            return "length"
        if facet.values and text not in facet.values:
            return "code"
        if facet.pattern:
            pattern = self._patterns.get(facet.pattern)
            if pattern is None:
                pattern = self._patterns[facet.pattern] = re.compile(facet.pattern, re.ASCII)
            if pattern.fullmatch(text) is None:
                return "pattern"
        return None


def is_xml_text(text: str) -> bool:
    """Whether XML can hold every character of a text."""
    return _NOT_XML.search(text) is None


def _digits_fit(number: Decimal, facet: ValueType) -> bool:
    _, digits, exponent = number.normalize().as_tuple()
    fraction = max(0, -int(exponent))
    whole = max(0, len(digits) + int(exponent)) if number else 0
    return (facet.fraction_digits is None or fraction <= facet.fraction_digits) and (
        facet.total_digits is None or whole + fraction <= facet.total_digits
    )


@cache
def load(name: str) -> Profile:
    """The built-in profile of this name."""
    classes: dict[str, list[Element]] = {}
    for row in rows(name, "classes"):
        most = None if row["max"] == "unbounded" else int(row["max"])
        classes.setdefault(row["class"], []).append(
            Element(row["element"], row["type"], int(row["min"]), most)
        )
    types = {
        row["type"]: ValueType(
            row["derivation"],
            row["base"],
            _size(row["length"]),
            _size(row["min_length"]),
            _size(row["max_length"]),
            _size(row["total_digits"]),
            _size(row["fraction_digits"]),
            row["pattern"],
            tuple(row["values"].split("|")) if row["values"] else (),
        )
        for row in rows(name, "types")
    }
    attributes: dict[str, list[tuple[str, str, bool]]] = {}
    for row in rows(name, "attributes"):
        attributes.setdefault(row["type"], []).append(
            (row["attribute"], row["of"], row["use"] == "required")
        )
    namespaces = {row["prefix"]: row["uri"] for row in rows(name, "namespaces")}
    return Profile(name, namespaces, classes, types, attributes)


def rows(profile: str, table: str) -> list[dict[str, str]]:
    """The rows of one table of a built-in profile."""
    folder = files("sanzhi.declarations.profiles") / profile
    text = (folder / f"{table}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _size(text: str) -> int | None:
    return int(text) if text else None


class _Tables(etree.Resolver):
    """Hands the schema compiler the schema of each namespace when it follows an import."""

    def __init__(self, profile: Profile) -> None:
        super().__init__()
        self.profile = profile

    def resolve(self, system_url: str, public_id: str, context: object) -> object:  # type: ignore[override]  # noqa: ARG002 - as lxml calls it; the stubs have other names
        schema = _schema_of(self.profile, system_url.removeprefix("profile:"))
        return self.resolve_string(schema, context)  # type: ignore[call-arg] # the stubs leave the context out


def _schema_of(profile: Profile, prefix: str) -> bytes:
    """The schema of one namespace of a profile, as text."""
    spaces = {f"{p}": uri for p, uri in profile.namespaces.items()}
    root = etree.Element(f"{{{XS}}}schema", nsmap={"xs": XS, **spaces})
    root.set("targetNamespace", spaces[prefix])
    root.set("elementFormDefault", "qualified")
    for other, uri in spaces.items():
        if other != prefix:
            etree.SubElement(
                root, f"{{{XS}}}import", namespace=uri, schemaLocation=f"profile:{other}"
            )
    for owner, elements in profile.classes.items():
        if owner == f"{prefix}:":
            for element in elements:
                etree.SubElement(root, f"{{{XS}}}element", name=element.name, type=element.type)
        elif owner.startswith(f"{prefix}:"):
            _class(root, profile, owner, elements)
    for name, value in profile.types.items():
        if name.startswith(f"{prefix}:"):
            _value_type(root, profile, name, value)
    return etree.tostring(root)


def _class(root: etree._Element, profile: Profile, owner: str, elements: list[Element]) -> None:
    kind = etree.SubElement(root, f"{{{XS}}}complexType", name=owner.partition(":")[2])
    sequence = etree.SubElement(kind, f"{{{XS}}}sequence")
    for element in elements:
        limits = {
            "minOccurs": str(element.least),
            "maxOccurs": "unbounded" if element.most is None else str(element.most),
        }
        if element.name == "*":
            space = profile.namespaces[element.type.removesuffix(":")]
            etree.SubElement(
                sequence, f"{{{XS}}}any", limits, namespace=space, processContents="strict"
            )
        else:
            etree.SubElement(
                sequence, f"{{{XS}}}element", limits, name=element.name, type=element.type
            )


def _value_type(root: etree._Element, profile: Profile, name: str, value: ValueType) -> None:
    local = name.partition(":")[2]
    if value.derivation == "simple":
        holder = etree.SubElement(root, f"{{{XS}}}simpleType", name=local)
        body = etree.SubElement(holder, f"{{{XS}}}restriction", base=value.base)
    else:
        holder = etree.SubElement(root, f"{{{XS}}}complexType", name=local)
        content = etree.SubElement(holder, f"{{{XS}}}simpleContent")
        body = etree.SubElement(content, f"{{{XS}}}{value.derivation}", base=value.base)
    sizes = (
        ("length", value.length),
        ("minLength", value.min_length),
        ("maxLength", value.max_length),
        ("totalDigits", value.total_digits),
        ("fractionDigits", value.fraction_digits),
    )
    for facet, size in sizes:
        if size is not None:
            etree.SubElement(body, f"{{{XS}}}{facet}", value=str(size))
    if value.pattern:
        pattern = _NOT_BLANK.get(value.pattern, value.pattern)
        etree.SubElement(body, f"{{{XS}}}pattern", value=pattern)
    for allowed in value.values:
        etree.SubElement(body, f"{{{XS}}}enumeration", value=allowed)
    for attribute, kind, required in profile.attributes.get(name, ()):
        etree.SubElement(
            body,
            f"{{{XS}}}attribute",
            name=attribute,
            type=kind,
            use="required" if required else "optional",
        )
