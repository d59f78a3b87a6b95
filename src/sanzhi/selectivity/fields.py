"""What rules can ask for: fields with their kind, title and unit, in catalogues.

A value that is not known satisfies no test but `missing`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from sanzhi.core.findings import Text

Kind = Literal["text", "number", "flag"]
#: The unit of amounts: whatever the administration's own currency is.
CURRENCY = "currency"


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a rule can ask for."""

    name: str
    kind: Kind
    title: Text
    unit: str = ""
    letters: bool = False
    """Each sign of the text is a code of its own, so that `e` and `E` differ."""
    many: bool = False
    """It has several values at once; a condition holds where one of them satisfies it."""
    codes: tuple[str, ...] = ()
    """Of the platform's own values, all there are; empty where the list is open."""


#: The fields of a table's conditions, by name and in their order.
Catalogue = Mapping[str, Field]


def catalogue(fields: Iterable[Field]) -> Catalogue:
    """Fields by their names."""
    return {field.name: field for field in fields}


#: What is asked of a whole declaration, by the law and by officers alike.
DECLARATION = catalogue(
    (
        Field(
            "regime",
            "text",
            Text("regime", "进出境类型"),
            codes=("import", "export", "ecommerce", "personal", "transit"),
        ),
        Field(
            "type",
            "text",
            Text("declaration type", "申报类型"),
            codes=("standard", "advance", "summary", "complete"),
        ),
        Field("procedure", "text", Text("supervision mode", "监管方式")),
        Field(
            "condition_letters", "text", Text("supervision conditions", "监管条件"), letters=True
        ),
        Field(
            "total_value",
            "number",
            Text("customs value of the declaration", "完税价格合计"),
            CURRENCY,
        ),
        Field("total_tax", "number", Text("taxes of the declaration", "税款合计"), CURRENCY),
        Field("warnings", "number", Text("warnings found by the checks", "校验提示数")),
        Field("first_time_trader", "flag", Text("trader's first declaration", "企业首次申报")),
        Field("preference_claimed", "flag", Text("agreement rate claimed", "享惠申报")),
        Field("reduced_levy", "flag", Text("an exemption or reduction is claimed", "申报减免税")),
        Field("deductions", "flag", Text("something is deducted from the price", "申报扣减项")),
    )
)
