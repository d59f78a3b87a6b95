"""What does not fit a document's shape is said in both languages."""

import re

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sanzhi.core.shapes import Misfit, first_misfit


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
