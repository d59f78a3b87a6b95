"""Template tags of the policy laboratory."""

from collections.abc import Iterable, Mapping

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sanzhi.core.findings import Text
from sanzhi.policy.coding.codes import TextState
from sanzhi.policy.coding.highlighting import Segment
from sanzhi.site.accounts.access import Actor
from sanzhi.site.policy.models import StudyRecord
from sanzhi.site.shell.templatetags.sanzhi import badge, words

register = template.Library()

_KINDS = {
    TextState.UNASSIGNED: "neutral",
    TextState.CODING: "active",
    TextState.ADJUDICATION: "wait",
    TextState.SETTLED: "ok",
}


@register.simple_tag
def text_state(name: str) -> SafeString:
    """The state of a text's coding as a badge."""
    return badge(_KINDS[TextState(name)], TextState(name).text)


@register.simple_tag
def marked(parts: Iterable[Segment], names: Mapping[str, Text]) -> SafeString:
    """A text sign by sign; a passage that is evidence is marked and names its codes."""
    return format_html_join("", "{}", ((_shown(part, names),) for part in parts))


def _shown(part: Segment, names: Mapping[str, Text]) -> SafeString:
    if not part.keys:
        return _exact(part.text)
    title = ", ".join(words(names.get(key)) for key in part.keys)
    return format_html('<mark title="{}">{}</mark>', title, _exact(part.text))


def _exact(text: str) -> SafeString:
    """A text whose every code point reaches the browser, so that positions in it hold: HTML would
    change carriage returns and drop nulls."""
    shown = escape(text.replace("\0", "\N{REPLACEMENT CHARACTER}")).replace("\r", "&#13;")
    return mark_safe(shown)  # noqa: S308 - escaped above


@register.simple_tag(takes_context=True)
def study_tabs(context: dict[str, object], study: StudyRecord) -> list[tuple[str, str, str]]:
    """The parts of a study that the actor may open: key, label, address."""
    actor: Actor = context["request"].actor  # type: ignore[attr-defined]
    parts = [
        ("study", _("Overview"), ""),
        ("corpus", _("Corpus"), ""),
        ("graph", _("Graph"), ""),
        ("manual", _("Manual"), ""),
        ("people", _("People and texts"), "policy.lead"),
        ("adjudicate", _("Adjudication"), "policy.adjudicate"),
        ("agreement", _("Agreement"), ""),
        ("results", _("Results"), ""),
    ]
    found = []
    for key, label, permission in parts:
        if permission and not actor.may(permission, study=study.key):
            continue
        try:
            found.append((key, label, reverse(f"policy:{key}", args=[study.key])))
        except NoReverseMatch:
            continue
    return found
