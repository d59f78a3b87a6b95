"""Which rate applies: most-favoured-nation, general, provisional, agreement; and which
consumption rate where it depends on a price.

Tariff Law of the PRC, arts. 10–16 (before 2024-12-01: Import and Export Tariff Regulations,
arts. 10–12): goods of unknown origin pay the general rate; a provisional rate replaces the MFN
rate and is compared with an agreement rate, the lower applies; the general rate knows no
provisional rate.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from sanzhi.core.findings import Finding, Severity, Text
from sanzhi.core.money import ZERO
from sanzhi.customs.duty.assessment import Tax
from sanzhi.customs.duty.taxes import ONE, QuantityMissing, apply_rate, quantity_in
from sanzhi.declarations import Item
from sanzhi.law import Pack
from sanzhi.law.model import ConsumptionRule, DatedRate, TariffLine
from sanzhi.law.rates import Rate, parse_rate


@dataclass(slots=True)
class Law:
    """The law of the day, and what was found while applying it to one item."""

    pack: Pack
    on: date
    position: int
    waived: frozenset[str] = frozenset()
    """Kinds of tax below the declaration's levying threshold, which later taxes leave out."""
    findings: list[Finding] = field(default_factory=list)

    def found(
        self,
        code: str,
        field_name: str,
        text: Text,
        mend: Text | None = None,
        severity: Severity = Severity.ERROR,
        citation: str | None = None,
    ) -> None:
        self.findings.append(
            Finding(
                code=code,
                path=f"items[{self.position}].{field_name}",
                text=text,
                mend=mend,
                severity=severity,
                citation=citation,
            )
        )


@dataclass(frozen=True, slots=True)
class ChosenRate:
    """A consumption rate that applies, and what applying it needs."""

    rate: Rate
    citation: str
    kind: str = "consumption"
    litres_per_tonne: Decimal | None = None


def import_duty(item: Item, line: TariffLine, value: Decimal, law: Law) -> Tax | None:
    """The duty at the rate that applies; a finding and None where there is none."""
    origin = law.pack.country(item.origin) if item.origin else None
    if origin is None or origin in general_rate_origins(law):
        return _at(line.general, item, value, law)
    standing = line.provisional or line.mfn
    duty = _at(standing, item, value, law)
    claimed = [
        tax
        for rate in law.pack.agreement_rates(item.code, origin, law.on)
        if _claimed(rate, item, law) and (tax := _at(rate, item, value, law))
    ]
    if not claimed:
        return duty
    best = min(claimed, key=lambda tax: tax.amount)
    if (
        duty is None
        or best.amount < duty.amount
        or (best.amount == duty.amount and duty.rate_kind == "mfn")
    ):
        return best
    return duty


def general_rate_origins(law: Law) -> frozenset[str]:
    """Origins without most-favoured-nation treatment on the day."""
    return frozenset(law.pack.value("duty.general_rate_origins", law.on).value)


def consumption_rate(
    item: Item, line: TariffLine, value: Decimal, duty: Decimal, law: Law
) -> ChosenRate | None:
    """The consumption rate that applies, or None where the goods are free of it.

    `duty` includes any anti-dumping duty: the composed price of cigarettes contains it.
    """
    rule = law.pack.consumption_rule(item.code, law.on)
    if rule is None:
        if line.consumption is None or line.consumption.rate.is_free:
            return None
        return ChosenRate(line.consumption.rate, str(line.consumption.citation))
    rate = rule.rate
    if rule.threshold is not None and rule.rate_from is not None:
        price = _threshold_price(item, rule, value, duty, law)
        if price is None:
            unit = rule.threshold_unit.replace("_or_", " / ")
            law.found(
                "duty.threshold_quantity",
                "quantity",
                Text(
                    f"Goods item {item.number}: the consumption tax rate depends on the price "
                    f"per {unit}, and no quantity in that unit is declared; the higher rate is "
                    f"applied.",
                    f"第 {item.number} 项商品：消费税税率取决于每 {unit} 的价格，"
                    f"未申报该单位的数量，暂按较高税率计算。",
                ),
                Text(f"Declare the quantity in {unit}.", f"请申报以 {unit} 计的数量。"),
                Severity.WARNING,
                str(rule.citation),
            )
        if price is None or price >= rule.threshold:
            rate = rule.rate_from
    if rate.is_free:
        return None
    return ChosenRate(rate, str(rule.citation), litres_per_tonne=rule.litres_per_tonne)


