"""Taxes as pages show them: every line with its “Why?”."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language

from sanzhi.core.findings import Text
from sanzhi.core.money import ROUNDING_RULE
from sanzhi.customs.duty import Assessment
from sanzhi.customs.duty.assessment import RATE_KINDS, TAX_KINDS, ItemAssessment, Tax
from sanzhi.declarations import Declaration
from sanzhi.declarations.document import Item
from sanzhi.site.law.catalogue import pack
from sanzhi.site.shell.components import Explanation


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One tax with what it rests on."""

    name: Text
    tax: Tax
    rate: Text
    rate_kind: Text
    why: Explanation


@dataclass(frozen=True, slots=True)
class ItemTaxes:
    number: int
    goods: str
    code: str
    customs_value: Decimal
    why: Explanation
    lines: list[TaxLine]
    total: Decimal


@dataclass(frozen=True, slots=True)
class Taxes:
    """An assessment, ready to be shown: by item, on the whole, and the totals by kind."""

    assessment: Assessment
    items: list[ItemTaxes]
    whole: list[TaxLine]
    totals: list[tuple[Text, Decimal]]


def taxes(assessment: Assessment | None, declaration: Declaration) -> Taxes | None:
    """The taxes of a declaration with their explanations; None where nothing was assessed."""
    if assessment is None:
        return None
    goods = {item.number: item for item in declaration.items}
    return Taxes(
        assessment,
        [_item(one, goods.get(one.number), assessment) for one in assessment.items],
        [_line(tax, assessment) for tax in assessment.taxes],
        [(TAX_KINDS[kind], amount) for kind, amount in assessment.totals.items()],
    )


def _item(one: ItemAssessment, goods: Item | None, assessment: Assessment) -> ItemTaxes:
    return ItemTaxes(
        one.number,
        goods.description if goods else "",
        goods.code if goods else "",
        one.customs_value,
        Explanation(
            result=_money(one.customs_value),
            formula=_words(one.value_formula),
            rounding=_words(ROUNDING_RULE),
            on=assessment.on,
            citations=[one.value_citation] if one.value_citation else [],
        ),
        [_line(tax, assessment) for tax in one.taxes],
        one.total,
    )


def _line(tax: Tax, assessment: Assessment) -> TaxLine:
    rate_kind = RATE_KINDS.get(tax.rate_kind, Text(tax.rate_kind, tax.rate_kind))
    citations = [tax.citation, tax.relief.citation if tax.relief else ""]
    own = pack().currency_words
    rate = tax.rate_words(own)
    return TaxLine(
        TAX_KINDS[tax.kind],
        tax,
        rate,
        rate_kind,
        Explanation(
            result=_money(tax.amount),
            inputs=[(_words(name), value) for name, value in tax.input_rows],
            formula=_words(tax.formula(own)),
            rounding=_words(ROUNDING_RULE),
            on=assessment.on,
            citations=[one for one in citations if one],
            note=f"{_words(rate_kind)} {_words(rate)}"
            + (f" · {tax.agreement}" if tax.agreement else ""),
        ),
    )


def _words(text: Text) -> str:
    return text.in_language(get_language() or "en")


def _money(amount: Decimal) -> str:
    return f"{amount:,.2f} {pack().currency}"
