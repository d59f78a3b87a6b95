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

pytestmark = pytest.mark.django_db(transaction=True)
EVENTS = EventRecord._meta.db_table


@pytest.fixture
def logged(lodge) -> int:
    """Five cases of four events, integrated in two batches."""
    for number in range(3):
        lodge(declare(f"R{number}"))
    integrate(NOW)
    for number in range(3, 5):
        lodge(declare(f"R{number}"))
    integrate(NOW)
    return EventRecord.objects.count()


def found() -> list[tuple[str, str]]:
    return [(one.code, one.path) for one in verify_log()]


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
        assert verify_inclusion(event.event().leaf(), event.index, last.size, proof,
                                bytes(last.root))
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


TAMPERING: dict[str, tuple[Callable[[], None], str, str]] = {
    "payload": (lambda: sql(f'UPDATE {EVENTS} SET payload = %s WHERE "index" = 2', '{"x":"1"}'),
                "events.changed", "log[2]"),
    "no json": (lambda: sql(f'UPDATE {EVENTS} SET payload = %s WHERE "index" = 2', "{"),
                "events.changed", "log[2]"),
    "law": (lambda: sql(f'UPDATE {EVENTS} SET law = %s WHERE "index" = 2', "[]"),
            "events.changed", "log[2]"),
    "law of no shape": (lambda: sql(f'UPDATE {EVENTS} SET law = %s WHERE "index" = 2', "7"),
                        "events.changed", "log[2]"),
    "actor": (lambda: sql(f'UPDATE {EVENTS} SET actor = %s WHERE "index" = 2', "eve"),
              "events.changed", "log[2]"),
    "removed": (lambda: sql(f'DELETE FROM {EVENTS} WHERE "index" = 2'),
                "events.removed", "log[2]"),
    "last removed": (lambda: sql(f'DELETE FROM {EVENTS} WHERE "index" = 19'),
                     "events.removed", "log[19]"),
    "reordered": (swap, "events.reordered", "log[7]"),
    "number": (lambda: sql(f'UPDATE {EVENTS} SET sequence = 99 WHERE "index" = 2'),
               "events.changed", "log[2]"),
    "tile": (lambda: Tile.objects.all().delete() and None, "events.tile_lost", "tree[0][0]"),
    "checkpoint": (lambda: sql(
        f"UPDATE {CheckpointRecord._meta.db_table} SET size = 21 WHERE size = 20"),
        "events.signature", "checkpoint 21"),
}


@pytest.mark.parametrize("what", sorted(TAMPERING))
def test_tampering_is_found_and_named(what, logged):
    tamper, code, path = TAMPERING[what]
    tamper()
    assert (code, path) in found()
