"""What a declaration must say."""

from collections.abc import Callable, Iterator

from sanzhi.core.findings import Severity
from sanzhi.declarations.checks.registry import Found, Registry, Subject
from sanzhi.declarations.document import Item

CHECKS = Registry()

#: Regulations of the customs declaration form: what its columns must hold.
FORM = "gacc-order-103, art. 15"


@CHECKS.check(
    "items.none",
    "The declaration has no goods items.",
    "报关单没有商品项。",
    mend=("Add at least one goods item.", "请至少填报一项商品。"),
    citation=FORM,
)
def has_items(subject: Subject) -> Iterator[Found]:
    if not subject.declaration.items:
        yield Found("items", {})


@CHECKS.check(
    "item.code_missing",
    "Goods item {number} has no commodity code.",
    "第 {number} 项商品未填商品编号。",
    mend=("Give the ten-digit commodity code.", "请填写十位商品编号。"),
    citation=FORM,
)
def item_has_code(subject: Subject) -> Iterator[Found]:
    if subject.declaration.regime != "personal":
        yield from _items_lacking(subject, "code", lambda item: bool(item.code))


@CHECKS.check(
    "item.description_missing",
    "Goods item {number} has no description.",
    "第 {number} 项商品未填商品名称。",
    filing=True,
    mend=(
        "Describe the goods so that they can be classified.",
        "请填写规范的中文商品名称，应能满足归类需要。",
    ),
    citation=FORM,
)
def item_has_description(subject: Subject) -> Iterator[Found]:
    yield from _items_lacking(subject, "description", lambda item: bool(item.description))


@CHECKS.check(
    "item.origin_missing",
    "Goods item {number} names no country of origin.",
    "第 {number} 项商品未填原产国（地区）。",
    mend=(
        "Give the country of origin; goods of unknown origin pay the general rate.",
        "请填写原产国（地区）；原产地不明的货物适用普通税率。",
    ),
    citation=FORM,
)
def item_has_origin(subject: Subject) -> Iterator[Found]:
    if subject.declaration.regime == "import":
        yield from _items_lacking(subject, "origin", lambda item: bool(item.origin))


@CHECKS.check(
    "item.price_missing",
    "Goods item {number} has no price.",
    "第 {number} 项商品未填总价。",
    mend=(
        "Give the item's total price, or unit price and quantity.",
        "请填写商品总价，或单价和数量。",
    ),
    citation=FORM,
)
def item_has_price(subject: Subject) -> Iterator[Found]:
    yield from _items_lacking(
        subject,
        "price",
        lambda item: (
            item.price is not None or (item.unit_price is not None and item.quantity is not None)
        ),
    )


@CHECKS.check(
    "item.price_zero",
    "Goods item {number}: the price is zero.",
    "第 {number} 项商品：总价为零。",
    mend=(
        "Give what the goods are worth, also where nothing was paid for them.",
        "无偿提供的货物也应申报其价值。",
    ),
    citation="gacc-order-213, art. 5",
)
def item_price_is_positive(subject: Subject) -> Iterator[Found]:
    if subject.declaration.regime != "transit":
        yield from _items_lacking(
            subject, "price", lambda item: item.price is None or item.price > 0
        )


@CHECKS.check(
    "item.quantity_missing",
    "Goods item {number} has no quantity or no unit.",
    "第 {number} 项商品未填数量或单位。",
    mend=("Give the quantity and its unit.", "请填写成交数量及计量单位。"),
    citation=FORM,
)
def item_has_quantity(subject: Subject) -> Iterator[Found]:
    yield from _items_lacking(
        subject,
        "quantity",
        lambda item: (
            (item.quantity is not None and bool(item.unit))
            or item.statutory_quantity is not None
            or item.net_mass is not None
        ),
    )


@CHECKS.check(
    "header.incoterm_missing",
    "The terms of delivery are missing.",
    "未填成交方式。",
    filing=True,
    mend=("Give CIF, CFR, FOB or another Incoterm.", "请填写 CIF、CFR、FOB 等成交方式。"),
    citation=FORM,
)
def has_incoterm(subject: Subject) -> Iterator[Found]:
    if subject.is_national and not subject.declaration.incoterm:
        yield Found("incoterm", {})


@CHECKS.check(
    "header.freight_missing",
    "Terms of delivery {term} leave freight out, and none is declared.",
    "成交方式为 {term}，未申报运费。",
    severity=Severity.WARNING,
    mend=(
        "Give the freight to the place of entry (0 if there was none).",
        "请填报运抵境内输入地点的运费（无则填 0）。",
    ),
    citation="gacc-order-213, art. 35",
)
def fob_has_freight(subject: Subject) -> Iterator[Found]:
    declared = subject.declaration
    if (
        declared.regime == "import"
        and (declared.incoterm or "").upper() in {"FOB", "FCA", "FAS", "EXW"}
        and declared.freight is None
        and declared.freight_rate is None
    ):
        yield Found("freight", {"term": declared.incoterm})


@CHECKS.check(
    "header.procedure_missing",
    "The supervision mode is missing.",
    "未填监管方式。",
    mend=(
        "Give the four-digit supervision mode, e.g. 0110 for general trade.",
        "请填写四位监管方式代码，如一般贸易 0110。",
    ),
    citation=FORM,
    national=True,
    filing=True,
)
def has_procedure(subject: Subject) -> Iterator[Found]:
    if not subject.declaration.procedure and not all(
        item.procedure for item in subject.declaration.items
    ):
        yield Found("procedure", {})


@CHECKS.check(
    "header.trader_missing",
    "The trader (domestic consignor or consignee) is missing.",
    "未填境内收发货人。",
    mend=(
        "Name the trader, with its customs code or its code as an enterprise.",
        "请填写境内收发货人名称及海关注册编码或企业代码。",
    ),
    citation=FORM,
    national=True,
    filing=True,
)
def has_trader(subject: Subject) -> Iterator[Found]:
    if subject.declaration.party("trader", "importer", "exporter") is None:
        yield Found("parties", {})


@CHECKS.check(
    "header.transport_missing",
    "The mode of transport is missing.",
    "未填运输方式。",
    severity=Severity.WARNING,
    national=True,
    filing=True,
    mend=("Give the mode of transport.", "请填写运输方式。"),
    citation=FORM,
)
def has_transport_mode(subject: Subject) -> Iterator[Found]:
    transport = subject.declaration.transport
    if transport is None or not transport.mode:
        yield Found("transport.mode", {})


@CHECKS.check(
    "header.mass_missing",
    "The gross mass is missing.",
    "未填毛重。",
    severity=Severity.WARNING,
    national=True,
    filing=True,
    mend=("Give the gross mass in kilograms.", "请填写毛重（千克）。"),
    citation=FORM,
)
def has_gross_mass(subject: Subject) -> Iterator[Found]:
    if subject.declaration.gross_mass is None:
        yield Found("gross_mass", {})


@CHECKS.check(
    "header.packages_missing",
    "The number of packages is missing.",
    "未填件数。",
    severity=Severity.WARNING,
    national=True,
    filing=True,
    mend=("Give the number and kind of packages.", "请填写件数及包装种类。"),
    citation=FORM,
)
def has_packages(subject: Subject) -> Iterator[Found]:
    if subject.declaration.packages is None:
        yield Found("packages", {})


def _items_lacking(subject: Subject, field: str, holds: Callable[[Item], bool]) -> Iterator[Found]:
    for position, item in enumerate(subject.declaration.items):
        if not holds(item):
            yield Found(f"items[{position}].{field}", {"number": item.number})
