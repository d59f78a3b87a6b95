"""Every check fires on a declaration with its one fault, and none on a clean one."""

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from sanzhi import law
from sanzhi.core.findings import Finding, Severity
from sanzhi.declarations import Declaration
from sanzhi.declarations.checks import CHECKS, check

PACK = law.load()
CLEAN: dict[str, Any] = {
    "regime": "import",
    "procedure": "0110",
    "levy_nature": "101",
    "date": "2020-03-02",
    "currency": "CNY",
    "incoterm": "FOB",
    "freight": "10",
    "gross_mass": "6",
    "net_mass": "5",
    "packages": "1",
    "item_count": 1,
    "invoice_total": "10000",
    "arrival_date": "2020-03-01",
    "country_of_dispatch": "US",
    "trading_country": "USA",
    "parties": [{"role": "trader", "name": "幽兰", "credit_code": "91110000600037341L"}],
    "transport": {"mode": "2"},
    "containers": [{"number": "CSQU3054383"}],
    "items": [
        {
            "number": 1,
            "code": "8471301000",
            "description": "平板电脑",
            "origin": "US",
            "quantity": "10",
            "unit": "unit",
            "statutory_quantity": "10",
            "statutory_unit": "001",
            "second_quantity": "5",
            "second_unit": "035",
            "net_mass": "5",
            "gross_mass": "6",
            "unit_price": "1000",
            "price": "10000",
            "duty_mode": "1",
            "elements": ["1", "0", "平板", "8G", "山", "X1"],
        }
    ],
}
Change = Callable[[dict[str, Any]], object]


def changed(change: Change) -> list[Finding]:
    fields = deepcopy(CLEAN)
    change(fields)
    return check(Declaration.from_fields(fields), PACK)


def head(**fields: Any) -> Change:
    return lambda declared: declared.update(fields)


def item(**fields: Any) -> Change:
    return lambda declared: declared["items"][0].update(fields)


def twice(**fields: Any) -> Change:
    """A second goods item, like the first but for some fields."""

    def change(declared: dict[str, Any]) -> None:
        declared.update(item_count=2, invoice_total="20000", net_mass="10", gross_mass="12")
        declared["items"].append(declared["items"][0] | {"number": 2} | fields)

    return change


#: Code of a check → the faults that must bring it, and the path they are found at.
FAULTS: dict[str, list[tuple[Change, str]]] = {
    "items.none": [(head(items=[], item_count=0), "items")],
    "item.code_missing": [(item(code=""), "items[0].code")],
    "item.description_missing": [(item(description=""), "items[0].description")],
    "item.origin_missing": [
        (item(origin=None), "items[0].origin"),
        (item(origin=""), "items[0].origin"),
    ],
    "item.price_zero": [(item(price="0", unit_price=None), "items[0].price")],
    "item.price_missing": [(item(price=None, unit_price=None), "items[0].price")],
    "item.quantity_missing": [
        (item(quantity=None, statutory_quantity=None, net_mass=None), "items[0].quantity")
    ],
    "header.incoterm_missing": [(head(incoterm=None), "incoterm")],
    "header.freight_missing": [
        (head(freight=None), "freight"),
        (head(freight=None, incoterm="EXW"), "freight"),
    ],
    "header.procedure_missing": [(head(procedure=None), "procedure")],
    "header.trader_missing": [(head(parties=[{"role": "declarant"}]), "parties")],
    "header.transport_missing": [
        (head(transport=None), "transport.mode"),
        (head(transport={}), "transport.mode"),
    ],
    "header.mass_missing": [(head(gross_mass=None), "gross_mass")],
    "header.packages_missing": [(head(packages=None), "packages")],
    "item.code_format": [
        (item(code="8471.30"), "items[0].code"),
        (item(code="12345"), "items[0].code"),
        (item(code="12345678901"), "items[0].code"),
        (item(code="８４７１３０１０００"), "items[0].code"),
    ],
    "code.country_unknown": [
        (item(origin="XX"), "items[0].origin"),
        (item(destination="QQQ"), "items[0].destination"),
        (head(trading_country="??"), "trading_country"),
    ],
    "code.currency_unknown": [
        (head(currency="XQQ"), "currency"),
        (item(currency="ZZZ"), "items[0].currency"),
        (head(freight_currency="AAA"), "freight_currency"),
    ],
    "code.unknown": [
        (head(procedure="9999"), "procedure"),
        (head(levy_nature="000"), "levy_nature"),
        (head(transport={"mode": "Q"}), "transport.mode"),
        (item(duty_mode="77"), "items[0].duty_mode"),
    ],
    "code.incoterm_unknown": [(head(incoterm="FREE"), "incoterm")],
    "code.office_unknown": [(head(office="FREE"), "office")],
    "code.unit_unknown": [(item(unit="furlong"), "items[0].unit")],
    "party.credit_code": [
        (
            head(parties=[{"role": "trader", "credit_code": "91110000600037341X"}]),
            "parties[0].credit_code",
        )
    ],
    "container.number": [(head(containers=[{"number": "CSQU3054384"}]), "containers[0].number")],
    "declaration.unknown_field": [
        (head(colour="red"), "colour"),
        (item(flavour="sweet"), "items[0].flavour"),
    ],
    "arithmetic.invoice_total": [(head(invoice_total="10000.01"), "invoice_total")],
    "arithmetic.unit_price": [(item(unit_price="999"), "items[0].price")],
    "arithmetic.item_count": [(head(item_count=2), "item_count")],
    "arithmetic.item_numbers": [(twice(number=1), "items[1].number")],
    "arithmetic.net_over_gross": [
        (head(gross_mass="4.9"), "net_mass"),
        (item(gross_mass="4.9"), "items[0].net_mass"),
    ],
    "arithmetic.net_mass": [(head(net_mass="5.9"), "net_mass")],
    "arithmetic.quantity_zero": [(item(quantity="0"), "items[0].quantity")],
    "arithmetic.statutory_quantity": [
        (item(statutory_quantity="11"), "items[0].statutory_quantity")
    ],
    "arithmetic.arrival_after_declaration": [(head(arrival_date="2020-03-03"), "arrival_date")],
    "tariff.unknown_code": [(item(code="9999999999"), "items[0].code")],
    "tariff.not_in_force": [(head(date="2017-06-01", arrival_date="2017-05-31"), "items[0].code")],
    "tariff.statutory_unit": [
        (item(statutory_unit="kg"), "items[0].statutory_unit"),
        (item(second_unit="l"), "items[0].second_unit"),
    ],
    "tariff.statutory_quantity_missing": [
        (item(statutory_quantity=None, unit="piece"), "items[0].statutory_quantity")
    ],
    "tariff.elements_missing": [
        (item(elements=[]), "items[0].elements"),
        (item(elements=["1", "0", "", "8G", "山", "X1"]), "items[0].elements"),
    ],
    "licence.missing": [(item(code="0202300090"), "items[0].documents")],
    "goods.prohibited": [(item(code="3915100000"), "items[0].code")],
}


