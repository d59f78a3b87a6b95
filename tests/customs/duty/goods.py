"""Short ways to write a declaration and to read what it owes."""

from datetime import date
from typing import Any

from sanzhi import law
from sanzhi.customs.duty import Assessment, Tax, assess
from sanzhi.declarations import Declaration

PACK = law.load()
OWN = PACK.currency_words
WINE = {"code": "2204210000", "origin": "FR", "quantity": "750", "unit": "l"}
TABLET = {"code": "8471301000", "origin": "US", "quantity": "10", "unit": "unit"}
BEEF = {"code": "0202300090", "origin": "US", "quantity": "1000", "unit": "kg"}
CREAM = {"code": "3304990039", "origin": "FR", "quantity": "2000", "unit": "ml"}
CIGARETTES = {"code": "2402200000", "origin": "JP", "quantity": "200", "unit": "carton"}
BEER = {"code": "2203000000", "origin": "DE", "quantity": "98800", "unit": "l"}
WHISKY = {"code": "2208300000", "origin": "GB", "quantity": "100", "unit": "l"}


def declare(*items: dict[str, Any], **fields: Any) -> Declaration:
    """A CIF import in yuan of 2020-03-02, unless the fields say otherwise."""
    return Declaration.from_fields(
        {
            "date": "2020-03-02",
            "currency": "CNY",
            "incoterm": "CIF",
            **fields,
            "items": [{"number": number, **item} for number, item in enumerate(items, 1)],
        }
    )


def assessed(
    *items: dict[str, Any], on: str | None = None, pack: law.Pack = PACK, **fields: Any
) -> Assessment:
    return assess(declare(*items, **fields), pack, date.fromisoformat(on) if on else None)


def amounts(assessment: Assessment) -> dict[str, str]:
    """What each kind of tax comes to, as text."""
    return {kind: str(amount) for kind, amount in assessment.totals.items()}


def the(kind: str, assessment: Assessment) -> Tax:
    """The one tax of a kind."""
    (tax,) = [tax for tax in assessment.all_taxes() if tax.kind == kind]
    return tax


def codes(assessment: Assessment) -> list[str]:
    return [finding.code for finding in assessment.findings]
