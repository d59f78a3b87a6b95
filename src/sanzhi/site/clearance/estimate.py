"""Live checks and the running tax estimate of a declaration that is not lodged."""

from dataclasses import dataclass

from sanzhi.core.findings import Finding, Text, Unusable
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
    if not declaration.office:
        findings.append(_NO_OFFICE)
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


#: No rule of the document: without an office there is nobody to lodge with.
_NO_OFFICE = Finding(
    code="declaration.office_missing", path="office",
    text=Text("The customs office is missing.", "未填申报地海关。"),
    mend=Text("Give the four-digit code of the customs office.", "请填写四位关区代码。"))
