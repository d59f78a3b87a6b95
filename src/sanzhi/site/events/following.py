"""What apps keep of events in the transaction that writes them.

An app whose next answer rests on what was decided a moment ago keeps it in a typed, indexed table
of its own: `follows` of its AppConfig says of which kinds, and what takes them. The table is
derived: the log stays the only witness, and what is never stored is never counted.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import NamedTuple

from django.apps import apps

from sanzhi.events import VOCABULARY, Payload


class Written(NamedTuple):
    """An event that was just written."""

    case: str
    sequence: int
    time: datetime
    payload: Payload


class Following(NamedTuple):
    """The kinds of events an app follows, and what takes those of one transaction, in order."""

    kinds: frozenset[str]
    take: Callable[[Sequence[Written]], None]


def follow(written: Sequence[Written]) -> None:
    """Let every app take the events that it follows."""
    for one in _followings():
        own = [event for event in written if VOCABULARY.kind_of(event.payload).name in one.kinds]
        if own:
            one.take(own)


@cache
def _followings() -> tuple[Following, ...]:
    found = (getattr(config, "follows", None) for config in apps.get_app_configs())
    return tuple(one for one in found if one is not None)
