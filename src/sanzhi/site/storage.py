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
