"""Units of measure and exact conversion between units of one dimension.

Codes are those of the Chinese declaration's unit table (计量单位代码表); symbols are what this
platform writes. Only units that rates, thresholds and checks compare have a dimension; any other
unit is equal to itself alone.
"""

from dataclasses import dataclass
from decimal import Decimal

from sanzhi.core.money import EXACT


@dataclass(frozen=True, slots=True)
class Unit:
    symbol: str
    code: str
    name_en: str
    name_zh: str
    dimension: str
    factor: Decimal
    """How many of the dimension's base unit one of these is."""


def _unit(symbol: str, code: str, en: str, zh: str, dimension: str, factor: str) -> Unit:
    return Unit(symbol, code, en, zh, dimension, Decimal(factor))


_UNITS = (
    _unit("kg", "035", "kilogram", "千克", "mass", "1"),
    _unit("g", "036", "gram", "克", "mass", "0.001"),
    _unit("t", "070", "tonne", "吨", "mass", "1000"),
    _unit("l", "095", "litre", "升", "volume", "1"),
    _unit("ml", "096", "millilitre", "毫升", "volume", "0.001"),
    _unit("kl", "063", "kilolitre", "千升", "volume", "1000"),
    _unit("m3", "033", "cubic metre", "立方米", "volume", "1000"),
    _unit("m", "030", "metre", "米", "length", "1"),
    _unit("km", "147", "kilometre", "千米", "length", "1000"),
    _unit("m2", "032", "square metre", "平方米", "area", "1"),
    _unit("stick", "013", "stick", "枝", "stick", "1"),
    _unit("stick_zhi", "012", "stick", "支", "stick", "1"),
    _unit("hundred_sticks", "049", "hundred sticks", "百枝", "stick", "100"),
    _unit("thousand_sticks", "053", "thousand sticks", "千枝", "stick", "1000"),
    _unit("thousand_sticks_zhi", "143", "thousand sticks", "千支", "stick", "1000"),
    _unit("carton", "", "carton of 200 cigarettes", "标准条", "stick", "200"),
    _unit("piece", "011", "piece", "件", "piece", "1"),
    _unit("set", "006", "set", "套", "set", "1"),
    _unit("item", "007", "item", "个", "item", "1"),
    _unit("unit", "001", "unit", "台", "unit", "1"),
    _unit("vehicle", "003", "vehicle", "辆", "vehicle", "1"),
    _unit("head", "009", "head", "头", "head", "1"),
    _unit("sheet", "020", "sheet", "片", "sheet", "1"),
    _unit("pair", "025", "pair", "双", "pair", "1"),
    _unit("kwh", "062", "kilowatt hour", "千瓦时", "energy", "1"),
    _unit("carat", "084", "carat", "克拉", "mass", "0.0002"),
)

BY_SYMBOL = {unit.symbol: unit for unit in _UNITS}
BY_CODE = {unit.code: unit for unit in _UNITS if unit.code}


def find_unit(text: str | None) -> Unit | None:
    """The unit a symbol (`kg`) or a code of the table (`035`) names."""
    if not text:
        return None
    return BY_SYMBOL.get(text) or BY_CODE.get(text)


def convert(quantity: Decimal, unit: str | None, to: str | None) -> Decimal | None:
    """Convert between units; None where they do not measure the same thing.

    >>> convert(Decimal(50000), "stick", "carton")
    Decimal('250')
    """
    if unit == to and unit:
        return quantity
    source, target = find_unit(unit), find_unit(to)
    if source is None or target is None or source.dimension != target.dimension:
        return None
    if source.factor == target.factor:
        return quantity
    return EXACT.divide(EXACT.multiply(quantity, source.factor), target.factor)
