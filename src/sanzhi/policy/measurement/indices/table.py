"""A plain CSV table, read whole and asked by column, every fault naming row and column."""

import csv
import io
from dataclasses import dataclass
from math import isfinite

from sanzhi.core.findings import Unusable
from sanzhi.policy.coding.study import refused

MAX_BYTES = 50_000_000
#: Beyond this sums lose their units.
_LARGEST = 1e15


@dataclass(frozen=True, slots=True)
class Table:
    """Header and rows of a CSV. Row numbers in faults are those of the file, header 1."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def column(self, name: str) -> list[str]:
        """A column by name; `Unusable` where the table has none of that name."""
        if name not in self.header:
            raise self.fault(1, name, "The column is missing", "缺少该列")
        place = self.header.index(name)
        return [row[place] for row in self.rows]

    def number(self, row: int, column: int) -> float:
        """A cell as a finite number; `row` counts from 0 below the header."""
        text = self.rows[row][column].strip()
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not isfinite(value) or abs(value) > _LARGEST:
            raise self.fault(
                row + 2,
                self.header[column],
                f"{text!r} is not a number within ±1e15",
                f"{text!r} 不是 ±1e15 以内的数字",
            )
        return value

    def fault(self, row: int, column: str, en: str, zh: str) -> Unusable:
        """A fault of a cell; `row` as the file counts."""
        return refused("index.cell", f"{self.name} row {row} {column}", en, zh)


def read_table(data: bytes, name: str) -> Table:
    """Read a CSV (UTF-8, or GB18030 as spreadsheets save it); `Unusable` where it is none."""
    if len(data) > MAX_BYTES:
        raise refused(
            "index.too_large",
            name,
            f"It is larger than {MAX_BYTES:,} bytes",
            f"超过 {MAX_BYTES:,} 字节",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            raise refused(
                "index.encoding",
                name,
                "It is neither UTF-8 nor GB18030",
                "既非 UTF-8 也非 GB18030 编码",
            ) from None
    try:
        rows = [
            tuple(row)
            for row in csv.reader(io.StringIO(text, newline=""), strict=True)
            if any(cell.strip() for cell in row)
        ]
    except csv.Error as error:
        raise refused(
            "index.csv", name, f"It is not CSV ({error})", f"不是有效的 CSV（{error}）"
        ) from None
    if len(rows) < 2:
        raise refused(
            "index.empty",
            name,
            "A header and at least one row are needed",
            "至少需要表头和一行数据",
        )
    header = tuple(cell.strip() for cell in rows[0])
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(header):
            raise refused(
                "index.row",
                f"{name} row {number}",
                f"{len(row)} cells where the header has {len(header)}",
                f"该行 {len(row)} 列，表头 {len(header)} 列",
            )
    return Table(name, header, tuple(rows[1:]))
