"""Filing through the pages: form, upload, paste, copy; drafts that keep what was typed."""

import json
from pathlib import Path

import pytest
from clearance_cases import cosmetics
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from lxml import html

from sanzhi.site.accounts.models import Enterprise, Membership
from sanzhi.site.clearance import drafting
from sanzhi.site.clearance.models import Case, Draft

SAMPLES = Path(__file__).parents[3] / "docs" / "samples"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def trader(people, logged_in) -> Client:
    return logged_in(people["trader"])


def parsed(response) -> html.HtmlElement:
    return html.fromstring(response.content.decode())


def opened(client: Client) -> Draft:
    """An empty draft, opened by the form's own button."""
    address = client.post("/consignments/new/", {"way": "form"}).headers["Location"]
    return Draft.objects.get(pk=address.split("/")[-2])


def typed(**changes: str) -> dict[str, str]:
    """What a trader types for face masks: CIF 4,000 CNY."""
    return {
        "regime": "import",
        "type": "standard",
        "reference": "T-1",
        "office": "2248",
        "procedure": "0110",
        "levy_nature": "101",
        "currency": "CNY",
        "incoterm": "CIF",
        "transport.mode": "2",
        "packages": "10",
        "package_kind": "22",
        "gross_mass": "24",
        "net_mass": "20",
        "contract": "OC-7",
        "country_of_dispatch": "FR",
        "trading_country": "FR",
        "items[0].code": "3304.99.0039",
        "items[0].description": "面膜",
        "items[0].origin": "FR",
        "items[0].price": "4,000",
        "items[0].quantity": "20",
        "items[0].unit": "kg",
        "items[0].net_mass": "20",
        "items[0].statutory_quantity": "20",
        "items[0].second_quantity": "1000",
        "items[0].duty_mode": "1",
        "items[0].elements[0]": "0",
        "items[0].elements[1]": "3",
        "items[0].elements[2]": "面膜",
        "items[0].elements[3]": "片装",
        "items[0].elements[4]": "幽兰",
    } | changes


def test_a_form_is_saved_checked_and_taxed_as_it_is_typed(trader):
    draft = opened(trader)
    reply = trader.post(f"/consignments/drafts/{draft.pk}/", typed(), headers=HTMX)
    assert reply.status_code == 200
    page = parsed(reply)
    # Duty 4,000 × 1% = 40 is below what is levied at least; VAT (4,000 + 0) × 13% = 520.
    assert page.xpath("string(//p[@class='total'])") == "520.00 CNY"
    assert "customs value 4000 × 1% = 40" in page.text_content()
    kept = json.loads(Draft.objects.get(pk=draft.pk).content)
    assert kept["items"][0]["price"] == "4000"
    assert kept["items"][0]["code"] == "3304990039"
    assert kept["items"][0]["elements"] == ["0", "3", "面膜", "片装", "幽兰"]


def test_what_is_no_number_is_kept_and_pointed_at(trader):
    draft = opened(trader)
    reply = trader.post(
        f"/consignments/drafts/{draft.pk}/",
        typed(**{"items[0].price": "four thousand"}),
        headers=HTMX,
    )
    links = parsed(reply).xpath("//aside[@id='live']//a[@href='#f-items-0-price']")
    assert any("must be a number" in link.text_content() for link in links)
    form = parsed(trader.get(f"/consignments/drafts/{draft.pk}/"))
    assert form.xpath("//input[@id='f-items-0-price']/@value") == ["four thousand"]


def test_a_new_code_brings_its_units_conditions_and_elements(trader):
    draft = opened(trader)
    reply = trader.post(f"/consignments/drafts/{draft.pk}/", typed(), headers=HTMX)
    facts = parsed(reply).xpath("//div[@id='facts-0']")[0]
    assert facts.get("hx-swap-oob") == "true"
    assert facts.xpath(".//input[@name='items[0].statutory_quantity']")
    assert facts.xpath(".//input[@name='items[0].elements[4]']")
    again = trader.post(f"/consignments/drafts/{draft.pk}/", typed(), headers=HTMX)
    assert not parsed(again).xpath("//div[@id='facts-0']")


def test_goods_items_are_added_and_removed_without_losing_others(trader):
    draft = opened(trader)
    address = f"/consignments/drafts/{draft.pk}/items/"
    page = parsed(trader.post(address, typed(), headers=HTMX))
    assert page.xpath("//input[@id='f-items-1-code']")
    assert page.xpath("//select[@id='f-items-1-origin']/option[@selected]/@value") == ["FR"]
    page = parsed(
        trader.post(address, typed(**{"items[1].code": "2204210000", "remove": "0"}), headers=HTMX)
    )
    assert page.xpath("//input[@id='f-items-0-code']/@value") == ["2204210000"]
    assert not page.xpath("//input[@id='f-items-1-code']")


