"""Assess a declaration: value each item, levy what its regime levies, then what the declaration
as a whole changes (levying threshold, late fee, e-commerce limits)."""

from datetime import date
from decimal import Decimal, localcontext

from sanzhi.core.findings import Finding, Severity, Text, has_errors
from sanzhi.core.money import EXACT, NOTHING, ZERO, plain
from sanzhi.customs.duty.assessment import Assessment, ItemAssessment, Relief, Tax
from sanzhi.customs.duty.choosing import Law
from sanzhi.customs.duty.lateness import late_declaration_fee
from sanzhi.customs.duty.regimes import (
    REGIMES,
    Levy,
    apply_duty_mode,
    duty_mode_share,
    import_taxes,
)
from sanzhi.customs.duty.valuation import MOST, Valuation
from sanzhi.declarations import Declaration, Item
from sanzhi.law import Pack

#: The levying threshold of each tax (起征点), by declaration.
_THRESHOLDS = {
    "duty": "duty.de_minimis",
    "consumption": "tax.de_minimis",
    "vat": "tax.de_minimis",
    "personal_articles": "personal.de_minimis",
}


def assess(declaration: Declaration, pack: Pack, on: date | None = None) -> Assessment:
    """Assess under the law in force on `on` (default: the day of the declaration).

    An item that cannot be assessed is left without taxes and a finding says why; `complete` is
    then False. Raises `Unusable` only where nothing can be assessed (no exchange rate).
    """
    day = on or declaration.date
    declaration = declaration.priced_in(pack.currency)
    with localcontext(EXACT):
        valuation = Valuation(declaration, pack, day)
        levy, findings = _levy_for(declaration, valuation, pack, day)
        assessment = Assessment(day, f"{pack.key}@{pack.digest}", declaration.regime.value, [])
        assessment.findings = findings
        _assess_items(declaration, assessment, valuation, levy)
        assessment.findings += valuation.findings
        if levy is import_taxes or declaration.regime == "personal":
            _waive_below_threshold(assessment, pack, day)
        if fee := late_declaration_fee(declaration, assessment.customs_value, pack, day):
            assessment.taxes.append(fee)
    assessment.what_if = any(tax.rate_kind == "override" for tax in assessment.all_taxes())
    assessment.complete = not has_errors(assessment.findings)
    return assessment


def _assess_items(
    declaration: Declaration, assessment: Assessment, valuation: Valuation, levy: Levy
) -> None:
    """Assess every item. A duty or consumption tax that is not levied, because its sum on the
    declaration is at or below the threshold, is no part of what later taxes rest on: then the
    items are assessed once more without it."""
    waived: frozenset[str] = frozenset()
    before = assessment.findings
    while True:
        assessment.items, assessment.findings = [], list(before)
        for position, item in enumerate(declaration.items):
            law = Law(valuation.pack, valuation.on, position, waived)
            _assess_item(item, assessment, valuation, law, levy)
        below = [
            kind
            for kind in ("duty", "consumption")
            if kind not in waived
            and levy is import_taxes
            and _below_threshold(assessment, kind, valuation.pack)
        ]
        if not below:
            return
        waived |= {below[0]}


def _assess_item(
    item: Item, assessment: Assessment, valuation: Valuation, law: Law, levy: Levy
) -> None:
    value = valuation.item_value(law.position)
    if value is None:
        return
    if _code_known(item, law, levy):
        taxes = [tax for tax in levy(item, value.amount, law) if _is_payable(tax, item, law)]
        share = duty_mode_share(item, law)
        if share != 1:
            by_law = law.pack.value("levy.share_by_duty_mode", law.on)
            for tax in taxes:
                apply_duty_mode(tax, share, str(by_law.citation))
    else:
        taxes = []
    # The customs value of exports leaves the export duty out; it is the duty's own base.
    amount = taxes[0].base if taxes and taxes[0].recipe == "export" else value.amount
    assessment.items.append(
        ItemAssessment(item.number, amount, value.formula, value.citation, taxes)
    )
    assessment.findings += law.findings


