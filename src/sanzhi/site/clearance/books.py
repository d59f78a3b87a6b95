"""Holding the cases against the log: what a case says of money and release must be what its
events say. The log is signed and the cases are not; this finds a case changed behind it."""

import json
from collections.abc import Iterator
from decimal import Decimal

from sanzhi.core.findings import Finding, Text
from sanzhi.core.money import NOTHING
from sanzhi.site.clearance.models import Case
from sanzhi.site.events.models import EventRecord

#: Events that say what is due, what was paid and that goods were released.
_KINDS = (
    "clearance.assessed",
    "clearance.corrected",
    "clearance.cancelled",
    "clearance.paid",
    "clearance.refunded",
    "clearance.released",
)


def differences() -> Iterator[Finding]:
    """A finding for every case whose due, paid or release differs from its events."""
    due: dict[str, Decimal] = {}
    paid: dict[str, Decimal] = {}
    released: set[str] = set()
    told = EventRecord.objects.filter(kind__in=_KINDS).order_by("case", "sequence")
    for case, kind, payload in told.values_list("case", "kind", "payload").iterator(2000):
        try:
            said = json.loads(payload)
            _take(case, kind, said, due, paid, released)
        except (ValueError, KeyError, ArithmeticError):
            continue  # An event that was tampered with is named by the log's own verification.
    cases = Case.objects.values_list("number", "due", "paid", "released_at")
    for number, case_due, case_paid, released_at in cases.iterator(2000):
        if case_due != due.get(number, NOTHING):
            yield _differs(number, "due", str(case_due), str(due.get(number, NOTHING)))
        if case_paid != paid.get(number, NOTHING):
            yield _differs(number, "paid", str(case_paid), str(paid.get(number, NOTHING)))
        if (released_at is not None) is not (number in released):
            yield _differs(
                number, "released", str(released_at is not None), str(number in released)
            )


def _take(
    case: str,
    kind: str,
    said: dict[str, str],
    due: dict[str, Decimal],
    paid: dict[str, Decimal],
    released: set[str],
) -> None:
    match kind.removeprefix("clearance."):
        case "assessed":
            due[case] = Decimal(said["total"])
        case "corrected":
            due[case] = Decimal(said["after"])
        case "cancelled":
            due[case] = NOTHING
        case "paid":
            paid[case] = paid.get(case, NOTHING) + Decimal(said["amount"])
        case "refunded":
            paid[case] = paid.get(case, NOTHING) - Decimal(said["amount"])
        case "released":
            released.add(case)


def _differs(number: str, what: str, stored: str, logged: str) -> Finding:
    return Finding(
        code=f"cases.{what}",
        path=number,
        text=Text(
            f"Case {number} says {what} {stored}; its events say {logged}.",
            f"单证 {number} 的 {what} 为 {stored}，与事件所载 {logged} 不符。",
        ),
    )
