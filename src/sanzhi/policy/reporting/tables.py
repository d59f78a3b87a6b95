"""Tables of results as files: CSV always, Parquet too where Polars is installed.

Rows are dataclasses; a column is a field. The same rows give the same bytes.
"""

import csv
import dataclasses
import io
import os
import shutil
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple


class Table(NamedTuple):
    """Rows of one dataclass; the type says the columns where there are no rows."""

    row: type
    rows: Sequence[Any]

    @property
    def columns(self) -> list[str]:
        return [field.name for field in dataclasses.fields(self.row)]


Tables = Mapping[str, Table]


def write_tables(folder: Path, tables: Tables) -> None:
    """Write every table, or none."""
    write_files(folder, table_files(tables))


def table_files(tables: Tables) -> dict[str, bytes]:
    """The files of the tables: name → bytes."""
    files = {f"{name}.csv": csv_text(table).encode() for name, table in tables.items()}
    if find_spec("polars"):
        files |= {
            f"{name}.parquet": _parquet(table) for name, table in tables.items() if table.rows
        }
    return files


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write every file, or none: into a folder beside, then renamed file by file."""
    fresh = folder.parent / f".{folder.name}.{os.getpid()}"
    fresh.mkdir(parents=True)
    try:
        for name, data in files.items():
            (fresh / name).write_bytes(data)
        folder.mkdir(parents=True, exist_ok=True)
        for path in fresh.iterdir():
            path.replace(folder / path.name)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def csv_text(table: Table) -> str:
    """Rows as CSV: undefined values empty, numbers to ten significant digits."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.columns)
    writer.writerows([cell(getattr(row, name)) for name in table.columns] for row in table.rows)
    return out.getvalue()


def cell(value: Any) -> Any:
    """Numbers without a needless .0, undefined averages as an empty cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return format(value, ".10g")
    return value


def _parquet(table: Table) -> bytes:
    import polars as pl  # noqa: PLC0415 - a heavy part, and only where installed

    out = io.BytesIO()
    pl.DataFrame(
        {name: [_rounded(getattr(row, name)) for row in table.rows] for name in table.columns},
        strict=False,
    ).write_parquet(out)
    return out.getvalue()


def _rounded(value: Any) -> Any:
    """As in the CSV: the last bits hang on how a processor sums."""
    return float(format(value, ".10g")) if isinstance(value, float) else value
