"""The platform's own history: goods items as they were lodged, and what inspections found.

It is read from the columns of the past when it is asked; nothing of it stays in a process.
"""

from collections.abc import Set
from datetime import date
from typing import TYPE_CHECKING

from sanzhi.border.clearance.codes import InspectionResult
from sanzhi.border.clearance.revenue import revenue
from sanzhi.customs.risk.rules.fields import FIELDS
from sanzhi.site.events.columns import frame_of
from sanzhi.site.law.catalogue import pack

if TYPE_CHECKING:  # imported when first used: the site starts without the parts of analysis
    import polars as pl


def goods() -> "pl.LazyFrame":
    """Every goods item that was accepted, in the order of lodging: the columns that are kept of it
    (`kept.COLUMNS`, `id` the case), with `find`, `outcome_date` and `recovered`."""
    import polars as pl  # noqa: PLC0415 - a heavy part, loaded when first used

    ended = _outcomes().select(
        pl.col("case").alias("id"),
        pl.col("found").cast(pl.Float64).alias("find"),
        pl.col("day").alias("outcome_date"),
        pl.when("found").then(pl.col("recovered").cast(pl.Float64)).alias("recovered"),
    )
    return (
        frame_of("goods")
        .rename({"case": "id"})
        .drop("sequence", "index", "actor", "time", "law")
        .join(ended, on="id", how="left", maintain_order="left")
    )


def history(fields: Set[str] = FIELDS.keys()) -> "pl.DataFrame":
    """The same as rules are tried on it: `id`, `find`, `recovered` and, of the fields of rules,
    those asked for: no column is read, and nothing is counted over the past, for others."""
    from sanzhi.customs.risk.frames import SCHEMA  # noqa: PLC0415 - a heavy part, loaded when first used
    from sanzhi.customs.risk.frames import frame_of as canonical_frame  # noqa: PLC0415 - a heavy part, loaded when first used
    from sanzhi.customs.risk.rules.facts import items_of, reads  # noqa: PLC0415 - a heavy part, loaded when first used

    counted = set(fields) - {"first_time_trader"}  # the law's table was told when it was lodged
    needed = reads(counted) | set(fields)
    told = goods()
    whole = told.select(name for name in told.collect_schema().names() if name in needed).collect()
    known = items_of(canonical_frame(whole, [name for name in SCHEMA if name in needed]), counted)
    return known.with_columns(
        whole[name] for name in whole.columns if name in fields and name not in known.columns
    )


def canonical() -> "pl.DataFrame":
    """The same as the frame that models learn from."""
    from sanzhi.customs.risk.frames import canonical_of  # noqa: PLC0415 - a heavy part, loaded when first used

    return canonical_of(goods().collect())


def inspected() -> "pl.DataFrame":
    """Goods items of what was inspected: `id`, `code`, `origin`, `find`."""
    import polars as pl  # noqa: PLC0415 - a heavy part, loaded when first used

    known = goods().filter(pl.col("find").is_not_null())
    return known.select("id", "code", "origin", "find").collect()


def declarations() -> int:
    """How many declarations there are goods of."""
    return int(frame_of("goods").select("case").unique().collect().height)


def outcomes() -> dict[str, tuple[bool, date, float]]:
    """Case → whether its inspection found something, on which day, and what was recovered: by how
    much its net revenue is above its first assessment."""
    told = _outcomes().collect()
    return {
        case: (found, day, float(recovered) if found else 0.0)
        for case, found, day, recovered in told.iter_rows()
    }


def _outcomes() -> "pl.LazyFrame":
    """`case`, `found`, `day` (of the first find, else of the first inspection), `recovered`."""
    import polars as pl  # noqa: PLC0415 - a heavy part, loaded when first used

    zone = str(pack().zone)
    found = pl.col("result") == InspectionResult.DISCREPANCY.value
    day = pl.col("time").dt.convert_time_zone(zone).dt.date()
    inspected = (
        frame_of("clearance.inspected")
        .sort("sequence")
        .group_by("case", maintain_order=True)
        .agg(
            found.any().alias("found"),
            pl.coalesce(day.filter(found).first(), day.first()).alias("day"),
        )
    )
    rose = (pl.col("net") - pl.col("first")).clip(lower_bound=0).fill_null(0)
    return inspected.join(revenue(frame_of), on="case", how="left").select(
        "case", "found", "day", rose.alias("recovered")
    )
