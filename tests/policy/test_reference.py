"""The laboratory's reference names every field of a study and every column of a table."""

from pathlib import Path

import pytest
from pydantic import BaseModel

from policy.studies import write_study
from sanzhi.policy.coding.study import Study
from sanzhi.policy.corpus.document import Policy
from sanzhi.policy.measurement.indices import INDICES
from sanzhi.policy.reporting.results import compute

REFERENCE = (Path(__file__).parents[2] / "docs" / "reference" / "policy-laboratory.md").read_text(
    encoding="utf-8"
)


def fields(model: type[BaseModel]) -> set[str]:
    found = set(model.model_fields)
    for field in model.model_fields.values():
        for kind in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                found |= fields(kind)
    return found - {"en", "zh"}


@pytest.mark.parametrize("name", sorted(fields(Study) | set(Policy.model_fields) | set(INDICES)))
def test_every_field_and_index_is_described(name):
    assert f"`{name}`" in REFERENCE


def test_every_table_and_column_is_described(tmp_path):
    for name, table in compute(write_study(tmp_path), draws=2).tables().items():
        assert f"`{name}`" in REFERENCE
        assert [column for column in table.columns if f"`{column}`" not in REFERENCE] == []
