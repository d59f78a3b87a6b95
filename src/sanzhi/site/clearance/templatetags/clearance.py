"""Template tags that name what becomes of consignments; loaded in every template."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sanzhi.border.clearance.states import State
from sanzhi.selectivity.lanes import Lane
from sanzhi.site.shell.templatetags.sanzhi import badge, icon, words

register = template.Library()

#: Lanes of selectivity (绿、黄、红、蓝通道) as badges: what a person has to do tells the kind.
LANES = {
    Lane.GREEN: ("ok", "check"),
    Lane.YELLOW: ("wait", "page"),
    Lane.RED: ("stop", "search"),
    Lane.BLUE: ("active", "clock"),
}
#: States of a case as badges: amber where the trader has a move, blue where customs has.
STATE_KINDS = {
    State.RETURNED: "wait",
    State.AWAITING_ARRIVAL: "active",
    State.DOCUMENTS_REVIEW: "active",
    State.INSPECTION: "active",
    State.PAYMENT: "wait",
    State.COMPLETION_DUE: "wait",
    State.SETTLEMENT: "wait",
    State.RELEASED: "ok",
    State.CANCELLED: "neutral",
}


@register.simple_tag
def state(name: str) -> SafeString:
    """The state of a case as a badge."""
    return badge(STATE_KINDS[State(name)], State(name).text)


@register.simple_tag
def lane(name: str | None) -> SafeString | str:
    """A selectivity lane as a badge."""
    if not name:
        return ""
    kind, sign = LANES[Lane(name)]
    return format_html(
        '<span class="badge {}">{}{}</span>', kind, icon(sign), words(Lane(name).noun)
    )
