"""Logging in and out, and the account page with its tokens."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash, views
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from sanzhi.site.accounts import tokens
from sanzhi.site.accounts.access import permissions
from sanzhi.site.accounts.forms import LoginForm, PasswordForm, ProfileForm, TokenForm
from sanzhi.site.accounts.languages import keep_language
from sanzhi.site.accounts.models import ApiToken
from sanzhi.site.accounts.requests import PageRequest


class Login(views.LoginView):
    """The login page; the browser then speaks the user's language."""

    template_name = "accounts/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        response = super().form_valid(form)
        if form.get_user().language:
            keep_language(response, form.get_user().language)
        return response


@require_http_methods(["GET", "POST"])
def account(request: PageRequest) -> HttpResponse:
    """Who the user is here, what that allows, and the tokens; POST changes name and address."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("account")
    return _account_page(request, form, TokenForm())


@require_POST
def change_password(request: PageRequest) -> HttpResponse:
    """Change one's own password; this browser stays logged in, others do not."""
    form = PasswordForm(request.user, request.POST)
    if not form.is_valid():
        return _account_page(request, ProfileForm(instance=request.user), TokenForm(), form)
    update_session_auth_hash(request, form.save())
    messages.success(request, _("The password was changed."))
    return redirect("account")


@require_POST
def make_token(request: PageRequest) -> HttpResponse:
    """Make a token and show its secret, this once."""
    form = TokenForm(request.POST)
    if not form.is_valid():
        return _account_page(request, ProfileForm(instance=request.user), form)
    token, secret = tokens.issue(
        request.user, form.cleaned_data["name"], timezone.now(), form.cleaned_data["days"]
    )
    response = render(request, "accounts/token.html", {"token": token, "secret": secret})
    response.headers["Cache-Control"] = "no-store"
    return response


@require_POST
def revoke_token(request: PageRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(ApiToken, pk=pk, user=request.user)
    token.delete()
    messages.success(request, _("The token “%(name)s” no longer works.") % {"name": token.name})
    return redirect("account")


def _account_page(
    request: PageRequest,
    form: ProfileForm,
    token_form: TokenForm,
    password_form: PasswordForm | None = None,
) -> HttpResponse:
    user = request.user
    return render(
        request,
        "accounts/account.html",
        {
            "form": form,
            "token_form": token_form,
            "password_form": password_form or PasswordForm(request.user),
            "tokens": user.tokens.all(),
            "memberships": user.memberships.select_related("enterprise"),
            "posts": user.posts.order_by("office"),
            "allowed": [
                row.words
                for name, row in permissions().items()
                if request.actor.may_somewhere(name)
            ],
        },
    )
