"""This site's log in columns: what is laid and what is not yet are read alike."""

from datetime import datetime

import polars as pl
import pytest

from sanzhi.core.dates import CHINA
from sanzhi.events.tables import Placed
from sanzhi.site.clearance import demo
from sanzhi.site.events import columns
from sanzhi.site.events.log import integrate
from sanzhi.site.events.models import EventRecord

NOW = datetime(2026, 11, 20, 16, 30, tzinfo=CHINA)


@pytest.fixture
def played(db, settings, tmp_path) -> None:
    settings.HOME = tmp_path
    demo.load(20, 1, NOW)
    while integrate(NOW):
        pass


def told(kind: str) -> pl.DataFrame:
    """The table of a kind, from the log alone."""
    table = columns.tables()[kind]
    placed = list(columns._placed(EventRecord.objects.filter(kind=kind).order_by("index")))
    return pl.DataFrame(table.rows(placed), schema=table.schema, orient="row")


def laid() -> None:
    while columns.make():
        pass


def test_every_kind_of_the_vocabulary_has_a_table():
    for table in columns.tables().values():
        assert table.schema
        assert table.rows([]) == []


def test_the_columns_are_the_log(played):
    laid()
    kinds = set(EventRecord.objects.values_list("kind", flat=True))
    assert len(kinds) > 5
    for kind in kinds:
        assert columns.frame_of(kind).collect().sort("index").equals(told(kind)), kind
    assert columns.covered() == EventRecord.objects.count()
    assert list(columns.differences()) == []
    assert columns.make() == 0


def test_amounts_and_days_stand_in_columns_of_their_type(played):
    laid()
    assessed = columns.frame_of("clearance.assessed").collect()
    assert assessed.schema["total"] == pl.Decimal(22, 2)
    assert assessed["total"].null_count() == 0
    accepted = columns.frame_of("clearance.accepted").collect()
    assert accepted.schema["on"] == pl.Date
    summed = assessed.select(pl.col("totals").list.eval(pl.element().struct.field("value").sum()))
    assert summed["totals"].list.first().to_list() == assessed["total"].to_list()


@pytest.mark.parametrize("waits", [0, 5, 40])
def test_what_is_not_laid_yet_is_read_from_the_log(played, waits):
    """None, some, or all events behind the columns: the same table."""
    before = told("clearance.lodged")
    EventRecord.objects.filter(index__gte=EventRecord.objects.count() - waits).update(index=None)
    if waits < 40:
        columns.columns.keep_up(
            columns.folder(), columns.tables().values(), _Upto(columns.StoredLog(), waits)
        )
    found = columns.frame_of("clearance.lodged").collect()
    assert sorted(found["case"].to_list()) == sorted(before["case"].to_list())


class _Upto(columns.StoredLog):
    """The log as it was before some events."""

    def __init__(self, _log: columns.StoredLog, waits: int) -> None:
        self._waits = waits

    def size(self) -> int:
        return super().size() - self._waits


def test_the_command_that_verifies_names_a_file_that_was_changed(played):
    laid()
    file = (
        columns.folder()
        / "clearance.assessed"
        / next(path.name for path in (columns.folder() / "clearance.assessed").iterdir())
    )
    file.write_bytes(file.read_bytes() + b"x")
    found = list(columns.differences())
    assert [(one.code, one.path) for one in found] == [
        ("columns.changed", f"clearance.assessed/{file.name}")
    ]
    assert found[0].mend is not None


def test_a_disk_that_takes_nothing_is_said_and_stops_nobody(played, monkeypatch, caplog):
    def full(*_given: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(columns.columns, "_renamed", full)
    assert columns.make() == 0
    assert "the columns cannot be written" in caplog.text


def test_an_event_that_was_set_aside_is_in_no_column(played):
    one = EventRecord.objects.filter(kind="clearance.lodged").first()
    EventRecord.objects.filter(pk=one.pk).update(index=None, aside=True)
    assert one.case not in columns.frame_of("clearance.lodged").collect()["case"].to_list()


def test_placed_events_bear_their_place(played):
    [first, *_] = columns.StoredLog().between(0, 3)
    assert isinstance(first, Placed)
    assert first.place == 0
