"""A small kind of case at an enterprise and an office: a permit that a firm, or its broker, asks
for with a drawing, an office decides, and a later one of the firm replaces."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from sanzhi.cases import Ask, Asked, At, Kind, Other, Situation, Standing, Step, Why
from sanzhi.cases.kind import Awaited
from sanzhi.cases.standing import Outcome
from sanzhi.core.codes import Code
from sanzhi.core.digests import digest
from sanzhi.core.findings import Text
from sanzhi.events import VOCABULARY, Hash, Key, Payload, Said
from sanzhi.site.cases.actions import standing_of
from sanzhi.site.cases.desks import DESKS, plain_desk
from sanzhi.site.cases.models import CaseRecord

LAW = "customs-law, art. 1"


class State(Code):
    ASKED = "asked", "asked for", "已申请"
    DECIDED = "decided", "decided", "已决定"
    REPLACED = "replaced", "replaced", "已被替代"
    OBJECTED = "objected", "objected to", "已提出异议"


@VOCABULARY.declare("test.permit_asked", verb=("asked", "申请"), words=("{goods}", "{goods}"))
class AskedFor(Payload):
    enterprise: Key
    office: Key
    goods: Said
    drawing: Hash
    partner: Key = ""


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
    grounds: Hash


@VOCABULARY.declare(
    "test.permit_objected", verb=("objected", "异议"), words=("{reason}", "{reason}")
)
class Objected(Payload):
    decision: int
    reason: Said


@VOCABULARY.declare(
    "test.permit_replaced", verb=("replaced", "替代"), words=("Replaced.", "替代。")
)
class Replaced(Payload):
    pass


@VOCABULARY.declare(
    "test.permit_answered", verb=("answered", "答复"), words=("{reason}", "{reason}")
)
class Answered(Payload):
    outcome: Outcome
    reason: Said


@VOCABULARY.declare("test.permit_parted", verb=("parted", "分开"), words=("Parted.", "分开。"))
class Parted(Payload):
    pass


@dataclass(frozen=True, kw_only=True)
class Permit(Standing):
    state: State = State.ASKED
    enterprise: str = ""
    office: str = ""
    goods: str = ""
    drawing: str = ""
    partner: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside(Situation):
    earlier: Callable[[], Other[Permit] | None]
    """The permit that the firm has already."""


PERMIT: Kind[Permit] = Kind(
    name="permit",
    words=Text("permit", "许可"),
    states=State,
    begin=Permit,
    prefix="PM",
    requests={"permit": Text("permit", "许可"), "objection": Text("objection", "异议")},
    title=lambda permit: permit.goods,
    parties=lambda permit: {permit.enterprise, permit.partner},
    awaited={
        State.ASKED: Awaited("officer", Text("It is decided.", "决定。"), ("decide",)),
        State.DECIDED: Awaited("", Text("Nothing.", "无。")),
        State.REPLACED: Awaited("", Text("Nothing.", "无。")),
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


@PERMIT.follows(Replaced)
def _replaced(permit: Permit, _told: Replaced, _at: At) -> Permit:
    return permit.having(state=State.REPLACED)


@PERMIT.follows(Answered)
def _answered(permit: Permit, told: Answered, at: At) -> Permit:
    return permit.deciding("objection", at, told.outcome, told.reason).having(state=State.DECIDED)


@PERMIT.follows(Parted)
def _parted(permit: Permit, _told: Parted, _at: At) -> Permit:
    return permit.having(partner="")


@PERMIT.follows(Objected)
def _objected(permit: Permit, told: Objected, at: At) -> Permit:
    return permit.asking("objection", at, told.reason, about=told.decision).having(
        state=State.OBJECTED
    )


class Application(Asked):
    enterprise: Annotated[str, Ask.for_("Enterprise", "企业")]
    office: Annotated[str, Ask.for_("Office", "关区")]
    goods: Annotated[str, Ask.for_("Goods", "货物")]
    drawing: Annotated[str, Ask.for_("Drawing", "图纸", file=True)]
    partner: Annotated[str, Ask.for_("Together with", "合作企业")] = ""


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
    step.documents.append(said.drawing)
    step.tell(AskedFor(**said.model_dump() | {"drawing": digest(said.drawing)}))


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
def decide(step: Step[Permit], said: Reason, now: Beside) -> None:
    grounds = f"Seen: {now.document(step.standing.drawing)}"
    step.documents.append(grounds)
    if earlier := now.earlier():
        step.on(PERMIT, earlier).tell(Replaced())
    step.tell(Weighed(words=said.reason))
    told = Decided(outcome=Outcome.GRANTED, reason=said.reason, grounds=digest(grounds))
    step.tell(told)


@PERMIT.action(
    "part",
    "Part from the partner",
    "与合作企业分开",
    done=("Parted.", "已分开。"),
    states=[State.DECIDED],
    permission="clearance.file",
    law=LAW,
    tells=[Parted],
)
def part(step: Step[Permit], _said: Asked, _now: Situation) -> None:
    step.tell(Parted())


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


@PERMIT.action(
    "answer",
    "Answer the objection",
    "答复异议",
    done=("Answered.", "已答复。"),
    states=[State.OBJECTED],
    permission="clearance.decide_appeal",
    law=LAW,
    tells=[Answered],
    decides="objection",
    impartial=True,
)
def answer(step: Step[Permit], said: Reason, _now: Situation) -> None:
    step.tell(Answered(outcome=Outcome.REFUSED, reason=said.reason))


@PERMIT.action(
    "expire",
    "Let it expire",
    "到期失效",
    done=("Expired.", "已失效。"),
    states=[State.DECIDED],
    permission="clearance.inspect",
    law=LAW,
    tells=[Replaced],
    by_hand=False,
)
def expire(step: Step[Permit], _said: Asked, _now: Situation) -> None:
    step.tell(Replaced())


def _beside(row: CaseRecord | None, **common: Any) -> Beside:
    def earlier() -> Other[Permit] | None:
        firm = CaseRecord.objects.filter(kind="permit", enterprise=row and row.enterprise)
        found = firm.filter(state=State.DECIDED).first()
        return Other(found.number, standing_of(found)) if found else None

    return Beside(**common, earlier=earlier)


DESKS.add(
    plain_desk(
        PERMIT,
        path="permits",
        view="clearance.inspect",
        place=lambda permit: {"office": permit.office, "enterprise": permit.enterprise},
        situation=_beside,
    )
)
