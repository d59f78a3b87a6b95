"""How this site names what the log holds as keys.

A payload holds codes of closed lists, which bring their words, and keys of lists that grow: rules,
codes of a codebook, reasons of a model. Each app names its own keys (`SiteApp.names`); a key that
nobody knows stands for itself.
"""

from collections.abc import Callable, Mapping
from functools import cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from sanzhi.core.findings import Text
from sanzhi.events import VOCABULARY, Wording
from sanzhi.site.events.models import EventRecord
from sanzhi.site.hooks import site_apps

#: Mark of a payload's field → what names its keys.
Names = Mapping[str, Callable[[str], Text | None]]


class SiteWording(Wording):
    """The names of all apps; `here` are those of the page's own surroundings, asked first."""

    currency = settings.ADMINISTRATION.currency_words

    def __init__(self, here: Names | None = None) -> None:
        self._here = here or {}

    def name(self, what: str, key: str) -> Text | None:
        known = self._here.get(what) or _names().get(what)
        return known(key) if known else None


#: Where the page knows nothing more of its keys.
WORDING = SiteWording()


def words_of(event: EventRecord, wording: Wording = WORDING) -> Text:
    """An event in a sentence, in both languages."""
    return VOCABULARY.describe(event.kind, event.content, wording)


@cache
def _names() -> Names:
    found: dict[str, Callable[[str], Text | None]] = {}
    for app in site_apps():
        for mark, named in app.names.items():
            if mark in found:
                raise ImproperlyConfigured(f"{app.name} names {mark}, which is named already")
            found[mark] = named
    return found
