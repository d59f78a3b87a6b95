"""A kind declared in one file gets everything: doors, forms, denials, conflicts, proofs."""

import base64
import json
from typing import Any

import leave
import pytest
from consignments import NOW, at_once
from django.test import Client
from django.utils import timezone
from lxml import html

from sanzhi.core.findings import Unusable
from sanzhi.events.canonical import leaf_hash
from sanzhi.events.merkle import verify_inclusion
from sanzhi.site.accounts import tokens
from sanzhi.site.accounts.access import Denied
from sanzhi.site.cases.actions import act, begin, standing_of
from sanzhi.site.cases.models import CaseRecord, RequestRecord
from sanzhi.site.cases.verification import differences
from sanzhi.site.events.log import Conflict, integrate, verify_log
from sanzhi.site.events.models import EventRecord

pytestmark = pytest.mark.django_db(transaction=True)
DRAFT = {"office": "2248", "start": "2026-07-01"}
WHY = {"reason": "family"}
YES = {"granted": True, "reason": "granted"}


@pytest.fixture
def home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def case(actor) -> CaseRecord:
    return begin(actor("officer"), "leave", "draft", DRAFT, now=NOW)


def kinds(case: CaseRecord) -> list[str]:
    events = EventRecord.objects.filter(case=case.number).order_by("sequence")
    return [event.kind for event in events]


def test_it_is_declared_in_few_lines():
    assert len(leave.CODE.splitlines()) <= 120
    assert max(map(len, leave.CODE.splitlines())) <= 100
    assert (len(leave.LEAVE.states), len(leave.LEAVE.actions), len(leave.LEAVE.requests)) == (
        3,
        4,
        1,
    )


def test_a_course_and_its_verification(actor, case):
    act(actor("officer"), case, 1, "move", {"start": "2026-08-01"}, now=NOW)
    act(actor("officer"), case, 2, "ask", WHY, now=NOW)
    act(actor("supervisor"), case, 3, "decide", YES, now=NOW)
    assert (case.state, case.title, case.sequence) == (leave.State.DONE, "2026-08-01", 4)
    standing = standing_of(case)
    assert [(one.outcome, one.decided_by) for one in standing.requests] == [
        ("granted", "supervisor")
    ]
    assert RequestRecord.objects.get(case=case.number).decided_reason == "granted"
    assert list(differences()) == []
    for change in ({"state": "asked"}, {"title": "never"}, {"office": "5301"}, {"sequence": 1}):
        before = {name: getattr(case, name) for name in change}
        CaseRecord.objects.filter(pk=case.pk).update(**change)
        assert [one.path for one in differences()] == [case.number]
        CaseRecord.objects.filter(pk=case.pk).update(**before)


def test_who_may_not_is_refused_whatever_is_said(actor, case):
    for who in ("trader", "other_officer", "nobody", "analyst"):
        for said in (WHY, {}, {"planets": 9}):
            with pytest.raises(Denied):
                act(actor(who), case, 99, "ask", said)
    with pytest.raises(Denied):
        begin(actor("trader"), "leave", "draft", {})
    with pytest.raises(Denied):
        begin(actor("other_officer"), "leave", "draft", DRAFT)
    assert kinds(case) == ["test.leave_drafted"]


def test_nobody_decides_an_own_request(actor):
    own = begin(actor("supervisor"), "leave", "draft", DRAFT, now=NOW)
    act(actor("supervisor"), own, 1, "ask", WHY, now=NOW)
    with pytest.raises(Denied, match="your own"):
        act(actor("supervisor"), own, 2, "decide", YES, now=NOW)


@pytest.mark.parametrize(
    ("name", "sequence", "said", "code"),
    [
        ("ask", 1, {}, "request.missing"),
        ("ask", 1, {"reason": "  "}, "request.string_too_short"),
        ("ask", 1, {"reason": "x", "more": 1}, "request.extra_forbidden"),
        ("move", 1, {"start": "soon"}, "request.date_from_datetime_parsing"),
    ],
)
def test_what_was_not_asked_is_named(actor, case, name, sequence, said, code):
    with pytest.raises(Unusable) as caught:
        act(actor("officer"), case, sequence, name, said)
    assert caught.value.finding.code == code
    assert kinds(case) == ["test.leave_drafted"]


def test_an_action_at_the_wrong_time_and_a_sequence_of_the_past_or_the_future(actor, case):
    act(actor("officer"), case, 1, "ask", WHY, now=NOW)
    with pytest.raises(Unusable, match="not possible while"):
        act(actor("officer"), case, 2, "move", {"start": "2026-08-01"})
    for sequence in (0, 1, 3, 10**9):
        with pytest.raises(Conflict):
            act(actor("supervisor"), case, sequence, "decide", YES)
    with pytest.raises(LookupError):
        act(actor("officer"), case, 2, "pay", {"amount": "1"})


def test_of_many_at_once_one_wins(actor, case):
    def ask() -> Any:
        fresh = CaseRecord.objects.get(pk=case.pk)
        return act(actor("officer"), fresh, 1, "ask", WHY, now=NOW)

    for _ in range(25):
        done = at_once(*[ask] * 8)
        assert {type(one) for one in done} <= {Conflict, Unusable, CaseRecord}
    assert kinds(case) == ["test.leave_drafted", "test.leave_asked"]
    assert list(differences()) == []


