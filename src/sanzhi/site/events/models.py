"""The stored event log: events, the tiles of its Merkle tree, signed checkpoints, and the names of
the keys that sign and seal."""

import json
from typing import Any, ClassVar, Self

from django.db import models


class EventQuerySet(models.QuerySet["EventRecord"]):
    def told(self) -> Self:
        """What happened: without events that the sequencer refused to take in. The mark says
        something of an event that has no place alone; one that stands in the tree was told,
        whatever is marked on it."""
        return self.filter(models.Q(aside=False) | models.Q(index__isnull=False))


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
    """JSON object; like the law canonical, so that the text itself is what was hashed."""
    blind = models.CharField(max_length=32)
    """Random hexadecimal digits: nobody guesses the event from its hash."""
    seal = models.CharField(max_length=64)
    """That the site wrote the event, and nobody by hand."""
    index = models.BigIntegerField(null=True, unique=True)
    """Place in the log; null until the sequencer has integrated the event."""
    aside = models.BooleanField(default=False, db_default=False)
    """Whether the sequencer refused to take it in."""

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "event"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "sequence"], name="event_once_a_case")
        ]
        indexes: ClassVar = [
            models.Index(fields=["kind", "time"], name="event_kind_time"),
            models.Index(
                fields=["id"],
                name="event_waiting",
                condition=models.Q(index__isnull=True, aside=False),
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


class LogKey(models.Model):
    """The name of a key that the log is written with; the key itself is not in the database."""

    SIGNS = "signs"
    SEALS = "seals"

    use = models.CharField(max_length=8, unique=True)
    name = models.CharField(max_length=64)

    class Meta:
        verbose_name = "key of the log"
        verbose_name_plural = "keys of the log"

    def __str__(self) -> str:
        return f"{self.use}: {self.name}"
