"""Live checks and the running tax estimate of a declaration that is not lodged."""

from dataclasses import dataclass

from sanzhi.core.findings import Finding, Unusable
from sanzhi.customs.duty import Assessment, assess
from sanzhi.declarations import Declaration
from sanzhi.declarations.checks import check
from sanzhi.site.law.catalogue import pack


@dataclass(frozen=True, slots=True)
class Estimate:
    findings: list[Finding]
    assessment: Assessment | None


def estimate(declaration: Declaration, reading: list[Finding] | None = None) -> Estimate:
    """Everything found, each once, and what would be owed (None where nothing can be assessed)."""
    findings = [*(reading or []), *check(declaration, pack())]
    assessment = None
    try:
        assessment = assess(declaration, pack())
    except Unusable as unusable:
        findings.append(unusable.finding)
    else:
        known = {(found.code, found.path) for found in findings}
        findings += [found for found in assessment.findings
                     if (found.code, found.path) not in known]
    return Estimate(findings, assessment)
