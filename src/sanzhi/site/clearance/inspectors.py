"""Drawing the officer who inspects, when a consignment comes to inspection."""

from decimal import Decimal

from django.conf import settings
from django.db.models import Count

from sanzhi.border.clearance import Consignment, Drawn, State
from sanzhi.core.findings import Text, Unusable
from sanzhi.core.money import plain
from sanzhi.customs.risk.selection import Officer, assign, drawn
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.conflicts import concerned
from sanzhi.site.accounts.models import User
from sanzhi.site.clearance.models import Case


def draw_inspector(number: str, case: Consignment) -> Drawn:
    """Draw among the officers of the case's office who are on duty and neither belong to its
    trader or declarant nor have an interest in one, those with less to do more often. Nobody is
    drawn where nobody can be: then any officer of the office may inspect."""
    officers = _officers(case)
    draw = drawn(settings.SECRET_KEY, f"{number}/{case.version}", "inspector")
    name = assign(officers, (), draw=draw)
    return Drawn(name or "", len(officers), plain(Decimal(str(round(draw, 6)))))


def require_inspector(actor: Actor, case: Consignment) -> None:
    """`Unusable` where another officer was drawn; a supervisor of the office may step in."""
    if case.inspector in {"", actor.login} or actor.may(
        "clearance.reassign_lane", office=case.office
    ):
        return
    name = User.objects.filter(username=case.inspector).first()
    raise Unusable.because(
        "inspection.another",
        "",
        f"{name or case.inspector} was drawn for this inspection.",
        f"该票查验已随机派给{name or case.inspector}。",
        mend=Text("A supervisor can record the result in their place.", "可由主管代为登记结果。"),
    )


def _officers(case: Consignment) -> list[Officer]:
    """Officers who could inspect the case, with how many inspections wait for each."""
    people = User.objects.filter(
        posts__office=case.office, posts__role="officer", posts__on_duty=True, is_active=True
    ).exclude(pk__in=concerned({case.trader, case.declarant}).values("pk"))
    names = list(people.distinct().order_by("username").values_list("username", flat=True))
    waiting = dict(
        Case.objects.filter(state=State.INSPECTION, inspector__in=names)
        .order_by()
        .values_list("inspector")
        .annotate(many=Count("pk"))
    )
    return [Officer(name, waiting.get(name, 0)) for name in names]
