"""What comes, what goes, and how long it takes: counted over columns.

A consignment is lodged once; it is released when it first is. Offices are those it was lodged at.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from sanzhi.border.clearance.revenue import Read, by_kind

if TYPE_CHECKING:  # imported when first used: the site starts without the parts of analysis
    import polars as pl


def lodged(read: Read, since: datetime) -> "pl.LazyFrame":
    """What was lodged since a moment: `case`, `office`, `lodged`."""
    return _lodged(read).filter(_at_least("lodged", since))


def released(read: Read, since: datetime) -> "pl.LazyFrame":
    """What was first released since a moment: `case`, `office`, `lane`, `lodged`, `released`."""
    import polars as pl  # noqa: PLC0415 - loaded when first used

    first = (
        read("clearance.released")
        .group_by("case")
        .agg(pl.col("time").min().alias("released"), pl.col("lane").first())
    )
    return first.filter(_at_least("released", since)).join(_lodged(read), on="case")


def brought(read: Read, released: "pl.LazyFrame", zone: str) -> "pl.LazyFrame":
    """The net revenue of what was released, by month of release in a zone and kind of tax:
    `month` (its first day), `kind`, `amount`."""
    import polars as pl  # noqa: PLC0415 - loaded when first used

    month = pl.col("released").dt.convert_time_zone(zone).dt.date().dt.month_start().alias("month")
    return (
        by_kind(read)
        .join(released.select("case", month), on="case")
        .group_by("month", "kind")
        .agg(pl.col("amount").sum())
    )


def _lodged(read: Read) -> "pl.LazyFrame":
    import polars as pl  # noqa: PLC0415 - loaded when first used

    return read("clearance.lodged").select("case", "office", pl.col("time").alias("lodged"))


def _at_least(name: str, since: datetime) -> "pl.Expr":
    import polars as pl  # noqa: PLC0415 - loaded when first used

    return pl.col(name) >= pl.lit(since).dt.convert_time_zone("UTC")
