"""Two years of invented trade: a pure function of seed, number, last moment and law pack.

Each importer has habits (goods, origins, prices, terms, ways of transport, carefulness); volume
follows working days, the season and the dip around the Spring Festival. A few per cent of the
declarations bear a mistake, with the corrected one beside it; some come late, some in advance of
the goods, some in two steps.
"""
# ruff: noqa: S311 - invented trade; nothing here is secret

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any, NamedTuple

from sanzhi.border.exercise.enterprises import Firm, broker_of, rows, traders
from sanzhi.core.dates import CHINA
from sanzhi.declarations import Declaration
from sanzhi.law import Pack

DAYS = 730
"""How far back the trade goes from its last day."""

#: Shares of the declarations.
FAULTY, LATE, ADVANCE, TWO_STEP, CLAIMED = 0.04, 0.02, 0.07, 0.04, 0.85

#: Volume of each month against the year's mean: exports and wine before the holidays, a slow
#: summer.
_SEASON = (1.05, 0.75, 0.95, 1.0, 1.0, 0.95, 0.95, 1.0, 1.15, 1.0, 1.15, 1.1)
#: Volume grows to this many times the usual towards the end, and the last days bring more
#: mistakes than their share, so that work lies ready.
_GROWTH_DAYS, _GROWTH = 60, 3.0
_RECENT_DAYS = 9
#: Sectors whose goods officers look at; more of them come in the last days.
_WATCHED, _MORE_WATCHED = {"meat", "dairy", "vehicles", "tobacco"}, 5
_REST_DAY = 0.12
_CENT, _GRAM = Decimal("0.01"), Decimal("0.001")
_PROCEDURES = {
    "import": "0110",
    "export": "0110",
    "ecommerce": "9610",
    "personal": "9900",
    "transit": "9900",
}
#: What invented declarations say of elements the tariff asks for; brand and name fill the rest.
_ELEMENTS = {
    "品牌类型": "3",
    "出口享惠情况": "3",
    "品牌": "{maker}",
    "用途": "销售",
    "包装规格": "箱装",
    "加工": "按合同",
    "制作": "按合同",
    "型号": "M-{serial}",
}


@dataclass(frozen=True, slots=True)
class Consignment:
    """One declaration and when, by whom and for whom it is lodged."""

    lodged_at: datetime
    trader: Firm
    filer: Firm
    """The trader itself or its broker."""
    declaration: Declaration
    corrected: Declaration | None = None
    """What the declaration should have said, where it bears a mistake."""


class Goods(NamedTuple):
    """A row of the goods table: what is traded, how it is counted and what it costs."""

    sector: str
    regime: str
    code: str
    description: str
    unit: str
    kilograms: Decimal
    low: Decimal
    high: Decimal
    currency: str
    origins: tuple[tuple[str, int], ...]
    fewest: int
    most: int
    documents: tuple[str, ...]
    maker: str


class Habits(NamedTuple):
    """How a trader trades, the whole two years."""

    goods: tuple[Goods, ...]
    prices: dict[tuple[str, str], Decimal]
    """Usual unit price by code and description."""
    incoterm: str
    mode: str
    carelessness: float


def consignments(seed: int, count: int, until: datetime, pack: Pack) -> list[Consignment]:
    """`count` consignments of the `DAYS` before `until`, in the order they are lodged."""
    random = Random(f"sanzhi:{seed}")
    last = until.astimezone(CHINA).date()
    days = [last - timedelta(days=back) for back in range(DAYS, -1, -1)]
    chosen = random.choices(days, [_volume(day, last, pack) for day in days], k=count)
    firms = traders()
    made = []
    for serial, day in enumerate(sorted(chosen), 1):
        is_recent = (last - day).days < _RECENT_DAYS
        trader = random.choices(firms, [_weight(firm, is_recent) for firm in firms])[0]
        filer = trader if trader.user else broker_of(trader)
        moment = _hour(seed, filer, day)
        if moment < until:
            made.append(
                _Draft(random, trader, filer, moment, serial, pack, seed, is_recent).consignment()
            )
    return sorted(made, key=lambda one: one.lodged_at)


def _weight(firm: Firm, is_recent: bool) -> int:
    return firm.weight * (_MORE_WATCHED if is_recent and _WATCHED & set(firm.sectors) else 1)


def _volume(day: date, last: date, pack: Pack) -> float:
    volume = _SEASON[day.month - 1] * (1 if pack.is_working_day(day) else _REST_DAY)
    back = (last - day).days
    if back < _GROWTH_DAYS:
        volume *= 1 + (_GROWTH - 1) * (1 - back / _GROWTH_DAYS)
    return volume * _festival(day, pack)


