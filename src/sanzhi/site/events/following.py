"""What apps keep of events in the transaction that writes them.

An app whose next answer rests on what was decided a moment ago keeps it in a typed, indexed table
of its own: `SiteApp.follows` says of which kinds, and what takes them. The table is derived: the
log stays the only witness, and what is never stored is never counted.
"""

from collections.abc import Sequence
from functools import cache

from sanzhi.events import VOCABULARY
from sanzhi.site.hooks import Following, Written, site_apps


def follow(written: Sequence[Written]) -> None:
    """Let every app take the events that it follows."""
    for one in _followings():
        own = [event for event in written if VOCABULARY.kind_of(event.payload).name in one.kinds]
        if own:
            one.take(own)


@cache
def _followings() -> tuple[Following, ...]:
    return tuple(one for app in site_apps() for one in app.follows)
