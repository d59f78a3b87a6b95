"""Who may do what with a consignment: every action by everybody who could stand in some relation to
it, through the HTTP API and by form, in every state; and one refusal for whoever may not."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from itertools import cycle
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from sanzhi.border.clearance import CONSIGNMENT
from sanzhi.declarations import Declaration
from sanzhi.site.accounts import tokens
from sanzhi.site.accounts.access import actor_of
from sanzhi.site.accounts.models import (
    BrokerAuthority,
    Enterprise,
    Interest,
    Membership,
    OfficerPost,
    User,
)
from sanzhi.site.cases.actions import act, standing_of
from sanzhi.site.clearance import lodging
from sanzhi.site.clearance.lodging import Submission
from sanzhi.site.clearance.models import Case
from sanzhi.site.events.models import EventRecord

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 1)

# Written out by hand, apart from the declarations that it checks: whose an action is.
FILER, OFFICER, SUPERVISOR = "filer", "officer", "supervisor"
WHOSE = {
    "amend": FILER,
    "report_arrival": FILER,
    "pay": FILER,
    "guarantee": FILER,
    "complete": FILER,
    "request_cancellation": FILER,
    "request_correction": FILER,
    "appeal": FILER,
    "decide_documents": OFFICER,
    "record_inspection": OFFICER,
    "change_lane": SUPERVISOR,
    "decide_cancellation": OFFICER,
    "decide_correction": OFFICER,
    "record_audit": OFFICER,
    "refund": OFFICER,
    "decide_appeal": SUPERVISOR,
}
MAY, LACKS, INTEREST, OWN, UNSEEN = "may", "access.denied", "access.interest", "access.own", "404"


def holding(*sides: str, kept_out: str = "") -> Callable[[str], str]:
    """What somebody meets who has these sides of a case; `kept_out` is the refusal of decisions."""

    def meets(action: str) -> str:
        if WHOSE[action] not in sides:
            return LACKS
        return kept_out if kept_out and WHOSE[action] != FILER else MAY

    return meets


def unseen(_action: str) -> str:
    return UNSEEN


def reviewing_oneself(action: str) -> str:
    return OWN if action == "decide_appeal" else holding(OFFICER, SUPERVISOR)(action)


#: Everybody by their relation to the case, and what they meet.
RELATIONS: dict[str, Callable[[str], str]] = {
    "of the trader": holding(FILER),
    "broker who declared it, with an authority": holding(FILER),
    "broker who declared it, without one by now": holding(),
    "broker with an authority who did not declare it": unseen,
    "broker of others": unseen,
    "of another trader": unseen,
    "officer": holding(OFFICER),
    "officer of the trader": holding(FILER, OFFICER, kept_out=INTEREST),
    "officer with an interest in the trader": holding(OFFICER, kept_out=INTEREST),
    "officer of the declarant": holding(OFFICER, kept_out=INTEREST),
    "officer elsewhere": unseen,
    "supervisor": holding(OFFICER, SUPERVISOR),
    "supervisor with an interest in the trader": holding(OFFICER, SUPERVISOR, kept_out=INTEREST),
    "supervisor who took the decision": reviewing_oneself,
    "supervisor who lodged it, before": holding(OFFICER, SUPERVISOR, kept_out=OWN),
    "supervisor elsewhere": unseen,
    "analyst": unseen,
    "administrator": unseen,
    "coder": unseen,
    "lead": unseen,
    "nobody": unseen,
}
LODGER = "supervisor who lodged it, before"
#: A course to each state, as (who, action, what is said).
PASS = ("supervisor who took the decision", "decide_documents", {"decision": "pass"})
APPEAL = ("of the trader", "appeal", {"reason": "why not before?"})
PAY = ("of the trader", "pay", {"amount": "130.00"})
COURSES: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
    "documents_review": [],
    "inspection": [
        ("officer", "decide_documents", {"decision": "inspect", "note": "look inside"}),
    ],
    "returned": [("officer", "decide_documents", {"decision": "return", "note": "which goods?"})],
    "payment": [PASS, APPEAL],
    "released": [PASS, PAY, APPEAL],
    "cancelled": [
        PASS,
        APPEAL,
        ("of the trader", "request_cancellation", {"reason": "not coming"}),
        ("officer", "decide_cancellation", {"granted": True, "reason": "not come"}),
    ],
}
NOWHERE = "2248-2026-INOTHING1"
#: What cannot be read, what is not asked, what is too little.
BODIES = (b"{", b'{"planets": 9, "sequence": -1}', b"{}")


@pytest.fixture
def everybody(people, person, firm, brokerage, other_firm) -> dict[str, User]:
    """One account for each relation; the firm's declarations are lodged by its former broker."""
    named = {name: people.get(name) or person(name.replace(" ", "-")) for name in RELATIONS}
    OfficerPost.objects.all().delete()
    former, others = (
        Enterprise.objects.create(
            name_en=name, name_zh=name, credit_code=code, customs_code=customs, is_broker=True
        )
        for name, code, customs in (
            ("Former", "91500000202811552K", "5001980001"),
            ("Others", "91310000607378507X", "3101980009"),
        )
    )
    for client, broker, until in ((firm, former, DAY), (other_firm, others, None)):
        BrokerAuthority.objects.create(
            broker=broker, client=client, valid_from=date(2026, 1, 1), until=until
        )
    for name, enterprise, role in (
        ("of the trader", firm, "trader"),
        ("officer of the trader", firm, "trader"),
        ("of another trader", other_firm, "trader"),
        ("broker who declared it, with an authority", former, "broker"),
        ("broker who declared it, with an authority", brokerage, "broker"),
        ("broker who declared it, without one by now", former, "broker"),
        ("broker with an authority who did not declare it", brokerage, "broker"),
        ("officer of the declarant", former, "broker"),
        ("broker of others", others, "broker"),
    ):
        Membership.objects.create(user=named[name], enterprise=enterprise, role=role)
    for name, user in named.items():
        role = name.partition(" ")[0]
        if role in {"officer", "supervisor"}:
            office = "5301" if name.endswith("elsewhere") else "2248"
            OfficerPost.objects.create(user=user, office=office, role=role)
        if "interest" in name:
            Interest.objects.create(user=user, enterprise=firm)
    return named


