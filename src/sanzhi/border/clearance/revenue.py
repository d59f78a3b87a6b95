"""What a consignment brought: defined once, counted over columns.

The *net revenue* of a case is what its last decision on taxes says: the newest assessment, or the
correction after release that took its place; nothing once the declaration was cancelled. What was
*collected* is what was paid less what was refunded. A refund pays back what a correction or a
cancellation took off before, so it lowers what was collected and never the net revenue again.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # imported when first used: the site starts without the parts of analysis
    import polars as pl

#: Tables that are asked, as `clearance.<name>`.
TABLES = ("assessed", "corrected", "cancelled", "paid", "refunded")

#: Of each case its first assessment and its last decision. Plain SQL: any engine that reads the
#: columns gives the same.
_DECIDED = """
WITH told AS (
    SELECT "case", sequence, total, 0 AS ends FROM assessed
    UNION ALL
    SELECT "case", sequence, "after" AS total, 0 AS ends FROM corrected
    UNION ALL
    SELECT "case", sequence, CAST(0 AS DECIMAL(22, 2)) AS total, 1 AS ends FROM cancelled
),
ends AS (
    SELECT "case", MIN(sequence) AS first, MAX(sequence) AS last FROM told GROUP BY "case"
)
SELECT ends."case", begun.total AS first, ended.total AS net, ends.last
FROM ends
JOIN told AS begun ON begun."case" = ends."case" AND begun.sequence = ends.first
JOIN told AS ended ON ended."case" = ends."case" AND ended.sequence = ends.last
"""
_COLLECTED = """
WITH moved AS (
    SELECT "case", amount FROM paid
    UNION ALL
    SELECT "case", -amount AS amount FROM refunded
)
SELECT "case", SUM(amount) AS collected FROM moved GROUP BY "case"
"""

#: A table by its kind.
Read = Callable[[str], "pl.LazyFrame"]


def revenue(read: Read) -> "pl.LazyFrame":
    """A row a case that was assessed: `case`, `first` (its first assessment), `net`, `collected`,
    all `Decimal(22, 2)`, and `last`, the sequence of the last decision."""
    import polars as pl  # noqa: PLC0415 - loaded when first used

    asked = {name: read(f"clearance.{name}") for name in TABLES}
    with pl.SQLContext(asked) as context:
        decided, collected = context.execute(_DECIDED), context.execute(_COLLECTED)
    money = pl.Decimal(22, 2)
    return decided.join(collected, on="case", how="left").with_columns(
        pl.col("first", "net").cast(money), pl.col("collected").fill_null(0).cast(money)
    )


def by_kind(read: Read) -> "pl.LazyFrame":
    """The net revenue by kind of tax: `case`, `kind`, `amount`; none for a case that was
    cancelled."""
    decisions, taxes = by_decision(read)
    return decisions.join(taxes, on="decision").select("case", "kind", "amount")


def by_decision(read: Read) -> "tuple[pl.LazyFrame, pl.LazyFrame]":
    """The last decision on taxes of each case (`decision`, `case`), and the taxes of all decisions
    (`decision`, `kind`, `amount`). They are joined by a number: names and lists that are carried
    through a join cost more than all else."""
    import polars as pl  # noqa: PLC0415 - loaded when first used

    told = [
        read(f"clearance.{name}").select("case", "sequence", "totals")
        for name in ("assessed", "corrected")
    ]
    ends = read("clearance.cancelled").select("case", "sequence", totals=pl.lit(None))
    shape = told[0].collect_schema()["totals"]
    every = pl.concat([*told, ends.cast({"totals": shape})]).with_row_index("decision")
    newest = pl.col("decision").sort_by("sequence").last()
    last = every.select("decision", "case", "sequence").group_by("case").agg(newest)
    taxes = (
        every.select("decision", "totals")
        .explode("totals")
        .drop_nulls("totals")
        .unnest("totals")
        .rename({"key": "kind", "value": "amount"})
    )
    return last, taxes
