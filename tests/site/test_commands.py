"""`sanzhi migrate` and `sanzhi serve` as a user runs them."""

import http.client
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from sanzhi.site.accounts.models import User
from sanzhi.site.commands import administrator
from sanzhi.site.events.models import EventRecord

SANZHI = Path(sys.executable).with_name("sanzhi")


@pytest.fixture
def environment(tmp_path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {"SANZHI_HOME": str(tmp_path)}


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def run(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [SANZHI, *arguments], env=environment, capture_output=True, text=True, check=False
    )


def test_migrating_twice_is_the_same_as_once(environment, tmp_path):
    for _ in range(2):
        done = run("migrate", environment=environment)
        assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert (tmp_path / "sanzhi.sqlite3").stat().st_size > 0


def test_a_taken_port_is_one_clear_line(environment, taken_port):
    done = run("serve", "--port", str(taken_port), environment=environment)
    assert done.returncode == 2
    assert str(taken_port) in done.stderr
    assert "--port" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_database_that_does_not_answer_is_one_clear_line(environment):
    environment["DATABASE_URL"] = f"postgres://nobody@127.0.0.1:{free_port()}/x"
    done = run("migrate", environment=environment)
    assert done.returncode == 2
    assert "the database cannot be reached" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("events", "verify"),
        ("events", "sequence"),
        ("events", "checkpoint"),
        ("events", "export", "events.csv"),
        ("serve",),
    ],
)
def test_a_database_that_is_not_set_up_is_one_clear_line(arguments, environment, tmp_path):
    done = run(*arguments, environment=environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert "sanzhi migrate" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["serve", "migrate", "demo"])
def test_a_law_folder_without_a_pack_stops_the_start_with_one_line(command, environment, tmp_path):
    empty = tmp_path / "law"
    empty.mkdir()
    environment["SANZHI_LAW"] = str(empty)
    done = run(command, environment=environment)
    assert (done.returncode, done.stdout) == (2, "")
    assert "pack.yaml" in done.stderr
    assert done.stderr.count("\n") == 1


RETURN = """
import django; django.setup()
from django.utils import timezone
from sanzhi.declarations import Declaration
from sanzhi.site.accounts.access import actor_of
from sanzhi.site.accounts.models import Enterprise, Membership, User
from sanzhi.site.clearance.lodging import Submission, lodge
user = User.objects.create_user("trader")
firm = Enterprise.objects.create(name_en="O", name_zh="兰", customs_code="3109912345",
                                 credit_code="91110000600037341L")
Membership.objects.create(user=user, enterprise=firm, role="trader")
unfit = Declaration.from_fields({"reference": "R1", "date": "2026-06-01", "office": "2248",
                                 "items": []})
lodge(actor_of(user, timezone.localdate()), Submission(unfit, firm), firm)
Membership.objects.all().delete()  # which no grant gave
"""


def returned(environment):
    """A declaration that is returned: two events, as the site itself writes them."""
    subprocess.run(
        [sys.executable, "-c", RETURN],
        env=environment | {"DJANGO_SETTINGS_MODULE": "sanzhi.site.settings"},
        check=True,
    )


def test_a_broken_key_is_one_clear_line_and_a_kept_checkpoint_is_held(environment, tmp_path):
    assert run("migrate", environment=environment).returncode == 0
    assert run("events", "checkpoint", environment=environment).returncode == 1
    returned(environment)
    assert run("events", "sequence", environment=environment).returncode == 0
    note = run("events", "checkpoint", environment=environment)
    assert note.stdout.splitlines()[1] == "2"
    kept = tmp_path / "kept.txt"
    kept.write_text(note.stdout, encoding="utf-8")
    held = run("events", "verify", "--checkpoint", str(kept), environment=environment)
    assert held.returncode == 0, held.stdout + held.stderr
    with sqlite3.connect(tmp_path / "sanzhi.sqlite3") as database:
        for table in ("eventrecord", "tile", "checkpointrecord", "logkey"):
            database.execute(f"DELETE FROM events_{table}")
        for table in ("declarationversion", "case"):
            database.execute(f"DELETE FROM clearance_{table}")
    assert run("events", "verify", environment=environment).returncode == 0
    cut = run("events", "verify", "--checkpoint", str(kept), environment=environment)
    assert cut.returncode == 1
    assert "signed over 2 entries; the log now has 0" in cut.stdout
    kept.write_bytes(b"\xff\xfe")
    refused = run("events", "verify", "--checkpoint", str(kept), environment=environment)
    assert (refused.returncode, refused.stderr.count("\n")) == (2, 1)
    (tmp_path / "log_key.pem").write_text("no key", encoding="ascii")
    for command in (("events", "verify"), ("events", "sequence"), ("serve",)):
        broken = run(*command, environment=environment)
        assert broken.returncode == 2
        assert "log_key.pem" in broken.stderr
        assert broken.stderr.count("\n") == 1


