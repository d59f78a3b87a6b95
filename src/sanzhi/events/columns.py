"""The past in columns: integrated events as Parquet, a table a kind, a file a month.

`<folder>/<table>/<YYYY-MM>.parquet` holds the events of a kind by the month of their time in UTC,
a typed column a field of the payload, beside `case`, `sequence`, `index`, `actor`, `time` and
`law`. `<folder>/manifest.json` says up to which place of the log all files reach, and what each
file holds. Files are written aside and renamed, the manifest last: whoever reads takes the rows
below its place, and so the same log from every table, whatever is being written or was broken off.

A file that is lacking, is not the one of the manifest, or has an older shape is made anew from
the log. What may be asked of years is asked here, and not of the working store.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sanzhi.core.findings import Finding, Text
from sanzhi.events.tables import Placed, Table

if TYPE_CHECKING:  # imported when first used: the site starts without the parts of analysis
    import polars as pl

MANIFEST = "manifest.json"


class Log(Protocol):
    """The integrated log, in the order of its places."""

    def size(self) -> int:
        """The place after the last."""

    def between(self, first: int, end: int) -> Iterable[Placed]:
        """Events from a place to before another."""

    def of_month(self, kinds: Iterable[str], month: str, end: int) -> Iterable[Placed]:
        """Events of some kinds in a month (2026-11, UTC), below a place."""

    def months(self, kinds: Iterable[str], end: int) -> set[str]:
        """The months in which there are any."""


@dataclass(slots=True)
class Manifest:
    """What the files of a folder hold: events below `covered`, for each table its shape and for
    each file its hash."""

    covered: int = 0
    shapes: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    """`table/2026-11.parquet` → SHA-256."""

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """That of a folder; an empty one where there is none that can be read."""
        try:
            said = json.loads((folder / MANIFEST).read_text("utf-8"))
            return cls(int(said["covered"]), dict(said["shapes"]), dict(said["files"]))
        except (OSError, ValueError, KeyError, TypeError):
            return cls()

    def write(self, folder: Path) -> None:
        said = {"covered": self.covered, "shapes": self.shapes, "files": self.files}
        _renamed(folder / MANIFEST, json.dumps(said, indent=1, sort_keys=True).encode())

    def months(self, table: str) -> list[str]:
        """The months of which a table has a file."""
        return sorted(name.partition("/")[2][:7] for name in self.files if _of(name, table))


def keep_up(folder: Path, tables: Iterable[Table], log: Log, most: int = 20_000) -> int:
    """Lay the next events into the files, `most` of them; how many were laid, and files made
    anew. Nothing is done where another process is at it."""
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder) as is_alone:
        if not is_alone:
            return 0
        return _keep_up(folder, list(tables), log, most)


def _keep_up(folder: Path, tables: list[Table], log: Log, most: int) -> int:
    manifest = Manifest.read(folder)
    if manifest.covered > log.size():  # of another log, or of one that was put back
        manifest = Manifest()
    done = _made_anew(folder, tables, log, manifest)
    end = min(manifest.covered + most, log.size())
    fresh: dict[tuple[str, str], list[Placed]] = {}
    by_kind: dict[str, list[Table]] = {}
    for table in tables:
        for kind in table.kinds:
            by_kind.setdefault(kind, []).append(table)
    for one in log.between(manifest.covered, end):
        for table in by_kind.get(one.event.kind, ()):
            fresh.setdefault((table.name, _month(one.event.time)), []).append(one)
    named = {table.name: table for table in tables}
    for (name, month), placed in sorted(fresh.items(), key=lambda item: item[0]):
        _append(folder, named[name], month, placed, log, manifest)
    if done or end > manifest.covered:
        done += end - manifest.covered
        manifest.covered = end
        manifest.write(folder)
    return done


def _made_anew(folder: Path, tables: list[Table], log: Log, manifest: Manifest) -> int:
    """Make the files anew that are lacking or of an older shape; how many."""
    done = 0
    for table in tables:
        stale = manifest.shapes.get(table.name) != table.shape
        months = set(manifest.months(table.name))
        if stale and manifest.covered:  # whatever months the log has of it
            months |= log.months(table.kinds, manifest.covered)
        for month in sorted(months):
            path = folder / table.name / f"{month}.parquet"
            if stale or not path.exists():
                placed = list(log.of_month(table.kinds, month, manifest.covered))
                _write(folder, table, month, _frame(table, placed), manifest)
                done += 1
        manifest.shapes[table.name] = table.shape
    return done


def _append(
    folder: Path, table: Table, month: str, placed: list[Placed], log: Log, manifest: Manifest
) -> None:
    """Lay events behind those of a month; one that is not what the manifest says, since a process
    died between the two, is made anew."""
    import polars as pl  # noqa: PLC0415 - loaded when first used

    name = f"{table.name}/{month}.parquet"
    frame = _frame(table, placed)
    if name in manifest.files:
        stored = (folder / name).read_bytes()
        if hashlib.sha256(stored).hexdigest() == manifest.files[name]:
            frame = pl.concat([pl.read_parquet(stored), frame])
        else:
            frame = _frame(table, list(log.of_month(table.kinds, month, placed[-1].place + 1)))
    _write(folder, table, month, frame, manifest)


def _frame(table: Table, placed: list[Placed]) -> "pl.DataFrame":
    import polars as pl  # noqa: PLC0415 - loaded when first used

    return pl.DataFrame(table.rows(placed), schema=table.schema, orient="row")


def _write(
    folder: Path, table: Table, month: str, frame: "pl.DataFrame", manifest: Manifest
) -> None:
    name = f"{table.name}/{month}.parquet"
    buffer = BytesIO()
    frame.write_parquet(buffer, compression="zstd")
    (folder / table.name).mkdir(parents=True, exist_ok=True)
    _renamed(folder / name, buffer.getvalue())
    manifest.files[name] = hashlib.sha256(buffer.getvalue()).hexdigest()


def scan(folder: Path, table: Table) -> "tuple[pl.LazyFrame, int]":
    """A table as far as it is laid, and up to which place of the log that is; empty, and 0, where
    there is none of its shape, or a file is lacking until it is made anew."""
    import polars as pl  # noqa: PLC0415 - loaded when first used

    manifest = Manifest.read(folder)
    files = [folder / name for name in sorted(manifest.files) if _of(name, table.name)]
    if manifest.shapes.get(table.name) != table.shape or not all(one.exists() for one in files):
        return pl.LazyFrame(schema=table.schema), 0
    if not files:
        return pl.LazyFrame(schema=table.schema), manifest.covered
    laid = pl.scan_parquet(files).filter(pl.col("index") < manifest.covered)
    return laid, manifest.covered


def verify(folder: Path, tables: Iterable[Table], log: Log) -> Iterator[Finding]:
    """Every file that is not what the log says: changed, lacking, of an older shape or too much.
    What the log has beyond the manifest's place is not laid yet, and no finding."""
    manifest = Manifest.read(folder)
    known = {table.name: table for table in tables}
    for name in sorted(manifest.files):
        table = known.get(name.partition("/")[0])
        if table is None:
            yield _found(
                "columns.unknown",
                name,
                f"The file {name} of the columns belongs to no table.",
                f"列式文件 {name} 不属于任何数据表。",
            )
        elif manifest.shapes.get(table.name) != table.shape:
            yield _found(
                "columns.shape",
                name,
                f"The file {name} of the columns has an older shape.",
                f"列式文件 {name} 的结构已过时。",
            )
        else:
            yield from _verify_file(folder, name, table, log, manifest)
    for table in known.values():
        for month in sorted(log.months(table.kinds, manifest.covered)):
            name = f"{table.name}/{month}.parquet"
            if name not in manifest.files:
                yield _found(
                    "columns.missing",
                    name,
                    f"The file {name} of the columns is lacking.",
                    f"列式文件 {name} 缺失。",
                )
    if manifest.covered > log.size():
        yield _found(
            "columns.ahead", MANIFEST, "The columns reach beyond the log.", "列式文件超出日志范围。"
        )