def _at(dated: DatedRate | None, item: Item, value: Decimal, law: Law) -> Tax | None:
    if dated is None:
        law.found(
            "duty.no_rate",
            "code",
            Text(
                f"Goods item {item.number}: the tariff has no rate for {item.code} and "
                f"this origin on {law.on}.",
                f"第 {item.number} 项商品：税则中 {item.code} 在 {law.on} 没有适用于该原产地"
                f"的税率。",
            ),
        )
        return None
    try:
        return apply_rate(
            "duty",
            value,
            dated.rate,
            item,
            rate_kind=dated.kind,
            citation=str(dated.citation),
            agreement=dated.agreement,
        )
    except QuantityMissing as missing:
        quantity_finding(item, missing.unit, law)
        return None


def quantity_finding(item: Item, unit: str, law: Law) -> None:
    """Say that a specific rate cannot be applied for want of a quantity in its unit."""
    law.found(
        "duty.quantity_missing",
        "quantity",
        Text(
            f"Goods item {item.number}: the rate is per {unit}, and no quantity in that "
            f"unit is declared.",
            f"第 {item.number} 项商品：税率按 {unit} 计征，未申报该单位的数量。",
        ),
        Text(f"Declare the quantity in {unit}.", f"请申报以 {unit} 计的数量。"),
    )


def override(text: str | None, item: Item, name: str, law: Law) -> Rate | None:
    """A what-if rate, or a finding where it cannot be read."""
    if text is None:
        return None
    try:
        rate = parse_rate(text)
    except ValueError as error:
        law.found(
            "rates.syntax",
            f"rates.{name}",
            Text(
                f"Goods item {item.number}: {error}.",
                f"第 {item.number} 项商品：{text!r} 不是有效税率（如 0.15、15%、0.20+1/kg）。",
            ),
        )
        return None
    if (name == "vat" and not rate.is_ad_valorem) or (name == "consumption" and rate.options):
        law.found(
            "rates.kind",
            f"rates.{name}",
            Text(
                f"Goods item {item.number}: {name} has no rate of the kind {text!r}.",
                f"第 {item.number} 项商品：{name} 不适用 {text!r} 这类税率。",
            ),
        )
        return None
    if name in {"consumption", "vat"} and rate.ad_valorem >= 1:
        law.found(
            "rates.range",
            f"rates.{name}",
            Text(
                f"Goods item {item.number}: a {name} rate must be below 100%.",
                f"第 {item.number} 项商品：{name} 税率应小于 100%。",
            ),
        )
        return None
    return rate


def _claimed(rate: DatedRate, item: Item, law: Law) -> bool:
    proof = item.proof_of_origin
    if proof is None:
        given, given_zh = rate.rate.words(law.pack.currency_words)
        law.found(
            "origin.preference_unclaimed",
            "proof_of_origin",
            Text(
                f"Goods item {item.number}: {rate.agreement} gives {given} for this "
                f"origin; no proof of origin is declared, so it is not applied.",
                f"第 {item.number} 项商品：该原产地在 {rate.agreement} 项下税率为"
                f"{given_zh}，未申报原产地证明，不予适用。",
            ),
            Text(
                "Declare the proof of origin and direct transport to claim it.",
                "如需享惠，请申报原产地证明并符合直接运输规则。",
            ),
            Severity.INFO,
            str(rate.citation),
        )
        return False
    if proof.agreement and proof.agreement.upper() != rate.agreement.upper():
        return False
    if not proof.direct_transport:
        law.found(
            "origin.not_direct",
            "proof_of_origin.direct_transport",
            Text(
                f"Goods item {item.number}: {rate.agreement} asks for direct transport, which "
                f"is not declared; the rate is not applied.",
                f"第 {item.number} 项商品：{rate.agreement} 要求直接运输，"
                f"未申报符合，不适用协定税率。",
            ),
            None,
            Severity.WARNING,
            str(rate.citation),
        )
        return False
    return True


def _threshold_price(
    item: Item, rule: ConsumptionRule, value: Decimal, duty: Decimal, law: Law
) -> Decimal | None:
    """The price per `threshold_unit` that the law compares with the threshold."""
    measured = (
        quantity_in(item, unit, rule.litres_per_tonne) for unit in rule.threshold_unit.split("_or_")
    )
    quantity = next(filter(None, measured), None)
    if quantity is None:
        return None
    if rule.basis == "customs_value":
        return value / quantity
    if rule.basis == "customs_value_usd":
        dollar = law.pack.exchange_rate("USD", law.on)
        return None if dollar is None else value / Decimal(dollar.value) / quantity
    fixed = rule.composed_at or rule.rate
    specific = sum(
        (term.amount * (quantity_in(item, term.unit) or ZERO) for term in fixed.specific), ZERO
    )
    return (value + duty + specific) / (ONE - fixed.ad_valorem) / quantity