@pytest.fixture
def cases(everybody, firm) -> dict[str, Case]:
    """A case in each state."""
    declarant = Enterprise.objects.get(name_en="Former")
    lodges = Membership.objects.create(user=everybody[LODGER], enterprise=declarant, role="broker")
    former = actor_of(everybody[LODGER], date(2026, 5, 1))
    found = {}
    for state, course in COURSES.items():
        declaration = Declaration.from_fields(declared(state))
        case = lodging.lodge(former, Submission(declaration, firm), declarant).case
        for who, name, said in course:
            about = {"decision": taken(case, everybody[PASS[0]])} if name == "appeal" else {}
            act(actor_of(everybody[who], DAY), case, case.sequence, name, said | about)
        assert case.state == state
        found[state] = case
    lodges.delete()
    return found


def taken(case: Case, by: User) -> int:
    """The sequence of the decision that somebody took on a case."""
    return next(one.sequence for one in standing_of(case).decisions if one.actor == by.username)


def declared(reference: str) -> dict[str, Any]:
    return {
        "reference": reference, "date": "2026-06-01", "office": "2248", "currency": "CNY",
        "incoterm": "CIF", "procedure": "0110", "transport": {"mode": "5"}, "packages": "2",
        "gross_mass": "20",
        "items": [
            {
                "number": 1, "code": "8471301000", "description": "tablets", "origin": "US",
                "quantity": "10", "unit": "unit", "price": "1000",
                "elements": ["3", "0", "writing", "16 GB", "Acme", "T1"],
            }
        ],
    }  # fmt: skip


