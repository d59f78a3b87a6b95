"""Writing: one transaction a state change, and on SQLite one writer at a time.

SQLite has one writer's place. Threads of this process queue for it here, in turn, instead of
each polling the database file; other processes are held off by BEGIN IMMEDIATE and the busy
timeout.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import chain
from typing import Any

from django.db import connection, transaction
from django.db.models import AutoField, Field, Model, QuerySet

_WRITER = threading.RLock()


@contextmanager
def writing() -> Iterator[None]:
    """A transaction that writes. Compute before entering: others wait while this runs."""
    if connection.vendor == "sqlite":
        with _WRITER, transaction.atomic():
            yield
    else:
        with transaction.atomic():
            yield


#: Values that both databases take as they are.
_PLAIN = frozenset((str, int, float, bool, type(None)))
#: Parameters of a statement at most: what SQLite is built with, and less than PostgreSQL takes.
_PARAMETERS = 32_000


def insert(rows: Sequence[Model]) -> None:
    """Insert new rows of one model within the caller's transaction; each gets its key.

    What `bulk_create` does for models without parents, in a third of its time: its statement is
    built anew for every insert, and that takes longer than the database does.
    """
    if not rows:
        return
    model = type(rows[0])
    fields, head, places = _statement(model)
    most = max(1, _PARAMETERS // len(fields))
    key = model._meta.pk.attname
    with connection.cursor() as cursor:
        for first in range(0, len(rows), most):
            some = rows[first : first + most]
            cursor.execute(
                f"{head} {', '.join([places] * len(some))} RETURNING id",
                list(chain.from_iterable(_values(row, fields) for row in some)),
            )
            for row, (made,) in zip(some, cursor.fetchall(), strict=True):
                setattr(row, key, made)
                row._state.adding, row._state.db = False, connection.alias


def _values(row: Model, fields: "Sequence[tuple[str, Field[Any, Any]]]") -> Iterator[Any]:
    for name, field in fields:
        value = getattr(row, name)
        yield value if type(value) in _PLAIN else field.get_db_prep_save(value, connection)


@cache
def _statement(model: type[Model]) -> "tuple[list[tuple[str, Field[Any, Any]]], str, str]":
    """Columns of a model but its key, and the parts of its insert."""
    fields = [
        (field.attname, field)
        for field in model._meta.concrete_fields
        if not isinstance(field, AutoField)
    ]
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for _, field in fields)
    places = f"({', '.join(['%s'] * len(fields))})"
    return fields, f"INSERT INTO {model._meta.db_table} ({columns}) VALUES", places


class Question:
    """Rows that are asked for again and again by one value: the statement is built once, since
    building it by objects takes longer than the answer. It gives what the driver gives.

    `rows` is the query set with `hole` in the place of the value.
    """

    def __init__(self, rows: "QuerySet[Any, Any]", hole: Any) -> None:
        self._statement, values = rows.query.sql_with_params()
        self._values = tuple(values)
        self._hole = hole

    def __call__(self, value: Any) -> list[tuple[Any, ...]]:
        with connection.cursor() as cursor:
            cursor.execute(
                self._statement, [value if one == self._hole else one for one in self._values]
            )
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found


@contextmanager
def legible() -> Iterator[None]:
    """Read texts however they are stored: SQLite keeps bytes in a text that are none, and would
    otherwise give nothing of the whole row."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    raw = connection.connection
    before = raw.text_factory
    raw.text_factory = _text
    try:
        yield
    finally:
        raw.text_factory = before


def _text(stored: bytes) -> str:
    return stored.decode(errors="replace")


@contextmanager
def snapshot() -> Iterator[None]:
    """Read the store as it is now, whatever is written meanwhile; nobody is held off."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
