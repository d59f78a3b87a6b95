"""What a declaration may not bring with it when it is lodged, and an estimate may.

What-if rates serve estimates. The exchange rate is the law's of the day; a declared one counts
only where the law has none.
"""

from sanzhi.core.findings import Finding, Severity, Text
from sanzhi.core.money import plain
from sanzhi.declarations import Declaration
from sanzhi.declarations.checks import check
from sanzhi.law import Pack

EXCHANGE = "gacc-order-124, art. 13"


def admit(declaration: Declaration, pack: Pack) -> tuple[Declaration, list[Finding]]:
    """The declaration as it is cleared, and every finding on it as a filing."""
    declaration = declaration.priced_in(pack.currency)
    findings = [*_what_if_rates(declaration), *check(declaration, pack, filing=True)]
    rates = dict(declaration.exchange_rates)
    for currency, declared in declaration.exchange_rates.items():
        dated = pack.exchange_rate(currency, declaration.date)
        if dated is None:
            findings.append(_no_rate(currency))
        elif declared != dated.value:
            findings.append(
                _other_rate(currency, plain(declared), plain(dated.value), pack.currency_words)
            )
            rates[currency] = dated.value
    if rates == declaration.exchange_rates:
        return declaration, findings
    return declaration.model_copy(update={"exchange_rates": rates}), findings


def _what_if_rates(declaration: Declaration) -> list[Finding]:
    return [
        Finding(
            code="lodging.what_if",
            path=f"items[{position}].rates",
            text=Text(
                f"Goods item {item.number}: what-if rates serve an estimate; a declaration is "
                f"assessed at the law's.",
                f"第 {item.number} 项商品：假设税率仅用于测算，申报一律按法定税率计征。",
            ),
            mend=Text("Remove rates.", "请删除 rates。"),
            citation="customs-law, art. 53",
        )
        for position, item in enumerate(declaration.items)
        if item.rates is not None and item.rates.model_dump(exclude_none=True)
    ]


def _other_rate(currency: str, declared: str, lawful: str, own: Text) -> Finding:
    return Finding(
        code="exchange_rate.of_the_law",
        path=f"exchange_rates.{currency}",
        text=Text(
            f"One {currency} counts as {lawful} {own.en} on this day, not {declared}.",
            f"当日 1 {currency} 按 {lawful} {own.zh}折算，而非 {declared} {own.zh}。",
        ),
        severity=Severity.INFO,
        citation=EXCHANGE,
    )


def _no_rate(currency: str) -> Finding:
    return Finding(
        code="exchange_rate.declared",
        path=f"exchange_rates.{currency}",
        text=Text(
            f"The law pack has no exchange rate of {currency} for this day; the declared one "
            f"is used.",
            f"法规包没有当日 {currency} 汇率，暂用申报汇率。",
        ),
        severity=Severity.WARNING,
        citation=EXCHANGE,
    )
