"""The HTTP API against its own OpenAPI document, with requests that schemathesis makes up."""

from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import BaseSchema, GenerationMode
from schemathesis.checks import CHECKS, load_all_checks

from sanzhi.declarations import Declaration
from sanzhi.site.accounts import tokens
from sanzhi.site.accounts.access import actor_of
from sanzhi.site.accounts.models import Membership, OfficerPost, User
from sanzhi.site.api.urls import api
from sanzhi.site.cases.desks import DESKS
from sanzhi.site.clearance import lodging
from sanzhi.site.clearance.lodging import Submission
from sanzhi.site.clearance.models import Case

pytestmark = pytest.mark.slow

load_all_checks()
CHECKED = [
    CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    )
]
OPERATIONS = [
    (method, path) for path, item in api.get_openapi_schema()["paths"].items() for method in item
]


@cache
def schema() -> BaseSchema:
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.fixture(autouse=True)
def _connection_stays() -> Iterator[None]:
    """These requests run in the test's transaction, which the end of a request would close."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def everyone(people, firm) -> User:
    """Somebody who may do everything, so that few requests end at the door."""
    Membership.objects.create(user=people["supervisor"], enterprise=firm, role="trader")
    OfficerPost.objects.create(user=people["supervisor"], office="5301", role="supervisor")
    return people["supervisor"]


@pytest.fixture
def case(everyone, firm) -> Case:
    declaration = Declaration.from_fields(
        {
            "reference": "R1",
            "date": "2026-06-01",
            "office": "2248",
            "items": [
                {
                    "number": 1,
                    "code": "8471301000",
                    "origin": "US",
                    "quantity": "10",
                    "unit": "unit",
                    "price": "1000",
                }
            ],
        }
    )
    actor = actor_of(everyone, timezone.localdate())
    return lodging.lodge(actor, Submission(declaration, firm), firm).case


def aim(request: schemathesis.Case, case: Case) -> None:
    """Send it to the case that there is, as it is now, or to the office and for the trader that
    there are: past the first refusals."""
    if "number" in (request.path_parameters or {}):
        request.path_parameters["number"] = case.number
    if isinstance(request.body, dict) and isinstance(request.body.get("sequence"), int):
        request.body["sequence"] = Case.objects.get(pk=case.pk).sequence
    if request.path.startswith("/api/v1/declarations") and isinstance(request.body, dict):
        (request.query or {}).pop("trader", None)
        for declaration in request.body.get("declarations") or [request.body]:
            if isinstance(declaration, dict):
                declaration["office"] = "2248"


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize(
    ("method", "path"), OPERATIONS, ids=[f"{method} {path}" for method, path in OPERATIONS]
)
def test_answers_are_as_documented(method, path, mode, everyone, case):
    _, secret = tokens.issue(everyone, "made-up requests", timezone.now())
    seen: Counter[int] = Counter()

    @settings(
        max_examples=20,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(schema()[path][method].as_strategy(generation_mode=mode), st.integers(0, 3))
    def ask(request, aimed):
        if aimed:
            aim(request, case)
        answer = request.call_and_validate(
            headers={"Authorization": f"Bearer {secret}"}, checks=CHECKED
        )
        seen[answer.status_code] += 1

    ask()
    assert seen


def test_every_action_is_documented_with_what_it_asks():
    """Also where two kinds call what they ask by one name."""
    schema = api.get_openapi_schema()
    shapes = schema["components"]["schemas"]
    found = 0
    for desk in DESKS:
        for action in desk.kind.actions.values():
            path = f"/api/v1/{desk.path}/{{number}}/actions/{action.name}"
            body = schema["paths"].get(path, {}).get("post", {}).get("requestBody")
            if body is None:
                continue
            name = body["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            assert shapes[name]["properties"].keys() == {"sequence", *action.asks.model_fields}, (
                path
            )
            found += 1
    assert found > 20
