"""The levels at which past outcomes are counted: from the whole goods tuple up to one column.

A level is a tuple of columns; its parent is the level its estimate is shrunk towards. Three
families: goods (what it is, from where, at what rate), parties (who is behind it) and links (who
deals with whom, and who shares an address). Goods levels count each goods tuple once, since its
repeats say nothing new about the group; the others count every declaration.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sanzhi.core.findings import Text

Family = Literal["goods", "parties", "links"]

#: What makes two declarations the same goods: code, route, rate, mass and price. Declarations
#: that agree in all of it share their fate far more often than chance.
TUPLE = ("code", "departure", "origin", "tax_rate", "tax_type", "net_mass", "price")


@dataclass(frozen=True, slots=True)
class Level:
    name: str
    family: Family
    of: tuple[str, ...]
    parent: str | None
    title: Text


def _goods(name: str, of: tuple[str, ...], parent: str | None, en: str, zh: str) -> Level:
    return Level(name, "goods", of, parent, Text(en, zh))


def _party(name: str, of: tuple[str, ...], parent: str | None, en: str, zh: str) -> Level:
    return Level(name, "parties", of, parent, Text(en, zh))


def _link(name: str, of: tuple[str, ...], parent: str | None, en: str, zh: str) -> Level:
    return Level(name, "links", of, parent, Text(en, zh))


#: Parents stand before their children.
LEVELS: tuple[Level, ...] = (
    _goods("hs2", ("hs2",), None, "this chapter", "本章商品"),
    _goods("hs4", ("hs4",), "hs2", "this heading", "本品目商品"),
    _goods("hs6", ("hs6",), "hs4", "this subheading", "本子目商品"),
    _goods("code", ("code",), "hs6", "this commodity code", "本商品编码"),
    _goods("origin", ("origin",), None, "this origin", "该原产国"),
    _goods("departure", ("departure",), None, "this country of departure", "该启运国"),
    _goods(
        "route",
        ("origin", "departure"),
        "origin",
        "this origin and departure",
        "该原产国与启运国组合",
    ),
    _goods("tax_type", ("tax_type",), None, "this tax type", "该税率种类"),
    _goods(
        "rate", ("tax_type", "tax_rate"), "tax_type", "this tax type and rate", "该税率种类与税率"
    ),
    _goods(
        "hs2_origin",
        ("hs2", "origin"),
        "hs2",
        "this chapter from this origin",
        "来自该原产国的本章商品",
    ),
    _goods(
        "hs4_origin",
        ("hs4", "origin"),
        "hs2_origin",
        "this heading from this origin",
        "来自该原产国的本品目商品",
    ),
    _goods(
        "hs6_origin",
        ("hs6", "origin"),
        "hs4_origin",
        "this subheading from this origin",
        "来自该原产国的本子目商品",
    ),
    _goods(
        "hs2_departure",
        ("hs2", "departure"),
        "hs2",
        "this chapter from this departure",
        "从该启运国启运的本章商品",
    ),
    _goods(
        "hs2_rate",
        ("hs2", "tax_type", "tax_rate"),
        "hs2",
        "this chapter at this rate",
        "适用该税率的本章商品",
    ),
    _goods(
        "origin_tax",
        ("origin", "tax_type"),
        "origin",
        "this origin under this tax type",
        "适用该税率种类的该原产国",
    ),
    _goods(
        "group",
        ("code", "origin", "departure", "tax_type", "tax_rate"),
        "hs6_origin",
        "goods of the same code, route and rate",
        "编码、运输路线和税率相同的商品",
    ),
    _party("importer", ("importer",), None, "this importer", "该进口人"),
    _party(
        "importer_hs4",
        ("importer", "hs4"),
        "importer",
        "this importer with this heading",
        "该进口人进口的本品目商品",
    ),
    _party("declarant", ("declarant",), None, "this declarant", "该报关单位"),
    _party("seller", ("seller",), None, "this seller", "该境外卖方"),
    _party(
        "seller_origin",
        ("seller", "origin"),
        "seller",
        "this seller from this origin",
        "该卖方来自该原产国的商品",
    ),
    _party("courier", ("courier",), None, "this courier", "该快件运营人"),
    _party("office", ("office",), None, "this office", "该申报海关"),
    _party(
        "office_hs2",
        ("office", "hs2"),
        "office",
        "this chapter at this office",
        "该海关申报的本章商品",
    ),
    _party(
        "use", ("import_type", "import_use"), None, "this import type and use", "该进口类型与用途"
    ),
    _party(
        "transport",
        ("transport", "departure"),
        None,
        "this transport and departure",
        "该运输方式与启运国",
    ),
    _link(
        "importer_seller",
        ("importer", "seller"),
        "importer",
        "this importer with this seller",
        "该进口人与该卖方",
    ),
    _link(
        "importer_declarant",
        ("importer", "declarant"),
        "importer",
        "this importer with this declarant",
        "该进口人与该报关单位",
    ),
    _link(
        "importer_address", ("importer_address",), None, "this importer's address", "该进口人地址"
    ),
    _link("seller_address", ("seller_address",), None, "this seller's address", "该卖方地址"),
)

BY_NAME = {level.name: level for level in LEVELS}
GOODS = Level("tuple", "goods", TUPLE, "group", Text("the same goods", "相同商品"))

_SEPARATOR = "\x1f"


def with_headings(frame: pl.DataFrame) -> pl.DataFrame:
    """The canonical frame with the chapter, heading and subheading of each code."""
    return frame.with_columns(
        *(pl.col("code").str.slice(0, digits).alias(f"hs{digits}") for digits in (2, 4, 6))
    )


def all_keys(frame: pl.DataFrame, levels: tuple[Level, ...]) -> pl.DataFrame:
    """The key of each row at each level, a column of text a level; no key stands at two."""
    return frame.select(_expressions(levels))


@cache
def _expressions(levels: tuple[Level, ...]) -> list[pl.Expr]:
    # Making them takes longer than the keys of one declaration.
    return [
        pl.concat_str(
            [pl.lit(level.name), *(pl.col(column).cast(pl.String) for column in level.of)],
            separator=_SEPARATOR,
        ).alias(level.name)
        for level in levels
    ]


def keys_of(row: Mapping[str, Any], levels: tuple[Level, ...]) -> list[str]:
    """The keys of one goods item, the same text as `all_keys` gives a table's row. `row` holds
    the canonical columns and the headings, text as `str`, numbers as `float`."""
    text = {
        name: value if type(value) is str else number_text(value) for name, value in row.items()
    }
    return [
        _SEPARATOR.join([level.name, *[text[column] for column in level.of]]) for level in levels
    ]


def number_text(value: float) -> str:
    """A number from 0 as a table's column of numbers writes it when cast to text."""
    text = repr(value)
    digits, small, power = text.partition("e-")
    if not small:
        return text
    if power == "05":
        return f"0.0000{digits.replace('.', '')}"
    return f"{digits}e-{int(power)}"


def keys(frame: pl.DataFrame, level: Level) -> pl.Series:
    """The key of each row at one level."""
    return all_keys(frame, (level,)).to_series().alias("key")


def numbered(key: pl.Series) -> tuple[NDArray[np.int64], pl.Series]:
    """Keys as places in the list of distinct keys, in order of first appearance."""
    distinct = key.unique(maintain_order=True)
    places = key.cast(pl.Enum(distinct)).to_physical().to_numpy().astype(np.int64)
    return places, distinct
