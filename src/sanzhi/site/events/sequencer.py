"""The sequencer: takes waiting events into the tree, every second, beside the server.

It is a process of its own, so that hashing never takes the server's time and a server that is
forked carries no thread of it. Nothing depends on its being alive: events wait, and the next run
takes them. A thread beside it has every app make what it derives from the store
(`SiteApp.keep_up`), so that an app that fails stops no log.
"""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from types import FrameType

from django.db import InterfaceError, OperationalError, close_old_connections
from django.utils import timezone

from sanzhi.core.findings import Unusable
from sanzhi.site.events.log import BATCH, integrate
from sanzhi.site.hooks import site_apps

_LOG = logging.getLogger(__name__)

#: Seconds between two looks for waiting events.
EVERY = 1.0
#: Seconds between two looks for what apps derive, and between two batches of it.
KEPT_UP_EVERY = 60.0
BETWEEN = 0.2


def follow(stop: Event, every: float = EVERY, parent: int | None = None) -> int:
    """Integrate until `stop` is set or the process that started this one (`parent` where it
    says so itself) is gone; how many events were taken. A database that is busy or away is asked
    again after the pause."""
    total, parent, stopped = 0, parent or os.getppid(), ""
    while not stop.is_set() and os.getppid() == parent:
        try:
            taken, stopped = integrate(timezone.now()), ""
        except (InterfaceError, OperationalError):
            close_old_connections()
            taken = 0
        except Unusable as unusable:
            # Events wait until somebody has mended it; the alarm is one line, not one a second.
            taken, said = 0, unusable.finding.text.en
            if said != stopped:
                _LOG.error("the log is not gone on with: %s", said)
            stopped = said
        total += taken
        if taken < BATCH:
            stop.wait(every)
    return total


def keep_up(stop: Event, every: float = KEPT_UP_EVERY) -> None:
    """Have every app make what it derives from the store, a batch at a time, until `stop` is set.
    A batch waits a little for the next, so that whoever lodges has the store in between."""
    makers = [app.keep_up for app in site_apps() if app.keep_up]
    while not stop.is_set():
        try:
            made = sum(make() for make in makers)
        except (InterfaceError, OperationalError):
            close_old_connections()
            made = 0
        stop.wait(BETWEEN if made else every)


def follow_until_signalled(parent: int | None = None) -> int:
    """`follow`, and `keep_up` beside it, until SIGINT or SIGTERM; the batch that is being taken
    is finished first."""
    stop = Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    keeping = Thread(target=keep_up, args=(stop,), name="keep-up")
    keeping.start()
    try:
        return follow(stop, parent=parent)
    finally:
        stop.set()
        keeping.join()


@contextmanager
def beside() -> Iterator[None]:
    """Run the sequencer as a process beside the caller's; end it cleanly with the block."""
    process = subprocess.Popen(  # noqa: S603 - this program itself
        [
            sys.executable,
            "-m",
            "sanzhi",
            "events",
            "sequence",
            "--follow",
            "--parent",
            str(os.getpid()),
        ],
        stdout=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait()
