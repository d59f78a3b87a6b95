"""The event log as a table: CSV, or Parquet for analysis in columns."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sanzhi.core.findings import Text, Unusable
from sanzhi.events.event import utc_text
from sanzhi.site.events.models import EventRecord

#: Everything an event's hash is made of; the seal tells nothing to those without the secret.
COLUMNS = ("index", "case", "sequence", "kind", "actor", "time", "law", "payload", "blind")


def write_csv(path: Path) -> int:
    """Write all events; the file appears whole or not at all."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    count = 0
    with fresh.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for row in _rows():
            writer.writerow(row)
            count += 1
    fresh.replace(path)
    return count


def write_parquet(path: Path) -> int:
    """Write all events as Parquet; `Unusable` where the analysis extra is not installed."""
    try:
        import polars  # noqa: PLC0415 - a heavy part, loaded when first used
    except ModuleNotFoundError:
        raise Unusable(_no_polars()) from None
    frame = polars.DataFrame(
        list(_rows()),
        schema=dict.fromkeys(COLUMNS, polars.String)
        | {"index": polars.Int64, "sequence": polars.Int64},
        orient="row",
    )
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    frame.write_parquet(fresh)
    fresh.replace(path)
    return frame.height


def _rows() -> Iterator[tuple[Any, ...]]:
    for event in EventRecord.objects.told().order_by("id").iterator(chunk_size=2000):
        yield (
            event.index,
            event.case,
            event.sequence,
            event.kind,
            event.actor,
            utc_text(event.time),
            event.law,
            event.payload,
            event.blind,
        )


def _no_polars() -> Any:
    return Unusable.because(
        "extra.missing",
        "",
        "Parquet needs the analysis extra: pip install 'sanzhi[analysis]'.",
        "Parquet 需要 analysis 组件：pip install 'sanzhi[analysis]'。",
        mend=Text("Export as .csv, or install the extra.", "可导出 .csv，或安装该组件。"),
    ).finding
