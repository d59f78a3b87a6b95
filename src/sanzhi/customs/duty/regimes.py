"""What each regime levies on an item. A regime is one function in `REGIMES`.

A function takes the item, its customs value and the law, and returns the taxes in levying
order; what it could not decide it leaves as findings on `law`.
"""

from collections.abc import Callable
from decimal import Decimal

from sanzhi.core.findings import Text
from sanzhi.core.money import ZERO, plain, to_fen
from sanzhi.customs.duty.assessment import Relief, Tax
from sanzhi.customs.duty.choosing import (
    ChosenRate,
    Law,
    consumption_rate,
    import_duty,
    override,
    quantity_finding,
)
from sanzhi.customs.duty.taxes import (
    QuantityMissing,
    apply_rate,
    consumption_tax,
    export_duty,
    value_added_tax,
)
from sanzhi.declarations import Item
from sanzhi.law.model import Remedy, TariffLine

WHAT_IF = ""
"""A what-if rate has no citation."""

Levy = Callable[[Item, Decimal, Law], list[Tax]]


def import_taxes(item: Item, value: Decimal, law: Law) -> list[Tax]:
    """General import: duty, anti-dumping duty, consumption tax, VAT, each on the value with what
    is levied of those before it."""
    line = law.pack.find_line(item.code, law.on)
    duty = item_duty(item, line, value, law)
    if duty is None:
        return []
    levied_duty = _levied(duty, item, law)
    taxes = [duty]
    for tax in _anti_dumping(item, value, law):
        taxes.append(tax)
        levied_duty += _levied(tax, item, law)
    consumption = _consumption(item, line, value, levied_duty, law)
    if consumption:
        taxes.append(consumption)
    vat = _vat(
        item,
        line,
        value,
        levied_duty,
        _levied(consumption, item, law) if consumption else ZERO,
        law,
    )
    if vat:
        taxes.append(vat)
    return [tax for tax in taxes if tax.kind == "duty" or tax.computed or tax.rate != "0"]


def export_taxes(item: Item, value: Decimal, law: Law) -> list[Tax]:
    """Export: export duty where the line has one; VAT and consumption tax are not levied."""
    if item.rates and item.rates.export_duty is not None:
        tax = _what_if("export_duty", item.rates.export_duty, item, value, law)
        return [tax] if tax else []
    line = law.pack.find_line(item.code, law.on)
    dated = line and (line.export_provisional or line.export)
    if not dated or dated.rate.is_free:
        return []
    try:
        return [
            export_duty(value, dated.rate, item, rate_kind=dated.kind, citation=str(dated.citation))
        ]
    except QuantityMissing as missing:
        quantity_finding(item, missing.unit, law)
        return []


def ecommerce_taxes(item: Item, value: Decimal, law: Law) -> list[Tax]:
    """Cross-border e-commerce retail import within the limits: duty at the share set (0), import
    VAT and consumption tax at the share set (70 %) of what the law would levy."""
    duty_share = law.pack.value("cbec.duty_share", law.on)
    tax_share = law.pack.value("cbec.tax_share", law.on)
    line = law.pack.find_line(item.code, law.on)
    duty = item_duty(item, line, value, law)
    if duty is None:
        return []
    _levy_share(duty, Decimal(duty_share.value), str(duty_share.citation))
    consumption = _consumption(item, line, value, duty.amount, law)
    full = consumption.amount if consumption else ZERO
    vat = _vat(item, line, value, duty.amount, full, law)
    taxes = [duty]
    for tax in (consumption, vat):
        if tax:
            _levy_share(tax, Decimal(tax_share.value), str(tax_share.citation))
            taxes.append(tax)
    return taxes


def personal_taxes(item: Item, value: Decimal, law: Law) -> list[Tax]:
    """Personal articles (行邮): one rate by category of goods."""
    if item.rates and item.rates.personal_articles is not None:
        tax = _what_if("personal_articles", item.rates.personal_articles, item, value, law)
        return [tax] if tax else []
    dated = law.pack.personal_articles_rate(item.code, law.on)
    if dated is None:
        law.found(
            "personal.no_category",
            "code",
            Text(
                f"Goods item {item.number}: {item.code or 'the goods'} are in no category "
                f"of personal articles on {law.on}.",
                f"第 {item.number} 项商品：{item.code or '该商品'} 在 {law.on} 不属于任何"
                f"行邮税类别。",
            ),
        )
        return []
    return [
        apply_rate(
            "personal_articles",
            value,
            dated.rate,
            item,
            rate_kind="personal_articles",
            citation=str(dated.citation),
        )
    ]


def no_taxes(_item: Item, _value: Decimal, _law: Law) -> list[Tax]:
    """Transit: goods pass under customs control and owe nothing."""
    return []


REGIMES: dict[str, Levy] = {
    "import": import_taxes,
    "export": export_taxes,
    "ecommerce": ecommerce_taxes,
    "personal": personal_taxes,
    "transit": no_taxes,
}


