"""An invented trade with planted schemes of fraud, for tests, trials and the benchmark.

Nobody in it is real. Importers deal in goods with usual prices from usual origins; a few play
one of six schemes in some of their declarations. Because it is known which declaration belongs
to which scheme, evaluation can tell which schemes a model finds.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from random import Random

import polars as pl

from sanzhi.customs.risk.columns import BY_NAME

COUNTRIES = ("CN", "US", "DE", "JP", "VN", "TH", "FR", "IT", "NA", "IN", "TR", "BR")
#: Countries whose goods enter free of duty, and those fraud pretends to come from.
PREFERRED = ("VN", "TH")
#: Below this value a consignment is free of duty.
THRESHOLD = 5_000.0
#: Rooms from which front companies come and go, a new firm in the place of the last.
FRONT_ROOMS = 10


@dataclass(frozen=True, slots=True)
class Goods:
    code: str
    unit_value: float
    rate: float
    mass: float


@dataclass(frozen=True, slots=True)
class Trader:
    """`scheme` is what the trader plays, in some of its declarations; None: honest."""

    name: str
    goods: tuple[Goods, ...]
    origins: tuple[str, ...]
    sellers: tuple[str, ...]
    declarant: str
    office: str
    address: str
    scheme: str | None = None


@dataclass(frozen=True, slots=True)
class Declared:
    """One declaration, with what it hides."""

    day: date
    trader: Trader
    goods: Goods
    origin: str
    departure: str
    mass: float
    price: float
    rate: float
    seller: str
    scheme: str = ""
    recovered: float = 0.0


Play = Callable[[Random, Declared, tuple[Goods, ...]], list[Declared]]


def plant(
    rows: int,
    *,
    seed: int = 1,
    begun: date = date(2024, 1, 1),
    days: int = 365,
    crooked: float = 0.2,
) -> pl.DataFrame:
    """About `rows` declarations over `days` days, in order of lodging, under the default column
    names, with outcome, recovered duty and scheme. `crooked` is the share of traders who play a
    scheme. The same arguments give the same table."""
    draw = Random(seed)  # noqa: S311 - an invented trade keeps no secrets
    goods = (*(_goods(draw) for _ in range(250)), *COVERS)
    traders = [_trader(draw, number, goods, crooked) for number in range(max(20, rows // 40))]
    numbers = count(len(traders))
    declared: list[Declared] = []
    while len(declared) < rows:
        trader = draw.choice(traders)
        day = begun + timedelta(days=draw.randrange(days))
        if draw.random() < 0.01:
            declared += _newcomer(draw, next(numbers), goods, day, begun + timedelta(days=days - 1))
            continue
        one = _honest(draw, trader, day)
        plays = trader.scheme is not None and draw.random() < 0.35
        declared += PLAYS[str(trader.scheme)](draw, one, goods) if plays else [one]
    declared.sort(key=lambda one: one.day)
    return _table(declared, draw)


def _goods(draw: Random) -> Goods:
    chapter = draw.choice((*range(1, 24), *range(25, 98)))
    rest = "".join(f"{draw.randrange(low, 100):02}" for low in (1, 0, 0))
    rate = draw.choice((0.0, 2.5, 5.0, 8.0, 8.0, 13.0, 20.0, 40.0))
    return Goods(
        f"{chapter:02}{rest}00", 10 ** draw.uniform(-0.5, 3.0), rate, 10 ** draw.uniform(0, 4)
    )


def _trader(draw: Random, number: int, goods: tuple[Goods, ...], crooked: float) -> Trader:
    scheme = draw.choice(tuple(PLAYS)) if draw.random() < crooked else None
    return Trader(
        name=f"IMP{number:05}",
        goods=tuple(draw.sample(goods, draw.randint(1, 4))),
        origins=tuple(draw.sample(COUNTRIES, draw.randint(1, 3))),
        sellers=tuple(f"SEL{draw.randrange(400):04}" for _ in range(draw.randint(1, 3))),
        declarant=f"DEC{draw.randrange(60):03}",
        office=str(draw.choice((10, 20, 30, 40))),
        address=f"{number} Harbour Road",
        scheme=scheme,
    )


def _honest(draw: Random, trader: Trader, day: date) -> Declared:
    goods, origin = draw.choice(trader.goods), draw.choice(trader.origins)
    mass = round(goods.mass * draw.lognormvariate(0, 0.6), 1)
    price = round(mass * goods.unit_value * draw.lognormvariate(0, 0.4), 2)
    rate = 0.0 if origin in PREFERRED or price < THRESHOLD else goods.rate
    departure = origin if draw.random() < 0.8 else draw.choice(COUNTRIES)
    return Declared(
        day, trader, goods, origin, departure, mass, price, rate, draw.choice(trader.sellers)
    )


def _undervalue(draw: Random, one: Declared, _goods: tuple[Goods, ...]) -> list[Declared]:
    """The price is a fraction of what was paid."""
    price = round(one.price * draw.uniform(0.15, 0.5), 2)
    return [
        replace(
            one,
            price=price,
            scheme="undervaluation",
            recovered=(one.price - price) * (one.rate + 13) / 100,
        )
    ]


def _misclassify(draw: Random, one: Declared, goods: tuple[Goods, ...]) -> list[Declared]:
    """A code with a lower rate; the unit value stays that of the goods."""
    lower = [other for other in goods if other.rate < one.goods.rate]
    if not lower:
        return [one]
    named = draw.choice(sorted(lower, key=lambda other: other.code)[:12])
    return [
        replace(
            one,
            goods=named,
            rate=named.rate,
            scheme="misclassification",
            recovered=one.price * (one.goods.rate - named.rate) / 100,
        )
    ]


def _pretend_origin(draw: Random, one: Declared, _goods: tuple[Goods, ...]) -> list[Declared]:
    """A preferred origin is claimed for goods that left somewhere else."""
    if one.origin in PREFERRED:
        return [one]
    return [
        replace(
            one,
            origin=draw.choice(PREFERRED),
            departure=one.origin,
            rate=0.0,
            scheme="origin",
            recovered=one.price * one.goods.rate / 100,
        )
    ]


def _split(draw: Random, one: Declared, _goods: tuple[Goods, ...]) -> list[Declared]:
    """One consignment in several, each just below the threshold."""
    if one.price <= THRESHOLD:
        return [one]
    prices = [
        round(THRESHOLD * draw.uniform(0.9, 0.999), 2)
        for _ in range(min(6, int(one.price // THRESHOLD) + 1))
    ]
    return [
        replace(
            one,
            price=price,
            mass=round(price / one.price * one.mass, 2) or 0.1,
            rate=0.0,
            scheme="split",
            recovered=price * one.goods.rate / 100,
        )
        for price in prices
    ]


def _hide_tobacco(draw: Random, one: Declared, _goods: tuple[Goods, ...]) -> list[Declared]:
    """Cigarettes under the code of plastic ware or paper, by road, a mass for a full van."""
    named = draw.choice(COVERS)
    mass = round(draw.uniform(600, 1400), 0)
    price = round(mass * named.unit_value * draw.lognormvariate(0, 0.4), 2)
    return [
        replace(
            one,
            goods=named,
            origin="TR",
            departure=draw.choice(("TR", "IN")),
            mass=mass,
            price=price,
            rate=named.rate,
            scheme="tobacco",
            recovered=mass * 120.0,
        )
    ]


#: Honest goods too, under which cigarettes travel.
COVERS = tuple(Goods(code, 3.0, 8.0, 900.0) for code in ("3924100000", "4819100000", "9403700000"))
PLAYS: dict[str, Play] = {
    "undervaluation": _undervalue,
    "misclassification": _misclassify,
    "origin": _pretend_origin,
    "split": _split,
    "tobacco": _hide_tobacco,
}
SCHEMES = (*PLAYS, "front_company")


def _newcomer(
    draw: Random, number: int, goods: tuple[Goods, ...], day: date, last: date
) -> list[Declared]:
    """A new firm and its first consignments within weeks. Two in five are a front: large
    consignments at low values from a room that others had before, and it is gone."""
    front = draw.random() < 0.4
    trader = _trader(draw, number, goods, 0.0)
    if front:
        trader = replace(
            trader,
            goods=(draw.choice([one for one in goods if one.rate >= 20]),),
            address=f"Room {draw.randrange(FRONT_ROOMS)}, 8 Quay Street",
        )
    made = []
    for _ in range(draw.randint(3, 7)):
        one = _honest(draw, trader, min(day, last))
        if front:
            worth = one.price * 4
            one = replace(
                one,
                mass=round(one.mass * 4, 1),
                scheme="front_company",
                price=round(worth * draw.uniform(0.4, 0.8), 2),
                recovered=worth * (one.goods.rate + 13) / 100,
            )
        made.append(one)
        day += timedelta(days=draw.randint(1, 8))
    return made


def _table(declared: list[Declared], draw: Random) -> pl.DataFrame:
    rows = [
        {
            "id": f"{number:08}",
            "date": str(one.day),
            "office": one.trader.office,
            "process": "B",
            "import_type": "11",
            "import_use": draw.choice(("11", "21")),
            "payment": "11",
            "transport": "30" if one.scheme == "tobacco" else draw.choice(("10", "10", "40", "30")),
            "declarant": one.trader.declarant,
            "importer": one.trader.name,
            "seller": one.seller,
            "courier": "",
            "importer_address": one.trader.address,
            "code": one.goods.code,
            "departure": one.departure,
            "origin": one.origin,
            "tax_rate": str(one.rate),
            "tax_type": "F" if one.origin in PREFERRED else "A",
            "origin_mark": draw.choice("BEGSY"),
            "net_mass": str(one.mass),
            "price": str(one.price),
            "find": "1" if one.scheme else "0",
            "recovered": f"{one.recovered:.2f}" if one.scheme else "",
            "scheme": one.scheme,
        }
        for number, one in enumerate(declared)
    ]
    return pl.DataFrame(rows).rename({name: BY_NAME[name].column for name in rows[0]})
