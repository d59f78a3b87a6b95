"""What waits for somebody, of every kind, is what they may do with it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import leave  # noqa: F401 - declares its kind
import pytest
from consignments import NOW, declare
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

import risk_steps
from policy_laboratory import policies, study_fields
from sanzhi.policy.coding.study import Study
from sanzhi.policy.coding.study_actions import Beginning
from sanzhi.site.cases.actions import act, begin, offers, standing_of
from sanzhi.site.cases.desks import DESKS
from sanzhi.site.cases.inbox import PAGE, piles_of
from sanzhi.site.cases.models import CaseRecord

pytestmark = pytest.mark.django_db(transaction=True)
DRAFT = {"office": "2248", "start": "2026-07-01"}
WHY = {"reason": "family"}
ROLES = (
    "trader", "broker", "officer", "supervisor", "analyst", "administrator", "coder", "lead",
    "other_trader", "other_officer", "other_supervisor", "nobody",
)  # fmt: skip
#: For whom something waits among `everything`.
WAITED_FOR = {
    "trader", "officer", "supervisor", "analyst", "coder", "lead", "other_officer",
    "other_supervisor",
}  # fmt: skip


@pytest.fixture
def asked(actor) -> Callable[..., CaseRecord]:
    def call(by: str = "officer", office: str = "2248", now: datetime = NOW) -> CaseRecord:
        case = begin(actor(by), "leave", "draft", DRAFT | {"office": office}, now=now)
        return act(actor(by), case, 1, "ask", WHY, now=now)

    return call


@pytest.fixture
def everything(actor, people, person, firm, lodge, asked) -> None:
    """Cases of every kind in several states and places."""
    person("newcomer")
    begin(actor("officer"), "leave", "draft", DRAFT, now=NOW)
    asked()
    asked("supervisor")
    asked("other_officer", "5301")
    filed = {"firm": firm.credit_code, "health": "2248", "safety": "5301"}
    first = begin(actor("trader"), "consent", "file", filed, now=NOW)
    act(actor("officer"), first, 1, "health", WHY, now=NOW)
    begin(actor("trader"), "consent", "file", filed | {"health": "5301"}, now=NOW)
    case = lodge(declare("R1")).case
    lodge(declare("R2"))
    act(actor("trader"), case, case.sequence, "request_cancellation", WHY, now=NOW)
    draft = risk_steps.draft(actor("officer"), now=NOW)
    risk_steps.propose(actor("officer"), draft, draft.sequence, "Cars", now=NOW)
    risk_steps.draft(actor("analyst"), now=NOW)
    grant = {
        "account": "newcomer", "change": "give", "role": "analyst", "place": "", "reason": "joins",
    }  # fmt: skip
    begin(actor("administrator"), "grant", "propose", grant, now=NOW)
    said = Beginning(study=Study.model_validate(study_fields()), policies=policies(2))
    study = begin(actor("analyst"), "study", "begin", said, now=NOW)
    part = {"person": "coder", "role": "coder"}
    act(actor("lead"), study, study.sequence, "add_person", part, now=NOW)
    text = study.texts.first()
    act(actor("lead"), text, text.sequence, "assign", {"coders": ["coder"]}, now=NOW)


def may_move(who: Any, row: Any) -> bool:
    """Whether somebody is offered what the case waits for, or the decision of what is asked."""
    standing = standing_of(row)
    awaited = DESKS.of(row).kind.awaited[standing.state].actions
    return any(
        (offer.action.name in awaited or offer.action.decides)
        for offer in offers(who, row, standing)
    )


@pytest.mark.parametrize("role", ROLES)
def test_it_holds_what_one_may_move_on_and_nothing_else(actor, everything, role):
    who = actor(role)
    shown = {row.number for pile in piles_of(who) for row in pile.rows}
    wanted = {
        row.number
        for desk in DESKS
        for row in desk.where().filter(desk.visible(who))
        if may_move(who, row)
    }
    assert shown == wanted
    assert bool(shown) is (role in WAITED_FOR)


def test_one_query_a_kind_however_much_there_is(actor, everything, asked):
    def asked_of_the_store() -> int:
        with CaptureQueriesContext(connection) as queries:
            piles = piles_of(actor("supervisor"))
        assert len(piles) <= len(list(DESKS))
        return len(queries)

    before = asked_of_the_store()
    for _ in range(5):
        asked()
    assert asked_of_the_store() == before


@pytest.mark.parametrize(
    ("language", "words"), [("en", ("Waiting for you", "Leave")), ("zh-hans", ("待您办理", "休假"))]
)
def test_what_waits_longest_stands_first(people, client, asked, language, words):
    late, early = asked(), asked(now=NOW - timedelta(days=3))
    client.cookies["django_language"] = language
    client.force_login(people["supervisor"])
    for address in ("/work/", "/work/?kind=leave", "/work/?kind=nothing&page=9"):
        page = html.fromstring(client.get(address).content)
        assert [row.get("data-href") for row in page.xpath("//tbody/tr")] == [
            f"/work/leave/{one.number}/" for one in (early, late)
        ]
        assert all(one in page.text_content() for one in words)
    client.force_login(people["trader"])
    assert early.number not in client.get("/work/").content.decode()


def test_many_are_paged_by_kind(people, client, actor):
    for _ in range(PAGE + 2):
        begin(actor("officer"), "leave", "draft", DRAFT, now=NOW)
    client.force_login(people["officer"])
    page = html.fromstring(client.get("/work/").content)
    assert len(page.xpath("//tbody/tr")) == PAGE
    assert f"{PAGE}+" in page.text_content()
    rest = html.fromstring(client.get("/work/?kind=leave&page=2").content)
    assert len(rest.xpath("//tbody/tr")) == 2


def test_a_kind_with_columns_of_its_own_leads_to_its_list(people, client, lodge):
    lodge(declare("R1"))
    client.force_login(people["officer"])
    assert 'href="/consignments/inbox/"' in client.get("/work/?kind=consignment").content.decode()