def _is_payable(tax: Tax, item: Item, law: Law) -> bool:
    """An amount beyond any that is owed comes of a mistaken quantity or rate: a finding."""
    if tax.computed <= MOST:
        return True
    own = law.pack.currency_words
    law.found(
        "duty.amount_too_large",
        "quantity",
        Text(
            f"Goods item {item.number}: {tax.kind} over {MOST} {own.en} cannot be levied.",
            f"第 {item.number} 项商品：{tax.kind} 超过 {MOST} {own.zh}，无法计征。",
        ),
        Text("Correct the quantity or the rate.", "请更正数量或税率。"),
    )
    return False


def _code_known(item: Item, law: Law, levy: Levy) -> bool:
    """A code the tariff lacks is a finding, unless what-if rates stand in for the law's."""
    if levy not in (import_taxes, REGIMES["ecommerce"], REGIMES["export"]):
        return True
    overridden = item.rates
    if overridden and (overridden.duty is not None or overridden.export_duty is not None):
        return True
    if law.pack.find_line(item.code, law.on):
        return True
    known = law.pack.has_code(item.code)
    law.found(
        "tariff.not_in_force" if known else "tariff.unknown_code",
        "code",
        Text(
            f"Goods item {item.number}: the tariff has no code {item.code or '(empty)'}"
            f"{f' in force on {law.on}' if known else ''}.",
            f"第 {item.number} 项商品：税则中没有{f' {law.on} 有效的' if known else ''}商品编号"
            f" {item.code or '（空）'}。",
        ),
        Text(
            "Look the code up in the tariff of the declaration's day.",
            "请按申报日期的税则核对商品编号。",
        ),
    )
    return False


def _below_threshold(assessment: Assessment, kind: str, pack: Pack) -> bool:
    total = assessment.totals.get(kind, ZERO)
    return 0 < total <= pack.number(_THRESHOLDS[kind], assessment.on)


def _waive_below_threshold(assessment: Assessment, pack: Pack, day: date) -> None:
    """Each tax whose sum on the declaration is at or below the threshold is not levied."""
    for kind, total in assessment.totals.items():
        if kind not in _THRESHOLDS:
            continue
        threshold = pack.value(_THRESHOLDS[kind], day)
        limit = Decimal(threshold.value)
        if not 0 < total <= limit:
            continue
        own = pack.currency_words
        reason = Text(
            f"not levied: {plain(total)} {own.en} in all is not over the threshold of "
            f"{plain(limit)}",
            f"免征：合计 {plain(total)} {own.zh}，未超过起征点 {plain(limit)} {own.zh}",
        )
        for tax in assessment.all_taxes():
            if tax.kind == kind and tax.amount:
                _waive(tax, reason, str(threshold.citation))


def _waive(tax: Tax, reason: Text, citation: str) -> None:
    tax.amount = NOTHING
    tax.relief = Relief(reason, citation)


def _levy_for(
    declaration: Declaration, valuation: Valuation, pack: Pack, day: date
) -> tuple[Levy, list[Finding]]:
    """The regime's levy; e-commerce over its limits is taxed as general import."""
    if declaration.regime != "ecommerce":
        return REGIMES[declaration.regime.value], []
    single, annual = pack.value("cbec.single_limit", day), pack.value("cbec.annual_limit", day)
    total = sum(
        (
            value.amount
            for position in range(len(declaration.items))
            if (value := valuation.item_value(position))
        ),
        ZERO,
    )
    to_date = declaration.buyer_year_to_date or ZERO
    if total <= single.value and to_date + total <= annual.value:
        return REGIMES["ecommerce"], []
    over, limit = ("single", single) if total > single.value else ("annual", annual)
    own = pack.currency_words
    figure = plain(total if over == "single" else to_date + total)
    finding = Finding(
        code=f"cbec.{over}_limit",
        path="items",
        text=Text(
            f"{figure} {own.en} is over the {over} limit of {limit.value} {own.en} for "
            f"cross-border e-commerce; taxed in full as general trade.",
            f"{figure} {own.zh}超过跨境电商{'单次' if over == 'single' else '年度'}交易限值"
            f" {limit.value} {own.zh}，按一般贸易全额征税。",
        ),
        severity=Severity.WARNING,
        citation=str(limit.citation),
    )
    return import_taxes, [finding]
