"""What stands in the store and must have its events in the log: each app answers for its own, by
`last_events` of its AppConfig."""

from collections.abc import Iterator

from django.apps import apps


def last_events() -> Iterator[tuple[str, int]]:
    """Every case of every app with the number of its last event, as the log must hold them."""
    for config in apps.get_app_configs():
        yield from getattr(config, "last_events", tuple)()
