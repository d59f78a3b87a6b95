"""Every action on a policy text: assigning it, adjudicating where its coders differ, and taking a
settled one back. What its coders hand in settles it (`settling`)."""

from typing import Annotated

from pydantic import Field

from sanzhi.cases import Asked, Step, Why
from sanzhi.core.findings import Unusable
from sanzhi.policy.coding import events
from sanzhi.policy.coding.cases import SHEET, TEXT, TextStanding
from sanzhi.policy.coding.codes import SheetKind, StudyRole, TextState
from sanzhi.policy.coding.settling import measure_anew, open_sheet
from sanzhi.policy.coding.sheet_actions import handed_over
from sanzhi.policy.coding.sheets import agreed
from sanzhi.policy.coding.situation import (
    MANUAL,
    MAX_CODERS,
    Beside,
    Laboratory,
    require_coders,
)

__all__ = ["TEXT"]

MAX_ROUNDS = 9


class Assignment(Asked):
    coders: Annotated[tuple[str, ...], Field(max_length=MAX_CODERS)]
    round: Annotated[int, Field(ge=1, le=MAX_ROUNDS)] = 1


@TEXT.action(
    "assign",
    "Assign",
    "分配",
    done=("Assigned.", "已分配。"),
    permission="policy.lead",
    states=list(TextState),
    law=MANUAL,
    tells=[events.TextAssigned],
)
def assign(step: Step[TextStanding], said: Assignment, now: Laboratory) -> None:
    """Give a text to coders. A coder who has it already keeps the sheet, and a text whose coders
    have all handed in gets no more of them; a later round is for agreement with themselves and
    settles nothing anew."""
    require_coders(said.coders, now)
    if said.round == 1 and step.standing.state in {TextState.ADJUDICATION, TextState.SETTLED}:
        return
    if not now.policy().text.strip():
        raise Unusable.because(
            "assign.empty",
            step.standing.policy,
            "There is no text to code: the corpus has its facts alone.",
            "语料中只有其事实，没有可编码的文本。",
        )
    sheets = now.sheets()
    has = {
        one.standing.name
        for one in sheets
        if one.standing.kind is SheetKind.CODING and one.standing.round == said.round
    }
    fresh = [one for one in dict.fromkeys(said.coders) if one not in has]
    if len(has) + len(fresh) > MAX_CODERS:
        raise Unusable.because(
            "assign.coders",
            step.standing.policy,
            f"A text has {MAX_CODERS} coders at most.",
            f"一份文本最多由 {MAX_CODERS} 人编码。",
        )
    if not fresh:
        return
    for ordinal, one in enumerate(fresh, len(sheets) + 1):
        open_sheet(step, ordinal, name=one, coder=one, round_=said.round)
    step.tell(events.TextAssigned(coders=fresh, round=said.round), *now.acts)


@TEXT.action(
    "adjudicate",
    "Adjudicate",
    "仲裁",
    done=("You adjudicate this text.", "由您仲裁该文本。"),
    permission="policy.adjudicate",
    states=[TextState.ADJUDICATION],
    law=MANUAL,
    tells=[events.TextAdjudicated],
    impartial=True,
    reviews=lambda text: text.coders,
)
def adjudicate(step: Step[TextStanding], _said: Asked, now: Laboratory) -> None:
    """Take a text on which coders differ, its sheet begun with what they agree on. One that
    another lead adjudicates stays theirs; one begun elsewhere, or by somebody who leads the study
    no more, is gone on with."""
    before = step.standing.adjudicator
    if before == now.actor:
        return
    if (before, StudyRole.LEAD) in now.study().standing.people and now.account(before):
        raise Unusable.because(
            "adjudication.taken",
            "",
            f"{before} is adjudicating this text.",
            f"{before} 正在仲裁该文本。",
        )
    begun = _adjudication(now)
    if begun is None:
        given = [one.marks for one in now.first_round() if one.standing.finished]
        ordinal = len(now.sheets()) + 1
        open_sheet(
            step,
            ordinal,
            name=now.actor,
            coder=now.actor,
            kind=SheetKind.ADJUDICATION,
            marks=agreed(now.file(), given),
        )
    else:
        sheet = step.on(SHEET, begun)
        sheet.tell(handed_over(sheet, now.actor, begun.marks, memo=begun.standing.memo))
    step.tell(events.TextAdjudicated(adjudicator=now.actor), *now.acts)


class Reopening(Asked):
    reason: Why


@TEXT.action(
    "reopen",
    "Adjudicate again",
    "重新仲裁",
    done=("Taken back to adjudication.", "已退回仲裁。"),
    permission="policy.adjudicate",
    states=[TextState.SETTLED],
    law=MANUAL,
    tells=[events.TextReopened],
    impartial=True,
    reviews=lambda text: text.coders,
)
def reopen(step: Step[TextStanding], said: Reopening, now: Laboratory) -> None:
    """Take a settled text back to adjudication, for a reason; whoever does adjudicates it."""
    settled = _adjudication(now)
    if settled is not None:
        step.on(SHEET, settled).tell(events.SheetReopened(coder=now.actor))
    step.tell(events.TextReopened(reason=said.reason), *now.acts)
    measure_anew(step, now)


def _adjudication(now: Laboratory) -> Beside | None:
    """The sheet of what was adjudicated or agreed on; one a text."""
    found = (one for one in now.sheets() if one.standing.kind is SheetKind.ADJUDICATION)
    return next(found, None)
