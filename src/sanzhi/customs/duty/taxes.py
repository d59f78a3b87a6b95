"""Each tax as one function: base and rate in, a `Tax` with its formula out.

All arithmetic is exact until the amount, which is rounded to the fen once (`core.money`).
Callers run inside `localcontext(EXACT)`.
"""

from decimal import Decimal

from sanzhi.core.money import ZERO, plain, to_fen
from sanzhi.core.units import convert, find_unit
from sanzhi.customs.duty.assessment import Tax
from sanzhi.declarations import Item
from sanzhi.law.rates import Rate

ONE = Decimal(1)


class QuantityMissing(Exception):
    """A specific rate needs a quantity in a unit that the item does not give."""

    def __init__(self, unit: str) -> None:
        super().__init__(unit)
        self.unit = unit


def quantity_in(item: Item, unit: str, litres_per_tonne: Decimal | None = None) -> Decimal | None:
    """The item's quantity in `unit`, from whichever declared quantity measures it.

    `litres_per_tonne` is the law's conversion between volume and mass for the goods, where it
    fixes one. None where no declared quantity can be converted.
    """
    declared = (
        (item.quantity, item.unit),
        (item.statutory_quantity, item.statutory_unit),
        (item.second_quantity, item.second_unit),
    )
    for quantity, of in declared:
        if quantity is not None and (converted := convert(quantity, of, unit)) is not None:
            return converted
    if litres_per_tonne and (converted := _across(item, unit, litres_per_tonne)) is not None:
        return converted
    return None if item.net_mass is None else convert(item.net_mass, "kg", unit)


def _across(item: Item, unit: str, litres_per_tonne: Decimal) -> Decimal | None:
    """Volume as mass or mass as volume, by the conversion the law fixes for the goods."""
    target = find_unit(unit)
    if target is None:
        return None
    if target.dimension == "mass" and (litres := quantity_in(item, "l")) is not None:
        return convert(litres / litres_per_tonne, "t", unit)
    if target.dimension == "volume" and (tonnes := quantity_in(item, "t")) is not None:
        return convert(tonnes * litres_per_tonne, "l", unit)
    return None


def apply_rate(
    kind: str,
    value: Decimal,
    rate: Rate,
    item: Item,
    *,
    rate_kind: str,
    citation: str,
    agreement: str = "",
) -> Tax:
    """Duty-like tax: ad valorem on the customs value, specific on quantity, or both.

    Raises `QuantityMissing` where a specific part cannot be computed.
    """
    if rate.is_ad_valorem:
        exact = value * rate.ad_valorem
        recipe, inputs = "ad_valorem", {"value": plain(value)}
    elif rate.options:
        amounts = [_amount(value, option, item) for option in rate.options]
        exact = min(amounts) if rate.choice == "min" else max(amounts)
        recipe, inputs = "choice", {"value": plain(value)}
    else:
        specific, quantity = specific_amount(rate, item)
        exact = value * rate.ad_valorem + specific
        if rate.ad_valorem:
            recipe = "compound"
            inputs = {
                "value": plain(value),
                "share": _percent(rate.ad_valorem),
                "specific": plain(to_fen(specific)),
                "quantity": quantity,
            }
        else:
            recipe, inputs = "specific", {"quantity": quantity}
    amount = to_fen(exact)
    return Tax(
        kind, value, rate.text, amount, citation, rate_kind, recipe, inputs, amount, agreement
    )


def consumption_tax(
    value: Decimal,
    duty: Decimal,
    rate: Rate,
    item: Item,
    *,
    rate_kind: str,
    citation: str,
    litres_per_tonne: Decimal | None = None,
) -> Tax:
    """Consumption tax at import (进口环节消费税).

    Ad valorem (V+D)/(1−t)·t; specific q·s; compound (V+D+q·s)/(1−t)·t + q·s: Provisional
    Regulations on Consumption Tax (State Council Order 539), art. 9 and its implementing rules.
    `duty` includes any anti-dumping duty. The base shown is the composed price to the fen; the
    amount is computed from the exact base.
    """
    specific, quantity = (
        specific_amount(rate, item, litres_per_tonne) if rate.specific else (ZERO, "")
    )
    share = rate.ad_valorem
    composed = value + duty + specific
    exact = composed * share / (ONE - share) + specific if share else specific
    amount = to_fen(exact)
    if not rate.specific:
        recipe = "consumption_ad_valorem"
        inputs = {"value": plain(value), "duty": plain(duty), "share": _percent(share)}
    elif share:
        recipe = "consumption_compound"
        inputs = {
            "value": plain(value),
            "duty": plain(duty),
            "share": _percent(share),
            "specific": plain(to_fen(specific)),
            "quantity": quantity,
        }
    else:
        recipe, inputs = "specific", {"quantity": quantity}
    base = to_fen(composed / (ONE - share)) if share else to_fen(value)
    return Tax("consumption", base, rate.text, amount, citation, rate_kind, recipe, inputs, amount)


def value_added_tax(
    value: Decimal,
    duty: Decimal,
    consumption: Decimal,
    rate: Rate,
    *,
    rate_kind: str,
    citation: str,
) -> Tax:
    """VAT at import on V + D + C (进口环节增值税)."""
    base = value + duty + consumption
    amount = to_fen(base * rate.ad_valorem)
    inputs = {"value": plain(value), "duty": plain(duty), "consumption": plain(consumption)}
    return Tax("vat", base, rate.text, amount, citation, rate_kind, "vat", inputs, amount)


def export_duty(fob: Decimal, rate: Rate, item: Item, *, rate_kind: str, citation: str) -> Tax:
    """Export duty on the price without the duty: FOB/(1+t)·t; specific rates on quantity."""
    if not rate.is_ad_valorem:
        return apply_rate("export_duty", fob, rate, item, rate_kind=rate_kind, citation=citation)
    base = fob / (ONE + rate.ad_valorem)
    amount = to_fen(base * rate.ad_valorem)
    inputs = {"fob": plain(fob), "share": _percent(rate.ad_valorem)}
    return Tax(
        "export_duty",
        to_fen(base),
        rate.text,
        amount,
        citation,
        rate_kind,
        "export",
        inputs,
        amount,
    )


def specific_amount(
    rate: Rate, item: Item, litres_per_tonne: Decimal | None = None
) -> tuple[Decimal, str]:
    """The exact amount of a rate's specific parts, and the quantities in words."""
    total, words = ZERO, []
    for term in rate.specific:
        quantity = quantity_in(item, term.unit, litres_per_tonne)
        if quantity is None:
            raise QuantityMissing(term.unit)
        total += quantity * term.amount
        words.append(f"{plain(round(quantity, 6))} {term.unit}")
    return total, " + ".join(words)


def _amount(value: Decimal, rate: Rate, item: Item) -> Decimal:
    return value * rate.ad_valorem + (specific_amount(rate, item)[0] if rate.specific else ZERO)


def _percent(share: Decimal) -> str:
    return plain(share * 100) + "%"