def _festival(day: date, pack: Pack) -> float:
    """Less around the Spring Festival: its rest days fall on weekdays of January or February."""
    if day.month > 3:
        return 1.0
    near = [day + timedelta(days=shift) for shift in range(-10, 6)]
    rest = sum(
        one.month <= 2 and one.day > 3 and one.weekday() < 5 and not pack.is_working_day(one)
        for one in near
    )
    return 0.4 if rest >= 4 else 1.0


def _hour(seed: int, filer: Firm, day: date) -> datetime:
    """A filer lodges once a day, at an hour of its own."""
    random = Random(f"{seed}:{filer.key}:{day}")
    moment = time(random.randint(8, 17), random.randint(0, 59), random.randint(0, 59))
    return datetime.combine(day, moment, CHINA)


@cache
def _goods() -> tuple[Goods, ...]:
    return tuple(
        Goods(
            row["sector"],
            row["regime"],
            row["code"],
            row["description"],
            row["unit"],
            Decimal(row["kilograms"]),
            Decimal(row["low"]),
            Decimal(row["high"]),
            row["currency"],
            tuple(
                (origin, int(share))
                for origin, _, share in (part.partition(":") for part in row["origins"].split(";"))
            ),
            int(row["fewest"]),
            int(row["most"]),
            tuple(filter(None, row["documents"].split(";"))),
            row["maker"],
        )
        for row in rows("goods.csv")
    )


@cache
def _habits(seed: int, firm: Firm) -> Habits:
    random = Random(f"{seed}:{firm.key}")
    goods = tuple(one for one in _goods() if one.sector in firm.sectors)
    prices = {
        (one.code, one.description): one.low + (one.high - one.low) * Decimal(random.random())
        for one in goods
    }
    export = goods[0].regime == "export"
    return Habits(
        goods,
        prices,
        random.choice(("FOB", "FOB", "CIF") if export else ("CIF", "FOB", "CIF", "CFR")),
        random.choice("225"),
        0.5 + random.random(),
    )


