"""The search box: each app answers for what it knows."""

from collections.abc import Iterator

from sanzhi.site.accounts.access import Actor
from sanzhi.site.hooks import LIMIT, Hit, site_apps


def search(text: str, actor: Actor) -> Iterator[tuple[str, list[Hit]]]:
    """Hits by kind, for what the actor may see; only the first `LIMIT` of each are shown."""
    for app in site_apps():
        for find in app.searches:
            heading, hits = find(text, actor)
            if hits:
                yield heading, hits[:LIMIT]
