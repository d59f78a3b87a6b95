"""The stored event log: events, the tiles of its Merkle tree, and signed checkpoints."""

import json
from typing import Any, ClassVar

from django.db import models

from sanzhi.events import Event


class EventRecord(models.Model):
    """One event. (case, sequence) is unique: of two officers acting at once, one can write."""

    case = models.CharField(max_length=32)
    sequence = models.PositiveIntegerField()
    kind = models.CharField(max_length=64)
    actor = models.CharField(max_length=150)
    time = models.DateTimeField()
    law = models.TextField()
    """JSON list of the citations applied."""
    payload = models.TextField()
    """JSON object; canonical, so that the text itself is what was hashed."""
    index = models.BigIntegerField(null=True, unique=True)
    """Place in the log; null until the sequencer has integrated the event."""

    class Meta:
        verbose_name = "event"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "sequence"], name="event_once_a_case")
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "time"], name="event_kind_time"),
            models.Index(
                fields=["id"], name="event_waiting", condition=models.Q(index__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}/{self.sequence} {self.kind}"

    @property
    def citations(self) -> list[str]:
        found: list[str] = json.loads(self.law)
        return found

    @property
    def content(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.payload)
        return found

    def event(self) -> Event:
        """The event as the library knows it; ValueError where a column is not the JSON that was
        written any more."""
        law, payload = json.loads(self.law), json.loads(self.payload)
        if not isinstance(law, list) or not isinstance(payload, dict):
            raise ValueError(f"{self}: law or payload has another shape")  # noqa: TRY004 - what was stored is at fault, not a call
        return Event(
            self.case, self.sequence, self.kind, self.actor, self.time, tuple(law), payload
        )


class Tile(models.Model):
    """Up to 256 hashes of one level of the tree, 32 bytes each, joined."""

    level = models.PositiveSmallIntegerField()
    position = models.BigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["level", "position"], name="tile_once")
        ]

    def __str__(self) -> str:
        return f"tile {self.level}/{self.position}"


class CheckpointRecord(models.Model):
    """A signed statement of the log's size and root."""

    origin = models.CharField(max_length=120)
    size = models.BigIntegerField(unique=True)
    root = models.BinaryField()
    signature = models.BinaryField()
    time = models.DateTimeField()

    class Meta:
        verbose_name = "checkpoint"
        ordering: ClassVar = ["size"]

    def __str__(self) -> str:
        return f"checkpoint {self.size}"