def test_a_server_with_another_data_folder_does_not_start(environment, tmp_path):
    """Two of them on one database would each sign a log of its own."""
    assert run("migrate", environment=environment).returncode == 0
    returned(environment)
    assert run("events", "sequence", environment=environment).returncode == 0
    other = environment | {
        "SANZHI_HOME": str(tmp_path / "other"),
        "DATABASE_URL": f"sqlite:///{tmp_path}/sanzhi.sqlite3",
    }
    for key in (None, environment):
        if key:
            shutil.copy(tmp_path / "log_key.pem", tmp_path / "other")
        refused = run("serve", environment=other)
        assert (refused.returncode, refused.stderr.count("\n")) == (2, 1), refused.stderr
        assert ("SANZHI_SECRET_KEY" if key else "log_key.pem") in refused.stderr


def test_served_pages_and_styles_answer_and_an_interrupt_ends_it(environment):
    assert run("migrate", environment=environment).returncode == 0
    port = free_port()
    server = subprocess.Popen(
        [SANZHI, "serve", "--port", str(port)], env=environment, stderr=subprocess.PIPE, text=True
    )
    try:
        page = fetched(f"http://127.0.0.1:{port}/")
        assert "Log in" in page
        assert "--accent" in fetched(f"http://127.0.0.1:{port}/static/sanzhi/sanzhi.css")
    finally:
        server.send_signal(signal.SIGINT)
        _, said = server.communicate(timeout=120)
    assert f"http://127.0.0.1:{port}/" in said
    assert "Traceback" not in said


def test_a_killed_worker_is_replaced_and_a_killed_server_takes_its_worker_along(environment):
    assert run("migrate", environment=environment).returncode == 0
    port = free_port()
    server = subprocess.Popen(
        [SANZHI, "serve", "--port", str(port)], env=environment, stderr=subprocess.PIPE, text=True
    )
    address = f"http://127.0.0.1:{port}/"
    try:
        fetched(address)
        strange = urllib.request.Request(address, headers={"Host": "evil.example"})
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(strange, timeout=60)
        assert refused.value.code == 400
        os.kill(worker_of(server.pid, environment["SANZHI_HOME"]), signal.SIGKILL)
        assert "Log in" in fetched(address)
    finally:
        server.kill()
        _, said = server.communicate(timeout=120)
    assert "evil.example" in said
    assert "Traceback" not in said
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)):
                return
        time.sleep(0.1)
    raise AssertionError("the port is still served")


def worker_of(server: int, home: str) -> int:
    """The server's child that serves, not the sequencer and not the resource tracker."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            command = (process / "cmdline").read_text()
            ours = f"SANZHI_HOME={home}".encode() in (process / "environ").read_bytes()
        except OSError:
            continue
        if parent == server and ours and "--follow" not in command and "tracker" not in command:
            return int(process.name)
    raise AssertionError("the server has no worker")


def fetched(address: str) -> str:
    """The page, once the server answers. A worker that dies takes the answer along at any point."""
    for _ in range(1000):
        try:
            with urllib.request.urlopen(address, timeout=10) as reply:
                return str(reply.read().decode())
        except (OSError, http.client.HTTPException):
            time.sleep(0.1)
    raise AssertionError(f"{address} never answered")


@pytest.mark.django_db
def test_the_first_administrator_is_made_once(monkeypatch):
    runner = CliRunner()
    asked = ["first", "--password", "a long enough secret"]
    done = runner.invoke(administrator, asked)
    assert done.exit_code == 0
    assert "granted by a second administrator" in done.output
    user = User.objects.get(username="first")
    assert user.is_administrator
    [told] = EventRecord.objects.values_list("kind", "actor", "payload")
    assert told == ("administration.administrator_made", "operator", '{"account":"first"}')
    assert user.check_password("a long enough secret")
    second = runner.invoke(administrator, ["second", *asked[1:]])
    assert second.exit_code == 0
    assert "granted by" not in second.output
    again = runner.invoke(administrator, asked)
    assert again.exit_code == 2
    assert "is there already" in again.output


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "password", "why"),
    [
        ("first", "short", "too short"),
        ("first", "1234567890123", "entirely numeric"),
        ("no spaces", "a long enough secret", "valid username"),
        ("operator", "a long enough secret", "choose another name"),
        ("System", "a long enough secret", "choose another name"),
    ],
)
def test_an_unusable_administrator_is_refused(name, password, why):
    done = CliRunner().invoke(administrator, [name, "--password", password])
    assert done.exit_code == 2
    assert why in done.output
    assert not User.objects.exists()
