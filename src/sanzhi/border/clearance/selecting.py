"""Assigning the lane: the law's table, then the administration's own rules and ranking; the
stricter of the two, and never a milder one than before an amendment."""

from dataclasses import replace

from sanzhi.border.clearance import events
from sanzhi.border.clearance.lanes import Choice, Selection, facts_of, select
from sanzhi.border.clearance.standing import Lodging, Step, Told
from sanzhi.core.findings import Text
from sanzhi.customs.duty import Assessment
from sanzhi.customs.lanes import Lane, stricter
from sanzhi.declarations import Declaration
from sanzhi.law import Pack

SELECTING = "customs-law, art. 28"

#: What a trader is told of the administration's own selection.
OWN = Text("selected by risk management", "风险布控选中")

LANES_ZH = {Lane.GREEN: "绿色", Lane.BLUE: "蓝色", Lane.YELLOW: "黄色", Lane.RED: "红色"}


def assign_lane(
    step: Step, declaration: Declaration, assessment: Assessment, pack: Pack, lodging: Lodging
) -> None:
    """Choose the lane of an accepted declaration and tell why."""
    facts = facts_of(
        declaration,
        assessment,
        step.findings,
        pack,
        tier=lodging.tier,
        first_time=lodging.first_time,
    )
    law = select(facts, pack, assessment.on, lodging.draw)
    floor = pack.number("selectivity.random_floor", assessment.on)
    own = (
        lodging.choosing(declaration, assessment, facts, lodging.draw, floor)
        if lodging.choosing
        else None
    )
    told = _told(law, own)
    lane, before = Lane(told.lane), step.standing.lane
    if before is not None and stricter(lane, before) is not lane:
        kept = Text("kept from before the amendment", "沿用修改前的通道")
        lane = before
        told = told.model_copy(
            update={
                "lane": lane.value,
                "lane_zh": LANES_ZH[lane],
                "reason": kept.en,
                "reason_zh": kept.zh,
            }
        )
    step.standing = replace(step.standing, lane=lane)
    if own:
        certain = law.lane is Lane.RED and law.rule != "random"
        step.told.append(Told(_assessed(own, certain=certain), (SELECTING,)))
    step.told.append(Told(told, tuple(filter(None, (SELECTING, law.citation)))))


def _told(law: Selection, own: Choice | None) -> events.LaneAssigned:
    """The event that everybody reads: the law's choice where it is as strict as the
    administration's own, which gives no particulars."""
    by = "random" if law.rule == "random" else "none" if law.lane is Lane.GREEN else "law"
    lane, rule, reason = law.lane, law.rule, law.reason
    if own and own.lane is not law.lane and stricter(own.lane, law.lane) is own.lane:
        lane, by, rule, reason = own.lane, "risk", "risk", OWN
    return events.LaneAssigned(
        lane=lane.value,
        lane_zh=LANES_ZH[lane],
        rule=rule,
        reason=reason.en,
        reason_zh=reason.zh,
        draw=law.draw,
        floor=law.floor,
        by=by,
    )


def _assessed(own: Choice, *, certain: bool) -> events.RiskAssessed:
    """The event that officers read; `certain` where the law inspects whatever else is known."""
    return events.RiskAssessed(
        lane=own.lane.value,
        lane_zh=LANES_ZH[own.lane],
        by=own.by,
        reason=own.reason.en,
        reason_zh=own.reason.zh,
        propensity="1" if certain else own.propensity,
        setting=own.setting,
        rules=list(own.rules),
        model=own.model,
        score=own.score,
        expected_revenue=own.expected_revenue,
        reasons=[one.en for one in own.reasons],
        reasons_zh=[one.zh for one in own.reasons],
        challenger=own.challenger,
        challenger_score=own.challenger_score,
        fallback=own.fallback,
    )
