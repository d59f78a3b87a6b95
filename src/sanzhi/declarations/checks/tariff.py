"""What the tariff asks of each item: a code in force, its units, elements and licences."""

from collections.abc import Iterator

from sanzhi.core.findings import Severity
from sanzhi.core.units import BY_CODE, convert, find_unit
from sanzhi.declarations.checks.registry import Found, Registry, Subject
from sanzhi.declarations.document import Item
from sanzhi.law.model import TariffLine

CHECKS = Registry()

FORM = "gacc-order-103, art. 15"

#: Regimes whose goods are cleared under the supervision conditions of the tariff.
LICENSED = {"import": "import", "export": "export"}

#: Elements the tariff lists last and asks for only where the goods have them.
OPTIONAL_ELEMENTS = ("GTIN", "CAS", "其他")


@CHECKS.check(
    "tariff.unknown_code",
    "Goods item {number}: the tariff of {on} has no code {code}.",
    "第 {number} 项商品：{on} 的税则中没有商品编号 {code}。",
    mend=(
        "Look the code up in the tariff of the declaration's day.",
        "请按申报日期的税则核对商品编号。",
    ),
    citation="customs-law, art. 42",
)
def codes_are_in_the_tariff(subject: Subject) -> Iterator[Found]:
    yield from _without_line(subject, known=False)


@CHECKS.check(
    "tariff.not_in_force",
    "Goods item {number}: {code} is in the tariff, but not in force on {on}.",
    "第 {number} 项商品：{code} 在税则中，但 {on} 不生效。",
    mend=(
        "Use the code in force on the declaration's day, or a law pack that covers it.",
        "请使用申报日期有效的编号，或覆盖该日期的法规包。",
    ),
    citation="customs-law, art. 42",
)
def codes_are_in_force(subject: Subject) -> Iterator[Found]:
    yield from _without_line(subject, known=True)


@CHECKS.check(
    "tariff.statutory_unit",
    "Goods item {number}: the tariff counts {code} in {unit}; "
    "the statutory unit declared is {declared}.",
    "第 {number} 项商品：税则规定 {code} 的法定单位为 {unit}，申报为 {declared}。",
    mend=("Declare the statutory quantity in {unit}.", "请以 {unit} 申报法定数量。"),
    citation=FORM,
)
def statutory_units_agree(subject: Subject) -> Iterator[Found]:
    for position, item, line in _lines(subject):
        for field, declared, unit in (
            ("statutory_unit", item.statutory_unit, line.unit),
            ("second_unit", item.second_unit, line.second_unit),
        ):
            if declared and unit and not _same_unit(declared, unit):
                yield Found(
                    f"items[{position}].{field}",
                    {
                        "number": item.number,
                        "code": item.code,
                        "unit": _unit_name(unit, subject),
                        "declared": _unit_name(declared, subject),
                    },
                )


@CHECKS.check(
    "tariff.statutory_quantity_missing",
    "Goods item {number}: the tariff asks for a quantity in {unit}.",
    "第 {number} 项商品：税则要求申报以 {unit} 计的法定数量。",
    mend=("Declare the statutory quantity.", "请填写法定数量。"),
    severity=Severity.WARNING,
    citation=FORM,
    national=True,
    filing=True,
)
def statutory_quantity_is_given(subject: Subject) -> Iterator[Found]:
    for position, item, line in _lines(subject):
        given = item.statutory_quantity is not None or (
            item.quantity is not None and convert(item.quantity, item.unit, line.unit) is not None
        )
        if line.unit and not given:
            yield Found(
                f"items[{position}].statutory_quantity",
                {"number": item.number, "unit": _unit_name(line.unit, subject)},
            )


