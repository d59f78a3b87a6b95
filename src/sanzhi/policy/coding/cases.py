"""Studies, their texts and coding sheets as kinds of case: where each stands after its events. What
can be done with them stands in `study_actions`, `text_actions` and `sheet_actions`."""

from dataclasses import dataclass
from datetime import datetime

from sanzhi.cases import At, Kind, Standing
from sanzhi.cases.kind import Awaited
from sanzhi.cases.standing import NEVER
from sanzhi.core.codes import Code
from sanzhi.core.digests import digest
from sanzhi.core.findings import Text
from sanzhi.policy.coding import events
from sanzhi.policy.coding.codes import SheetKind, StudyRole, TextState

_NOTHING = Text("Nothing.", "无待办。")


class StudyState(Code):
    """A study goes on for as long as it is kept."""

    UNDER_WAY = "under_way", "under way", "进行中"


@dataclass(frozen=True, kw_only=True)
class StudyStanding(Standing):
    """A study of the laboratory."""

    state: StudyState = StudyState.UNDER_WAY
    key: str = ""
    version: int = 0
    content: str = ""
    """SHA-256 of the study file as stored; likewise `corpus` of all policies, and `index`."""
    corpus: str = ""
    index: str = ""
    begun: datetime = NEVER
    begun_by: str = ""
    measured: int = 0
    """How often what is measured has changed."""
    people: frozenset[tuple[str, StudyRole]] = frozenset()


STUDY: Kind[StudyStanding] = Kind(
    name="study",
    words=Text("study", "研究"),
    states=StudyState,
    begin=StudyStanding,
    number=lambda study: study_case(study.key),
    own_documents=True,
    title=lambda study: study.key,
    awaited={StudyState.UNDER_WAY: Awaited("lead", _NOTHING)},
)


@STUDY.follows(events.StudyBegun)
def _begun(study: StudyStanding, told: events.StudyBegun, at: At) -> StudyStanding:
    return study.having(
        key=told.study,
        version=told.version,
        content=told.content,
        corpus=told.corpus,
        index=told.outside,
        begun=at.time,
        begun_by=at.actor,
    )


@STUDY.follows(events.StudyChanged)
def _changed(study: StudyStanding, told: events.StudyChanged, _at: At) -> StudyStanding:
    return study.having(version=told.version, content=told.content, measured=told.measured)


@STUDY.follows(events.MeasuredChanged)
def _measured(study: StudyStanding, told: events.MeasuredChanged, _at: At) -> StudyStanding:
    return study.having(measured=told.measured)


@STUDY.follows(events.PersonAdded)
def _added(study: StudyStanding, told: events.PersonAdded, _at: At) -> StudyStanding:
    return study.having(people=study.people | {(told.person, told.role)})


@STUDY.follows(events.PersonRemoved)
def _removed(study: StudyStanding, told: events.PersonRemoved, _at: At) -> StudyStanding:
    return study.having(people=study.people - {(told.person, told.role)})


@dataclass(frozen=True, kw_only=True)
class TextStanding(Standing):
    """A policy text of a study."""

    state: TextState = TextState.UNASSIGNED
    study: str = ""
    """The study's case."""
    policy: str = ""
    position: int = 0
    content: str = ""
    """SHA-256 of the policy as stored."""
    coders: frozenset[str] = frozenset()
    """Accounts of those whose sheets were compared: none of them adjudicates."""
    adjudicator: str = ""
    """The account that adjudicates, or did last; empty where none of this site does."""


TEXT: Kind[TextStanding] = Kind(
    name="policy_text",
    words=Text("policy text", "政策文本"),
    states=TextState,
    begin=TextStanding,
    number=lambda text: text_case(text.study, text.position),
    own_documents=True,
    title=lambda text: text.policy,
    awaited={
        TextState.UNASSIGNED: Awaited(
            "lead", Text("The lead assigns it.", "由负责人分配。"), ("assign",)
        ),
        TextState.CODING: Awaited("coder", Text("Its coders hand in.", "由编码员提交。")),
        TextState.ADJUDICATION: Awaited(
            "lead", Text("A lead adjudicates.", "由负责人仲裁。"), ("adjudicate",)
        ),
        TextState.SETTLED: Awaited("", _NOTHING),
    },
)


@TEXT.follows(events.TextEntered)
def _entered(text: TextStanding, told: events.TextEntered, _at: At) -> TextStanding:
    return text.having(
        study=told.study, policy=told.policy, position=told.position, content=told.content
    )


