"""Verifying a log: find every changed, removed, inserted or reordered event and name it.

Each part is verified for itself: where a tile of the tree is lost, what does not rest on it is
verified all the same.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sanzhi.core.findings import Finding
from sanzhi.events import faults
from sanzhi.events.canonical import canonical_json, leaf_hash
from sanzhi.events.checkpoints import Checkpoint
from sanzhi.events.entry import Entry
from sanzhi.events.event import utc_text
from sanzhi.events.merkle import (
    HASH_LENGTH,
    TILE_WIDTH,
    TileLost,
    Tiles,
    full_subtree,
    root,
    tile_widths,
)
from sanzhi.events.seals import is_sealed

#: An event is in the tree within seconds; one that still waits after this was forgotten.
LONG = timedelta(hours=1)


class Logged(NamedTuple):
    """An event as it is stored."""

    place: int | None
    """Index in the log; None: not in the tree."""
    entry: Entry
    seal: str = ""
    is_aside: bool = False
    """Whether it is marked as one that the sequencer refused to take in."""

    @property
    def is_told(self) -> bool:
        """Whether it counts as having happened: the mark says nothing of an event in the tree."""
        return self.place is not None or not self.is_aside

    is_readable: bool = True
    """Whether every column holds what it was made for; where not, `entry` is what can be told."""


class Log(NamedTuple):
    """What a store holds of a log."""

    events: Iterable[Logged]
    """Ordered by their place, those without one last."""
    tiles: Tiles
    widths: Mapping[tuple[int, int], int]
    """Bytes of every stored tile, by level and index; -1 for one that is no number."""
    size: int
    checkpoints: Iterable[Checkpoint]
    """By size."""


class Keys(NamedTuple):
    """What a log's signatures and seals are held against."""

    log: Ed25519PublicKey
    seals: Sequence[bytes]


def verify(
    log: Log,
    keys: Keys,
    now: datetime,
    *,
    cases: Iterable[tuple[str, int]] = (),
    kept: Iterable[Checkpoint] = (),
) -> Iterator[Finding]:
    """Check sequenced events against their seals and the tree, the tree against its signed
    checkpoints, the numbering of every case, and that nothing waits for long.

    `cases` are the cases that stand, each with the number of its last event: what was cut off
    the end of the log is missing there. `kept` are checkpoints kept elsewhere, which whoever can
    write to the whole store could not change.
    """
    yield from _verify_checkpoints(kept, log, keys)
    numbers: dict[str, list[int]] = {}
    yield from _verify_widths(log)
    yield from _verify_events(log, keys, now, numbers)
    yield from _verify_numbering(numbers)
    yield from _verify_cases(cases, numbers)
    yield from _verify_tree(log)
    yield from _verify_checkpoints(log.checkpoints, log, keys)


def waiting_fault(logged: Logged, seals: Sequence[bytes]) -> Finding | None:
    """Why an event that waits must not be taken into the tree; None where it may be."""
    data = entry_bytes(logged)
    if data is None:
        return faults.unreadable(logged.entry)
    if not is_sealed(data, logged.seal, seals):
        return faults.unsealed(logged.entry, faults.name_of(logged.entry))
    return None


def entry_bytes(logged: Logged) -> bytes | None:
    """The bytes of an event; None where what is stored cannot have been written by the site."""
    if not logged.is_readable or not logged.entry.has_one_reading():
        return None
    try:
        return logged.entry.canonical()
    except ValueError:
        return None


