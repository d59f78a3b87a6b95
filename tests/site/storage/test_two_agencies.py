"""A case that two agencies decide at two offices: each sees it, is told, and moves its own part."""

import json
from itertools import permutations
from pathlib import Path
from typing import Any

import consent
import pytest
from consignments import NOW
from django.test import Client
from django.utils import timezone

from sanzhi.site.accounts import tokens
from sanzhi.site.accounts.access import Denied
from sanzhi.site.accounts.models import Interest, Notice
from sanzhi.site.cases.actions import act, begin
from sanzhi.site.cases.inbox import piles_of
from sanzhi.site.cases.models import CasePlace, CaseRecord
from sanzhi.site.cases.verification import differences

pytestmark = pytest.mark.django_db(transaction=True)
WHY = {"reason": "all is well"}
#: Who acts for an agency: health at 2248, safety at 5301.
AGENTS = {"health": "officer", "safety": "other_supervisor"}


@pytest.fixture
def case(actor, firm) -> CaseRecord:
    said = {"firm": firm.credit_code, "health": "2248", "safety": "5301"}
    return begin(actor("trader"), "consent", "file", said, now=NOW)


def told() -> list[str]:
    names = sorted(Notice.objects.values_list("user__username", flat=True))
    Notice.objects.all().delete()
    return names


def waits_for(who: Any) -> bool:
    return any(pile.rows for pile in piles_of(who) if pile.desk.kind is consent.CONSENT)


def test_it_is_declared_in_few_lines():
    assert len(Path(consent.__file__).read_text("utf-8").splitlines()) <= 120


@pytest.mark.parametrize("order", list(permutations(AGENTS)))
def test_each_agency_decides_its_part_in_any_order(actor, case, order):
    first, second = order
    assert told() == ["officer", "other_supervisor", "supervisor"]
    assert all(waits_for(actor(agent)) for agent in AGENTS.values())
    assert not waits_for(actor("other_officer"))
    act(actor(AGENTS[first]), case, 1, first, WHY, now=NOW)
    assert not waits_for(actor(AGENTS[first]))
    assert waits_for(actor(AGENTS[second]))
    assert told() == sorted(["trader", AGENTS[second]])
    act(actor(AGENTS[second]), case, 2, second, WHY, now=NOW)
    assert (case.state, told()) == ("done", ["trader"])
    assert list(differences()) == []


def test_no_agency_decides_for_the_other_and_no_other_office_for_either(actor, case):
    for name, who in [
        ("health", "other_officer"), ("health", "other_supervisor"), ("safety", "officer"),
        ("safety", "supervisor"), ("health", "trader"), ("safety", "nobody"),
    ]:  # fmt: skip
        for said in (WHY, {"planets": 9}):
            with pytest.raises(Denied):
                act(actor(who), case, 9, name, said)


def test_who_has_an_interest_decides_at_no_place(actor, others, case, firm):
    Interest.objects.create(user=others["other_supervisor"], enterprise=firm)
    with pytest.raises(Denied, match="interest"):
        act(actor("other_supervisor"), case, 1, "safety", WHY)


def test_a_place_that_was_changed_behind_the_events_opens_nothing(actor, case):
    CasePlace.objects.filter(action="health").update(office="5301")
    for who in ("officer", "other_officer"):
        with pytest.raises(Denied):
            act(actor(who), case, 1, "health", WHY)
    assert [(one.code, one.path) for one in differences()] == [
        ("cases.place", f"{case.number} health")
    ]
    CasePlace.objects.filter(action="health").delete()
    assert [one.code for one in differences()] == ["cases.place"]
    CasePlace.objects.create(case=case.number, action="health", office="2248")
    CasePlace.objects.create(case=case.number, action="other", office="2248")
    assert [one.path for one in differences()] == [f"{case.number} other"]
    CasePlace.objects.filter(action="other").delete()


def test_what_is_confidential_is_read_by_both_agencies_and_not_by_the_firm(
    people, others, client, actor, case
):
    act(actor("officer"), case, 1, "health", {"reason": "a secret"}, now=NOW)
    address, everybody = f"/work/consents/{case.number}/", people | others
    for name, reads in [("officer", True), ("other_supervisor", True), ("trader", False)]:
        client.force_login(everybody[name])
        page = client.get(address)
        assert (page.status_code, "a secret" in page.content.decode()) == (200, reads), name
    client.force_login(people["coder"])
    assert client.get(address).status_code in {403, 404}


def test_through_pages_and_api(people, others, firm, client):
    client.force_login(people["trader"])
    said = {"firm": firm.credit_code, "health": "2248", "safety": "5301", "sequence": 0}
    address = client.post("/work/consents/begin/file/", said).headers["Location"]
    number = address.rstrip("/").rpartition("/")[2]
    assert client.post(f"{address}do/health/", {"sequence": 1, **WHY}).status_code == 403
    client.force_login(people["officer"])
    assert address in client.get("/work/").content.decode()
    assert address in client.get("/work/consents/").content.decode()
    page = client.get(address).content.decode()
    assert ("do/health/" in page, "do/safety/" in page) == (True, False)
    assert client.post(f"{address}do/health/", {"sequence": 1, **WHY}).status_code == 302
    path = f"/api/v1/consents/{number}"
    assert answer(people["officer"], path)["awaited_from"] == "supervisor"
    assert post(people["officer"], f"{path}/actions/safety") == 403
    assert post(others["other_officer"], f"{path}/actions/safety") in {403, 404}
    assert post(others["other_supervisor"], f"{path}/actions/safety") == 200
    assert answer(people["trader"], path)["state"] == "done"


def headers(user: Any) -> dict[str, str]:
    secret = tokens.issue(user, "test", timezone.now())[1]
    return {"HTTP_AUTHORIZATION": f"Bearer {secret}"}


def answer(user: Any, path: str) -> dict[str, Any]:
    return Client().get(path, **headers(user)).json()


def post(user: Any, path: str) -> int:
    body = json.dumps({"sequence": 2, **WHY})
    kind = "application/json"
    return Client().post(path, body, content_type=kind, **headers(user)).status_code
