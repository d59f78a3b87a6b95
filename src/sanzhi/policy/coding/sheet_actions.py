"""Every action on a coding sheet: scores with their evidence, the memo, handing in, reopening,
and handing over to another coder."""

from typing import Annotated

from pydantic import StringConstraints

from sanzhi.cases import Ask, Asked, Step
from sanzhi.core.digests import digest
from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.events import Payload
from sanzhi.policy.coding import events
from sanzhi.policy.coding.cases import SHEET, TEXT, SheetStanding, SheetState
from sanzhi.policy.coding.codes import Settling, SheetKind, TextState
from sanzhi.policy.coding.record import Span
from sanzhi.policy.coding.settling import compare, settle
from sanzhi.policy.coding.sheets import (
    MAX_MEMO,
    Marks,
    mark,
    require_code,
    unfinished,
    write_marks,
)
from sanzhi.policy.coding.situation import MANUAL, Laboratory, own_marks, require_coders

__all__ = ["SHEET", "Incomplete"]

CodeName = Annotated[str, StringConstraints(max_length=64), Ask.for_("Code", "编码")]


class Incomplete(Unusable):
    """A sheet that cannot be handed in yet; carries all that it lacks."""

    def __init__(self, lacking: list[Finding]) -> None:
        super().__init__(lacking[0])
        self.lacking = lacking


def require_own(sheet: SheetStanding, actor: str, name: str) -> None:
    """`Unusable` (`sheet.unknown`) for what only its coder does with a sheet."""
    if name != "hand_over" and sheet.coder != actor:
        raise Unusable.because(
            "sheet.unknown", "", "This is no sheet of yours.", "这不是您的编码表。"
        )


class Scoring(Asked):
    code: CodeName
    score: Annotated[int, Ask.for_("Score", "评分")]
    spans: tuple[Span, ...] = ()
    memo: Annotated[str, Ask.for_("Note", "说明", rows=3)] = ""


@SHEET.action(
    "score",
    "Score a code",
    "评分",
    done=("Saved.", "已保存。"),
    permission="policy.code",
    states=[SheetState.OPEN],
    law=MANUAL,
    tells=[events.Scored],
)
def score(step: Step[SheetStanding], said: Scoring, now: Laboratory) -> None:
    """Put a score with its evidence into a sheet; the same again changes nothing."""
    study, marks = now.file(), own_marks(step.standing, now)
    given = mark(study, now.policy().text, said.code, said.score, said.spans, said.memo)
    if marks.get(said.code) == given:
        return
    marks[said.code] = given
    content = _put(step, marks)
    told = events.Scored(
        code=said.code,
        score=given.score,
        spans=[f"{span.start}-{span.end}" for span in given.spans],
        memo=given.memo,
        study_version=study.version,
        done=len(marks),
        content=content,
    )
    step.tell(told)


class Removal(Asked):
    code: CodeName


@SHEET.action(
    "remove_score",
    "Take a score away",
    "撤销评分",
    done=("Saved.", "已保存。"),
    permission="policy.code",
    states=[SheetState.OPEN],
    law=MANUAL,
    tells=[events.ScoreRemoved],
)
def remove_score(step: Step[SheetStanding], said: Removal, now: Laboratory) -> None:
    """Take a score away; one that is not there changes nothing."""
    require_code(now.file(), said.code)
    marks = own_marks(step.standing, now)
    if marks.pop(said.code, None) is None:
        return
    content = _put(step, marks)
    step.tell(events.ScoreRemoved(code=said.code, done=len(marks), content=content))


class Memo(Asked):
    memo: Annotated[str, Ask.for_("Memo of the text", "文本备忘", rows=4)]


@SHEET.action(
    "note",
    "Write the memo",
    "写备忘",
    done=("Saved.", "已保存。"),
    permission="policy.code",
    states=[SheetState.OPEN],
    law=MANUAL,
    tells=[events.Noted],
)
def note(step: Step[SheetStanding], said: Memo, _now: Laboratory) -> None:
    """Write the memo of the whole text."""
    memo = said.memo.replace("\r\n", "\n").strip()
    if len(memo) > MAX_MEMO:
        raise Unusable.because(
            "sheet.memo",
            "memo",
            f"A memo has {MAX_MEMO} characters at most.",
            f"备忘不超过 {MAX_MEMO} 字。",
        )
    if memo != step.standing.memo:
        step.tell(events.Noted(memo=memo))