@pytest.fixture(autouse=True)
def _documents_are_reviewed(monkeypatch) -> None:
    """Each counts as the trader's first, so that every course begins alike."""
    monkeypatch.setattr(lodging, "_known_traders", lambda _filings: set())


def test_the_table_names_every_action_and_no_other():
    assert set(WHOSE) == {one.name for one in CONSIGNMENT.actions.values() if not one.begins}


def asked(secret: str, numbers: list[str], action: str) -> Iterator[tuple[int, str, str]]:
    """Status, code and text of the HTTP API's answers, to one body after the other."""
    client = Client()
    for number, body in zip(numbers, cycle(BODIES), strict=False):
        answer = client.post(
            f"/api/v1/cases/{number}/actions/{action}",
            body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )
        [first, *_] = json.loads(answer.content)["findings"]
        yield answer.status_code, first["code"], json.dumps(first).replace(number, "")


def refused(meets: str, answers: set[tuple[int, str, str]]) -> None:
    """Whoever may is told what is wrong; whoever may not, always the same."""
    if meets == MAY:
        assert not {status for status, _, _ in answers} & {401, 403, 404}
        return
    [(status, code, _)] = answers
    assert (status, code) == ((404, "not_found") if meets == UNSEEN else (403, meets))


@pytest.mark.parametrize("relation", RELATIONS)
def test_the_http_api_answers_by_who_asks(everybody, cases, relation):
    secret = tokens.issue(everybody[relation], "test", timezone.now())[1]
    told = EventRecord.objects.count()
    for name in WHOSE:
        meets = RELATIONS[relation](name)
        if meets == OWN:  # asked where there is such a decision of one's own
            numbers = [one.number for state, one in cases.items() if APPEAL in COURSES[state]]
        else:
            numbers = [one.number for one in cases.values()]
        answers = set(asked(secret, numbers, name))
        refused(meets, answers)
        nowhere = set(asked(secret, [NOWHERE] * len(BODIES), name))
        refused(UNSEEN, nowhere)
        if meets == UNSEEN:
            assert answers == nowhere
    assert EventRecord.objects.count() == told


@pytest.mark.parametrize("relation", RELATIONS)
def test_forms_answer_by_who_asks(everybody, cases, client, relation):
    client.force_login(everybody[relation])
    told = EventRecord.objects.count()
    for name in WHOSE:
        if not CONSIGNMENT.actions[name].has_form:
            continue
        meets = RELATIONS[relation](name)
        expected = {MAY: {422}, UNSEEN: {404}}.get(meets, {403})
        states = ["released", "cancelled"] if meets == OWN else ["documents_review", "released"]
        for state, said in zip(states, ({}, {"sequence": "x", "planets": "9"}), strict=True):
            address = f"/consignments/{cases[state].number}/do/{name}/"
            assert client.post(address, said).status_code in expected, (name, state)
        assert client.post(f"/consignments/{NOWHERE}/do/{name}/").status_code == 404
    assert EventRecord.objects.count() == told


@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize("door", ["", "/message", "/bulk"])
def test_whoever_files_for_nobody_is_refused_before_a_declaration_is_read(
    everybody, relation, door
):
    files = relation.startswith(("of ", "broker", "officer of the "))
    client, secret = Client(), tokens.issue(everybody[relation], "test", timezone.now())[1]
    answers = set()
    for body in (b"{", b"{}", json.dumps({"declarations": [declared("R1")]}).encode()):
        answer = client.post(
            f"/api/v1/declarations{door}?trader=nobody",
            body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )
        answers.add((answer.status_code, answer.content if answer.status_code == 403 else b""))
    if files:
        assert not {status for status, _ in answers} & {401, 403, 404}
    else:
        [(status, content)] = answers
        assert (status, json.loads(content)["findings"][0]["code"]) == (403, LACKS)
    assert not Case.objects.exists()
