"""Forms of the account pages."""

from typing import Any, ClassVar

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sanzhi.site.accounts import logins
from sanzhi.site.accounts.models import User


class LoginForm(AuthenticationForm):
    """User name and password, with a wait after too many failures."""

    request: HttpRequest  # the login page always gives it
    error_messages = {  # noqa: RUF012 - Django declares it as the instance's
        "invalid_login": _("The user name or the password is wrong."),
        "inactive": _("This account is closed."),
        "wait": _("Too many failed logins. Wait 15 minutes, then try again."),
    }

    def clean(self) -> dict[str, object]:
        name = self.cleaned_data.get("username", "")
        address = logins.address_of(self.request.META)
        now = timezone.now()
        if logins.must_wait(name, address, now):
            raise ValidationError(self.error_messages["wait"], code="wait")
        try:
            cleaned = super().clean()
        except ValidationError:
            logins.failed(name, address, now)
            raise
        if self.get_user() is not None:
            logins.succeeded(name, address)
        return cleaned


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ("last_name", "first_name", "email")
        labels: ClassVar = {
            "last_name": _("Family name"),
            "first_name": _("Given name"),
            "email": _("E-mail"),
        }
        help_texts: ClassVar = {"email": _("Notices are also sent here.")}


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("What the token is for"),
        max_length=80,
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("one year"))],
        initial=90,
    )


class PasswordForm(PasswordChangeForm):
    """Change of one's own password; the rules are those of the settings."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The page has other forms; the cursor is nobody's.
        self.fields["old_password"].widget.attrs.pop("autofocus", None)

    def clean(self) -> dict[str, Any]:
        """A password that another set is known to another: the same again is no change."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        new = cleaned.get("new_password1")
        if new and new == cleaned.get("old_password"):
            self.add_error("new_password1", _("Choose another password than the one before."))
        return cleaned

    def save(self, commit: bool = True) -> User:
        self.user.password_given = False
        user: User = super().save(commit)
        return user