@SHEET.action(
    "hand_in",
    "Hand in",
    "提交",
    done=("Handed in.", "已提交。"),
    permission="policy.code",
    states=[SheetState.OPEN],
    law=MANUAL,
    tells=[events.SheetFinished],
)
def hand_in(step: Step[SheetStanding], _said: Asked, now: Laboratory) -> None:
    """Hand a sheet in; `Incomplete` says all that it still lacks. When the last coder hands in,
    the text is settled where all agree, else it goes to adjudication; handing in the adjudication
    settles it."""
    sheet, marks = step.standing, own_marks(step.standing, now)
    if lacking := unfinished(now.file(), marks):
        raise Incomplete(lacking)
    step.tell(events.SheetFinished(content=sheet.marks))
    text = now.text()
    if sheet.kind is SheetKind.ADJUDICATION:
        settle(step.on(TEXT, text), marks, Settling.ADJUDICATED, text.standing.coders, now)
    elif sheet.round == 1 and text.standing.state is TextState.CODING:
        given = {one.standing.name: one for one in now.first_round()}
        if all(one.standing.finished for one in given.values()):
            coded = {name: (one.standing.coder, one.marks) for name, one in given.items()}
            compare(step.on(TEXT, text), coded | {sheet.name: (sheet.coder, marks)}, now)


@SHEET.action(
    "reopen",
    "Reopen",
    "重开编码",
    done=("Reopened.", "已重开。"),
    permission="policy.code",
    states=[SheetState.FINISHED],
    law=MANUAL,
    tells=[events.SheetReopened],
)
def reopen(step: Step[SheetStanding], _said: Asked, now: Laboratory) -> None:
    """Take a sheet back that was handed in, while the other coders have not finished."""
    sheet = step.standing
    if now.text().standing.state is not TextState.CODING or sheet.round != 1:
        raise Unusable.because(
            "sheet.closed",
            "",
            "This sheet cannot be reopened: all coders have handed in.",
            "所有编码员均已提交，不能重开。",
            mend=Text("Tell the study lead what should change.", "请告知研究负责人需修改之处。"),
        )
    step.tell(events.SheetReopened(coder=now.actor))


class HandingOver(Asked):
    coder: Annotated[str, Ask.for_("To the coder", "移交给")]


@SHEET.action(
    "hand_over",
    "Hand over",
    "移交",
    done=("Handed over.", "已移交。"),
    permission="policy.lead",
    states=[SheetState.OPEN],
    law=MANUAL,
    tells=[events.SheetHandedOver],
    when=lambda sheet: sheet.kind is SheetKind.CODING and sheet.round == 1,
)
def hand_over(step: Step[SheetStanding], said: HandingOver, now: Laboratory) -> None:
    """Give a sheet that was left behind to another coder, empty, so that what is coded is theirs
    alone."""
    sheet = step.standing
    require_coders([said.coder], now)
    if now.has_part(sheet.coder):
        raise Unusable.because(
            "hand_over.at_work",
            "coder",
            f"{sheet.name} is still at work on it.",
            f"{sheet.name} 仍在编码。",
        )
    if any(one.standing.name == said.coder for one in now.first_round()):
        raise Unusable.because(
            "hand_over.has",
            "coder",
            f"{said.coder} codes this text already.",
            f"{said.coder} 已在为该文本编码。",
        )
    step.tell(handed_over(step, said.coder, {}, memo=""))


def handed_over(step: Step[SheetStanding], coder: str, marks: Marks, *, memo: str) -> Payload:
    """A sheet made another's, with what stands in it then."""
    return events.SheetHandedOver(
        before=step.standing.name,
        coder=coder,
        done=len(marks),
        content=_put(step, marks),
        memo=memo,
    )


def _put(step: Step[SheetStanding], marks: Marks) -> str:
    """Have the marks stored with the step; their hash."""
    written = write_marks(marks)
    step.documents.append(written)
    return digest(written)
