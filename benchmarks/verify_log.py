"""Verifying the event log: 100,000 events of 25,000 cases, held against their seals, the tree and
its signed checkpoints.

The log is written and taken in through the site's own doors, on SQLite, in a folder of its own.
Beside it: what a seal and a blind cost whoever lodges. Marks: the log's own part of a
verification takes at most 8 s for 100,000 events; a seal and a blind take at most 10 µs of
processor an event.
"""

import argparse
import os
import tempfile
import time
from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 1, tzinfo=UTC)
#: Events of a case.
EVENTS = 4


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument(
        "--every", type=int, default=250, help="events under a checkpoint [default: 250]"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ.pop("DATABASE_URL", None)
        os.environ |= {"SANZHI_HOME": home, "DJANGO_SETTINGS_MODULE": "sanzhi.site.settings"}
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        measure(options.events, options.every)
    cost()


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
    print(
        f"{events} events under {CheckpointRecord.objects.count()} checkpoints: verified in "
        f"{seconds:.1f} s, {events / seconds:,.0f} a second (mark: 8 s for 100,000); written in "
        f"{wrote:.1f} s, taken in in {took:.1f} s"
    )


def write(cases: int) -> None:
    from sanzhi.border.clearance.events import Accepted, Assessed, Paid, Released
    from sanzhi.site.events.log import record_new
    from sanzhi.site.storage import writing

    law = ("customs-law, art. 29", "tariff-2026, heading 8471", "vat-regulations, art. 2")
    told = [
        (Accepted(on="2026-01-01"), law[:1]),
        (
            Assessed(
                customs_value="72345.00",
                total="9404.85",
                totals={"duty": "0.00", "vat": "9404.85"},
                version=1,
            ),
            law,
        ),
        (Paid(amount="9404.85", late_payment="0.00", receipt="R-2026-000001"), law[:1]),
        (Released(lane="green"), law[:1]),
    ]
    for first in range(0, cases, 500):
        numbers = range(first, min(first + 500, cases))
        with writing():
            record_new([(f"2248-2026-I{one:08d}", told) for one in numbers], "officer", START)


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
    print(f"seal and blind: {micros:.1f} µs an event of {len(payload)} bytes (mark: 10 µs)")


if __name__ == "__main__":
    main()
