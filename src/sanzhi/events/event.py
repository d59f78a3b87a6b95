"""An event: what happened to a case, by whom, when, under which law."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import Annotated, Any, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict

from sanzhi.core.codes import Code
from sanzhi.core.dates import aware
from sanzhi.core.findings import Text
from sanzhi.events.canonical import canonical_json
from sanzhi.events.entry import Entry

_NOTHING = re.compile(r" ?(\(\)|（）)")
_SPACES = re.compile(r"  +")
_TWO_STOPS = re.compile(r"(?<![.…])([.。])\1(?!\1)")


class Payload(BaseModel):
    """What an event of one kind carries: codes, numbers, keys, hashes; never a sentence but what
    a person typed (`Said`). Amounts and days are strings; no floats."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Mark(NamedTuple):
    """What a field of a payload holds, where its type does not say it."""

    name: str


#: What a person typed, in whatever language they wrote.
Said = Annotated[str, Mark("said")]
#: An amount in the administration's currency, as a decimal string.
Amount = Annotated[str, Mark("amount")]
#: Any other number that must not be a float, as a decimal string; empty where there is none.
Number = Annotated[str, Mark("number")]
#: A day of the calendar, 2026-11-21.
Day = Annotated[str, Mark("day")]
#: A moment as ISO 8601 with its offset.
Moment = Annotated[str, Mark("moment")]
#: SHA-256 of a stored text, in hexadecimal.
Hash = Annotated[str, Mark("hash")]
#: An account's login; of what was done elsewhere, the name it was done under.
Person = Annotated[str, Mark("person")]
#: What names one thing of many and says nothing: a study, a case, a model, a file's own key.
Key = Annotated[str, Mark("key")]


def hashes_of(payload: Payload) -> Iterator[str]:
    """The SHA-256 of every stored text that a payload names."""
    for name in _hash_fields(type(payload)):
        value = getattr(payload, name)
        yield from filter(None, value if isinstance(value, (list, tuple)) else (value,))


@cache
def _hash_fields(payload: type[Payload]) -> tuple[str, ...]:
    return tuple(name for name in payload.model_fields if _shape(payload, name).mark == "hash")


class Wording:
    """How a reader's surroundings name what the log holds as a key: rules of law, codes of a
    codebook, people, and the currency. The log itself knows none of them."""

    currency: Text = Text("", "")

    def name(self, what: str, key: str) -> Text | None:
        """The name of a key, where it has one; `what` is the mark of the payload's field."""
        del what, key
        return None


#: Names nothing: keys stand for themselves.
_PLAIN = Wording()


@dataclass(frozen=True, slots=True)
class Kind:
    """A verb of the vocabulary: its payload and the sentence a person reads."""

    name: str
    payload: type[Payload]
    verb: Text
    words: Text
    """Sentence with the payload's fields in braces."""
    confidential: bool = False
    """Whether only those who work on the case from inside may read it."""
    appealable: bool = False
    """Whether it is a decision that whom it concerns can appeal."""


@dataclass(frozen=True, slots=True)
class Event:
    """What an entry of the log says. `sequence` counts from 1 within the case."""

    case: str
    sequence: int
    kind: str
    actor: str
    time: datetime
    law: tuple[str, ...]
    payload: dict[str, Any]
    blind: str = ""
    """Random hexadecimal digits, which the store gives to every event."""

    def entry(self) -> Entry:
        """The event as it is stored, sealed and hashed: time in UTC to the microsecond."""
        return Entry(
            self.case,
            self.sequence,
            self.kind,
            self.actor,
            utc_text(self.time),
            canonical_json(list(self.law)).decode(),
            canonical_json(self.payload).decode(),
            self.blind,
        )

    def canonical(self) -> bytes:
        """The bytes that are hashed: RFC 8785 JSON."""
        return self.entry().canonical()

    def leaf(self) -> bytes:
        return self.entry().leaf()


def event_of(entry: Entry) -> Event:
    """The event of a stored entry; ValueError where a part is not what was written."""
    law, payload = json.loads(entry.law), json.loads(entry.payload)
    if not isinstance(law, list) or not isinstance(payload, dict):
        raise ValueError(f"{entry.case}/{entry.sequence}: law or payload has another shape")  # noqa: TRY004 - a stored value, no argument
    moment = datetime.fromisoformat(entry.time)
    return Event(entry.case, entry.sequence, entry.kind, entry.actor, moment, tuple(law), payload)


