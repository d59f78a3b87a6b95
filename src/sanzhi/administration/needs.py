"""What grants of posts and roles ask of a law pack by name."""

from sanzhi.core.findings import Text
from sanzhi.law.needs import acts, code_lists

_GRANTING = Text("the granting of posts", "岗位授予")

NEEDS = (
    *code_lists(_GRANTING, "customs_offices"),
    *acts(_GRANTING, "customs-law"),
)
