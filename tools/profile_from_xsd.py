# ruff: noqa: INP001 - a script, not a package
"""Transcribe official XML schemas into the tables of a message profile.

    python tools/profile_from_xsd.py SCHEMA.xsd OUT_DIR --namespace dec=urn:... [--namespace ...]

`SCHEMA.xsd` is the schema that imports the rest. Only namespaces named on the command line are
transcribed, each under the short prefix given; a wildcard or import of any other is left out, so
one profile carries declarations alone where the official schema also carries notifications.

The tables state facts (which element stands in which class, how often, of which type and length)
and carry no documentation text. A construct the tables cannot say stops the program.
"""

import argparse
import csv
import sys
from pathlib import Path

from lxml import etree

XS = "{http://www.w3.org/2001/XMLSchema}"
FACETS = ("length", "minLength", "maxLength", "totalDigits", "fractionDigits")


class Transcription:
    """Rows of the three tables, gathered while the schemas are read."""

    def __init__(self, prefixes: dict[str, str]) -> None:
        self.prefixes = prefixes
        self.classes: list[list[str]] = []
        self.types: list[list[str]] = []
        self.attributes: list[list[str]] = []
        self.seen: set[str] = set()

    def read(self, path: Path) -> None:
        root = etree.parse(path).getroot()
        target = root.get("targetNamespace", "")
        for part in root:
            if part.tag == XS + "import" and part.get("namespace") in self.prefixes:
                where = (path.parent / part.get("schemaLocation")).resolve()
                if part.get("namespace") not in self.seen:
                    self.seen.add(part.get("namespace"))
                    self.read(where)
        if target not in self.prefixes:
            return
        prefix = self.prefixes[target]
        for part in root:
            if part.tag == XS + "element":
                self.element(part, f"{prefix}:")
            elif part.tag == XS + "complexType":
                self.complex_type(part, f"{prefix}:{part.get('name')}")
            elif part.tag == XS + "simpleType":
                self.restriction(
                    part.find(XS + "restriction"), f"{prefix}:{part.get('name')}", "simple"
                )

    def element(self, element: etree._Element, owner: str) -> None:
        inner = element.find(XS + "complexType")
        dot = "" if owner.endswith(":") else "."
        kind = (
            f"{owner}{dot}{element.get('name')}"
            if inner is not None
            else self.name(element, element.get("type"))
        )
        self.classes.append(
            [
                owner,
                element.get("name"),
                kind,
                element.get("minOccurs", "1"),
                element.get("maxOccurs", "1"),
            ]
        )
        if inner is not None:
            self.complex_type(inner, kind)

    def complex_type(self, node: etree._Element, name: str) -> None:
        simple = node.find(XS + "simpleContent")
        if simple is not None:
            body = next(c for c in simple if c.tag in (XS + "extension", XS + "restriction"))
            self.restriction(body, name, etree.QName(body).localname)
            return
        for group in node:
            if group.tag in (XS + "sequence", XS + "choice"):
                self.group(group, name)
            elif group.tag != XS + "annotation":
                sys.exit(f"{name}: {group.tag} cannot be transcribed")

    def group(self, group: etree._Element, name: str) -> None:
        parts = [c for c in group if isinstance(c.tag, str) and c.tag != XS + "annotation"]
        if group.tag == XS + "choice":
            parts = [c for c in parts if c.tag != XS + "group" or self.wildcards(c)]
            if len(parts) != 1:
                sys.exit(f"{name}: a choice between {len(parts)} members cannot be transcribed")
        for part in parts:
            if part.tag == XS + "element":
                self.element(part, name)
            elif part.tag == XS + "choice":
                self.group(part, name)
            elif part.tag == XS + "group":
                for space in self.wildcards(part):
                    self.classes.append([name, "*", f"{self.prefixes[space]}:", "1", "1"])
            else:
                sys.exit(f"{name}: {part.tag} cannot be transcribed")

    def wildcards(self, reference: etree._Element) -> list[str]:
        root = reference.getroottree().getroot()
        group = root.find(f"{XS}group[@name='{reference.get('ref')}']")
        return [
            any_.get("namespace")
            for any_ in group.iter(XS + "any")
            if any_.get("namespace") in self.prefixes
        ]

    def restriction(self, body: etree._Element, name: str, how: str) -> None:
        facets = {kind: body.find(XS + kind) for kind in FACETS}
        patterns = [p.get("value") for p in body.findall(XS + "pattern")]
        values = [v.get("value") for v in body.findall(XS + "enumeration")]
        pattern = patterns[0] if len(patterns) == 1 else "|".join(f"({p})" for p in patterns)
        self.types.append(
            [
                name,
                how,
                self.name(body, body.get("base")),
                *("" if f is None else f.get("value") for f in facets.values()),
                pattern,
                "|".join(values),
            ]
        )
        for attribute in body.findall(XS + "attribute"):
            self.attributes.append(
                [
                    name,
                    attribute.get("name"),
                    self.name(attribute, attribute.get("type")),
                    attribute.get("use", "optional"),
                ]
            )

    def name(self, node: etree._Element, qualified: str) -> str:
        prefix, _, local = qualified.rpartition(":")
        space = node.nsmap.get(prefix or None)
        if f"{{{space}}}" == XS:
            return f"xs:{local}"
        return f"{self.prefixes[space]}:{local}"


def reachable(made: Transcription) -> None:
    """Drop the types no element uses."""
    used = {row[2] for row in made.classes}
    while True:
        bases = {row[2] for row in made.types if row[0] in used}
        bases |= {row[2] for row in made.attributes if row[0] in used}
        if bases <= used:
            break
        used |= bases
    made.types = [row for row in made.types if row[0] in used]
    made.attributes = [row for row in made.attributes if row[0] in used]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("schema", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--namespace", action="append", required=True, metavar="PREFIX=URI")
    options = parser.parse_args()
    spaces = dict(pair.split("=", 1) for pair in options.namespace)
    made = Transcription({uri: prefix for prefix, uri in spaces.items()})
    made.read(options.schema.resolve())
    reachable(made)
    options.out.mkdir(parents=True, exist_ok=True)
    tables = {
        "namespaces": (["prefix", "uri"], [list(pair) for pair in spaces.items()]),
        "classes": (["class", "element", "type", "min", "max"], made.classes),
        "types": (
            [
                "type",
                "derivation",
                "base",
                "length",
                "min_length",
                "max_length",
                "total_digits",
                "fraction_digits",
                "pattern",
                "values",
            ],
            made.types,
        ),
        "attributes": (["type", "attribute", "of", "use"], made.attributes),
    }
    for table, (header, rows) in tables.items():
        with (options.out / f"{table}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])


if __name__ == "__main__":
    main()
