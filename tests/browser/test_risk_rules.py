"""Rules in the browser: an officer writes one, tries it on history and proposes it; a supervisor
approves."""

from datetime import date

import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe

import risk_steps as actions
from sanzhi.customs.risk.rules.drafting import draft_rule
from sanzhi.site.accounts.access import actor_of
from sanzhi.site.accounts.models import OfficerPost, User
from sanzhi.site.risk import trial
from sanzhi.site.risk.models import Setting

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HISTORY = pl.DataFrame(
    {
        "id": ["1", "2", "3", "4"],
        "code": ["8703", "8704", "0101", "8703"],
        "unit_value_distance": [-3.0, -2.5, -4.0, 0.0],
        "find": [1.0, 0.0, 1.0, None],
        "recovered": [1500.0, 0.0, 20.0, None],
    }
)
CELLS = {
    "lane": "yellow",
    "owner": "Lin",
    "reason_en": "why",
    "reason_zh": "理由",
    "citation": "customs-law, art. 28",
    "valid_from": "2026-01-01",
}


@pytest.fixture
def users(db, monkeypatch):
    monkeypatch.setattr(trial, "history", lambda _fields: HISTORY)
    made = {
        name: User.objects.create_user(name, f"{name}@example.org")
        for name in ("officer", "supervisor")
    }
    for name, user in made.items():
        OfficerPost.objects.create(user=user, office="2248", role=name)
    return made


def test_a_rule_is_written_tried_proposed_and_approved(users, visit):
    page = visit(users["officer"], "/risk/settings/")
    with page.expect_navigation():
        page.click("button:has-text('Begin a draft')")
    with page.expect_navigation():
        page.click("text=Add a rule")
    page.fill("#f-id", "cheap-cars")
    page.check("input[name=lane][value=red]")
    page.fill("#f-reason_en", "Cars far below the usual value")
    page.fill("#f-reason_zh", "汽车申报价格明显偏低")
    page.fill("#f-code", "87*")
    page.fill("#f-unit_value_distance", "< -2 or so")
    page.wait_for_selector("#s-unit_value_distance.wrong")
    page.fill("#f-unit_value_distance", "< -2")
    page.wait_for_selector("#s-unit_value_distance:has-text('below −2')")
    page.wait_for_selector(
        "#live-said:has-text('would have hit 2 of 4 declarations (50 %), "
        "found 1 in the 2 inspected (50 %)')"
    )
    with page.expect_navigation():
        page.click("button:has-text('Save into the draft')")
    assert page.locator("tr.on a.mono").inner_text() == "cheap-cars"

    with page.expect_navigation():
        page.click("text=Try on history")
    assert "would have hit 2 of 4 declarations" in page.inner_text("main")
    page.go_back()
    page.fill("#note", "Cars are declared too cheaply")
    with page.expect_navigation():
        page.click("button:has-text('Propose')")
    assert page.locator("button:has-text('Approve')").count() == 0

    page = visit(users["supervisor"], "/notices/")
    with page.expect_navigation():
        page.click("text=Cars are declared too cheaply")
    with page.expect_navigation():
        page.click("button:has-text('Approve')")
    assert "Approved. It selects from now on." in page.inner_text("main")
    found = Setting.objects.get(state="active")
    assert found.decided_by == users["supervisor"]
    assert [one.id for one in found.table.rules] == ["cheap-cars"]


def test_what_was_typed_is_there_again_after_the_window_was_closed(users, visit):
    page = visit(users["officer"], "/risk/settings/")
    with page.expect_navigation():
        page.click("button:has-text('Begin a draft')")
    page.goto("/risk/settings/1/rules/new/")
    page.fill("#f-code", "87*")
    page.wait_for_function("() => localStorage.getItem('sanzhi.form.rule-1-new')?.includes('87*')")
    page.goto("/risk/settings/1/")
    page.goto("/risk/settings/1/rules/new/")
    assert page.input_value("#f-code") == "87*"
    page.wait_for_selector("#live-said:has-text('commodity code begins with 87')")
    for name, text in {"id": "cars", "reason_en": "why", "reason_zh": "理由"}.items():
        page.fill(f"#f-{name}", text)
    page.check("input[name=lane][value=blue]")
    with page.expect_navigation():
        page.click("button:has-text('Save into the draft')")
    page.goto("/risk/settings/1/rules/new/")
    assert page.input_value("#f-code") == ""


@pytest.mark.parametrize(
    ("width", "dark", "language"),
    [(1440, False, "en"), (390, True, "zh-hans"), (390, False, "en"), (1440, True, "zh-hans")],
)
def test_pages_of_rules_can_be_read_by_everybody(users, visit, width, dark, language):
    officer = actor_of(users["officer"], date(2026, 6, 1))
    setting = actions.draft(officer)
    for number, cells in enumerate(
        (
            {"code": "87*"},
            {"code": "8703*", "price": "[1..2000)"},
            {"description": '~"plastic", ~"塑料"'},
        )
    ):
        made, _ = draft_rule(CELLS | cells | {"id": f"r{number}"})
        actions.write_rule(officer, setting, setting.sequence, made)
    for address in ("", "1/", "1/rules/r0/", "1/rules/new/", "1/policy/", "1/trial/"):
        page = visit(
            users["officer"], f"/risk/settings/{address}", width=width, dark=dark, language=language
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        wrong = [
            (one["id"], one["nodes"][0]["html"])
            for one in Axe().run(page).response["violations"]
            if one["impact"] in {"serious", "critical"}
        ]
        assert wrong == [], address
