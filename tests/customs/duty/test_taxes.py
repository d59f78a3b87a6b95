"""Each formula of duty and tax, worked by hand. V is the customs value, D the duty."""

import pytest

from .goods import BEEF, BEER, CIGARETTES, CREAM, OWN, TABLET, WHISKY, WINE, amounts, assessed, the


def test_ad_valorem_on_ad_valorem():
    """Wine: D 10000 × 14 % = 1400; C (10000 + 1400) ÷ 0.9 × 10 % = 1266.67; VAT
    (10000 + 1400 + 1266.67) × 13 % = 1646.6671."""
    found = assessed({**WINE, "price": "10000"})
    assert amounts(found) == {"duty": "1400.00", "consumption": "1266.67", "vat": "1646.67"}
    assert str(found.total) == "4313.34"
    assert the("duty", found).rate_kind == "mfn"


def test_cigarettes_from_the_threshold():
    """D 10000 × 25 % = 2500. Composed price (12500 + 120) ÷ 0.64 ÷ 200 = 98.59 a carton, so
    56 %: C 12620 ÷ 0.44 × 56 % + 120 = 16181.82; VAT 28681.82 × 13 % = 3728.6366."""
    found = assessed({**CIGARETTES, "price": "10000"})
    assert amounts(found) == {"duty": "2500.00", "consumption": "16181.82", "vat": "3728.64"}


def test_cigarettes_below_the_threshold():
    """D 6000 × 25 % = 1500. Composed price (7500 + 120) ÷ 0.64 ÷ 200 = 59.53, so 36 %:
    C 7620 ÷ 0.64 × 36 % + 120 = 4406.25; VAT 11906.25 × 13 % = 1547.8125."""
    found = assessed({**CIGARETTES, "price": "6000"})
    assert amounts(found) == {"duty": "1500.00", "consumption": "4406.25", "vat": "1547.81"}


@pytest.mark.parametrize(
    ("price", "rate", "consumption"),
    [
        # (7072 × 1.25 + 120) ÷ 0.64 ÷ 200 = 70 exactly: 8960 ÷ 0.44 × 56 % + 120
        ("7072.00", "0.56+0.6/carton", "11523.64"),
        # one fen less: 8959.99 ÷ 0.64 × 36 % + 120
        ("7071.99", "0.36+0.6/carton", "5159.99"),
    ],
)
def test_cigarettes_at_seventy_yuan_a_carton(price, rate, consumption):
    tax = the("consumption", assessed({**CIGARETTES, "price": price}))
    assert (tax.rate, str(tax.amount)) == (rate, consumption)


def test_cigarettes_counted_in_sticks():
    """40000 sticks are the 200 cartons of the case above."""
    found = assessed({**CIGARETTES, "quantity": "40000", "unit": "stick", "price": "6000"})
    assert str(the("consumption", found).amount) == "4406.25"


@pytest.mark.parametrize(
    ("price", "consumption"),
    [
        # 98800 l ÷ 988 l/t = 100 t; 360 USD × 6.8976 × 100 = 248313.60: 250 yuan a tonne from there
        ("248313.60", "25000.00"),
        ("248313.59", "22000.00"),
    ],
)
def test_beer_at_three_hundred_and_sixty_dollars_a_tonne(price, consumption):
    found = assessed({**BEER, "price": price})
    assert str(the("consumption", found).amount) == consumption
    assert str(the("duty", found).amount) == "0.00"


def test_beer_by_the_tonne_pays_as_by_the_litre():
    by_litre = assessed({**BEER, "price": "100000"})
    by_tonne = assessed({**BEER, "quantity": "100", "unit": "t", "price": "100000"})
    assert amounts(by_litre) == amounts(by_tonne)


def test_cosmetics_of_ten_yuan_a_millilitre_are_high_grade():
    """2000 ml at 20000: D 1 % = 200; C 20200 ÷ 0.85 × 15 % = 3564.705…; VAT
    (20200 + 3564.71) × 13 % = 3089.4123."""
    found = assessed({**CREAM, "price": "20000"})
    assert amounts(found) == {"duty": "200.00", "consumption": "3564.71", "vat": "3089.41"}


def test_cosmetics_below_ten_yuan_a_millilitre_are_free_of_consumption_tax():
    """A fen below: D 199.9999 = 200.00; VAT (19999.99 + 200.00) × 13 % = 2625.9987."""
    found = assessed({**CREAM, "price": "19999.99"})
    assert amounts(found) == {"duty": "200.00", "vat": "2626.00"}


def test_spirits_pay_a_share_and_an_amount():
    """Whisky, 100 l count as 100 kg: D at the provisional 5 % = 1000; C
    (20000 + 1000 + 100) ÷ 0.8 × 20 % + 100 = 5375; VAT 26375 × 13 % = 3428.75."""
    found = assessed({**WHISKY, "price": "20000"})
    assert amounts(found) == {"duty": "1000.00", "consumption": "5375.00", "vat": "3428.75"}
    assert the("duty", found).rate_kind == "provisional"


