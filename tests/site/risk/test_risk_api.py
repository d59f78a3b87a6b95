"""Settings and models over HTTP: the doors that every kind has, made from their actions."""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from risk_cases import approved
from test_editor import rule

from risk_steps import entered
from sanzhi.site.accounts import tokens
from sanzhi.site.risk.models import RiskModel, Setting

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(people):
    """Ask as somebody: `api("officer", "/risk/settings")`, with a body to post."""
    secrets = {}

    def ask(name: str, path: str, body: Any = None) -> tuple[int, Any]:
        if name not in secrets:
            secrets[name] = tokens.issue(people[name], "test", timezone.now())[1]
        headers = {"Authorization": f"Bearer {secrets[name]}"}
        address = f"/api/v1{path}"
        answer = (
            Client().get(address, headers=headers)
            if body is None
            else Client().post(
                address, json.dumps(body), content_type="application/json", headers=headers
            )
        )
        return answer.status_code, answer.json()

    return ask


def test_a_setting_from_draft_to_force(api, people):
    status, made = api("officer", "/risk/settings/begin/draft", {})
    assert (status, made["number"], made["state"], made["sequence"]) == (201, "RISK-1", "draft", 1)
    status, again = api("officer", "/risk/settings/begin/draft", {})
    assert (status, again["findings"][0]["code"]) == (422, "setting.draft_open")
    actions = "/risk/settings/RISK-1/actions"
    body = {"sequence": 1, "rule": json.loads(rule().model_dump_json())}
    status, refused = api("analyst", f"{actions}/write_rule", body)
    assert (status, refused["findings"][0]["code"]) == (422, "setting.not_yours")
    named = {"sequence": 1, "rule": body["rule"] | {"id": "new"}}
    status, refused = api("officer", f"{actions}/write_rule", named)
    assert (status, refused["findings"][0]["code"]) == (422, "rules.id")
    assert api("officer", f"{actions}/write_rule", body)[0] == 200
    assert api("officer", f"{actions}/write_rule", body)[0] == 409
    assert api("officer", f"{actions}/propose", {"sequence": 2, "note": "a\0b"})[0] == 422
    assert api("officer", f"{actions}/propose", {"sequence": 2, "note": "Cars"})[0] == 200
    assert api("officer", f"{actions}/approve", {"sequence": 3, "over": 0})[0] == 403
    assert api("supervisor", f"{actions}/approve", {"sequence": 3, "over": 7})[0] == 409
    status, case = api("supervisor", f"{actions}/approve", {"sequence": 3, "over": 0})
    assert (status, case["state"], case["title"]) == (200, "active", "1 Cars")
    assert Setting.objects.get().table.rules == (rule(),)
    assert [one["kind"] for one in api("analyst", "/risk/settings/RISK-1/events")[1]["events"]] == [
        "risk.setting_drafted",
        "risk.rule_written",
        "risk.setting_proposed",
        "risk.setting_approved",
    ]


def test_whoever_may_not_see_risk_finds_none_of_it(api, people):
    approved(people, rule())
    for name in ("trader", "administrator", "coder"):
        assert api(name, "/risk/settings") == (200, {"cases": []})
        assert api(name, "/risk/settings/RISK-1")[0] == 404
        assert api(name, "/risk/settings/RISK-1/events")[0] == 404
    assert len(api("analyst", "/risk/settings")[1]["cases"]) == 1


def test_a_model_is_placed_and_none_is_made_up(api, people):
    entered("first", None)
    path = "/risk/models/MODEL-first/actions/place"
    said = {"sequence": 1, "role": "retired", "reason": "no use"}
    assert api("analyst", path, said)[0] == 403
    status, case = api("supervisor", path, said)
    assert (status, case["state"], case["title"]) == (200, "retired", "first")
    made_up = {"source": "", "manifest": "{}"}
    assert api("analyst", "/risk/models/begin/enter", made_up)[0] in {404, 405}
    assert RiskModel.objects.count() == 1
