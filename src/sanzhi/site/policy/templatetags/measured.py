"""Template tags of a study's results."""

from django import template

from sanzhi.core.findings import Text
from sanzhi.policy.reporting.charts import figure as written
from sanzhi.policy.reporting.words import VERDICTS
from sanzhi.site.shell.templatetags.sanzhi import badge

register = template.Library()

_KINDS = {
    "holds": "ok",
    "weakens": "wait",
    "flips": "stop",
    "appears": "active",
    "undefined": "neutral",
}
_SIGNS = {
    1: Text("▲ rises", "▲ 上升"),
    -1: Text("▼ falls", "▼ 下降"),
    0: Text("· none found", "· 未发现"),
    None: Text("too few years", "年份过少"),
}


@register.filter
def figure(value: float | None) -> str:
    """A number to read: four digits, a dash for what is not defined."""
    return written(None if value is None else float(value))


@register.filter
def share(value: float | None) -> str:
    """A coefficient to three places, so that a column of them lines up."""
    return "–" if value is None else f"{value:.3f}"


@register.filter
def percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


@register.simple_tag
def verdict(name: str) -> str:
    """Whether a finding holds, as a badge."""
    return badge(_KINDS[name], VERDICTS[name])


@register.filter
def direction(sign: int | None) -> Text:
    """What a cell of the grid gives, in sign and word."""
    return _SIGNS[sign]
