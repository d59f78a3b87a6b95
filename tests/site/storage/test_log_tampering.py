"""Whatever is done to the log's tables behind the program is named, and the command says so.

Every row of the table is one change that somebody with the database could make; none passes.
"""

import contextlib
import json
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

import pytest
from click.testing import CliRunner
from consignments import NOW, declare
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from granted import take_all
from sanzhi.core.findings import Unusable
from sanzhi.events.checkpoints import sign
from sanzhi.events.merkle import Tiles, grow, root
from sanzhi.events.seals import seal
from sanzhi.site.clearance import lodging
from sanzhi.site.events.commands import events
from sanzhi.site.events.log import integrate, verify_log
from sanzhi.site.events.models import CheckpointRecord, EventRecord, LogKey, Tile
from sanzhi.site.events.standing import last_events
from sanzhi.site.events.stored import read_tile, stored_event

ORIGIN = settings.ADMINISTRATION.log_origin

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _each_is_a_first(monkeypatch) -> None:
    """Every consignment counts as its trader's first: its documents are reviewed, and it has
    four events."""
    monkeypatch.setattr(lodging, "_known_traders", lambda _filings: set())


EVENTS = EventRecord._meta.db_table
TILES = Tile._meta.db_table
CHECKPOINTS = CheckpointRecord._meta.db_table


@pytest.fixture
def logged(lodge) -> int:
    """Five cases of four events, taken in under checkpoints of 12 and 20, with nothing left."""
    for number in range(3):
        lodge(declare(f"R{number}", procedure="0110"))
    integrate(NOW)
    for number in range(3, 5):
        lodge(declare(f"R{number}", procedure="0110"))
    integrate(NOW)
    return EventRecord.objects.count()


def verified() -> tuple[int, list[dict[str, Any]]]:
    """Exit status and findings of `sanzhi events verify`."""
    done = CliRunner().invoke(events, ["verify", "--json"])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]


def sql(statement: str, *values: object) -> Callable[[], Any]:
    """Behind the program's back."""

    def change() -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, values)

    return change


def event(**columns: object) -> Callable[[], Any]:
    """Another value in the event at place 2, the third of the first case."""

    def change() -> None:
        for name, value in columns.items():
            sql(f'UPDATE {EVENTS} SET "{name}" = %s WHERE "index" = 2', value)()

    return change


def payload(rewrite: Callable[[str], str]) -> Callable[[], Any]:
    """The payload at place 2 in other bytes."""

    def change() -> None:
        event(payload=rewrite(EventRecord.objects.get(index=2).payload))()

    return change


def swap() -> None:
    sql(f'UPDATE {EVENTS} SET "index" = -1 WHERE "index" = 2')()
    sql(f'UPDATE {EVENTS} SET "index" = 2 WHERE "index" = 7')()
    sql(f'UPDATE {EVENTS} SET "index" = 7 WHERE "index" = -1')()


def cut_off() -> None:
    sql(f'DELETE FROM {EVENTS} WHERE "index" >= 12')()
    sql(f"DELETE FROM {CHECKPOINTS} WHERE size > 12")()


def emptied() -> None:
    for table in (EventRecord, Tile, CheckpointRecord, LogKey):
        table.objects.all().delete()


def by_hand(**columns: object) -> EventRecord:
    """An event as somebody writes it who does not know the site's secret."""
    row = EventRecord.objects.get(index=3)
    row.pk = None
    row.index = None
    row.sequence = 5
    for name, value in columns.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


def own_seal() -> None:
    """Sealed, but with a key of their own."""
    row = by_hand()
    data = stored_event(row).entry.canonical()
    EventRecord.objects.filter(pk=row.pk).update(seal=seal(data, bytes(32)))


def appended() -> None:
    """An event by hand that is given a place, a hash and an unsigned checkpoint."""
    row = by_hand(index=20)
    leaf = stored_event(row).entry.leaf()
    for (level, position), hashes in grow(20, [leaf], read_tile).items():
        Tile.objects.update_or_create(level=level, position=position, defaults={"hashes": hashes})
    CheckpointRecord.objects.create(
        origin=ORIGIN,
        size=21,
        root=bytes(32),
        signature=bytes(64),
        time=NOW,
    )


