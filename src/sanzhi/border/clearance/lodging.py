"""Lodging a declaration, and processing it anew: check, accept, assess, select; or return it."""

from collections.abc import Callable
from typing import Annotated

from sanzhi.border.clearance import events
from sanzhi.border.clearance.admission import admit
from sanzhi.border.clearance.documents import (
    VersionText,
    content_of,
    filed_digest,
    version_text,
)
from sanzhi.border.clearance.selection import assign_lane
from sanzhi.border.clearance.situation import Circumstances, Clearance
from sanzhi.border.clearance.standing import CONSIGNMENT, Consignment
from sanzhi.cases import Ask, Asked, Step
from sanzhi.core.digests import digest
from sanzhi.core.findings import Finding, Unusable, has_errors
from sanzhi.customs.duty import Assessment, assess
from sanzhi.declarations import Declaration, Party
from sanzhi.law import Pack

LODGING = "customs-law, art. 24"
RETURNING = "gacc-order-103, art. 16"
#: Findings that a return names, at most; the version keeps them all.
_NAMED = 50


class Filing(Asked):
    declaration: Declaration
    filed: Annotated[str, Ask.for_("", "", hidden=True)] = ""
    """SHA-256 of the declaration as it was filed, where it was dated or completed since."""
    content: Annotated[str | None, Ask.for_("", "", hidden=True)] = None
    """The declaration's canonical JSON, where it was serialised already."""


@CONSIGNMENT.action(
    "lodge",
    "Lodge a declaration",
    "申报",
    done=("The declaration is lodged.", "已申报。"),
    permission="clearance.file",
    law=LODGING,
    begins=True,
    tells=(
        events.Lodged,
        events.Returned,
        events.Accepted,
        events.Assessed,
        events.RiskAssessed,
        events.LaneAssigned,
        events.InspectorDrawn,
        events.PaymentDue,
        events.Released,
    ),
)
def lodge(step: Step[Consignment], said: Filing, now: Clearance) -> None:
    """Process a new declaration: check, accept, assess, select; or return it for correction."""
    declaration, lodging = said.declaration, circumstances_of(now)

    def tell(text: VersionText) -> None:
        step.tell(
            events.Lodged(
                **text.hashes(),
                reference=declaration.reference or "",
                trader=lodging.trader.credit_code or "",
                declarant=lodging.declarant,
                office=declaration.office or "",
                regime=declaration.regime.value,
                type=declaration.type.value,
                on=declaration.date.isoformat(),
                filed=said.filed or filed_digest(text.content, declaration),
            ),
            LODGING,
        )

    process(step, declaration, 1, now, tell, content=said.content)


def process(
    step: Step[Consignment],
    declaration: Declaration,
    number: int,
    now: Clearance,
    tell: Callable[[VersionText], None],
    *,
    content: str | None = None,
) -> None:
    """Check a declaration, accept, assess and select it, or return it. `tell` says first what
    brought the version."""
    findings = list(now.reading)
    admitted, found = admit(declaration, now.pack)
    findings += found
    assessment = None if has_errors(findings) else _assessed(admitted, findings, now.pack)
    text = version_text(number, declaration, findings, assessment, content)
    step.documents.append(text)
    tell(text)
    if assessment is None:
        tell_returned(step, findings)
        return
    awaits = declaration.type == "advance" and (
        declaration.arrival_date is None or declaration.arrival_date > declaration.date
    )
    step.tell(
        events.Accepted(on=assessment.on.isoformat(), awaits_arrival=awaits),
        assessment.law,
        LODGING,
    )
    tell_assessed(step, text)
    assign_lane(step, declaration, assessment, findings, now.pack, circumstances_of(now))


def whole_assessment(
    declaration: Declaration, pack: Pack, *, check_all: bool = True
) -> tuple[Assessment, list[Finding]]:
    """An assessment that leaves nothing out, with what was found; `Unusable` with the first error
    found on the declaration, or reason why the assessment is not whole."""
    admitted, findings = admit(declaration, pack)
    if check_all and has_errors(findings):
        raise Unusable(next(found for found in findings if has_errors([found])))
    assessment = assess(admitted, pack)
    if not assessment.complete:
        raise Unusable(next(found for found in assessment.findings if has_errors([found])))
    return assessment, findings if check_all else list(assessment.findings)


def tell_assessed(step: Step[Consignment], text: VersionText) -> None:
    """Tell what a version is assessed at."""
    assessment = text.assessed
    if assessment is None:
        raise ValueError("the version is not assessed")
    step.tell(
        events.Assessed(
            customs_value=str(assessment.customs_value),
            total=str(assessment.total),
            totals={kind: str(amount) for kind, amount in assessment.totals.items()},
            version=text.number,
            assessment=digest(text.assessment),
        ),
        assessment.law,
        *assessment.citations(),
    )


def tell_returned(
    step: Step[Consignment], findings: list[Finding] | None = None, *, note: str = ""
) -> None:
    """Back to the trader; `note` is the officer's, otherwise the errors found are the reason."""
    errors = [found for found in findings or () if has_errors([found])]
    step.tell(
        events.Returned(
            note=note, because=[f"{one.code} {one.path}".strip() for one in errors[:_NAMED]]
        ),
        RETURNING,
    )


def with_trader(declaration: Declaration, trader: Party) -> Declaration:
    """A declaration that names no trader is for the one it is filed for."""
    if declaration.party("trader", "importer", "exporter"):
        return declaration
    return declaration.model_copy(update={"parties": [*declaration.parties, trader]})


def filed(declaration: Declaration) -> str:
    """SHA-256 of a declaration as it is filed, before it is dated."""
    return filed_digest(content_of(declaration), declaration)


def _assessed(admitted: Declaration, findings: list[Finding], pack: Pack) -> Assessment | None:
    """The assessment, its findings added to what was found; None where it is not whole."""
    try:
        assessment = assess(admitted, pack)
    except Unusable as unusable:
        findings.append(unusable.finding)
        return None
    known = {(found.code, found.path) for found in findings}
    findings += [one for one in assessment.findings if (one.code, one.path) not in known]
    return assessment if assessment.complete else None


def circumstances_of(now: Clearance) -> Circumstances:
    """What the declaration is processed with."""
    if now.lodging is None:
        raise ValueError("a declaration is processed for a trader")
    return now.lodging()
