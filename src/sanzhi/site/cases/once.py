"""A request of the HTTP API that is done once, however often it is sent under one key."""

import hashlib
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja.params import functions as params

from sanzhi.core.findings import Finding, Text
from sanzhi.site.accounts.access import Actor
from sanzhi.site.api.door import api, refuse
from sanzhi.site.cases.models import IdempotencyKey

Done = TypeVar("Done")

#: The header, as operations take it.
KEY = params.Header(
    None,
    alias="Idempotency-Key",
    max_length=128,
    description="Sent again with the same request, it brings the same answer.",
)


def once(
    request: HttpRequest,
    actor: Actor,
    key: str | None,
    answer: Callable[[Done], tuple[int, Any]],
    do: Callable[[Callable[[Done], None] | None], Done],
) -> HttpResponse:
    """Do what is asked and answer; with a key, answer the same request the same way again.

    `do` calls what it is given with what it has done, within its transaction, so that the answer
    is kept with it or not at all; `answer` makes status and body of it. Another request under a
    key that was used is refused (409, `idempotency.key_used`).
    """
    if key is None:
        status, result = answer(do(None))
        return api.create_response(request, result, status=status)
    asked = _digest(request)
    given = IdempotencyKey.objects.filter(user_id=actor.user_id, key=key).first()
    if given is None:
        answered: list[HttpResponse] = []

        def keep(done: Done) -> None:
            status, result = answer(done)
            answered[:] = [api.create_response(request, result, status=status)]
            _keep(actor, key, asked, answered[0])

        try:
            do(keep)
        except _KeyTaken:
            given = IdempotencyKey.objects.get(user_id=actor.user_id, key=key)
        else:
            return answered[0]
    if given.request != asked:
        return refuse(request, [_KEY_USED], 409)
    return HttpResponse(given.body, status=given.status, content_type="application/json")


def _digest(request: HttpRequest) -> str:
    head = f"{request.method} {request.get_full_path()}\n"
    return hashlib.sha256(head.encode() + request.body).hexdigest()


def _keep(actor: Actor, key: str, asked: str, answered: HttpResponse) -> None:
    try:
        IdempotencyKey.objects.create(
            user_id=actor.user_id,
            key=key,
            request=asked,
            status=answered.status_code,
            body=answered.content.decode(),
            created=timezone.now(),
        )
    except IntegrityError:
        raise _KeyTaken from None


class _KeyTaken(Exception):
    """The same request, or another with its key, was answered in between."""


_KEY_USED = Finding(
    code="idempotency.key_used",
    path="Idempotency-Key",
    text=Text("This key was used for another request.", "该幂等键已用于其他请求。"),
    mend=Text("Take a new key for a new request.", "新请求请使用新的幂等键。"),
)
