"""The sequencer: takes waiting events into the tree, every second, beside the server.

It is a process of its own, so that hashing never takes the server's time and a server that is
forked carries no thread of it. Nothing depends on its being alive: events wait, and the next run
takes them.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType

from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone

from sanzhi.site.events.log import BATCH, integrate

#: Seconds between two looks for waiting events.
EVERY = 1.0


def follow(stop: Event, every: float = EVERY, parent: int | None = None) -> int:
    """Integrate until `stop` is set or the process that started this one (`parent` where it
    says so itself) is gone; how many events were taken. A database that is busy or away is asked
    again after the pause."""
    total, parent = 0, parent or os.getppid()
    while not stop.is_set() and os.getppid() == parent:
        try:
            taken = integrate(timezone.now())
        except (InterfaceError, OperationalError):
            close_old_connections()
            taken = 0
        total += taken
        if taken < BATCH:
            stop.wait(every)
    return total


def follow_until_signalled(parent: int | None = None) -> int:
    """`follow` until SIGINT or SIGTERM; the batch that is being taken is finished first."""
    stop = Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    return follow(stop, parent=parent)


@contextmanager
def beside() -> Iterator[None]:
    """Run the sequencer as a process beside the caller's; end it cleanly with the block."""
    process = subprocess.Popen(  # noqa: S603 - this program itself
        [sys.executable, "-m", "sanzhi", "events", "sequence", "--follow", "--parent",
         str(os.getpid())],
        stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait()
