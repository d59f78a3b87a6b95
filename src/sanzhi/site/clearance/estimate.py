"""Live checks and the running tax estimate of a declaration that is not lodged."""

from dataclasses import dataclass

from sanzhi.border.clearance.admission import admit
from sanzhi.border.clearance.lodging import with_trader
from sanzhi.core.findings import Finding, Unusable
from sanzhi.customs.duty import Assessment, assess
from sanzhi.declarations import Declaration
from sanzhi.declarations.checks import check
from sanzhi.site.accounts.models import Enterprise
from sanzhi.site.clearance.lookup import require_office
from sanzhi.site.clearance.selection import party_of
from sanzhi.site.law.catalogue import pack


@dataclass(frozen=True, slots=True)
class Estimate:
    findings: list[Finding]
    assessment: Assessment | None


def estimate(
    declaration: Declaration,
    reading: list[Finding] | None = None,
    *,
    filing: bool = False,
    trader: Enterprise | None = None,
) -> Estimate:
    """Everything found, each once, and what would be owed (None where nothing can be assessed).

    `filing` says what lodging it for `trader` would find; else what-if rates and declared
    exchange rates count, and only what an estimate needs is asked for.
    """
    if filing:
        if trader:
            declaration = with_trader(declaration, party_of(trader))
        declaration, found = admit(declaration, pack())
    else:
        found = check(declaration, pack())
    findings = [*(reading or []), *found]
    try:
        require_office(declaration)
    except Unusable as unusable:
        if not any(found.path == "office" for found in findings):
            findings.append(unusable.finding)
    assessment = None
    try:
        assessment = assess(declaration, pack())
    except Unusable as unusable:
        findings.append(unusable.finding)
    else:
        known = {(found.code, found.path) for found in findings}
        findings += [
            found for found in assessment.findings if (found.code, found.path) not in known
        ]
    return Estimate(findings, assessment)
