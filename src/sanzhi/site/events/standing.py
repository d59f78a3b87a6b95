"""What stands in the store and must be what its events in the log say: each app answers for its
own, by `last_events` and `differences` of its AppConfig."""

from collections.abc import Iterator

from django.apps import apps

from sanzhi.core.findings import Finding


def last_events() -> Iterator[tuple[str, int]]:
    """Every case of every app with the number of its last event, as the log must hold them."""
    for config in apps.get_app_configs():
        yield from getattr(config, "last_events", tuple)()


def differences() -> Iterator[Finding]:
    """Everything stored that is not what its events say, app by app."""
    for config in apps.get_app_configs():
        yield from getattr(config, "differences", tuple)()
