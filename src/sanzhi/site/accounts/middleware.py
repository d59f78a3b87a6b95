"""Every page wants a login unless it says otherwise, and knows its actor."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

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
        return super().process_view(request, view_func, view_args, view_kwargs)
