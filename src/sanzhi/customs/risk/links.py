"""Who is linked to whom, by the parties and addresses that declarations share.

A link looks from a party through another: from an importer through its sellers to their other
importers. Of each declaration's party two things are known on its day: how many others it dealt
with before, and what was found at whoever they lead to. What a party is linked to, and what was
found there, count from the day after; outcomes are out of fold, and a party's own are left out,
since its own level tells them.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sanzhi.core.findings import Text
from sanzhi.customs.risk.history import Ints, Ledger

Floats = NDArray[np.float64]

#: Of a party's links the latest begun are followed: a hub leads to everybody, and says nothing.
FOLLOWED: Final = 12
#: Days in the number line of one party; farther apart than any two dates.
_SPAN = 10_000_000


@dataclass(frozen=True, slots=True)
class Link:
    """From the parties in the column `of` through those in the column `through`. `partners` and
    `linked` are what an officer reads of the number and of the finds."""

    name: str
    of: str
    through: str
    partners: Text
    linked: Text


LINKS: tuple[Link, ...] = (
    Link(
        "importer_sellers",
        "importer",
        "seller",
        Text("sellers this importer dealt with before", "该进口人此前往来的境外卖方数"),
        Text(
            "past finds at other importers of this importer's sellers",
            "与该进口人共用卖方的其他进口人的历史查获率",
        ),
    ),
    Link(
        "seller_importers",
        "seller",
        "importer",
        Text("importers this seller sold to before", "该卖方此前往来的进口人数"),
        Text(
            "past finds at other sellers to this seller's importers",
            "与该卖方共用进口人的其他卖方的历史查获率",
        ),
    ),
    Link(
        "importer_declarants",
        "importer",
        "declarant",
        Text("declarants this importer worked with before", "该进口人此前委托的报关单位数"),
        Text(
            "past finds at other importers of this importer's declarants",
            "与该进口人共用报关单位的其他进口人的历史查获率",
        ),
    ),
    Link(
        "declarant_importers",
        "declarant",
        "importer",
        Text("importers this declarant worked for before", "该报关单位此前代理的进口人数"),
        Text(
            "past finds at other declarants of this declarant's importers",
            "与该报关单位共用进口人的其他报关单位的历史查获率",
        ),
    ),
    Link(
        "importer_addresses",
        "importer",
        "importer_address",
        Text("addresses this importer gave before", "该进口人此前使用的地址数"),
        Text(
            "past finds at other importers of this importer's addresses",
            "与该进口人共用地址的其他进口人的历史查获率",
        ),
    ),
    Link(
        "address_importers",
        "importer_address",
        "importer",
        Text("importers that gave this address before", "此前使用该地址的进口人数"),
        Text(
            "past finds at other addresses of the importers at this address",
            "该地址上的进口人所用其他地址的历史查获率",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Reached:
    """For each row: outcomes known at those the link leads to, the finds among them, and with
    how many others the row's party dealt."""

    known: Floats
    finds: Floats
    partners: Floats


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The parties of a table as numbers, and each pair of them with the day it began, sorted by
    party and day. Nobody is linked through a blank: `told` are the rows that name both."""

    told: NDArray[np.bool_]
    party: Ints
    through: Ints
    pair: Ints
    line: Ints
    first: Ints

    @classmethod
    def of(cls, frame: pl.DataFrame, link: Link, lodged: Ints) -> "_Pairs":
        named = (pl.col(link.of) != "") & (pl.col(link.through) != "")
        told = frame.select(named).to_series().to_numpy()
        party, through = _numbered(frame[link.of]), _numbered(frame[link.through])
        pair = np.unique(party * frame.height + through, return_inverse=True)[1].astype(np.int64)
        rows = np.flatnonzero(told)
        rows = rows[np.lexsort((lodged[rows], pair[rows]))]
        rows = rows[np.diff(pair[rows], prepend=-1) != 0]
        line = party[rows] * _SPAN + lodged[rows]
        order = np.argsort(line, kind="stable")
        return cls(told, party, through, pair, line[order], rows[order])

    def followed(self, party: Ints, day: Ints | int) -> tuple[Ints, Ints, Ints]:
        """Of each party the latest pairs begun before the day: the place of the party that asks
        and the row the pair began with, side by side; and the number of all its pairs."""
        begin = np.searchsorted(self.line, party * _SPAN, side="left")
        end = np.searchsorted(self.line, party * _SPAN + day, side="left")
        start = np.maximum(begin, end - FOLLOWED)
        many = end - start
        asks = np.repeat(np.arange(len(party)), many)
        before = np.repeat(np.cumsum(many) - many, many)
        return asks, self.first[np.arange(len(asks)) - before + np.repeat(start, many)], end - begin


def reached_before(
    frame: pl.DataFrame,
    link: Link,
    fold: Ints,
    lodged: Ints,
    known: Ints,
    outcome: Floats,
    folds: int,
) -> Reached:
    """What was known of each row's links before its day, its own fold left out.

    `lodged`, `known` are days, `outcome` NaN where there is none; rows as in `frame`.
    """
    pairs = _Pairs.of(frame, link, lodged)
    asks, led, partners = pairs.followed(pairs.party, lodged)
    has = pairs.told & ~np.isnan(outcome)
    day, own = lodged[asks], fold[asks]

    def figures(group: Ints) -> Floats:
        whole, within = (
            Ledger.of(one[has], known[has], np.ones(int(has.sum())), outcome[has])
            for one in (group, group * folds + fold)
        )
        return np.array(whole.before(group[led], day)) - np.array(
            within.before(group[led] * folds + own, day)
        )

    others = figures(pairs.through) - figures(pairs.pair)
    return Reached(
        _summed(asks, others[0], frame.height),
        _summed(asks, others[1], frame.height),
        partners.astype(np.float64),
    )


def reached_after(frame: pl.DataFrame, link: Link, outcome: Floats) -> pl.DataFrame:
    """The same after all of a table, a row a party: `party`, `known`, `finds`, `lodged` (the
    number it dealt with)."""
    pairs = _Pairs.of(frame, link, frame["date"].to_physical().to_numpy().astype(np.int64))
    names = frame[link.of].unique(maintain_order=True)
    asks, led, partners = pairs.followed(np.arange(len(names)), _SPAN - 1)
    has = pairs.told & ~np.isnan(outcome)

    def others(value: Floats) -> Floats:
        through, pair = (
            _summed(group, np.where(has, value, 0.0), frame.height)
            for group in (pairs.through, pairs.pair)
        )
        return _summed(asks, through[pairs.through[led]] - pair[pairs.pair[led]], len(names))

    return pl.DataFrame(
        {
            "party": names,
            "known": others(np.ones(frame.height)),
            "finds": others(outcome),
            "lodged": partners.astype(np.float64),
        }
    )


def _summed(group: Ints, value: Floats, groups: int) -> Floats:
    """Sums of the values of groups 0 to `groups` - 1."""
    return np.bincount(group, value, groups).astype(np.float64)


def _numbered(column: pl.Series) -> Ints:
    """Values as numbers from 0, in the order of first appearance."""
    distinct = column.unique(maintain_order=True)
    return column.cast(pl.Enum(distinct)).to_physical().to_numpy().astype(np.int64)
