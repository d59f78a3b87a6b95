"""Drawing the officer who inspects, when a consignment comes to inspection."""

from decimal import Decimal

from django.conf import settings
from django.db.models import Count, Q

from sanzhi.border.clearance import State
from sanzhi.border.clearance.events import InspectorDrawn
from sanzhi.border.clearance.selecting import SELECTING
from sanzhi.border.clearance.standing import Step, Told
from sanzhi.core.findings import Text, Unusable
from sanzhi.core.money import plain
from sanzhi.customs.risk.selection import Officer, assign, drawn
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.models import User
from sanzhi.site.clearance.models import Case


def draw_inspector(case: Case, step: Step) -> None:
    """Draw among the officers of the case's office who are on duty and have no conflict of
    interest with its trader or declarant, those with less to do more often. Nobody is drawn where
    nobody can be: then any officer of the office may inspect."""
    officers = _officers(case)
    number = drawn(settings.SECRET_KEY, f"{case.number}/{step.standing.version}", "inspector")
    parties = [str(case.trader_id), str(case.declarant_id)]
    name = assign(officers, parties, draw=number)
    case.inspector = User.objects.get(username=name) if name else None
    if name:
        able = sum(not one.conflicts & set(parties) for one in officers)
        step.told.append(
            Told(
                InspectorDrawn(
                    officer=name, among=able, draw=plain(Decimal(str(round(number, 6))))
                ),
                (SELECTING,),
            )
        )


def require_inspector(actor: Actor, case: Case) -> None:
    """`Unusable` where another officer was drawn; a supervisor of the office may step in."""
    if case.inspector_id in {None, actor.user_id} or actor.may(
        "clearance.reassign_lane", office=case.office
    ):
        return
    raise Unusable.because(
        "inspection.another",
        "",
        f"{case.inspector} was drawn for this inspection.",
        f"该票查验已随机派给{case.inspector}。",
        mend=Text("A supervisor can record the result in their place.", "可由主管代为登记结果。"),
    )


def _officers(case: Case) -> list[Officer]:
    waiting = Count("waiting_cases", filter=Q(waiting_cases__state=State.INSPECTION), distinct=True)
    people = (
        User.objects.filter(
            posts__office=case.office,
            posts__role="officer",
            posts__on_duty=True,
            is_active=True,
        )
        .annotate(waiting=waiting)
        .distinct()
        .prefetch_related("interests")
    )
    return [
        Officer(
            one.username,
            one.waiting,
            conflicts=frozenset(str(of.enterprise_id) for of in one.interests.all()),
        )
        for one in people
    ]
