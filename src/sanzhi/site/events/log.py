"""Writing events, integrating them into the tree, and proving the log whole."""

import logging
import os
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import IntegrityError, connection
from django.utils import timezone

from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.events import VOCABULARY, Payload, faults
from sanzhi.events.canonical import canonical_json, leaf_hash
from sanzhi.events.checkpoints import Checkpoint, sign
from sanzhi.events.entry import Entry
from sanzhi.events.event import utc_text
from sanzhi.events.merkle import TileLost, Tiles, consistency_proof, grow, inclusion_proof, root
from sanzhi.events.seals import seal
from sanzhi.events.verification import Keys, Log, Logged, entry_bytes, verify, waiting_fault
from sanzhi.site.events import following
from sanzhi.site.events.keys import key_differences, require_keys, seal_keys, signing_key
from sanzhi.site.events.models import CheckpointRecord, EventRecord, Tile
from sanzhi.site.events.stored import (
    checkpoints,
    log_size,
    logged,
    newest_checkpoint,
    proven_size,
    read_tile,
    stored_event,
    tile_widths,
    waiting,
)
from sanzhi.site.hooks import Written
from sanzhi.site.storage import snapshot, writing

_LOG = logging.getLogger(__name__)

#: Events integrated under one checkpoint at most, so that the writer's place is given back soon.
BATCH = 1000

_TABLE = EventRecord._meta.db_table
_PLACE = f'UPDATE {_TABLE} SET "index" = %s WHERE id = %s'  # noqa: S608 - names of our own tables


#: A payload and the law it applied.
Told = tuple[Payload, tuple[str, ...]]


_MOVED_ON = Finding(
    code="case.conflict",
    path="",
    text=Text(
        "The case was acted on since you looked at it, perhaps by you in another window; "
        "nothing was written.",
        "该单证在您查看后已被处理（也可能是您在另一窗口所为），本次操作未写入。",
    ),
    mend=Text("Look at the case as it is now, then decide.", "请查看单证最新状态后再处理。"),
)


class Conflict(Exception):
    """Somebody wrote first: to the case, or to another that the finding names."""

    def __init__(self, finding: Finding = _MOVED_ON) -> None:
        super().__init__(finding.text.en)
        self.finding = finding


def record(
    case: str, after: int, told: Iterable[Told], actor: str, time: datetime, *, follow: str = ""
) -> int:
    """Append events to a case within the caller's transaction; the case's new last sequence.

    `after` is the sequence the caller acted on; `Conflict` where the case has moved on. The first
    event is the actor's own; the others, that follow from it, are `follow`'s (the actor's too
    where nobody is named).
    """
    told = list(told)
    try:
        _insert(_rows([(case, after, told)], (actor, follow or actor), time))
    except IntegrityError:
        raise Conflict from None
    following.follow(_written(case, after, told, time))
    return after + len(told)


def record_new(
    cases: Iterable[tuple[str, Iterable[Told]]], actor: str, time: datetime, *, follow: str = ""
) -> None:
    """Write the first events of new cases, together; `follow` as in `record`."""
    every = [(case, list(told)) for case, told in cases]
    _insert(_rows([(case, 0, told) for case, told in every], (actor, follow or actor), time))
    following.follow([one for case, told in every for one in _written(case, 0, told, time)])


