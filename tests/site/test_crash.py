"""The process is killed, without warning, in the middle of what it does; nothing is lost and
nothing is left half done."""

import http.client
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

SETUP = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
from django.utils import timezone
from sanzhi.site.accounts import tokens
from sanzhi.site.accounts.access import actor_of, operator
from sanzhi.site.accounts.models import Enterprise, User
from sanzhi.site.cases.actions import act, begin
user, *both = (User.objects.create_user(name) for name in ("trader", "first", "second"))
firm = Enterprise.objects.create(name_en="Orchid", name_zh="幽兰", customs_code="3109912345",
                                 credit_code="91110000600037341L")
today = timezone.localdate()
for one in both:
    begin(operator(today), "grant", "make_administrator", {"account": one.username})
first, second = (actor_of(User.objects.get(pk=one.pk), today) for one in both)
grant = begin(first, "grant", "propose", {"account": "trader", "change": "give", "role": "trader",
                                          "place": firm.credit_code, "reason": "files"})
act(second, grant, 1, "decide", {"granted": True, "reason": "checked"})
print(tokens.issue(user, "load", timezone.now())[1])
"""
LODGE = """
from datetime import date
from sanzhi.declarations import Declaration
from sanzhi.site.accounts.access import actor_of
from sanzhi.site.accounts.models import Enterprise, User
from sanzhi.site.cases.actions import act
from sanzhi.site.clearance import lodging
from sanzhi.site.clearance.lodging import Submission
firm = Enterprise.objects.get()
declaration = Declaration.from_json(sys.argv[1])
trader = actor_of(User.objects.get(username="trader"), date.today())
case = lodging.lodge(trader, Submission(declaration, firm), firm).case
"""
REVIEW = (
    LODGE
    + """
from sanzhi.site.accounts.models import OfficerPost
officer = User.objects.create_user("officer")
OfficerPost.objects.create(user=officer, office=case.office, role="officer")
act(actor_of(officer, date.today()), case, case.sequence, "decide_documents", {"decision": "pass"})
officer.delete()
"""
)
PAY = (
    LODGE
    + """
act(trader, case, case.sequence, "pay", {"amount": case.due})
"""
)
INTEGRATE = """
from django.utils import timezone
from sanzhi.site.events.log import integrate
while integrate(timezone.now()):
    pass
"""
#: Stands in for a function, to die where it would be called.
DIE = """
import importlib, os, signal
module, _, name = {point!r}.rpartition(".")
setattr(importlib.import_module(module), name,
        lambda *_given, **_named: os.kill(os.getpid(), signal.SIGKILL))
"""


def declaration(reference: str) -> dict:
    return {
        "reference": reference,
        "date": "2026-06-01",
        "office": "2248",
        "currency": "CNY",
        "incoterm": "CIF",
        "procedure": "0110",
        "items": [
            {
                "number": 1,
                "code": "8471301000",
                "description": "tablets",
                "origin": "US",
                "quantity": "10",
                "unit": "unit",
                "price": "1000",
            }
        ],
    }


class Site:
    """A site of its own: a data folder with SQLite, and a trader with a token."""

    def __init__(self, home: Path, token: str = "") -> None:
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "SANZHI_HOME": str(home),
            "DJANGO_SETTINGS_MODULE": "sanzhi.site.settings",
        }
        self.database = home / "sanzhi.sqlite3"
        self.token = token or self.python(SETUP).stdout.strip()

    def python(
        self, code: str, *arguments: str, dying_at: str | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run code in the site; with `dying_at`, it is killed where that function is called."""
        begin = "import sys, django; django.setup()\n"
        trap = DIE.format(point=dying_at) if dying_at else ""
        done = subprocess.run(
            [sys.executable, "-c", begin + trap + code, *arguments],
            check=False,
            env=self.environment,
            capture_output=True,
            text=True,
        )
        expected = -signal.SIGKILL if dying_at else 0
        assert done.returncode == expected, done.stderr[-3000:]
        return done

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "sanzhi", *arguments],
            check=False,
            env=self.environment,
            capture_output=True,
            text=True,
        )

    def query(self, statement: str) -> list[tuple]:
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(statement).fetchall()

    def count(self, table: str) -> int:
        return self.query(f"SELECT COUNT(*) FROM {table}")[0][0]

    @contextmanager
    def serving(self) -> Iterator[int]:
        """The server on a free port; killed with all its processes at the end."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen(
            [sys.executable, "-m", "sanzhi", "serve", "--port", str(port)],
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self.wait_for(port, server)
            yield port
        finally:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()

    def wait_for(self, port: int, server: subprocess.Popen) -> None:
        for _ in range(1000):
            assert server.poll() is None, "the server stopped"
            try:
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
                connection.request("GET", "/api/v1/openapi.json")
                connection.getresponse().read()
            except (OSError, http.client.HTTPException):
                time.sleep(0.1)
            else:
                return
        pytest.fail("the server did not start")

    def post(self, connection: http.client.HTTPConnection, reference: str) -> tuple[int, dict]:
        connection.request(
            "POST",
            "/api/v1/declarations",
            json.dumps(declaration(reference)),
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    def assert_whole(self) -> None:
        """Every case has its declaration and all its events; the log verifies."""
        cases = self.query(
            "SELECT c.number, c.sequence, c.version, "
            "(SELECT COUNT(*) FROM clearance_declarationversion v WHERE v.case_id = c.id), "
            '(SELECT COUNT(*) FROM events_eventrecord e WHERE e."case" = c.number), '
            '(SELECT MAX(e.sequence) FROM events_eventrecord e WHERE e."case" = c.number) '
            "FROM clearance_case c"
        )
        for number, sequence, version, versions, events, last in cases:
            assert (versions, events, last) == (version, sequence, sequence), number
        cases_told = 'SELECT COUNT(DISTINCT "case") FROM events_eventrecord'
        told = f"{cases_told} WHERE kind LIKE 'clearance.%'"
        assert self.query(told) == [(len(cases),)]
        assert self.query("PRAGMA integrity_check") == [("ok",)]
        assert self.command("events", "sequence").returncode == 0
        verified = self.command("events", "verify")
        assert verified.returncode == 0, verified.stdout
        assert "the log is whole" in verified.stdout


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A site in which nothing has happened; tests work on copies of its folder."""
    return Site(tmp_path_factory.mktemp("empty"))


