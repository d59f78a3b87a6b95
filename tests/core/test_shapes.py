"""What does not fit a document's shape is said in both languages."""

import re
from typing import get_args

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import core_schema

from sanzhi.core.shapes import Misfit, first_misfit, shape_text


class Line(BaseModel):
    number: int = Field(ge=1)
    names: tuple[str, ...] = Field(default=(), min_length=0, max_length=2)
    share: float = Field(default=0.0, lt=1)

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="after")
    def _odd(self) -> "Line":
        if self.number == 13:
            raise Misfit("Thirteen is left out.", "不用十三。")
        return self


class Page(BaseModel):
    lines: list[Line]


@pytest.mark.parametrize(
    ("fields", "path", "en", "zh"),
    [
        ({}, "lines[0].number", "required", "缺少"),
        ({"number": "two"}, "lines[0].number", "whole number", "整数"),
        ({"number": 0}, "lines[0].number", "less than 1", "不得小于 1"),
        ({"number": 1, "share": 1}, "lines[0].share", "less than 1", "小于 1"),
        ({"number": 1, "share": "much"}, "lines[0].share", "a number", "数字"),
        ({"number": 1, "names": 7}, "lines[0].names", "a list", "列表"),
        ({"number": 1, "names": "abc"}, "lines[0].names", "a list", "列表"),
        ({"number": 1, "names": ["a", "b", "c"]}, "lines[0].names", "more than 2", "超过 2"),
        ({"number": 1, "colour": "red"}, "lines[0].colour", "not known", "不是此处的字段"),
        ({"number": 13}, "lines[0]", "Thirteen is left out.", "不用十三。"),
    ],
)
def test_the_first_fault_is_named_where_it_is(fields, path, en, zh):
    with pytest.raises(ValidationError) as refused:
        Page.model_validate({"lines": [fields]})
    found = first_misfit(refused.value, "page.field", "page.yaml")
    assert found.path == f"page.yaml {path}"
    assert en in found.text.en
    assert zh in found.text.zh
    assert not re.search("Input|Value error|should", found.text.zh)


@pytest.mark.parametrize("kind", get_args(core_schema.ErrorType))
def test_every_fault_that_pydantic_knows_is_said_in_both_languages(kind):
    figures = (
        "gt", "ge", "lt", "le", "multiple_of", "max_length", "min_length", "max_digits",
        "decimal_places", "whole_digits",
    )  # fmt: skip
    context = dict.fromkeys(figures, 7) | {"expected": "'pass' or 3", "error": "line 2 column 5"}
    detail = {"type": kind, "msg": "Input should be an instance of dict", "ctx": context}
    for path in ("lines[0].number", ""):
        text = shape_text(detail, path)
        assert text.en.startswith(path or "The document")
        assert path in text.zh
        assert "document" not in text.zh
        assert re.search("[\u4e00-\u9fff]", text.zh)
        for said in text:
            assert not re.search(r"[{}']|Input|should|instance|dict", said)


def test_what_may_stand_there_is_listed_as_each_language_lists():
    detail = {"type": "enum", "msg": "", "ctx": {"expected": "'pass', 'not in' or 3"}}
    assert shape_text(detail, "x").en == "x must be one of pass, not in, 3."
    assert shape_text(detail, "x").zh == "x 应为下列之一：pass、not in、3。"


def test_where_json_breaks_is_said():
    detail = {"type": "json_invalid", "msg": "", "ctx": {"error": "EOF at line 2 column 5"}}
    assert shape_text(detail, "").en == "The document is not valid JSON (line 2, column 5)."
    assert shape_text(detail, "").zh == "单证 不是有效的 JSON（第 2 行第 5 列）。"