def test_a_field_that_is_no_field_of_the_form_is_not_taken(trader):
    draft = opened(trader)
    trader.post(
        f"/consignments/drafts/{draft.pk}/",
        typed(
            **{
                "source.text": "x",
                "items[999999].price": "1",
                "items[5].code": "1",
                "documents[100000].type": "A",
                "__class__": "x",
                "parties[trader].credit_code": "x",
            }
        ),
        headers=HTMX,
    )
    kept = json.loads(Draft.objects.get(pk=draft.pk).content)
    assert len(kept["items"]) == 1
    assert not kept.get("documents")
    assert "source" not in kept
    assert not kept.get("parties")


def test_lodging_confirms_what_will_happen_and_makes_one_case(trader, firm):
    draft = opened(trader)
    reply = trader.post(f"/consignments/drafts/{draft.pk}/", typed(then="review"))
    assert reply.headers["Location"] == f"/consignments/drafts/{draft.pk}/review/"
    review = parsed(trader.get(reply.headers["Location"]))
    assert "Taxes are assessed: 520.00 CNY" in " ".join(review.text_content().split())
    lodged = trader.post(f"/consignments/drafts/{draft.pk}/review/")
    case = Case.objects.get()
    assert lodged.headers["Location"] == f"/consignments/{case.number}/"
    assert (case.trader, case.reference, str(case.due)) == (firm, "T-1", "520.00")
    assert not Draft.objects.exists()


def test_errors_do_not_lodge_by_the_first_button(trader):
    draft = opened(trader)
    trader.post(f"/consignments/drafts/{draft.pk}/", typed(**{"items[0].code": "9999999999"}))
    page = parsed(trader.get(f"/consignments/drafts/{draft.pk}/review/"))
    assert "would return the declaration" in page.text_content()
    assert page.xpath("string(//a[contains(@class,'primary')])") == "Mend the errors"


def test_a_reference_used_before_is_refused_and_the_draft_kept(trader, lodged):
    lodged(reference="T-1")
    draft = opened(trader)
    trader.post(f"/consignments/drafts/{draft.pk}/", typed())
    reply = trader.post(f"/consignments/drafts/{draft.pk}/review/")
    assert reply.status_code == 422
    assert "was lodged before with other content" in reply.content.decode()
    assert Draft.objects.filter(pk=draft.pk).exists()
    assert Case.objects.count() == 1


@pytest.mark.parametrize("name", ["china-import.xml", "wco-import-to-china.xml"])
def test_a_message_is_read_beside_its_original_and_keeps_it(trader, people, name):
    named = Enterprise.objects.create(
        name_en="Baoyu", name_zh="葆玉", credit_code="91310115MA1K3ABC1G", customs_code="3122260001"
    )
    Membership.objects.create(user=people["trader"], enterprise=named, role="trader")
    text = (SAMPLES / name).read_text(encoding="utf-8")
    reply = trader.post("/consignments/new/", {"way": "message", "text": text})
    page = parsed(trader.get(reply.headers["Location"]))
    line = page.xpath("//tr[th='items[0].code']//a/@href")[0]
    assert "330499" in page.xpath(f"string(//li[@id='{line[1:]}'])")
    draft = Draft.objects.get()
    trader.post(reply.headers["Location"], {"trader": draft.trader_id or named.pk})
    version = Case.objects.get().versions.get()
    assert version.original.splitlines() == text.splitlines()
    assert version.format == draft.format


def test_a_file_is_taken_as_well_as_a_paste(trader):
    with (SAMPLES / "cigarettes.json").open("rb") as file:
        reply = trader.post("/consignments/new/", {"way": "message", "file": file})
    assert reply.headers["Location"].endswith("/review/")


def test_a_bulk_file_makes_a_draft_for_each_declaration(trader):
    text = (SAMPLES / "bulk.csv").read_text(encoding="utf-8")
    reply = trader.post("/consignments/new/", {"way": "message", "text": text})
    assert reply.headers["Location"] == "/consignments/?state=draft"
    assert Draft.objects.count() == 3


@pytest.mark.parametrize("text", ["", "<x", "{", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "\0"])
def test_what_is_no_message_is_refused_with_what_was_pasted(trader, text):
    reply = trader.post("/consignments/new/", {"way": "message", "text": text})
    assert reply.status_code == 422
    assert "Nothing was stored" in reply.content.decode()
    assert not Draft.objects.exists()


