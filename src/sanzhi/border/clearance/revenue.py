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


def by_kind(read: Read, released: "pl.LazyFrame") -> "pl.LazyFrame":
    """The net revenue by kind of tax of what was released (`case`, `totals` and any columns of its
    own, which stay): its columns without `totals`, `kind`, `amount`. None for a case that was
    cancelled.

    A release says what was due; only what was decided after it is looked for, which is little.
    """
    import polars as pl  # noqa: PLC0415 - loaded when first used

    later = _decided_after_release(read)
    own = released.select(pl.exclude("totals"))
    counted = [released.join(later, on="case", how="anti"), own.join(later, on="case")]
    return (
        pl.concat(counted, how="diagonal")
        .explode("totals")
        .drop_nulls("totals")
        .unnest("totals")
        .rename({"key": "kind", "value": "amount"})
    )


def _decided_after_release(read: Read) -> "pl.LazyFrame":
    """Of each case that was completed, corrected or cancelled, what it came to: `case`, `totals`
    (none once cancelled)."""
    import polars as pl  # noqa: PLC0415 - loaded when first used

    told = ("case", "sequence", "totals")
    completed = read("clearance.completed").select("case")
    #: A completion brings another version, so that no first one need be looked at.
    anew = read("clearance.assessed").filter(pl.col("version") > 1).select(told)
    corrected = read("clearance.corrected").select(told)
    ends = read("clearance.cancelled").select("case", "sequence", totals=pl.lit(None))
    shape = corrected.collect_schema()["totals"]
    every = pl.concat(
        [anew.join(completed, on="case", how="semi"), corrected, ends.cast({"totals": shape})]
    )
    return every.group_by("case").agg(pl.col("totals").sort_by("sequence").last())
