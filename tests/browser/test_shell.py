"""The shell in a browser: keys, citation cards, drafts, sizes, contrast."""

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = ["/law/acts/", "/law/acts/tariff-law/", "/law/values/vat.standard/", "/law/tariff/?q=33",
         "/law/tariff/3304990039/", "/law/changes/?from=2018-01-01", "/account/"]  # fmt: skip


@pytest.fixture
def analyst(django_user_model):
    return django_user_model.objects.create_user("lin", "lin@example.org", is_analyst=True)


def test_rows_are_walked_and_opened_with_keys(visit, analyst):
    page = visit(analyst, "/law/acts/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    rows = page.locator("tr[data-href]")
    assert "on" in rows.nth(0).get_attribute("class")
    address = rows.nth(0).get_attribute("data-href")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{address}")


def test_a_slash_finds_the_search_box_and_a_question_mark_the_keys(visit, analyst):
    page = visit(analyst, "/law/acts/")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("#keys").is_visible()


def test_a_citation_opens_its_card_in_place_and_closes_back_to_the_chip(visit, analyst):
    page = visit(analyst, "/law/tariff/3304990039/")
    chip = page.locator("a.cite").first
    chip.click()
    card = page.locator("#card")
    card.get_by_role("link").wait_for()
    assert card.is_visible()
    page.wait_for_timeout(100)  # opening is told a moment after
    assert page.evaluate("document.querySelector('#card').contains(document.activeElement)")
    page.keyboard.press("Escape")
    card.wait_for(state="hidden")
    assert page.url.endswith("/law/tariff/3304990039/")


def test_the_side_bar_stays_folded(visit, analyst):
    page = visit(analyst, "/law/acts/")
    page.locator("[data-fold]").click()
    page.reload()
    assert not page.locator("#areas").is_visible()


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize(
    "way",
    [
        {"width": 1440, "dark": False, "language": "en"},
        {"width": 390, "dark": True, "language": "zh-hans"},
    ],
    ids=["desk", "phone"],
)
def test_a_page_fits_and_can_be_read_by_everyone(visit, analyst, address, way):
    page = visit(analyst, address, **way)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
    assert found.violations_count == 0, found.generate_report()
