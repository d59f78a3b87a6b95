"""The row beside the events of a case: what it says, held to what they say.

Rows serve lists and searches, and say who may look; nothing is decided on one that says other
than its events.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet

from sanzhi.cases import Standing
from sanzhi.core.findings import Finding, Text
from sanzhi.site.cases.desks import Desk
from sanzhi.site.cases.rawrows import comparison, raw_row, raw_rows

#: What is not what a standing says: the column, what is stored, what the events say.
Differences = Iterator[tuple[str, Any, Any]]
Differing = Callable[[Standing], Differences]


def stored(desk: Desk[Any, Any], rows: QuerySet[Any]) -> Iterator[tuple[str, Differing]]:
    """Each row's number, and a function that holds the row to a standing."""
    yield from _differing(desk, raw_rows(rows, _columns(desk)))


def stored_row(desk: Desk[Any, Any], key: int) -> Iterator[tuple[str, Differing]]:
    """As `stored`, of the row with a key, if there is one."""
    yield from _differing(desk, raw_row(desk.model, key, _columns(desk)))


def _columns(desk: Desk[Any, Any]) -> tuple[str, ...]:
    return ("number", *desk.facts(desk.kind.begin()))


def _differing(
    desk: Desk[Any, Any], rows: Iterator[tuple[Any, ...]]
) -> Iterator[tuple[str, Differing]]:
    lookups, is_same = _columns(desk)[1:], comparison()
    for number, *values in rows:

        def differing(standing: Standing, values: list[Any] = values) -> Differences:
            facts = desk.facts(standing)
            for name, value in zip(lookups, values, strict=True):
                if not is_same(value, facts[name]):
                    yield name, value, facts[name]

        yield number, differing


def differs(desk: Desk[Any, Any], number: str, name: str, found: Any, said: Any) -> Finding:
    """A row that says other than its events."""
    plain = name.partition("__")[0]
    words = desk.kind.words
    return Finding(
        code=f"cases.{plain}",
        path=number,
        text=Text(
            f"The {words.en} {number} says {plain} {shown(found)}; its events say {shown(said)}.",
            f"{words.zh} {number} 的 {plain} 为 {shown(found)}，与事件所载 {shown(said)} 不符。",
        ),
    )


def shown(value: Any) -> str:
    """A value as findings show it."""
    text = "nothing" if value in {None, ""} else str(value)
    return text if len(text) <= 80 else f"{text[:77]}…"