@pytest.fixture
def site(empty: Site, tmp_path: Path) -> Site:
    shutil.copytree(empty.database.parent, tmp_path / "home")
    return Site(tmp_path / "home", empty.token)


def lodge_until_killed(
    site: Site, port: int, kill_after: int, kill: threading.Event
) -> tuple[dict[str, str], set[str], list[threading.Thread]]:
    """Six clients lodge; the numbers that were answered, every reference that was sent, and the
    clients, who end when the server does."""
    answered: dict[str, str] = {}
    sent: set[str] = set()
    errors: list[object] = []

    def client(name: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        for number in range(10_000):
            reference = f"R{name}-{number}"
            sent.add(reference)
            try:
                status, body = site.post(connection, reference)
            except (OSError, http.client.HTTPException):
                return
            if status != 201:
                errors.append((status, body))
                return
            answered[reference] = body["case"]["number"]
            if len(answered) >= kill_after:
                kill.set()

    clients = [threading.Thread(target=client, args=(name,)) for name in range(6)]
    for one in clients:
        one.start()
    assert kill.wait(timeout=120), f"the load never reached {kill_after}: {errors}"
    return answered, sent, clients


def test_killed_under_load_nothing_answered_is_lost(site):
    kill = threading.Event()
    with site.serving() as port:
        answered, sent, clients = lodge_until_killed(site, port, 150, kill)
    for client in clients:
        client.join()
    assert len(answered) >= 150
    stored = dict(site.query("SELECT reference, number FROM clearance_case"))
    assert answered.items() <= stored.items()
    assert set(stored) <= sent
    site.assert_whole()

    with site.serving() as port:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        for reference in sorted(sent):
            status, body = site.post(connection, reference)
            assert status == (200 if reference in stored else 201)
            assert body["is_new"] is (reference not in stored)
            if reference in stored:
                assert body["case"]["number"] == stored[reference]
    assert site.count("clearance_case") == len(sent)
    site.assert_whole()


@pytest.mark.parametrize(
    "point",
    [
        "sanzhi.site.clearance.lodging.record_new",  # the case is written, its events are not
        "sanzhi.site.clearance.lodging.version_row",  # the events too, its declaration is not
    ],
)
def test_killed_while_lodging_there_is_no_case_and_then_one(site, point):
    text, before = json.dumps(declaration("R1")), site.count("events_eventrecord")
    site.python(LODGE, text, dying_at=point)
    assert (site.count("clearance_case"), site.count("events_eventrecord")) == (0, before)
    site.python(LODGE, text)
    site.python(LODGE, text)
    assert site.count("clearance_case") == 1
    site.assert_whole()


@pytest.mark.parametrize(
    "point",
    [
        "sanzhi.site.cases.storing.record",  # before the payment's event
        "sanzhi.site.cases.storing._say",  # after it, before the case
        "sanzhi.site.clearance.desk.notify",  # before the people are told
    ],
)
def test_killed_while_acting_the_case_is_as_before(site, point):
    # A first consignment's documents are reviewed; this one is past that.
    text = json.dumps(declaration("R1"))
    site.python(REVIEW, text)
    before = site.query("SELECT * FROM clearance_case")
    events = site.count("events_eventrecord")
    site.python(PAY, text, dying_at=point)
    assert site.query("SELECT * FROM clearance_case") == before
    assert site.count("events_eventrecord") == events
    site.python(PAY, text)
    assert site.query("SELECT state FROM clearance_case") == [("released",)]
    site.assert_whole()


@pytest.mark.parametrize(
    "point",
    [
        "sanzhi.site.events.log.grow",  # events have places, the tree does not have them
        "sanzhi.site.events.log.root",  # the tree has them, no checkpoint says so
        "sanzhi.site.events.log.sign",
    ],
)
def test_killed_while_integrating_the_log_is_as_before(site, point):
    site.python(LODGE, json.dumps(declaration("R1")))
    site.python(INTEGRATE)
    site.python(LODGE, json.dumps(declaration("R2")))
    before = site.query('SELECT "index" FROM events_eventrecord ORDER BY id')
    site.python(INTEGRATE, dying_at=point)
    assert site.query('SELECT "index" FROM events_eventrecord ORDER BY id') == before
    verified = site.command("events", "verify")
    assert verified.returncode == 0, verified.stdout
    site.assert_whole()
    assert None not in {row[0] for row in site.query('SELECT "index" FROM events_eventrecord')}
