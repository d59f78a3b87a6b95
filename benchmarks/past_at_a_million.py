"""The past at 1,000,000 goods items: what a worker holds of it, and what asking it takes.

A store on SQLite is filled in bulk with invented consignments of a year (2.5 goods items each),
their events, and goods in narrow rows; the columns are laid from the log by the site itself. Then
one process asks as a worker does: what rules ask of a lodging (links and first times; all facts),
the dashboard, a rule tried on history, what inspections found. Marks: a worker's memory at most
400 MB, the dashboard at most 500 ms, links and first times at most 5 ms a lodging.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from marks import told

SEED, CASES, DAYS = 7, 400_000, 365
TRADERS, SELLERS, CODES = 9_000, 20_000, 6_000
#: Cases written together.
BATCH = 10_000
#: Events that are laid together: more than a site has in a minute, or each month's file would be
#: written again a dozen times.
LAID = 200_000
#: Lodgings whose questions are measured.
ASKED = 2_000
COUNTRIES = [a + b for a in "ABCDEFGH" for b in "KLMNOPQ"]
LANES = ("green", "blue", "yellow", "red")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=CASES, help="of 2.5 goods items on average")
    parser.add_argument("--in", dest="home", help="a folder that is filled, or was, and stays")
    parser.add_argument("--part", choices=("fill", "lay", "ask"), help="one part alone")
    options = parser.parse_args()
    if options.part:
        site(options.home)
        PARTS[options.part](options.cases)
        return
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or folder
        filled = (Path(home) / "columns" / "manifest.json").exists()
        for part in ("ask",) if filled else ("fill", "lay", "ask"):
            given = ["--part", part, "--in", home, "--cases", str(options.cases)]
            subprocess.run([sys.executable, __file__, *given], check=True)


def site(home: str) -> None:
    os.environ.pop("DATABASE_URL", None)
    os.environ |= {"SANZHI_HOME": home, "DJANGO_SETTINGS_MODULE": "sanzhi.site.settings"}
    import django

    django.setup()


class Trade:
    """Who trades what: few trade much, and with their own sellers and goods."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.codes = [
            f"{random.randrange(100, 9799):04}{random.randrange(10**6):06}" for _ in range(CODES)
        ]
        self.weights = [1 / (place + 20) for place in range(TRADERS)]
        self.own = [random.randrange(2, 30) for _ in range(TRADERS)]

    def traders(self, many: int) -> list[int]:
        return self.random.choices(range(TRADERS), self.weights, k=many)

    def goods(self, trader: int, day: date, case: str) -> list[dict[str, Any]]:
        """A declaration's goods items, as `goods.rows_of` says them."""
        random, own = self.random, self.own[trader]
        departure = COUNTRIES[(trader * 7 + random.randrange(3)) % len(COUNTRIES)]
        whole = dict.fromkeys(
            ("dispatch_port", "transit_port", "entry_port", "border_office", "seller_address")
        ) | {
            "id": case,
            "date": day,
            "regime": "import",
            "import_type": "import",
            "type": "full",
            "procedure": "0110",
            "process": "0110",
            "office": f"22{trader % 40:02}",
            "transport": "2",
            "importer": credit(trader),
            "declarant": credit(trader % 300),
            "seller": f"Seller {(trader * 31 + random.randrange(own)) % SELLERS} Trading, Inc.",
            "importer_address": f"{trader // 3}quaystreetroom3",
            "departure": departure,
            "tier": "general",
            "condition_letters": "",
            "total_value": 1000.0,
            "total_tax": 130.0,
            "warnings": 0.0,
            "first_time_trader": False,
            "preference_claimed": False,
            "reduced_levy": False,
            "deductions": False,
        }
        rows = []
        for _ in range(random.choice((1, 2, 2, 3, 4, 3))):
            code = self.codes[(trader * 13 + random.randrange(own)) % CODES]
            price, mass = random.lognormvariate(7, 1), random.lognormvariate(4, 1)
            rows.append(
                whole
                | {
                    "code": code,
                    "description": "goods",
                    "origin": departure if random.random() < 0.8 else random.choice(COUNTRIES),
                    "price": price,
                    "net_mass": mass,
                    "unit_value": price / mass,
                    "indirect": False,
                    "tax_rate": 13.0,
                    "tax_type": "mfn",
                    "trade_remedy": False,
                }
            )
        return rows


def credit(trader: int) -> str:
    return f"91{trader:016}"