def duty_mode_share(item: Item, law: Law) -> Decimal:
    """Share of tax levied under the item's mode of levy (征免方式): 1, 0.5 or 0."""
    if not item.duty_mode:
        return Decimal(1)
    shares = law.pack.value("levy.share_by_duty_mode", law.on).value
    return Decimal(str(shares.get(item.duty_mode, "1")))


def apply_duty_mode(tax: Tax, share: Decimal, citation: str) -> None:
    """Levy only the share that the mode of levy leaves (减免税)."""
    if share != 1 and tax.amount:
        _levy_share(tax, share, citation)


def item_duty(item: Item, line: TariffLine | None, value: Decimal, law: Law) -> Tax | None:
    """The customs duty of one item before relief; None where it cannot be set."""
    overridden = item.rates.duty if item.rates else None
    if overridden is not None:
        return _what_if("duty", overridden, item, value, law)
    if line is None:
        return None
    return import_duty(item, line, value, law)


def _what_if(kind: str, text: str, item: Item, value: Decimal, law: Law) -> Tax | None:
    """A tax at a rate that stands in for the law's; findings where it cannot be applied."""
    rate = override(text, item, kind, law)
    if rate is None:
        return None
    try:
        if kind == "export_duty":
            return export_duty(value, rate, item, rate_kind="override", citation=WHAT_IF)
        return apply_rate(kind, value, rate, item, rate_kind="override", citation=WHAT_IF)
    except QuantityMissing as missing:
        quantity_finding(item, missing.unit, law)
        return None


def _anti_dumping(item: Item, value: Decimal, law: Law) -> list[Tax]:
    overridden = item.rates.anti_dumping if item.rates else None
    if overridden is not None:
        tax = _what_if("anti_dumping", overridden, item, value, law)
        return [tax] if tax else []
    origin = law.pack.country(item.origin) if item.origin else None
    if origin is None:
        return []
    remedy = _remedy_for(item, law.pack.remedies(item.code, origin, law.on))
    if remedy is None:
        return []
    return [
        apply_rate(
            "anti_dumping",
            value,
            remedy.rate,
            item,
            rate_kind="anti_dumping",
            citation=str(remedy.citation),
        )
    ]


def _remedy_for(item: Item, remedies: list[Remedy]) -> Remedy | None:
    """The producer's own rate where the item names it, else the rate for all others, else the
    highest: an unnamed producer cannot claim another's rate."""
    producer = (item.manufacturer or "").casefold()
    for remedy in remedies:
        if remedy.company and producer and remedy.company.casefold() in producer:
            return remedy
    others = [remedy for remedy in remedies if not remedy.company]
    return max(others or remedies, key=lambda remedy: remedy.rate.ad_valorem, default=None)


def _consumption(
    item: Item, line: TariffLine | None, value: Decimal, duty: Decimal, law: Law
) -> Tax | None:
    overridden = item.rates.consumption if item.rates else None
    chosen: ChosenRate | None = None
    if overridden is not None:
        rate = override(overridden, item, "consumption", law)
        if rate is not None and not rate.is_free:
            chosen = ChosenRate(rate, WHAT_IF, "override")
    elif line is not None:
        chosen = consumption_rate(item, line, value, duty, law)
    if chosen is None:
        return None
    try:
        return consumption_tax(
            value,
            duty,
            chosen.rate,
            item,
            rate_kind=chosen.kind,
            citation=chosen.citation,
            litres_per_tonne=chosen.litres_per_tonne,
        )
    except QuantityMissing as missing:
        quantity_finding(item, missing.unit, law)
        return None


def _vat(
    item: Item,
    line: TariffLine | None,
    value: Decimal,
    duty: Decimal,
    consumption: Decimal,
    law: Law,
) -> Tax | None:
    overridden = item.rates.vat if item.rates else None
    if overridden is not None:
        rate = override(overridden, item, "vat", law)
        return (
            None
            if rate is None
            else value_added_tax(
                value, duty, consumption, rate, rate_kind="override", citation=WHAT_IF
            )
        )
    if line is None or line.vat is None:
        return None
    return value_added_tax(
        value, duty, consumption, line.vat.rate, rate_kind="vat", citation=str(line.vat.citation)
    )


def _levied(tax: Tax, item: Item, law: Law) -> Decimal:
    """What is levied of a tax, after the mode of levy and the threshold."""
    if tax.kind in law.waived:
        return ZERO
    share = duty_mode_share(item, law)
    return tax.amount if share == 1 else to_fen(tax.amount * share)


def _levy_share(tax: Tax, share: Decimal, citation: str) -> None:
    tax.amount = to_fen(tax.computed * share)
    words = plain(share * 100) + "%"
    tax.relief = Relief(
        Text(f"levied at {words} = {plain(tax.amount)}", f"按 {words} 征收 = {plain(tax.amount)}"),
        citation,
    )
