"""The sequencer: takes what waits, ends when it is told to, and runs beside the server."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

import pytest

from sanzhi.border.clearance.events import Guaranteed
from sanzhi.site.events import sequencer
from sanzhi.site.events.log import BATCH, log_size, record, record_new, verify_log
from sanzhi.site.events.models import Tile
from sanzhi.site.events.sequencer import follow

SANZHI = Path(sys.executable).with_name("sanzhi")
NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
TOLD = (Guaranteed(amount="1.00", guarantee="G-1"), ("customs-law, art. 29",))


GUARANTEE = """
import django; django.setup()
from django.utils import timezone
from sanzhi.border.clearance.events import Guaranteed
from sanzhi.site.events.log import record
told = Guaranteed(amount="1.00", guarantee="G-1")
record("2248-2026-I00000001", 0, [(told, ())], "officer", timezone.now())
"""


class Pauses(Event):
    """A stop that is set at the given pause."""

    def __init__(self, last: int) -> None:
        super().__init__()
        self.left = last

    def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002 - never really waits
        self.left -= 1
        if not self.left:
            self.set()
        return self.is_set()


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME = tmp_path


def test_it_takes_all_that_waits_before_its_first_pause(db, home):
    record_new(
        [(f"2248-2026-I{number:08d}", [TOLD]) for number in range(BATCH + 5)], "officer", NOW
    )
    assert follow(Pauses(1)) == BATCH + 5
    assert log_size() == BATCH + 5
    assert list(verify_log()) == []


def test_it_takes_what_came_during_a_pause(db, home):
    class Busy(Pauses):
        def wait(self, timeout: float | None = None) -> bool:
            record("2248-2026-I00000001", 2 - self.left, [TOLD], "officer", NOW)
            return super().wait(timeout)

    assert follow(Busy(2)) == 1
    assert log_size() == 1


def test_a_log_that_cannot_be_gone_on_with_is_one_alarm_and_then_gone_on_with(
    db, home, monkeypatch
):
    """Events wait until somebody has mended it; the sequencer lives on."""
    alarms: list[str] = []
    monkeypatch.setattr(sequencer._LOG, "error", lambda text, *given: alarms.append(text % given))
    record("2248-2026-I00000001", 0, [TOLD], "officer", NOW)
    assert follow(Pauses(1)) == 1
    [kept] = Tile.objects.all()
    Tile.objects.all().delete()
    record("2248-2026-I00000001", 1, [TOLD], "officer", NOW)
    assert follow(Pauses(3)) == 0
    [alarm] = alarms
    assert "Tile 0 of level 0" in alarm
    kept.save(force_insert=True)
    assert follow(Pauses(1)) == 1
    assert list(verify_log(now=NOW)) == []


def test_it_does_nothing_once_stopped(db, home):
    record("2248-2026-I00000001", 0, [TOLD], "officer", NOW)
    stop = Event()
    stop.set()
    assert follow(stop) == 0
    assert log_size() == 0


def test_the_server_brings_it_along_and_takes_it_away(tmp_path):
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment["SANZHI_HOME"] = str(tmp_path)
    subprocess.run([SANZHI, "migrate"], env=environment, check=True, capture_output=True)
    subprocess.run(
        [sys.executable, "-c", GUARANTEE],
        env=environment | {"DJANGO_SETTINGS_MODULE": "sanzhi.site.settings"},
        check=True,
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    server = subprocess.Popen(
        [SANZHI, "serve", "--port", port],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert checkpoints(tmp_path) == 1
    finally:
        # As Ctrl+C does: to the server, its worker and the sequencer at once.
        os.killpg(server.pid, signal.SIGINT)
        _, said = server.communicate(timeout=120)
    assert "Traceback" not in said
    assert not alive_with(tmp_path)


def checkpoints(home: Path) -> int:
    """How many checkpoints there are, once there is one."""
    for _ in range(1000):
        with sqlite3.connect(home / "sanzhi.sqlite3") as database:
            [found] = database.execute("SELECT count(*) FROM events_checkpointrecord").fetchone()
        if found:
            return int(found)
        time.sleep(0.1)
    return 0


def alive_with(home: Path) -> list[str]:
    """Commands of processes that still work in this data folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"SANZHI_HOME={home}".encode() in (process / "environ").read_bytes():
                found.append((process / "cmdline").read_bytes().decode())
        except OSError:
            continue
    return found