def _verify_file(
    folder: Path, name: str, table: Table, log: Log, manifest: Manifest
) -> Iterator[Finding]:

    path = folder / name
    if not path.exists():
        yield _found(
            "columns.missing",
            name,
            f"The file {name} of the columns is lacking.",
            f"列式文件 {name} 缺失。",
        )
        return
    stored = path.read_bytes()
    as_written = hashlib.sha256(stored).hexdigest() == manifest.files[name]
    if _is_of_the_log(stored, name, table, log, manifest.covered, may_be_ahead=not as_written):
        return
    if as_written:
        yield _found(
            "columns.differs",
            name,
            f"The file {name} of the columns is not what the log says.",
            f"列式文件 {name} 与日志不符。",
        )
    else:
        yield _found(
            "columns.changed",
            name,
            f"The file {name} of the columns was changed since it was written.",
            f"列式文件 {name} 写入后被改动。",
        )


def _is_of_the_log(
    stored: bytes, name: str, table: Table, log: Log, covered: int, *, may_be_ahead: bool
) -> bool:
    """Whether a file holds what the log says below `covered`. A writer that is at work, or died,
    between its files and the manifest leaves files ahead of it: their rows are then the log's
    as far as they go."""
    import polars as pl  # noqa: PLC0415 - loaded when first used
    from polars.exceptions import PolarsError  # noqa: PLC0415 - loaded when first used

    try:
        frame = pl.read_parquet(BytesIO(stored))
    except PolarsError:
        return False
    if frame.schema != pl.Schema(table.schema):
        return False
    last = frame["index"].max() if may_be_ahead else None
    end = max(covered, int(last) + 1) if isinstance(last, int) else covered
    told = _frame(table, list(log.of_month(table.kinds, name.partition("/")[2][:7], end)))
    return frame.equals(told)


def _found(code: str, name: str, en: str, zh: str) -> Finding:
    return Finding(
        code=code,
        path=name,
        text=Text(en, zh),
        mend=Text(
            "Delete the file; it is made anew from the log.", "请删除该文件，系统将据日志重建。"
        ),
    )


def _of(name: str, table: str) -> bool:
    return name.partition("/")[0] == table


def _month(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m}"


def _renamed(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with fresh.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)


@contextmanager
def _alone(folder: Path) -> Iterator[bool]:
    """Whether nobody else writes here; the lock ends with the process, however it ends."""
    with (folder / ".lock").open("wb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
