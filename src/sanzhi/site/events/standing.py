"""What stands in the store and must be what its events in the log say: each app answers for its
own."""

from collections.abc import Iterator

from sanzhi.core.findings import Finding
from sanzhi.site.hooks import site_apps


def last_events() -> Iterator[tuple[str, int]]:
    """Every case of every app with the number of its last event, as the log must hold them."""
    for app in site_apps():
        if app.last_events:
            yield from app.last_events()


def differences() -> Iterator[Finding]:
    """Everything stored that is not what its events say, app by app."""
    for app in site_apps():
        if app.differences:
            yield from app.differences()
