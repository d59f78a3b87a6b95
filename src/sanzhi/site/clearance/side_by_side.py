"""A message and our reading of it, side by side, each value linked to its line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sanzhi.declarations import Declaration

#: Lines of an original that a page shows; the rest is there to be downloaded.
MOST_LINES = 4000


@dataclass(frozen=True, slots=True)
class Row:
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
    rows: list[Row]
    original: list[Line]
    left_out: int
    """Lines of the original beyond those shown."""


def beside(declaration: Declaration, original: str, lines: Mapping[str, int]) -> SideBySide:
    """Our reading, value by value, beside the original's lines (none where it came as a form)."""
    fields = declaration.model_dump(mode="json", exclude_none=True, exclude={"source"})
    rows = [Row(path, value, lines.get(path)) for path, value in _flat(fields, "")]
    first: dict[int, int] = {}
    for number, row in enumerate(rows):
        if row.line is not None:
            first.setdefault(row.line, number)
    texts = original.splitlines()
    return SideBySide(
        rows, [Line(number, text[:len(text) - len(text.lstrip())], text.lstrip(),
                    first.get(number)) for number, text in enumerate(texts[:MOST_LINES], 1)],
        max(0, len(texts) - MOST_LINES))


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _flat(inner, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _flat(inner, f"{path}[{index}]")
    elif value not in ("", None):
        yield path, str(value)
