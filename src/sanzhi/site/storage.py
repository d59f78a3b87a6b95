"""Writing: one transaction a state change, and on SQLite one writer at a time.

SQLite has one writer's place. Threads of this process queue for it here, in turn, instead of
each polling the database file; other processes are held off by BEGIN IMMEDIATE and the busy
timeout.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

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