def with_its_hash() -> None:
    """An event and its hash changed, so that they agree."""
    event(actor="eve")()
    tile = Tile.objects.get(level=0, position=0)
    leaf = stored_event(EventRecord.objects.get(index=2)).entry.leaf()
    tile.hashes = bytes(tile.hashes)[:64] + leaf + bytes(tile.hashes)[96:]
    tile.save()


def with_its_root() -> None:
    """The hash, and every checkpoint signed anew, with a key of their own."""
    with_its_hash()
    thief = Ed25519PrivateKey.generate()
    for row in CheckpointRecord.objects.all():
        forged = sign(
            ORIGIN,
            row.size,
            root(row.size, Tiles(read_tile).subtree),
            thief,
        )
        row.root, row.signature = forged.root, forged.signature
        row.save()


def tile(rewrite: Callable[[bytes], bytes]) -> Callable[[], Any]:
    def change() -> None:
        found = Tile.objects.get(level=0, position=0)
        found.hashes = rewrite(bytes(found.hashes))
        found.save()

    return change


def checkpoint(size: int, /, **columns: object) -> Callable[[], Any]:
    return lambda: CheckpointRecord.objects.filter(size=size).update(**columns)


def stranger(level: int, position: int) -> Callable[[], Any]:
    return lambda: Tile.objects.create(level=level, position=position, hashes=bytes(32))


def first_case() -> str:
    return EventRecord.objects.get(index=0).case


