"""Who acts: users, the enterprises they act for, the offices they work at, and their tokens."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from sanzhi.core.findings import Text
from sanzhi.law.administration import OFFICE
from sanzhi.site.accounts.own_names import OwnColumn, enterprise_code, languages, own_name


def check_credit_code(value: str) -> None:
    """The code of an enterprise, of the scheme that the administration names: in China the
    unified social credit code (GB 32100-2015), 18 characters, the last a check character."""
    own = settings.ADMINISTRATION
    if own.enterprise_code_fault(value):
        raise ValidationError(
            _("%(value)s is not a %(scheme)s, whole and with its check digit."),
            code="credit_code",
            params={
                "value": value,
                "scheme": enterprise_code(),
            },
        )


#: Whom events name for what was done on the machine, and for what no person decided.
OPERATOR, SYSTEM = "operator", "system"


class User(AbstractUser):
    """A person, or a system acting with tokens."""

    language = models.CharField(
        _("language"), max_length=10, choices=languages, blank=True, default=""
    )
    password_given = models.BooleanField(
        _("password set by another"),
        default=False,
        help_text=_("Has to be changed before anything else."),
    )
    is_analyst = models.BooleanField(
        _("analyst"), default=False, help_text=_("Sees statistics and the policy laboratory.")
    )
    is_administrator = models.BooleanField(
        _("administrator"), default=False, help_text=_("Keeps accounts and the law pack.")
    )

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def clean(self) -> None:
        super().clean()
        if self.username.lower() in {OPERATOR, SYSTEM}:
            raise ValidationError({"username": _("Events name another so; choose another name.")})

    def get_full_name(self) -> str:
        """Chinese names are written family name first and without a space."""
        if any("\u4e00" <= sign <= "\u9fff" for sign in self.first_name + self.last_name):
            return f"{self.last_name}{self.first_name}"
        return super().get_full_name()


class Enterprise(models.Model):
    """A party known to customs (报关单位), with its credit tier."""

    class Tier(models.TextChoices):
        ADVANCED = "advanced", _("advanced certified (AEO)")
        GENERAL = "general", _("registered")
        DISCREDITED = "discredited", _("discredited")

    name_en = models.CharField(_("name in English"), max_length=200)
    name_zh = OwnColumn(own_name, max_length=200)
    """In the administration's own language."""
    credit_code = OwnColumn(
        enterprise_code,
        max_length=18,
        unique=True,
        validators=[check_credit_code],
    )
    customs_code = models.CharField(
        _("customs code"),
        max_length=10,
        unique=True,
        validators=[RegexValidator(r"^[0-9A-Z]{10}$", _("Ten digits or capital letters."))],
    )
    tier = models.CharField(
        _("credit tier"), max_length=16, choices=Tier.choices, default=Tier.GENERAL
    )
    is_broker = models.BooleanField(_("customs broker"), default=False)
    address = models.CharField(_("address"), max_length=300, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["name_en"]
        verbose_name = _("enterprise")
        verbose_name_plural = _("enterprises")

    def __str__(self) -> str:
        return self.name.en

    @property
    def name(self) -> Text:
        return Text(self.name_en, self.name_zh)


class Membership(models.Model):
    """A user who files for an enterprise: as trader for itself, as broker for its clients."""

    class Role(models.TextChoices):
        TRADER = "trader", _("trader")
        BROKER = "broker", _("broker")

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=8, choices=Role.choices)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "enterprise", "role"], name="membership_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.enterprise} ({self.role})"

    def clean(self) -> None:
        if self.role == self.Role.BROKER and not self.enterprise.is_broker:
            raise ValidationError({"enterprise": _("This enterprise is not a customs broker.")})


class BrokerAuthority(models.Model):
    """A client's authority for a broker to act in its name (代理报关委托书)."""

    broker = models.ForeignKey(Enterprise, models.CASCADE, related_name="authorities_held")
    client = models.ForeignKey(Enterprise, models.CASCADE, related_name="authorities_given")
    valid_from = models.DateField(_("valid from"))
    until = models.DateField(
        _("until"), null=True, blank=True, help_text=_("First day it no longer holds.")
    )

    class Meta:
        verbose_name = _("broker's authority")
        verbose_name_plural = _("brokers' authorities")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(broker=models.F("client")), name="authority_is_for_another"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gt=models.F("valid_from")),
                name="authority_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.broker} → {self.client}"

    @staticmethod
    def holding_on(day: date) -> Q:
        """The authorities that hold on a day."""
        return Q(valid_from__lte=day) & (Q(until=None) | Q(until__gt=day))


class OfficerPost(models.Model):
    """A user's post at a customs office; `office` is its code (关区代码)."""

    class Role(models.TextChoices):
        OFFICER = "officer", _("officer")
        SUPERVISOR = "supervisor", _("supervisor")

    user = models.ForeignKey(User, models.CASCADE, related_name="posts")
    office = models.CharField(
        _("customs office"),
        max_length=8,
        validators=[RegexValidator(f"^{OFFICE}$", _("Two to eight capital letters and digits."))],
    )
    role = models.CharField(_("role"), max_length=10, choices=Role.choices)
    on_duty = models.BooleanField(
        _("on duty"), default=True, help_text=_("Inspections are drawn among those on duty.")
    )

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "office", "role"], name="post_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.office} ({self.role})"


class Interest(models.Model):
    """A conflict of interest (回避): the user takes no decision, and is drawn for no inspection,
    where the enterprise is a party."""

    user = models.ForeignKey(User, models.CASCADE, related_name="interests")
    enterprise = models.ForeignKey(Enterprise, models.CASCADE, related_name="+")
    note = models.CharField(_("note"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "enterprise"], name="interest_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.enterprise}"


class StudyPost(models.Model):
    """A user's part in a study of the policy laboratory; `study` is the study's key."""

    class Role(models.TextChoices):
        CODER = "coder", _("coder")
        LEAD = "lead", _("study lead")

    user = models.ForeignKey(User, models.CASCADE, related_name="study_posts")
    study = models.SlugField(_("study"), max_length=64)
    role = models.CharField(_("role"), max_length=8, choices=Role.choices)

    class Meta:
        verbose_name = _("post in a study")
        verbose_name_plural = _("posts in studies")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "study", "role"], name="study_post_once")
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.study} ({self.role})"


class ApiToken(models.Model):
    """A token for the HTTP API. Only the digest of the secret is kept."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created = models.DateTimeField(_("created"))
    last_used = models.DateTimeField(_("last used"), null=True, blank=True)
    expires = models.DateTimeField(_("expires"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created"]
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name


class LoginFailure(models.Model):
    """Failed logins in a row, by user name and address, so that guessing is slowed down."""

    username = models.CharField(max_length=150)
    address = models.GenericIPAddressField()
    count = models.PositiveIntegerField(default=0)
    last = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["username", "address"], name="failures_once")
        ]

    def __str__(self) -> str:
        return f"{self.username}@{self.address}: {self.count}"


class Notice(models.Model):
    """A message to a user about something that concerns them, in the page and by mail."""

    user = models.ForeignKey(User, models.CASCADE, related_name="notices")
    created = models.DateTimeField()
    text_en = models.CharField(max_length=500)
    text_zh = models.CharField(max_length=500)
    url = models.CharField(max_length=300, blank=True, default="")
    read = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created", "-pk"]
        indexes: ClassVar = [
            models.Index(fields=["user", "-created"], name="notice_by_user"),
            models.Index(fields=["user"], condition=Q(read=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.text_en

    @property
    def text(self) -> Text:
        return Text(self.text_en, self.text_zh)