def test_an_earlier_declaration_is_copied_under_a_new_reference(trader, lodged):
    case = lodged(reference="FIRST")
    reply = trader.post("/consignments/new/", {"way": "copy", "number": case.number, "copy": "1"})
    form = parsed(trader.get(reply.headers["Location"]))
    assert form.xpath("//input[@id='f-items-0-code']/@value") == ["3304990039"]
    assert form.xpath("//input[@id='f-reference']/@value") != ["FIRST"]


def test_a_draft_is_its_owners_alone(trader, people, logged_in):
    draft = opened(trader)
    other = logged_in(people["broker"])
    for address in ("", "review/"):
        assert other.get(f"/consignments/drafts/{draft.pk}/{address}").status_code == 404
    assert other.post(f"/consignments/drafts/{draft.pk}/delete/").status_code == 404


def test_a_draft_is_listed_and_can_be_deleted(trader):
    draft = opened(trader)
    assert f"/consignments/drafts/{draft.pk}/" in trader.get("/consignments/").content.decode()
    trader.post(f"/consignments/drafts/{draft.pk}/delete/")
    assert not Draft.objects.exists()


def test_who_files_for_several_chooses_and_only_among_those(people, logged_in, other_firm, firm):
    Membership.objects.create(user=people["trader"], enterprise=other_firm, role="trader")
    stranger = Enterprise.objects.create(
        name_en="Else", name_zh="他", customs_code="1103912345", credit_code="91110108MA01TUKK5R"
    )
    client = logged_in(people["trader"])
    made = client.post("/consignments/new/", {"way": "form", "trader": stranger.pk})
    draft = Draft.objects.get(pk=made.headers["Location"].split("/")[-2])
    assert draft.trader is None
    reply = client.post(f"/consignments/drafts/{draft.pk}/review/")
    assert reply.status_code == 422
    client.post(f"/consignments/drafts/{draft.pk}/", typed(trader=str(other_firm.pk)))
    client.post(f"/consignments/drafts/{draft.pk}/review/", {"trader": other_firm.pk})
    assert Case.objects.get().trader == other_firm


def test_codes_are_looked_up_by_words_and_digits(trader):
    page = parsed(trader.get("/consignments/codes/?items[0].code=wine&target=f-items-0-code"))
    button = page.xpath("//button[@data-code]")[0]
    assert button.get("data-into") == "f-items-0-code"
    assert "MFN" in button.text_content()
    assert b"button" not in trader.get("/consignments/codes/?items[0].code=3304990039").content


def test_a_long_declaration_is_edited_a_page_at_a_time(trader):
    items = [cosmetics()["items"][0] | {"number": number} for number in range(1, 46)]
    text = json.dumps(cosmetics(items=items))
    trader.post("/consignments/new/", {"way": "message", "text": text})
    draft = Draft.objects.get()
    page = parsed(trader.get(f"/consignments/drafts/{draft.pk}/?items=3"))
    assert len(page.xpath("//fieldset[contains(@class, 'item')]")) == 5
    trader.post(f"/consignments/drafts/{draft.pk}/", {"items[44].price": "1", "items": "3"})
    kept = json.loads(Draft.objects.get().content)["items"]
    assert (len(kept), kept[44]["price"], kept[0]["price"]) == (45, "1", "4000")


def test_a_pasted_message_is_read_though_its_head_names_another_encoding(trader):
    text = (SAMPLES / "china-import.xml").read_text(encoding="utf-8")
    text = text.replace("encoding='UTF-8'", "encoding='GB18030'")
    reply = trader.post("/consignments/new/", {"way": "message", "text": text})
    page = parsed(trader.get(reply.headers["Location"]))
    assert page.xpath("string(//tr[th='items[0].description']/td)") == "保湿面霜"


@pytest.mark.parametrize("encoding", ["GB18030", "UTF-16"])
def test_an_uploaded_message_in_another_encoding_is_read(trader, encoding):
    text = (SAMPLES / "china-import.xml").read_text(encoding="utf-8")
    data = text.replace("encoding='UTF-8'", f"encoding='{encoding}'").encode(encoding)
    reply = trader.post(
        "/consignments/new/", {"way": "message", "file": SimpleUploadedFile("m.xml", data)}
    )
    page = parsed(trader.get(reply.headers["Location"]))
    assert page.xpath("string(//tr[th='items[0].description']/td)") == "保湿面霜"


