"""What the checks of declarations ask of a law pack by name."""

from sanzhi.core.findings import Text
from sanzhi.law.needs import acts, code_lists

_CHECKING = Text("the checking of declarations", "报关单校验")

NEEDS = (
    *code_lists(
        _CHECKING,
        "countries",
        "currencies",
        "customs_offices",
        "duty_modes",
        "incoterms",
        "levy_natures",
        "procedures",
        "transport_modes",
        "units",
    ),
    *acts(_CHECKING, "customs-law", "gacc-order-103", "gacc-order-213"),
)
