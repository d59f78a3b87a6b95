"""An event: what happened to a case, by whom, when, under which law."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from sanzhi.core.dates import aware
from sanzhi.core.findings import Text
from sanzhi.events.canonical import canonical_json, leaf_hash

_NOTHING = re.compile(r" ?(\(\)|（）)")
_TWO_STOPS = re.compile(r"(?<![.…])([.。])\1(?!\1)")


class Payload(BaseModel):
    """What an event of one kind carries. Amounts and days are strings; no floats."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class Kind:
    """A verb of the vocabulary: its payload and the sentence a person reads."""

    name: str
    payload: type[Payload]
    verb: Text
    words: Text
    """Sentence with the payload's fields in braces."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the log. `sequence` counts from 1 within the case."""

    case: str
    sequence: int
    kind: str
    actor: str
    time: datetime
    law: tuple[str, ...]
    payload: dict[str, Any]

    def canonical(self) -> bytes:
        """The bytes that are hashed: RFC 8785 JSON, time in UTC to the microsecond."""
        return canonical_json(
            {
                "actor": self.actor,
                "case": self.case,
                "kind": self.kind,
                "law": list(self.law),
                "payload": self.payload,
                "sequence": self.sequence,
                "time": utc_text(self.time),
            }
        )

    def leaf(self) -> bytes:
        return leaf_hash(self.canonical())


def utc_text(moment: datetime) -> str:
    """2026-11-21T11:03:27.000123Z"""
    return aware(moment).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Vocabulary:
    """The kinds of events the project knows. Rooms declare theirs; nothing else is logged."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}
        self._of_payload: dict[type[Payload], Kind] = {}

    def declare(
        self, name: str, *, verb: tuple[str, str], words: tuple[str, str]
    ) -> Callable[[type[Payload]], type[Payload]]:
        """Class decorator: the payload type of a kind, with its verb and sentence."""

        def register(payload: type[Payload]) -> type[Payload]:
            if name in self._kinds:
                raise ValueError(f"the kind {name} is declared twice")
            kind = Kind(name, payload, Text(*verb), Text(*words))
            self._kinds[name] = self._of_payload[payload] = kind
            return payload

        return register

    def __getitem__(self, name: str) -> Kind:
        return self._kinds[name]

    def __iter__(self) -> Any:
        return iter(self._kinds.values())

    def kind_of(self, payload: Payload) -> Kind:
        """The kind whose payload this is."""
        return self._of_payload[type(payload)]

    def describe(self, kind: str, payload: dict[str, Any]) -> Text:
        """The event in words, in both languages."""
        known = self._kinds.get(kind)
        if known is None:
            return Text(kind, kind)
        figures = dict.fromkeys(known.payload.model_fields, "") | {
            name: _figure(value) for name, value in payload.items()
        }
        words = known.words.format(**figures)
        return Text(_tidy(words.en), _tidy(words.zh))


def _tidy(sentence: str) -> str:
    """One full stop where a reason brings its own, and nothing where a note or list is empty."""
    return _TWO_STOPS.sub(r"\1", _NOTHING.sub("", sentence)).strip()


def _figure(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(part) for part in value)
    return "" if value is None else str(value)


#: The project's one vocabulary.
VOCABULARY = Vocabulary()
