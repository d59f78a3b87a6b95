"""What payloads may hold: codes, numbers, keys, hashes; a sentence only where a person typed it."""

from collections.abc import Iterator
from importlib import import_module
from typing import Any, get_args

import pytest
from pydantic.fields import FieldInfo

from sanzhi.core.codes import Code
from sanzhi.events import VOCABULARY, Kind, Mark

for _part in (
    "sanzhi.administration.accounts",
    "sanzhi.administration.authorities",
    "sanzhi.administration.grants",
    "sanzhi.customs.risk.events",
    "sanzhi.policy.coding.events",
):
    import_module(_part)  # declares its part of the vocabulary

KINDS = [
    kind for kind in VOCABULARY if kind.name.startswith(("administration.", "policy.", "risk."))
]


def parts(of: Any) -> Iterator[Any]:
    """Everything an annotation is made of."""
    yield of
    for one in (*get_args(of), *getattr(of, "__metadata__", ())):
        yield from parts(one)


def unmarked(field: FieldInfo) -> bool:
    """Whether a field holds text of which nothing is said."""
    found = [*parts(field.annotation), *field.metadata]
    return str in found and not any(isinstance(one, Mark) for one in found)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_text_in_a_payload_is_a_code_or_says_what_it_is(kind: Kind) -> None:
    assert [name for name, one in kind.payload.model_fields.items() if unmarked(one)] == []
    assert not any(name.endswith("_zh") for name in kind.payload.model_fields)


def test_a_code_needs_no_mark() -> None:
    fields = VOCABULARY["risk.model_placed"].payload.model_fields
    assert issubclass(fields["role"].annotation, Code)