#: Statements instead of objects: an event is written at every step, and its columns are ready.
_INSERT = (
    f"INSERT INTO {_TABLE} "  # noqa: S608 - names of our own tables
    '("case", "sequence", "kind", "actor", "time", "law", "payload", "blind", "seal") '
    "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


def _written(case: str, after: int, told: Iterable[Told], time: datetime) -> list[Written]:
    return [
        Written(case, sequence, time, payload)
        for sequence, (payload, _law) in enumerate(told, after + 1)
    ]


def _insert(rows: list[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, rows)


def _rows(
    cases: Iterable[tuple[str, int, Iterable[Told]]], actors: tuple[str, str], time: datetime
) -> list[tuple[Any, ...]]:
    """Rows of the events that follow the last sequence of each case."""
    moment, written = connection.ops.adapt_datetimefield_value(time), utc_text(time)
    key = seal_keys()[0]
    texts: dict[tuple[str, ...], str] = {}
    rows = []
    for case, after, told in cases:
        for sequence, (payload, law) in enumerate(told, after + 1):
            cited = texts.get(law)
            if cited is None:
                cited = texts[law] = _law_text(law)
            entry = Entry(
                case,
                sequence,
                VOCABULARY.kind_of(payload).name,
                actors[sequence > after + 1],
                written,
                cited,
                canonical_json(payload.model_dump()).decode(),
                os.urandom(16).hex(),
            )
            sealed = seal(entry.canonical(), key)
            rows.append((*entry[:4], moment, *entry[5:], sealed))
    return rows


def _law_text(law: tuple[str, ...]) -> str:
    """Citations as they are stored: by the administration's own law."""
    cited = settings.ADMINISTRATION.cited
    return canonical_json([cited(one) for one in law]).decode()


def integrate(now: datetime) -> int:
    """Take waiting events into the tree and sign a checkpoint; how many were taken.

    One transaction: events, tiles and checkpoint agree whenever the process dies. Safe to run in
    several processes: the checkpoint's unique size lets one of them win. An event that the site
    did not write is set aside, with an alarm, and stops none of the others; `Unusable` where the
    log cannot be gone on with at all: another key, or a tree that is not what was signed.
    """
    key = require_keys()
    size = log_size()
    while True:
        found = waiting(BATCH)
        taken = _sound(found)
        if taken or not found:
            break
    if not taken:
        return 0
    try:
        with writing():
            if log_size() != size:
                return 0
            _require_whole(size, key.public_key())
            with connection.cursor() as cursor:
                cursor.executemany(
                    _PLACE, [(size + offset, row) for offset, (row, _) in enumerate(taken)]
                )
            changed = grow(size, [leaf for _, leaf in taken], read_tile)
            Tile.objects.bulk_create(
                [
                    Tile(level=level, position=position, hashes=hashes)
                    for (level, position), hashes in changed.items()
                ],
                update_conflicts=True,
                unique_fields=["level", "position"],
                update_fields=["hashes"],
            )
            size += len(taken)
            checkpoint = sign(
                settings.ADMINISTRATION.log_origin, size, root(size, Tiles(read_tile).subtree), key
            )
            CheckpointRecord.objects.create(
                origin=settings.ADMINISTRATION.log_origin,
                size=size,
                root=checkpoint.root,
                signature=checkpoint.signature,
                time=now,
            )
    except IntegrityError:
        return 0
    except TileLost as lost:
        raise Unusable(faults.tile_lost(lost.level, lost.index)) from None
    return len(taken)


def look_again() -> None:
    """Let events that were set aside wait again: the secret that sealed them may be known now."""
    with writing():
        EventRecord.objects.filter(index=None, aside=True).update(aside=False)


def _sound(found: list[tuple[int, Logged]]) -> list[tuple[int, bytes]]:
    """The rows to take in, with their leaf hashes; the others are set aside."""
    keys, taken, refused = seal_keys(), [], []
    for row, event in found:
        fault = waiting_fault(event, keys)
        if fault is None:
            taken.append((row, event.entry.leaf()))
        else:
            refused.append(row)
            _LOG.error("set aside: %s", fault.text.en)
    if refused:
        with writing():
            EventRecord.objects.filter(pk__in=refused, index=None).update(aside=True)
    return taken


def _require_whole(size: int, key: Ed25519PublicKey) -> None:
    """Sign no tree on top of one that is not what was signed: that would hide what was done."""
    newest = newest_checkpoint()
    if newest is None:
        return
    if not newest.is_signed_by(key):
        raise Unusable(faults.not_signed(newest))
    if root(size, Tiles(read_tile).subtree) != newest.root:
        raise Unusable(faults.other_root(newest, 0))


def verify_log(
    cases: Iterable[tuple[str, int]] = (),
    kept: Iterable[Checkpoint] = (),
    *,
    now: datetime | None = None,
) -> Iterator[Finding]:
    """Every way in which the stored log is not what was logged, as of `now` (the present unless
    given). `cases` are the cases that stand with their last events' numbers, `kept` checkpoints
    that were kept elsewhere."""
    keys = Keys(signing_key().public_key(), seal_keys())
    with snapshot():
        yield from key_differences()
        widths = tile_widths()
        size = proven_size(keys.log, widths)
        log = Log(logged(), Tiles(read_tile), widths, size, checkpoints())
        yield from verify(log, keys, now or timezone.now(), cases=cases, kept=kept)


def prove_inclusion(event: EventRecord, size: int) -> tuple[bytes, list[bytes]]:
    """The bytes of an integrated event as they are stored, and their audit path to the root of
    the signed `size` entries; `Unusable` where they are not what was logged."""
    tiles, found = Tiles(read_tile), stored_event(event)
    data, place = entry_bytes(found), found.place
    if place is None:
        raise Unusable(faults.unreadable(found.entry))
    if not 0 <= place < size:
        raise Unusable(faults.beyond(found.entry, place, size))
    try:
        if data is None or leaf_hash(data) != tiles.leaf(place):
            raise Unusable(faults.changed(found.entry, place))
        return data, inclusion_proof(place, size, tiles.subtree)
    except TileLost as lost:
        raise Unusable(faults.tile_lost(lost.level, lost.index)) from None


def prove_consistency(old: int, new: int) -> list[bytes]:
    """Proof that the signed log of `new` entries begins with that of `old`."""
    try:
        return consistency_proof(old, new, Tiles(read_tile).subtree)
    except TileLost as lost:
        raise Unusable(faults.tile_lost(lost.level, lost.index)) from None
