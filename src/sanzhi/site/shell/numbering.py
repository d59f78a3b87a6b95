"""Each request has a number: replies carry it, error pages show it, the log names it."""

import logging
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]

#: The number of the running request, `-` outside of one.
running: ContextVar[str] = ContextVar("request_number", default="-")


def request_number(get_response: Handler) -> Handler:
    """Give each request its number."""

    def middleware(request: HttpRequest) -> HttpResponse:
        number = secrets.token_hex(5).upper()
        running.set(number)
        response = get_response(request)
        response.headers["X-Request-Number"] = number
        return response

    return middleware


class RequestNumberFilter(logging.Filter):
    """Put the number of the running request on each log record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_number = running.get()
        return True


class OneLineFilter(logging.Filter):
    """A visitor's fault is a warning of one line, not a failure of the site with its stack."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.exc_info = record.exc_text = None
        return True
