"""The three journeys of clearance in a browser, and its pages at desk and phone."""

import json
from datetime import date
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone

from sanzhi.declarations import Declaration
from sanzhi.site.accounts.access import actor_of
from sanzhi.site.accounts.models import (
    BrokerAuthority,
    Enterprise,
    Membership,
    OfficerPost,
    User,
)
from sanzhi.site.clearance import lodging
from sanzhi.site.clearance.lodging import Submission
from sanzhi.site.clearance.models import Case, Draft

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"
WAYS = [
    pytest.param({"width": 1440, "dark": False, "language": "en"}, id="desk"),
    pytest.param({"width": 390, "height": 844, "dark": True, "language": "zh-hans"}, id="phone"),
]


@pytest.fixture
def crew(monkeypatch) -> dict[str, User]:
    """The trader and the broker whom the sample messages name, and the officers of 2248.

    Each declaration counts as the trader's first, whose documents are reviewed.
    """
    monkeypatch.setattr(lodging, "_known_traders", lambda _filings: set())
    trader = Enterprise.objects.create(
        name_en="Baoyu Trading",
        name_zh="上海葆玉贸易有限公司",
        credit_code="91310115MA1K3ABC1G",
        customs_code="3122260001",
    )
    broker = Enterprise.objects.create(
        name_en="Minghe Brokers",
        name_zh="宁波明禾报关有限公司",
        credit_code="91330200MA2AB7CD4D",
        customs_code="3122980002",
        is_broker=True,
    )
    BrokerAuthority.objects.create(broker=broker, client=trader, valid_from=date(2020, 1, 1))
    users = {
        name: User.objects.create_user(name, f"{name}@example.org")
        for name in ("trader", "broker", "officer", "supervisor")
    }
    Membership.objects.create(user=users["trader"], enterprise=trader, role="trader")
    Membership.objects.create(user=users["broker"], enterprise=broker, role="broker")
    for role in ("officer", "supervisor"):
        OfficerPost.objects.create(user=users[role], office="2248", role=role)
    return users


@pytest.fixture
def lodged(crew) -> Case:
    """The China import message, lodged by the broker: it waits for documents review."""
    fields = json.loads((SAMPLES / "cigarettes.json").read_text(encoding="utf-8"))
    fields["items"][0] |= {
        "code": "3304990039",
        "description": "保湿面霜",
        "origin": "FR",
        "quantity": "4800",
        "unit": "piece",
        "statutory_quantity": "422.4",
        "second_quantity": "4800",
        "second_unit": "piece",
        "elements": ["0", "3", "护肤", "50毫升/瓶", "CLAIRVAL"],
        "documents": [],
    }
    fields |= {"arrival_date": None, "net_mass": "422.4"}
    fields["items"][0]["net_mass"] = "422.4"
    declaration = Declaration.from_fields({k: v for k, v in fields.items() if v is not None})
    trader = Enterprise.objects.get(customs_code="3122260001")
    broker = Enterprise.objects.get(customs_code="3122980002")
    actor = actor_of(crew["broker"], timezone.localdate())
    return lodging.lodge(actor, Submission(declaration, trader), broker).case


def open_form(page) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Open the form").click()


