"""What an assessment says: taxes line by line, each with base, rate, formula and citation."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from sanzhi.core.findings import Finding, Text
from sanzhi.core.money import NOTHING, ROUNDING_RULE, plain
from sanzhi.customs.duty.formulas import FORMULAS, INPUT_NAMES
from sanzhi.law import Pack
from sanzhi.law.rates import parse_rate

#: Kinds of tax, in the order they are levied, with the field's terms.
TAX_KINDS = {
    "duty": Text("Customs duty", "关税"),
    "export_duty": Text("Export duty", "出口关税"),
    "anti_dumping": Text("Anti-dumping duty", "反倾销税"),
    "consumption": Text("Consumption tax", "进口环节消费税"),
    "vat": Text("Value-added tax", "进口环节增值税"),
    "personal_articles": Text("Tax on personal articles", "行邮税"),
    "late_fee": Text("Late-declaration fee", "滞报金"),
}

#: Where a rate comes from.
RATE_KINDS = {
    "mfn": Text("most-favoured-nation rate", "最惠国税率"),
    "general": Text("general rate", "普通税率"),
    "provisional": Text("provisional rate", "暂定税率"),
    "agreement": Text("agreement rate", "协定税率"),
    "export": Text("export rate", "出口税率"),
    "export_provisional": Text("provisional export rate", "出口暂定税率"),
    "consumption": Text("consumption tax rate", "消费税税率"),
    "vat": Text("VAT rate", "增值税税率"),
    "anti_dumping": Text("anti-dumping rate", "反倾销税税率"),
    "personal_articles": Text("personal-article rate", "行邮税税率"),
    "late_fee": Text("daily rate", "日征收率"),
    "override": Text("what-if rate, not the law's", "假设税率（非法定）"),
}


@dataclass(slots=True)
class Relief:
    """Why less is levied than the formula gives."""

    reason: Text
    citation: str


@dataclass(slots=True)
class Tax:
    """One tax on one item (or on the declaration).

    `base` and `amount` are in the administration's currency, rounded to the fen; `computed` is
    what the formula gives before `relief`; `inputs` are the figures of the formula by name;
    `recipe` names the formula.
    """

    kind: str
    base: Decimal
    rate: str
    amount: Decimal
    citation: str
    rate_kind: str
    recipe: str
    inputs: dict[str, str]
    computed: Decimal
    agreement: str = ""
    relief: Relief | None = None

    def rate_words(self, currency: Text) -> Text:
        """The rate in words, its specific parts in the currency of the amounts."""
        return parse_rate(self.rate).words(currency)

    def formula(self, currency: Text) -> Text:
        """The formula in words with its figures."""
        rate, figures = self.rate_words(currency), {**self.inputs, "computed": plain(self.computed)}
        recipe = FORMULAS[self.recipe]
        text = Text(
            recipe.en.format(**figures, rate=rate.en), recipe.zh.format(**figures, rate=rate.zh)
        )
        if self.relief is None:
            return text
        return Text(f"{text.en}; {self.relief.reason.en}", f"{text.zh}；{self.relief.reason.zh}")

    @property
    def input_rows(self) -> list[tuple[Text, str]]:
        """The formula's figures with their names, for the page."""
        return [(INPUT_NAMES[name], value) for name, value in self.inputs.items()]

    def row(self, currency: Text, language: str = "en") -> dict[str, Any]:
        row: dict[str, Any] = {
            "kind": self.kind,
            "base": str(self.base),
            "rate": self.rate,
            "amount": str(self.amount),
            "formula": self.formula(currency).in_language(language),
            "citation": self.citation,
            "rate_kind": self.rate_kind,
            "rounding": ROUNDING_RULE.in_language(language),
        }
        if self.agreement:
            row["agreement"] = self.agreement
        if self.relief:
            row["computed"] = str(self.computed)
            row["relief"] = self.relief.reason.in_language(language)
            row["relief_citation"] = self.relief.citation
        if self.rate_kind == "override":
            row["what_if"] = True
        return row


@dataclass(slots=True)
class ItemAssessment:
    """The taxes of one goods item; `customs_value` (完税价格) to the fen, in the
    administration's currency."""

    number: int
    customs_value: Decimal
    value_formula: Text
    value_citation: str
    taxes: list[Tax]

    @property
    def total(self) -> Decimal:
        return sum((tax.amount for tax in self.taxes), NOTHING)


@dataclass(slots=True)
class Assessment:
    """What a declaration owes under the law of `on`, in the administration's currency."""

    on: date
    law: str
    """Key and digest of the law pack applied."""
    regime: str
    items: list[ItemAssessment]
    taxes: list[Tax] = field(default_factory=list)
    """Levied on the declaration as a whole."""
    findings: list[Finding] = field(default_factory=list)
    what_if: bool = False
    complete: bool = True
    """False where a finding kept an item from being assessed."""

    @property
    def customs_value(self) -> Decimal:
        return sum((item.customs_value for item in self.items), NOTHING)

    @property
    def total(self) -> Decimal:
        return sum((tax.amount for tax in self.all_taxes()), NOTHING)

    @property
    def totals(self) -> dict[str, Decimal]:
        """Amount by tax kind, in levying order."""
        sums: defaultdict[str, Decimal] = defaultdict(lambda: NOTHING)
        for tax in self.all_taxes():
            sums[tax.kind] += tax.amount
        return {kind: sums[kind] for kind in TAX_KINDS if kind in sums}

    def all_taxes(self) -> list[Tax]:
        return [tax for item in self.items for tax in item.taxes] + self.taxes

    def citations(self) -> list[str]:
        """Every act and article the assessment rests on, once each, in order."""
        cited: dict[str, None] = {}
        for item in self.items:
            cited[item.value_citation] = None
        for tax in self.all_taxes():
            cited[tax.citation] = None
            if tax.relief:
                cited[tax.relief.citation] = None
        return [citation for citation in cited if citation]

    def document(self, pack: Pack, language: str = "en") -> dict[str, Any]:
        """The assessment as the command line and the API show it, in the words of the
        administration whose law was applied."""
        currency = pack.currency_words
        document: dict[str, Any] = {
            "total": str(self.total),
            "on": self.on.isoformat(),
            "law": self.law,
            "regime": self.regime,
            "customs_value": str(self.customs_value),
            "totals": {kind: str(amount) for kind, amount in self.totals.items()},
            "items": [
                {
                    "number": item.number,
                    "customs_value": str(item.customs_value),
                    "value_formula": item.value_formula.in_language(language),
                    "value_citation": item.value_citation,
                    "total": str(item.total),
                    "taxes": [tax.row(currency, language) for tax in item.taxes],
                }
                for item in self.items
            ],
        }
        if self.taxes:
            document["taxes"] = [tax.row(currency, language) for tax in self.taxes]
        if self.what_if:
            document["what_if"] = True
        if not self.complete:
            document["complete"] = False
        if self.findings:
            own = pack.administration.cited
            document["findings"] = [finding.row(language, own) for finding in self.findings]
        return document

    def to_json(self) -> str:
        """The record that is stored; `from_json` gives it back unchanged."""
        return _ADAPTER.dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> "Assessment":
        return _ADAPTER.validate_json(text)


_ADAPTER = TypeAdapter(Assessment)
