"""What valuation and taxes ask of a law pack by name."""

from sanzhi.core.findings import Text
from sanzhi.law.needs import parameters

_ASSESSING = Text("the assessment of taxes", "税款核定")
_ECOMMERCE = Text("the taxation of e-commerce", "跨境电商计税")
_LATENESS = Text("the charging of lateness", "滞报金与滞纳金计征")

NEEDS = (
    *parameters(
        _ASSESSING,
        "valuation.insurance_rate",
        "duty.de_minimis",
        "tax.de_minimis",
        "personal.de_minimis",
    ),
    *parameters(_ASSESSING, "duty.general_rate_origins", shape=list),
    *parameters(_ASSESSING, "levy.share_by_duty_mode", shape=dict),
    *parameters(
        _ECOMMERCE,
        "cbec.single_limit",
        "cbec.annual_limit",
        "cbec.duty_share",
        "cbec.tax_share",
    ),
    *parameters(
        _LATENESS,
        "declaration.import_deadline_days",
        "late_declaration.daily_rate",
        "late_declaration.minimum",
        "late_payment.daily_rate",
        "late_payment.minimum",
    ),
)
