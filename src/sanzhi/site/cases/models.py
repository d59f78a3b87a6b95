"""What is stored of cases of every kind.

A row is what the fold of the case's events says, kept for lists and searches: nothing is decided
by it, and `sanzhi events verify` holds it against the events.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models

from sanzhi.site.accounts.models import Enterprise


class CaseBase(models.Model):
    """What every case has, whatever its kind. Only what tells its events writes it:
    `cases.actions`, and lodging, which stores many by one insert."""

    number = models.CharField(max_length=32, unique=True)
    state = models.CharField(max_length=24)
    state_since = models.DateTimeField()
    deadline = models.DateField(null=True, blank=True)
    """Last day of what is awaited, where the law sets one."""
    sequence = models.PositiveIntegerField()
    """Number of the case's last event: what an actor saw is compared with it."""

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.number


class CaseRecord(CaseBase):
    """A case of a kind that needs no table of its own."""

    kind = models.CharField(max_length=32)
    office = models.CharField(max_length=8, blank=True, default="")
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, to_field="credit_code", null=True, related_name="+"
    )
    """Whose affair it is."""
    study = models.CharField(max_length=64, blank=True, default="")
    title = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name = "case"
        indexes: ClassVar = [
            models.Index(fields=["kind", "state", "state_since"], name="case_record_list")
        ]


class CaseParty(models.Model):
    """An enterprise whose affair a case is that is kept as a `CaseRecord`: what its people see of
    it is found by this."""

    case = models.CharField(max_length=32)
    enterprise = models.CharField(max_length=32)
    """Credit code, of whomever the events name: it need not be known here."""

    class Meta:
        verbose_name = "party"
        verbose_name_plural = "parties"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enterprise", "case"], name="party_once_a_case")
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.enterprise}"


class CasePlace(models.Model):
    """Where an action on a case is done, where that is another place than the case's own."""

    case = models.CharField(max_length=32)
    action = models.CharField(max_length=64)
    office = models.CharField(max_length=8, blank=True, default="")
    enterprise = models.CharField(max_length=32, blank=True, default="")
    """Credit code."""
    study = models.CharField(max_length=64, blank=True, default="")

    class Meta:
        verbose_name = "place of an action"
        verbose_name_plural = "places of actions"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "action"], name="place_once_an_action")
        ]
        indexes: ClassVar = [
            models.Index(fields=["office", "action"], name="place_by_office"),
            models.Index(fields=["enterprise", "action"], name="place_by_enterprise"),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.action}"


class RequestRecord(models.Model):
    """Something asked for on a case, and what became of it."""

    case = models.CharField(max_length=32)
    kind = models.CharField(max_length=32)
    sequence = models.PositiveIntegerField()
    """Of the event that asked."""
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=150)
    reason = models.TextField()
    about = models.PositiveIntegerField(null=True)
    """Sequence of the decision it is about."""
    against = models.CharField(max_length=150, blank=True, default="")
    """Who took that decision."""
    document = models.CharField(max_length=64, blank=True, default="")
    outcome = models.CharField(max_length=16, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=150, blank=True, default="")
    decided_reason = models.TextField(blank=True, default="")

    class Meta:
        ordering: ClassVar = ["-asked_at"]
        verbose_name = "request"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "sequence"], name="request_once_an_event"),
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=models.Q(outcome=""),
                name="one_open_request_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.kind}"


class Document(models.Model):
    """A text that an event names by its SHA-256, where its kind has no table for it."""

    case = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    content = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "digest"], name="document_once_a_case")
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.digest[:12]}"


class IdempotencyKey(models.Model):
    """The answer already given to an API request with this key, to be given again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=128)
    request = models.CharField(max_length=64)
    """SHA-256 of method, path and body: a key belongs to one request."""
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    created = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key"], name="answer_once_a_key")
        ]

    def __str__(self) -> str:
        return self.key
