"""Brokers' authorities as events: for whom a broker may act, from which day and until which."""

from typing import NamedTuple

from sanzhi.events import VOCABULARY, Day, Event, Key, Payload

#: Who acts for another shows the authority to do so.
LAW = "customs-law, art. 10"


def authority_case(key: int) -> str:
    """The case of the events of an authority, by the key that it is stored under."""
    return f"AUTHORITY-{key}"


@VOCABULARY.declare(
    "administration.authority_kept",
    verb=("kept a broker's authority", "登记报关委托"),
    words=(
        "The broker {broker} may act for {client}, from {valid_from}; until {until}.",
        "报关企业 {broker} 自 {valid_from} 起可代理 {client}，至 {until}。",
    ),
)
class AuthorityKept(Payload):
    broker: Key
    """Credit codes, of broker and client."""
    client: Key
    valid_from: Day
    until: Day | None
    """The first day it no longer holds; none where it holds for good."""


@VOCABULARY.declare(
    "administration.authority_removed",
    verb=("removed a broker's authority", "撤销报关委托"),
    words=(
        "The broker {broker} may no longer act for {client}.",
        "报关企业 {broker} 不再代理 {client}。",
    ),
)
class AuthorityRemoved(Payload):
    broker: Key
    client: Key


class Authority(NamedTuple):
    """An authority as its last event says: credit codes of broker and client, and days."""

    broker: str
    client: str
    valid_from: str
    until: str


def authority_after(last: Event) -> Authority | None:
    """The authority after the last of its events; None where it was removed, or where that is no
    event of an authority."""
    if last.kind != VOCABULARY.of(AuthorityKept).name:
        return None
    told = AuthorityKept.model_validate(last.payload)
    return Authority(told.broker, told.client, told.valid_from, told.until or "")
