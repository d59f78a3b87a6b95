"""The search box: each app answers for what it knows, from its AppConfig's `searches`."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.apps import apps

from sanzhi.site.accounts.access import Actor

#: Hits shown of each kind.
LIMIT = 20


@dataclass(frozen=True, slots=True)
class Hit:
    title: str
    url: str
    detail: str = ""


def search(text: str, actor: Actor) -> Iterator[tuple[str, list[Hit]]]:
    """Hits by kind, for what the actor may see.

    A search is a function `(text, actor) -> (heading, hits)` in the `searches` of an AppConfig,
    put there by its `ready`; only the first `LIMIT` hits are shown.
    """
    for config in apps.get_app_configs():
        for find in getattr(config, "searches", ()):
            heading, hits = find(text, actor)
            if hits:
                yield heading, hits[:LIMIT]
