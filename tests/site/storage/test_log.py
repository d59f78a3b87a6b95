"""The stored log: integrated, proved, and telling of whatever was done behind it."""

from collections.abc import Callable

import pytest
from consignments import NOW, at_once, declare
from django.db import connection

from sanzhi.events.merkle import verify_consistency, verify_inclusion
from sanzhi.site.events.log import (
    integrate,
    log_size,
    prove_consistency,
    prove_inclusion,
    verify_log,
)
from sanzhi.site.events.models import CheckpointRecord, EventRecord, Tile
from sanzhi.site.events.standing import last_events

pytestmark = pytest.mark.django_db(transaction=True)
EVENTS = EventRecord._meta.db_table


@pytest.fixture
def logged(lodge) -> int:
    """Five cases of four events, integrated in two batches."""
    for number in range(3):
        lodge(declare(f"R{number}", procedure="0110"))
    integrate(NOW)
    for number in range(3, 5):
        lodge(declare(f"R{number}", procedure="0110"))
    integrate(NOW)
    return EventRecord.objects.count()


def found() -> list[tuple[str, str]]:
    return [(one.code, one.path) for one in verify_log(last_events())]


def test_the_log_is_whole(logged):
    assert log_size() == logged
    assert CheckpointRecord.objects.count() == 2
    assert found() == []
    assert integrate(NOW) == 0


def test_events_not_taken_yet_do_not_make_it_less_whole(logged, lodge):
    lodge(declare("waiting"))
    assert found() == []
    assert integrate(NOW) > 0
    assert found() == []


def test_proofs_lead_to_the_signed_roots(logged):
    first, last = CheckpointRecord.objects.order_by("size")
    for event in EventRecord.objects.all():
        proof = prove_inclusion(event)
        assert verify_inclusion(
            event.event().leaf(), event.index, last.size, proof, bytes(last.root)
        )
    proof = prove_consistency(first.size, last.size)
    assert verify_consistency(first.size, last.size, bytes(first.root), bytes(last.root), proof)


def test_integrated_from_four_sides_at_once_each_event_has_one_place(lodge):
    for number in range(6):
        lodge(declare(f"R{number}"))
    done = at_once(*[lambda: integrate(NOW)] * 4)
    assert [one for one in done if isinstance(one, Exception)] == []
    while integrate(NOW):
        pass
    places = EventRecord.objects.order_by("index").values_list("index", flat=True)
    assert list(places) == list(range(EventRecord.objects.count()))
    assert found() == []


def sql(statement: str, *values: object) -> None:
    """Behind the program's back."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def swap() -> None:
    sql(f'UPDATE {EVENTS} SET "index" = -1 WHERE "index" = 2')
    sql(f'UPDATE {EVENTS} SET "index" = 2 WHERE "index" = 7')
    sql(f'UPDATE {EVENTS} SET "index" = 7 WHERE "index" = -1')


def cut_off() -> None:
    sql(f'DELETE FROM {EVENTS} WHERE "index" >= 12')
    sql(f"DELETE FROM {CheckpointRecord._meta.db_table} WHERE size > 12")


TAMPERING: dict[str, tuple[Callable[[], None], str, str]] = {
    "payload": (
        lambda: sql(f'UPDATE {EVENTS} SET payload = %s WHERE "index" = 2', '{"x":"1"}'),
        "events.changed",
        "log[2]",
    ),
    "no json": (
        lambda: sql(f'UPDATE {EVENTS} SET payload = %s WHERE "index" = 2', "{"),
        "events.changed",
        "log[2]",
    ),
    "law": (
        lambda: sql(f'UPDATE {EVENTS} SET law = %s WHERE "index" = 2', "[]"),
        "events.changed",
        "log[2]",
    ),
    "law of no shape": (
        lambda: sql(f'UPDATE {EVENTS} SET law = %s WHERE "index" = 2', "7"),
        "events.changed",
        "log[2]",
    ),
    "actor": (
        lambda: sql(f'UPDATE {EVENTS} SET actor = %s WHERE "index" = 2', "eve"),
        "events.changed",
        "log[2]",
    ),
    "removed": (lambda: sql(f'DELETE FROM {EVENTS} WHERE "index" = 2'), "events.removed", "log[2]"),
    "last removed": (
        lambda: sql(f'DELETE FROM {EVENTS} WHERE "index" = 19'),
        "events.removed",
        "log[19]",
    ),
    "reordered": (swap, "events.reordered", "log[7]"),
    "number": (
        lambda: sql(f'UPDATE {EVENTS} SET sequence = 99 WHERE "index" = 2'),
        "events.changed",
        "log[2]",
    ),
    "tile": (lambda: Tile.objects.all().delete() and None, "events.tile_lost", "tree[0][0]"),
    "cut off with its checkpoint": (cut_off, "events.surplus", "log[12]"),
    "emptied": (
        lambda: (
            [one.objects.all().delete() for one in (EventRecord, Tile, CheckpointRecord)] and None
        ),
        "events.emptied",
        "log",
    ),
    "checkpoint": (
        lambda: sql(f"UPDATE {CheckpointRecord._meta.db_table} SET size = 21 WHERE size = 20"),
        "events.signature",
        "checkpoint 21",
    ),
}


@pytest.mark.parametrize("what", sorted(TAMPERING))
def test_tampering_is_found_and_named(what, logged):
    tamper, code, path = TAMPERING[what]
    tamper()
    assert (code, path) in found()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps to its types")
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("time", "garbage"),
        ("time", b"\xff\xfe"),
        ("time", "9" * 400),
        ("sequence", "many"),
        ("payload", b"\xff"),
        ("payload", "[" * 200_000),
        ("payload", '{"x": "\\ud800"}'),
        ("law", b"\x00"),
        ("actor", b"\xff\xff"),
        ("kind", 7),
    ],
)
def test_a_value_that_is_none_is_named_and_the_rest_verified(column, value, logged):
    sql(f'UPDATE {EVENTS} SET "{column}" = %s WHERE "index" = 2', value)
    sql(f"UPDATE {EVENTS} SET actor = 'eve' WHERE \"index\" = 9")
    assert {("events.changed", "log[2]"), ("events.changed", "log[9]")} <= set(found())


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps to its types")
@pytest.mark.parametrize(
    "statement",
    [
        f'UPDATE {EVENTS} SET "index" = \'last\' WHERE "index" = 2',
        f"UPDATE {CheckpointRecord._meta.db_table} SET size = 'all' WHERE size = 20",
        f"UPDATE {CheckpointRecord._meta.db_table} SET root = 'none' WHERE size = 20",
        f"UPDATE {Tile._meta.db_table} SET hashes = 'none'",
    ],
)
def test_no_damaged_value_silences_the_verification(statement, logged):
    sql(statement)
    assert found()
