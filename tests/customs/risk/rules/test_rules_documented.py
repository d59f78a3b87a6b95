"""What the reference says of rules is what the code has."""

import re
from pathlib import Path

import pytest

from sanzhi.customs.risk.rules.cells import parse
from sanzhi.customs.risk.rules.fields import FIELDS
from sanzhi.customs.risk.rules.files import COLUMNS

PAGE = (Path(__file__).parents[4] / "docs/reference/risk.md").read_text("utf-8")
SECTION = PAGE.split("\n## Rules\n")[1].split("\n## ")[0]
CELLS = SECTION.split("| --- | --- |\n")[1].split("\n\n")[0]


def test_every_field_is_listed_as_it_is():
    kinds = {"text": "text", "number": "number", "flag": "yes or no"}
    rows = re.findall(
        r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.*?) \| ?(.*?) ?\|$", SECTION, re.MULTILINE
    )
    assert rows == [
        (one.name, kinds[one.kind], one.title.en, one.title.zh, one.unit) for one in FIELDS.values()
    ]


def test_every_column_is_named():
    assert [name for name in COLUMNS if f"`{name}`" not in SECTION] == []


@pytest.mark.parametrize("cell", re.findall(r"`([^`]+)`", CELLS))
def test_every_cell_shown_can_be_read(cell):
    name = (
        "first_time_trader"
        if cell in {"true", "false"}
        else "price"
        if re.search(r"^[\[\]<>=]", cell)
        else "description"
    )
    assert cell == "-" or parse(name, cell) is not None
