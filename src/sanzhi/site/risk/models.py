"""What risk stores: versions of rules and selection policy, and models. Selections and scores are
events of the cases, goods items their declarations'; what stands of them here is derived."""

import json
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from sanzhi.core.findings import Text
from sanzhi.customs.risk.cases import SettingText
from sanzhi.customs.risk.codes import ModelRole, SettingState
from sanzhi.customs.risk.rules.table import RuleTable
from sanzhi.customs.risk.selection import SelectionPolicy
from sanzhi.site.accounts.models import User
from sanzhi.site.cases.models import CaseBase


class Setting(CaseBase):
    """One version of the rule table and the selection policy (布控方案)."""

    version = models.PositiveIntegerField(unique=True)
    rules = models.TextField()
    """JSON of the rule table."""
    policy = models.TextField()
    """JSON of the selection policy."""
    note = models.CharField(max_length=500, blank=True, default="")
    """What it changes, in its author's words."""
    author = models.ForeignKey(User, models.PROTECT, to_field="username", related_name="+")
    changed = models.DateTimeField()
    decided_by = models.ForeignKey(
        User, models.PROTECT, to_field="username", null=True, related_name="+"
    )
    decided = models.DateTimeField(null=True)
    content = models.CharField(max_length=64)
    """SHA-256 of rules and policy, as its events name them."""

    class Meta:
        verbose_name = _("risk setting")
        verbose_name_plural = _("risk settings")
        ordering: ClassVar = ["-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="active"), name="one_setting_in_force"
            ),
        ]

    @property
    def title(self) -> str:
        return f"{self.version} {self.note}".strip()

    @property
    def state_name(self) -> Text:
        return SettingState(self.state).text

    @property
    def text(self) -> SettingText:
        """Rules and policy as they are stored."""
        return SettingText(self.rules, self.policy)

    @property
    def table(self) -> RuleTable:
        return self.text.table

    @property
    def selection(self) -> SelectionPolicy:
        return self.text.selection


class RiskModel(CaseBase):
    """A trained model, whose state is its place; its folder lies in the data folder under
    `models`."""

    name = models.CharField(max_length=26, unique=True)
    """Also the folder's: the day of training and the beginning of its manifest's hash."""
    manifest = models.TextField()
    """JSON: data, versions, metrics, hashes of the files."""
    source = models.CharField(max_length=200, blank=True, default="")
    """The file it learnt from; empty for the platform's own history."""
    trained = models.DateTimeField()
    trained_by = models.ForeignKey(User, models.PROTECT, to_field="username", related_name="+")
    decided_by = models.ForeignKey(
        User, models.PROTECT, to_field="username", null=True, related_name="+"
    )
    decided = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("risk model")
        verbose_name_plural = _("risk models")
        ordering: ClassVar = ["-trained"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="champion"), name="one_champion"
            ),
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="challenger"), name="one_challenger"
            ),
        ]

    @property
    def title(self) -> str:
        return self.name

    @property
    def state_name(self) -> Text:
        return ModelRole(self.state).text

    @property
    def record(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.manifest)
        return found


