"""Roles against grants: whatever is changed behind them is named, and two who propose the same at
once are one proposal."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import pytest
from consignments import DAY, NOW, at_once
from django.db import connection

from granted import grant_all
from sanzhi.site.accounts.access import actor_of
from sanzhi.site.accounts.models import BrokerAuthority, Enterprise, Membership, OfficerPost, User
from sanzhi.site.administration.holdings import held_by
from sanzhi.site.cases.actions import begin
from sanzhi.site.cases.models import CaseRecord
from sanzhi.site.events.log import Conflict
from sanzhi.site.events.standing import differences

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def staff(people, person) -> None:
    """People of every role, and somebody without any, all as their grants say."""
    person("second", is_administrator=True)
    person("newcomer")
    grant_all()


def propose(by: str) -> CaseRecord:
    said = {
        "account": "newcomer", "change": "give", "role": "officer", "place": "2248", "reason": "x",
    }  # fmt: skip
    actor = actor_of(User.objects.get(username=by), DAY)
    return begin(actor, "grant", "propose", said, now=NOW)


def found() -> list[tuple[str, str]]:
    return [(one.code, one.path) for one in differences()]


def test_of_two_who_propose_the_same_at_once_one_does(staff):
    results = at_once(*[partial(propose, name) for name in ("administrator", "second") * 3])
    refused = [one for one in results if isinstance(one, Conflict)]
    [made] = [one for one in results if isinstance(one, CaseRecord)]
    assert len(refused) == len(results) - 1
    assert {one.finding.code for one in refused} == {"grant.proposed"}
    assert all(made.number in one.finding.text.en for one in refused)
    assert CaseRecord.objects.filter(state="proposed").count() == 1
    assert found() == []
    assert held_by("newcomer") == frozenset()


def post(name: str, office: str, role: str = "officer") -> None:
    OfficerPost.objects.create(user=User.objects.get(username=name), office=office, role=role)


def member(name: str, role: str) -> None:
    firm = Enterprise.objects.get(is_broker=role == "broker")
    user = User.objects.get(username=name)
    Membership.objects.create(user=user, enterprise=firm, role=role)


def marked(name: str, **marks: bool) -> None:
    User.objects.filter(username=name).update(**marks)


#: What somebody with the database does, and the accounts and roles that verification names.
TAMPERINGS: dict[str, tuple[Callable[[], Any], list[str]]] = {
    "a post made up": (lambda: post("newcomer", "2248"), ["newcomer officer:2248"]),
    "a post of a role that is none": (
        lambda: post("newcomer", "2248", "chief"),
        ["newcomer chief:2248"],
    ),
    "a post removed": (
        lambda: OfficerPost.objects.filter(role="supervisor").delete(),
        ["supervisor supervisor:2248"],
    ),
    "a post moved": (
        lambda: OfficerPost.objects.filter(role="officer").update(office="5301"),
        ["officer officer:5301", "officer officer:2248"],
    ),
    "an officer made a supervisor": (
        lambda: OfficerPost.objects.filter(role="officer").update(role="supervisor"),
        ["officer supervisor:2248", "officer officer:2248"],
    ),
    "a post given to another": (
        lambda: OfficerPost.objects.filter(role="officer").update(
            user=User.objects.get(username="newcomer")
        ),
        ["newcomer officer:2248", "officer officer:2248"],
    ),
    "a membership made up": (
        lambda: member("newcomer", "trader"),
        ["newcomer trader:91110000600037341L"],
    ),
    "a membership removed": (
        lambda: Membership.objects.filter(role="broker").delete(),
        ["broker broker:913100001322411148"],
    ),
    "a membership of another enterprise": (
        lambda: Membership.objects.filter(role="trader").update(
            enterprise=Enterprise.objects.get(is_broker=True)
        ),
        ["trader trader:913100001322411148", "trader trader:91110000600037341L"],
    ),
    "an analyst made up": (lambda: marked("newcomer", is_analyst=True), ["newcomer analyst:"]),
    "an analyst unmade": (lambda: marked("analyst", is_analyst=False), ["analyst analyst:"]),
    "an administrator made up": (
        lambda: marked("newcomer", is_administrator=True),
        ["newcomer administrator:"],
    ),
    "an administrator unmade": (
        lambda: marked("second", is_administrator=False),
        ["second administrator:"],
    ),
    "an account renamed": (
        lambda: marked("officer", username="chief"),
        ["chief officer:2248", "officer officer:2248"],
    ),
    "an account removed": (
        lambda: User.objects.filter(username="supervisor").delete(),
        ["supervisor supervisor:2248"],
    ),
    "a grant removed": (
        lambda: CaseRecord.objects.filter(title="analyst + analyst").delete(),
        ["analyst analyst:"],
    ),
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_whatever_role_is_changed_behind_the_grants_is_named(staff, what):
    assert found() == []
    change, named = TAMPERINGS[what]
    change()
    roles = [path for code, path in found() if code == "grants.holding"]
    assert sorted(roles) == sorted(named)
    for one in differences():
        assert any("\u4e00" <= sign <= "\u9fff" for sign in one.text.zh)


def test_marks_that_are_neither_yes_nor_no_are_named(staff):
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps to the types of its columns")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET is_administrator = 'x' WHERE username = 'officer'")
    assert ("grants.holding", "officer administrator:") in found()


def client(code: str) -> Callable[[], Any]:
    return lambda: BrokerAuthority.objects.update(
        client=Enterprise.objects.create(
            name_en="Other", name_zh="另一家", credit_code=code, customs_code="4403912345"
        )
    )


AUTHORITIES: dict[str, Callable[[], Any]] = {
    "an authority made up": lambda: BrokerAuthority.objects.create(
        broker=Enterprise.objects.get(is_broker=True),
        client=Enterprise.objects.get(is_broker=False),
        valid_from=DAY,
    ),
    "an authority removed": lambda: BrokerAuthority.objects.all().delete(),
    "an authority for another": client("91440300708461136T"),
    "an authority from an earlier day": lambda: BrokerAuthority.objects.update(
        valid_from=date(2020, 1, 1)
    ),
    "an authority cut short": lambda: BrokerAuthority.objects.update(until=DAY),
}


@pytest.mark.parametrize("what", AUTHORITIES)
def test_whatever_authority_is_changed_behind_its_events_is_named(staff, what):
    assert found() == []
    AUTHORITIES[what]()
    [one] = differences()
    assert one.code == "authorities.differs"
    assert one.path.startswith("AUTHORITY-")
    assert any("\u4e00" <= sign <= "\u9fff" for sign in one.text.zh)
