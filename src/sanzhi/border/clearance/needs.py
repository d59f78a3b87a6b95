"""What clearance, and the checks and taxes that it rests on, ask of a law pack by name."""

from sanzhi.core.findings import Text
from sanzhi.customs.duty.needs import NEEDS as DUTY
from sanzhi.declarations.checks.needs import NEEDS as CHECKS
from sanzhi.law.needs import acts, code_lists, parameters

_CLEARING = Text("clearance", "通关")

NEEDS = (
    *CHECKS,
    *DUTY,
    *parameters(
        _CLEARING,
        "appeal.deadline_days",
        "payment.deadline_days",
        "two_step.completion_days",
        "selectivity.random_floor",
        "selectivity.release_hours",
    ),
    *code_lists(_CLEARING, "packages"),
    *acts(
        _CLEARING,
        "administrative-reconsideration-law",
        "customs-law",
        "gacc-2019-127",
        "gacc-order-103",
        "gacc-order-124",
    ),
)
