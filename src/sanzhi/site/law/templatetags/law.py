"""Template tags that name the law; loaded in every template.

The signature is `{% cite citation %}`.
"""

from collections.abc import Iterable

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sanzhi.core.findings import Text
from sanzhi.law.model import Citation
from sanzhi.law.rates import Rate
from sanzhi.site.law import catalogue
from sanzhi.site.shell.templatetags.sanzhi import language, words

register = template.Library()


@register.simple_tag
def cite(citation: Citation | str | None) -> SafeString | str:
    """The citation chip: short act number and article, which opens the act."""
    if not citation:
        return ""
    number, _comma, place = settings.ADMINISTRATION.cited(str(citation)).partition(", ")
    citation = Citation(number, place)
    act = catalogue.act(citation.act)
    place = catalogue.article(citation.article, language())
    return format_html(
        '<a class="cite" href="{}" data-card="{}" title="{}"><span>{}</span>{}</a>',
        reverse("law:act", args=[citation.act]),
        reverse("law:act-card", args=[citation.act]),
        words(act.title) if act else "",
        catalogue.short_name(act, language()) if act else citation.act,
        format_html("<b>{}</b>", place) if place else "",
    )


@register.filter
def article(text: str) -> str:
    """A place in an act, in the reader's language."""
    return catalogue.article(text, language())


@register.filter
def act_type(name: str) -> str:
    return catalogue.TYPES.get(name, Text(name, name)).in_language(language())


@register.filter
def issuers(names: Iterable[str]) -> str:
    """Who issued an act."""
    texts = [catalogue.ISSUERS.get(name, Text(name, name)) for name in names]
    comma = "、" if language().startswith("zh") else ", "
    return comma.join(text.in_language(language()) for text in texts)


@register.filter
def in_words(rate: Rate | None) -> str:
    """A rate with the administration's currency; empty where there is none."""
    return catalogue.rate_words(rate) if rate else ""


@register.filter
def unit_name(code: str) -> str:
    """A unit of measure in words, by its code."""
    return catalogue.unit_name(code).in_language(language())
