"""What an action asks of whoever takes it: a pydantic model whose fields say how a page asks.

Forms, the HTTP API and the command line are made from the same model, so that no door asks for
more or less than another.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationInfo, field_validator
from pydantic.fields import FieldInfo

from sanzhi.core.findings import Text, Unusable
from sanzhi.core.shapes import Misfit

#: What a person writes in a field, at most.
MOST_WORDS = 4000


class Asked(BaseModel):
    """What was said when an action was taken. More or other fields than asked are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    documents: ClassVar[frozenset[str]] = frozenset()
    """Fields that are stored whole, as JSON, in which every sign of a text can stand."""

    @field_validator("*")
    @classmethod
    def _can_be_stored(cls, said: Any, field: ValidationInfo) -> Any:
        if field.field_name not in cls.documents and _has_nul(said):
            raise Misfit("A character in it cannot be stored.", "含有无法存储的字符。")
        return said


def _has_nul(said: Any) -> bool:
    """Whether a sign that no database of ours takes stands anywhere in it."""
    if isinstance(said, str):
        return "\0" in said
    if isinstance(said, BaseModel):
        return any(map(_has_nul, said.__dict__.values()))
    if isinstance(said, Mapping):
        return any(map(_has_nul, (*said.keys(), *said.values())))
    if isinstance(said, tuple | list | set | frozenset):
        return any(map(_has_nul, said))
    return False


_YES, _NO = Text("yes", "是"), Text("no", "否")


@dataclass(frozen=True, slots=True)
class Ask:
    """How a page asks for a field."""

    label: Text
    rows: int = 0
    """Lines of the field, where it takes more than one."""
    money: bool = False
    """Whether it is an amount in the administration's currency."""
    hidden: bool = False
    """Whether it only repeats what the page shows."""
    initial: Callable[[Any], Any] | None = None
    """What stands in the field at first, by the case's standing."""
    choices: Callable[[Any], Mapping[Any, Text]] | None = None
    """What can be chosen, by the case's standing; without it, what the field's type allows."""
    file: bool = False
    """Whether it is a text that is brought as a file."""
    event: bool = False
    """Whether the choices are events of the case, which a page tells in their own words."""
    yes: Text = _YES
    no: Text = _NO

    @classmethod
    def for_(cls, en: str, zh: str, **how: Any) -> "Ask":
        return cls(Text(en, zh), **how)


def ask_of(field: FieldInfo) -> Ask | None:
    """How a field is asked for; None where no form can ask for it (a document)."""
    return next((one for one in field.metadata if isinstance(one, Ask)), None)


#: “Say why”: words that must be there.
Why = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MOST_WORDS),
    Ask.for_("Reason", "理由", rows=3),
]
#: Words that may be there; `require_why` where a choice makes them needed.
Note = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=MOST_WORDS),
    Ask.for_("Note", "说明", rows=3),
]


def require_why(words: str, field: str) -> None:
    """Whoever decides against somebody says why; `Unusable` (`reason.missing`) otherwise."""
    if not words.strip():
        raise Unusable.because(
            "reason.missing",
            field,
            "Say why: whom it concerns reads it.",
            "请说明理由，当事人将会看到。",
        )
