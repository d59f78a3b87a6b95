"""What comes, what goes, and how long it takes: counted over columns.

A consignment is lodged once and released once. Offices are those it was lodged at; none given
means all.
"""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from sanzhi.border.clearance.revenue import Read, by_kind

if TYPE_CHECKING:  # imported when first used: the site starts without the parts of analysis
    import polars as pl


def lodged(read: Read, since: datetime, offices: Collection[str] | None = None) -> "pl.LazyFrame":
    """What was lodged since a moment: `lodged`."""
    import polars as pl  # noqa: PLC0415 - loaded when first used

    return _since(read("clearance.lodged"), since, offices).select(pl.col("time").alias("lodged"))


def released(read: Read, since: datetime, offices: Collection[str] | None = None) -> "pl.LazyFrame":
    """What was released since a moment: `lane`, `released`, and `took`, the time since lodging."""
    import polars as pl  # noqa: PLC0415 - loaded when first used

    return _since(read("clearance.released"), since, offices).select(
        "lane",
        pl.col("time").alias("released"),
        (pl.col("time") - pl.col("lodged")).alias("took"),
    )


def brought(
    read: Read, since: datetime, zone: str, offices: Collection[str] | None = None
) -> "pl.LazyFrame":
    """The net revenue of what was released since a moment, by month of release in a zone and kind
    of tax: `month` (its first day), `kind`, `amount`."""
    import polars as pl  # noqa: PLC0415 - loaded when first used

    month = pl.col("time").dt.convert_time_zone(zone).dt.date().dt.month_start().alias("month")
    months = _since(read("clearance.released"), since, offices).select("case", "totals", month)
    return by_kind(read, months).group_by("month", "kind").agg(pl.col("amount").sum())


def _since(
    frame: "pl.LazyFrame", since: datetime, offices: Collection[str] | None
) -> "pl.LazyFrame":
    import polars as pl  # noqa: PLC0415 - loaded when first used

    recent = frame.filter(pl.col("time") >= pl.lit(since).dt.convert_time_zone("UTC"))
    return recent if offices is None else recent.filter(pl.col("office").is_in(list(offices)))
