"""What a declaration says must add up."""

from collections.abc import Iterator
from decimal import Decimal

from sanzhi.core.findings import Severity
from sanzhi.core.money import ZERO, plain
from sanzhi.core.units import convert
from sanzhi.declarations.checks.registry import Found, Registry, Subject

CHECKS = Registry()

FORM = "gacc-order-103, art. 15"


@CHECKS.check(
    "arithmetic.invoice_total",
    "The items add up to {items} {currency}; the header says {header}.",
    "各项商品总价合计 {items} {currency}，表头为 {header}。",
    mend=("Correct the header total or an item's price.", "请更正表头总价或商品总价。"),
    citation=FORM,
)
def items_add_up_to_invoice(subject: Subject) -> Iterator[Found]:
    declared = subject.declaration
    currency = declared.invoice_currency or declared.currency
    if (
        declared.invoice_total is None
        or not declared.items
        or any(
            item.price is None or (item.currency or declared.currency) != currency
            for item in declared.items
        )
    ):
        return
    total = sum((item.price or ZERO for item in declared.items), ZERO)
    if total != declared.invoice_total:
        yield Found(
            "invoice_total",
            {"items": plain(total), "currency": currency, "header": plain(declared.invoice_total)},
        )


@CHECKS.check(
    "arithmetic.unit_price",
    "Goods item {number}: {quantity} × {unit_price} is {product}, not {price}.",
    "第 {number} 项商品：{quantity} × {unit_price} = {product}，与总价 {price} 不符。",
    mend=("Correct quantity, unit price or total price.", "请更正数量、单价或总价。"),
    citation=FORM,
)
def unit_price_times_quantity_is_price(subject: Subject) -> Iterator[Found]:
    for position, item in enumerate(subject.declaration.items):
        if item.price is None or item.unit_price is None or item.quantity is None:
            continue
        product = item.quantity * item.unit_price
        # Half a unit in the last place written, of the total and of the unit price over the
        # whole quantity: what honest rounding can differ by.
        tolerance = _half_place(item.price) + item.quantity * _half_place(item.unit_price)
        if abs(product - item.price) > tolerance:
            yield Found(
                f"items[{position}].price",
                {
                    "number": item.number,
                    "quantity": plain(item.quantity),
                    "unit_price": plain(item.unit_price),
                    "product": plain(product),
                    "price": plain(item.price),
                },
            )


@CHECKS.check(
    "arithmetic.item_count",
    "The header says {header} goods items; there are {items}.",
    "表头商品项数为 {header}，实际为 {items}。",
    mend=("Correct the count or the items.", "请更正项数或商品项。"),
    citation=FORM,
)
def item_count_is_right(subject: Subject) -> Iterator[Found]:
    declared = subject.declaration
    if declared.item_count is not None and declared.item_count != len(declared.items):
        yield Found("item_count", {"header": declared.item_count, "items": len(declared.items)})


@CHECKS.check(
    "arithmetic.item_numbers",
    "Goods item number {number} is used twice.",
    "商品项号 {number} 重复。",
    mend=("Number the items 1, 2, 3 and so on.", "请按 1、2、3 …顺序编号。"),
    citation=FORM,
)
def item_numbers_are_unique(subject: Subject) -> Iterator[Found]:
    seen: set[int] = set()
    for position, item in enumerate(subject.declaration.items):
        if item.number in seen:
            yield Found(f"items[{position}].number", {"number": item.number})
        seen.add(item.number)


@CHECKS.check(
    "arithmetic.net_over_gross",
    "The net mass {net} kg is more than the gross mass {gross} kg.",
    "净重 {net} 千克大于毛重 {gross} 千克。",
    mend=("Correct one of the masses.", "请更正净重或毛重。"),
    citation=FORM,
)
def net_mass_is_within_gross(subject: Subject) -> Iterator[Found]:
    declared = subject.declaration
    places = [("net_mass", declared.net_mass, declared.gross_mass)]
    places += [
        (f"items[{position}].net_mass", item.net_mass, item.gross_mass)
        for position, item in enumerate(declared.items)
    ]
    for path, net, gross in places:
        if net is not None and gross is not None and net > gross:
            yield Found(path, {"net": plain(net), "gross": plain(gross)})