@pytest.mark.parametrize(
    "posted",
    [
        {"items[0].price": "1" * 5000},
        {"items[" + "9" * 500 + "].price": "1"},
        {"items[0].description": "\0"},
        {"trader": "9" * 30},
        {"items": "9" * 5000},
        {"items[0].elements[98]": "x"},
        {"regime": "smuggling", "type": ""},
        {"arrival_date": "31.12.2026"},
        {"currency": "yuan"},
        {"items[0].code": "x" * 10_000},
        {"parties[consignor].name": "x" * 10_000},
    ],
)
def test_whatever_is_typed_is_answered(trader, posted):
    draft = opened(trader)
    address = f"/consignments/drafts/{draft.pk}/"
    assert trader.post(address, typed(**posted), headers=HTMX).status_code == 200
    for page in (address, f"{address}review/"):
        assert trader.get(page).status_code == 200
    assert trader.post(f"{address}review/", {"sequence": "x" * 99}).status_code in {302, 422}


def test_a_copied_number_that_is_not_ones_own_is_not_found(trader, people, logged_in, lodged):
    case = lodged()
    other = logged_in(people["officer"])
    assert other.post(f"/consignments/{case.number}/edit/", {"copy": "1"}).status_code == 403
    assert (
        logged_in(people["analyst"]).post(f"/consignments/{case.number}/edit/").status_code == 404
    )


def test_a_form_that_has_not_seen_anothers_save_is_refused(trader):
    draft = opened(trader)
    address = f"/consignments/drafts/{draft.pk}/"

    def form() -> dict[str, str]:
        page = parsed(trader.get(address))
        return {
            name: page.xpath(f"string(//input[@name='{name}']/@value)")
            for name in ("opened", "seen")
        }

    one, other = form(), form()
    assert one["seen"] == other["seen"]
    assert one["opened"] != other["opened"]
    assert trader.post(address, typed(contract="one") | one).status_code == 302
    # The same form goes on, also where the answer to its last save never came.
    assert trader.post(address, typed(contract="one") | one, headers=HTMX).status_code == 200
    for path in (address, f"{address}items/"):
        refused = trader.post(path, typed(contract="other", remove="0") | other, headers=HTMX)
        assert refused.headers["HX-Retarget"] == "#live"
        assert "changed elsewhere" in refused.content.decode()
    refused = trader.post(address, typed(contract="other") | other)
    assert refused.status_code == 409
    assert "changed elsewhere" in refused.content.decode()
    assert parsed(refused).xpath("string(//input[@name='contract']/@value)") == "one"
    kept = json.loads(Draft.objects.get().content)
    assert (kept["contract"], len(kept["items"])) == ("one", 1)
    assert trader.post(address, typed(contract="other") | form()).status_code == 302


@pytest.mark.parametrize("place", ["abc", "", "-1", "9" * 30, "²"])
def test_what_is_no_item_removes_none(trader, place):
    draft = opened(trader)
    address = f"/consignments/drafts/{draft.pk}/"
    trader.post(address, typed())
    assert trader.post(f"{address}items/", {"remove": place}, headers=HTMX).status_code == 200
    assert json.loads(Draft.objects.get().content)["items"][0]["code"] == "3304990039"


def test_coming_back_after_lodging_leads_to_the_case(trader, people, logged_in):
    draft = opened(trader)
    address = f"/consignments/drafts/{draft.pk}/"
    trader.post(address, typed())
    lodged_at = trader.post(f"{address}review/").headers["Location"]
    for back in (
        trader.get(address),
        trader.get(f"{address}review/"),
        trader.post(f"{address}review/"),
        trader.post(f"{address}items/"),
    ):
        assert back.status_code == 410
        assert lodged_at in back.content.decode()
    assert Case.objects.count() == 1
    assert logged_in(people["broker"]).get(address).status_code == 404


def test_a_save_that_comes_after_lodging_brings_no_draft_back(trader):
    draft = opened(trader)
    address = f"/consignments/drafts/{draft.pk}/"
    trader.post(address, typed())
    late = Draft.objects.get()
    trader.post(f"{address}review/")
    with pytest.raises(drafting.AlreadyLodged):
        drafting.save(late, drafting.fields_of(late), timezone.now())
    assert not Draft.objects.exists()


def test_a_missing_office_is_among_the_errors_of_the_form(trader):
    draft = opened(trader)
    page = parsed(trader.post(f"/consignments/drafts/{draft.pk}/", typed(office=""), headers=HTMX))
    assert page.xpath("//li[@class='error']//a[@href='#f-office']")
