"""What the administration's own selection asks of a law pack by name."""

from sanzhi.core.findings import Text
from sanzhi.law.needs import acts, parameters

_SELECTING = Text("the selection of consignments", "布控选查")

NEEDS = (
    *parameters(_SELECTING, "selectivity.random_floor"),
    *acts(_SELECTING, "customs-law"),
)
