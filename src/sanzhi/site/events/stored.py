"""The stored log read as it stands, however damaged: no value in it silences the verification.

SQLite keeps what it is given, whatever the column's type. Columns are therefore read as the bytes
they are, beside the types they have; where these are not what the site writes, the row is read
as one that cannot be what was logged.
"""

import re
from collections.abc import Collection, Iterator
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db import connection
from django.db.models import BinaryField, CharField, F, Func, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Length

from sanzhi.events.checkpoints import Checkpoint
from sanzhi.events.entry import Entry
from sanzhi.events.merkle import HASH_LENGTH
from sanzhi.events.verification import Logged
from sanzhi.site.events.models import CheckpointRecord, EventRecord, LogKey, Tile
from sanzhi.site.storage import Question

_COLUMNS = ("case", "sequence", "kind", "actor", "time", "law", "payload", "blind", "seal")
#: Types of the columns of an event as the site writes it to SQLite, after those of its place.
_TYPES = "text,integer,text,text,text,text,text,text,text,integer"
#: A time as the site writes it to SQLite.
_TIME = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(?!000000)(\d{6}))?", re.ASCII)
#: Beyond any log; text in a column of numbers sorts after every number.
_NO_PLACE = 2**62
#: Stands for a case in a question that is built once.
_HOLE = "?"


def logged() -> Iterator[Logged]:
    """All events, those with a place in its order, then those without."""
    placed = EventRecord.objects.filter(index__isnull=False).order_by("index", "id")
    for _, event in _read(placed):
        yield event
    for _, event in _read(EventRecord.objects.filter(index__isnull=True).order_by("id")):
        yield event


def waiting(most: int) -> list[tuple[int, Logged]]:
    """The first events that wait for the tree, with their keys in the table."""
    found = EventRecord.objects.filter(index__isnull=True, aside=False).order_by("id")
    return list(_read(found[:most]))


def case_events(*cases: str) -> Iterator[Logged]:
    """The events of cases, each case's in their order, without those that were set aside."""
    if len(cases) == 1:
        for row in _of_case(connection.vendor)(cases[0]):
            yield _event(row)[1]
        return
    rows = EventRecord.objects.told().filter(case__in=cases).order_by("case", "sequence")
    for _, event in _read(rows):
        yield event


@cache
def _of_case(_vendor: str) -> Question:
    """The events of one case, which every action reads."""
    rows = EventRecord.objects.told().filter(case=_HOLE).order_by("case", "sequence")
    return Question(_columns(rows), _HOLE)


def stored_event(event: EventRecord) -> Logged:
    """One event as it is stored."""
    [(_, found)] = _read(EventRecord.objects.filter(pk=event.pk))
    return found


def checkpoints() -> Iterator[Checkpoint]:
    """All checkpoints by size; a damaged one does not bear its signature."""
    return _checkpoints(CheckpointRecord.objects.order_by("size"))


def newest_checkpoint() -> Checkpoint | None:
    """The newest checkpoint; None before the first."""
    return next(_checkpoints(CheckpointRecord.objects.order_by("-size")[:1]), None)


def signed_sizes() -> Iterator[int]:
    """The sizes of all checkpoints, smallest first."""
    rows = CheckpointRecord.objects.filter(size__lt=_NO_PLACE).order_by("size")
    yield from rows.values_list("size", flat=True).iterator(chunk_size=2000)


def log_size() -> int:
    """Events integrated so far, as the newest checkpoint says."""
    sizes = CheckpointRecord.objects.filter(size__lt=_NO_PLACE).order_by("-size")
    return int(sizes.values_list("size", flat=True).first() or 0)


def proven_size(key: Ed25519PublicKey, widths: dict[tuple[int, int], int]) -> int:
    """The size to verify the log by: what its newest checkpoint says, if that is signed. Else it
    may say anything, and the log is as long as its tree, at least as far as it is signed."""
    claimed = log_size()
    signed = 0
    for checkpoint in _checkpoints(CheckpointRecord.objects.order_by("-size")):
        if checkpoint.is_signed_by(key):
            signed = checkpoint.size
            break
    if signed == claimed:
        return signed
    held = sum(width for (level, _), width in widths.items() if level == 0) // HASH_LENGTH
    return max(signed, min(claimed, held))


def read_tile(level: int, position: int) -> bytes:
    found = Tile.objects.filter(level=level, position=position).annotate(raw=_hashes())
    return _bytes(found.values_list("raw", flat=True).first())


def tile_widths() -> dict[tuple[int, int], int]:
    """Bytes of every tile, by level and position; -1 for one that is no number."""
    rows = Tile.objects.annotate(
        raw_level=_raw("level"),
        raw_position=_raw("position"),
        width=Length(_hashes()),
    ).values_list("raw_level", "raw_position", "width")
    return {
        (_number(level), _number(position)): width or 0
        for level, position, width in rows.iterator(chunk_size=2000)
    }


