"""Figures by key, for a batch or for one declaration.

A batch is joined in columns. A few rows are looked up one by one in an index made when first
needed: a join would read the whole table for each of them.
"""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

#: Rows up to which the index serves.
FEW = 64


class Lookup:
    """A table with a column `key`, every key once, and columns of figures."""

    def __init__(self, table: pl.DataFrame, missing: float) -> None:
        """`missing` stands for the figures of a key the table does not have."""
        self.table, self.missing = table, missing
        self._names = [name for name in table.columns if name != "key"]

    def of(self, keys: pl.DataFrame) -> NDArray[np.float64]:
        """The figures of a frame of keys: figures × columns of keys × rows."""
        long = pl.concat([column.rename("key") for column in keys.get_columns()])
        if keys.height <= FEW:
            nothing = (self.missing,) * len(self._names)
            found = np.array([self.index.get(key, nothing) for key in long.to_list()]).T
        else:
            joined = pl.DataFrame({"key": long}).join(
                self.table, on="key", how="left", maintain_order="left"
            )
            found = joined.select(pl.col(self._names).fill_null(self.missing)).to_numpy().T
        return found.reshape(len(self._names), keys.width, keys.height)

    def of_rows(self, keys: Sequence[Sequence[str]]) -> NDArray[np.float64]:
        """The figures of a few rows' keys, without a frame: figures × keys × rows."""
        nothing = (self.missing,) * len(self._names)
        get = self.index.get
        return np.array([[get(key, nothing) for key in row] for row in keys]).T

    @cached_property
    def index(self) -> dict[str, tuple[float, ...]]:
        """Key → its figures."""
        return {row[0]: row[1:] for row in self.table.select("key", *self._names).iter_rows()}