@TEXT.follows(events.TextAssigned)
def _assigned(text: TextStanding, _told: events.TextAssigned, _at: At) -> TextStanding:
    # A later round is for agreement with oneself and settles nothing anew.
    return text.having(state=TextState.CODING) if text.state is TextState.UNASSIGNED else text


@TEXT.follows(events.CodersDiffer)
def _differ(text: TextStanding, told: events.CodersDiffer, _at: At) -> TextStanding:
    return text.having(state=TextState.ADJUDICATION, coders=frozenset(told.coders))


@TEXT.follows(events.TextAdjudicated)
def _adjudicated(text: TextStanding, told: events.TextAdjudicated, _at: At) -> TextStanding:
    return text.having(adjudicator=told.adjudicator)


@TEXT.follows(events.TextSettled)
def _settled(text: TextStanding, told: events.TextSettled, _at: At) -> TextStanding:
    return text.having(state=TextState.SETTLED, coders=frozenset(told.coders))


@TEXT.follows(events.TextReopened)
def _reopened_text(text: TextStanding, _told: events.TextReopened, at: At) -> TextStanding:
    return text.having(state=TextState.ADJUDICATION, adjudicator=at.actor)


class SheetState(Code):
    """Whether a sheet was handed in."""

    OPEN = "open", "open", "编码中"
    FINISHED = "finished", "handed in", "已提交"


@dataclass(frozen=True, kw_only=True)
class SheetStanding(Standing):
    """One coder's marks of one text in one round, or those that were adjudicated."""

    state: SheetState = SheetState.OPEN
    text: str = ""
    """The text's case."""
    kind: SheetKind = SheetKind.CODING
    coder: str = ""
    name: str = ""
    round: int = 1
    done: int = 0
    marks: str = ""
    """SHA-256 of the marks as stored."""
    memo: str = ""
    finished: datetime | None = None
    updated: datetime = NEVER


SHEET: Kind[SheetStanding] = Kind(
    name="coding_sheet",
    words=Text("coding sheet", "编码表"),
    states=SheetState,
    begin=SheetStanding,
    own_documents=True,
    title=lambda sheet: f"{sheet.text} {sheet.name} {sheet.round}",
    awaited={
        SheetState.OPEN: Awaited(
            "coder", Text("Its coder hands it in.", "由编码员提交。"), ("score", "hand_in")
        ),
        SheetState.FINISHED: Awaited("", _NOTHING),
    },
)


@SHEET.follows(events.SheetOpened)
def _opened(sheet: SheetStanding, told: events.SheetOpened, at: At) -> SheetStanding:
    return sheet.having(
        text=told.text,
        kind=told.kind,
        coder=told.coder,
        name=told.name,
        round=told.round,
        done=told.done,
        marks=told.content,
        updated=at.time,
    )


@SHEET.follows(events.Scored, events.ScoreRemoved)
def _marked(sheet: SheetStanding, told: events.ScoreRemoved, at: At) -> SheetStanding:
    return sheet.having(done=told.done, marks=told.content, updated=at.time)


@SHEET.follows(events.Noted)
def _noted(sheet: SheetStanding, told: events.Noted, at: At) -> SheetStanding:
    return sheet.having(memo=told.memo, updated=at.time)


@SHEET.follows(events.SheetFinished)
def _finished(sheet: SheetStanding, told: events.SheetFinished, at: At) -> SheetStanding:
    return sheet.having(
        state=SheetState.FINISHED, marks=told.content, finished=at.time, updated=at.time
    )


@SHEET.follows(events.SheetReopened)
def _reopened(sheet: SheetStanding, told: events.SheetReopened, at: At) -> SheetStanding:
    return sheet.having(
        state=SheetState.OPEN,
        coder=told.coder,
        name=told.coder,
        finished=None,
        updated=at.time,
    )


@SHEET.follows(events.SheetHandedOver)
def _handed_over(sheet: SheetStanding, told: events.SheetHandedOver, at: At) -> SheetStanding:
    return sheet.having(
        coder=told.coder,
        name=told.coder,
        done=told.done,
        marks=told.content,
        memo=told.memo,
        updated=at.time,
    )


def study_case(key: str) -> str:
    """The number of a study's case: a key may be longer than a number."""
    return f"STUDY-{digest(key)[:12]}"


def text_case(study: str, position: int) -> str:
    """The number of the text at a place of a study's corpus, from 0."""
    return f"TEXT-{study.partition('-')[2]}-{position}"


def sheet_case(text: str, ordinal: int) -> str:
    """The number of a text's sheet, counted from 1 in the order in which they were opened."""
    return f"SHEET-{text.partition('-')[2]}-{ordinal}"