def test_a_clean_declaration_has_no_findings():
    assert changed(head()) == []


def test_every_check_has_a_fault():
    assert set(FAULTS) == {one.code for one in CHECKS}
    assert len(CHECKS) == len({one.code for one in CHECKS})


@pytest.mark.parametrize(
    ("code", "change", "path"),
    [
        pytest.param(code, change, path, id=f"{code}-{path}")
        for code, faults in FAULTS.items()
        for change, path in faults
    ],
)
def test_a_fault_is_found_where_it_is(code, change, path):
    found = [one for one in changed(change) if one.code == code]
    assert [one.path for one in found] == [path]
    (one,) = found
    (rule,) = [rule for rule in CHECKS if rule.code == code]
    assert one.severity is rule.severity
    for text in (one.text, one.mend):
        assert not re.search(r"[{}]", text.en + text.zh)
        assert re.search(r"[\u4e00-\u9fff]", text.zh)
        assert re.search(r"[A-Za-z]", text.en)


@pytest.mark.parametrize("rule", CHECKS, ids=lambda rule: rule.code)
def test_a_check_speaks_both_languages_and_says_how_to_mend(rule):
    for text in (rule.text, rule.mend):
        assert text.en.endswith(".")
        assert text.zh.endswith("。")
        assert text.en[0].isupper() or text.en[0] == "{"


@pytest.mark.parametrize("rule", CHECKS, ids=lambda rule: rule.code)
def test_a_check_rests_on_an_act_of_the_pack(rule):
    if rule.citation:
        assert rule.citation.partition(", ")[0] in PACK.acts


@pytest.mark.parametrize(
    "change",
    [
        item(unit_price="1000.0004"),  # honest rounding
        item(unit_price="333.33", quantity="3", statutory_quantity="3", price="999.99"),
        item(statutory_unit="unit", second_unit="kg"),  # a symbol for a code
        item(
            code="0202300090",
            documents=[{"type": letter, "number": "1"} for letter in "47ABx"],
            statutory_unit="kg",
            statutory_quantity="5",
            unit="kg",
            quantity="5",
            unit_price="2000",
            second_quantity=None,
            second_unit=None,
            elements=["1"] * 20,
        ),
        item(origin="502"),  # the old country code
        head(arrival_date="2020-03-03", type="advance"),
        head(regime="export", arrival_date=None, freight=None),
        head(net_mass=None),
        head(invoice_total=None),
        head(item_count=None),
        twice(),
    ],
)
def test_what_is_right_is_not_found_wrong(change):
    allowed = {"arithmetic.invoice_total"}
    assert {one.code for one in changed(change)} <= allowed


def test_a_licence_on_the_head_serves_every_item():
    beef = item(code="0202300090")
    documents = [{"type": letter, "number": "1"} for letter in "47ABx"]

    def with_documents(declared: dict[str, Any]) -> None:
        beef(declared)
        declared["documents"] = documents

    assert "licence.missing" in {one.code for one in changed(beef)}
    assert "licence.missing" not in {one.code for one in changed(with_documents)}


def test_a_licence_names_the_act_that_asks_for_it():
    (found,) = [one for one in changed(item(code="0202300090")) if one.code == "licence.missing"]
    assert found.citation.partition(", ")[0] in PACK.acts
    assert "7" in found.text.en


def test_an_estimate_is_not_asked_for_what_only_a_filing_needs():
    fields = {
        "date": "2020-03-02",
        "items": [
            {
                "number": 1,
                "code": "8471301000",
                "origin": "US",
                "quantity": "10",
                "unit": "unit",
                "price": "10000",
            }
        ],
    }
    assert check(Declaration.from_fields(fields), PACK) == []


def test_a_message_to_another_administration_is_not_held_to_this_ones_tables():
    found = {one.code for one in changed(head(jurisdiction="GB", procedure="4000"))}
    assert "code.unknown" not in found
    assert "tariff.elements_missing" not in found


def test_a_what_if_rate_needs_no_known_code():
    codes = {one.code for one in changed(item(code="9999999999", rates={"duty": "0.1"}))}
    assert "tariff.unknown_code" not in codes


def test_errors_stop_and_warnings_do_not():
    severities = {one.code: one.severity for one in CHECKS}
    assert severities["tariff.unknown_code"] is Severity.ERROR
    assert severities["licence.missing"] is Severity.ERROR
    assert severities["header.packages_missing"] is Severity.WARNING
