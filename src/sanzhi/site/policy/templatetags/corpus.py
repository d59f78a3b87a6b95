"""Template tags of the corpus: kinds of document, and how a policy stands."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sanzhi.core.findings import Text
from sanzhi.policy.corpus.browsing import NONE
from sanzhi.policy.corpus.vocabulary import DOC_TYPE_NAMES
from sanzhi.site.shell.templatetags.sanzhi import badge, language, words

register = template.Library()

_BADGES = {
    "in_force": "ok",
    "not_yet": "wait",
    "ended": "neutral",
    "repealed": "neutral",
    "replaced": "neutral",
    "undated": "neutral",
}


@register.filter
def doc_type(kind: str | None) -> str:
    """A kind of document in words; one that no rule knows stays as the corpus gives it."""
    if not kind or kind == NONE:
        return _("kind unknown")
    return words(DOC_TYPE_NAMES.get(kind, Text(kind, kind)))


@register.filter
def listed(texts: Iterable[Text]) -> str:
    """Names one after the other."""
    return ("、" if language().startswith("zh") else ", ").join(words(one) for one in texts)


@register.simple_tag
def standing(kind: str) -> SafeString:
    """How a policy stands, as a badge."""
    return badge(_BADGES[kind], standing_names()[kind])


def standing_names() -> dict[str, str]:
    return {
        "in_force": _("in force"),
        "not_yet": _("not yet in force"),
        "ended": _("expired"),
        "repealed": _("repealed"),
        "replaced": _("replaced by a newer version"),
        "undated": _("day unknown"),
    }