class Selection(models.Model):
    """One assignment of a lane, as the events `clearance.lane_assigned` and
    `clearance.risk_assessed` told it, in columns: what an office's window of ranks, its capacity
    and the pages of selections are counted from. Derived (`risk.selections`): the log is the
    witness, and an emptied table is filled again from it."""

    case = models.CharField(max_length=32)
    sequence = models.PositiveIntegerField()
    """Of the event that assigned the lane."""
    office = models.CharField(max_length=8)
    at = models.DateTimeField()
    lane = models.CharField(max_length=8)
    by = models.CharField(max_length=12)
    """What decided: `SelectedBy`."""
    row = models.CharField(max_length=64)
    """The row of the law's table, or what stood in its place."""
    floor = models.FloatField(null=True)
    """The law's random floor."""
    own_lane = models.CharField(max_length=8, blank=True, default="")
    """The lane the administration's own selection asked for; empty where it was not asked."""
    own_by = models.CharField(max_length=12, blank=True, default="")
    setting = models.PositiveIntegerField(null=True)
    rules = models.TextField(blank=True, default="")
    """The officers' rules that hit, in the table's order, separated by spaces."""
    propensity = models.FloatField(null=True)
    model = models.CharField(max_length=32, blank=True, default="")
    score = models.FloatField(null=True)
    revenue = models.FloatField(null=True)
    blend = models.FloatField(null=True)
    """Score and revenue as the ranking of that name joins them."""
    challenger = models.CharField(max_length=32, blank=True, default="")
    challenger_score = models.FloatField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["case", "sequence"], name="selection_once")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["office", "model", "-id"],
                name="selection_window",
                condition=models.Q(score__isnull=False),
            ),
            models.Index(fields=["office", "at"], name="selection_of_day"),
            models.Index(fields=["at"], name="selection_at"),
            models.Index(
                fields=["model", "challenger"],
                name="selection_duel",
                condition=models.Q(challenger_score__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case}/{self.sequence}"


class PastGoods(models.Model):
    """A goods item as it was first lodged, with what rules at the desk ask of the past: one of its
    indexes answers each question. Derived: made with `LodgedGoods`, and anew with it."""

    case = models.ForeignKey("clearance.Case", models.CASCADE, related_name="+", db_index=False)
    date = models.DateField()
    """Of lodging."""
    importer = models.TextField()
    declarant = models.TextField()
    seller = models.TextField()
    importer_address = models.TextField()
    code = models.TextField()
    origin = models.TextField()
    departure = models.TextField()
    found = models.DateField(null=True)
    """The day on which an inspection of the case first found something."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["case"], name="past_case"),
            models.Index(fields=["importer", "date", "seller", "case"], name="past_importer"),
            models.Index(fields=["importer", "seller", "date"], name="past_importer_seller"),
            models.Index(fields=["importer", "code", "date"], name="past_importer_code"),
            models.Index(
                fields=["importer", "departure", "origin", "date"], name="past_importer_route"
            ),
            models.Index(fields=["seller", "date", "importer"], name="past_seller"),
            models.Index(fields=["importer_address", "date", "importer"], name="past_address"),
            *(
                models.Index(
                    fields=[*columns, "found"],
                    name=f"past_found_{columns[0]}",
                    condition=models.Q(found__isnull=False),
                )
                for columns in (
                    ("importer",),
                    ("declarant",),
                    ("seller",),
                    ("importer_address",),
                    ("code", "origin"),
                )
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.code}"


class Reference(models.Model):
    """What goods usually cost by the months before one: median and spread of the log unit value
    of a key (`customs.risk.references`)."""

    month = models.DateField()
    key = models.TextField()
    median = models.FloatField()
    spread = models.FloatField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["month", "key"], name="reference_once")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.key}"


class Reckoned(models.Model):
    """That the past is whole for the desk up to a day: goods lodged before it, or references of
    the months before it. A row that is deleted is reckoned again."""

    GOODS, REFERENCES = "goods", "references"

    what = models.CharField(max_length=10)
    day = models.DateField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["what", "day"], name="reckoned_once")
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.day}"


class LodgedGoods(models.Model):
    """The goods items of a case as it was first lodged, as rules and models read them: history is
    read from these short texts, not from every declaration again. Derived: any row, or all of
    them, can be dropped at any time and is made anew (`risk.lodged`), though with the credit tier
    and the address that the trader has by then."""

    case = models.OneToOneField(
        "clearance.Case", models.CASCADE, primary_key=True, related_name="+"
    )
    format = models.PositiveSmallIntegerField()
    """That of the text (`customs.risk.kept.FORMAT`); another than today's is made anew."""
    rows = models.TextField()

    def __str__(self) -> str:
        return str(self.case_id)