def key_names() -> dict[str, str]:
    """The names of the keys that the log is written with, by their use."""
    rows = LogKey.objects.annotate(raw_use=_raw("use"), raw_name=_raw("name")).values_list(
        "raw_use", "raw_name"
    )
    return {_text(use): _text(name) for use, name in rows}


def _hashes() -> Any:
    return _raw("hashes")


def _checkpoints(rows: QuerySet[CheckpointRecord]) -> Iterator[Checkpoint]:
    columns = rows.annotate(
        raw_origin=_raw("origin"),
        raw_size=_raw("size"),
        raw_root=_raw("root"),
        raw_signature=_raw("signature"),
    ).values_list("raw_origin", "raw_size", "raw_root", "raw_signature")
    for origin, size, root, signature in columns.iterator(chunk_size=1000):
        yield Checkpoint(_text(origin), _number(size), _bytes(root), _bytes(signature))


def _read(rows: QuerySet[EventRecord]) -> Iterator[tuple[int, Logged]]:
    for row in _columns(rows).iterator(2000):
        yield _event(row)


def _columns(rows: QuerySet[EventRecord]) -> QuerySet[EventRecord, tuple[Any, ...]]:
    """What `_event` reads of rows."""
    if connection.vendor == "sqlite":
        typed = ("index", *_COLUMNS, "aside")
        raw = {f"raw_{name}": _raw(name) for name in typed}
        return rows.annotate(types=_types(typed), **raw).values_list("pk", "types", *raw)
    names = ["moment" if name == "time" else name for name in _COLUMNS]
    return rows.annotate(moment=_moment()).values_list("pk", "index", "aside", *names)


def _event(row: tuple[Any, ...]) -> tuple[int, Logged]:
    """The key of a row in the table, and the event."""
    if connection.vendor == "sqlite":
        key, types, *columns = row
        return key, _of_sqlite(types, columns)
    key, *columns = row
    return key, _of_postgresql(columns)


def _types(columns: tuple[str, ...]) -> Func:
    """What SQLite says stands in the columns, joined by commas."""
    return Func(
        *[F(name) for name in columns],
        template="typeof(%(expressions)s)",
        arg_joiner=") || ',' || typeof(",
        output_field=CharField(),
    )


def _moment() -> Func:
    """An event's time as its entry has it."""
    return Func(
        F("time"),
        template="to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
        output_field=CharField(),
    )


def _of_postgresql(row: list[Any]) -> Logged:
    place, aside, case, sequence, kind, actor, time, law, payload, blind, seal = row
    # An infinite time has no text; it is none of the site's.
    entry = Entry(case, sequence, kind, actor, time or "", law, payload, blind)
    return Logged(place, entry, seal, aside)


def _of_sqlite(types: str, row: list[Any]) -> Logged:
    place_type, _, rest = types.partition(",")
    place, *parts, seal, aside = row
    if rest == _TYPES and place_type in {"integer", "null"}:
        try:
            case, sequence, kind, actor, time, *others = [part.decode() for part in parts]
        except UnicodeDecodeError:
            return _unreadable(place_type, row)
        moment = _TIME.fullmatch(time)
        if moment:
            day, clock, fraction = moment.groups("000000")
            time = f"{day}T{clock}.{fraction}Z"
            entry = Entry(case, int(sequence), kind, actor, time, *others)
            found = None if place is None else _number(place)
            return Logged(found, entry, seal.decode(errors="replace"), aside != b"0")
    return _unreadable(place_type, row)


def _unreadable(place_type: str, row: list[Any]) -> Logged:
    """What can be told of a row in which values stand that were never written there."""
    place, case, sequence, kind, actor, time, *others, _seal, _aside = row
    texts = [_text(part)[:200] for part in (kind, actor, time, *others)]
    entry = Entry(_text(case)[:200], max(0, _number(sequence)), *texts)
    return Logged(_number(place) if place_type == "integer" else None, entry, is_readable=False)


def _raw(name: str) -> Any:
    """A column as the bytes that SQLite keeps; PostgreSQL keeps to its types."""
    return Cast(name, BinaryField()) if connection.vendor == "sqlite" else F(name)


def _number(value: object) -> int:
    """A whole number as it stands; -1 where something else does."""
    if isinstance(value, int):
        return value
    text = _text(value)
    return int(text) if re.fullmatch(r"-?\d{1,19}", text, re.ASCII) else -1


def _text(value: object) -> str:
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).decode(errors="replace")
    return "" if value is None else str(value)


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, (bytes, memoryview)) else b""


def events_of(cases: Collection[str], kind: str) -> QuerySet[EventRecord]:
    """Events of a kind of some cases, found by the case: without statistics SQLite would go
    through all of the kind."""
    own = EventRecord.objects.told().annotate(of=Coalesce("kind", Value("")))
    return own.filter(case__in=list(cases), of=kind)
