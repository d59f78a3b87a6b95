"""What pydantic finds wrong with the shape of a document, in both languages."""

import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from sanzhi.core.findings import Finding, Text


class Misfit(ValueError):
    """Raised by a model's own checks: what does not fit together, in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.text = Text(en, zh)


_DAY = Text("{path} must be a date like 2026-03-02.", "{path} 应为日期，例如 2026-03-02。")
_SHAPES = {
    "missing": Text("{path} is required.", "缺少必填字段 {path}。"),
    "decimal_parsing": Text("{path} must be a number.", "{path} 应为数字。"),
    "decimal_type": Text("{path} must be a number.", "{path} 应为数字。"),
    "int_parsing": Text("{path} must be a whole number.", "{path} 应为整数。"),
    "int_from_float": Text("{path} must be a whole number.", "{path} 应为整数。"),
    "int_parsing_size": Text("{path} is too large.", "{path} 数值过大。"),
    "multiple_of": Text(
        "{path} must be a multiple of {multiple_of}.", "{path} 应为 {multiple_of} 的倍数。"
    ),
    "int_type": Text("{path} must be a whole number.", "{path} 应为整数。"),
    "finite_number": Text("{path} must be a finite number.", "{path} 应为有限数值。"),
    "greater_than": Text("{path} must be greater than {gt}.", "{path} 应大于 {gt}。"),
    "greater_than_equal": Text("{path} must not be less than {ge}.", "{path} 不得小于 {ge}。"),
    "less_than_equal": Text("{path} must not be more than {le}.", "{path} 不得大于 {le}。"),
    "decimal_max_digits": Text(
        "{path} has more than {max_digits} digits.", "{path} 超过 {max_digits} 位数字。"
    ),
    "decimal_max_places": Text(
        "{path} has more than {decimal_places} decimal places.",
        "{path} 超过 {decimal_places} 位小数。",
    ),
    "decimal_whole_digits": Text(
        "{path} has more than {whole_digits} digits before the point.",
        "{path} 整数部分超过 {whole_digits} 位。",
    ),
    "string_type": Text("{path} must be text.", "{path} 应为文本。"),
    "string_too_long": Text(
        "{path} is longer than {max_length} characters.", "{path} 超过 {max_length} 个字符。"
    ),
    "string_too_short": Text("{path} is required.", "{path} 不能为空。"),
    "string_unicode": Text("{path} holds half of a character.", "{path} 含有不完整的字符。"),
    "string_pattern_mismatch": Text("{path} does not have the form required.", "{path} 格式不符。"),
    "literal_error": Text("{path} must be one of {expected}.", "{path} 应为下列之一：{expected}。"),
    "extra_forbidden": Text("{path} is not known here.", "{path} 不是此处的字段。"),
    "enum": Text("{path} must be one of {expected}.", "{path} 应为下列之一：{expected}。"),
    "list_type": Text("{path} must be a list.", "{path} 应为列表。"),
    "set_type": Text("{path} must be a list.", "{path} 应为列表。"),
    "frozen_set_type": Text("{path} must be a list.", "{path} 应为列表。"),
    "iterable_type": Text("{path} must be a list.", "{path} 应为列表。"),
    "mapping_type": Text("{path} must be an object.", "{path} 应为对象。"),
    "dataclass_type": Text("{path} must be an object.", "{path} 应为对象。"),
    "dict_type": Text("{path} must be an object.", "{path} 应为对象。"),
    "model_attributes_type": Text("{path} must be an object.", "{path} 应为对象。"),
    "model_type": Text("{path} must be an object.", "{path} 应为对象。"),
    "too_long": Text("{path} has more than {max_length} entries.", "{path} 超过 {max_length} 条。"),
    "bool_type": Text("{path} must be true or false.", "{path} 应为 true 或 false。"),
    "bool_parsing": Text("{path} must be true or false.", "{path} 应为 true 或 false。"),
    **dict.fromkeys(
        ("datetime_type", "datetime_parsing", "datetime_object_invalid", "timezone_aware"),
        Text(
            "{path} must be a moment with its zone, like 2026-03-02T09:30:00Z.",
            "{path} 应为带时区的时刻，例如 2026-03-02T09:30:00Z。",
        ),
    ),
    "date_parsing": _DAY,
    "date_type": _DAY,
    "date_from_datetime_parsing": _DAY,
    "date_from_datetime_inexact": _DAY,
    "json_invalid": Text("{path} is not valid JSON{place}.", "{path} 不是有效的 JSON{place}。"),
    "json_type": Text("{path} must be JSON.", "{path} 应为 JSON。"),
    "float_parsing": Text("{path} must be a number.", "{path} 应为数字。"),
    "float_type": Text("{path} must be a number.", "{path} 应为数字。"),
    "less_than": Text("{path} must be less than {lt}.", "{path} 应小于 {lt}。"),
    "named_tuple_type": Text("{path} must be a list or an object.", "{path} 应为列表或对象。"),
    "tuple_type": Text("{path} must be a list.", "{path} 应为列表。"),
    "too_short": Text(
        "{path} has fewer than {min_length} entries.", "{path} 少于 {min_length} 条。"
    ),
}

#: What no door of ours meets: said without more.
_UNFIT = Text("{path} does not have the form required.", "{path} 格式不符。")
#: The values of `'pass', 'fail' or 3`, as pydantic lists them.
_NAMED = re.compile(r"'((?:[^'\\]|\\.)*)'|(?<![\w'])(?!or\b)([\w.]+)(?!')")
_PLACE = re.compile(r"line (\d+) column (\d+)")


def first_misfit(error: ValidationError, code: str, place: str) -> Finding:
    """The first fault of what stands at a place, with where in it (`items[0].code`)."""
    detail = error.errors(include_url=False)[0]
    where = field_path(detail["loc"])
    return Finding(code=code, path=f"{place} {where}".strip(), text=shape_text(detail, where))


def shape_text(detail: Mapping[str, Any], path: str) -> Text:
    """What pydantic found wrong at a path, in both languages. Its own words, which are English
    and speak of Python, are not repeated."""
    context = detail.get("ctx", {})
    if isinstance(context.get("error"), Misfit):
        misfit: Misfit = context["error"]
        return misfit.text
    shape = _SHAPES.get(detail["type"], _UNFIT)
    en, zh = _in_words(context)
    return Text(
        shape.en.format(path=path or "The document", **en),
        shape.zh.format(path=path or "单证", **zh),
    )


def _in_words(context: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The figures of a fault, with what is listed and where it is put as each language has it."""
    en, zh = dict(context, place=""), dict(context, place="")
    if "expected" in context:
        names = [quoted or bare for quoted, bare in _NAMED.findall(str(context["expected"]))]
        en["expected"], zh["expected"] = ", ".join(names), "、".join(names)
    found = _PLACE.search(str(context.get("error", "")))
    if found:
        en["place"] = f" (line {found[1]}, column {found[2]})"
        zh["place"] = f"（第 {found[1]} 行第 {found[2]} 列）"
    return en, zh


def field_path(location: tuple[int | str, ...]) -> str:
    """Write a location as `items[0].code`."""
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path
