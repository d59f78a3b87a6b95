"""Who reads what of a case of a declared kind: by its desk, and never by its number."""

from typing import Any

import leave
import pytest
from consignments import NOW
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanzhi.site.cases.actions import act, begin
from sanzhi.site.cases.models import CaseRecord

pytestmark = pytest.mark.django_db(transaction=True)
DRAFT = {"office": "2248", "start": "2026-07-01"}
WHY = "the wedding of a sister"
SECRET = "short of hands, and yet"


@pytest.fixture
def decided(actor) -> CaseRecord:
    """A leave that was asked for and granted; the decision is confidential."""
    case = begin(actor("officer"), "leave", "draft", DRAFT, now=NOW)
    act(actor("officer"), case, 1, "ask", {"reason": WHY}, now=NOW)
    return act(actor("supervisor"), case, 2, "decide", {"granted": True, "reason": SECRET}, now=NOW)


def page(user: Any, address: str) -> str:
    client = Client()
    client.force_login(user)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_log_tells_in_full_whoever_sees_the_case(people, others, decided):
    address = f"/log/?case={decided.number}"
    own = page(people["supervisor"], address)
    assert (WHY in own, SECRET in own) == (True, True)
    for user in (others["other_supervisor"], people["analyst"], people["administrator"]):
        seen = page(user, address)
        assert (decided.number in seen, WHY in seen, SECRET in seen) == (True, False, False)


def test_a_number_that_begins_with_an_office_opens_nothing(people, others, actor, monkeypatch):
    monkeypatch.setattr(leave.LEAVE, "number", lambda _leave: "5301-2026-00000001")
    case = begin(actor("officer"), "leave", "draft", DRAFT, now=NOW)
    assert "2026-07-01" in page(people["supervisor"], f"/log/?case={case.number}")
    assert "2026-07-01" not in page(others["other_supervisor"], f"/log/?case={case.number}")


def test_the_log_asks_each_desk_once_a_page(people, actor):
    client = Client()
    client.force_login(people["supervisor"])
    counts = []
    for _ in range(2):
        for _ in range(5):
            begin(actor("officer"), "leave", "draft", DRAFT, now=NOW)
        with CaptureQueriesContext(connection) as asked:
            client.get("/log/")
        counts.append(len(asked))
    assert counts[0] == counts[1]


@pytest.fixture
def permit(actor, firm) -> CaseRecord:
    """A permit of the firm, decided by an event that only the office reads."""
    asked = {
        "enterprise": firm.credit_code,
        "office": "2248",
        "goods": "tablets",
        "drawing": "a box",
    }
    case = begin(actor("trader"), "permit", "apply", asked, now=NOW)
    return act(actor("officer"), case, 1, "decide", {"reason": SECRET}, now=NOW)


def test_a_request_tells_of_its_decision_whoever_may_read_it(people, permit):
    address = f"/work/permits/{permit.number}/"
    seen = page(people["officer"], address)
    assert (SECRET in seen, "granted" in seen) == (True, True)
    seen = page(people["trader"], address)
    assert "tablets" in seen
    assert [word in seen for word in (SECRET, "granted", "officer")] == [False] * 3
    assert "decided" in seen


def test_a_refused_form_names_no_event_that_may_not_be_read(people, permit):
    client = Client()
    client.force_login(people["trader"])
    address = f"/work/permits/{permit.number}/do/object/"
    answer = client.post(address, {"sequence": permit.sequence, "decision": "2", "reason": ""})
    assert answer.status_code == 422
    assert SECRET not in answer.content.decode()
    assert "test.permit_weighed" not in answer.content.decode()