def test_a_trader_files_by_form_sees_the_taxes_explained_and_pays(visit, crew):
    page = visit(crew["trader"], "/consignments/")
    page.get_by_role("link", name="File a declaration").last.click()
    open_form(page)
    page.get_by_label("Customs office").select_option("2248")
    page.get_by_label("Currency", exact=True).select_option("CNY")
    page.get_by_label("Mode of transport").select_option("2")
    page.get_by_label("Commodity code").fill("wine")
    page.get_by_role("option", name="2204210000").click()
    page.get_by_label("酒精浓度").wait_for()
    page.get_by_label("Country of origin").select_option("FR")
    page.get_by_label("Quantity", exact=True).fill("900")
    page.get_by_label("Unit").select_option(label="litre")
    page.get_by_label("Statutory quantity", exact=True).fill("900")
    page.get_by_label("Second statutory quantity").fill("1199.6")
    page.get_by_label("Goods", exact=True).fill("葡萄酒")
    page.get_by_label("Total price").fill("10,000")
    # 10,000 × 14% = 1,400; 11,400 ÷ 0.9 × 10% = 1,266.67; (11,400 + 1,266.67) × 13% = 1,646.67.
    page.locator("#live .total", has_text="4,313.34").wait_for()
    page.locator("#live .why summary").nth(1).click()
    assert page.get_by_text("customs value 10000 × 14% = 1400").is_visible()
    page.get_by_role("button", name="Review and lodge").first.click()
    page.get_by_role("heading", name="What will happen").wait_for()
    page.get_by_role("button", name="Lodge", exact=True).click()
    page.get_by_role("heading", name="Timeline").wait_for()
    page.locator("summary", has_text="Pay").click()
    page.get_by_role("button", name="Pay 4,313.34 CNY").click()
    page.get_by_text("Paid 4313.34 CNY").wait_for()


def test_a_code_is_chosen_by_the_keyboard_and_enter_never_sends_the_form(visit, crew):
    page = visit(crew["trader"], "/consignments/new/")
    open_form(page)
    address = page.url
    code = page.get_by_label("Commodity code", exact=True)
    code.fill("wine")
    seen = page.locator("#seen").input_value()
    page.locator(".codes [role=option]").first.wait_for()
    code.press("Enter")
    page.locator(f"#seen:not([value='{seen}'])").wait_for(state="attached")
    assert page.locator("[aria-invalid=true]#f-items-0-code").count() == 0
    code.press("ArrowUp")
    code.press("ArrowDown")
    code.press("ArrowDown")
    chosen = page.locator("[role=option][aria-selected=true] .mono").inner_text()
    code.press("Enter")
    assert code.input_value() == chosen
    page.locator("#facts-0 a").first.wait_for()
    assert page.locator(".codes [role=option]").count() == 0
    page.get_by_label("Contract").press("Enter")
    page.get_by_label("Total price").press("Enter")
    assert page.url == address


def test_a_broker_uploads_a_message_and_an_officer_releases_it(visit, crew):
    page = visit(crew["broker"], "/consignments/new/")
    page.get_by_label("Message file").set_input_files(SAMPLES / "china-import.xml")
    page.get_by_role("button", name="Read the message").click()
    page.get_by_role("heading", name="Our reading").wait_for()
    page.get_by_role("link", name="line 9", exact=True).click()
    assert page.locator("li:target").inner_text().strip() == "<CustomMaster>2248</CustomMaster>"
    page.get_by_role("button", name="Lodge").click()
    page.get_by_role("heading", name="Timeline").wait_for()
    case = Case.objects.get()
    assert case.trader.customs_code == "3122260001"

    desk = visit(crew["officer"], "/consignments/inbox/")
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    desk.get_by_label("passed").check()
    desk.get_by_role("button", name="Decide the documents review").click()
    desk.get_by_text("Nothing waits here.").wait_for()

    page = visit(crew["broker"], f"/consignments/{case.number}/")
    page.get_by_role("button", name="Pay 1").click()
    page.get_by_text("Goods released.").wait_for()
    case.refresh_from_db()
    assert case.state == "released"


def test_a_returned_case_is_amended_in_its_form(visit, crew, lodged):
    desk = visit(crew["officer"], f"/consignments/{lodged.number}/")
    desk.get_by_label("returned for correction").check()
    desk.get_by_label("Note").fill("State the volume of one bottle.")
    desk.get_by_role("button", name="Decide the documents review").click()
    desk.get_by_text("State the volume of one bottle.").first.wait_for()

    page = visit(crew["trader"], f"/consignments/{lodged.number}/")
    with page.expect_navigation():
        page.get_by_role("button", name="Correct and lodge again").click()
    page.get_by_label("Goods", exact=True).fill("保湿面霜 50毫升")
    page.reload()
    assert page.get_by_label("Goods", exact=True).input_value() == "保湿面霜 50毫升"
    page.get_by_role("button", name="Review and lodge").first.click()
    page.get_by_label("Reason").fill("The volume is stated.")
    page.get_by_role("button", name="Correct and lodge again").click()
    page.get_by_text("Declaration amended to version 2").wait_for()


