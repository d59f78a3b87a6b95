"""Assigning the lane: the law's table, then the administration's own rules and ranking; the
stricter of the two, and never a milder one than before an amendment."""

from sanzhi.border.clearance import events
from sanzhi.border.clearance.codes import SelectedBy
from sanzhi.border.clearance.lanes import Choice, Selection, facts_of, select
from sanzhi.border.clearance.situation import Circumstances
from sanzhi.border.clearance.standing import Consignment
from sanzhi.cases import Step
from sanzhi.core.findings import Finding
from sanzhi.customs.duty import Assessment
from sanzhi.declarations import Declaration
from sanzhi.law import Pack
from sanzhi.selectivity.lanes import Lane, stricter

SELECTING = "customs-law, art. 28"


def assign_lane(
    step: Step[Consignment],
    declaration: Declaration,
    assessment: Assessment,
    findings: list[Finding],
    pack: Pack,
    lodging: Circumstances,
) -> None:
    """Choose the lane of an accepted declaration and tell why."""
    facts = facts_of(
        declaration, assessment, findings, pack, tier=lodging.tier, first_time=lodging.first_time
    )
    law = select(facts, pack, assessment.on, lodging.draw)
    floor = pack.number("selectivity.random_floor", assessment.on)
    own = (
        lodging.choosing(declaration, assessment, facts, lodging.draw, floor)
        if lodging.choosing
        else None
    )
    told, before = _assigned(law, own), step.standing.lane
    if before is not None and stricter(told.lane, before) is not told.lane:
        told = told.model_copy(update={"lane": before, "rule": "kept"})
    if own:
        certain = law.lane is Lane.RED and law.rule != "random"
        step.tell(_risk_assessed(own, certain=certain), SELECTING)
    step.tell(told, SELECTING, law.citation)


def _assigned(law: Selection, own: Choice | None) -> events.LaneAssigned:
    """The event that everybody reads: the law's choice where it is as strict as the
    administration's own, which gives no particulars."""
    lane, rule = law.lane, law.rule
    if law.rule == "random":
        by = SelectedBy.RANDOM
    else:
        by = SelectedBy.NONE if law.lane is Lane.GREEN else SelectedBy.LAW
    if own and own.lane is not law.lane and stricter(own.lane, law.lane) is own.lane:
        lane, by, rule = own.lane, SelectedBy.RISK, "risk"
    return events.LaneAssigned(lane=lane, rule=rule, by=by, draw=law.draw, floor=law.floor)


def _risk_assessed(own: Choice, *, certain: bool) -> events.RiskAssessed:
    """The event that officers read; `certain` where the law inspects whatever else is known."""
    return events.RiskAssessed(
        lane=own.lane,
        by=own.by,
        propensity="1" if certain else own.propensity,
        setting=own.setting,
        rules=list(own.rules),
        model=own.model,
        score=own.score,
        expected_revenue=own.expected_revenue,
        reasons=list(own.reasons),
        challenger=own.challenger,
        challenger_score=own.challenger_score,
        fallback=own.fallback,
    )
