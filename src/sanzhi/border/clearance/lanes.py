"""Selectivity lanes: green, yellow, red, blue.

The law pack's decision table is asked rule by rule and the first that holds decides; a
consignment that no row holds back can still be drawn by the random floor. Facts are gathered
once (`facts_of`), so another way of choosing can stand in behind `select` without its callers
knowing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from sanzhi.border.clearance.codes import SelectedBy
from sanzhi.core.findings import Finding, Severity, Text
from sanzhi.customs.duty import Assessment
from sanzhi.declarations import Declaration
from sanzhi.law import Pack
from sanzhi.selectivity.lanes import Lane

#: What stands for a row of the law's table where none decided, and its words.
NO_ROW = {
    "default": Text("no rule holds it back", "无布控规则命中"),
    "random": Text("drawn at random", "随机布控抽中"),
    "risk": Text("selected by risk management", "风险布控选中"),
    "kept": Text("kept from before the amendment", "沿用修改前的通道"),
}


@dataclass(frozen=True, slots=True)
class Selection:
    """The lane, and why: the row of the table or the draw."""

    lane: Lane
    rule: str
    """The row's id, or one of `NO_ROW`."""
    citation: str
    draw: str | None = None
    floor: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What the administration's own selection asks for beside the law's table: its lane, by what,
    and how likely an inspection was. Figures are text, as events carry them."""

    lane: Lane
    by: SelectedBy
    propensity: str
    rules: tuple[str, ...] = ()
    setting: str = ""
    """The version of rules and policy that chose."""
    model: str = ""
    score: str = ""
    expected_revenue: str = ""
    reasons: tuple[str, ...] = ()
    """Why the model ranks it so: codes with their values."""
    challenger: str = ""
    challenger_score: str = ""
    fallback: str = ""
    """Code of why there is no score, where there should be one."""


class Choosing(Protocol):
    """The administration's own selection: asked with a declaration that was accepted."""

    def __call__(
        self,
        declaration: Declaration,
        assessment: Assessment,
        facts: Mapping[str, Any],
        draw: Decimal,
        floor: Decimal,
    ) -> Choice: ...


def facts_of(
    declaration: Declaration,
    assessment: Assessment,
    findings: Iterable[Finding],
    pack: Pack,
    *,
    tier: str,
    first_time: bool,
) -> dict[str, Any]:
    """What the decision table can ask about a consignment: the fields of `law.selectivity`."""
    lines = [pack.find_line(item.code, assessment.on) for item in declaration.items]
    reduced = _reduced(pack, assessment.on)
    return {
        "regime": declaration.regime.value,
        "type": declaration.type.value,
        "procedure": declaration.procedure or "",
        "code_prefix": frozenset(item.code for item in declaration.items),
        "origin": frozenset(
            pack.country(item.origin) or item.origin for item in declaration.items if item.origin
        ),
        "condition_letters": "".join(line.conditions for line in lines if line),
        "warnings": Decimal(sum(one.severity is Severity.WARNING for one in findings)),
        "total_tax": assessment.total,
        "total_value": assessment.customs_value,
        "trader_tier": tier,
        "first_time_trader": first_time,
        "preference_claimed": any(item.proof_of_origin for item in declaration.items),
        "reduced_levy": any(item.duty_mode in reduced for item in declaration.items),
        "deductions": any(
            charge.amount < 0
            for charge in (
                *declaration.charges,
                *(one for item in declaration.items for one in item.charges),
            )
        ),
    }


def _reduced(pack: Pack, on: date) -> frozenset[str]:
    """Modes of levy that levy less than the whole, by code."""
    shares = pack.value("levy.share_by_duty_mode", on).value
    return frozenset(mode for mode, share in shares.items() if Decimal(share) < 1)


def select(facts: Mapping[str, Any], pack: Pack, on: date, draw: Decimal) -> Selection:
    """Choose the lane. `draw` is uniform in [0, 1) and decides the random floor; the caller
    derives it from a secret and the case, so that it can be replayed and not foretold."""
    lane, row, citation = Lane.GREEN, "default", ""
    if rule := pack.selectivity(on).decide(facts):
        lane, row, citation = rule.lane, rule.id, rule.citation
    floor = pack.value("selectivity.random_floor", on)
    if lane in (Lane.GREEN, Lane.BLUE) and draw < Decimal(floor.value):
        lane, row, citation = Lane.RED, "random", str(floor.citation)
    return Selection(lane, row, citation, format(draw, "f"), str(floor.value))


def row_words(row: str, pack: Pack) -> Text:
    """Why a row of the law's table, or what stood in its place, holds a consignment back."""
    rule = pack.lane_rule(row)
    return NO_ROW.get(row) or (rule.reason if rule else Text(row, row))
