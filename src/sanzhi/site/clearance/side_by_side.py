"""A message and our reading of it, side by side, each value linked to its line."""

import codecs
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sanzhi.core.findings import Unusable
from sanzhi.declarations import Declaration
from sanzhi.declarations.formats import read
from sanzhi.declarations.formats.safe_xml import encode, encoding_of

#: Lines of an original that a page shows; the rest is there to be downloaded.
MOST_LINES = 4000


@dataclass(frozen=True, slots=True)
class ReadValue:
    """One value of our reading, and the line of the original it came from."""

    path: str
    value: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    indent: str
    text: str
    row: int | None
    """The row of our reading that came from it."""


@dataclass(frozen=True, slots=True)
class SideBySide:
    rows: list[ReadValue]
    original: list[Line]
    left_out: int
    """Lines of the original beyond those shown."""


def as_bytes(text: str) -> bytes:
    """A message's text as bytes in the encoding its head names; in UTF-8, marked as such, where
    it names one that only the bytes it came in could have."""
    try:
        return encode(text, encoding_of(text[:300].encode("utf-8", "replace")))
    except Unusable:
        return codecs.BOM_UTF8 + text.encode("utf-8", "replace")


def lines_of(original: str, today: date) -> dict[str, int]:
    """The line of each value of a message; none where it came as a form or is no longer read."""
    if not original:
        return {}
    try:
        return read(as_bytes(original), today=today).lines
    except Unusable:
        return {}


def beside(declaration: Declaration, original: str, lines: Mapping[str, int]) -> SideBySide:
    """Our reading, value by value, beside the original's lines (none where it came as a form)."""
    fields = declaration.model_dump(mode="json", exclude_none=True, exclude={"source"})
    rows = [ReadValue(path, value, lines.get(path)) for path, value in _flat(fields, "")]
    first: dict[int, int] = {}
    for number, row in enumerate(rows):
        if row.line is not None:
            first.setdefault(row.line, number)
    texts = original.splitlines()
    return SideBySide(
        rows,
        [
            Line(number, text[: len(text) - len(text.lstrip())], text.lstrip(), first.get(number))
            for number, text in enumerate(texts[:MOST_LINES], 1)
        ],
        max(0, len(texts) - MOST_LINES),
    )


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _flat(inner, f"{path}[{index}]")
    elif value not in ("", None):
        yield path, str(value)
