"""What risk stores: versions of rules and selection policy, models, and goods items as they were
lodged, which are derived. Selections, scores and outcomes are events of the cases; nothing of them
stands here."""

import json
from hashlib import sha256
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from sanzhi.core.findings import Text
from sanzhi.customs.risk.codes import ModelRole, SettingState
from sanzhi.customs.risk.rules.table import RuleTable
from sanzhi.customs.risk.selection import SelectionPolicy


class Setting(models.Model):
    """One version of the rule table and the selection policy (布控方案)."""

    version = models.PositiveIntegerField(unique=True)
    state = models.CharField(
        max_length=8,
        choices=[(state.value, state.value) for state in SettingState],
        default=SettingState.DRAFT.value,
    )
    rules = models.TextField()
    """JSON of the rule table."""
    policy = models.TextField()
    """JSON of the selection policy."""
    note = models.CharField(max_length=500, blank=True, default="")
    """What it changes, in its author's words."""
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided = models.DateTimeField(null=True)
    sequence = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("risk setting")
        verbose_name_plural = _("risk settings")
        ordering: ClassVar = ["-version"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["state"], condition=models.Q(state="active"), name="one_setting_in_force"
            ),
        ]

    def __str__(self) -> str:
        return str(self.version)

    @property
    def case(self) -> str:
        """The name under which its events stand in the log."""
        return f"RISK-{self.version}"

    @property
    def state_name(self) -> Text:
        return SettingState(self.state).text

    @property
    def content(self) -> str:
        """SHA-256 of rules and policy, as its events name them."""
        return sha256((self.rules + self.policy).encode()).hexdigest()

    @property
    def table(self) -> RuleTable:
        return RuleTable.model_validate_json(self.rules)

    @property
    def selection(self) -> SelectionPolicy:
        return SelectionPolicy.model_validate_json(self.policy)


class RiskModel(models.Model):
    """A trained model; its folder lies in the data folder under `models`."""

    name = models.CharField(max_length=32, unique=True)
    """Also the folder's: the day of training and the beginning of its manifest's hash."""
    role = models.CharField(
        max_length=12,
        choices=[(role.value, role.value) for role in ModelRole],
        default=ModelRole.TRIED.value,
    )
    manifest = models.TextField()
    """JSON: data, versions, metrics, hashes of the files."""
    source = models.CharField(max_length=200, blank=True, default="")
    """The file it learnt from; empty for the platform's own history."""
    trained = models.DateTimeField()
    trained_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided = models.DateTimeField(null=True)
    sequence = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("risk model")
        verbose_name_plural = _("risk models")
        ordering: ClassVar = ["-trained"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["role"], condition=models.Q(role="champion"), name="one_champion"
            ),
            models.UniqueConstraint(
                fields=["role"], condition=models.Q(role="challenger"), name="one_challenger"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def case(self) -> str:
        return f"MODEL-{self.pk}"

    @property
    def role_name(self) -> Text:
        return ModelRole(self.role).text

    @property
    def record(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.manifest)
        return found


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


#: How pages name what decided a selection.
BY_NAMES = {
    "law": Text("rule of law", "法定布控"),
    "rule": Text("officers' rule", "关员规则"),
    "random": Text("drawn at random", "随机布控"),
    "exploration": Text("drawn to learn", "探索性随机"),
    "ranking": Text("model's ranking", "模型排序"),
    "none": Text("not selected", "未选中"),
}
