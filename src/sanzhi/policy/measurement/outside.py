"""The outside index that a study's findings are compared with: a CSV `year,value`."""

from collections.abc import Mapping
from pathlib import Path

from sanzhi.policy.coding.study import Study, refused
from sanzhi.policy.measurement.indices.table import read_table


def read_index(study: Study, folder: Path) -> dict[int, float]:
    """The index by year, empty where the study names none; a year with an empty value is left
    out. `Unusable` naming row and field of a fault."""
    if not study.index:
        return {}
    path = folder / study.index
    try:
        data = path.read_bytes()
    except OSError as error:
        raise refused(
            "index.unreadable",
            path.name,
            f"It cannot be read ({error.strerror})",
            f"无法读取（{error.strerror}）",
        ) from None
    return index_in(data, path.name)


def index_text(index: Mapping[int, float]) -> str:
    """An index as the CSV that `index_in` reads; empty where it has no value."""
    rows = [f"{year},{value!r}\n" for year, value in index.items()]
    return "".join(["year,value\n", *rows]) if rows else ""


def index_in(given: bytes | str, name: str) -> dict[int, float]:
    """The index by year in the CSV given; `name` is what faults call it."""
    table = read_table(given.encode() if isinstance(given, str) else given, name)
    table.column("year")
    values, found = table.column("value"), {}
    places = table.header.index("year"), table.header.index("value")
    for row, text in enumerate(values):
        if not text.strip():
            continue
        year = table.number(row, places[0])
        if year != int(year) or int(year) in found:
            raise table.fault(
                row + 2, "year", f"{year:g} is no year, or stands twice", f"{year:g} 不是年份或重复"
            )
        found[int(year)] = table.number(row, places[1])
    return found
