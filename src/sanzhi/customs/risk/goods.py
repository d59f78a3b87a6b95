"""The platform's own declarations as goods items: what rules ask for and what models learn from.

One row a goods item, known at lodging: nothing of how it ended stands in it. Values in the
administration's currency, mass in kilograms.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sanzhi.customs.duty import Assessment
from sanzhi.customs.risk.addresses import plain
from sanzhi.declarations import Declaration

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Trade:
    """Who lodges, as registered: credit codes of importer and declarant, the importer's address."""

    importer: str
    declarant: str
    address: str = ""


def rows_of(
    declaration: Declaration,
    assessment: Assessment,
    facts: Mapping[str, Any],
    *,
    case: str,
    lodged: date,
    trade: Trade,
) -> list[Row]:
    """A row a goods item: the fields of rules and the canonical columns that do not need the
    past. `facts` are those of the law's decision table (`border.clearance.lanes.facts_of`).
    Rows are kept (`kept`): what changes here asks for another format there."""
    party = declaration.party("seller", "consignor", "exporter", "buyer", "consignee")
    trader = declaration.party("trader")
    departure = declaration.country_of_dispatch or declaration.trading_country
    whole = {
        "id": case,
        "date": lodged,
        "regime": str(declaration.regime),
        "import_type": str(declaration.regime),
        "type": str(declaration.type),
        "procedure": declaration.procedure,
        "process": declaration.procedure,
        "office": declaration.office,
        "transport": declaration.transport.mode if declaration.transport else None,
        "importer": trade.importer,
        "declarant": trade.declarant,
        "seller": (party.name or party.id) if party else None,
        "importer_address": plain((trader.address if trader else None) or trade.address),
        "seller_address": plain(party.address if party else None),
        "border_office": declaration.border_office,
        "dispatch_port": declaration.dispatch_port,
        "transit_port": declaration.transit_port,
        "entry_port": declaration.entry_port,
        "departure": departure,
        "tier": facts.get("trader_tier"),
        "condition_letters": facts.get("condition_letters"),
        "total_value": _float(assessment.customs_value),
        "total_tax": _float(assessment.total),
        "warnings": _float(facts.get("warnings")),
        "first_time_trader": facts.get("first_time_trader"),
        "preference_claimed": facts.get("preference_claimed"),
        "reduced_levy": facts.get("reduced_levy"),
        "deductions": facts.get("deductions"),
    }
    assessed = {one.number: one for one in assessment.items}
    rows = []
    for item in declaration.items:
        own = assessed.get(item.number)
        value = _float(own.customs_value if own else item.price)
        mass = _float(item.net_mass)
        tax = _float(own.total) if own else None
        duties = [one for one in own.taxes if one.kind in {"duty", "export_duty"}] if own else []
        rows.append(
            whole
            | {
                "code": item.code or None,
                "description": item.description or None,
                "origin": item.origin,
                "price": value,
                "net_mass": mass,
                "unit_value": value / mass if value and mass else None,
                "indirect": departure != item.origin if departure and item.origin else None,
                "tax_rate": 100 * tax / value if tax is not None and value else 0.0,
                "tax_type": duties[0].rate_kind if duties else None,
                "trade_remedy": any(one.kind == "anti_dumping" for one in own.taxes)
                if own
                else None,
            }
        )
    return rows


def _float(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
