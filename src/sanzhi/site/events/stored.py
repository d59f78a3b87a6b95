"""The stored log read as it stands, however damaged: no value in it silences the verification.

SQLite keeps what it is given, whatever the column's type. Where a value cannot be what was
written, the row is read as one that cannot match its hash.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import BinaryField, CharField, F, QuerySet
from django.db.models.functions import Cast

from sanzhi.events import Event
from sanzhi.events.checkpoints import Checkpoint
from sanzhi.events.verification import Logged
from sanzhi.site.events.models import CheckpointRecord, EventRecord, Tile

#: Beyond any log; text in a column of numbers sorts after every number.
_NO_PLACE = 2**62
_COLUMNS = ("case", "sequence", "kind", "actor", "time", "law", "payload")


def logged() -> Iterator[Logged]:
    """All events, those with a place in its order, then those without."""
    ordered = _raw(EventRecord.objects.order_by("index", "id"), _COLUMNS)
    for index, *row in (
        ordered.filter(index__isnull=False)
        .values_list("index", *_names())
        .iterator(chunk_size=2000)
    ):
        yield Logged(index if isinstance(index, int) else None, _event(row))
    for row in ordered.filter(index__isnull=True).values_list(*_names()).iterator(chunk_size=2000):
        yield Logged(None, _event(list(row)))


def checkpoints() -> Iterator[Checkpoint]:
    """All checkpoints by size; a damaged one does not bear its signature."""
    columns = CheckpointRecord.objects.order_by("size").values_list(
        "origin", "size", "root", "signature"
    )
    for origin, size, root, signature in columns.iterator(chunk_size=1000):
        yield Checkpoint(
            str(origin), size if isinstance(size, int) else -1, _bytes(root), _bytes(signature)
        )


def log_size() -> int:
    """Events integrated so far, as the newest checkpoint says."""
    sizes = CheckpointRecord.objects.filter(size__lt=_NO_PLACE).order_by("-size")
    return int(sizes.values_list("size", flat=True).first() or 0)


def read_tile(level: int, position: int) -> bytes:
    found = Tile.objects.filter(level=level, position=position).values_list("hashes", flat=True)
    return _bytes(found[0]) if found else b""


def _raw(rows: QuerySet[EventRecord], columns: tuple[str, ...]) -> QuerySet[EventRecord]:
    """The columns as SQLite keeps them, as bytes; PostgreSQL keeps to its types."""
    if connection.vendor == "sqlite":
        return rows.annotate(**{f"raw_{name}": Cast(name, BinaryField()) for name in columns})
    return rows.annotate(
        **{
            f"raw_{name}": Cast(name, CharField()) if name == "time" else F(name)
            for name in columns
        }
    )


def _names() -> list[str]:
    return [f"raw_{name}" for name in _COLUMNS]


def _event(row: list[Any]) -> Event:
    case, sequence, kind, actor, time, law, payload = [_text(value) for value in row]
    number = (
        int(sequence) if sequence.isascii() and sequence.isdigit() and len(sequence) < 12 else 0
    )
    try:
        moment = datetime.fromisoformat(time)
        cited, content = json.loads(law), json.loads(payload)
        if not isinstance(cited, list) or not isinstance(content, dict):
            raise ValueError("law or payload has another shape")  # noqa: TRY004, TRY301 - another shape is told as what is no JSON
    except (ValueError, RecursionError):
        return Event(
            case,
            number,
            kind,
            actor,
            datetime.min.replace(tzinfo=UTC),
            (),
            {"unreadable": payload[:200]},
        )
    return Event(
        case,
        number,
        kind,
        actor,
        moment if moment.tzinfo else moment.replace(tzinfo=UTC),
        tuple(cited),
        content,
    )


def _text(value: object) -> str:
    return (
        bytes(value).decode(errors="replace")
        if isinstance(value, (bytes, memoryview))
        else str(value)
    )


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, (bytes, memoryview)) else b""
