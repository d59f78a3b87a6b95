"""Which rate applies: general, most-favoured-nation, provisional, agreement, remedies, what-if."""

from pathlib import Path

import pytest

from sanzhi import law
from sanzhi.core.findings import Severity

from .goods import BEEF, BEER, CREAM, PACK, TABLET, WHISKY, WINE, amounts, assessed, codes, the

PROOF = {"proof_of_origin": {"agreement": "china-australia", "number": "AU-1"}}
AUSTRALIAN = {**WINE, "origin": "AU", "price": "10000"}


def duty(item, **fields):
    tax = the("duty", assessed(item, **fields))
    return tax.rate_kind, tax.rate, str(tax.amount)


@pytest.mark.parametrize("origin", [None, "", "XX", "AD", "AND"])
def test_goods_of_unknown_or_unfavoured_origin_pay_the_general_rate(origin):
    """Wine at 180 %; Andorra has no most-favoured-nation treatment."""
    assert duty({**WINE, "origin": origin, "price": "10000"}) == ("general", "1.8", "18000.00")


@pytest.mark.parametrize("origin", ["FR", "FRA", "fr"])
def test_favoured_origins_pay_the_mfn_rate(origin):
    assert duty({**WINE, "origin": origin, "price": "10000"}) == ("mfn", "0.14", "1400.00")


def test_the_provisional_rate_stands_in_for_the_mfn_rate_but_not_for_the_general():
    assert duty({**WHISKY, "price": "20000"}) == ("provisional", "0.05", "1000.00")
    assert duty({**WHISKY, "price": "20000", "origin": None})[0] == "general"
    assert duty({**WHISKY, "price": "20000"}, date="2025-03-03") == ("mfn", "0.1", "2000.00")


def test_an_agreement_rate_needs_proof():
    found = assessed(AUSTRALIAN)
    assert the("duty", found).rate_kind == "mfn"
    (hint,) = found.findings
    assert (hint.code, hint.severity) == ("origin.preference_unclaimed", Severity.INFO)
    assert found.complete
    tax = the("duty", assessed({**AUSTRALIAN, **PROOF}))
    assert (tax.rate_kind, tax.agreement, str(tax.amount)) == (
        "agreement",
        "china-australia",
        "0.00",
    )


def test_an_agreement_rate_needs_direct_transport():
    proof = {"proof_of_origin": {**PROOF["proof_of_origin"], "direct_transport": False}}
    found = assessed({**AUSTRALIAN, **proof})
    assert the("duty", found).rate_kind == "mfn"
    assert codes(found) == ["origin.not_direct"]


def test_a_proof_under_another_agreement_claims_nothing():
    assert duty({**AUSTRALIAN, "proof_of_origin": {"agreement": "china-korea"}})[0] == "mfn"
    assert duty({**AUSTRALIAN, "origin": "FR", **PROOF})[0] == "mfn"


def test_an_agreement_rate_follows_its_steps():
    """Beef from Australia: 12 % less year by year, 4.8 % in 2020."""
    beef = {**BEEF, "origin": "AU", "price": "10000", **PROOF}
    assert duty(beef) == ("agreement", "0.048", "480.00")
    assert duty(beef, date="2024-06-03") == ("agreement", "0", "0.00")


TARIFF = """\
code,name_zh,name_en,unit,second_unit,conditions,elements,general,mfn,provisional,export,\
consumption,vat,in_force,until,act
1001000000,小麦,Wheat,035,,,,0.8,0.10,0.05,,,0.13,2020-01-01,,tariff-plan-2020
1002000000,黑麦,Rye,035,,,,0.8,0.10,0.02,,,0.13,2020-01-01,,tariff-plan-2020
1003000000,大麦,Barley,035,,,,0.8,0.10,,,,0.13,2020-01-01,,tariff-plan-2020
"""
PREFERENCES = """\
prefix,agreement,rate,in_force,until,act,article
10,china-australia,0.03,2020-01-01,,china-australia-fta,annex I
10,rcep,0.025,2022-01-01,,rcep-agreement,annex I
"""


