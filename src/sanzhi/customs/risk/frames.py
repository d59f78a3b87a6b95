"""The platform's goods items as frames: what rules are tried on and models learn from."""

from collections.abc import Collection

import polars as pl

from sanzhi.customs.risk.columns import ROLES, TEXTS

_EMPTY = {"number": pl.Float64, "outcome": pl.Float64, "day": pl.Date}
#: The canonical columns with their types.
SCHEMA = {role.name: _EMPTY.get(role.kind, pl.String) for role in ROLES}


def frame_of(goods: pl.DataFrame, names: Collection[str] = SCHEMA.keys()) -> pl.DataFrame:
    """Goods items as a frame of the canonical columns, or of those named; null where a value is
    not known."""
    return goods.select(
        (pl.col(name) if name in goods.columns else pl.lit(None)).cast(SCHEMA[name]).alias(name)
        for name in names
    )


def canonical_of(goods: pl.DataFrame) -> pl.DataFrame:
    """The same as models take it, alike a table that was read: text that is not known is empty,
    a number that is not known zero; items without a commodity code are left out."""
    frame = frame_of(goods).filter(pl.col("code").str.contains(r"^[0-9]{4,12}$"))
    texts = [role.name for role in ROLES if role.kind in TEXTS]
    numbers = [role.name for role in ROLES if role.kind == "number" and role.always]
    return frame.with_columns(pl.col(*texts).fill_null(""), pl.col(*numbers).fill_null(0.0))
