"""Running the checks over a declaration."""

from sanzhi.core.findings import Finding
from sanzhi.declarations.checks import arithmetic, codes, completeness, tariff
from sanzhi.declarations.checks.registry import Check, Subject
from sanzhi.declarations.document import Declaration
from sanzhi.law import Pack

#: Every check, in the order findings are given: what is missing, then what is wrong.
CHECKS: tuple[Check, ...] = (
    *completeness.CHECKS,
    *codes.CHECKS,
    *arithmetic.CHECKS,
    *tariff.CHECKS,
)


def check(declaration: Declaration, pack: Pack, *, filing: bool = False) -> list[Finding]:
    """All findings on a declaration under the law of its day; empty where there are none.

    `filing` asks for what a filing needs even where the document bears no mark of one.
    """
    subject = Subject(declaration.priced_in(pack.currency), pack, filing)
    asked = (check for check in CHECKS if check.applies(subject))
    return [finding for check in asked for finding in check.run(subject)]
