"""The built-in pack: that its data hangs together, and the facts everything else rests on."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from sanzhi import law
from sanzhi.core.findings import Unusable
from sanzhi.core.units import find_unit
from sanzhi.law.pack import BUILT_IN
from sanzhi.law.rates import Rate

DAY = date(2020, 3, 2)
PACK = law.load()
NATIONAL = frozenset(PACK.code_list("units"))
CODES = [row.split(",")[0] for row in (BUILT_IN / "tariff.csv").read_text().splitlines()[1:]]


def test_every_act_has_both_titles_and_dates_in_order():
    for act in PACK.acts.values():
        assert act.title.en
        assert any("\u4e00" <= c <= "\u9fff" for c in act.title.zh), act.key
        assert act.summary.en
        assert act.summary.zh
        assert act.source, act.key
        if act.effective and act.repealed:
            assert act.effective < act.repealed, act.key
    assert len(PACK.acts) >= 60


def test_every_parameter_version_is_explained_in_both_languages():
    for name in PACK.names():
        for version in PACK.history(name):
            assert version.note, name
            assert version.note.en, name
            assert any("\u4e00" <= c <= "\u9fff" for c in version.note.zh), name
            assert version.published <= version.in_force, name
            assert version.citation.act in PACK.acts


def test_no_value_rests_on_an_act_that_is_repealed():
    for name in PACK.names():
        for version in PACK.history(name):
            repealed = PACK.acts[version.citation.act].repealed
            assert repealed is None or (version.until and version.until <= repealed), name


def test_every_line_is_whole():
    assert len(set(CODES)) >= 300
    for code in set(CODES):
        for line in PACK.line_history(code):
            assert line.name.en.isascii() or "è" in line.name.en, code
            assert line.name.zh, code
            assert line.mfn, code
            assert line.vat, code
            assert line.unit in NATIONAL, code
            assert not line.second_unit or line.second_unit in NATIONAL, code
            assert {c.letter for c in PACK.conditions(line.conditions)} == set(line.conditions)


def test_chapters_that_matter_are_there():
    chapters = {code[:2] for code in CODES}
    assert chapters >= {"02", "03", "04", "19", "22", "24", "30", "33", "39"}
    assert chapters >= {"61", "62", "63", "64", "84", "85", "87", "90"}


def test_units_of_rates_are_units():
    for rules in PACK.consumption.values():
        for rule in rules.all:
            rates = [rule.rate, *(rate for rate in (rule.rate_from, rule.composed_at) if rate)]
            for unit in [unit for rate in rates for unit in rate.units]:
                assert find_unit(unit), (rule.prefix, unit)
            assert (rule.threshold is None) == (rule.rate_from is None), rule.prefix
            if rule.threshold is not None:
                known = find_unit(rule.threshold_unit) or rule.threshold_unit in NATIONAL
                assert known, rule.prefix
                assert rule.basis, rule.prefix


@pytest.mark.parametrize(
    ("on", "standard", "reduced"),
    [
        ("2017-06-30", "0.17", "0.13"),
        ("2017-07-01", "0.17", "0.11"),
        ("2018-04-30", "0.17", "0.11"),
        ("2018-05-01", "0.16", "0.10"),
        ("2019-03-31", "0.16", "0.10"),
        ("2019-04-01", "0.13", "0.09"),
        ("2026-01-01", "0.13", "0.09"),
    ],
)
def test_vat_through_the_years(on, standard, reduced):
    day = date.fromisoformat(on)
    assert PACK.number("vat.standard", day) == Decimal(standard)
    assert PACK.number("vat.reduced", day) == Decimal(reduced)


@pytest.mark.parametrize(
    ("name", "on", "value"),
    [
        ("duty.de_minimis", "2020-03-02", "50"),
        ("valuation.insurance_rate", "2020-03-02", "0.003"),
        ("late_declaration.daily_rate", "2020-03-02", "0.0005"),
        ("declaration.import_deadline_days", "2020-03-02", "14"),
        ("payment.deadline_days", "2020-03-02", "15"),
        ("cbec.single_limit", "2018-12-31", "2000"),
        ("cbec.single_limit", "2019-01-01", "5000"),
        ("cbec.annual_limit", "2019-01-01", "26000"),
        ("cbec.tax_share", "2020-03-02", "0.7"),
        ("refund.deadline_days", "2024-11-30", "365"),
        ("refund.deadline_days", "2024-12-01", "1095"),
    ],
)
def test_parameters_by_day(name, on, value):
    assert PACK.number(name, date.fromisoformat(on)) == Decimal(value)


@pytest.mark.parametrize(
    ("code", "on", "mfn", "vat"),
    [
        ("3304990039", "2018-06-30", "0.065", "0.16"),
        ("3304990039", "2018-07-01", "0.01", "0.16"),
        ("3304990039", "2020-03-02", "0.01", "0.13"),
        ("8703234110", "2018-06-30", "0.25", "0.16"),
        ("8703234110", "2018-07-01", "0.15", "0.16"),
        ("3004909099", "2018-05-01", "0", "0.16"),
        ("2402200000", "2020-03-02", "0.25", "0.13"),
        ("0202300090", "2020-03-02", "0.12", "0.09"),
        ("3004909093", "2020-03-02", "0", "0.03"),
    ],
)
def test_lines_by_day(code, on, mfn, vat):
    line = PACK.line(code, date.fromisoformat(on))
    assert line.mfn.rate.ad_valorem == Decimal(mfn)
    assert line.vat.rate.ad_valorem == Decimal(vat)


def _words(rate: Rate) -> str:
    return rate.words(PACK.currency_words).en


def test_cigarettes_by_price_and_day():
    old, new = (PACK.consumption_rule("2402200000", day) for day in (date(2009, 4, 30), DAY))
    assert (old.threshold, _words(old.rate), _words(old.rate_from)) == (
        50, "30% + 0.6 CNY/carton", "45% + 0.6 CNY/carton")  # fmt: skip
    assert (new.threshold, _words(new.rate), _words(new.rate_from)) == (
        70, "36% + 0.6 CNY/carton", "56% + 0.6 CNY/carton")  # fmt: skip
    assert new.composed_at.ad_valorem == Decimal("0.36")
    assert new.basis == "composed_price"


def test_the_longest_prefix_decides():
    assert PACK.consumption_rule("3304990039", DAY).threshold_unit == "ml"
    assert PACK.consumption_rule("3304990029", DAY).threshold_unit == "g"
    assert PACK.consumption_rule("3304990049", DAY).threshold == 15
    assert PACK.consumption_rule("2208909001", DAY).rate.is_free
    assert _words(PACK.consumption_rule("2208300000", DAY).rate) == "20% + 1 CNY/kg"
    assert PACK.consumption_rule("0202300090", DAY) is None


def test_agreements_need_a_party_on_that_day():
    (wine,) = PACK.agreement_rates("2204210000", "AU", DAY)
    assert (wine.agreement, wine.kind, wine.rate.is_free) == ("china-australia", "agreement", True)
    assert PACK.agreement_rates("2204210000", "FR", DAY) == []
    assert PACK.agreement_rates("2204210000", "AU", date(2015, 12, 19)) == []
    steps = [PACK.agreement_rates("0202300090", "AU", date(y, 6, 1))[0].rate.ad_valorem
             for y in (2019, 2020, 2024)]  # fmt: skip
    assert steps == [Decimal("0.06"), Decimal("0.048"), Decimal(0)]


def test_remedies_by_origin_and_day():
    during, after = date(2022, 1, 1), date(2024, 3, 29)
    rates = {r.company: r.rate.ad_valorem for r in PACK.remedies("2204210000", "AU", during)}
    assert rates[""] == Decimal("2.184")
    assert min(rates.values()) == Decimal("1.162")
    assert PACK.remedies("2204210000", "AU", after) == []
    assert PACK.remedies("2204210000", "CL", during) == []


def test_personal_articles_by_category_and_day():
    rate = [PACK.personal_articles_rate("3304990039", day).rate.ad_valorem
            for day in (date(2018, 10, 31), date(2018, 11, 1), date(2019, 4, 9))]  # fmt: skip
    assert rate == [Decimal("0.60"), Decimal("0.50"), Decimal("0.50")]
    assert PACK.personal_articles_rate("8471301000", DAY).rate.ad_valorem == Decimal("0.13")
    assert PACK.personal_articles_rate("6109100021", DAY).rate.ad_valorem == Decimal("0.20")
    assert PACK.personal_articles_rate("9999999999", DAY) is None


def test_countries_by_any_of_their_codes():
    assert [PACK.country(text) for text in ("US", "usa", "502", " JPN", "116", "XX", "")] == [
        "US", "US", "US", "JP", "JP", None, None]  # fmt: skip


def test_working_days():
    assert not PACK.is_working_day(date(2020, 1, 27))
    assert PACK.is_working_day(date(2020, 1, 19))
    assert PACK.next_working_day(date(2020, 1, 24)) == date(2020, 2, 3)
    assert PACK.next_working_day(DAY) == DAY
    assert not PACK.is_working_day(date(2031, 10, 1))
    assert PACK.is_working_day(date(2031, 10, 8))


def test_make_up_days_are_weekend_days_and_holidays_are_not_worked():
    assert all(day.weekday() >= 5 for day in PACK.calendar.worked)
    assert not PACK.calendar.worked & PACK.calendar.holidays


def test_exchange_rates():
    assert PACK.exchange_rate("USD", DAY).value == Decimal("6.8976")
    assert PACK.exchange_rate("XXX", DAY) is None
    assert PACK.exchange_rate("USD", date(2017, 12, 31)) is None
    assert PACK.value("exchange_rate.USD", DAY) == PACK.exchange_rate("USD", DAY)
    assert set(PACK.exchange) <= set(PACK.code_list("currencies"))


def test_the_lane_table_ends_in_a_row_that_always_matches():
    for day in (date(2018, 1, 1), DAY, date(2026, 1, 1)):
        rules = PACK.selectivity(day).rules
        assert rules[-1].when == ()
        assert all(rule.when for rule in rules[:-1])
        assert len({rule.id for rule in rules}) == len(rules)
    before = {rule.id for rule in PACK.selectivity(date(2020, 12, 31)).rules}
    after = {rule.id for rule in PACK.selectivity(date(2021, 1, 1)).rules}
    assert after - before == {"solid-waste"}


def test_conditions_say_what_they_demand():
    kinds = {condition.kind for condition in PACK.condition_letters.values()}
    assert kinds == {"licence", "prohibition", "inspection", "conditional"}
    assert {c.direction for c in PACK.condition_letters.values()} <= {"import", "export", "both"}
    assert [c.letter for c in PACK.conditions("A7!")] == ["A", "7"]


def test_code_lists():
    needed = {"customs_offices", "transport_modes", "procedures", "levy_natures", "countries",
              "incoterms", "currencies", "packages", "duty_modes", "units"}  # fmt: skip
    for name in needed:
        codes = PACK.code_list(name)
        assert codes, name
        assert all(code.name.en and code.name.zh for code in codes.values()), name
    assert PACK.code_list("procedures")["0110"].name.en == "General trade"
    with pytest.raises(Unusable) as caught:
        PACK.code_list("planets")
    assert caught.value.finding.code == "law.unknown_code_list"


def test_every_parameter_act_file_and_list_is_in_the_reference(reference: str):
    for name in PACK.names():
        assert f"`{name}`" in reference, name
    for path in BUILT_IN.glob("*.*"):
        assert f"`{path.name}`" in reference, path.name
    for name in PACK.codes:
        assert f"`{name}`" in reference, name


@pytest.fixture
def reference() -> str:
    return (Path(__file__).parents[2] / "docs" / "reference" / "law.md").read_text()