@pytest.fixture
def form(visit, crew):
    """An open form of one goods item, and the saves that its server has not yet answered."""
    page = visit(crew["trader"], "/consignments/new/")
    open_form(page)
    held = []
    page.route(
        "**/consignments/drafts/*/**",
        lambda route: held.append(route) if route.request.method == "POST" else route.continue_(),
    )
    return page, held


def next_of(page, held):
    """The next save that comes."""
    while not held:
        page.wait_for_timeout(20)
    return held.pop(0)


def test_a_slow_answer_still_brings_what_the_tariff_asks_for(form):
    page, held = form
    page.get_by_label("Commodity code").fill("2204210000")
    first = next_of(page, held)
    page.get_by_label("Country of origin").select_option("FR")
    page.wait_for_timeout(400)
    assert not held
    first.continue_()
    next_of(page, held).continue_()
    page.get_by_label("酒精浓度").wait_for()


def test_a_goods_item_added_while_a_save_is_under_way_is_there(form):
    page, held = form
    page.get_by_label("Goods", exact=True).fill("葡萄酒")
    first = next_of(page, held)
    page.get_by_role("button", name="Add a goods item").click()
    page.get_by_label("Contract").fill("A 1")
    first.continue_()
    added = next_of(page, held)
    assert added.request.url.endswith("/items/")
    assert page.get_by_label("Goods", exact=True).is_disabled()
    added.continue_()
    page.locator("fieldset.item").nth(1).wait_for()
    next_of(page, held).continue_()
    page.wait_for_function("() => !Object.keys(localStorage).length")
    fields = json.loads(Draft.objects.get().content)
    assert fields["contract"] == "A 1"
    assert [one.get("description") for one in fields["items"]] == ["葡萄酒", None]


def test_the_form_is_sent_after_what_is_being_saved(form):
    page, held = form
    page.get_by_label("Goods", exact=True).fill("葡萄")
    first = next_of(page, held)
    page.get_by_label("Goods", exact=True).fill("葡萄酒")
    page.get_by_role("button", name="Review and lodge").first.click()
    page.wait_for_timeout(400)
    assert not held
    first.continue_()
    next_of(page, held).continue_()
    page.get_by_role("heading", name="What will happen").wait_for()
    assert json.loads(Draft.objects.get().content)["items"][0]["description"] == "葡萄酒"


def test_what_was_typed_last_is_there_again_however_the_page_was_left(form):
    page, held = form
    address = page.url
    page.get_by_label("Currency", exact=True).select_option("EUR")
    page.get_by_label("Total price").fill("12")
    page.goto("/consignments/")
    held.clear()
    page.goto(address)
    assert page.get_by_label("Currency", exact=True).input_value() == "EUR"
    assert page.get_by_label("Total price").input_value() == "12"
    next_of(page, held).continue_()
    page.wait_for_function("() => !Object.keys(localStorage).length")
    fields = json.loads(Draft.objects.get().content)
    assert (fields["currency"], fields["items"][0]["price"]) == ("EUR", "12")


def type_before_the_scripts(page):
    late = []
    page.route("**/*.js", lambda route: late.extend([route]))
    page.goto(page.url, wait_until="commit")
    page.get_by_label("Goods", exact=True).fill("葡萄酒")
    page.unroute("**/*.js")
    for route in late:
        route.continue_()


def test_what_is_typed_before_the_scripts_have_come_is_saved(form):
    page, held = form
    type_before_the_scripts(page)
    next_of(page, held).continue_()
    page.wait_for_function("() => !Object.keys(localStorage).length")
    assert json.loads(Draft.objects.get().content)["items"][0]["description"] == "葡萄酒"


