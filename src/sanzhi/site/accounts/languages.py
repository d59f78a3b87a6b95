"""The language in which a browser is spoken to."""

from django.conf import settings
from django.http import HttpResponse
from django.utils import translation


def keep_language(response: HttpResponse, chosen: str) -> None:
    """Remember the language in the browser for a year."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=365 * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    translation.activate(chosen)
