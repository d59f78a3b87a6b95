"""Re-assessment in columns: millions of import items under the law of each item's own day.

Amounts are whole fen and rates exact fractions, and every rounding is the platform's one rule
(half up) in integer arithmetic, so that the result is equal to the Decimal engine's to the fen.
The law of each key (code, kind of rate, remedied origin) is looked up once for every span of days
in which nothing changes, then gathered beside the items. Items with a duty that is not ad
valorem go through the Decimal engine one by one.

Needs the extra `analysis` (Polars), imported when first used.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction
from math import lcm
from typing import TYPE_CHECKING, Any

from sanzhi.core.money import EXACT
from sanzhi.customs.duty.choosing import Law
from sanzhi.customs.duty.regimes import item_duty
from sanzhi.customs.duty.taxes import quantity_in
from sanzhi.declarations import Item, ProofOfOrigin
from sanzhi.law.rates import Rate

if TYPE_CHECKING:
    import polars as pl

    from sanzhi.law import Pack
    from sanzhi.law.model import ConsumptionRule

MILLION = 1_000_000

#: 2·V·rate must stay within 64 bits: values up to 20 billion at rates up to 200 %.
MAX_FEN = 2_000_000_000_000

#: Columns of the items to be assessed.
COLUMNS = {
    "declaration": "integer; items of one declaration share the levying threshold",
    "code": "commodity code, text or Categorical",
    "on": "date whose law applies",
    "origin": "country of origin, alpha-2; null: unknown",
    "agreement": "agreement claimed with proof and direct transport; null: none",
    "customs_value": "whole fen, integer",
    "quantity": "number, to three decimals; null where unknown",
    "unit": "unit of the quantity",
}

#: The amounts given back, in levying order.
TAXES = ("duty", "anti_dumping", "consumption", "vat")


@dataclass(frozen=True, slots=True)
class _Rates:
    """Rates of the keys over the spans of time in which no law changes, dense: the row of key k
    in span s is k·spans + s. Rates are millionths; `rule` is a place in `rules` or -1."""

    starts: list[date]
    keys: dict[str, int] = field(default_factory=dict)
    rows: list[tuple[int, int, int, int, int, bool]] = field(default_factory=list)
    rules: list[ConsumptionRule] = field(default_factory=list)


def reassess(items: pl.DataFrame, pack: Pack) -> pl.DataFrame:
    """The items with columns `duty`, `anti_dumping`, `consumption` and `vat` in whole fen.

    `items` has the columns of `COLUMNS`; the rows keep their order. Raises ValueError naming a
    code that the tariff does not have on its day, a quantity that a rate needs and lacks, or a
    value beyond `MAX_FEN`.
    """
    import polars as pl  # noqa: PLC0415 - a heavy part, loaded when first used

    _refuse(items, pl)
    if not items.height:
        return items.with_columns(pl.lit(0, pl.Int64).alias(tax) for tax in TAXES)
    keyed = _with_keys(items, pack, pl)
    rates = _rates(keyed, pack)
    frame = _gather(keyed, rates, pack, pl)
    value = pl.col("customs_value")
    frame = frame.with_columns(
        duty=_half_up(value * pl.col("duty_rate"), MILLION, pl),
        anti_dumping=_half_up(value * pl.col("remedy_rate"), MILLION, pl),
    )
    frame = _waive(_duties_by_engine(frame, pack, pl), "duty", "duty_limit", pl)
    base = value + pl.col("duty") + pl.col("anti_dumping")
    share = pl.col("consumption_rate")
    frame = frame.with_columns(consumption=_half_up(base * share, MILLION - share, pl))
    frame = _waive(_consumption_by_rule(frame, rates.rules, pl), "consumption", "tax_limit", pl)
    frame = frame.with_columns(
        vat=_half_up((base + pl.col("consumption")) * pl.col("vat_rate"), MILLION, pl)
    )
    frame = _waive(frame, "vat", "tax_limit", pl)
    return items.with_columns(frame.select(TAXES))


def _half_up(numerator: Any, denominator: Any, pl: Any) -> Any:
    """Integer division rounded half up; both sides are not negative."""
    low = numerator // denominator
    return low + (2 * (numerator - low * denominator) >= denominator).cast(pl.Int64)


def _waive(frame: pl.DataFrame, tax: str, limit: str, pl: Any) -> pl.DataFrame:
    """A tax whose sum on the declaration is at or below the threshold is not levied."""
    total = pl.col(tax).sum().over("declaration")
    return frame.with_columns(
        pl.when(total <= pl.col(limit)).then(0).otherwise(pl.col(tax)).alias(tax)
    )


def _refuse(items: pl.DataFrame, pl: Any) -> None:
    missing = [name for name in COLUMNS if name not in items.columns]
    if missing:
        raise ValueError(f"columns missing: {', '.join(missing)}")
    low, high = items.select(
        low=pl.col("customs_value").min(), high=pl.col("customs_value").max()
    ).row(0)
    if items.height and (low is None or low < 0 or high > MAX_FEN):
        raise ValueError(f"customs_value must be between 0 and {MAX_FEN} fen")


def _with_keys(items: pl.DataFrame, pack: Pack, pl: Any) -> pl.DataFrame:
    """Give each row the kind of rate it pays: general, mfn, or the agreement it may claim."""
    newest = items["on"].cast(pl.Date).sort()[-1]
    general = sorted(pack.value("duty.general_rate_origins", newest).value)
    parties = [
        (agreement.key, country, since)
        for agreement in pack.agreements.values()
        for country, since in agreement.parties.items()
    ]
    pairs = items.select(
        pl.col("agreement").cast(pl.String), pl.col("origin").cast(pl.String)
    ).unique()
    table = pl.DataFrame(parties, schema=["agreement", "origin", "since"], orient="row")
    pairs = pairs.join(table, on=["agreement", "origin"], how="left").with_columns(
        standing=pl.when(pl.col("origin").is_null() | pl.col("origin").is_in(general))
        .then(pl.lit("general"))
        .otherwise(pl.lit("mfn"))
    )
    frame = items.select(
        "declaration",
        pl.col("code").cast(pl.Categorical),
        "on",
        pl.col("agreement").cast(pl.String),
        pl.col("origin").cast(pl.String),
        "customs_value",
        "quantity",
        "unit",
    )
    frame = frame.join(
        pairs, on=["agreement", "origin"], how="left", nulls_equal=True, maintain_order="left"
    )
    claimed = (
        pl.col("since").is_not_null()
        & (pl.col("on") >= pl.col("since"))
        & (pl.col("standing") == "mfn")
    )
    return frame.with_columns(
        kind=pl.when(claimed)
        .then(pl.col("agreement"))
        .otherwise(pl.col("standing"))
        .cast(pl.Categorical)
    )


def _rates(frame: pl.DataFrame, pack: Pack) -> _Rates:
    import polars as pl  # noqa: PLC0415 - a heavy part, loaded when first used

    used = (
        frame.select(
            pl.col("code").cast(pl.String), pl.col("kind").cast(pl.String), pl.col("origin")
        )
        .unique()
        .sort("code", "kind", "origin")
    )
    days: list[date] = frame["on"].unique().sort().to_list()
    codes = used["code"].unique().to_list()
    rates = _Rates(
        [days[0], *sorted({day for day in _change_days(pack, codes) if days[0] < day <= days[-1]})]
    )
    remedied = {remedy.origin for remedy in pack.trade_remedies}
    rules: dict[int, int] = {}
    for code, kind, origin in used.iter_rows():
        key = f"{code}|{kind}|{origin if origin in remedied else ''}"
        if key not in rates.keys:
            rates.keys[key] = len(rates.keys)
            rates.rows.extend(
                _rates_on(code, kind, origin, day, pack, rates.rules, rules) for day in rates.starts
            )
    return rates


def _change_days(pack: Pack, codes: list[str]) -> Iterator[date]:
    """Days on which a rate of one of the codes may change."""
    for code in codes:
        for line in pack.line_history(code):
            yield line.in_force
            if line.until:
                yield line.until
    for remedy in pack.trade_remedies:
        yield remedy.in_force
        if remedy.until:
            yield remedy.until
    for rules in pack.consumption.values():
        yield from _bounds(rules.all)
    for rows in pack.preferences.values():
        for rates in rows.values():
            yield from _bounds(rates.all)


def _bounds(versions: Iterable[Any]) -> Iterator[date]:
    for version in versions:
        yield version.in_force
        if version.until:
            yield version.until


def _rates_on(
    code: str,
    kind: str,
    origin: str | None,
    day: date,
    pack: Pack,
    rules: list[ConsumptionRule],
    places: dict[int, int],
) -> tuple[int, int, int, int, int, bool]:
    """Duty, remedy, consumption and VAT rates, the consumption rule, and whether the engine must
    set the duty. A code not in force on the day gets a duty of -1: an error only if an item
    uses it on such a day."""
    line = pack.find_line(code, day)
    if line is None or line.vat is None:
        return -1, 0, 0, 0, -1, False
    standing = line.general if kind == "general" else line.provisional or line.mfn
    if standing is None:
        return -1, 0, 0, 0, -1, False
    rates = [standing.rate]
    if kind not in ("general", "mfn") and origin:
        rates += [
            one.rate for one in pack.agreement_rates(code, origin, day) if one.agreement == kind
        ]
    rule, place = pack.consumption_rule(code, day), -1
    if rule is not None:
        place = places.setdefault(id(rule), len(rules))
        if place == len(rules):
            rules.append(rule)
    consumption = line.consumption.rate.ad_valorem if line.consumption else Decimal(0)
    remedies = pack.remedies(code, origin, day) if origin else []
    others = [one for one in remedies if not one.company] or remedies
    remedy = max((one.rate.ad_valorem for one in others), default=Decimal(0))
    return (
        min(_millionths(rate.ad_valorem) for rate in rates),
        _millionths(remedy),
        _millionths(consumption),
        _millionths(line.vat.rate.ad_valorem),
        place,
        any(not rate.is_ad_valorem for rate in rates),
    )


def _millionths(share: Decimal) -> int:
    scaled = share * MILLION
    if scaled != int(scaled):
        raise ValueError(f"the rate {share} has more than six decimal places")
    return int(scaled)


def _gather(frame: pl.DataFrame, rates: _Rates, pack: Pack, pl: Any) -> pl.DataFrame:
    """Put the rates of its day beside each item."""
    keys = (
        pl.DataFrame({"key": list(rates.keys)})
        .with_columns(
            pl.col("key").str.split("|").list.to_struct(fields=["code", "kind", "remedied"])
        )
        .unnest("key")
        .with_columns(key=pl.int_range(pl.len(), dtype=pl.Int64))
    )
    remedied = [origin for origin in keys["remedied"].unique() if origin]
    trio = (
        frame.select("code", "kind", "origin")
        .unique()
        .with_columns(
            remedied=pl.when(pl.col("origin").is_in(remedied))
            .then(pl.col("origin"))
            .otherwise(pl.lit(""))
        )
    )
    trio = trio.with_columns(
        pl.col("code").cast(pl.String).alias("c"), pl.col("kind").cast(pl.String).alias("k")
    ).join(keys, left_on=["c", "k", "remedied"], right_on=["code", "kind", "remedied"], how="left")
    frame = frame.join(
        trio.select("code", "kind", "origin", "key"),
        on=["code", "kind", "origin"],
        how="left",
        nulls_equal=True,
        maintain_order="left",
    )
    days = frame.select("on").unique()
    spans = [sum(start <= day for start in rates.starts) - 1 for day in days["on"].to_list()]
    usd = [pack.exchange_rate("USD", day) for day in days["on"].to_list()]
    by_day = {
        "usd": pl.Series(
            [_millionths(Decimal(one.value)) if one else None for one in usd], dtype=pl.Int64
        )
    }
    by_day |= {
        f"{tax}_limit": pl.Series(
            [_fen(pack.number(limit, day)) for day in days["on"].to_list()],
            dtype=pl.Int64,
        )
        for tax, limit in (("duty", "duty.de_minimis"), ("tax", "tax.de_minimis"))
    }
    frame = frame.join(
        days.with_columns(span=pl.Series(spans, dtype=pl.Int64), **by_day),
        on="on",
        how="left",
        maintain_order="left",
    )
    place = frame["key"] * len(rates.starts) + frame["span"]
    table = pl.DataFrame(
        rates.rows,
        orient="row",
        schema={
            "duty_rate": pl.Int64,
            "remedy_rate": pl.Int64,
            "consumption_rate": pl.Int64,
            "vat_rate": pl.Int64,
            "rule": pl.Int64,
            "by_engine": pl.Boolean,
        },
    )
    frame = pl.concat([frame, table[place]], how="horizontal")
    unknown = frame.filter(pl.col("duty_rate") < 0)
    if unknown.height:
        code, day = unknown.select(pl.col("code").cast(pl.String), "on").row(0)
        raise ValueError(f"the tariff has no code {code} on {day} ({unknown.height} items)")
    return frame


def _duties_by_engine(frame: pl.DataFrame, pack: Pack, pl: Any) -> pl.DataFrame:
    """Duties that are not ad valorem, item by item."""
    rows = (
        frame.with_row_index("row")
        .filter(pl.col("by_engine"))
        .with_columns(pl.col("code").cast(pl.String))
    )
    if not rows.height:
        return frame
    duties = []
    with localcontext(EXACT):
        for row in rows.iter_rows(named=True):
            quantity, agreement = row["quantity"], row["agreement"]
            item = Item(
                number=1,
                code=row["code"],
                origin=row["origin"],
                unit=row["unit"],
                quantity=None if quantity is None else Decimal(str(quantity)),
                proof_of_origin=ProofOfOrigin(agreement=agreement) if agreement else None,
            )
            law = Law(pack, row["on"], 0)
            duty = item_duty(
                item, pack.find_line(item.code, law.on), Decimal(row["customs_value"]) / 100, law
            )
            if duty is None:
                raise ValueError(law.findings[-1].text.en)
            duties.append(_fen(duty.amount))
    return frame.with_columns(frame["duty"].scatter(rows["row"], pl.Series(duties)))


def _consumption_by_rule(
    frame: pl.DataFrame, rules: list[ConsumptionRule], pl: Any
) -> pl.DataFrame:
    """Consumption tax by rules with a price threshold or a specific part, rule by rule and unit
    by unit, in exact fractions over 128-bit integers."""
    wide = pl.Int128
    ruled = (
        frame.with_row_index("row")
        .filter(pl.col("rule") >= 0)
        .select(
            "row",
            "rule",
            "unit",
            "usd",
            v=pl.col("customs_value").cast(wide),
            d=(pl.col("duty") + pl.col("anti_dumping")).cast(wide),
            q=(pl.col("quantity") * 1000).round().cast(wide),
        )
    )
    if not ruled.height:
        return frame
    done = []
    for (place, unit), group in ruled.partition_by("rule", "unit", as_dict=True).items():
        amount = _by_rule(rules[place], unit, group["q"].has_nulls(), pl)
        done.append(group.select("row", amount=amount.cast(pl.Int64)))
    amounts = pl.concat(done)
    return frame.with_columns(frame["consumption"].scatter(amounts["row"], amounts["amount"]))


def _by_rule(rule: ConsumptionRule, unit: str | None, lacking: bool, pl: Any) -> Any:
    """The tax in fen as an expression over v (value), d (duty), q (thousandths of the unit)."""
    low = _linear(rule.rate, rule, unit, pl)
    if rule.threshold is None or rule.rate_from is None:
        return _need(low, rule, unit, lacking=lacking and bool(rule.rate.specific))
    high = _need(
        _linear(rule.rate_from, rule, unit, pl),
        rule,
        unit,
        lacking=lacking and bool(rule.rate_from.specific),
    )
    factor = _factor(unit, rule.threshold_unit.split("_or_"), rule)
    if factor is None:
        return high
    # currency a threshold unit → fen a thousandth of the declared unit
    limit = Fraction(rule.threshold) * factor / 10
    price, reach = pl.col("v"), limit
    if rule.basis == "customs_value_usd":
        return (
            pl.when(
                (pl.col("q").is_null())
                | (pl.col("q") == 0)
                | (
                    price * limit.denominator * MILLION
                    >= pl.col("q") * limit.numerator * pl.col("usd")
                )
            )
            .then(high)
            .otherwise(low)
        )
    if rule.basis == "composed_price":
        fixed = rule.composed_at or rule.rate
        price = price + pl.col("d")
        reach = limit * (1 - Fraction(fixed.ad_valorem)) - (_specific(fixed, rule, unit) or 0)
    return (
        pl.when(
            (pl.col("q").is_null())
            | (pl.col("q") == 0)
            | (price * reach.denominator >= pl.col("q") * reach.numerator)
        )
        .then(high)
        .otherwise(low)
    )


def _linear(rate: Rate, rule: ConsumptionRule, unit: str | None, pl: Any) -> Any:
    """(v+d+q·s)/(1−t)·t + q·s, rounded: a fraction of v+d plus a fraction of q."""
    share = Fraction(rate.ad_valorem)
    specific = _specific(rate, rule, unit)
    if specific is None:
        return None
    of_value, of_quantity = share / (1 - share), specific / (1 - share)
    over = lcm(of_value.denominator, of_quantity.denominator)
    exact = (pl.col("v") + pl.col("d")) * int(of_value * over)
    if of_quantity:
        exact = exact + pl.col("q") * int(of_quantity * over)
    low = exact // over
    return low + (2 * (exact - low * over) >= over).cast(pl.Int128)


def _need(amount: Any, rule: ConsumptionRule, unit: str | None, *, lacking: bool) -> Any:
    if amount is None or lacking:
        raise ValueError(
            f"goods of {rule.prefix} pay by quantity; {unit!r} cannot be converted "
            f"or a quantity is missing"
        )
    return amount


def _specific(rate: Rate, rule: ConsumptionRule, unit: str | None) -> Fraction | None:
    """Specific amount in fen for a thousandth of the declared unit; None where a term's unit
    cannot be reached from it."""
    total = Fraction(0)
    for term in rate.specific:
        factor = _factor(unit, [term.unit], rule)
        if factor is None:
            return None
        total += Fraction(term.amount) * factor / 10
    return total


def _factor(unit: str | None, to: list[str], rule: ConsumptionRule) -> Fraction | None:
    """How many of the first unit reached in `to` one declared unit is."""
    one = Item(number=1, quantity=Decimal(1), unit=unit)
    with localcontext(EXACT):
        for target in to:
            found = quantity_in(one, target, rule.litres_per_tonne)
            if found is not None:
                # 50 digits recover the exact fraction: conversions divide by small integers.
                return Fraction(found).limit_denominator(10**12)
    return None


def _fen(amount: Decimal) -> int:
    return int(amount * 100)
