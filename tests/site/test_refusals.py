"""What the HTTP API refuses is said in the asker's language, for every action of every kind."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation
from test_entitlement import TODAY, cases  # noqa: F401 - a fixture

from sanzhi.site.accounts import tokens
from sanzhi.site.accounts.access import actor_of
from sanzhi.site.api.urls import api
from sanzhi.site.cases.desks import DESKS

pytestmark = pytest.mark.django_db

SCHEMA = api.get_openapi_schema()
PREFIX = "/api/v1/"
#: The bodies that actions ask for, by path, with the kind and the action.
ACTIONS = {
    f"{PREFIX}{desk.path}/{part}{action.name}": (desk, action)
    for desk in DESKS
    for action in desk.kind.actions.values()
    for part in ("begin/", "{number}/actions/")
    if f"{PREFIX}{desk.path}/{part}{action.name}" in SCHEMA["paths"]
}
#: What hardly any field can be.
ODD: tuple[Any, ...] = (
    None, [], {}, [None], {"a": 1}, "", "nonsense", "a\0b", "x" * 10_001, -1, 1.5, 2**70, True,
    "2026-02-30", ["x", {}],
)  # fmt: skip
CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Words of an English sentence, which the name of a field or a value is not.
ENGLISH = re.compile(
    r"\b(?:must|should|required|input|valid|longer|greater|less|than|field|extra|permitted|"
    r"cannot|known|stands?|There|document|found|error|unable)\b",
    re.IGNORECASE,
)
PYTHON = re.compile(
    r"<class|Decimal\(|datetime\.|\bNone\b|NoneType|Traceback|object at 0x|[{\[]['\"]|\\x|"
    r"\bdict\b|\bstr\b|\btuple\b|Value error|Input should|pydantic"
)


def resolved(shape: dict[str, Any]) -> dict[str, Any]:
    name = shape.get("$ref", "").rpartition("/")[2]
    return SCHEMA["components"]["schemas"][name] if name else shape


def wrong(shape: dict[str, Any], depth: int = 0) -> Iterator[Any]:
    """Values that do not fit a shape, or hardly; fewer of each the deeper they stand."""
    shape = resolved(shape)
    yield from ODD if depth == 0 else ODD[depth :: 5 * depth]
    if depth == 3:
        return
    for part in shape.get("anyOf", []):
        yield from wrong(part, depth + 1)
    for name, part in shape.get("properties", {}).items():
        yield from ({name: one} for one in wrong(part, depth + 1))
    if "items" in shape:
        yield from ([one] for one in wrong(shape["items"], depth + 1))


def bodies(path: str) -> Iterator[Any]:
    """Bodies for an operation, each with something wrong with it."""
    body = SCHEMA["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"]
    yield from (None, [], "nonsense", 7, {}, {"planets": 9})
    for name, shape in resolved(body)["properties"].items():
        yield from ({"sequence": 2**30, name: one} for one in wrong(shape))


def ask(secret: str, path: str, body: Any, language: str) -> tuple[int, list[dict[str, Any]]]:
    data = body if isinstance(body, bytes) else json.dumps(body)
    headers = {"Authorization": f"Bearer {secret}", "Accept-Language": language}
    answer = Client().post(path, data, content_type="application/json", headers=headers)
    assert answer.status_code < 500, (path, body)
    return answer.status_code, answer.json().get("findings", [])


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """Tests after these speak as before."""
    with translation.override(translation.get_language()):
        yield


@pytest.fixture
def secrets(people, firm) -> dict[str, str]:
    return {name: tokens.issue(one, "test", timezone.now())[1] for name, one in people.items()}


@pytest.fixture
def numbers(cases, people, firm) -> dict[str, str]:  # noqa: F811 - the fixture
    from test_api import declaration

    secret = tokens.issue(people["trader"], "lodge", timezone.now())[1]
    headers = {"Authorization": f"Bearer {secret}"}
    lodged = Client().post(
        "/api/v1/declarations",
        json.dumps(declaration()),
        content_type="application/json",
        headers=headers,
    )
    found = {kind: row.number for kind, row in cases.items()}
    return found | {"consignment": lodged.json()["case"]["number"]}


def test_there_are_actions_of_every_kind_with_doors():
    assert {desk.kind.name for desk, _ in ACTIONS.values()} == {
        "consignment", "grant", "risk_model", "risk_setting",
    }  # fmt: skip
    assert len(ACTIONS) > 20


@pytest.mark.parametrize("path", ACTIONS)
def test_what_is_wrong_with_a_body_is_said_in_the_language_asked_for(
    path, people, secrets, numbers
):
    desk, action = ACTIONS[path]
    row = desk.where().filter(number=numbers[desk.kind.name]).first()
    who = next(
        name
        for name, user in people.items()
        if (actor := actor_of(user, TODAY)).may(action.permission, **desk.place(row))
        and desk.where().filter(desk.visible(actor), pk=row.pk).exists()
    )
    address = path.replace("{number}", row.number)
    refused = 0
    for body in bodies(path):
        status, english = ask(secrets[who], address, body, "en")
        again, chinese = ask(secrets[who], address, body, "zh-hans")
        assert (status, len(english)) == (again, len(chinese)), body
        refused += status == 422
        for one, other in zip(english, chinese, strict=True):
            assert (one["code"], one["path"]) == (other["code"], other["path"])
            for text in filter(None, (one["text"], one["mend"])):
                assert not CHINESE.search(text), (body, text)
                assert not PYTHON.search(text), (body, text)
            for text in filter(None, (other["text"], other["mend"])):
                assert CHINESE.search(text), (body, text)
                said = text.partition("应为下列之一")[0].replace(one["path"], "")
                assert not ENGLISH.search(said), (body, text)
                assert not PYTHON.search(text), (body, text)
    assert refused > 5


def test_what_does_not_fit_together_is_said_in_the_language_asked_for(secrets, numbers):
    """A model's own check, which no type of a field says."""
    actions = f"/api/v1/risk/settings/{numbers['risk_setting']}/actions"
    rule = {
        "id": "late", "lane": "red", "owner": "Lin", "reason_en": "Late", "reason_zh": "迟",
        "valid_from": "2026-02-01", "valid_until": "2026-01-01",
        "when": [{"field": "origin", "test": "in", "values": ["JP"]}],
    }  # fmt: skip
    body = {"sequence": 1, "rule": rule}
    _, english = ask(secrets["officer"], f"{actions}/write_rule", body, "en")
    _, chinese = ask(secrets["officer"], f"{actions}/write_rule", body, "zh-hans")
    assert [one["text"] for one in english] == [
        "The rule ends on 2026-01-01, and would begin on 2026-02-01."
    ]
    assert [one["text"] for one in chinese] == ["规则于 2026-01-01 失效，不晚于生效日 2026-02-01。"]


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[1", b"nan-"])
def test_a_body_that_is_no_json_is_refused_in_the_language_asked_for(body, secrets, numbers):
    path = f"/api/v1/cases/{numbers['consignment']}/actions/pay"
    for language, says in (("en", re.compile("JSON|required")), ("zh-hans", CHINESE)):
        status, [finding] = ask(secrets["trader"], path, body, language)
        assert status in {400, 422}
        assert says.search(finding["text"])
        assert not PYTHON.search(finding["text"])


def test_what_is_not_there_is_refused_in_the_language_asked_for(secrets):
    headers = {"Authorization": f"Bearer {secrets['trader']}"}
    for path in ("cases/nothing", "grants/nothing", "cases/nothing/events/1/proof"):
        for language in ("en", "zh-hans"):
            answer = Client().get(
                f"/api/v1/{path}", headers=headers | {"Accept-Language": language}
            )
            text = answer.json()["findings"][0]["text"]
            assert bool(CHINESE.search(text)) is (language != "en"), text
            assert not re.search("consignment|grant", text) or language == "en", text
