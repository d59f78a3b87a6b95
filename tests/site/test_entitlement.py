"""Who may, for every kind of case, action and role: asked first, and refused alike whatever was
said and wherever the case stands."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

import risk_steps
from policy_laboratory import acting, policies, study_fields
from sanzhi.cases import Action
from sanzhi.core.findings import Unusable
from sanzhi.policy.coding.study import Study
from sanzhi.policy.coding.study_actions import Beginning
from sanzhi.site.accounts import tokens
from sanzhi.site.accounts.access import Actor, Denied, actor_of
from sanzhi.site.accounts.models import Enterprise, Interest, Membership, OfficerPost, User
from sanzhi.site.cases.actions import act, begin
from sanzhi.site.cases.desks import DESKS
from sanzhi.site.events.log import Conflict
from sanzhi.site.events.models import EventRecord

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 1)
ROLES = (
    "trader", "broker", "officer", "supervisor", "analyst", "administrator", "coder", "lead",
)  # fmt: skip
KINDS = ("risk_setting", "risk_model", "grant", "study", "policy_text", "coding_sheet")
#: Kinds whose doors in the HTTP API are the ones every kind has.
WITH_API = ("risk_setting", "risk_model", "grant")


@pytest.fixture
def cases(people, person) -> dict[str, Any]:
    """One case of each kind, those of the laboratory in the study small, with one sheet."""
    person("newcomer")
    proposer = person("proposer", is_administrator=True)
    said = Beginning(study=Study.model_validate(study_fields()), policies=policies(1))
    study = begin(acting(person("starter", is_analyst=True)), "study", "begin", said)
    part = {"person": "coder", "role": "coder"}
    act(acting(people["lead"]), study, study.sequence, "add_person", part)
    [text] = study.texts.all()
    act(acting(people["lead"]), text, text.sequence, "assign", {"coders": ["coder"]})
    proposed = {
        "account": "newcomer", "change": "give", "role": "analyst", "place": "", "reason": "joins",
    }  # fmt: skip
    return {
        "risk_setting": risk_steps.draft(actor_of(people["officer"], TODAY)),
        "risk_model": risk_steps.entered("first", None),
        "study": study,
        "policy_text": text,
        "coding_sheet": text.sheets.get(),
        "grant": begin(actor_of(proposer, TODAY), "grant", "propose", proposed),
    }


def take(actor: Actor, row: Any, action: Action[Any], said: dict[str, Any]) -> None:
    if action.begins:
        begin(actor, DESKS.of(row).kind.name, action.name, said | {"planets": 9})
    else:
        act(actor, row, 99, action.name, said)


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", KINDS)
def test_the_permission_is_asked_before_anything_else(people, cases, kind, role):
    actor, row, desk = actor_of(people[role], TODAY), cases[kind], DESKS[kind]
    told = EventRecord.objects.count()
    for action in desk.kind.actions.values():
        may = actor.may(action.permission, **desk.place(row))
        for said in ({}, {"planets": 9}):
            # Who may is told what else is wrong; who may not, never.
            wrong = (Unusable, Denied, Conflict) if may else Denied
            with pytest.raises(wrong) as refused:
                take(actor, row, action, said)
            if not may:
                assert refused.value.finding.path == action.permission
    assert EventRecord.objects.count() == told


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", WITH_API)
def test_the_http_api_refuses_before_it_reads(people, cases, kind, role):
    row, desk = cases[kind], DESKS[kind]
    secret = tokens.issue(people[role], "test", timezone.now())[1]
    actor, client = actor_of(people[role], TODAY), Client()
    sees = desk.where().filter(desk.visible(actor), pk=row.pk).exists()

    def post(path: str) -> int:
        answer = client.post(
            f"/api/v1/{desk.path}/{path}",
            json.dumps({"planets": 9}),
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )
        return answer.status_code

    for action in desk.kind.actions.values():
        may = actor.may(action.permission, **desk.place(row))
        if not action.begins and action.by_hand:
            expected = 404 if not sees else 422 if may else 403
            assert post(f"{row.number}/actions/{action.name}") == expected, action.name
        elif action.by_hand:
            assert post(f"begin/{action.name}") == (422 if may else 403), action.name
        else:
            path = "begin" if action.begins else f"{row.number}/actions"
            assert post(f"{path}/{action.name}") in {404, 405}, action.name


def member(user: User, firm: Enterprise) -> None:
    Membership.objects.create(user=user, enterprise=firm, role="trader")


def interested(user: User, firm: Enterprise) -> None:
    Interest.objects.create(user=user, enterprise=firm)


#: Kind, actions, who is kept out of them though their role allows it, and how they are refused.
#: Written out by hand, apart from the declarations that it checks.
KEPT_OUT = {
    "the author of a setting": (
        "risk_setting", ("approve", "refuse"), "officer", "access.own",
    ),
    "who trained a model": ("risk_model", ("place",), "analyst", "access.own"),
    "who proposed a grant": ("grant", ("decide",), "proposer", "access.own"),
    "whose account a grant is about": ("grant", ("decide",), "newcomer", "access.own"),
    "a member of the enterprise of a grant": ("grant", ("decide",), member, "access.interest"),
    "who has an interest in the enterprise": ("grant", ("decide",), interested, "access.interest"),
}  # fmt: skip


@pytest.fixture
def kept_out(people, person, cases, firm) -> Callable[[str], User]:
    """Make somebody of those who are kept out, with every role that the actions ask for."""

    def make(relation: str) -> User:
        who = KEPT_OUT[relation][2]
        user = User.objects.get(username=who) if isinstance(who, str) else person("third")
        user.is_administrator = True
        user.save()
        OfficerPost.objects.create(user=user, office="5301", role="supervisor")
        if not isinstance(who, str):
            who(user, firm)
        return user

    return make


@pytest.mark.parametrize("relation", KEPT_OUT)
@pytest.mark.parametrize("body", [b"{", b"{}", b'{"planets": 9, "sequence": -1}'])
def test_whom_it_concerns_is_kept_out_before_anything_is_read(
    cases, kept_out, firm, client, relation, body
):
    kind, names, _, code = KEPT_OUT[relation]
    row, user, desk = cases[kind], kept_out(relation), DESKS[kind]
    if code == "access.interest":
        said = {
            "account": "newcomer", "change": "give", "role": "trader",
            "place": firm.credit_code, "reason": "joins",
        }  # fmt: skip
        proposer = User.objects.get(username="administrator")
        row = begin(actor_of(proposer, TODAY), "grant", "propose", said)
    secret = tokens.issue(user, "test", timezone.now())[1]
    for name in names:
        answer = client.post(
            f"/api/v1/{desk.path}/{row.number}/actions/{name}",
            body,
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )
        [finding] = answer.json()["findings"]
        assert (answer.status_code, finding["code"]) == (403, code), name
        if desk.generic:
            client.force_login(user)
            assert client.post(f"{desk.url(row)}do/{name}/", {"planets": "9"}).status_code == 403
