"""A small kind of case at an enterprise and an office that is the office's alone: how far it trusts
a firm."""

from dataclasses import dataclass
from typing import Annotated

from sanzhi.cases import Ask, Asked, At, Kind, Situation, Standing, Step
from sanzhi.cases.kind import Awaited
from sanzhi.core.codes import Code
from sanzhi.core.findings import Text
from sanzhi.events import VOCABULARY, Key, Payload
from sanzhi.site.cases.desks import DESKS, plain_desk


class State(Code):
    MADE = "made", "made", "已评估"


@VOCABULARY.declare("test.assessment_made", verb=("assessed", "评估"), words=("Made.", "已评估。"))
class Made(Payload):
    enterprise: Key
    office: Key


@dataclass(frozen=True, kw_only=True)
class Assessment(Standing):
    state: State = State.MADE
    enterprise: str = ""
    office: str = ""


ASSESSMENT: Kind[Assessment] = Kind(
    name="assessment",
    words=Text("assessment", "评估"),
    states=State,
    begin=Assessment,
    prefix="AS",
    parties=lambda assessment: {assessment.enterprise},
    awaited={State.MADE: Awaited("", Text("Nothing.", "无。"))},
)


@ASSESSMENT.follows(Made)
def _made(assessment: Assessment, told: Made, _at: At) -> Assessment:
    return assessment.having(**told.model_dump())


class Firm(Asked):
    enterprise: Annotated[str, Ask.for_("Enterprise", "企业")]
    office: Annotated[str, Ask.for_("Office", "关区")]


@ASSESSMENT.action(
    "assess",
    "Assess a firm",
    "评估企业",
    done=("Assessed.", "已评估。"),
    begins=True,
    permission="clearance.inspect",
    law="customs-law, art. 1",
    tells=[Made],
)
def assess(step: Step[Assessment], said: Firm, _now: Situation) -> None:
    step.tell(Made(**said.model_dump()))


DESKS.add(
    plain_desk(
        ASSESSMENT,
        path="assessments",
        view="clearance.inspect",
        place=lambda made: {"office": made.office, "enterprise": made.enterprise},
    )
)
