"""What the policy laboratory stores: studies, their texts, and the coding sheets of their
people. Each row is a case, written by what is done with it (`desk`), and converted to and from the
library's documents in `storing`."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from sanzhi.core.findings import Text
from sanzhi.policy.coding.codes import TextState
from sanzhi.site.accounts.models import User
from sanzhi.site.cases.models import CaseBase


class StudyRecord(CaseBase):
    """A study with its own corpus."""

    key = models.SlugField(max_length=64, unique=True)
    version = models.PositiveIntegerField()
    title_en = models.CharField(max_length=300)
    title_zh = models.CharField(max_length=300)
    content = models.TextField()
    """The study file as JSON, whatever it extends taken over."""
    index = models.TextField(blank=True, default="")
    """CSV `year,value` of the outside index; empty without one."""
    begun = models.DateTimeField()
    begun_by = models.ForeignKey(User, models.PROTECT, to_field="username", related_name="+")
    settled_version = models.PositiveIntegerField(default=0)
    """Rises whenever what is measured changes: what was computed before is then out of date."""

    class Meta:
        verbose_name = _("study")
        verbose_name_plural = _("studies")
        ordering: ClassVar = ["key"]

    def __str__(self) -> str:
        return self.key

    @property
    def title(self) -> Text:
        return Text(self.title_en, self.title_zh)


class PolicyText(CaseBase):
    """A policy of a study's corpus; the columns beside `content` are for lists."""

    study = models.ForeignKey(StudyRecord, models.CASCADE, related_name="texts")
    policy = models.CharField(max_length=200)
    """The policy's id in the corpus."""
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=500)
    document_number = models.CharField(max_length=200, blank=True, default="")
    doc_type = models.CharField(max_length=100, blank=True, default="")
    year = models.PositiveIntegerField(null=True)
    issued = models.DateField(null=True)
    content = models.TextField()
    """The policy as JSON."""
    included = models.BooleanField()
    """Whether the study's rules count it."""
    has_text = models.BooleanField()

    class Meta:
        verbose_name = _("policy text")
        verbose_name_plural = _("policy texts")
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["study", "policy"], name="policy_once_a_study")
        ]
        indexes: ClassVar = [
            models.Index(fields=["study", "state", "position"], name="text_by_state"),
        ]

    def __str__(self) -> str:
        return self.policy

    @property
    def state_name(self) -> Text:
        return TextState(self.state).text


class Sheet(CaseBase):
    """One coder's marks of one text in one round; or those that were adjudicated."""

    class Kind(models.TextChoices):
        CODING = "coding"
        ADJUDICATION = "adjudication"

    text = models.ForeignKey(PolicyText, models.CASCADE, related_name="sheets")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.CODING)
    coder = models.ForeignKey(
        User, models.PROTECT, to_field="username", null=True, related_name="sheets"
    )
    """Null for codings that were imported, and for what all coders agreed on."""
    name = models.CharField(max_length=150)
    """The coder's user name, or the name an imported coding bears."""
    round = models.PositiveSmallIntegerField(default=1)
    marks = models.TextField(default="{}")
    """JSON: code → score, spans, memo."""
    memo = models.TextField(blank=True, default="")
    done = models.PositiveIntegerField(default=0)
    """Codes with a score, for lists."""
    finished = models.DateTimeField(null=True)
    """When it was handed in; null while it is a draft."""
    updated = models.DateTimeField()

    class Meta:
        verbose_name = _("coding sheet")
        verbose_name_plural = _("coding sheets")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["text", "kind", "name", "round"], name="sheet_once"),
            models.UniqueConstraint(
                fields=["text"],
                condition=models.Q(kind="adjudication"),
                name="one_adjudication_a_text",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["coder", "finished"], name="sheet_of_coder")]

    def __str__(self) -> str:
        return f"{self.text_id} {self.name} {self.round}"
