"""Posts and roles are proposed by one administrator and granted by another, as events."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from granted import grant_all
from sanzhi.administration.grants import Holding
from sanzhi.core.findings import Unusable
from sanzhi.site.accounts import tokens
from sanzhi.site.accounts.access import Actor, Denied, actor_of
from sanzhi.site.accounts.models import (
    BrokerAuthority,
    Enterprise,
    Membership,
    Notice,
    OfficerPost,
    User,
)
from sanzhi.site.administration.holdings import carry_out, held_by
from sanzhi.site.cases.actions import act, begin, standing_of
from sanzhi.site.cases.models import CaseRecord
from sanzhi.site.events.log import Conflict, integrate, verify_log
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.standing import differences, last_events
from sanzhi.site.storage import writing

NOW = datetime(2026, 6, 1, 2, 0, tzinfo=UTC)
POST = {"account": "newcomer", "change": "give", "role": "officer", "place": "2248"}
YES, NO = {"granted": True, "reason": "checked"}, {"granted": False, "reason": "not trained"}


@pytest.fixture
def staff(people, person, settings, tmp_path) -> dict[str, User]:
    """Three administrators, and somebody without any role."""
    settings.HOME = tmp_path
    for name in ("second", "third"):
        person(name, is_administrator=True)
    person("newcomer")
    grant_all()
    return {user.username: user for user in User.objects.all()}


def as_(name: str) -> Actor:
    return actor_of(User.objects.get(username=name), NOW.date())


def propose(by: str = "administrator", **said: str) -> CaseRecord:
    return begin(as_(by), "grant", "propose", {**POST, "reason": "joins", **said}, now=NOW)


def decide(case: CaseRecord, by: str = "second", said: dict[str, Any] = YES) -> CaseRecord:
    return act(as_(by), case, 1, "decide", said)


def found() -> list[tuple[str, str]]:
    return [(one.code, one.path) for one in differences()]


@pytest.mark.django_db(transaction=True)
def test_the_course_of_a_grant(staff):
    case = propose()
    assert found() == []
    assert not OfficerPost.objects.filter(user=staff["newcomer"]).exists()
    with pytest.raises(Denied, match="your own"):
        decide(case, by="administrator")
    with pytest.raises(Denied):
        decide(case, by="supervisor")
    granted = decide(case)
    assert (granted.state, granted.title) == ("in_force", "newcomer + officer 2248")
    assert as_("newcomer").may("clearance.inspect", office="2248")
    [request] = standing_of(granted).requests
    assert (request.asked_by, request.decided_by) == ("administrator", "second")
    assert found() == []
    while integrate(timezone.now()):
        pass
    assert list(verify_log()) == []


def test_nobody_decides_on_the_own_account(staff):
    case = propose(account="second", role="supervisor")
    with pytest.raises(Denied, match="your own"):
        decide(case, by="second")
    decide(case, by="third")
    assert as_("second").may("clearance.decide_appeal", office="2248")


def test_who_belongs_to_the_enterprise_does_not_decide(staff, firm):
    Membership.objects.create(user=staff["second"], enterprise=firm, role="trader")
    case = propose(role="trader", place=firm.credit_code)
    with pytest.raises(Denied, match="interest"):
        decide(case)
    decide(case, by="third")
    assert as_("newcomer").own == {firm.pk}


@pytest.mark.parametrize("name", ["trader", "officer", "supervisor", "analyst", "newcomer"])
def test_who_keeps_no_accounts_proposes_nothing(staff, client, name):
    with pytest.raises(Denied):
        propose(by=name)
    client.force_login(staff[name])
    assert client.get("/work/grants/").status_code == 403
    assert not CaseRecord.objects.filter(title__startswith="newcomer").exists()


def test_what_is_refused_leaves_nothing(staff):
    case = decide(propose(), said=NO)
    assert case.state == "refused"
    assert held_by("newcomer") == frozenset()
    assert found() == []
    with pytest.raises(Unusable, match="not possible while"):
        act(as_("third"), case, 2, "decide", YES)


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("officer", "2248"),
        ("supervisor", "5301"),
        ("analyst", ""),
        ("administrator", ""),
        ("trader", "91110000600037341L"),
        ("broker", "913100001322411148"),
    ],
)
def test_every_role_is_given_and_taken(staff, role, place):
    decide(propose(role=role, place=place))
    assert held_by("newcomer") == {Holding(role, place)}
    case = propose(role=role, place=place, change="take")
    assert held_by("newcomer") == {Holding(role, place)}
    with pytest.raises(Denied, match="your own"):
        decide(case, by="administrator")
    decide(case, by="third")
    assert held_by("newcomer") == frozenset()
    assert found() == []


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"account": "nobody"}, "grant.account"),
        ({"place": "224"}, "grant.office"),
        ({"place": "２２４８"}, "grant.office"),
        ({"role": "analyst"}, "grant.anywhere"),
        ({"role": "trader"}, "grant.enterprise"),
        ({"role": "broker", "place": "91110000600037341L"}, "grant.enterprise"),
        ({"account": "officer"}, "grant.held"),
        ({"change": "take"}, "grant.not_held"),
        ({"role": "coder", "place": ""}, "request.enum"),
        ({"reason": " "}, "request.string_too_short"),
    ],
)
def test_what_cannot_be_proposed_is_named(staff, said, code):
    before = CaseRecord.objects.count()
    with pytest.raises(Unusable) as caught:
        propose(**said)
    assert caught.value.finding.code == code
    assert CaseRecord.objects.count() == before


def test_the_same_is_not_proposed_twice(staff, client):
    first = propose()
    events, cases = EventRecord.objects.count(), CaseRecord.objects.count()
    for by in ("administrator", "third"):
        with pytest.raises(Conflict) as caught:
            propose(by=by)
        assert caught.value.finding.code == "grant.proposed"
        for text in (caught.value.finding.text.en, caught.value.finding.text.zh):
            assert first.number in text
    client.force_login(staff["third"])
    form = {"sequence": 0, **POST, "reason": "joins too"}
    page = client.post("/work/grants/begin/propose/", form)
    assert page.status_code == 409
    assert first.number in page.content.decode()
    assert "joins too" in page.content.decode()
    assert (EventRecord.objects.count(), CaseRecord.objects.count()) == (events, cases)
    propose(place="5301")
    propose(account="analyst")
    decide(first, said=NO)
    decide(propose(by="third"))
    assert found() == []


@pytest.mark.parametrize("change", ["give", "take"])
@pytest.mark.parametrize(("role", "place"), [("officer", "2248"), ("analyst", "")])
def test_what_another_gave_or_took_a_moment_ago_is_not_written_twice(staff, role, place, change):
    decide(propose(role=role, place=place))
    case = propose(role=role, place=place, change="take")
    decide(case)
    if change == "give":
        case = decide(propose(role=role, place=place))
    before = held_by("newcomer")
    with pytest.raises(Conflict), writing():
        carry_out(standing_of(case))
    assert held_by("newcomer") == before


def test_a_role_that_no_grant_gave_is_named_and_one_that_is_gone(staff):
    decide(propose(account="officer", role="supervisor"))
    assert found() == []
    OfficerPost.objects.create(user=staff["officer"], office="5301", role="supervisor")
    User.objects.filter(username="officer").update(is_administrator=True)
    OfficerPost.objects.filter(user=staff["officer"], office="2248", role="officer").delete()
    named = [
        ("grants.holding", "officer administrator:"),
        ("grants.holding", "officer supervisor:5301"),
        ("grants.holding", "officer officer:2248"),
    ]
    assert found() == named
    decide(propose(account="officer", role="analyst", place=""))
    assert found() == named  # a later grant makes none of it good


@pytest.mark.parametrize("name", ["administrator", "second", "officer"])
def test_an_administrator_is_made_alone_on_the_machine_only(staff, client, name):
    before = EventRecord.objects.count()
    with pytest.raises(Denied):
        begin(as_(name), "grant", "make_administrator", {"account": "newcomer"}, now=NOW)
    client.force_login(staff[name])
    made = client.post("/work/grants/begin/make_administrator/", {"account": "newcomer"})
    assert made.status_code in {403, 404}
    secret = tokens.issue(staff[name], "test", timezone.now())[1]
    asked = client.post(
        "/api/v1/grants/begin/make_administrator",
        {"account": "newcomer"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert asked.status_code in {403, 404, 405}
    assert EventRecord.objects.count() == before
    assert held_by("newcomer") == frozenset()


def test_who_can_decide_is_told_and_whom_it_concerns_of_the_decision(staff):
    case = propose()
    address = f"/work/grants/{case.number}/"

    def told() -> list[tuple[str, str]]:
        return sorted(Notice.objects.values_list("user__username", "url"))

    assert told() == [("second", address), ("third", address)]
    Notice.objects.all().delete()
    decide(case)
    assert told() == [("administrator", address), ("newcomer", "/account/")]


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Posts and roles"), ("zh-hans", "岗位与角色")]
)
def test_in_the_browser(staff, client, language, words):
    client.cookies["django_language"] = language
    client.force_login(staff["administrator"])
    assert words in client.get("/work/grants/").content.decode()
    assert client.get("/").headers["Location"] == "/accounts/"
    wrong = client.post("/work/grants/begin/propose/", {"sequence": 0, **POST, "reason": ""})
    assert wrong.status_code == 422
    made = client.post("/work/grants/begin/propose/", {"sequence": 0, **POST, "reason": "joins"})
    assert made.status_code == 302
    address = made.headers["Location"]
    page = client.get(address).content.decode()
    assert "newcomer + officer 2248" in page
    assert f"{address}do/decide/" not in page
    own = {"sequence": 1, "granted": "True", "reason": "yes"}
    assert client.post(f"{address}do/decide/", own).status_code == 403
    client.force_login(staff["second"])
    assert f"{address}do/decide/" in client.get(address).content.decode()
    assert client.post(f"{address}do/decide/", own).status_code == 302
    assert held_by("newcomer") == {Holding("officer", "2248")}


def told() -> list[tuple[str, str, str]]:
    """What was told of accounts, by whom, of which."""
    events = EventRecord.objects.filter(case__startswith="ACCOUNT-").order_by("id")
    return [
        (one.kind.removeprefix("administration."), one.actor, one.content["account"])
        for one in events
    ]


def change(client, user: User) -> dict[str, str]:
    """What the form of an account sends, and what somebody adds to it."""
    page = client.get(f"/accounts/accounts/user/{user.pk}/change/").content.decode()
    assert not re.search(r'name="(username|is_analyst|is_administrator)"', page)
    return {
        "username": "another", "is_active": "on", "is_analyst": "on", "is_administrator": "on",
        "memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0",
        "memberships-0-enterprise": str(Enterprise.objects.get(is_broker=True).pk),
        "memberships-0-role": "broker",
        "posts-TOTAL_FORMS": "1", "posts-INITIAL_FORMS": "0",
        "posts-0-office": "2248", "posts-0-role": "officer", "posts-0-on_duty": "on",
        "interests-TOTAL_FORMS": "0", "interests-INITIAL_FORMS": "0",
    }  # fmt: skip


def test_the_accounts_pages_give_no_post_role_or_membership(staff, client):
    client.force_login(staff["administrator"])
    for name in ("newcomer", "administrator"):
        before = held_by(name)
        address = f"/accounts/accounts/user/{staff[name].pk}/change/"
        assert client.post(address, change(client, staff[name])).status_code == 302
        assert held_by(name) == before


def test_an_account_is_made_without_any_role(staff, client):
    client.force_login(staff["administrator"])
    form = {
        "username": "fresh", "password1": "a-longer-horse-8", "password2": "a-longer-horse-8",
        "usable_password": "true", "is_analyst": "on", "is_administrator": "on",
    }  # fmt: skip
    posts = {
        "posts-TOTAL_FORMS": "1", "posts-INITIAL_FORMS": "0",
        "posts-0-office": "2248", "posts-0-role": "officer",
        "memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0",
        "interests-TOTAL_FORMS": "0", "interests-INITIAL_FORMS": "0",
    }  # fmt: skip
    assert client.post("/accounts/accounts/user/add/", form | posts).status_code == 302
    assert held_by("fresh") == frozenset()
    assert told() == [("account_opened", "administrator", "fresh")]
    assert User.objects.get(username="fresh").password_given


def test_a_post_stays_and_only_its_duty_changes_on_the_accounts_pages(staff, client):
    client.force_login(staff["administrator"])
    post = OfficerPost.objects.get(user=staff["officer"])
    form = change(client, staff["officer"]) | {
        "memberships-TOTAL_FORMS": "0", "posts-INITIAL_FORMS": "1", "posts-0-id": str(post.pk),
        "posts-0-user": str(staff["officer"].pk), "posts-0-role": "supervisor",
        "posts-0-office": "5301", "posts-0-DELETE": "on",
    }  # fmt: skip
    del form["posts-0-on_duty"]
    address = f"/accounts/accounts/user/{staff['officer'].pk}/change/"
    assert client.post(address, form).status_code == 302
    post.refresh_from_db()
    assert (post.office, post.role, post.on_duty) == ("2248", "officer", False)


def test_closing_an_account_takes_effect_at_once(staff, client):
    client.force_login(staff["administrator"])
    form = change(client, staff["officer"])
    del form["is_active"]
    address = f"/accounts/accounts/user/{staff['officer'].pk}/change/"
    assert client.post(address, form).status_code == 302
    assert not as_("officer").may_somewhere("clearance.inspect")
    again = client.post(address, form | {"is_active": "on"})
    assert again.status_code == 302
    assert client.post(address, form | {"is_active": "on", "last_name": "Lin"}).status_code == 302
    assert told() == [
        ("account_closed", "administrator", "officer"),
        ("account_reopened", "administrator", "officer"),
    ]
    while integrate(timezone.now()):
        pass
    assert list(verify_log(last_events())) == []
    assert found() == []


def test_an_enterprise_keeps_its_credit_code(staff, client, firm):
    client.force_login(staff["administrator"])
    address = f"/accounts/accounts/enterprise/{firm.pk}/change/"
    assert 'name="credit_code"' not in client.get(address).content.decode()
    form = {
        "name_en": "Renamed", "name_zh": "更名", "customs_code": firm.customs_code,
        "tier": "general", "credit_code": "91440300708461136T",
    }  # fmt: skip
    assert client.post(address, form).status_code == 302
    firm.refresh_from_db()
    assert (firm.name_en, firm.credit_code) == ("Renamed", "91110000600037341L")
    new = client.post("/accounts/accounts/enterprise/add/", form | {"customs_code": "4403912345"})
    assert new.status_code == 302
    assert Enterprise.objects.filter(credit_code="91440300708461136T").exists()


def test_nobody_sets_the_password_of_another_administrator(staff, client):
    client.force_login(staff["administrator"])
    new = {"password1": "a-longer-horse-8", "password2": "a-longer-horse-8"}
    for name, status in (("second", 403), ("officer", 302), ("administrator", 302)):
        address = f"/accounts/accounts/user/{staff[name].pk}/password/"
        answer = client.post(address, new)
        assert answer.status_code == status, name
        changed = User.objects.get(username=name)
        assert changed.check_password("a-longer-horse-8") is (status == 302)
        assert changed.password_given is (name == "officer")
    assert told() == [("password_set", "administrator", "officer")]
    [notice] = Notice.objects.all()
    assert (notice.user.username, notice.url) == ("officer", "/account/")
    assert "administrator" in notice.text_en
    refused = {"password1": "short", "password2": "short"}
    address = f"/accounts/accounts/user/{staff['officer'].pk}/password/"
    assert client.post(address, refused).status_code == 200
    assert len(told()) == 1
    assert (
        escape("another administrator")
        in client.get(f"/accounts/accounts/user/{staff['second'].pk}/password/").content.decode()
    )
    assert client.get("/accounts/accounts/user/none/password/").status_code == 404


def test_a_password_that_another_set_is_changed_before_anything_else(staff, client):
    given, own = "a-longer-horse-8", "my-own-horse-9"
    client.force_login(staff["administrator"])
    address = f"/accounts/accounts/user/{staff['officer'].pk}/password/"
    client.post(address, {"password1": given, "password2": given})
    person = Client()
    assert person.login(username="officer", password=given)
    for page in ("/", "/consignments/", "/law/acts/", "/notices/"):
        answer = person.get(page)
        assert (answer.status_code, answer.headers["Location"]) == (302, "/account/"), page
    part = person.get("/law/acts/", headers={"HX-Request": "true"})
    assert part.headers["HX-Redirect"] == "/account/"
    token = person.post("/account/tokens/", {"name": "robot", "days": "90"})
    assert token.headers["Location"] == "/account/"
    assert not staff["officer"].tokens.exists()
    assert "Somebody else set your password" in person.get("/account/").content.decode()
    same = {"old_password": given, "new_password1": given, "new_password2": given}
    assert person.post("/account/password/", same).status_code == 200
    assert person.get("/law/acts/").status_code == 302
    fresh = {"old_password": given, "new_password1": own, "new_password2": own}
    assert person.post("/account/password/", fresh).status_code == 302
    assert person.get("/law/acts/").status_code == 200
    assert "Somebody else" not in person.get("/account/").content.decode()


def test_a_brokers_authority_is_told_from_its_first_day_to_its_end(staff, client, firm, brokerage):
    client.force_login(staff["administrator"])
    BrokerAuthority.objects.all().delete()
    given = {"broker": brokerage.pk, "client": firm.pk, "valid_from": "2026-07-01", "until": ""}
    address = "/accounts/accounts/brokerauthority/"
    assert client.post(f"{address}add/", given).status_code == 302
    row = BrokerAuthority.objects.get()
    assert client.post(f"{address}{row.pk}/change/", given).status_code == 302  # as it was
    ended = given | {"until": "2026-08-01"}
    assert client.post(f"{address}{row.pk}/change/", ended).status_code == 302

    def of_it() -> list[tuple[str, str, Any]]:
        events = EventRecord.objects.filter(case=f"AUTHORITY-{row.pk}").order_by("sequence")
        return [(one.kind, one.actor, one.content.get("until")) for one in events]

    kept = [
        ("administration.authority_kept", "administrator", None),
        ("administration.authority_kept", "administrator", "2026-08-01"),
    ]
    assert of_it() == kept
    assert f"AUTHORITY-{row.pk}" not in {path for _, path in found()}
    both = {"action": "delete_selected", "_selected_action": str(row.pk), "post": "yes"}
    assert client.post(address, both).status_code == 302
    assert not BrokerAuthority.objects.exists()
    assert of_it() == [*kept, ("administration.authority_removed", "administrator", None)]
    assert f"AUTHORITY-{row.pk}" not in {path for _, path in found()}
