"""Whom a step tells, for a kind that says nothing of notices itself."""

from datetime import date

import pytest
from consignments import NOW

from sanzhi.site.accounts.access import actor_of, permissions
from sanzhi.site.accounts.holders import holders
from sanzhi.site.accounts.models import (
    BrokerAuthority,
    Enterprise,
    Interest,
    Membership,
    Notice,
    OfficerPost,
    User,
)
from sanzhi.site.cases.actions import act, begin

pytestmark = pytest.mark.django_db(transaction=True)
DRAFT = {"office": "2248", "start": "2026-07-01"}
WHY = {"reason": "family"}
DAY = date(2026, 6, 1)


def told() -> list[str]:
    """Who was told since it was last asked."""
    names = sorted(Notice.objects.values_list("user__username", flat=True))
    Notice.objects.all().delete()
    return names


def test_each_step_tells_whose_move_it_is_and_who_filed_but_not_the_actor(actor, people):
    case = begin(actor("officer"), "leave", "draft", DRAFT, now=NOW)
    assert told() == []
    act(actor("officer"), case, 1, "move", {"start": "2026-08-01"}, now=NOW)
    assert told() == []
    act(actor("officer"), case, 2, "ask", WHY, now=NOW)
    notice = Notice.objects.get()
    assert (notice.user.username, notice.url) == ("supervisor", f"/work/leave/{case.number}/")
    assert notice.text.en == (
        f"{case.number} 2026-08-01: asked for. It is decided. Asked for: family"
    )
    assert notice.text.zh == f"{case.number} 2026-08-01：已申请。主管决定。申请：family"
    assert told() == ["supervisor"]
    act(actor("supervisor"), case, 3, "decide", {"granted": True, "reason": "secret"}, now=NOW)
    notice = Notice.objects.get()
    assert notice.user.username == "officer"
    assert notice.text.en == f"{case.number} 2026-08-01: decided."  # the event is confidential
    assert "secret" not in notice.text_zh


def test_who_may_see_it_no_more_is_told_nothing(actor, people):
    OfficerPost.objects.create(user=people["analyst"], office="2248", role="supervisor")
    own = begin(actor("supervisor"), "leave", "draft", DRAFT, now=NOW)
    assert told() == ["officer"]
    act(actor("officer"), own, 1, "ask", WHY, now=NOW)
    assert told() == ["analyst", "supervisor"]  # who began it is told, and is not asked to decide
    people["supervisor"].posts.all().delete()
    decider = actor_of(User.objects.get(username="analyst"), DAY)
    act(decider, own, 2, "decide", {"granted": False, "reason": "no"}, now=NOW)
    assert told() == ["officer"]


def test_holders_are_those_who_may(people, others, firm, other_firm, brokerage):
    Interest.objects.create(user=people["officer"], enterprise=firm)
    Membership.objects.create(user=others["nobody"], enterprise=brokerage, role="broker")
    BrokerAuthority.objects.create(
        broker=brokerage, client=other_firm, valid_from=date(2026, 1, 1), until=date(2026, 5, 1)
    )
    User.objects.filter(pk=people["lead"].pk).update(is_active=False)
    places = [{}, {"office": "2248"}, {"office": "5301"}, {"study": "small"}] + [
        {"enterprise": one.pk} for one in Enterprise.objects.all()
    ]
    everybody = list(User.objects.all())
    for name in permissions():
        for place in places:
            may = {one for one in everybody if actor_of(one, DAY).may(name, **place)}
            assert set(holders(name, DAY, **place)) == may, (name, place)
    officers = holders("clearance.inspect", DAY, roles=("officer",), office="2248")
    assert [one.username for one in officers] == ["officer"]
