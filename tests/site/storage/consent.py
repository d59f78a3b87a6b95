"""A small kind that two agencies decide, each at an office of its own, in any order."""

from dataclasses import dataclass
from typing import Annotated

from sanzhi.cases import Ask, Asked, At, Kind, Situation, Standing, Step, Why
from sanzhi.cases.kind import Awaited
from sanzhi.core.codes import Code
from sanzhi.core.findings import Text
from sanzhi.events import VOCABULARY, Payload, Said
from sanzhi.site.cases.desks import DESKS, plain_desk


class State(Code):
    FILED = "filed", "filed", "已提交"
    HEALTHY = "healthy", "cleared by health", "卫生已同意"
    SAFE = "safe", "cleared by safety", "安全已同意"
    DONE = "done", "cleared by both", "双方已同意"


@VOCABULARY.declare("test.consent_filed", verb=("filed", "提交"),
                    words=("{firm} asks {health} and {safety}.",
                           "{firm} 向 {health}、{safety} 提交。"))  # fmt: skip
class Filed(Payload):
    firm: str
    health: str
    safety: str


@VOCABULARY.declare("test.consent_healthy", verb=("agreed", "同意"), confidential=True,
                    words=("Health agrees: {reason}", "卫生同意：{reason}"))  # fmt: skip
class HealthAgreed(Payload):
    reason: Said


@VOCABULARY.declare("test.consent_safe", verb=("agreed", "同意"), confidential=True,
                    words=("Safety agrees: {reason}", "安全同意：{reason}"))  # fmt: skip
class SafetyAgreed(Payload):
    reason: Said


@dataclass(frozen=True, kw_only=True)
class Consent(Standing):
    state: State = State.FILED
    firm: str = ""
    health: str = ""
    safety: str = ""


CONSENT: Kind[Consent] = Kind(
    name="consent", words=Text("consent", "同意书"), states=State, begin=Consent, prefix="CO",
    parties=lambda consent: {consent.firm},
    awaited={
        State.FILED: Awaited(("officer", "supervisor"),
                             Text("Both agencies agree.", "待双方同意。"), ("health", "safety")),
        State.HEALTHY: Awaited("supervisor", Text("Safety agrees.", "待安全同意。"), ("safety",)),
        State.SAFE: Awaited("officer", Text("Health agrees.", "待卫生同意。"), ("health",)),
        State.DONE: Awaited("", Text("Nothing.", "无。")),
    })  # fmt: skip


@CONSENT.follows(Filed)
def _filed(consent: Consent, told: Filed, _at: At) -> Consent:
    return consent.having(firm=told.firm, health=told.health, safety=told.safety)


@CONSENT.follows(HealthAgreed)
def _healthy(consent: Consent, _told: HealthAgreed, _at: At) -> Consent:
    other = consent.state is State.SAFE
    return consent.having(state=State.DONE if other else State.HEALTHY)


@CONSENT.follows(SafetyAgreed)
def _safe(consent: Consent, _told: SafetyAgreed, _at: At) -> Consent:
    other = consent.state is State.HEALTHY
    return consent.having(state=State.DONE if other else State.SAFE)


class Filing(Asked):
    firm: Annotated[str, Ask.for_("Firm", "企业")]
    health: Annotated[str, Ask.for_("Health office", "卫生机关")]
    safety: Annotated[str, Ask.for_("Safety office", "安全机关")]


class Reason(Asked):
    reason: Why


@CONSENT.action("file", "File", "提交", done=("Filed.", "已提交。"), begins=True,
                permission="clearance.file", law="customs-law, art. 1", tells=[Filed])  # fmt: skip
def file(step: Step[Consent], said: Filing, _now: Situation) -> None:
    step.tell(Filed(firm=said.firm, health=said.health, safety=said.safety))


@CONSENT.action("health", "Agree for health", "卫生同意", done=("Agreed.", "已同意。"),
                at=lambda consent: {"office": consent.health}, impartial=True,
                states=[State.FILED, State.SAFE], permission="clearance.inspect",
                law="customs-law, art. 1", tells=[HealthAgreed])  # fmt: skip
def health(step: Step[Consent], said: Reason, _now: Situation) -> None:
    step.tell(HealthAgreed(reason=said.reason))


@CONSENT.action("safety", "Agree for safety", "安全同意", done=("Agreed.", "已同意。"),
                at=lambda consent: {"office": consent.safety}, impartial=True,
                states=[State.FILED, State.HEALTHY], permission="clearance.decide_appeal",
                law="customs-law, art. 1", tells=[SafetyAgreed])  # fmt: skip
def safety(step: Step[Consent], said: Reason, _now: Situation) -> None:
    step.tell(SafetyAgreed(reason=said.reason))


DESKS.add(plain_desk(CONSENT, path="consents", view="clearance.file",
                     place=lambda consent: {"enterprise": consent.firm}))  # fmt: skip
