"""Writing events, integrating them into the tree, and proving the log whole."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import IntegrityError, connection

from sanzhi.core.findings import Finding, Text
from sanzhi.events import VOCABULARY, Event, Payload
from sanzhi.events.canonical import canonical_json
from sanzhi.events.checkpoints import Checkpoint, sign
from sanzhi.events.merkle import Tiles, consistency_proof, grow, inclusion_proof, root
from sanzhi.events.verification import Logged, verify
from sanzhi.site.events.models import CheckpointRecord, EventRecord, Tile
from sanzhi.site.storage import writing

#: Events integrated under one checkpoint at most, so that the writer's place is given back soon.
BATCH = 1000

ORIGIN = "sanzhi.example/log"

_PLACE = f'UPDATE {EventRecord._meta.db_table} SET "index" = %s WHERE id = %s'  # noqa: S608


#: A payload and the law it applied.
Told = tuple[Payload, tuple[str, ...]]


class Conflict(Exception):
    """Somebody else wrote to the case first."""

    finding = Finding(
        code="case.conflict", path="",
        text=Text("Somebody else decided on this case a moment ago; nothing of yours was written.",
                  "该单证刚刚已被他人处理，您的操作未写入。"),
        mend=Text("Look at the case as it is now, then decide.", "请查看单证最新状态后再处理。"))


def record(case: str, after: int, told: Iterable[Told], actor: str, time: datetime) -> int:
    """Append events to a case within the caller's transaction; the case's new last sequence.

    `after` is the sequence the caller acted on; `Conflict` where the case has moved on.
    """
    records = _records(case, after, told, actor, time)
    try:
        EventRecord.objects.bulk_create(records)
    except IntegrityError:
        raise Conflict from None
    return after + len(records)


def record_new(cases: Iterable[tuple[str, Iterable[Told]]], actor: str, time: datetime) -> None:
    """Write the first events of new cases, together."""
    EventRecord.objects.bulk_create(
        [one for case, told in cases for one in _records(case, 0, told, actor, time)],
        batch_size=500)


def _records(case: str, after: int, told: Iterable[Told], actor: str,
             time: datetime) -> list[EventRecord]:
    return [EventRecord(
        case=case, sequence=sequence, kind=VOCABULARY.kind_of(payload).name, actor=actor,
        time=time, law=json.dumps(list(law), ensure_ascii=False),
        payload=canonical_json(payload.model_dump()).decode())
        for sequence, (payload, law) in enumerate(told, after + 1)]


def integrate(now: datetime) -> int:
    """Take waiting events into the tree and sign a checkpoint; how many were taken.

    One transaction: events, tiles and checkpoint agree whenever the process dies. Safe to run in
    several processes: the checkpoint's unique size lets one of them win.
    """
    size = log_size()
    waiting = list(EventRecord.objects.filter(index=None).order_by("id")[:BATCH])
    if not waiting:
        return 0
    leaves = [event.event().leaf() for event in waiting]
    places = [(size + offset, event.pk) for offset, event in enumerate(waiting)]
    try:
        with writing():
            if log_size() != size:
                return 0
            with connection.cursor() as cursor:
                cursor.executemany(_PLACE, places)
            changed = grow(size, leaves, read_tile)
            Tile.objects.bulk_create(
                [Tile(level=level, position=position, hashes=hashes)
                 for (level, position), hashes in changed.items()],
                update_conflicts=True, unique_fields=["level", "position"],
                update_fields=["hashes"])
            size += len(waiting)
            checkpoint = sign(ORIGIN, size, root(size, Tiles(read_tile).subtree), signing_key())
            CheckpointRecord.objects.create(
                origin=ORIGIN, size=size, root=checkpoint.root, signature=checkpoint.signature,
                time=now)
    except IntegrityError:
        return 0
    return len(waiting)


def log_size() -> int:
    """Events integrated so far, as the newest checkpoint says."""
    return CheckpointRecord.objects.order_by("-size").values_list("size", flat=True).first() or 0


def verify_log() -> Iterator[Finding]:
    """Every way in which the stored log is not what was logged."""
    return verify(_logged(), Tiles(read_tile), log_size(), checkpoints(),
                  signing_key().public_key())


def prove_inclusion(event: EventRecord) -> list[bytes]:
    """Audit path of an integrated event to the newest checkpoint's root."""
    if event.index is None:
        raise ValueError("the event is not in the tree yet")
    return inclusion_proof(event.index, log_size(), Tiles(read_tile).subtree)


def prove_consistency(old: int, new: int) -> list[bytes]:
    return consistency_proof(old, new, Tiles(read_tile).subtree)


def checkpoints() -> Iterator[Checkpoint]:
    for stored in CheckpointRecord.objects.order_by("size").iterator(chunk_size=1000):
        yield Checkpoint(stored.origin, stored.size, bytes(stored.root), bytes(stored.signature))


def read_tile(level: int, position: int) -> bytes:
    found = Tile.objects.filter(level=level, position=position).values_list("hashes", flat=True)
    return bytes(found[0]) if found else b""


def signing_key() -> Ed25519PrivateKey:
    """The log's key, made once and kept in the data folder, readable by its owner only."""
    path = Path(settings.HOME) / "log_key.pem"
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption())
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_bytes(pem)
        fresh.rename(path)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} is not an Ed25519 key")  # noqa: TRY004
    return key


def _logged() -> Iterator[Logged]:
    ordered = EventRecord.objects.order_by("index", "id")
    for stored in ordered.filter(index__isnull=False).iterator(chunk_size=2000):
        yield Logged(stored.index, _as_event(stored))
    for stored in ordered.filter(index__isnull=True).iterator(chunk_size=2000):
        yield Logged(None, _as_event(stored))


def _as_event(stored: EventRecord) -> Event:
    """The event, or where its columns are no JSON any more, one that cannot match its hash."""
    try:
        return stored.event()
    except ValueError:
        return Event(stored.case, stored.sequence, stored.kind, stored.actor, stored.time, (),
                     {"unreadable": stored.payload})