#: What is done, the code it must be named by, and the path; `{case}` is the first case.
TAMPERING: dict[str, tuple[Callable[[], Any], str, str]] = {
    "another payload": (event(payload='{"x":"1"}'), "events.changed", "log[2]"),
    "a payload that is no JSON": (event(payload="{"), "events.changed", "log[2]"),
    "an empty payload": (event(payload=""), "events.changed", "log[2]"),
    "a payload with spaces": (
        payload(lambda text: text.replace(":", ": ", 1)),
        "events.bytes",
        "log[2]",
    ),
    "a payload in another order": (
        payload(lambda text: json.dumps(dict(reversed(json.loads(text).items())))),
        "events.bytes",
        "log[2]",
    ),
    "a key twice": (
        payload(lambda text: f'{{"{next(iter(json.loads(text)))}":"x",{text[1:]}'),
        "events.bytes",
        "log[2]",
    ),
    "an escape for a letter": (
        payload(lambda text: f'{{"\\u{ord(text[2]):04x}{text[3:]}'),
        "events.bytes",
        "log[2]",
    ),
    "a line end behind": (payload(lambda text: text + "\n"), "events.bytes", "log[2]"),
    "another law": (event(law='["someone-else"]'), "events.changed", "log[2]"),
    "no law": (event(law="[]"), "events.changed", "log[2]"),
    "a law that is a number": (event(law="7"), "events.changed", "log[2]"),
    "another actor": (event(actor="eve"), "events.changed", "log[2]"),
    "another kind": (event(kind="clearance.released"), "events.changed", "log[2]"),
    "another time": (event(time="2026-06-02 02:00:00"), "events.changed", "log[2]"),
    "another case": (event(case="2248-2026-IELSEWHERE"), "events.changed", "log[2]"),
    "another number": (event(sequence=99), "events.changed", "log[2]"),
    "a gap it leaves": (event(sequence=99), "events.gap", "{case}/3"),
    "another blind": (event(blind="0" * 32), "events.changed", "log[2]"),
    "another seal": (event(seal="0" * 64), "events.unsealed", "log[2]"),
    "no seal": (event(seal=""), "events.unsealed", "log[2]"),
    "an event taken out of the tree": (event(index=None), "events.removed", "log[2]"),
    "one in the tree marked as kept out of it": (event(aside=True), "events.marked", "log[2]"),
    "a place outside the log": (event(index=2**40), "events.unsequenced_index", f"log[{2**40}]"),
    "a place below it": (event(index=-3), "events.unsequenced_index", "log[-3]"),
    "two events swapped": (swap, "events.reordered", "log[7]"),
    "an event removed": (
        sql(f'DELETE FROM {EVENTS} WHERE "index" = 2'),
        "events.removed",
        "log[2]",
    ),
    "the last event removed": (
        sql(f'DELETE FROM {EVENTS} WHERE "index" = 19'),
        "events.removed",
        "log[19]",
    ),
    "the end cut off with its checkpoint": (cut_off, "events.surplus", "log[12]"),
    "everything emptied": (emptied, "events.emptied", "log"),
    "an event written by hand": (by_hand, "events.unsealed", "{case}/5"),
    "one sealed with another key": (own_seal, "events.unsealed", "{case}/5"),
    "one with a time of no day": (
        lambda: by_hand(time=NOW.replace(year=9)),
        "events.unsealed",
        "{case}/5",
    ),
    "one given a place and a hash": (appended, "events.signature", "checkpoint 21"),
    "one given a place and a hash, unsealed": (appended, "events.unsealed", "log[20]"),
    "a hash in the tree": (
        tile(lambda hashes: bytes(32) + hashes[32:]),
        "events.hash",
        "log[0]",
    ),
    "an event with its hash": (with_its_hash, "events.unsealed", "log[2]"),
    "an event with its hash, against the roots": (with_its_hash, "events.root", "checkpoint 12"),
    "an event with its hash and roots": (with_its_root, "events.signature", "checkpoint 20"),
    "a tile lost": (sql(f"DELETE FROM {TILES}"), "events.tile_lost", "tree[0][0]"),
    "a tile cut short": (tile(lambda hashes: hashes[:-1]), "events.tile_lost", "tree[0][0]"),
    "a tile drawn out": (tile(lambda hashes: hashes + bytes(7)), "events.surplus", "log[20]"),
    "a tile beyond": (stranger(0, 900), "events.surplus", "log[20]"),
    "a tile above": (stranger(1, 0), "events.surplus", "tree[1][0]"),
    "a checkpoint of another size": (checkpoint(20, size=21), "events.signature", "checkpoint 21"),
    "a checkpoint far beyond": (
        checkpoint(20, size=2**61),
        "events.signature",
        f"checkpoint {2**61}",
    ),
    "a checkpoint of another root": (
        checkpoint(12, root=bytes(32)),
        "events.signature",
        "checkpoint 12",
    ),
    "a checkpoint of another origin": (
        checkpoint(12, origin="elsewhere"),
        "events.signature",
        "checkpoint 12",
    ),
    "a checkpoint without a signature": (
        checkpoint(20, signature=b""),
        "events.signature",
        "checkpoint 20",
    ),
    "the newest checkpoint removed": (
        sql(f"DELETE FROM {CHECKPOINTS} WHERE size = 20"),
        "events.surplus",
        "log[12]",
    ),
    "another signing key named": (
        lambda: LogKey.objects.filter(use="signs").update(name="00000000"),
        "events.key",
        "log_key.pem",
    ),
    "another secret named": (
        lambda: LogKey.objects.filter(use="seals").update(name="0" * 32),
        "events.key",
        "SANZHI_SECRET_KEY",
    ),
    "the keys' names removed": (
        lambda: LogKey.objects.all().delete(),
        "events.key",
        "log_key.pem",
    ),
}


def test_a_log_that_nobody_touched_is_whole(logged):
    take_all()
    assert verified() == (0, [])


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found_and_named(what, logged):
    tamper, code, path = TAMPERING[what]
    place = path.format(case=first_case())
    tamper()
    status, found = verified()
    assert status == 1
    assert (code, place) in {(row["code"], row["path"]) for row in found}
    assert all(row["text"] and row["mend"] for row in found if row["code"].startswith("events."))


