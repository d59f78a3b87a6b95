"""Writing events, integrating them into the tree, and proving the log whole."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.db import IntegrityError, connection

from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.events import VOCABULARY, Payload
from sanzhi.events.canonical import canonical_json
from sanzhi.events.checkpoints import Checkpoint, sign
from sanzhi.events.merkle import Tiles, consistency_proof, grow, inclusion_proof, root
from sanzhi.events.verification import verify
from sanzhi.site.events.models import CheckpointRecord, EventRecord, Tile
from sanzhi.site.events.stored import checkpoints, log_size, logged, read_tile
from sanzhi.site.storage import snapshot, writing

#: Events integrated under one checkpoint at most, so that the writer's place is given back soon.
BATCH = 1000

ORIGIN = "sanzhi.example/log"

_PLACE = f'UPDATE {EventRecord._meta.db_table} SET "index" = %s WHERE id = %s'  # noqa: S608 - names of our own tables


#: A payload and the law it applied.
Told = tuple[Payload, tuple[str, ...]]


class Conflict(Exception):
    """Somebody else wrote to the case first."""

    finding = Finding(
        code="case.conflict",
        path="",
        text=Text(
            "Somebody else decided on this case a moment ago; nothing of yours was written.",
            "该单证刚刚已被他人处理，您的操作未写入。",
        ),
        mend=Text("Look at the case as it is now, then decide.", "请查看单证最新状态后再处理。"),
    )


def record(
    case: str, after: int, told: Iterable[Told], actor: str, time: datetime, *, follow: str = ""
) -> int:
    """Append events to a case within the caller's transaction; the case's new last sequence.

    `after` is the sequence the caller acted on; `Conflict` where the case has moved on. The first
    event is the actor's own; the others, that follow from it, are `follow`'s (the actor's too
    where nobody is named).
    """
    rows = _rows(case, after, told, (actor, follow or actor), time)
    try:
        _insert(rows)
    except IntegrityError:
        raise Conflict from None
    return after + len(rows)


def record_new(
    cases: Iterable[tuple[str, Iterable[Told]]], actor: str, time: datetime, *, follow: str = ""
) -> None:
    """Write the first events of new cases, together; `follow` as in `record`."""
    _insert(
        [
            row
            for case, told in cases
            for row in _rows(case, 0, told, (actor, follow or actor), time)
        ]
    )


#: Statements instead of objects: an event is written at every step, and its columns are ready.
_INSERT = (
    f"INSERT INTO {EventRecord._meta.db_table} "  # noqa: S608 - names of our own tables
    '("case", "sequence", "kind", "actor", "time", "law", "payload") '
    "VALUES (%s, %s, %s, %s, %s, %s, %s)"
)


def _insert(rows: list[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(_INSERT, rows)


def _rows(
    case: str, after: int, told: Iterable[Told], actors: tuple[str, str], time: datetime
) -> list[tuple[Any, ...]]:
    moment = connection.ops.adapt_datetimefield_value(time)
    return [
        (
            case,
            sequence,
            VOCABULARY.kind_of(payload).name,
            actors[sequence > after + 1],
            moment,
            json.dumps(list(law), ensure_ascii=False),
            canonical_json(payload.model_dump()).decode(),
        )
        for sequence, (payload, law) in enumerate(told, after + 1)
    ]


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
                [
                    Tile(level=level, position=position, hashes=hashes)
                    for (level, position), hashes in changed.items()
                ],
                update_conflicts=True,
                unique_fields=["level", "position"],
                update_fields=["hashes"],
            )
            size += len(waiting)
            checkpoint = sign(ORIGIN, size, root(size, Tiles(read_tile).subtree), signing_key())
            CheckpointRecord.objects.create(
                origin=ORIGIN,
                size=size,
                root=checkpoint.root,
                signature=checkpoint.signature,
                time=now,
            )
    except IntegrityError:
        return 0
    return len(waiting)


def verify_log(
    cases: Iterable[tuple[str, int]] = (), kept: Iterable[Checkpoint] = ()
) -> Iterator[Finding]:
    """Every way in which the stored log is not what was logged. `cases` are the cases that stand
    with their last events' numbers, `kept` checkpoints that were kept elsewhere."""
    key = signing_key().public_key()
    with snapshot():
        yield from verify(
            logged(), Tiles(read_tile), log_size(), checkpoints(), key, cases=cases, kept=kept
        )


def newest_checkpoint() -> Checkpoint | None:
    """The newest signed checkpoint; None before the first."""
    stored = CheckpointRecord.objects.order_by("-size").first()
    if stored is None:
        return None
    return Checkpoint(stored.origin, stored.size, bytes(stored.root), bytes(stored.signature))


def prove_inclusion(event: EventRecord) -> list[bytes]:
    """Audit path of an integrated event to the newest checkpoint's root."""
    if event.index is None:
        raise ValueError("the event is not in the tree yet")
    return inclusion_proof(event.index, log_size(), Tiles(read_tile).subtree)


def prove_consistency(old: int, new: int) -> list[bytes]:
    return consistency_proof(old, new, Tiles(read_tile).subtree)


def signing_key() -> Ed25519PrivateKey:
    """The log's key, made once and kept in the data folder, readable by its owner only."""
    path = Path(settings.HOME) / "log_key.pem"
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        fresh = path.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_bytes(pem)
        fresh.rename(path)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _no_key(path) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(path)
    return key


def _no_key(path: Path) -> Unusable:
    return Unusable.because(
        "events.key_unusable",
        path.name,
        "The log's key cannot be read: no Ed25519 private key.",
        "日志密钥无法读取：不是 Ed25519 私钥。",
        mend=Text(
            "Put the copy of the key back into the data folder; a new key would not match "
            "the checkpoints signed so far.",
            "请将密钥备份放回数据目录；新密钥与已签名的检查点不符。",
        ),
    )