@pytest.fixture
def grains(tmp_path: Path) -> law.Pack:
    rcep = law.load().agreements["rcep"].citation.act
    (tmp_path / "pack.yaml").write_text("key: grains\nextends: cn\n")
    (tmp_path / "tariff.csv").write_text(TARIFF)
    (tmp_path / "agreement_rates.csv").write_text(PREFERENCES.replace("rcep-agreement", rcep))
    return law.load(tmp_path)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("1001000000", ("agreement", "0.03", "30.00")),  # agreement 3 % under provisional 5 %
        ("1002000000", ("provisional", "0.02", "20.00")),  # provisional 2 % under agreement 3 %
        ("1003000000", ("agreement", "0.03", "30.00")),  # agreement under MFN 10 %
    ],
)
def test_the_lower_of_agreement_and_provisional_applies(grains, code, expected):
    item = {"code": code, "origin": "AU", "price": "1000", **PROOF}
    # Two of them, so that the duty is over the threshold.
    tax = assessed(item, item, item, pack=grains).items[0].taxes[0]
    assert (tax.rate_kind, tax.rate, str(tax.amount)) == expected


def test_the_origin_must_be_a_party_on_the_day(grains):
    """The second agreement is in force from 2022; a claim that names none takes the lowest."""
    item = {
        "code": "1003000000",
        "origin": "AU",
        "price": "10000",
        "proof_of_origin": {"number": "1"},
    }
    before = the("duty", assessed(item, pack=grains, date="2021-12-31"))
    after = the("duty", assessed(item, pack=grains, date="2022-01-01"))
    assert (before.agreement, after.agreement) == ("china-australia", "rcep")
    assert str(after.amount) == "250.00"


@pytest.mark.parametrize(
    ("day", "producer", "rate"),
    [
        ("2021-03-27", None, None),
        ("2021-03-28", None, "2.184"),
        ("2024-03-28", None, "2.184"),
        ("2024-03-29", None, None),
        ("2022-01-04", "Casella Wines Pty. Limited", "1.709"),
        ("2022-01-04", "CASELLA WINES PTY. LIMITED, Yenda", "1.709"),
        ("2022-01-04", "Another Winery", "2.184"),
    ],
)
def test_anti_dumping_by_day_and_producer(day, producer, rate):
    found = assessed({**AUSTRALIAN, **PROOF, "manufacturer": producer}, date=day)
    rates = [tax.rate for tax in found.all_taxes() if tax.kind == "anti_dumping"]
    assert rates == ([rate] if rate else [])


def test_anti_dumping_duty_is_taxed():
    """10000 × 218.4 % = 21840; C 31840 ÷ 0.9 × 10 % = 3537.78; VAT 35377.78 × 13 %."""
    found = assessed({**AUSTRALIAN, **PROOF}, date="2022-01-04")
    assert amounts(found) == {
        "duty": "0.00",
        "anti_dumping": "21840.00",
        "consumption": "3537.78",
        "vat": "4599.11",
    }


def test_wine_from_elsewhere_pays_no_anti_dumping_duty():
    found = assessed({**WINE, "origin": "CL", "price": "10000"}, date="2022-01-04")
    assert "anti_dumping" not in found.totals


@pytest.mark.parametrize(
    ("mode", "taxes"),
    [
        # Wine 10000: D 1400, C 1266.67, VAT 1646.67 in full.
        ("1", {"duty": "1400.00", "consumption": "1266.67", "vat": "1646.67"}),
        # Half: D 700; C 10700 ÷ 0.9 × 10 % = 1188.89, half 594.45; VAT on
        # what is levied (10000 + 700 + 594.45) × 13 % = 1468.28, half 734.14.
        ("2", {"duty": "700.00", "consumption": "594.45", "vat": "734.14"}),
        ("3", {"duty": "0.00", "consumption": "0.00", "vat": "0.00"}),
    ],
)
def test_modes_of_levy(mode, taxes):
    found = assessed({**WINE, "price": "10000", "duty_mode": mode})
    assert amounts(found) == taxes
    if mode != "1":
        assert the("duty", found).relief
        assert the("duty", found).relief.citation