def test_nothing_but_what_was_done_is_named(logged):
    """A change of one event is one finding, however long the log."""
    take_all()
    event(actor="eve")()
    assert [(row["code"], row["path"]) for row in verified()[1]] == [("events.changed", "log[2]")]


def test_the_command_puts_findings_of_a_kind_together(logged):
    sql(f"UPDATE {EVENTS} SET actor = 'eve' WHERE \"index\" IN (2, 9)")()
    sql(f'DELETE FROM {EVENTS} WHERE "index" = 5')()
    said = CliRunner().invoke(events, ["verify"]).stdout.splitlines()
    at = said.index("events.changed (2)")
    assert said[at + 1].startswith("  log[2]: Event ")
    assert said[at + 2].startswith("  log[9]: Event ")
    assert said[at + 3].startswith("  → ")
    assert "events.removed (1)" in said
    assert CliRunner().invoke(events, ["verify", "--lang", "zh"]).stdout.count("入库后被改动") == 2


#: Values that no column was made for; SQLite keeps most of them whatever the column's type.
HOSTILE: dict[str, object] = {
    "nothing": None,
    "empty": "",
    "no number": "many",
    "huge": 2**63 - 1,
    "negative": -1,
    "float": 1.5,
    "infinite": float("inf"),
    "blob": b"\x00\xff",
    "digits in a blob": b"1",
    "utf-8 that is none": b"\xc3\x28",
    "long": "9" * 100_000,
    "deep": "[" * 200_000,
    "surrogate": '{"x":"\\ud800"}',
    "float in JSON": '{"amount":1.0}',
    "huge in JSON": '{"amount":' + "9" * 5000 + "}",
    "NaN": '{"amount":NaN}',
    "lines": "a\nb\r\u2028c",
    "control signs": "\x01\x1b[31m",
}
_EVENT = ("case", "sequence", "kind", "actor", "time", "law", "payload", "blind", "seal")
COLUMNS = {
    EVENTS: (
        '"index" = 2',
        [
            "case",
            "sequence",
            "kind",
            "actor",
            "time",
            "law",
            "payload",
            "blind",
            "seal",
            "index",
            "aside",
        ],
    ),
    TILES: ("level = 0", ["level", "position", "hashes"]),
    CHECKPOINTS: ("size = 20", ["origin", "size", "root", "signature", "time"]),
    LogKey._meta.db_table: ("use = 'signs'", ["use", "name"]),
}
PLACES = [(table, column) for table, (_, columns) in COLUMNS.items() for column in columns]


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps to its types")
@pytest.mark.parametrize(("table", "column"), PLACES)
def test_no_value_silences_the_verification(table, column, logged, lodge):
    """Nor does any raise, there or where events are taken in; what else was done is named too."""
    where, _ = COLUMNS[table]
    lodge(declare("waiting"))
    sql(f"UPDATE {EVENTS} SET actor = 'eve' WHERE \"index\" = 9")()
    for value, form in product(HOSTILE.values(), ("%s", "CAST(%s AS TEXT)", "CAST(%s AS BLOB)")):
        with undone():
            try:
                sql(f'UPDATE {table} SET "{column}" = {form} WHERE {where}', value)()
            except (IntegrityError, OverflowError):
                continue
            found = list(verify_log(last_events(), now=NOW))
            codes = {(one.code, one.path) for one in found}
            # The hash that tells of it stands in the one tile of this log.
            assert ("events.changed", "log[9]") in codes or table == TILES
            assert len(codes) > 1 or (table, column) in UNSIGNED
            assert all("\n" not in one.text.en + one.path for one in found)
            assert all(len(one.text.en) < 400 for one in found)
            with contextlib.suppress(Unusable):
                integrate(NOW)


#: What no hash, seal or signature covers.
UNSIGNED = {(CHECKPOINTS, "time")}


@contextlib.contextmanager
def undone() -> Iterator[None]:
    """What is done inside is undone behind."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