@CHECKS.check(
    "tariff.elements_missing",
    "Goods item {number}: {given} of {asked} declared elements are given; missing: {missing}.",
    "第 {number} 项商品：应申报要素 {asked} 项，已申报 {given} 项，缺少：{missing}。",
    mend=("Give each element, in the tariff's order.", "请按税则要求的顺序逐项申报。"),
    severity=Severity.WARNING,
    citation=FORM,
    national=True,
    filing=True,
)
def declared_elements_are_given(subject: Subject) -> Iterator[Found]:
    for position, item, line in _lines(subject):
        required = [
            element for element in line.elements if not element.startswith(OPTIONAL_ELEMENTS)
        ]
        missing = [
            element
            for index, element in enumerate(required)
            if index >= len(item.elements) or not item.elements[index]
        ]
        if missing:
            yield Found(
                f"items[{position}].elements",
                {
                    "number": item.number,
                    "asked": len(required),
                    "given": len(required) - len(missing),
                    "missing": "、".join(missing),
                },
            )


@CHECKS.check(
    "licence.missing",
    "Goods item {number}: {code} needs the document {letter} ({name}), and none is declared.",
    "第 {number} 项商品：{code} 须提交监管证件 {letter}（{name_zh}），未申报。",
    mend=(
        "Obtain the document and declare it with its number.",
        "请取得该监管证件并申报证件编号。",
    ),
)
def licences_are_declared(subject: Subject) -> Iterator[Found]:
    direction = LICENSED.get(subject.declaration.regime.value)
    if direction is None:
        return
    header = {document.type for document in subject.declaration.documents}
    for position, item, line in _lines(subject):
        declared = header | {document.type for document in item.documents}
        for condition in subject.pack.conditions(line.conditions):
            if (
                condition.kind == "licence"
                and condition.direction in (direction, "both")
                and condition.letter not in declared
            ):
                yield Found(
                    f"items[{position}].documents",
                    {
                        "number": item.number,
                        "code": item.code,
                        "letter": condition.letter,
                        "name": condition.name.en,
                        "name_zh": condition.name.zh,
                    },
                    str(condition.citation),
                )


@CHECKS.check(
    "goods.prohibited",
    "Goods item {number}: {code} is prohibited: {name}.",
    "第 {number} 项商品：{code} 属于{name_zh}。",
    mend=("These goods cannot be cleared.", "该货物不得通关。"),
)
def goods_are_not_prohibited(subject: Subject) -> Iterator[Found]:
    direction = LICENSED.get(subject.declaration.regime.value)
    for position, item, line in _lines(subject):
        for condition in subject.pack.conditions(line.conditions):
            if condition.kind == "prohibition" and condition.direction in (direction, "both"):
                yield Found(
                    f"items[{position}].code",
                    {
                        "number": item.number,
                        "code": item.code,
                        "name": condition.name.en,
                        "name_zh": condition.name.zh,
                    },
                    str(condition.citation),
                )


def _lines(subject: Subject) -> Iterator[tuple[int, Item, TariffLine]]:
    for position, item in enumerate(subject.declaration.items):
        line = subject.lines[position]
        if line is not None:
            yield position, item, line


def _without_line(subject: Subject, *, known: bool) -> Iterator[Found]:
    """Items whose code has no line on the day, by whether the tariff knows it on other days."""
    if subject.declaration.regime not in {"import", "export", "ecommerce"}:
        return
    for position, item in enumerate(subject.declaration.items):
        if (
            item.code
            and subject.lines[position] is None
            and not _has_what_if(item)
            and subject.pack.has_code(item.code) is known
        ):
            yield Found(
                f"items[{position}].code",
                {"number": item.number, "code": item.code, "on": subject.on},
            )


def _has_what_if(item: Item) -> bool:
    return item.rates is not None and (
        item.rates.duty is not None or item.rates.export_duty is not None
    )


def _same_unit(declared: str, code: str) -> bool:
    unit = find_unit(declared)
    return declared == code or (unit is not None and unit is BY_CODE.get(code))


def _unit_name(text: str, subject: Subject) -> str:
    unit = find_unit(text)
    if unit:
        return unit.symbol
    known = subject.pack.code_list("units").get(text)
    return f"{text} ({known.name.zh})" if known else text
