"""Settings and models over HTTP: the doors that every kind has, made from their actions."""

import hashlib
import json
import re
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from risk_cases import approved
from test_editor import rule

from risk_steps import entered
from sanzhi.customs.risk.rules.table import RuleTable
from sanzhi.customs.risk.selection import SelectionPolicy
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


def document(people, name: str, number: str = "RISK-1") -> Any:
    secret = tokens.issue(people[name], "read", timezone.now())[1]
    headers = {"Authorization": f"Bearer {secret}"}
    return Client().get(f"/api/v1/risk/settings/{number}/document", headers=headers)


def test_rules_and_policy_are_given_with_the_hash_that_the_event_bears(api, people):
    approved(people, rule())
    for name in ("officer", "supervisor", "analyst"):
        answer = document(people, name)
        assert (answer.status_code, answer["Content-Type"]) == (
            200, "application/json; charset=utf-8",
        )  # fmt: skip
    said = answer.json()
    assert RuleTable.model_validate(said["rules"]) == Setting.objects.get().table
    assert SelectionPolicy.model_validate(said["policy"]) == Setting.objects.get().selection
    assert (said["number"], said["version"], said["state"]) == ("RISK-1", 1, "active")
    events = api("analyst", "/risk/settings/RISK-1/events")[1]["events"]
    assert said["sequence"] == events[-1]["sequence"]
    assert said["content"] == events[-1]["payload"]["content"]
    rules, policy = re.search(r'"rules": (.*), "policy": (.*)}$', answer.content.decode()).groups()
    assert hashlib.sha256((rules + policy).encode()).hexdigest() == said["content"]


def test_rules_that_are_not_what_was_logged_are_not_given(people):
    setting = approved(people, rule())
    other = setting.rules.replace(rule().owner, "Mallory")
    Setting.objects.filter(pk=setting.pk).update(rules=other)
    answer = document(people, "supervisor")
    assert (answer.status_code, answer.json()["findings"][0]["code"]) == (422, "documents.changed")
    assert "Mallory" not in answer.content.decode()


def test_rules_are_asked_for_by_whoever_may_see_risk_alone(people):
    approved(people, rule())
    for name in ("trader", "broker", "administrator", "coder"):
        refusals = [document(people, name, number) for number in ("RISK-1", "RISK-9", "x" * 99)]
        assert {one.status_code for one in refusals} == {403}
        assert len({one.content for one in refusals}) == 1
    assert document(people, "analyst", "RISK-9").status_code == 404
    assert Client().get("/api/v1/risk/settings/RISK-1/document").status_code == 401
