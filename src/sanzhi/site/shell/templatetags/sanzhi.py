"""Template tags of the design system; loaded in every template.

The two signatures are `{% why explanation %}` and `{% cite citation %}`.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sanzhi.core.findings import Finding, Text
from sanzhi.core.money import plain
from sanzhi.site.shell.components import (
    BADGE_ICONS,
    ICONS,
    Explanation,
    Plot,
    Step,
)

register = template.Library()


def language() -> str:
    return get_language() or "en"


@register.filter
def words(text: Text | str | None) -> str:
    """A text in the reader's language."""
    if isinstance(text, Text):
        return text.in_language(language())
    return text or ""


@register.filter
def number(value: Decimal | int | str | None) -> str:
    """A number with thousands marked, without needless zeros."""
    if value in {None, ""}:
        return ""
    exact = Decimal(value)
    whole, dot, part = plain(exact.copy_abs()).partition(".")
    return f"{'-' if exact < 0 else ''}{int(whole):,}{dot}{part}"


@register.simple_tag
def money(amount: Decimal | str | None, currency: str = "") -> SafeString | str:
    """An amount to the fen with its currency: the administration's, unless another is named."""
    if amount in {None, ""}:
        return ""
    return format_html(
        '<span class="num">{}</span> <span class="unit">{}</span>',
        f"{Decimal(amount):,.2f}",
        currency or settings.ADMINISTRATION.currency,
    )


@register.simple_tag
def own_currency() -> str:
    """The administration's currency, in the reader's language."""
    return words(settings.ADMINISTRATION.currency_words)


@register.filter
def day(value: date | datetime | None) -> str:
    """2026-11-21."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return value.isoformat() if value else ""


@register.filter
def moment(value: datetime | None) -> SafeString | str:
    """2026-11-21 14:03, with the zone on demand."""
    if not value:
        return ""
    local = timezone.localtime(value)
    return format_html(
        '<time class="num" datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        local.strftime("%Y-%m-%d %H:%M:%S %z"),
        local.strftime("%Y-%m-%d %H:%M"),
    )


@register.simple_tag
def icon(name: str) -> SafeString:
    return format_html(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="{}"/></svg>',
        ICONS[name],
    )


@register.simple_tag
def badge(kind: str, label: Text | str) -> SafeString:
    """A state: colour, icon and word."""
    return format_html(
        '<span class="badge {}">{}{}</span>', kind, icon(BADGE_ICONS[kind]), words(label)
    )


@register.inclusion_tag("shell/why.html")
def why(explanation: Explanation | None, label: str = "") -> dict[str, object]:
    """What a figure or decision rests on, opened in place."""
    return {"explanation": explanation, "label": label or _("Why?")}


@register.inclusion_tag("shell/findings.html")
def findings(found: Iterable[Finding], links: Mapping[str, str] | None = None) -> dict[str, object]:
    """Findings in words, each with how to mend it; `links` maps a path to the id of its field."""
    order = {"error": 0, "warning": 1, "info": 2}
    worst_first = sorted(found, key=lambda finding: order[finding.severity])
    rows = [
        {"finding": finding, "anchor": (links or {}).get(finding.path, "")}
        for finding in worst_first
    ]
    return {"rows": rows}


@register.filter
def severity_icon(severity: str) -> SafeString:
    return icon({"error": "stop", "warning": "clock", "info": "info"}[str(severity)])


@register.inclusion_tag("shell/timeline.html")
def timeline(steps: Iterable[Step]) -> dict[str, object]:
    """What happened, latest first."""
    return {"steps": list(steps)}


@register.inclusion_tag("shell/pager.html", takes_context=True)
def pager(context: dict[str, Any], page: Any) -> dict[str, object]:
    """Count and links of a `django.core.paginator.Page`."""
    return {"page": page, "request": context["request"]}


@register.inclusion_tag("shell/empty.html")
def nothing(title: str, advice: str = "", url: str = "", action: str = "") -> dict[str, object]:
    """What would be here and how to get it."""
    return {"title": title, "advice": advice, "url": url, "action": action}


@register.inclusion_tag("shell/bars.html")
def bar_chart(title: str, bars: Iterable[object], table_url: str = "") -> dict[str, object]:
    """Bars within their own table; the title says the finding."""
    return {"title": title, "bars": list(bars), "table_url": table_url}


@register.inclusion_tag("shell/plot.html")
def line_chart(title: str, plot: Plot | None, table_url: str = "") -> dict[str, object]:
    """A line over time with its table below; the title says the finding."""
    return {"title": title, "plot": plot, "table_url": table_url}


@register.inclusion_tag("shell/field.html")
def field(bound: Any, unit: str = "") -> dict[str, object]:
    """A form's field: label above, help, input with its unit, errors beside it."""
    return {"field": bound, "unit": unit}
