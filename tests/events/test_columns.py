"""The past in columns: types from the vocabulary, and files that are what the log says, whatever
happens to them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import polars as pl
import pytest

from sanzhi.core.codes import Code
from sanzhi.events import Amount, Day, Event, Hash, Kind, Moment, Number, Payload, Said, columns
from sanzhi.events.columns import keep_up, scan, verify
from sanzhi.events.event import Vocabulary
from sanzhi.events.tables import Placed, Table, of_kind

VOCABULARY = Vocabulary()
BEGUN = datetime(2026, 5, 20, 12, tzinfo=UTC)


class Colour(Code):
    RED = "red", "red", "红"


@VOCABULARY.declare("t.paid", verb=("paid", "付"), words=("Paid.", "付。"))
class PaidFor(Payload):
    colour: Colour
    amount: Amount
    score: Number
    on: Day
    until: Day | None = None
    at: Moment
    many: int
    sure: bool
    note: Said
    colours: list[Colour]
    totals: dict[str, Amount]
    plain: Annotated[str, "nothing is said of it"]


@VOCABULARY.declare("t.noted", verb=("noted", "记"), words=("Noted.", "记。"))
class Remark(Payload):
    content: Hash


def paid(**changes: object) -> dict[str, object]:
    return {
        "colour": "red",
        "amount": "12.30",
        "score": "0.25",
        "on": "2026-05-20",
        "until": None,
        "at": "2026-05-20T20:15:00+08:00",
        "many": 3,
        "sure": True,
        "note": "as agreed",
        "colours": ["red", "red"],
        "totals": {"vat": "2.00", "duty": "10.30"},
        "plain": "x",
    } | changes


class Kept:
    """A log in memory: an event every eight hours, so that it goes over months."""

    def __init__(self, count: int) -> None:
        self.events = [
            Placed(
                at,
                Event(
                    f"C{at % 5}",
                    at // 5 + 1,
                    "t.noted" if at % 3 == 0 else "t.paid",
                    "lin",
                    BEGUN + timedelta(hours=8 * at),
                    ("act, art. 1",),
                    {"content": f"{at:064}"} if at % 3 == 0 else paid(many=at),
                ),
            )
            for at in range(count)
        ]

    def size(self) -> int:
        return len(self.events)

    def between(self, first: int, end: int) -> list[Placed]:
        return self.events[first:end]

    def of_month(self, kinds: Iterable[str], month: str, end: int) -> list[Placed]:
        return [
            one
            for one in self.events[:end]
            if one.event.kind in set(kinds) and f"{one.event.time:%Y-%m}" == month
        ]

    def months(self, kinds: Iterable[str], end: int) -> set[str]:
        return {
            f"{one.event.time:%Y-%m}" for one in self.events[:end] if one.event.kind in set(kinds)
        }


TABLES = [of_kind(kind) for kind in VOCABULARY]


def whole(folder: Path, log: Kept) -> None:
    """The folder holds the log, each event once."""
    for table in TABLES:
        frame, covered = scan(folder, table)
        assert covered == log.size()
        told = [one for one in log.events if one.event.kind in table.kinds]
        expected = pl.DataFrame(table.rows(told), schema=table.schema, orient="row")
        assert frame.collect().sort("index").equals(expected)
    assert list(verify(folder, TABLES, log)) == []


def laid(folder: Path, log: Kept, most: int = 7) -> None:
    while keep_up(folder, TABLES, log, most):
        pass


def test_columns_have_the_types_of_the_payload():
    [paid_table] = [table for table in TABLES if table.name == "t.paid"]
    pairs = pl.List(pl.Struct({"key": pl.String, "value": pl.Decimal(22, 2)}))
    assert paid_table.columns == {
        "colour": pl.String,
        "amount": pl.Decimal(22, 2),
        "score": pl.Decimal(22, 6),
        "on": pl.Date,
        "until": pl.Date,
        "at": pl.Datetime("us", "UTC"),
        "many": pl.Int64,
        "sure": pl.Boolean,
        "note": pl.String,
        "colours": pl.List(pl.String),
        "totals": pairs,
        "plain": pl.String,
    }
    [row] = paid_table.rows([Kept(2).events[1]])
    assert row["amount"] == Decimal("12.30")
    assert row["on"] == date(2026, 5, 20)
    assert row["at"] == datetime(2026, 5, 20, 12, 15, tzinfo=UTC)
    assert row["time"] == BEGUN + timedelta(hours=8)
    assert row["totals"][0] == {"key": "duty", "value": Decimal("10.30")}


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"amount": "much"}, "amount"),
        ({"on": "soon"}, "on"),
        ({"at": "2026-05-20T20:15:00"}, "at"),
        ({"colours": "red"}, "colours"),
    ],
)
def test_a_value_that_was_tampered_with_is_no_value(changes, name):
    [table] = [table for table in TABLES if table.name == "t.paid"]
    event = replace(Kept(2).events[1].event, payload=paid(**changes))
    [row] = table.rows([Placed(1, event)])
    assert row[name] is None


def test_a_field_cannot_be_called_as_a_column_of_every_table():
    class Clashing(Payload):
        index: int

    verb = VOCABULARY["t.paid"].verb
    with pytest.raises(ValueError, match="index"):
        of_kind(Kind("t.clash", Clashing, verb, verb))


def test_the_log_is_laid_batch_by_batch_each_event_once(tmp_path):
    log = Kept(100)
    laid(tmp_path, log)
    whole(tmp_path, log)
    names = sorted(one.relative_to(tmp_path).as_posix() for one in tmp_path.rglob("*.parquet"))
    assert names == [
        f"{kind}/2026-0{month}.parquet" for kind in ("t.noted", "t.paid") for month in (5, 6)
    ]
    assert keep_up(tmp_path, TABLES, log) == 0
    log.events = Kept(130).events
    laid(tmp_path, log)
    whole(tmp_path, log)


@pytest.mark.parametrize("after", range(12))
def test_a_process_that_dies_at_any_write_leaves_nothing_twice(tmp_path, monkeypatch, after):
    """Dying after any number of renames: what is read is whole, and the next run mends the rest."""
    log, left = Kept(60), after

    def renamed(path: Path, data: bytes) -> None:
        nonlocal left
        if left == 0:
            raise KeyboardInterrupt
        left -= 1
        written(path, data)

    laid(tmp_path, Kept(20))
    written = columns._renamed
    monkeypatch.setattr(columns, "_renamed", renamed)
    with pytest.raises(KeyboardInterrupt):
        laid(tmp_path, log)
    monkeypatch.setattr(columns, "_renamed", written)
    for table in TABLES:  # as a reader meets it meanwhile
        frame, covered = scan(tmp_path, table)
        told = [one.place for one in log.events[:covered] if one.event.kind in table.kinds]
        assert sorted(frame.collect()["index"].to_list()) == told
    assert list(verify(tmp_path, TABLES, log)) == []  # nothing was tampered with
    laid(tmp_path, log)
    whole(tmp_path, log)


@pytest.mark.parametrize("what", ["gone", "half", "manifest", "manifest broken", "other log"])
def test_what_is_lacking_or_broken_is_made_anew(tmp_path, what):
    log = Kept(60)
    laid(tmp_path, log)
    file = tmp_path / "t.paid" / "2026-06.parquet"
    match what:
        case "gone":
            file.unlink()
            assert [one.code for one in verify(tmp_path, TABLES, log)] == ["columns.missing"]
            assert scan(tmp_path, TABLES[0])[1] == 0  # whoever reads takes the log meanwhile
        case "half":
            file.write_bytes(file.read_bytes()[:100])
            assert [one.code for one in verify(tmp_path, TABLES, log)] == ["columns.changed"]
            log.events = Kept(70).events
        case "manifest":
            (tmp_path / "manifest.json").unlink()
        case "manifest broken":
            (tmp_path / "manifest.json").write_text("{")
        case "other log":
            log.events = Kept(25).events
    laid(tmp_path, log)
    whole(tmp_path, log)


def test_a_table_of_another_shape_is_made_anew(tmp_path, monkeypatch):
    log = Kept(60)
    laid(tmp_path, log)
    first = TABLES[0]
    changed = Table(first.name, first.kinds, first.columns, first.rows, version=2)
    tables = [changed, *TABLES[1:]]
    assert {one.code for one in verify(tmp_path, tables, log)} == {"columns.shape"}
    assert scan(tmp_path, changed)[1] == 0
    while keep_up(tmp_path, tables, log):
        pass
    assert list(verify(tmp_path, tables, log)) == []


def test_a_change_that_keeps_the_hash_is_found_in_the_log(tmp_path):
    """Whoever changes file and manifest alike is found by the log."""
    log = Kept(60)
    laid(tmp_path, log)
    paid_table = TABLES[0]
    log.events[40] = Placed(40, replace(log.events[40].event, payload=paid(amount="99.00")))
    assert [(one.code, one.path) for one in verify(tmp_path, TABLES, log)] == [
        ("columns.differs", f"{paid_table.name}/2026-06.parquet")
    ]


def test_rows_ahead_of_the_manifest_are_held_to_the_log(tmp_path):
    """A writer that died leaves rows beyond the manifest's place; so may whoever adds some."""
    log = Kept(60)
    laid(tmp_path, log)
    manifest = (tmp_path / "manifest.json").read_bytes()
    log.events = Kept(70).events
    laid(tmp_path, log)
    (tmp_path / "manifest.json").write_bytes(manifest)
    assert list(verify(tmp_path, TABLES, log)) == []
    log.events[65] = Placed(65, replace(log.events[65].event, payload=paid(amount="99.00")))
    assert [(one.code, one.path) for one in verify(tmp_path, TABLES, log)] == [
        ("columns.changed", "t.paid/2026-06.parquet")
    ]


def test_two_writers_at_once_are_one(tmp_path):
    log = Kept(30)
    tmp_path.mkdir(exist_ok=True)
    with columns._alone(tmp_path) as alone:
        assert alone
        assert keep_up(tmp_path, TABLES, log) == 0
    laid(tmp_path, log)
    whole(tmp_path, log)
