"""A small kind of case at an enterprise and an office: a permit that a firm, or its broker, asks
for and an office decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from sanzhi.cases import Ask, Asked, At, Kind, Situation, Standing, Step, Why
from sanzhi.cases.kind import Awaited
from sanzhi.cases.standing import Outcome
from sanzhi.core.codes import Code
from sanzhi.core.findings import Text
from sanzhi.events import VOCABULARY, Key, Payload, Said
from sanzhi.site.cases.desks import DESKS, plain_desk

LAW = "customs-law, art. 1"


class State(Code):
    ASKED = "asked", "asked for", "已申请"
    DECIDED = "decided", "decided", "已决定"
    OBJECTED = "objected", "objected to", "已提出异议"


@VOCABULARY.declare("test.permit_asked", verb=("asked", "申请"), words=("{goods}", "{goods}"))
class AskedFor(Payload):
    enterprise: Key
    office: Key
    goods: Said


@VOCABULARY.declare(
    "test.permit_weighed",
    verb=("weighed", "权衡"),
    words=("{words}", "{words}"),
    confidential=True,
    appealable=True,
)
class Weighed(Payload):
    words: Said


@VOCABULARY.declare(
    "test.permit_decided",
    verb=("decided", "决定"),
    words=("{reason}", "{reason}"),
    confidential=True,
    appealable=True,
)
class Decided(Payload):
    outcome: Outcome
    reason: Said


@VOCABULARY.declare(
    "test.permit_objected", verb=("objected", "异议"), words=("{reason}", "{reason}")
)
class Objected(Payload):
    decision: int
    reason: Said


@dataclass(frozen=True, kw_only=True)
class Permit(Standing):
    state: State = State.ASKED
    enterprise: str = ""
    office: str = ""
    goods: str = ""


PERMIT: Kind[Permit] = Kind(
    name="permit",
    words=Text("permit", "许可"),
    states=State,
    begin=Permit,
    prefix="PM",
    requests={"permit": Text("permit", "许可"), "objection": Text("objection", "异议")},
    title=lambda permit: permit.goods,
    parties=lambda permit: {permit.enterprise},
    awaited={
        State.ASKED: Awaited("officer", Text("It is decided.", "决定。"), ("decide",)),
        State.DECIDED: Awaited("", Text("Nothing.", "无。")),
        State.OBJECTED: Awaited("", Text("Nothing.", "无。")),
    },
)


@PERMIT.follows(AskedFor)
def _asked(permit: Permit, told: AskedFor, at: At) -> Permit:
    return permit.asking("permit", at, told.goods).having(**told.model_dump())


@PERMIT.follows(Weighed)
def _weighed(permit: Permit, _told: Weighed, _at: At) -> Permit:
    return permit


@PERMIT.follows(Decided)
def _decided(permit: Permit, told: Decided, at: At) -> Permit:
    return permit.deciding("permit", at, told.outcome, told.reason).having(state=State.DECIDED)


@PERMIT.follows(Objected)
def _objected(permit: Permit, told: Objected, at: At) -> Permit:
    return permit.asking("objection", at, told.reason, about=told.decision).having(
        state=State.OBJECTED
    )


class Application(Asked):
    enterprise: Annotated[str, Ask.for_("Enterprise", "企业")]
    office: Annotated[str, Ask.for_("Office", "关区")]
    goods: Annotated[str, Ask.for_("Goods", "货物")]


class Reason(Asked):
    reason: Why


def _decisions(permit: Permit) -> Mapping[int, Text]:
    return {one.sequence: Text(one.kind, one.kind) for one in permit.decisions}


class Objection(Reason):
    decision: Annotated[int, Ask.for_("Decision", "决定", choices=_decisions, event=True)]


@PERMIT.action(
    "apply",
    "Ask for a permit",
    "申请许可",
    done=("Asked for.", "已申请。"),
    begins=True,
    permission="clearance.file",
    law=LAW,
    tells=[AskedFor],
    opens="permit",
)
def apply(step: Step[Permit], said: Application, _now: Situation) -> None:
    step.tell(AskedFor(**said.model_dump()))


@PERMIT.action(
    "decide",
    "Decide",
    "决定",
    done=("Decided.", "已决定。"),
    states=[State.ASKED],
    permission="clearance.inspect",
    law=LAW,
    tells=[Weighed, Decided],
    decides="permit",
    impartial=True,
)
def decide(step: Step[Permit], said: Reason, _now: Situation) -> None:
    step.tell(Weighed(words=said.reason))
    step.tell(Decided(outcome=Outcome.GRANTED, reason=said.reason))


@PERMIT.action(
    "object",
    "Object",
    "提出异议",
    done=("Objected.", "已提出异议。"),
    states=[State.DECIDED],
    permission="clearance.file",
    law=LAW,
    tells=[Objected],
    opens="objection",
)
def object_to(step: Step[Permit], said: Objection, _now: Situation) -> None:
    step.tell(Objected(**said.model_dump()))


DESKS.add(
    plain_desk(
        PERMIT,
        path="permits",
        view="clearance.inspect",
        place=lambda permit: {"office": permit.office, "enterprise": permit.enterprise},
    )
)
