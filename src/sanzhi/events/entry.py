"""An entry: an event as text, in the one form in which it is stored, sealed and hashed.

The store keeps the parts; the bytes are put together from the stored text itself and never from
what it parses to, so that a text which says the same in other words is another entry.
"""

from json.encoder import encode_basestring as quoted
from typing import NamedTuple

from sanzhi.events.canonical import leaf_hash

#: Length of every time: 2026-11-21T11:03:27.000123Z
_TIME = 27


class Entry(NamedTuple):
    """The parts of an event as they are stored; `law` and `payload` are canonical JSON."""

    case: str
    sequence: int
    kind: str
    actor: str
    time: str
    law: str
    payload: str
    blind: str
    """Random hexadecimal digits: whoever sees only the hash cannot guess the event from it."""

    def canonical(self) -> bytes:
        """The bytes that are sealed and hashed: RFC 8785 JSON, where the parts are canonical;
        ValueError for a text that has no bytes."""
        return (
            f'{{"actor":{quoted(self.actor)},"blind":{quoted(self.blind)},'
            f'"case":{quoted(self.case)},"kind":{quoted(self.kind)},"law":{self.law},'
            f'"payload":{self.payload},"sequence":{self.sequence},"time":{quoted(self.time)}}}'
        ).encode()

    def leaf(self) -> bytes:
        """The entry's hash in the tree."""
        return leaf_hash(self.canonical())

    def has_one_reading(self) -> bool:
        """Whether no other entry has the same bytes, which are put together without parsing.

        What stands before the law delimits itself, the time has one length, and a list of
        citations cannot hold the name of the next part: law and payload cannot have been moved
        into each other.
        """
        return len(self.time) == _TIME and '"payload":' not in self.law
