"""Requests that come at once over HTTP: an idempotency key is answered once."""

import json
from functools import partial
from typing import Any

import pytest
from consignments import at_once, declare
from django.test import Client
from django.utils import timezone

from sanzhi.site.accounts import tokens
from sanzhi.site.clearance.models import Case, IdempotencyKey

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def post(people):
    _, secret = tokens.issue(people["trader"], "test", timezone.now())

    def call(reference: str, key: str) -> tuple[int, Any]:
        answer = Client(raise_request_exception=False).post(
            "/api/v1/declarations",
            declare(reference).to_json(),
            content_type="application/json",
            HTTP_AUTHORIZATION=f"Bearer {secret}",
            HTTP_IDEMPOTENCY_KEY=key,
        )
        return answer.status_code, json.loads(answer.content)

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