@CHECKS.check(
    "arithmetic.net_mass",
    "The items' net masses add up to {items} kg; the header says {header} kg.",
    "各项商品净重合计 {items} 千克，表头净重为 {header} 千克。",
    mend=("Correct the header or an item's net mass.", "请更正表头或商品净重。"),
    citation=FORM,
    severity=Severity.WARNING,
)
def net_masses_add_up(subject: Subject) -> Iterator[Found]:
    declared = subject.declaration
    masses = [item.net_mass for item in declared.items]
    if declared.net_mass is None or not masses or None in masses:
        return
    total = sum((mass for mass in masses if mass is not None), ZERO)
    if abs(total - declared.net_mass) > _half_place(declared.net_mass) * (1 + len(masses)):
        yield Found("net_mass", {"items": plain(total), "header": plain(declared.net_mass)})


@CHECKS.check(
    "arithmetic.quantity_zero",
    "Goods item {number}: the quantity is zero.",
    "第 {number} 项商品：数量为零。",
    mend=("Give the quantity that was sold.", "请填写成交数量。"),
    citation=FORM,
)
def quantities_are_positive(subject: Subject) -> Iterator[Found]:
    for position, item in enumerate(subject.declaration.items):
        if item.quantity is not None and item.quantity == 0:
            yield Found(f"items[{position}].quantity", {"number": item.number})


@CHECKS.check(
    "arithmetic.statutory_quantity",
    "Goods item {number}: {quantity} {unit} is {converted} {statutory_unit}, not {statutory}.",
    "第 {number} 项商品：{quantity} {unit} 折合 {converted} {statutory_unit}，"
    "与法定数量 {statutory} 不符。",
    mend=("Correct one of the two quantities.", "请更正成交数量或法定数量。"),
    citation=FORM,
    severity=Severity.WARNING,
)
def statutory_quantity_agrees(subject: Subject) -> Iterator[Found]:
    for position, item in enumerate(subject.declaration.items):
        if item.quantity is None or item.statutory_quantity is None:
            continue
        converted = convert(item.quantity, item.unit, item.statutory_unit)
        if converted is not None and abs(converted - item.statutory_quantity) > (
            _half_place(item.statutory_quantity) + converted / 1000
        ):
            yield Found(
                f"items[{position}].statutory_quantity",
                {
                    "number": item.number,
                    "quantity": plain(item.quantity),
                    "unit": item.unit,
                    "converted": plain(converted),
                    "statutory_unit": item.statutory_unit,
                    "statutory": plain(item.statutory_quantity),
                },
            )


@CHECKS.check(
    "arithmetic.arrival_after_declaration",
    "The goods arrived on {arrival}, after the "
    "declaration of {declared}; only an advance declaration is lodged before arrival.",
    "进境日期 {arrival} 晚于申报日期 {declared}；仅提前申报可在货物运抵前申报。",
    mend=("Correct a date, or declare in advance.", "请更正日期，或选择提前申报。"),
    severity=Severity.WARNING,
)
def arrival_is_not_after_declaration(subject: Subject) -> Iterator[Found]:
    declared = subject.declaration
    if (
        declared.regime == "import"
        and declared.arrival_date
        and declared.arrival_date > declared.date
        and declared.type != "advance"
    ):
        yield Found("arrival_date", {"arrival": declared.arrival_date, "declared": declared.date})


def _half_place(value: Decimal) -> Decimal:
    """Half a unit in the last decimal place the number is written with."""
    exponent = value.as_tuple().exponent
    places = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return Decimal(5).scaleb(-places - 1)
