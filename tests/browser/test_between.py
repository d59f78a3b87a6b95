"""States between states: a session that ends while typing, a connection that is lost."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect
from test_clearance import crew, lodged  # noqa: F401 - fixtures

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOTE = "The invoice names other goods; 单价不符。"


def test_what_was_typed_when_the_session_ended_is_there_after_logging_in(visit, lodged, crew):  # noqa: F811 - fixtures
    officer = crew["officer"]
    officer.set_password("correct-horse-7")
    officer.save()
    page = visit(officer, f"/consignments/{lodged.number}/")
    page.get_by_label("returned for correction").check()
    page.get_by_label("Note").fill(NOTE)
    Session.objects.all().delete()
    page.get_by_role("button", name="Decide the documents review").click()
    page.get_by_label("Username").fill("officer")
    page.get_by_label("Password").fill("correct-horse-7")
    page.get_by_role("button", name="Log in").click()
    # The log-in page's own address ends in the case's, and the page is seen before its script ran.
    expect(page.get_by_label("Note")).to_have_value(NOTE)
    expect(page.get_by_label("returned for correction")).to_be_checked()
    page.get_by_role("button", name="Decide the documents review").click()
    page.get_by_text("The conclusion of the review is recorded.").wait_for()
    page.goto(f"/consignments/{lodged.number}/")
    kept = page.evaluate("Object.keys(localStorage).filter((key) => key.includes('typed'))")
    assert kept == []


def test_what_was_typed_outlives_a_refusal_and_a_switch_of_language(visit, lodged, crew):  # noqa: F811 - fixtures
    page = visit(crew["supervisor"], f"/consignments/{lodged.number}/")
    page.get_by_text("Change the lane").first.click()
    change = page.locator("details", has_text="Change the lane")
    change.get_by_label("Reason").fill(NOTE)
    change.get_by_label("red: inspection").check()
    page.get_by_role("button", name="中文").first.click()
    page.wait_for_url(f"**/consignments/{lodged.number}/")
    change = page.locator("details", has_text="调整通道")
    expect(change.get_by_label("理由")).to_have_value(NOTE)


def test_a_lost_connection_is_said_and_what_was_typed_is_saved_when_it_is_back(visit, crew):  # noqa: F811 - fixtures
    from sanzhi.site.clearance.models import Draft

    page = visit(crew["trader"], "/consignments/new/")
    with page.expect_navigation():
        page.get_by_role("button", name="Open the form").click()
    page.context.set_offline(True)
    page.get_by_text("The connection is lost").wait_for(timeout=2000)
    page.get_by_label("Goods", exact=True).fill("葡萄酒")
    page.context.set_offline(False)
    page.get_by_text("The connection is lost").wait_for(state="hidden")
    for _ in range(200):
        if "葡萄酒" in Draft.objects.get().content:
            break
        page.wait_for_timeout(50)
    assert "葡萄酒" in Draft.objects.get().content