@pytest.mark.parametrize(
    ("day", "tablet", "beef"),
    [
        # Tablets 1000 yuan free of duty; beef 1000 + 12 % duty = 1120.
        ("2018-03-01", "170.00", "123.20"),  # 17 %, 11 %
        ("2018-04-30", "170.00", "123.20"),
        ("2018-05-01", "160.00", "112.00"),  # 16 %, 10 %
        ("2019-03-31", "160.00", "112.00"),
        ("2019-04-01", "130.00", "100.80"),  # 13 %, 9 %
        ("2026-03-02", "130.00", "100.80"),
    ],
)
def test_vat_over_time(day, tablet, beef):
    found = assessed({**TABLET, "price": "1000"}, {**BEEF, "price": "1000"}, date=day)
    vat = [str(tax.amount) for item in found.items for tax in item.taxes if tax.kind == "vat"]
    assert vat == [tablet, beef]


@pytest.mark.parametrize(
    ("rate", "quantity", "unit", "duty"),
    [
        ("0.15", "10", "kg", "150.00"),  # 1000 × 15 %
        ("12.5%", "10", "kg", "125.00"),  # 1000 × 12.5 %
        ("3.5/kg", "100", "kg", "350.00"),  # 100 × 3.5
        ("3.5/kg", "0.1", "t", "350.00"),  # 0.1 t are 100 kg
        ("0.20+1/kg", "100", "kg", "300.00"),  # 1000 × 20 % + 100 × 1
        ("min(0.10, 3/kg)", "100", "kg", "100.00"),  # the lower of 100 and 300
        ("max(0.10, 3/kg)", "100", "kg", "300.00"),  # the higher
        ("min(0.10, 3/kg)", "20", "kg", "60.00"),  # the lower of 100 and 60
        ("max(0.05+2/kg, 3/kg)", "30", "kg", "110.00"),  # the higher of 50 + 60 and 90
    ],
)
def test_duty_by_every_kind_of_rate(rate, quantity, unit, duty):
    found = assessed(
        {**TABLET, "quantity": quantity, "unit": unit, "price": "1000", "rates": {"duty": rate}}
    )
    tax = the("duty", found)
    assert str(tax.amount) == duty
    assert tax.citation == ""


@pytest.mark.parametrize(
    ("rate", "consumption"),
    [
        ("0.20", "250.00"),  # 1000 ÷ 0.8 × 20 %
        ("2/kg", "200.00"),  # 100 × 2
        ("0.20+2/kg", "500.00"),  # (1000 + 200) ÷ 0.8 × 20 % + 200
    ],
)
def test_consumption_tax_by_every_kind_of_rate(rate, consumption):
    found = assessed(
        {**TABLET, "quantity": "100", "unit": "kg", "price": "1000", "rates": {"consumption": rate}}
    )
    assert str(the("consumption", found).amount) == consumption


def test_half_a_fen_rounds_up():
    """1250.50 × 13 % = 162.565, which half to even would make 162.56."""
    assert amounts(assessed({**TABLET, "price": "1250.50"}))["vat"] == "162.57"


def test_a_tax_says_its_base_rate_formula_and_citation():
    found = the("consumption", assessed({**CREAM, "price": "20000"}))
    assert str(found.base) == "23764.71"  # 20200 ÷ 0.85
    assert found.formula(OWN).en == ("(customs value 20000 + duty 200) ÷ (1 − 15%) × 15% = 3564.71")
    assert found.formula(OWN).zh == "（完税价格 20000 + 关税 200）÷（1 − 15%）× 15% = 3564.71"
    assert found.citation == "caiguanshui-2016-48, art. 1"


@pytest.mark.parametrize(
    ("price", "vat", "waived"),
    [
        ("384.62", "0.00", True),  # 50.0006 → 50.00, at the threshold
        ("384.70", "50.01", False),  # 50.011 → 50.01, over it
    ],
)
def test_vat_up_to_fifty_yuan_is_not_levied(price, vat, waived):
    tax = the("vat", assessed({**TABLET, "price": price}))
    assert str(tax.amount) == vat
    assert bool(tax.relief) is waived


def test_the_threshold_is_of_the_declaration_not_of_the_item():
    """Two items of 30.00 VAT each come to 60.00, which is levied."""
    found = assessed({**TABLET, "price": "230.77"}, {**TABLET, "price": "230.77"})
    assert amounts(found)["vat"] == "60.00"


def test_duty_that_is_not_levied_is_not_taxed():
    """Wine at 357.14: D 49.9996 → 50.00, waived; C 357.14 ÷ 0.9 × 10 % = 39.68 rests on
    no duty and is waived; VAT 357.14 × 13 % = 46.43 is waived too. At 357.20 D is 50.008 → 50.01,
    levied."""
    below, above = (assessed({**WINE, "price": price}) for price in ("357.14", "357.20"))
    assert amounts(below) == {"duty": "0.00", "consumption": "0.00", "vat": "0.00"}
    assert str(the("vat", below).computed) == "46.43"
    assert str(the("duty", below).computed) == "50.00"
    assert "50" in the("duty", below).formula(OWN).en
    assert amounts(above)["duty"] == "50.01"


def test_consumption_tax_that_is_not_levied_is_not_taxed():
    """Wine at 390: D 54.60; C 444.60 ÷ 0.9 × 10 % = 49.40, waived; VAT (390 + 54.60) × 13 % =
    57.798 → 57.80 rests on no consumption tax."""
    found = assessed({**WINE, "price": "390"})
    assert amounts(found) == {"duty": "54.60", "consumption": "0.00", "vat": "57.80"}
