"""The event log: one vocabulary, a canonical form, a Merkle tree over it, and verification.

Storing is the site's; what an event is, how it is hashed and how a log is proved whole is here.
"""

from sanzhi.events.entry import Entry
from sanzhi.events.event import (
    VOCABULARY,
    Amount,
    Day,
    Event,
    Hash,
    Key,
    Kind,
    Mark,
    Moment,
    Number,
    Payload,
    Person,
    Said,
    Wording,
    hashes_of,
)

__all__ = [
    "VOCABULARY",
    "Amount",
    "Day",
    "Entry",
    "Event",
    "Hash",
    "Key",
    "Kind",
    "Mark",
    "Moment",
    "Number",
    "Payload",
    "Person",
    "Said",
    "Wording",
    "hashes_of",
]