def fill(cases: int) -> None:
    """Consignments, events and goods, in the order of their days."""
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    begun = time.perf_counter()
    people()
    trade, first = Trade(Random(SEED)), datetime.now(UTC) - timedelta(days=DAYS)
    items = 0
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = OFF")
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND "
            "tbl_name IN ('risk_pastgoods', 'events_eventrecord', 'clearance_case')"
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        for at in range(0, cases, BATCH):
            many = min(BATCH, cases - at)
            items += write(
                trade, at, many, lambda place: first + timedelta(days=DAYS) * place / cases
            )
        for _, statement in indexes:
            cursor.execute(statement)
    print(f"{items:,} goods items of {cases:,} consignments: {time.perf_counter() - begun:.0f} s")


def people() -> None:
    from sanzhi.site.accounts.models import Enterprise, User

    User.objects.create(username="analyst", is_analyst=True)
    Enterprise.objects.bulk_create(
        Enterprise(
            name_en=f"Trader {number}",
            name_zh=f"企业{number}",
            credit_code=credit(number),
            customs_code=f"{number:010}",
        )
        for number in range(TRADERS)
    )


def write(trade: Trade, at: int, many: int, moment: Callable[[int], datetime]) -> int:
    """Some consignments with what is stored of them; how many goods items."""
    from sanzhi.customs.risk.kept import FORMAT, text_of
    from sanzhi.site.clearance.models import Case
    from sanzhi.site.events.models import EventRecord
    from sanzhi.site.risk import past
    from sanzhi.site.risk.models import LodgedGoods
    from sanzhi.site.storage import writing

    goods, cases, events = {}, [], []
    for place, trader in enumerate(trade.traders(many), at):
        lodged, number = moment(place), f"22{trader % 40:02}-2026-I{place:08}"
        rows = trade.goods(trader, lodged.date(), number)
        goods[place + 1] = rows
        lane = trade.random.choices(LANES, (80, 5, 10, 5))[0]
        released = lodged + timedelta(hours=trade.random.expovariate(0.2))
        said = list(happened(trade.random, lane, number, lodged))
        cases.append(
            Case(
                pk=place + 1,
                number=number,
                state="released",
                state_since=lodged,
                sequence=len(said),
                trader_id=trader + 1,
                declarant_id=trader % 300 + 1,
                lodged_by_id=1,
                reference=str(place),
                fingerprint="0" * 64,
                office=number[:4],
                regime="import",
                type="full",
                lane=lane,
                declared_on=lodged.date(),
                lodged_at=lodged,
                released_at=released,
                items=len(rows),
                due=130,
                paid=130,
            )
        )
        for sequence, (kind, payload) in enumerate(said, 1):
            events.append(
                EventRecord(
                    case=number,
                    sequence=sequence,
                    kind=f"clearance.{kind}",
                    actor="system",
                    time=released if kind == "released" else lodged,
                    law='["customs-law, art. 29"]',
                    payload=json.dumps(payload, separators=(",", ":"), sort_keys=True),
                    blind="0" * 32,
                    seal="0" * 64,
                )
            )
    with writing():
        base = (EventRecord.objects.order_by("-index").values_list("index", flat=True)[:1] or [-1])[
            0
        ]
        for place, event in enumerate(events, base + 1):
            event.index = place
        Case.objects.bulk_create(cases, batch_size=1000)
        EventRecord.objects.bulk_create(events, batch_size=1000)
        LodgedGoods.objects.bulk_create(
            (
                LodgedGoods(case_id=case, format=FORMAT, rows=text_of(rows))
                for case, rows in goods.items()
            ),
            batch_size=1000,
        )
        past.replace(goods)
    return sum(map(len, goods.values()))


