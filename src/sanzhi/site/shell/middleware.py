"""What happens around every page: the content policy, and inputs that cannot be used."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from sanzhi.core.findings import Unusable
from sanzhi.site.shell.errors import error_page

Handler = Callable[[HttpRequest], HttpResponse]

#: Nothing is loaded from elsewhere and nothing runs that is not in a file of ours; `data:` is
#: for the small pictures of the style sheet.
CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)


def content_policy(get_response: Handler) -> Handler:
    """Send the content security policy with every page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        return response

    return middleware


class UnusableInput:
    """Answer an input the library cannot use with its finding, as a page.

    What is unknown (a code, a parameter, a case) is 404, anything else 400.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Unusable):
            return None
        unknown = ".unknown" in exception.finding.code
        status = HTTPStatus.NOT_FOUND if unknown else HTTPStatus.BAD_REQUEST
        return error_page(request, status, exception.finding)