def test_what_if_rates_stand_in_for_the_laws_and_are_marked():
    """10000: D 20 % = 2000; C 12000 ÷ 0.85 × 15 % = 2117.65; VAT 14117.65 × 13 % = 1835.29."""
    found = assessed(
        {**CREAM, "price": "10000", "rates": {"duty": "0.20", "consumption": "0.15", "vat": "0.13"}}
    )
    assert amounts(found) == {"duty": "2000.00", "consumption": "2117.65", "vat": "1835.29"}
    assert found.what_if
    document = found.document(PACK)
    assert document["what_if"] is True
    assert all(tax["what_if"] and tax["citation"] == "" for tax in document["items"][0]["taxes"])
    assert "what_if" not in assessed({**CREAM, "price": "10000"}).document(PACK)


def test_a_what_if_needs_no_known_code():
    found = assessed({"code": "9999999999", "price": "1000", "rates": {"duty": "0.1"}})
    assert (amounts(found), found.complete) == ({"duty": "100.00"}, True)


@pytest.mark.parametrize(
    ("rates", "code"),
    [
        ({"duty": "a lot"}, "rates.syntax"),
        ({"duty": "-0.1"}, "rates.syntax"),
        ({"duty": "1e5"}, "rates.syntax"),
        ({"duty": "min(0.1)"}, "rates.syntax"),
        ({"consumption": "1"}, "rates.range"),
        ({"vat": "100%"}, "rates.range"),
        ({"vat": "3/kg"}, "rates.kind"),
        ({"vat": "min(0.1, 0.2)"}, "rates.kind"),
        ({"consumption": "max(0.1, 0.2)"}, "rates.kind"),
        ({"duty": "3/furlong"}, "duty.quantity_missing"),
    ],
)
def test_what_if_rates_that_cannot_be_applied_are_findings(rates, code):
    found = assessed({**TABLET, "price": "1000", "rates": rates})
    assert codes(found) == [code]
    assert not found.complete
    assert found.findings[0].path.startswith("items[0].")


def test_an_unknown_code_is_a_finding_and_the_rest_is_assessed():
    found = assessed({**TABLET, "code": "9999999999", "price": "1000"}, {**TABLET, "price": "1000"})
    assert codes(found) == ["tariff.unknown_code"]
    assert found.findings[0].path == "items[0].code"
    assert not found.complete
    assert str(found.total) == "130.00"
    assert found.document(PACK)["complete"] is False


def test_a_code_out_of_force_is_told_apart_from_an_unknown_one():
    assert codes(assessed({**TABLET, "price": "1000"}, date="2017-12-31")) == [
        "tariff.not_in_force"
    ]


def test_a_specific_rate_without_its_quantity_is_a_finding():
    """Beer in cases: neither the threshold nor the tax can be set; the higher rate is tried."""
    found = assessed({**BEER, "quantity": "10", "unit": "piece", "price": "1000"})
    assert codes(found) == ["duty.threshold_quantity", "duty.quantity_missing"]
    assert not found.complete


def test_a_price_threshold_without_its_quantity_takes_the_higher_rate_and_warns():
    found = assessed({**CREAM, "quantity": "3", "unit": "piece", "price": "20000"})
    assert codes(found) == ["duty.threshold_quantity"]
    assert found.findings[0].severity is Severity.WARNING
    assert the("consumption", found).rate == "0.15"
    assert found.complete


def test_the_law_of_another_day_can_be_asked():
    """The same declaration replayed under the law of 2018: 17 % VAT, 6.5 % MFN, 2 % provisional."""
    item = {**CREAM, "price": "20000"}
    then = assessed(item, on="2018-03-01")
    assert then.on.isoformat() == "2018-03-01"
    assert (the("duty", then).rate, the("vat", then).rate) == ("0.02", "0.17")
    assert the("duty", assessed(item)).rate == "0.01"