def happened(
    random: Random, lane: str, number: str, lodged: datetime
) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is told of a consignment, as far as it is asked of years."""
    tax = random.randrange(100, 90_000)
    total = f"{tax + 130}.00"
    totals = {"duty": f"{tax}.00", "import_vat": "130.00"}
    yield "lodged", {"reference": number, "office": number[:4], "regime": "import", "version": 1}
    yield (
        "assessed",
        {
            "assessment": "0" * 64,
            "customs_value": "1000.00",
            "total": total,
            "totals": totals,
            "version": 1,
        },
    )
    yield "lane_assigned", {"by": "law", "lane": lane, "rule": "none"}
    if lane == "red":
        result = "discrepancy" if random.random() < 0.3 else "conforms"
        yield "inspected", {"note": "seen", "result": result}
    yield "paid", {"amount": total, "late_payment": "0.00", "receipt": "R-1"}
    told = {"office": number[:4], "lodged": lodged.isoformat(), "totals": totals}
    yield "released", {"lane": lane, **told}


def lay(_cases: int) -> None:
    """The columns, and what is reckoned in the background: as the process of the log does."""
    from sanzhi.events.columns import keep_up
    from sanzhi.site.events import columns
    from sanzhi.site.events.models import EventRecord
    from sanzhi.site.risk import known, lodged

    class Filled(columns.StoredLog):
        """The log by its events: no tree was grown over them."""

        def size(self) -> int:
            return EventRecord.objects.count()

    begun = time.perf_counter()
    while keep_up(columns.folder(), columns.tables().values(), Filled(), LAID):
        pass
    told("columns laid from the log", columns.covered() / (time.perf_counter() - begun), "/s")
    told("references and goods reckoned, once a month", *timed(known.make), "s")
    told("goods that are lacking looked for, once a minute", *timed(lodged.make), "s")
    told("the process of the log, at most", memory("VmHWM"), "MB")


def timed(call: Callable[[], object]) -> tuple[float]:
    begun = time.perf_counter()
    call()
    return (time.perf_counter() - begun,)


def ask(_cases: int) -> None:
    from sanzhi.selectivity.condition import Condition
    from sanzhi.site.policy.decisions import decisions_on
    from sanzhi.site.risk import history, selected, trial

    told("a worker before it is asked", memory(), "MB")
    questions()
    told("a worker that was asked while lodging", memory(), "MB", most=400)
    dashboard()
    told("a worker that drew the dashboard", memory(), "MB", most=400)
    rule = [
        Condition(field="code", test="starts", values=("85",)),
        Condition(field="linked_finds_365d", test="range", low=1),
    ]
    told("a rule over links tried on history", *timed(lambda: trial.count(rule)), "s")
    told("what inspections found", *timed(selected.told_by_inspections), "s")
    told("goods that were inspected", *timed(history.inspected), "s")
    told("decisions that name an act", *timed(lambda: decisions_on("customs-law")), "s")
    time.sleep(2)
    told("a worker after all of it", memory(), "MB", most=400)
    told("a worker at its highest", memory("VmHWM"), "MB")


def questions() -> None:
    """The past as rules ask it, for lodgings of today by whoever lodges."""
    from sanzhi.customs.risk.rules.known import FACTS
    from sanzhi.customs.risk.rules.windows import FIRST
    from sanzhi.site.risk.known import knowledge

    trade, today = Trade(Random(SEED + 1)), datetime.now(UTC).date()
    few = sorted({*FIRST, "linked_finds_365d", "seller_finds_365d", "address_finds_365d"})
    declarations = [trade.goods(trader, today, "") for trader in trade.traders(ASKED)]
    for name, facts in (("links and first times", few), ("every fact there is", sorted(FACTS))):
        took = []
        for rows in declarations:
            begun = time.perf_counter()
            past = knowledge(today)
            for row in rows:
                for fact in facts:
                    past.fact(fact, row)
            took.append((time.perf_counter() - begun) * 1000)
        took.sort()
        most = 5.0 if facts is few else None
        told(f"{name}, a lodging, median", took[len(took) // 2], "ms", most=most)
        told(f"{name}, a lodging, 95 %", took[len(took) * 95 // 100], "ms", most=most)


def dashboard() -> None:
    from django.conf import settings
    from django.core.cache import cache
    from django.test import Client

    from sanzhi.site.accounts.models import User

    settings.ALLOWED_HOSTS = ["testserver"]
    client = Client()
    client.force_login(User.objects.get(username="analyst"))
    assert client.get("/account/").status_code == 200  # as a worker that has drawn a page
    took = []
    for _ in range(5):
        cache.clear()
        begun = time.perf_counter()
        reply = client.get("/consignments/dashboard/")
        took.append((time.perf_counter() - begun) * 1000)
        assert reply.status_code == 200, reply.status_code
    told("the dashboard, first time", took[0], "ms", most=500)
    told("the dashboard, median", sorted(took)[2], "ms", most=500)


def memory(which: str = "VmRSS") -> float:
    """Megabytes that this process holds, or held at most."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(which):
            return int(line.split()[1]) / 1024
    raise OSError(which)


PARTS = {"fill": fill, "lay": lay, "ask": ask}

if __name__ == "__main__":
    main()
