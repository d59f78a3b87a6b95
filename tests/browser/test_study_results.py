"""Results in a browser: they appear by themselves, and a phone shows them without a sideways
scroll."""

from pathlib import Path
from threading import Event

import pytest

from policy_laboratory import begin_study, crew
from sanzhi.policy.coding.brought import read_study
from sanzhi.site.policy import measuring

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


#: Milliseconds within which a study is measured on a machine that is busy otherwise.
MEASURED = 120_000


@pytest.fixture
def lead(transactional_db):
    measuring._runs.clear()
    users = crew()
    begin_study(users["lead"], read_study(Path("customs-facilitation")))
    yield users["lead"]
    measuring._runs.clear()


def test_results_appear_by_themselves(visit, lead, monkeypatch):
    seen, whole = Event(), measuring.results_of

    def held(*given, **named):
        assert seen.wait(120)
        return whole(*given, **named)

    monkeypatch.setattr(measuring, "results_of", held)
    page = visit(lead, "/policy/customs-facilitation/results/")
    page.get_by_text("The study is being measured").wait_for()
    seen.set()
    page.get_by_role("heading", name="found").wait_for(timeout=MEASURED)
    page.get_by_role("link", name="shows no significant trend").first.click()
    page.get_by_role("heading", name="Over the grid of choices").wait_for()


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_phone_does_not_scroll_sideways(visit, lead, language, dark):
    page = visit(
        lead,
        "/policy/customs-facilitation/results/",
        width=390,
        height=844,
        dark=dark,
        language=language,
    )
    page.locator("table.found").wait_for(timeout=MEASURED)
    for part in (
        "",
        "findings/3/",
        "years/",
        "years/2015/",
        "synergy/",
        "agencies/",
        "robustness/",
        "gaps/",
        "tables/",
    ):
        page.goto(f"/policy/customs-facilitation/results/{part}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, part
    page.goto("/policy/customs-facilitation/agreement/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
