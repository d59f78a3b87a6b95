"""What the shell shows on every page."""

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, object]:  # noqa: ARG001
    return {}