@dataclass(slots=True)
class _Draft:
    """A declaration being made up."""

    random: Random
    trader: Firm
    filer: Firm
    moment: datetime
    serial: int
    pack: Pack
    seed: int
    is_recent: bool
    """Lodged in the last days, which bring more mistakes than their share, too."""

    def consignment(self) -> Consignment:
        habits = _habits(self.seed, self.trader)
        first = self.random.choice(habits.goods)
        like = [
            one
            for one in habits.goods
            if one is not first and (one.regime, one.currency) == (first.regime, first.currency)
        ]
        more = self.random.sample(like, min(len(like), self.random.choice((0, 0, 1, 1, 2))))
        items = [self._item(number, one, habits) for number, one in enumerate((first, *more), 1)]
        fields = self._header(first, habits, items) | self._timing(first)
        right = Declaration.from_fields(fields)
        share = FAULTY * habits.carelessness * (3 if self.is_recent else 1)
        if self.random.random() < share and first.regime in ("import", "export"):
            return Consignment(
                self.moment,
                self.trader,
                self.filer,
                Declaration.from_fields(self._spoil(fields)),
                right,
            )
        return Consignment(self.moment, self.trader, self.filer, right)

    @property
    def day(self) -> date:
        return self.moment.date()

    def _header(self, first: Goods, habits: Habits, items: list[dict[str, Any]]) -> dict[str, Any]:
        net = sum((item["net_mass"] for item in items), Decimal(0))
        total = sum((item["price"] for item in items), Decimal(0))
        retail = first.regime in ("ecommerce", "personal")
        mode = "5" if first.regime == "personal" else habits.mode
        incoterm = "CIF" if retail or first.regime == "transit" else habits.incoterm
        fields = {
            "regime": first.regime,
            "date": self.day,
            "office": self.trader.office,
            "reference": f"{self.trader.key.upper()}-{self.day:%y%m%d}-{self.serial:05d}",
            "procedure": _PROCEDURES[first.regime],
            "levy_nature": None if retail else "101",
            "currency": first.currency,
            "incoterm": incoterm,
            "contract": f"{self.trader.key[:2].upper()}{self.day:%Y}-{self.serial % 997:03d}",
            "invoice_total": total,
            "item_count": len(items),
            "net_mass": net,
            "gross_mass": (net * Decimal("1.06")).quantize(_GRAM),
            "package_kind": "22",
            "packages": Decimal(max(1, int(net / 18))),
            "items": items,
            "transport": {
                "mode": mode,
                "means": f"{'CX' if mode == '5' else 'MINGYUAN '}{self.serial % 89 + 10}",
                "bill": f"B{self.serial:08d}",
            },
            "parties": [
                _party("trader", self.trader),
                _party("declarant", self.filer),
                {"role": "consignor", "name": first.maker},
            ],
        }
        if first.regime == "export":
            fields["country_of_destination"] = self.random.choice(
                ("US", "DE", "JP", "GB", "AU", "VN", "MX", "AE")
            )
        else:
            fields["country_of_dispatch"] = items[0]["origin"]
        if incoterm in ("FOB", "CFR") and first.regime == "import":
            fields["freight"] = (total * Decimal("0.03")).quantize(_CENT)
        if first.regime == "ecommerce":
            fields["buyer_year_to_date"] = Decimal(self.random.randint(0, 9000))
        return fields

    def _timing(self, first: Goods) -> dict[str, Any]:
        """In time, late, in advance or in two steps."""
        draw = self.random.random()
        if first.regime != "import":
            return {"arrival_date": None}
        if draw < ADVANCE:
            return {"type": "advance", "arrival_date": None}
        back = self.random.randint(19, 45) if draw > 1 - LATE else self.random.randint(0, 6)
        kind = "summary" if draw < ADVANCE + TWO_STEP else "standard"
        return {"type": kind, "arrival_date": self.day - timedelta(days=back)}

    def _item(self, number: int, goods: Goods, habits: Habits) -> dict[str, Any]:
        quantity = self._quantity(goods)
        usual = habits.prices[goods.code, goods.description]
        price = (usual * Decimal(self.random.uniform(0.93, 1.07))).quantize(_CENT)
        net = (quantity * goods.kilograms).quantize(_GRAM)
        names, shares = zip(*goods.origins, strict=True)
        origin = self.random.choices(names, shares)[0]
        item: dict[str, Any] = {
            "number": number,
            "code": goods.code,
            "description": goods.description,
            "origin": origin,
            "destination": "CN" if goods.regime != "export" else None,
            "quantity": quantity,
            "unit": goods.unit,
            "net_mass": net,
            "unit_price": price,
            "price": (price * quantity).quantize(_CENT),
            "manufacturer": goods.maker,
            "duty_mode": "1",
            "documents": [
                {"type": kind, "number": f"{kind}{self.day:%y}-{self.serial:06d}"}
                for kind in goods.documents
            ],
        }
        line = self.pack.find_line(goods.code, self.day)
        if line:
            item["elements"] = [self._element(asked, goods) for asked in line.elements]
            for field, unit in (("statutory", line.unit), ("second", line.second_unit)):
                if unit:
                    item[f"{field}_unit"] = unit
                    item[f"{field}_quantity"] = net if unit == "035" else quantity
        if goods.regime == "import" and self.random.random() < CLAIMED:
            rates = self.pack.agreement_rates(goods.code, origin, self.day)
            if rates:
                item["proof_of_origin"] = {
                    "agreement": rates[0].agreement,
                    "type": "certificate",
                    "number": f"{origin}{self.day:%y}{self.serial:06d}",
                }
        return item

    def _quantity(self, goods: Goods) -> Decimal:
        """More often a small lot than a large one, in round numbers where it is large."""
        share = self.random.random() ** 2
        quantity = goods.fewest + int((goods.most - goods.fewest) * share)
        step = 100 if quantity > 2000 else 10 if quantity > 200 else 1
        return Decimal(quantity // step * step)

    def _element(self, asked: str, goods: Goods) -> str:
        for start, says in _ELEMENTS.items():
            if asked.startswith(start):
                return says.format(maker=goods.maker, serial=self.serial % 97)
        return goods.description

    def _spoil(self, fields: dict[str, Any]) -> dict[str, Any]:
        """One mistake of the kinds that brokers make."""
        spoiled = fields | {"items": [dict(item) for item in fields["items"]]}
        item = spoiled["items"][0]
        kinds = ["total", "mass", "code", "price"] + ["licence"] * bool(item["documents"])
        match self.random.choice(kinds):
            case "total":
                spoiled["invoice_total"] += item["unit_price"]
            case "mass":
                spoiled["net_mass"], spoiled["gross_mass"] = (
                    fields["gross_mass"],
                    fields["net_mass"],
                )
            case "code":
                item["code"] = item["code"][:8] + "77"
            case "price":
                item["price"] = item["price"] * 10
                spoiled["invoice_total"] = sum(one["price"] for one in spoiled["items"])
            case "licence":
                item["documents"] = []
        return spoiled


def _party(role: str, firm: Firm) -> dict[str, str]:
    return {
        "role": role,
        "id": firm.customs_code,
        "credit_code": firm.credit_code,
        "name": firm.name.zh,
    }
