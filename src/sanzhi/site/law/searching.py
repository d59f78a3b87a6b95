"""What the search box finds in the law: commodity codes, acts and parameters."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sanzhi.core.findings import Text
from sanzhi.law.model import Act
from sanzhi.site.accounts.access import Actor
from sanzhi.site.hooks import LIMIT, Hit
from sanzhi.site.law import catalogue


def tariff_hits(text: str, _actor: Actor) -> tuple[str, list[Hit]]:
    """Lines in force today, by the beginning of the code or words of the name."""
    lines = catalogue.pack().search_lines(text, timezone.localdate(), LIMIT)
    language = get_language() or "en"
    return _("Tariff"), [
        Hit(line.code, reverse("law:code", args=[line.code]), line.name.in_language(language))
        for line in lines
    ]


def act_hits(text: str, _actor: Actor) -> tuple[str, list[Hit]]:
    language = get_language() or "en"
    return _("Acts"), [
        Hit(
            act.title.in_language(language),
            reverse("law:act", args=[act.key]),
            catalogue.number(act, language),
        )
        for act in matching_acts(text)
    ]


def parameter_hits(text: str, _actor: Actor) -> tuple[str, list[Hit]]:
    language = get_language() or "en"
    return _("Values"), [
        Hit(name, reverse("law:parameter", args=[name]), note.in_language(language))
        for name, note in matching_parameters(text)
    ]


def matching_parameters(text: str) -> list[tuple[str, Text]]:
    """Parameters whose name or note has every word of the text, with their latest note."""
    asked = text.casefold().split()
    pack = catalogue.pack()
    found = []
    for name in pack.names():
        notes = [version.note for version in pack.history(name) if version.note]
        searched = " ".join((name, *(part for note in notes for part in note))).casefold()
        if all(word in searched for word in asked):
            found.append((name, notes[-1] if notes else Text("", "")))
    return found


def matching_acts(text: str) -> list[Act]:
    """Acts whose title, number or key has every word of the text."""
    asked = text.casefold().split()
    return [
        act
        for act in catalogue.pack().acts.values()
        if all(word in _searched(act) for word in asked)
    ]


searches = (tariff_hits, act_hits, parameter_hits)


def _searched(act: Act) -> str:
    parts = (*act.title, act.number, catalogue.number(act, "zh"), act.key)
    return " ".join(parts).casefold()
