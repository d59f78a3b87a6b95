"""Every page of the shell and the law: titles, the content policy, languages, what is refused."""

import re

import pytest
from django.test import Client
from lxml import html

from sanzhi.core.findings import Text
from sanzhi.site.accounts.models import Notice
from sanzhi.site.shell.middleware import CONTENT_POLICY

PAGES = [
    "/consignments/",
    "/consignments/?state=draft&regime=import&q=wine",
    "/consignments/new/",
    "/consignments/new/?q=wine",
    "/work/",
    "/work/?kind=consignment",
    "/account/",
    "/notices/",
    "/search/",
    "/search/?q=wine",
    "/search/?q=zzzzzz",
    "/law/acts/",
    "/law/acts/?q=tariff&type=law&on=2020-01-01",
    "/law/acts/?q=nothing-has-this",
    "/law/acts/tariff-law/",
    "/law/values/",
    "/law/values/?q=vat",
    "/law/values/vat.standard/",
    "/law/values/vat.standard/?on=2018-06-01&known=2018-06-01",
    "/law/values/vat.standard/?on=1990-01-01",
    "/law/tariff/",
    "/law/tariff/?q=3304",
    "/law/tariff/?q=zzzzzz",
    "/law/tariff/3304990039/",
    "/law/tariff/3304990039/?on=1990-01-01",
    "/law/changes/?from=2018-01-01&to=2026-01-01",
    "/law/changes/?from=2026-01-01&to=2026-01-01",
]


@pytest.fixture
def trader(people, logged_in) -> Client:
    return logged_in(people["trader"])


def parsed(response) -> html.HtmlElement:
    return html.fromstring(response.content.decode())


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("address", PAGES)
def test_a_page_has_a_title_one_headline_and_nothing_inline(trader, address, language):
    trader.cookies["django_language"] = language
    response = trader.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Security-Policy"] == CONTENT_POLICY
    page = parsed(response)
    assert page.get("lang") == {"en": "en", "zh-hans": "zh-Hans"}[language]
    assert len(page.findtext(".//title").split("·")) == 2
    assert len(page.findall(".//h1")) == 1
    assert_nothing_inline(page)
    assert_fields_have_labels(page)
    ids = [element.get("id") for element in page.iterfind(".//*[@id]")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("address", PAGES)
def test_a_chinese_page_leaves_no_english_sentence(trader, address):
    trader.cookies["django_language"] = "zh-hans"
    page = parsed(trader.get(address))
    headings = page.xpath("//h1//text() | //h2//text() | //th//text() | //button//text()")
    foreign = {"English", "CEPA", "j", "k", "Enter", "trader", "HTTP API"}
    for text in (text.strip() for text in headings):
        if re.search("[A-Za-z]{3}", text) and not re.fullmatch(r"[a-z_.]+", text):
            assert any(word in text for word in foreign) or re.search("[\u4e00-\u9fff]", text), text


@pytest.mark.parametrize("address", ["/", "/account/", "/law/acts/", "/search/?q=x", "/notices/1/"])
def test_pages_want_a_login(client, db, address):
    response = client.get(address)
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/account/login/?next=")


def test_the_first_page_leads_to_an_area(trader):
    first = trader.get("/", follow=True)
    assert first.status_code == 200
    current = parsed(first).xpath("//nav[@id='areas']//a[@aria-current='page']")
    assert len(current) == 1


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/nothing/here", 404, "There is nothing at this address."),
        ("/law/acts/no-such-act/", 404, "There is nothing at this address."),
        ("/law/values/vat.standart/", 404, "vat.standard"),
        ("/law/tariff/3304990038/", 404, "3304990038"),
        ("/law/values/vat.standard/?on=yesterday", 400, "is not a date"),
        ("/law/changes/?from=2020-13-01", 400, "is not a date"),
    ],
)
def test_an_error_page_says_what_is_wrong_and_a_number(trader, address, status, words):
    response = trader.get(address)
    assert response.status_code == status
    page = parsed(response)
    text = page.text_content()
    assert words in text
    assert "Nothing was changed." in text
    assert response.headers["X-Request-Number"] in text
    assert_nothing_inline(page)


