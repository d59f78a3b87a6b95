"""Addresses made comparable: the same place written in two ways is one text.

Width, case, spaces and punctuation fall away; words are not understood, so that an abbreviation
stays another address.
"""

import unicodedata

import polars as pl


def plain(address: str | None) -> str:
    """The address as it is compared; empty where none is told."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", address or "").casefold()
                   if sign.isalnum())


def plain_column(column: pl.Series) -> pl.Series:
    """`plain` of each value."""
    distinct = column.unique()
    return column.replace_strict(distinct, [plain(one) for one in distinct],
                                 return_dtype=pl.String)
