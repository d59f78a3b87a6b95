"""What clearance stores: consignments, the versions of their declarations, drafts."""

import json
from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from sanzhi.border.clearance.states import AWAITED, State
from sanzhi.core.findings import Finding, Text
from sanzhi.core.money import ZERO
from sanzhi.customs.duty import Assessment
from sanzhi.declarations import Declaration
from sanzhi.site.accounts.models import Enterprise
from sanzhi.site.cases.models import CaseBase


def _money() -> "models.DecimalField[str | float | Decimal, Decimal]":
    return models.DecimalField(max_digits=22, decimal_places=2, default=0)


class Case(CaseBase):
    """A consignment under clearance (报关单), as the fold of its events says it stands."""

    trader = models.ForeignKey(Enterprise, models.PROTECT, related_name="cases")
    declarant = models.ForeignKey(Enterprise, models.PROTECT, related_name="declared_cases")
    lodged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reference = models.CharField(max_length=64)
    """The trader's own reference; with the trader it names one case."""
    fingerprint = models.CharField(max_length=64)
    """SHA-256 of the declaration first lodged."""
    office = models.CharField(max_length=8)
    regime = models.CharField(max_length=12)
    type = models.CharField(max_length=12)
    lane = models.CharField(max_length=8, blank=True, default="")
    lane_rule = models.CharField(max_length=64, blank=True, default="")
    """The row of the law's table that decided the lane, or what stood in its place."""
    declared_on = models.DateField()
    lodged_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    items = models.PositiveIntegerField(default=0)
    goods = models.CharField(max_length=200, blank=True, default="")
    customs_value = _money()
    due = _money()
    paid = _money()
    guaranteed = _money()
    warnings = models.PositiveIntegerField(default=0)
    inspector = models.CharField(max_length=150, blank=True, default="")
    """The account drawn for the inspection; empty before one, and where nobody could be drawn."""
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
            models.Index(
                fields=["inspector"], name="case_inspector", condition=~models.Q(inspector="")
            ),
            models.Index(fields=["lane", "lodged_at", "office"], name="case_of_lane"),
            models.Index(
                fields=["released_at", "office", "due", "paid"],
                name="case_owing",
                condition=models.Q(due__gt=models.F("paid")),
            ),
        ]

    @property
    def state_name(self) -> Text:
        return State(self.state).text

    @property
    def awaited_from(self) -> str:
        return ", ".join(AWAITED[State(self.state)].sides)

    @property
    def awaited_what(self) -> Text:
        return AWAITED[State(self.state)].what

    @property
    def owed(self) -> Decimal:
        """What is still to be paid: due less paid, never below zero."""
        return max(self.due - self.paid, ZERO)

    @property
    def overpaid(self) -> Decimal:
        return max(self.paid - self.due, ZERO)


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