def utc_text(moment: datetime) -> str:
    """2026-11-21T11:03:27.000123Z"""
    return aware(moment).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Vocabulary:
    """The kinds of events the project knows. Rooms declare theirs; nothing else is logged."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}
        self._of_payload: dict[type[Payload], Kind] = {}

    def declare(
        self,
        name: str,
        *,
        verb: tuple[str, str],
        words: tuple[str, str],
        confidential: bool = False,
        appealable: bool = False,
    ) -> Callable[[type[Payload]], type[Payload]]:
        """Class decorator: the payload type of a kind, with its verb and sentence."""

        def register(payload: type[Payload]) -> type[Payload]:
            if name in self._kinds:
                raise ValueError(f"the kind {name} is declared twice")
            kind = Kind(name, payload, Text(*verb), Text(*words), confidential, appealable)
            self._kinds[name] = self._of_payload[payload] = kind
            return payload

        return register

    def __getitem__(self, name: str) -> Kind:
        return self._kinds[name]

    def get(self, name: str) -> Kind | None:
        return self._kinds.get(name)

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._kinds.values())

    def kind_of(self, payload: Payload) -> Kind:
        """The kind whose payload this is."""
        return self._of_payload[type(payload)]

    def of(self, payload: type[Payload]) -> Kind:
        """The kind that has this type of payload."""
        return self._of_payload[payload]

    def read(self, kind: str, payload: dict[str, Any]) -> Payload:
        """The payload as its kind declares it; KeyError for an unknown kind, pydantic's
        ValidationError where it has another shape."""
        return self._kinds[kind].payload.model_validate(payload)

    def confidential(self) -> frozenset[str]:
        """Names of the kinds that only insiders read."""
        return frozenset(kind.name for kind in self if kind.confidential)

    def appealable(self) -> frozenset[str]:
        """Names of the kinds that are decisions to appeal against."""
        return frozenset(kind.name for kind in self if kind.appealable)

    def describe(self, kind: str, payload: dict[str, Any], wording: Wording = _PLAIN) -> Text:
        """The event in words, in both languages."""
        known = self._kinds.get(kind)
        if known is None:
            return Text(kind, kind)
        told = {
            name: _told(known.payload, name, payload.get(name), wording)
            for name in known.payload.model_fields
        }
        en = known.words.en.format(**{name: text.en for name, text in told.items()})
        zh = known.words.zh.format(**{name: text.zh for name, text in told.items()})
        return Text(_tidy(en), _tidy(zh))


def _tidy(sentence: str) -> str:
    """One full stop where a reason brings its own, and nothing where a note or list is empty."""
    return _SPACES.sub(" ", _TWO_STOPS.sub(r"\1", _NOTHING.sub("", sentence))).strip()


def _told(payload: type[Payload], name: str, value: Any, wording: Wording) -> Text:
    """One field of an event in words."""
    if value is None or value == "":
        return Text("", "")
    shape = _shape(payload, name)
    if not isinstance(value, (list, tuple)):
        return _word(shape, value, wording)
    parts = [_word(shape, part, wording) for part in value]
    return Text(", ".join(part.en for part in parts), "、".join(part.zh for part in parts))


def _word(shape: "_Shape", value: Any, wording: Wording) -> Text:
    for code in shape.codes or ():
        if code.value == value:
            return code.text
    plain = str(value)
    if shape.mark == "amount":
        currency = wording.currency
        return Text(f"{plain} {currency.en}".strip(), f"{plain} {currency.zh}".strip())
    found = wording.name(shape.mark, plain) if shape.mark else None
    return found or Text(plain, plain)


class _Shape(NamedTuple):
    """What a field holds: codes of a list, or what its mark says."""

    codes: type[Code] | None
    mark: str


@lru_cache(maxsize=1024)
def _shape(payload: type[Payload], name: str) -> _Shape:
    field = payload.model_fields[name]
    inner = [field.annotation, *_inside(field.annotation)]
    codes = next((one for one in inner if isinstance(one, type) and issubclass(one, Code)), None)
    marks = [one for one in field.metadata if isinstance(one, Mark)]
    marks += [one for one in inner if isinstance(one, Mark)]
    return _Shape(codes, marks[0].name if marks else "")


def _inside(annotation: Any) -> Iterator[Any]:
    """Everything a type is made of: of `list[Annotated[str, mark]]`, str and the mark too."""
    for part in (*get_args(annotation), *getattr(annotation, "__metadata__", ())):
        yield part
        yield from _inside(part)


#: The project's one vocabulary.
VOCABULARY = Vocabulary()
