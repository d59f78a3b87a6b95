"""What comes, what goes, and how long it takes: counted over columns.

A consignment is lodged once; it is released when it first is. Offices are those it was lodged at.
"""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from sanzhi.border.clearance.revenue import Read, by_decision

if TYPE_CHECKING:  # imported when first used: the site starts without the parts of analysis
    import polars as pl


def lodged(read: Read, since: datetime) -> "pl.LazyFrame":
    """What was lodged since a moment: `case`, `office`, `lodged`."""
    return _lodged(read).filter(_at_least("lodged", since))


def released(read: Read, since: datetime, offices: Collection[str] | None = None) -> "pl.LazyFrame":
    """What was first released since a moment, of some offices or of all: `case`, `lane`,
    `released`."""
    import polars as pl  # noqa: PLC0415 - loaded when first used

    first = (
        read("clearance.released")
        .group_by("case")
        .agg(pl.col("lane").sort_by("time").first(), pl.col("time").min().alias("released"))
        .filter(_at_least("released", since))
    )
    if offices is None:
        return first
    own = _lodged(read).filter(pl.col("office").is_in(list(offices)))
    return first.join(own, on="case", how="semi")


def took(read: Read, released: "pl.LazyFrame") -> "pl.LazyFrame":
    """What was released with the time that it took: `lane`, `took`."""
    import polars as pl  # noqa: PLC0415 - loaded when first used

    return released.join(_lodged(read), on="case").select(
        "lane", (pl.col("released") - pl.col("lodged")).alias("took")
    )


def brought(read: Read, released: "pl.LazyFrame", zone: str) -> "pl.LazyFrame":
    """The net revenue of what was released, by month of release in a zone and kind of tax:
    `month` (its first day), `kind`, `amount`."""
    import polars as pl  # noqa: PLC0415 - loaded when first used

    month = pl.col("released").dt.convert_time_zone(zone).dt.date().dt.month_start().alias("month")
    decisions, taxes = by_decision(read)
    months = decisions.join(released.select("case", month), on="case").select("decision", "month")
    return taxes.join(months, on="decision").group_by("month", "kind").agg(pl.col("amount").sum())


def _lodged(read: Read) -> "pl.LazyFrame":
    import polars as pl  # noqa: PLC0415 - loaded when first used

    return read("clearance.lodged").select("case", "office", pl.col("time").alias("lodged"))


def _at_least(name: str, since: datetime) -> "pl.Expr":
    import polars as pl  # noqa: PLC0415 - loaded when first used

    return pl.col(name) >= pl.lit(since).dt.convert_time_zone("UTC")