class Door:
    """The HTTP API as somebody."""

    def __init__(self, user: Any, language: str) -> None:
        secret = tokens.issue(user, "test", timezone.now())[1]
        self.client = Client(raise_request_exception=False)
        self.headers = {
            "HTTP_AUTHORIZATION": f"Bearer {secret}",
            "HTTP_ACCEPT_LANGUAGE": language,
        }

    def post(self, path: str, body: Any) -> tuple[int, Any]:
        answer = self.client.post(
            f"/api/v1{path}", json.dumps(body), content_type="application/json", **self.headers
        )
        return answer.status_code, json.loads(answer.content)

    def get(self, path: str) -> tuple[int, Any]:
        answer = self.client.get(f"/api/v1{path}", **self.headers)
        return answer.status_code, json.loads(answer.content)


@pytest.mark.parametrize(("language", "asked"), [("en", "asked for"), ("zh-hans", "已申请")])
def test_over_http(people, others, home, language, asked):
    officer, supervisor = Door(people["officer"], language), Door(people["supervisor"], language)
    trader = Door(people["trader"], language)
    assert trader.post("/leave/begin/draft", {"what": 1})[0] == 403
    status, made = officer.post("/leave/begin/draft", DRAFT)
    assert (status, made["state"], made["sequence"]) == (201, "drafted", 1)
    path = f"/leave/{made['number']}"
    assert trader.get(path)[0] == 404
    assert trader.post(f"{path}/actions/ask", {})[0] == 404
    assert officer.post(f"{path}/actions/decide", {"nothing": "right"})[0] == 403
    assert officer.post(f"{path}/actions/ask", {"sequence": 1})[0] == 422
    status, case = officer.post(f"{path}/actions/ask", {"sequence": 1, **WHY})
    assert (status, case["state_words"], case["awaited_from"]) == (200, asked, "supervisor")
    assert officer.post(f"{path}/actions/ask", {"sequence": 1, **WHY})[0] == 409
    assert supervisor.post(f"{path}/actions/decide", {"sequence": 2, **YES})[0] == 200
    assert [one["number"] for one in officer.get("/leave")[1]["cases"]] == [made["number"]]
    events = officer.get(f"{path}/events")[1]["events"]
    assert [event["sequence"] for event in events] == [1, 2, 3]
    integrate(timezone.now())
    proven = officer.get(f"{path}/events/2/proof")[1]
    checkpoint = proven["checkpoint"]
    assert verify_inclusion(
        leaf_hash(proven["leaf"].encode()),
        proven["index"],
        checkpoint["size"],
        [base64.b64decode(node) for node in proven["proof"]],
        base64.b64decode(checkpoint["root"]),
    )
    assert list(verify_log()) == []


def test_it_is_in_the_openapi_document(client):
    document = json.loads(client.get("/api/v1/openapi.json").content)
    for path in ("begin/draft", "{number}/actions/ask", "{number}/events"):
        assert f"/api/v1/leave/{path}" in document["paths"]
    asks = document["paths"]["/api/v1/leave/{number}/actions/decide"]["post"]["requestBody"]
    name = asks["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    fields = document["components"]["schemas"][name]
    assert set(fields["required"]) == {"granted", "reason", "sequence"}


@pytest.mark.parametrize(
    ("language", "heading"), [("en", "What you can do"), ("zh-hans", "可办事项")]
)
def test_in_the_browser(people, client, language, heading):
    client.cookies["django_language"] = language
    client.force_login(people["officer"])
    page = html.fromstring(client.get("/work/leave/begin/draft/").content)
    assert {one.get("name") for one in page.xpath("//main//input")} >= {"office", "start"}
    wrong = client.post("/work/leave/begin/draft/", {"sequence": 0, **DRAFT, "start": "soon"})
    assert wrong.status_code == 422
    made = client.post("/work/leave/begin/draft/", {"sequence": 0, **DRAFT})
    assert made.status_code == 302
    address = made.headers["Location"]
    page = html.fromstring(client.get(address).content)
    assert heading in page.text_content()
    assert client.get(f"{address}do/ask/").headers["Location"] == address
    refused = client.post(f"{address}do/ask/", {"sequence": 1, "reason": " "})
    assert refused.status_code == 422
    assert client.post(f"{address}do/ask/", {"sequence": 1, **WHY}).status_code == 302
    stale = client.post(f"{address}do/move/", {"sequence": 1, "start": "2026-09-09"})
    assert (stale.status_code, "2026-09-09" in stale.content.decode()) == (409, True)
    listed = client.get("/work/leave/").content.decode()
    assert address in listed
    client.force_login(people["supervisor"])
    decision = {"sequence": 2, "granted": "True", "reason": "yes"}
    assert client.post(f"{address}do/decide/", decision).status_code == 302
    client.force_login(people["trader"])
    assert client.get(address).status_code == 403
    assert client.get("/work/nothing/").status_code == 404
