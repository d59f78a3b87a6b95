"""Every page wants a login unless it says otherwise, and knows its actor."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import HttpResponseClientRedirect

from sanzhi.site.accounts.access import Actor, actor_of

Handler = Callable[[HttpRequest], HttpResponse]


def actor(get_response: Handler) -> Handler:
    """`request.actor`: what the user is today; read from the store when first asked for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        def found() -> Actor:
            today = timezone.localdate()
            if not request.user.is_authenticated:
                return Actor(0, "", today)
            return actor_of(request.user, today)

        request.actor = SimpleLazyObject(found)  # type: ignore[attr-defined] # from here on it is a `PageRequest`
        return get_response(request)

    return middleware


class LoginRequired(LoginRequiredMiddleware):
    """Denied unless granted, for pages. The API authenticates each call itself, by token."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if request.path.startswith("/api/"):
            return None
        refused = super().process_view(request, view_func, view_args, view_kwargs)
        if refused is None and _must_choose(request):
            part = "HX-Request" in request.headers
            return HttpResponseClientRedirect("/account/") if part else redirect("account")
        return refused

    def handle_no_permission(  # type: ignore[override] # a part of a page is answered without a redirect
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        """To the log-in page, and from there back to the page where something was typed: what was
        sent has no page of its own, and a part of a page is none either."""
        part = "HX-Request" in request.headers
        if request.method in {"GET", "HEAD"} and not part:
            return super().handle_no_permission(request, view_func)
        to_login = redirect_to_login(_page_of(request), self.get_login_url(view_func))
        return HttpResponseClientRedirect(to_login.url) if part else to_login


def _must_choose(request: HttpRequest) -> bool:
    """Whether somebody whose password another set is to choose their own before this."""
    if not (request.user.is_authenticated and request.user.password_given):
        return False
    return request.resolver_match is None or request.resolver_match.view_name not in _CHOOSING


#: The addresses that are open to whoever still has a password that another set.
_CHOOSING = frozenset({"account", "change-password", "login", "logout", "language"})


def _page_of(request: HttpRequest) -> str:
    """The page a request was sent from, if it is one of ours; else the first page."""
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}):
        return "/"
    parts = urlsplit(page)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))