@pytest.mark.parametrize(
    "address",
    [
        "/law/tariff/?q=%00%00",
        "/search/?q=" + "x" * 5000,
        "/law/tariff/?q=<script>alert(1)</script>",
        "/law/acts/?page=-3&q=%F0%9F%90%BC",
        "/law/changes/?page=abc",
        "/law/tariff/%2e%2e%2f/",
    ],
)
def test_hostile_addresses_are_answered(trader, address):
    response = trader.get(address)
    assert response.status_code in {200, 404}
    assert b"<script>alert" not in response.content


def test_under_the_api_an_error_is_a_finding_as_json(client, db):
    response = client.get("/api/no-such-door")
    assert response.status_code == 404
    body = response.json()
    assert [finding["code"] for finding in body["findings"]] == ["request.not_found"]
    assert body["number"] == response.headers["X-Request-Number"]


def test_a_broken_page_keeps_its_reason_to_the_log(trader, monkeypatch):
    def broken(*_args: object) -> None:
        raise RuntimeError("secret detail")

    # A method: a function that is replaced stays with what is first imported meanwhile.
    monkeypatch.setattr("sanzhi.law.Pack.search_lines", broken)
    trader.raise_request_exception = False
    response = trader.get("/law/tariff/?q=33")
    assert response.status_code == 500
    assert "Something failed on our side." in response.content.decode()
    assert b"secret detail" not in response.content


def test_a_citation_chip_names_the_article_and_opens_a_card(trader):
    page = parsed(trader.get("/law/values/vat.standard/?on=2020-01-01"))
    chip = page.xpath("//div[contains(@class, 'sheet')]//a[@class='cite']")[0]
    assert chip.text_content() == "MoF, STA and GACC Announcement 2019 No. 39art. 1"
    card = trader.get(chip.get("data-card"))
    assert card.status_code == 200
    assert chip.get("href") in card.content.decode()
    trader.cookies["django_language"] = "zh-hans"
    page = parsed(trader.get("/law/values/vat.standard/?on=2020-01-01"))
    chip = page.xpath("//div[contains(@class, 'sheet')]//a[@class='cite']")[0]
    assert chip.text_content() == "财政部 税务总局 海关总署公告2019年第39号第1条"


@pytest.mark.parametrize(
    ("on", "known", "shown"),
    [
        ("2018-04-30", "2026-01-01", "17%"),
        ("2018-05-01", "2026-01-01", "16%"),
        ("2019-04-01", "2026-01-01", "13%"),
        ("2019-04-01", "2019-03-01", "16%"),
    ],
)
def test_a_value_as_in_force_and_as_known(trader, on, known, shown):
    page = parsed(trader.get(f"/law/values/vat.standard/?on={on}&known={known}"))
    assert page.xpath("string(//span[@class='value'])") == shown
    assert shown in page.xpath("string(//tr[@class='on'])")


def test_an_act_lists_what_rests_on_it(trader):
    page = parsed(trader.get("/law/acts/mof-sta-gacc-2019-39/"))
    links = [link.get("href") for link in page.xpath("//tbody//a")]
    assert "/law/values/vat.standard/" in links
    assert "/law/values/vat.reduced/" in links


def test_a_row_of_the_lane_table_says_what_it_asks_for(trader):
    page = parsed(trader.get("/law/acts/gacc-order-213/"))
    asked = "regime is import; taxes of the declaration at least 500,000 CNY"
    assert f"large-tax yellow lane, where {asked}" in rows(page)
    trader.cookies["django_language"] = "zh-hans"
    page = parsed(trader.get("/law/acts/gacc-order-213/"))
    assert "large-tax 进出境类型为 import；税款合计不低于 500,000 元：黄色通道" in rows(page)
    assert "otherwise 前列规则均未命中：绿色通道" in rows(
        parsed(trader.get("/law/acts/customs-law/"))
    )


def rows(page):
    """The second cell of each row: what rests on the act."""
    return [" ".join(cell.text_content().split()) for cell in page.xpath("//tbody/tr/td[2]")]


