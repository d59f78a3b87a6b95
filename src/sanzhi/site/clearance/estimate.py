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
        findings += [found for found in assessment.findings
                     if (found.code, found.path) not in known]
    return Estimate(findings, assessment)


def require_office(declaration: Declaration) -> None:
    """`Unusable` where the declaration names no customs office of the law pack: there is nobody
    to lodge it with."""
    office = declaration.office
    if not office:
        raise Unusable(_NO_OFFICE)
    if not pack().knows_office(office):
        raise Unusable.because(
            "declaration.office_unknown", "office",
            f"{office!r} is not a customs office of the law pack.",
            f"{office!r} 不在关区代码表中。", mend=_NO_OFFICE.mend)


#: No rule of the document: without an office there is nobody to lodge with.
_NO_OFFICE = Finding(
    code="declaration.office_missing", path="office",
    text=Text("The customs office is missing.", "未填申报地海关。"),
    mend=Text("Give the four-digit code of the customs office.", "请填写四位关区代码。"))