def test_what_is_typed_before_the_scripts_have_come_is_kept_before_it_is_saved(form):
    page, held = form
    address = page.url
    type_before_the_scripts(page)
    page.wait_for_function("() => Object.keys(localStorage).length")
    page.goto("/consignments/")
    held.clear()
    page.goto(address)
    assert page.get_by_label("Goods", exact=True).input_value() == "葡萄酒"


def test_what_was_typed_in_another_window_since_is_not_written_over(form):
    page, _ = form
    page.get_by_label("Currency", exact=True).select_option("EUR")
    Draft.objects.update(updated=timezone.now(), saved_by="elsewhere")
    page.reload()
    assert page.get_by_label("Currency", exact=True).input_value() == "USD"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("role", "address"),
    [
        ("trader", "/consignments/"),
        ("broker", "/consignments/new/"),
        ("officer", "/consignments/inbox/"),
        ("officer", "/work/"),
        ("supervisor", "/consignments/dashboard/"),
        ("supervisor", "/log/"),
        ("trader", "{case}"),
        ("officer", "{case}"),
        ("officer", "{case}?tab=document"),
        ("officer", "{case}?tab=goods"),
        ("officer", "{case}?tab=events"),
        ("trader", "{case}notice/"),
    ],
)
def test_a_clearance_page_fits_and_can_be_read_by_everyone(visit, crew, lodged, role, address, way):
    page = visit(crew[role], address.format(case=f"/consignments/{lodged.number}/"), **way)
    assert_readable(page)


@pytest.mark.parametrize("way", WAYS)
def test_the_form_and_its_review_can_be_read_by_everyone(visit, crew, way):
    page = visit(crew["broker"], "/consignments/new/", **way)
    page.locator("#text").fill((SAMPLES / "china-import.xml").read_text(encoding="utf-8"))
    with page.expect_navigation():
        page.locator("form[enctype] button").click()
    assert page.locator(".source").count()
    assert_readable(page)
    with page.expect_navigation():
        page.locator(".headline .actions a").click()
    assert page.locator("#declaration").count()
    assert_readable(page)


def assert_readable(page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(
    ("name", "address", "told"),
    [
        ("supervisor", "/consignments/dashboard/", "lodged in 30 days"),
        ("officer", "/law/values/?q=payment", "15 days"),
        ("officer", "/consignments/inbox/?pile=review", "0 h"),
        ("officer", "/work/", "an officer reviews the documents"),
        ("broker", "/consignments/", "documents review"),
    ],
)
def test_a_phone_shows_what_matters_without_scrolling_sideways(
    visit, crew, lodged, name, address, told
):
    page = visit(crew[name], address, width=390, height=844)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for place in page.locator("main .table.cards").all():
        assert place.evaluate("one => one.scrollWidth <= one.clientWidth")
    for cell in page.locator("main .table.cards td").all()[:40]:
        assert cell.evaluate("one => one.getBoundingClientRect().right <= innerWidth")
    assert told.lower() in page.locator("main").inner_text().lower()


def test_the_tax_panel_shows_whole_amounts_at_the_desk(visit, crew):
    page = visit(crew["trader"], "/consignments/new/", width=1440)
    open_form(page)
    page.get_by_label("Currency", exact=True).select_option("CNY")
    page.get_by_label("Commodity code").fill("2204210000")
    page.get_by_label("Country of origin").select_option("FR")
    page.get_by_label("Quantity", exact=True).fill("900000")
    page.get_by_label("Unit").select_option(label="litre")
    page.get_by_label("Total price").fill("9,876,543,210.12")
    page.locator("#live .tax-lines tfoot").wait_for()
    cut = page.evaluate("""[...document.querySelectorAll("#live .scroll")]
        .filter(one => one.scrollWidth > one.clientWidth).length""")
    assert cut == 0
