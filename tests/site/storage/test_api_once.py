"""Requests that come at once over HTTP: an idempotency key is answered once."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from consignments import at_once, declare
from django.test import Client
from django.utils import timezone

from sanzhi.site.accounts import tokens
from sanzhi.site.cases.models import CaseRecord, IdempotencyKey
from sanzhi.site.clearance.models import Case

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def door(people) -> Callable[..., tuple[int, Any]]:
    """The HTTP API as somebody: `door("trader", "/declarations", body, "key")`."""
    secrets = {
        name: tokens.issue(people[name], "test", timezone.now())[1]
        for name in ("trader", "officer", "supervisor")
    }

    def call(name: str, path: str, body: str, key: str | None) -> tuple[int, Any]:
        answer = Client(raise_request_exception=False).post(
            f"/api/v1{path}",
            body,
            content_type="application/json",
            HTTP_AUTHORIZATION=f"Bearer {secrets[name]}",
            **({"HTTP_IDEMPOTENCY_KEY": key} if key else {}),
        )
        return answer.status_code, json.loads(answer.content)

    return call


@pytest.fixture
def post(door):
    return lambda reference, key: door("trader", "/declarations", declare(reference).to_json(), key)


@pytest.fixture
def draft(door):
    """Begin a leave, a kind that has the doors of every kind."""

    def call(key: str | None, by: str = "officer", **said: Any) -> tuple[int, Any]:
        body = {"office": "2248", "start": "2026-07-01"} | said
        return door(by, "/leave/begin/draft", json.dumps(body), key)

    return call


def test_one_request_sent_eight_times_at_once_has_one_answer(post):
    done = at_once(*[partial(post, "R1", "k1")] * 8)
    assert {status for status, _ in done} == {201}
    assert all(body == done[0][1] for _, body in done)
    assert Case.objects.count() == IdempotencyKey.objects.count() == 1


def test_of_different_requests_at_once_under_one_key_one_is_answered(post):
    done = at_once(*(partial(post, f"R{number}", "k1") for number in range(6)))
    assert sorted(status for status, _ in done) == [201, 409, 409, 409, 409, 409]
    assert Case.objects.count() == IdempotencyKey.objects.count() == 1


def test_a_case_of_any_kind_is_begun_once_under_a_key(draft):
    done = at_once(*[partial(draft, "k1")] * 8)
    assert {status for status, _ in done} == {201}
    assert len({body["number"] for _, body in done}) == 1
    assert CaseRecord.objects.count() == IdempotencyKey.objects.count() == 1
    assert draft("k1") == done[0]
    status, refused = draft("k1", start="2026-08-01")
    assert (status, refused["findings"][0]["code"]) == (409, "idempotency.key_used")
    assert draft("k1", by="supervisor")[1]["number"] != done[0][1]["number"]
    assert draft(None)[0] == draft(None)[0] == 201
    assert CaseRecord.objects.count() == 4


def test_what_was_refused_keeps_no_key(draft):
    assert draft("k1", start="soon")[0] == 422
    assert draft("k1", office="5301")[0] == 403
    assert draft("k1", by="trader")[0] == 403
    assert IdempotencyKey.objects.count() == 0
    assert draft("k1")[0] == 201