def test_search_opens_a_single_hit_at_once(trader):
    response = trader.get("/search/?q=3304990039")
    assert response.headers["Location"] == "/law/tariff/3304990039/"


@pytest.mark.parametrize("words", ["import VAT reduced", "增值税低税率"])
def test_a_value_is_found_by_what_it_means(trader, words):
    page = parsed(trader.get("/law/values/", {"q": words, "on": "2020-01-01"}))
    assert "vat.reduced" in page.xpath("//tbody//a/text()")
    page = parsed(trader.get("/search/", {"q": words}, follow=True))
    assert "vat.reduced" in page.text_content()


def test_notices_are_ones_own_and_become_read(people, logged_in):
    from django.utils import timezone

    from sanzhi.site.accounts.notices import notify

    text = Text("Your goods are released.", "货物已放行。")
    notify([people["trader"], people["officer"]], text, "/law/acts/", timezone.now())
    client = logged_in(people["trader"])
    assert "货物已放行" not in client.get("/notices/").content.decode()
    page = parsed(client.get("/notices/"))
    assert page.xpath("string(//header//span[@class='count'])") == "1"
    mine = Notice.objects.get(user=people["trader"])
    theirs = Notice.objects.get(user=people["officer"])
    assert client.get(f"/notices/{theirs.pk}/").status_code == 404
    assert client.get(f"/notices/{mine.pk}/").headers["Location"] == "/law/acts/"
    assert not parsed(client.get("/notices/")).xpath("//header//span[@class='count']")
    theirs.refresh_from_db()
    assert theirs.read is None


def test_a_notice_goes_out_by_mail_in_the_readers_language(
    people, mailoutbox, django_capture_on_commit_callbacks
):
    from django.utils import timezone

    from sanzhi.site.accounts.notices import notify

    people["trader"].language = "zh-hans"
    with django_capture_on_commit_callbacks(execute=True):
        notify(
            [people["trader"], people["officer"]],
            Text("Goods\nreleased.", "货物已放行。"),
            "/x/",
            timezone.now(),
        )
    assert {letter.to[0]: letter.subject for letter in mailoutbox} == {
        "trader@example.org": "货物已放行。",
        "officer@example.org": "Goods released.",
    }


def assert_nothing_inline(page: html.HtmlElement) -> None:
    for element in page.iter():
        assert "style" not in element.attrib, html.tostring(element)
        assert not [name for name in element.attrib if name.startswith("on")], element.attrib
        if element.tag == "script":
            assert element.get("src"), "an inline script"
        assert element.tag != "style"
        address = element.get("src") or (element.get("href") if element.tag == "link" else None)
        assert address is None or address.startswith("/static/")


def assert_fields_have_labels(page: html.HtmlElement) -> None:
    for field in page.xpath("//input[not(@type='hidden')] | //select | //textarea"):
        inside = field.xpath("ancestor::label")
        named = page.xpath(f"//label[@for='{field.get('id')}']") if field.get("id") else []
        assert inside or named, html.tostring(field)


def test_values_carry_their_units_in_the_readers_language(people, client):
    client.force_login(people["trader"])
    said = {}
    for language in ("en", "zh-hans"):
        client.cookies["django_language"] = language
        said[language] = client.get("/law/values/?q=payment.deadline_days").content.decode()
    assert "15 days" in said["en"]
    assert "15 天" in said["zh-hans"]
    assert "15 days" not in said["zh-hans"]


def test_changes_tell_shares_as_percentages_and_days_with_their_unit(people, client):
    """VAT's standard rate went from 16% to 13% on 1 April 2019."""
    client.force_login(people["trader"])
    client.cookies["django_language"] = "zh-hans"
    page = parsed(client.get("/law/changes/?from=2019-03-31&to=2019-04-01"))
    cells = page.xpath("//tr[.//a[text()='vat.standard']]/td[contains(@class,'num')]/text()")
    assert cells == ["16%", "13%"]
    later = client.get("/law/changes/?from=2014-10-20&to=2014-10-21").content.decode()
    assert ">3 天<" in later
