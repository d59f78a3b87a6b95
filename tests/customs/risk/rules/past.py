"""A past in memory, counted row by row: what the desk's answers are held against."""

from collections.abc import Mapping
from datetime import date, timedelta

import polars as pl

from sanzhi.customs.risk.frames import frame_of
from sanzhi.customs.risk.goods import Row
from sanzhi.customs.risk.references import READ, References, references_before
from sanzhi.customs.risk.rules.windows import EVER, Window


class RowsPast:
    """Goods items with outcomes; one without a name is a declaration of its own."""

    def __init__(self, rows: list[Row]) -> None:
        self._rows = rows

    def count(self, window: Window, key: Mapping[str, str], day: date) -> int:
        since = day - timedelta(days=window.days) if window.days < EVER else date.min
        told = set()
        for place, row in enumerate(self._rows):
            when = row["date"]
            if when >= day or any(row.get(name) != value for name, value in key.items()):
                continue
            if window.counts == "finds":
                if row.get("find") != 1.0:
                    continue
                when = row.get("outcome_date") or when
            if since <= when < day:
                told.add(row.get(window.distinct) if window.distinct else row.get("id") or place)
        return len(told - {"", None})

    def references(self, _row: Row, day: date) -> References:
        return references_before(
            frame_of(pl.DataFrame(self._rows, infer_schema_length=None), READ), day
        )