def _verify_widths(log: Log) -> Iterator[Finding]:
    """The tree must hold the hashes of its size: what is short of it is lost, and hashes beyond
    it outlived their entries and checkpoints."""
    expected = tile_widths(log.size)
    for (level, index), width in expected.items():
        if log.widths.get((level, index), 0) < width * HASH_LENGTH:
            yield faults.tile_lost(level, index)
    surplus, strays = 0, []
    for (level, index), held in log.widths.items():
        more = held - HASH_LENGTH * expected.get((level, index), 0)
        if level == 0 and index >= log.size // TILE_WIDTH:
            surplus += max(0, -(-more // HASH_LENGTH))
        elif more > 0:
            strays.append(faults.stray(level, index))
    if surplus:
        yield faults.surplus(log.size, surplus)
    yield from strays


def _verify_events(
    log: Log, keys: Keys, now: datetime, numbers: dict[str, list[int]]
) -> Iterator[Finding]:
    """Compare every event with its seal and its hash; `numbers` is given the numbers of each
    case that its events have."""
    expected = 0
    places = _Places(log)
    for logged in log.events:
        index, entry = logged.place, logged.entry
        if index is None:
            yield from _verify_waiting(logged, keys, now, numbers)
            continue
        numbers.setdefault(entry.case, []).append(entry.sequence)
        if logged.is_aside:
            yield faults.marked(entry, index)
        if not 0 <= index < log.size:
            yield faults.beyond(entry, index, log.size)
            continue
        yield from map(faults.removed, range(expected, index))
        expected = index + 1
        found = _entry_fault(logged, log.tiles, keys, places)
        if found is not None:
            yield found
    yield from map(faults.removed, range(expected, log.size))


def _verify_waiting(
    logged: Logged, keys: Keys, now: datetime, numbers: dict[str, list[int]]
) -> Iterator[Finding]:
    """An event that is not in the tree: it must be the site's, and not have waited for long. One
    that was written by hand fills no gap of its case."""
    entry = logged.entry
    fault = waiting_fault(logged, keys.seals)
    if fault is not None:
        yield fault
        return
    numbers.setdefault(entry.case, []).append(entry.sequence)
    if logged.is_aside:
        yield faults.set_aside(entry)
    elif entry.time < utc_text(now - LONG):
        since = datetime.fromisoformat(entry.time)
        yield faults.waiting_long(entry, int((now - since) / timedelta(hours=1)))


def _entry_fault(logged: Logged, tiles: Tiles, keys: Keys, places: "_Places") -> Finding | None:
    """What is wrong with an event that has a place in the tree. Where the tile that tells is
    lost, which is a finding of its own, the seal still tells whether the event was changed."""
    entry, index = logged.entry, logged.place or 0
    data = entry_bytes(logged)
    if data is None:
        return faults.changed(entry, index)
    sealed = is_sealed(data, logged.seal, keys.seals)
    leaf = leaf_hash(data)
    try:
        expected = tiles.leaf(index)
    except TileLost:
        return None if sealed else faults.unsealed(entry, f"log[{index}]")
    if leaf != expected:
        return _other_leaf(entry, index, expected, places.of(leaf), sealed=sealed)
    return None if sealed else faults.unsealed(entry, f"log[{index}]")


def _other_leaf(
    entry: Entry, index: int, expected: bytes, elsewhere: int | None, *, sealed: bool
) -> Finding:
    """Why an event has another hash than the tree has at its place."""
    if elsewhere is not None:
        return faults.reordered(entry, index, elsewhere)
    if sealed:
        return faults.other_hash(entry, index)
    if _says(entry, expected):
        return faults.rewritten(entry, index)
    return faults.changed(entry, index)


def _says(entry: Entry, expected: bytes) -> bool:
    """Whether law and payload, written canonically, give the hash."""
    with suppress(ValueError, RecursionError):
        plain = entry._replace(
            law=canonical_json(json.loads(entry.law)).decode(),
            payload=canonical_json(json.loads(entry.payload)).decode(),
        )
        return plain.leaf() == expected
    return False


class _Places:
    """Where each hash stands in the tree; read only when an event is not where it was."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._places: dict[bytes, int] | None = None

    def of(self, leaf: bytes) -> int | None:
        if self._places is None:
            self._places = {}
            for index in range(self._log.size):
                with suppress(TileLost):
                    self._places[self._log.tiles.leaf(index)] = index
        return self._places.get(leaf)


def _verify_numbering(numbers: dict[str, list[int]]) -> Iterator[Finding]:
    for case, found in numbers.items():
        before = 0
        for number in sorted(found):
            if number > before + 1:
                yield faults.gap(case, before + 1, number - 1)
            before = number


def _verify_cases(
    cases: Iterable[tuple[str, int]], numbers: dict[str, list[int]]
) -> Iterator[Finding]:
    """Every case that stands must have its events up to its last."""
    held = {case: max(found) for case, found in numbers.items()}
    short = [
        (case, held.get(case, 0), number) for case, number in cases if held.get(case, 0) < number
    ]
    if short and not held:
        yield faults.emptied(len(short))
        return
    for case, found, number in short:
        yield faults.missing(case, found, number)


def _verify_tree(log: Log) -> Iterator[Finding]:
    """Every stored upper hash must be the root of the tile below it."""
    level, count = 1, log.size // TILE_WIDTH
    while count:
        for index in range(count):
            with suppress(TileLost):
                below = [
                    log.tiles.subtree(8 * (level - 1), index * TILE_WIDTH + place)
                    for place in range(TILE_WIDTH)
                ]
                if full_subtree(below) != log.tiles.subtree(8 * level, index):
                    yield faults.tree(level, index)
        level, count = level + 1, count // TILE_WIDTH


def _verify_checkpoints(
    checkpoints: Iterable[Checkpoint], log: Log, keys: Keys
) -> Iterator[Finding]:
    last_good = 0
    for checkpoint in checkpoints:
        if not checkpoint.is_signed_by(keys.log):
            yield faults.not_signed(checkpoint)
        elif checkpoint.size > log.size:
            yield faults.truncated(checkpoint, log.size)
        else:
            with suppress(TileLost):
                if root(checkpoint.size, log.tiles.subtree) == checkpoint.root:
                    last_good = checkpoint.size
                else:
                    yield faults.other_root(checkpoint, last_good)
