"""Verifying the event log: 100,000 events of 25,000 cases, held against their seals, the tree and
its signed checkpoints.

The log is written and taken in through the site's own doors, on SQLite, in a folder of its own.
Then as many events of consignments lodged in bulk, with all that is stored of them: cases,
declarations, assessments, rows and files of the past, as `sanzhi events verify` holds them to the
log. Beside it: what a seal and a blind cost whoever lodges. Marks: the log's own part of a
verification takes at most 8 s for 100,000 events, all of it with their cases 20 s; a seal and a
blind take at most 10 µs of processor an event.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from itertools import chain

from marks import told

START = datetime(2026, 1, 1, tzinfo=UTC)
#: Events of a case.
EVENTS = 4
#: Declarations lodged together.
BULK = 200
TRADER = "91440300750451150B"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument(
        "--every", type=int, default=250, help="events under a checkpoint [default: 250]"
    )
    parser.add_argument("--cases", action="store_true", help="the part with cases alone")
    options = parser.parse_args()
    if options.cases:
        site()
        with_cases(options.events)
        return
    with tempfile.TemporaryDirectory() as home:
        os.environ.pop("DATABASE_URL", None)
        os.environ |= {"SANZHI_HOME": home, "DJANGO_SETTINGS_MODULE": "sanzhi.site.settings"}
        site()
        measure(options.events, options.every)
    with tempfile.TemporaryDirectory() as home:
        os.environ["SANZHI_HOME"] = home
        given = ["--cases", "--events", str(options.events)]
        subprocess.run([sys.executable, __file__, *given], check=True)
    cost()


def site() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def measure(events: int, every: int) -> None:
    from sanzhi.site.events import log
    from sanzhi.site.events.models import CheckpointRecord

    log.BATCH = every
    began = time.perf_counter()
    write(events // EVENTS)
    wrote = time.perf_counter() - began
    now = START + timedelta(days=1)
    began = time.perf_counter()
    while log.integrate(now):
        pass
    took = time.perf_counter() - began
    began = time.perf_counter()
    found = list(log.verify_log(now=now))
    seconds = time.perf_counter() - began
    assert not found, found[0]
    print(f"{events} events under {CheckpointRecord.objects.count()} checkpoints")
    told("the log verified, 100,000 events", seconds * 100_000 / events, "s", most=8)
    told("events written", events / wrote, "/s")
    told("events taken into the tree", events / took, "/s")


def with_cases(events: int) -> None:
    """Consignments lodged in bulk until there are as many events, the columns laid, and all of
    it verified."""
    from django.utils import timezone
    from lodge_http import declaration

    from sanzhi.declarations import Declaration
    from sanzhi.site.accounts.access import actor_of
    from sanzhi.site.accounts.models import Enterprise, Membership, User
    from sanzhi.site.clearance.lodging import Submission, lodge_many
    from sanzhi.site.events import columns, log
    from sanzhi.site.events.standing import differences, last_events

    trader = Enterprise.objects.create(
        name_en="Bench", name_zh="测试", customs_code="4403111111", credit_code=TRADER
    )
    user = User.objects.create_user("bench")
    Membership.objects.create(user=user, enterprise=trader, role="trader")
    actor, lodged = actor_of(user, timezone.localdate()), 0
    while log.log_size() < events:
        lodge_many(
            actor,
            [
                Submission(Declaration.from_fields(declaration(f"R{lodged + one}")), trader)
                for one in range(BULK)
            ],
            trader,
        )
        lodged += BULK
        while log.integrate(timezone.now()):
            pass
    while columns.make():
        pass
    began = time.perf_counter()
    found = list(chain(log.verify_log(last_events()), differences()))
    seconds = time.perf_counter() - began
    # The membership was given without a grant, which is as it should be told of.
    assert all(one.code.startswith("grants.") for one in found), found[0]
    size = log.log_size()
    print(f"{size} events of {lodged} consignments with five items each")
    told("log and cases verified, 100,000 events", seconds * 100_000 / size, "s", most=20)


def write(cases: int) -> None:
    """Write the cases, five hundred in a transaction; an event has some 500 bytes."""
    from sanzhi.border.clearance.events import Paid
    from sanzhi.site.events.log import record_new
    from sanzhi.site.storage import writing

    law = ("customs-law, art. 29", "tariff-2026, heading 8471", "vat-regulations, art. 2")
    payments = [(Paid(amount="9404.85", late_payment="0.00", receipt="R" * 200), law)] * EVENTS
    for first in range(0, cases, 500):
        numbers = range(first, min(first + 500, cases))
        with writing():
            record_new([(f"2248-2026-I{one:08d}", payments) for one in numbers], "officer", START)


def cost() -> None:
    """What is added to an event that is written: random digits, its bytes, and their seal."""
    from sanzhi.events.entry import Entry
    from sanzhi.events.seals import seal, seal_key

    key, payload = seal_key("secret"), '{"amount":"9404.85","receipt":"R-2026-000001"}' * 10
    began = time.process_time()
    for number in range(20_000):
        entry = Entry(
            "2248-2026-I00000001",
            number,
            "clearance.paid",
            "officer",
            "2026-01-01T00:00:00.000000Z",
            '["customs-law, art. 29"]',
            payload,
            os.urandom(16).hex(),
        )
        seal(entry.canonical(), key)
    micros = (time.process_time() - began) / 20_000 * 1e6
    told("seal and blind, an event", micros, "µs", most=10)


if __name__ == "__main__":
    main()
