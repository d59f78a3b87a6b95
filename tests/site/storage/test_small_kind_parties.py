"""Which firms and brokers see a case of a plain kind: where they may do something on it."""

from typing import Any

import pytest
from consignments import NOW
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sanzhi.core.findings import Unusable
from sanzhi.site.accounts.access import Denied
from sanzhi.site.accounts.models import BrokerAuthority, Enterprise
from sanzhi.site.cases.actions import act, begin
from sanzhi.site.cases.models import CaseParty, CaseRecord
from sanzhi.site.cases.verification import differences

pytestmark = pytest.mark.django_db(transaction=True)
WHY = {"reason": "as drawn"}
NOBODY = Enterprise(credit_code="91110000000000000X")


def asked(firm: Any, **more: str) -> dict[str, str]:
    common = {"enterprise": firm.credit_code, "office": "2248", "goods": "tablets"}
    return common | {"drawing": "a box"} | more


def sees(user: Any, case: CaseRecord, kind: str = "permits") -> bool:
    client = Client()
    client.force_login(user)
    listed = client.get(f"/work/{kind}/")
    opened = client.get(f"/work/{kind}/{case.number}/").status_code
    found = listed.status_code == 200 and case.number in listed.content.decode()
    assert found == (opened == 200)
    return found


def test_a_broker_asks_for_a_client_and_sees_the_case(people, others, actor, firm, client):
    client.force_login(people["broker"])
    said = asked(firm) | {"sequence": 0}
    file = SimpleUploadedFile("d.txt", b"a box")
    made = client.post("/work/permits/begin/apply/", said | {"drawing": file})
    assert made.status_code == 302
    assert client.get(made.headers["Location"]).status_code == 200
    case = CaseRecord.objects.get()
    for name in ("broker", "trader", "officer"):
        assert sees(people[name], case), name
    for user in (others["other_trader"], others["other_officer"], people["analyst"]):
        assert not sees(user, case), user
    BrokerAuthority.objects.update(until="2026-01-02")
    assert not sees(people["broker"], case)


def test_what_only_the_office_does_is_not_shown_to_the_firm(people, actor, firm):
    said = {"enterprise": firm.credit_code, "office": "2248"}
    case = begin(actor("officer"), "assessment", "assess", said, now=NOW)
    assert sees(people["officer"], case, "assessments")
    assert not sees(people["trader"], case, "assessments")
    assert not sees(people["broker"], case, "assessments")


def test_every_party_sees_the_case_and_only_the_firm_acts(people, others, actor, firm, other_firm):
    said = asked(firm, partner=other_firm.credit_code)
    case = begin(actor("trader"), "permit", "apply", said, now=NOW)
    assert sees(others["other_trader"], case)
    act(actor("officer"), case, 1, "decide", WHY, now=NOW)
    with pytest.raises(Denied):
        act(actor("other_trader"), case, 3, "object", {"decision": 3, **WHY}, now=NOW)
    act(actor("trader"), case, 3, "part", {}, now=NOW)
    assert not sees(others["other_trader"], case)
    assert sees(people["trader"], case)
    assert list(differences()) == []


def test_parties_are_held_to_the_events(actor, firm, other_firm):
    case = begin(actor("trader"), "permit", "apply", asked(firm), now=NOW)
    CaseParty.objects.create(case=case.number, enterprise=other_firm.credit_code)
    place = f"{case.number} party "
    assert [(one.code, one.path) for one in differences()] == [
        ("parties.unlogged", place + other_firm.credit_code)
    ]
    CaseParty.objects.all().delete()
    assert [(one.code, one.path) for one in differences()] == [
        ("parties.lost", place + firm.credit_code)
    ]


def test_an_enterprise_that_is_not_known_is_named(actor):
    with pytest.raises(Denied):  # a trader learns of no code whether there is such a firm
        begin(actor("trader"), "permit", "apply", asked(NOBODY), now=NOW)
    said = {"enterprise": NOBODY.credit_code, "office": "2248"}
    with pytest.raises(Unusable) as caught:
        begin(actor("officer"), "assessment", "assess", said, now=NOW)
    assert (caught.value.finding.code, caught.value.finding.path) == (
        "case.no_enterprise",
        "enterprise",
    )
    assert not CaseRecord.objects.exists()
