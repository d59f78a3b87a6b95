"""Looking the law up by name, code and day."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi import law
from sanzhi.core.findings import Unusable

from .conftest import HEAD as PACK

DAY = date(2020, 3, 2)


def refusal(call) -> Unusable:
    with pytest.raises(Unusable) as caught:
        call()
    return caught.value


def test_a_value_holds_from_its_first_day_until_the_next_begins(make_pack):
    pack = law.load(make_pack())
    assert pack.number("vat.standard", date(2019, 3, 31)) == Decimal("0.16")
    assert pack.number("vat.standard", date(2019, 4, 1)) == Decimal("0.13")
    assert pack.value("vat.standard", date(2019, 3, 31)).until == date(2019, 4, 1)
    assert pack.value("vat.standard", date(2019, 4, 1)).until is None
    assert str(pack.value("vat.standard", DAY).citation) == "plan-a, art. 1"


def test_until_is_the_first_day_no_longer_in_force(make_pack):
    pack = law.load(make_pack())
    assert pack.number("fee.rate", date(2020, 6, 30)) == Decimal("0.001")
    gap = refusal(lambda: pack.value("fee.rate", date(2020, 7, 1)))
    assert gap.finding.code == "law.not_in_force"
    assert pack.number("fee.rate", date(2021, 1, 1)) == Decimal("0.002")


def test_before_the_first_version_the_first_date_is_named(make_pack):
    early = refusal(lambda: law.load(make_pack()).value("vat.standard", date(2018, 4, 30)))
    assert early.finding.code == "law.not_in_force"
    assert "2018-05-01" in early.finding.text.en
    assert "2018-05-01" in early.finding.text.zh


def test_what_was_known_is_not_what_is_in_force(make_pack):
    pack = law.load(make_pack())
    later = date(2019, 6, 1)
    assert pack.value("vat.standard", later).value == Decimal("0.13")
    assert pack.value("vat.standard", later, known_on=date(2019, 3, 19)).value == Decimal("0.16")
    assert pack.value("vat.standard", later, known_on=date(2019, 3, 20)).value == Decimal("0.13")


def test_an_end_that_only_a_later_unknown_version_sets_was_not_known(make_pack):
    known = law.load(make_pack()).value("vat.standard", DAY, known_on=date(2019, 1, 1))
    assert known.until is None


def test_a_version_is_known_from_the_issue_of_its_act(make_pack):
    pack = law.load(make_pack())
    assert pack.value("fee.rate", date(2021, 1, 1)).published == date(2020, 11, 1)
    unknown = refusal(lambda: pack.value("fee.rate", DAY, known_on=date(2019, 11, 30)))
    assert unknown.finding.code == "law.not_in_force"


def test_an_unknown_name_brings_near_ones(make_pack):
    finding = refusal(lambda: law.load(make_pack()).value("vat.standart", DAY)).finding
    assert finding.code == "law.unknown_parameter"
    assert "vat.standard" in finding.mend.en


def test_a_word_is_no_number(make_pack):
    pack = law.load(make_pack())
    assert pack.value("office", DAY).value == "north"
    assert refusal(lambda: pack.number("office", DAY)).finding.code == "law.not_a_number"


def test_a_line_has_the_version_of_the_day(make_pack):
    pack = law.load(make_pack())
    first, second = pack.line("1001000000", DAY), pack.line("1001000000", date(2021, 1, 1))
    assert first.mfn.rate.ad_valorem == Decimal("0.10")
    assert first.provisional.rate.ad_valorem == Decimal("0.05")
    assert first.until == date(2021, 1, 1)
    assert second.mfn.rate.ad_valorem == Decimal("0.08")
    assert second.provisional is None
    assert second.elements == ("品种", "等级")
    assert str(second.mfn.citation) == "plan-b"


def test_vat_follows_the_parameter_of_the_day(make_pack):
    lines = LINE.format("standard", "2018-06-01") + LINE.format("0.03", "2021-01-01")
    pack = law.load(make_pack(**{"tariff.csv": HEAD + lines}))
    before, after = (pack.line("1001000000", day) for day in (date(2019, 3, 31), date(2019, 4, 1)))
    assert (before.vat.rate.ad_valorem, after.vat.rate.ad_valorem) == (
        Decimal("0.16"), Decimal("0.13"))  # fmt: skip
    assert after.vat.citation.article == "art. 1"
    assert pack.line("1001000000", date(2021, 1, 1)).vat.rate.ad_valorem == Decimal("0.03")
    assert len(pack.line_history("1001000000")) == 3


def test_no_export_duty_is_none_and_one_is_a_rate(make_pack):
    pack = law.load(make_pack())
    assert pack.line("1001000000", DAY).export is None
    assert pack.line("7204000000", DAY).export.rate.ad_valorem == Decimal("0.40")


def test_codes_that_the_tariff_has_not(make_pack):
    pack = law.load(make_pack())
    unknown = refusal(lambda: pack.line("1001000001", DAY)).finding
    assert unknown.code == "tariff.unknown_code"
    assert "1001000000" in unknown.mend.en
    early = refusal(lambda: pack.line("1001000000", date(2019, 12, 31))).finding
    assert early.code == "tariff.not_in_force"
    assert "2020-01-01" in early.text.en
    ended = refusal(lambda: pack.line("2203000000", date(2022, 1, 1))).finding
    assert ended.code == "tariff.not_in_force"
    assert "2022-01-01" in ended.text.en
    assert pack.find_line("1001000001", DAY) is None
    assert pack.has_code("2203000000")
    assert not pack.has_code("2203")


def test_search_by_code_and_words(make_pack):
    pack = law.load(make_pack())
    assert [line.code for line in pack.search_lines("10.01", DAY, 5)] == ["1001000000"]
    assert [line.code for line in pack.search_lines("SCRAP steel", DAY, 5)] == ["7204000000"]
    assert [line.code for line in pack.search_lines("啤酒", DAY, 5)] == ["2203000000"]
    assert pack.search_lines("啤酒", date(2022, 1, 1), 5) == []
    assert pack.search_lines(" ", DAY, 5) == []
    assert len(pack.search_lines("e", DAY, 2)) == 2


def test_changes_between_two_days(make_pack):
    pack = law.load(make_pack())
    found = {change.subject: change for change in pack.changes(DAY, date(2022, 6, 1))}
    mfn, fee = found["tariff/1001000000/mfn"], found["fee.rate"]
    assert (mfn.before.en, mfn.after.zh) == ("0.10", "0.08")
    assert found["tariff/1001000000/mfn"].on == date(2021, 1, 1)
    assert found["tariff/1001000000/provisional"].after is None
    assert (fee.before.zh, fee.after.en) == ("0.001", "0.002")
    assert found["tariff/2203000000"].before == ("Beer", "啤酒")
    assert found["tariff/2203000000"].after is None
    assert found["tariff/2203000000"].on == date(2022, 1, 1)
    assert "vat.standard" not in found
    assert pack.changes(DAY, DAY) == []


def test_upcoming_is_published_and_not_yet_in_force(make_pack):
    pack = law.load(make_pack())
    subjects = {change.subject for change in pack.upcoming(date(2020, 11, 1))}
    assert {"fee.rate", "tariff/1001000000/mfn"} <= subjects
    unpublished = {change.subject for change in pack.upcoming(date(2020, 10, 31))}
    assert "tariff/1001000000/mfn" not in unpublished


def test_a_pack_that_extends_inherits_what_it_leaves_out(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "pack.yaml").write_text("key: mine\nextends: cn\n")
    (folder / "parameters.yaml").write_text(
        'payment.deadline_days:\n  - {value: "20", in_force: 2020-01-01, act: customs-law}\n'
    )
    (folder / "tariff.csv").write_text(HEAD + LINE_OF_CN)
    pack, base = law.load(folder), law.load()
    assert pack.number("payment.deadline_days", DAY) == 20
    assert pack.number("vat.standard", DAY) == base.number("vat.standard", DAY)
    assert pack.has_code("1001000000")
    assert not pack.has_code("2402200000")
    assert pack.consumption_rule("2402200000", DAY) == base.consumption_rule("2402200000", DAY)
    assert pack.code_list("units") == base.code_list("units")
    assert pack.digest != base.digest


def test_the_digest_follows_the_content(make_pack):
    first = law.load(make_pack()).digest
    assert law.load(make_pack()).digest == first
    assert len(first) == 16
    changed = make_pack(**{"pack.yaml": PACK.replace("small", "other")})
    assert law.load(changed).digest != first


@given(st.lists(st.integers(1, 2000), min_size=1, max_size=6, unique=True), st.integers(0, 2100))
def test_the_version_in_force_is_the_latest_that_began(tmp_path_factory, offsets, asked):
    folder = tmp_path_factory.mktemp("versions")
    origin = date(2015, 1, 1)
    versions = "".join(
        f'  - {{value: "{n}", in_force: {origin + timedelta(days=n)}, act: plan}}\n'
        for n in offsets
    )
    (folder / "pack.yaml").write_text(PACK)
    (folder / "acts.yaml").write_text("plan: {title_en: P, title_zh: 案, type: notice}\n")
    (folder / "parameters.yaml").write_text(f"x:\n{versions}")
    (folder / "tariff.csv").write_text(HEAD)
    pack = law.load(folder)
    begun = [n for n in offsets if n <= asked]
    day = origin + timedelta(days=asked)
    if begun:
        assert pack.number("x", day) == max(begun)
    else:
        assert refusal(lambda: pack.number("x", day)).finding.code == "law.not_in_force"


HEAD = (
    "code,name_zh,name_en,unit,second_unit,conditions,elements,general,mfn,provisional,export,"
    "consumption,vat,in_force,until,act\n"
)
LINE = "1001000000,小麦,Wheat,035,,,,0.8,0.1,,,,{},{},,plan-a\n"
LINE_OF_CN = "1001000000,小麦,Wheat,035,,,,0.8,0.1,,,,standard,2020-01-01,,customs-law\n"
