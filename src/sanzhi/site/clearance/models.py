"""What clearance stores: cases, the versions of their declarations, requests, drafts."""

import json
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from sanzhi.border.clearance import Lane, State
from sanzhi.border.clearance.standing import Standing
from sanzhi.border.clearance.states import AWAITED_FROM, AWAITED_WHAT, STATE_NAMES
from sanzhi.core.findings import Finding, Text
from sanzhi.customs.duty import Assessment
from sanzhi.declarations import Declaration
from sanzhi.site.accounts.models import Enterprise


def _money() -> "models.DecimalField[str | float | Decimal, Decimal]":
    return models.DecimalField(max_digits=22, decimal_places=2, default=0)


class Case(models.Model):
    """A consignment under clearance (报关单). Only `clearance.actions` writes it."""

    number = models.CharField(max_length=32, unique=True)
    trader = models.ForeignKey(Enterprise, models.PROTECT, related_name="cases")
    declarant = models.ForeignKey(Enterprise, models.PROTECT, related_name="declared_cases")
    lodged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reference = models.CharField(max_length=64)
    """The trader's own reference; with the trader it names one case."""
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of the declaration first lodged."""
    office = models.CharField(max_length=4)
    regime = models.CharField(max_length=12)
    type = models.CharField(max_length=12)
    state = models.CharField(max_length=24, choices=[(s.value, s.value) for s in State])
    lane = models.CharField(max_length=8, blank=True, default="")
    lane_reason_en = models.CharField(max_length=300, blank=True, default="")
    lane_reason_zh = models.CharField(max_length=300, blank=True, default="")
    declared_on = models.DateField()
    lodged_at = models.DateTimeField()
    state_since = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    deadline = models.DateField(null=True, blank=True)
    """Last day of what is awaited (payment, completion), where the law sets one."""
    sequence = models.PositiveIntegerField()
    """Number of the case's last event: what an actor saw is compared with it."""
    version = models.PositiveIntegerField(default=1)
    items = models.PositiveIntegerField(default=0)
    goods = models.CharField(max_length=200, blank=True, default="")
    customs_value = _money()
    due = _money()
    paid = _money()
    guaranteed = _money()
    warnings = models.PositiveIntegerField(default=0)
    inspector = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="waiting_cases"
    )
    """The officer drawn for the inspection; null before one, and where nobody could be drawn."""
    audit_due = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("consignment")
        verbose_name_plural = _("consignments")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["trader", "reference"], name="reference_once_a_trader")
        ]
        indexes: ClassVar = [
            models.Index(fields=["office", "state", "state_since"], name="case_inbox"),
            models.Index(fields=["trader", "-lodged_at"], name="case_of_trader"),
            models.Index(fields=["declarant", "-lodged_at"], name="case_of_declarant"),
            models.Index(fields=["-lodged_at"], name="case_newest"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def state_name(self) -> Text:
        return STATE_NAMES[State(self.state)]

    @property
    def awaited_from(self) -> str:
        return AWAITED_FROM[State(self.state)]

    @property
    def awaited_what(self) -> Text:
        return AWAITED_WHAT[State(self.state)]

    @property
    def lane_reason(self) -> Text:
        return Text(self.lane_reason_en, self.lane_reason_zh)

    @property
    def standing(self) -> Standing:
        """The case as the clearance rules see it."""
        return Standing(
            State(self.state),
            Lane(self.lane) if self.lane else None,
            self.type,
            self.version,
            self.due,
            self.paid,
            self.guaranteed,
        )

    @property
    def owed(self) -> Decimal:
        return self.standing.owed


class DeclarationVersion(models.Model):
    """One version of a case's declaration, as lodged, with what was found and assessed."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    content = models.TextField()
    """Canonical JSON without the original."""
    format = models.CharField(max_length=24)
    original = models.TextField(blank=True, default="")
    """The message as it came, where it came as one."""
    findings = models.TextField(default="[]")
    assessment = models.TextField(blank=True, default="")
    created = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["version"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "version"], name="version_once_a_case")
        ]

    def __str__(self) -> str:
        return f"{self.case}/v{self.version}"

    @cached_property
    def declaration(self) -> Declaration:
        """The document with its original, as the library takes it."""
        fields = json.loads(self.content)
        if self.original:
            fields["source"] = {"format": self.format, "text": self.original}
        return Declaration.from_fields(fields)

    @cached_property
    def assessed(self) -> Assessment | None:
        return Assessment.from_json(self.assessment) if self.assessment else None

    @cached_property
    def found(self) -> list[Finding]:
        return [Finding.model_validate(one) for one in json.loads(self.findings)]


class Request(models.Model):
    """Something a trader asks of customs on a case: cancellation, correction, or an appeal."""

    class Kind(models.TextChoices):
        CANCELLATION = "cancellation", _("cancellation")
        CORRECTION = "correction", _("correction after release")
        APPEAL = "appeal", _("appeal")

    case = models.ForeignKey(Case, models.CASCADE, related_name="requests")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    reason = models.TextField()
    content = models.TextField(blank=True, default="")
    """A correction's declaration, canonical JSON."""
    decision = models.PositiveIntegerField(null=True, blank=True)
    """An appeal's event sequence."""
    against = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    """The officer whose decision is appealed."""
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=16, blank=True, default="")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_reason = models.TextField(blank=True, default="")

    class Meta:
        ordering: ClassVar = ["-asked_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=models.Q(outcome=""),
                name="one_open_request_a_kind",
            )
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.kind}"


class Draft(models.Model):
    """A declaration being written; nothing typed is lost."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    trader = models.ForeignKey(Enterprise, models.CASCADE, null=True, blank=True, related_name="+")
    amends = models.ForeignKey(Case, models.CASCADE, null=True, blank=True, related_name="+")
    content = models.TextField()
    original = models.TextField(blank=True, default="")
    format = models.CharField(max_length=24, default="json")
    title = models.CharField(max_length=200, blank=True, default="")
    updated = models.DateTimeField()
    saved_by = models.CharField(max_length=16, blank=True, default="")
    """The opened form that saved it last: another one that has not seen that save is stale."""

    class Meta:
        ordering: ClassVar = ["-updated"]

    def __str__(self) -> str:
        return self.title or f"draft {self.pk}"


class LodgedDraft(models.Model):
    """What a draft became, for whoever comes back to its address."""

    draft = models.BigIntegerField(unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    case = models.ForeignKey(Case, models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"draft {self.draft} → {self.case}"


class SavedFilter(models.Model):
    """A filter of a work list that a user keeps: the address's query under a name."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    page = models.CharField(max_length=24)
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "page", "name"], name="saved_filter_once")
        ]

    def __str__(self) -> str:
        return self.name


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
            models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once")
        ]

    def __str__(self) -> str:
        return self.key
