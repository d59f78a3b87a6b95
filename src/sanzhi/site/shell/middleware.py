"""What happens around every request: its number and the content policy."""

import logging
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]

_number: ContextVar[str] = ContextVar("request_number", default="-")

#: Nothing is loaded from elsewhere and nothing runs that is not in a file of ours; `data:` is
#: for the small pictures of the style sheet.
CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def request_number(get_response: Handler) -> Handler:
    """Give each request a number that error pages show, replies carry and the log names."""

    def middleware(request: HttpRequest) -> HttpResponse:
        number = secrets.token_hex(5).upper()
        request.number = number  # type: ignore[attr-defined]
        _number.set(number)
        response = get_response(request)
        response.headers["X-Request-Number"] = number
        return response

    return middleware


def content_policy(get_response: Handler) -> Handler:
    """Send the content security policy with every page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        return response

    return middleware


class RequestNumberFilter(logging.Filter):
    """Put the number of the running request on each log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_number = _number.get()
        return True


def current_number() -> str:
    """The number of the running request, `-` outside of one."""
    return _number.get()
