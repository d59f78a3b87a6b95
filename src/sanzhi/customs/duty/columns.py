"""Re-assessment in columns: millions of import items under the law of each item's own day.

Amounts are whole fen in 64-bit integers, rates are millionths, and every rounding is the
platform's one rule (half up) in integer arithmetic, so that the result is equal to the Decimal
engine's to the fen. Ad valorem duty (general, MFN, provisional, agreement), ad valorem
consumption tax, VAT and the levying thresholds are computed in columns; items whose taxes depend
on a quantity, a price threshold or a trade remedy go through the Decimal engine one by one.

Needs the extra `analysis` (Polars), imported when first used.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Any

from sanzhi.core.money import EXACT
from sanzhi.customs.duty.choosing import Law
from sanzhi.customs.duty.regimes import import_taxes, item_duty
from sanzhi.declarations import Item, ProofOfOrigin

if TYPE_CHECKING:
    import polars as pl

    from sanzhi.law import Pack

MILLION = 1_000_000

#: 2·V·rate must stay within 64 bits: values up to 20 billion yuan at rates up to 200 %.
MAX_FEN = 2_000_000_000_000

#: Columns of the items to be assessed.
COLUMNS = {
    "declaration": "integer; items of one declaration share the levying threshold",
    "code": "commodity code, text or Categorical",
    "on": "date whose law applies",
    "origin": "country of origin, alpha-2; null: unknown",
    "agreement": "agreement claimed with proof and direct transport; null: none",
    "customs_value": "whole fen, integer",
    "quantity": "number; null where unknown",
    "unit": "unit of the quantity",
}


@dataclass(frozen=True, slots=True)
class _Rates:
    """Rates of the keys over the spans of time in which no law changes, dense: the row of key k
    in span s is k·spans + s."""

    starts: list[date]
    keys: dict[str, int]
    duty: list[int]
    consumption: list[int]
    vat: list[int]
    by_engine: list[bool]


def reassess(items: pl.DataFrame, pack: Pack) -> pl.DataFrame:
    """The items with columns `duty`, `anti_dumping`, `consumption` and `vat` in whole fen.

    `items` has the columns of `COLUMNS`; the rows keep their order. Raises ValueError naming a
    code that the tariff does not have on its day, or a value beyond `MAX_FEN`.
    """
    import polars as pl  # noqa: PLC0415

    _refuse(items, pl)
    keyed = _with_keys(items, pack, pl)
    rates = _rates(keyed, pack, pl)
    frame = _gather(keyed, rates, pack, pl)
    with localcontext(EXACT):
        residual = _Residual(frame, pack, pl)
        value = pl.col("customs_value")
        frame = frame.with_columns(duty=_half_up(value * pl.col("duty_rate"), MILLION, pl))
        frame = residual.patch(frame, residual.duties(), ("duty",))
        frame = _waive(frame, "duty", "duty_limit", pl)
        share, rest = pl.col("consumption_rate"), MILLION - pl.col("consumption_rate")
        frame = frame.with_columns(anti_dumping=pl.lit(0, pl.Int64), consumption=_half_up(
            (value + pl.col("duty")) * share, rest, pl))
        frame = frame.with_columns(vat=_half_up(
            (value + pl.col("duty") + pl.col("consumption")) * pl.col("vat_rate"), MILLION, pl))
        frame = residual.patch(frame, residual.later(frame),
                               ("anti_dumping", "consumption", "vat"))
    frame = _waive(frame, "consumption", "tax_limit", pl)
    frame = _waive(frame, "vat", "tax_limit", pl)
    return items.with_columns(frame.select("duty", "anti_dumping", "consumption", "vat"))


def _half_up(numerator: Any, denominator: Any, pl: Any) -> Any:
    """Integer division rounded half up; both sides are not negative."""
    low = numerator // denominator
    return low + (2 * (numerator - low * denominator) >= denominator).cast(pl.Int64)


def _waive(frame: pl.DataFrame, tax: str, limit: str, pl: Any) -> pl.DataFrame:
    """A tax whose sum on the declaration is at or below the threshold is not levied."""
    total = pl.col(tax).sum().over("declaration")
    return frame.with_columns(pl.when(total <= pl.col(limit)).then(0).otherwise(pl.col(tax)).alias(tax))


def _refuse(items: pl.DataFrame, pl: Any) -> None:
    missing = [name for name in COLUMNS if name not in items.columns]
    if missing:
        raise ValueError(f"columns missing: {', '.join(missing)}")
    low, high = items.select(low=pl.col("customs_value").min(),
                             high=pl.col("customs_value").max()).row(0)
    if items.height and (low is None or low < 0 or high > MAX_FEN):
        raise ValueError(f"customs_value must be between 0 and {MAX_FEN} fen")


def _with_keys(items: pl.DataFrame, pack: Pack, pl: Any) -> pl.DataFrame:
    """Give each row the kind of rate it pays: general, mfn, or the agreement it may claim."""
    general = sorted(pack.value("duty.general_rate_origins",
                                items["on"].max() or date.max).value)
    parties = [(agreement.key, country, since) for agreement in pack.agreements.values()
               for country, since in agreement.parties.items()]
    pairs = items.select(pl.col("agreement").cast(pl.String), pl.col("origin").cast(pl.String)
                         ).unique()
    table = pl.DataFrame(parties, schema=["agreement", "origin", "since"], orient="row")
    pairs = pairs.join(table, on=["agreement", "origin"], how="left").with_columns(
        standing=pl.when(pl.col("origin").is_null() | pl.col("origin").is_in(general))
        .then(pl.lit("general")).otherwise(pl.lit("mfn")))
    frame = items.select(
        "declaration", pl.col("code").cast(pl.Categorical), "on",
        pl.col("agreement").cast(pl.String), pl.col("origin").cast(pl.String), "customs_value",
        "quantity", "unit")
    frame = frame.join(pairs, on=["agreement", "origin"], how="left", nulls_equal=True,
                       maintain_order="left")
    claimed = pl.col("since").is_not_null() & (pl.col("on") >= pl.col("since")) & (
        pl.col("standing") == "mfn")
    return frame.with_columns(
        kind=pl.when(claimed).then(pl.col("agreement")).otherwise(pl.col("standing"))
        .cast(pl.Categorical))


def _rates(frame: pl.DataFrame, pack: Pack, pl: Any) -> _Rates:
    used = frame.select(pl.col("code").cast(pl.String), pl.col("kind").cast(pl.String),
                        pl.col("origin")).unique().sort("code", "kind", "origin")
    first, last = frame["on"].min(), frame["on"].max()
    starts = [first, *sorted({day for day in _change_days(pack, used["code"].unique().to_list())
                              if first < day <= last})] if frame.height else [date.min]
    remedied = {remedy.origin for remedy in pack.trade_remedies}
    rates = _Rates(starts, {}, [], [], [], [])
    for code, kind, origin in used.iter_rows():
        key = f"{code}|{kind}|{origin if origin in remedied else ''}"
        if key in rates.keys:
            continue
        rates.keys[key] = len(rates.keys)
        for day in starts:
            duty, consumption, vat, engine = _rates_on(code, kind, origin, day, pack)
            rates.duty.append(duty)
            rates.consumption.append(consumption)
            rates.vat.append(vat)
            rates.by_engine.append(engine)
    return rates


def _change_days(pack: Pack, codes: list[str]) -> Iterator[date]:
    """Days on which a rate of one of the codes may change."""
    for code in codes:
        for line in pack.line_history(code):
            yield line.in_force
            if line.until:
                yield line.until
    dated = [*pack.trade_remedies]
    for versions in (*pack.consumption.values(),
                     *(one for rows in pack.preferences.values() for one in rows.values())):
        dated += versions.all
    for one in dated:
        yield one.in_force
        if one.until:
            yield one.until


def _rates_on(code: str, kind: str, origin: str | None, day: date,
              pack: Pack) -> tuple[int, int, int, bool]:
    """Duty, consumption tax and VAT in millionths, and whether the engine must decide. A code
    not in force on the day gets a duty of -1: an error only if an item uses it on such a day."""
    line = pack.find_line(code, day)
    if line is None or line.vat is None:
        return -1, 0, 0, False
    standing = line.general if kind == "general" else line.provisional or line.mfn
    if standing is None:
        return -1, 0, 0, False
    rates = [standing]
    if kind not in ("general", "mfn") and origin:
        rates += [rate for rate in pack.agreement_rates(code, origin, day)
                  if rate.agreement == kind]
    rule = pack.consumption_rule(code, day)
    consumption = rule.rate if rule else line.consumption and line.consumption.rate
    engine = (
        any(not rate.rate.is_ad_valorem for rate in rates)
        or (rule is not None and (rule.threshold is not None or not rule.rate.is_ad_valorem))
        or bool(origin and pack.remedies(code, origin, day)))
    return (min(_millionths(rate.rate.ad_valorem) for rate in rates),
            _millionths(consumption.ad_valorem) if consumption else 0,
            _millionths(line.vat.rate.ad_valorem), engine)


def _millionths(share: Decimal) -> int:
    scaled = share * MILLION
    if scaled != int(scaled):
        raise ValueError(f"the rate {share} has more than six decimal places")
    return int(scaled)


def _gather(frame: pl.DataFrame, rates: _Rates, pack: Pack, pl: Any) -> pl.DataFrame:
    """Put the rates of its day beside each item."""
    keys = pl.DataFrame({"key": list(rates.keys)}).with_columns(
        pl.col("key").str.split("|").list.to_struct(fields=["code", "kind", "remedied"])
    ).unnest("key").with_columns(key=pl.int_range(pl.len(), dtype=pl.Int64))
    remedied = [origin for origin in keys["remedied"].unique() if origin]
    trio = frame.select("code", "kind", "origin").unique().with_columns(
        remedied=pl.when(pl.col("origin").is_in(remedied)).then(pl.col("origin"))
        .otherwise(pl.lit("")))
    trio = trio.with_columns(pl.col("code").cast(pl.String).alias("c"),
                             pl.col("kind").cast(pl.String).alias("k")).join(
        keys, left_on=["c", "k", "remedied"], right_on=["code", "kind", "remedied"], how="left")
    frame = frame.join(trio.select("code", "kind", "origin", "key"),
                       on=["code", "kind", "origin"], how="left", nulls_equal=True,
                       maintain_order="left")
    days = frame.select("on").unique()
    spans = [sum(start <= day for start in rates.starts) - 1 for day in days["on"].to_list()]
    by_day = {f"{tax}_limit": pl.Series(
        [_fen(pack.number(f"{tax}.de_minimis", day)) for day in days["on"].to_list()],
        dtype=pl.Int64) for tax in ("duty", "tax")}
    frame = frame.join(days.with_columns(span=pl.Series(spans, dtype=pl.Int64), **by_day),
                       on="on", how="left", maintain_order="left")
    place = frame["key"] * len(rates.starts) + frame["span"]
    frame = frame.with_columns(
        duty_rate=pl.Series(rates.duty, dtype=pl.Int64).gather(place),
        consumption_rate=pl.Series(rates.consumption, dtype=pl.Int64).gather(place),
        vat_rate=pl.Series(rates.vat, dtype=pl.Int64).gather(place),
        by_engine=pl.Series(rates.by_engine, dtype=pl.Boolean).gather(place))
    unknown = frame.filter(pl.col("duty_rate") < 0)
    if unknown.height:
        code, day = unknown.select(pl.col("code").cast(pl.String), "on").row(0)
        raise ValueError(f"the tariff has no code {code} on {day} ({unknown.height} items)")
    return frame


class _Residual:
    """The items that the Decimal engine decides one by one."""

    def __init__(self, frame: pl.DataFrame, pack: Pack, pl: Any) -> None:
        self._pl = pl
        self._pack = pack
        self._rows = frame.with_row_index("row").filter(pl.col("by_engine")).select(
            "row", "code", "on", "origin", "agreement", "customs_value", "quantity", "unit")
        self._items = [self._item(row) for row in self._rows.iter_rows(named=True)]

    def _item(self, row: dict[str, Any]) -> tuple[Item, Decimal, Law]:
        quantity = row["quantity"]
        proof = ProofOfOrigin(agreement=row["agreement"]) if row["agreement"] else None
        item = Item.model_construct(
            number=1, code=str(row["code"]), origin=row["origin"], unit=row["unit"],
            quantity=None if quantity is None else Decimal(str(quantity)), proof_of_origin=proof,
            statutory_quantity=None, second_quantity=None, net_mass=None, rates=None,
            duty_mode=None, manufacturer=None)
        return item, Decimal(row["customs_value"]) / 100, Law(self._pack, row["on"], 0)

    def duties(self) -> list[tuple[int, ...]]:
        done = []
        for item, value, law in self._items:
            duty = item_duty(item, self._pack.find_line(item.code, law.on), value, law)
            if duty is None:
                raise ValueError(f"{law.findings[-1].text.en}")
            done.append((_fen(duty.amount),))
        return done

    def later(self, frame: pl.DataFrame) -> list[tuple[int, ...]]:
        """Anti-dumping duty, consumption tax and VAT, knowing whether the duty was waived."""
        duties = frame["duty"].gather(self._rows["row"]).to_list()
        done = []
        for (item, value, law), duty in zip(self._items, duties, strict=True):
            taxes = {tax.kind: tax.amount
                     for tax in import_taxes(item, value, law, duty == 0)}
            done.append(tuple(_fen(taxes.get(kind, Decimal(0)))
                              for kind in ("anti_dumping", "consumption", "vat")))
        return done

    def patch(self, frame: pl.DataFrame, amounts: list[tuple[int, ...]],
              columns: tuple[str, ...]) -> pl.DataFrame:
        for place, column in enumerate(columns):
            values = self._pl.Series([row[place] for row in amounts], dtype=self._pl.Int64)
            frame = frame.with_columns(frame[column].scatter(self._rows["row"], values))
        return frame


def _fen(amount: Decimal) -> int:
    return int(amount * 100)

