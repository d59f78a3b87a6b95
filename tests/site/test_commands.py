"""`sanzhi migrate` and `sanzhi serve` as a user runs them."""

import os
import signal
import socket
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
        _, said = server.communicate(timeout=30)
    assert f"http://127.0.0.1:{port}/" in said
    assert "Traceback" not in said


def fetched(address: str) -> str:
    """The page, once the server answers."""
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=10) as reply:
                return str(reply.read().decode())
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError(f"{address} never answered")


@pytest.mark.django_db
def test_the_first_administrator_is_made_once(monkeypatch):
    runner = CliRunner()
    asked = ["first", "--password", "a long enough secret"]
    assert runner.invoke(administrator, asked).exit_code == 0
    user = User.objects.get(username="first")
    assert user.is_administrator
    assert user.check_password("a long enough secret")
    again = runner.invoke(administrator, asked)
    assert again.exit_code == 2
    assert "is there already" in again.output


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "password", "why"), [
    ("first", "short", "too short"), ("first", "1234567890123", "entirely numeric"),
    ("no spaces", "a long enough secret", "valid username"),
])
def test_an_unusable_administrator_is_refused(name, password, why):
    done = CliRunner().invoke(administrator, [name, "--password", password])
    assert done.exit_code == 2
    assert why in done.output
    assert not User.objects.exists()
