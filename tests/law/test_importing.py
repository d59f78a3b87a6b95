"""Official tariff tables become packs, whole or not at all."""

import csv
import io
import random
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi import law
from sanzhi.core.findings import Unusable
from sanzhi.law.importing import import_tariff

DAY = date(2020, 1, 1)
COLUMNS = ["编码", "名称", "许可证代码", "普通税率", "优惠税率", "备注", "出口税率", "消费税率",
           "增值税率", "第一法定单位", "第二法定单位", "申报要素"]  # fmt: skip
BEER = ["2203000000", "啤酒", "AB", "7.5元/升", "0", "注", "0", "0", "0.13", "095", "035",
        "1品牌类型;2出口享惠情况;3麦芽酿造;4GTIN;5CAS;6其他;"]  # fmt: skip
BEEF = ["0202300090", "冻牛肉", "47ABx", "0.70", "0.1200", "", "0", "0", "0.09", "千克", "", ""]


def table(*rows: list[str], columns: list[str] = COLUMNS) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([columns, *rows])
    return text.getvalue()


def spoilt(column: str, cell: str, row: list[str] = BEER) -> list[str]:
    return [cell if name == column else old for name, old in zip(COLUMNS, row, strict=True)]


@pytest.fixture
def bring(tmp_path: Path):
    def bring(text: str | bytes, on: date = DAY, **options) -> Path:
        source = tmp_path / "tariff_table.csv"
        source.write_bytes(text.encode() if isinstance(text, str) else text)
        return import_tariff(source, on, tmp_path / "out", **options)

    return bring


def refused(call) -> list[tuple[str, str]]:
    with pytest.raises(Unusable) as caught:
        call()
    return [(finding.code, finding.path) for finding in caught.value.findings]


def test_a_table_becomes_a_pack(bring):
    made = bring(table(BEER, BEEF))
    pack = law.load(made.folder)
    beer, beef = pack.line("2203000000", DAY), pack.line("0202300090", DAY)
    assert made.lines == 2
    assert made.counts["vat standard"] == made.counts["vat reduced"] == 1
    assert beer.general.rate.words(pack.currency_words).en == "7.5 CNY/l"
    assert beer.vat.rate.ad_valorem == Decimal("0.13")
    assert beer.elements == ("品牌类型", "出口享惠情况", "麦芽酿造")
    assert (beef.unit, beef.conditions, beef.mfn.rate.text) == ("035", "47ABx", "0.12")
    assert pack.acts[beef.mfn.citation.act].source == "tariff_table.csv"
    assert pack.consumption_rule("2203000000", DAY)
    with pytest.raises(Unusable):
        pack.line("2203000000", date(2019, 12, 31))


def test_vat_is_a_word_only_where_it_is_the_rate_of_the_day(bring):
    made = bring(table(BEER, BEEF), on=date(2018, 6, 1))
    assert made.counts["vat 0.13"] == 1
    pack = law.load(made.folder)
    assert pack.line("2203000000", date(2018, 6, 1)).vat.rate.ad_valorem == Decimal("0.13")


def test_rates_rest_on_the_act_that_is_named(bring):
    made = bring(table(BEER), act="tariff-plan-2020")
    line = law.load(made.folder).line("2203000000", DAY)
    assert str(line.mfn.citation) == "tariff-plan-2020"
    with pytest.raises(Unusable) as caught:
        bring(table(BEER), act="nothing")
    assert caught.value.finding.code == "law.import.unknown_act"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_encodings(bring, encoding):
    made = bring(table(BEER).encode(encoding))
    assert law.load(made.folder).line("2203000000", DAY).name.zh == "啤酒"


@given(st.permutations(COLUMNS))
def test_columns_in_any_order(tmp_path_factory, columns):
    folder = tmp_path_factory.mktemp("order")
    order = [COLUMNS.index(name) for name in columns]
    rows = [[row[i] for i in order] for row in (BEER, BEEF)]
    source = folder / "t.csv"
    source.write_text(table(*rows, columns=columns))
    made = import_tariff(source, DAY, folder / "out")
    assert law.load(made.folder).line("2203000000", DAY).unit == "095"


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("编码", "22030000AB", "law.file.code"),
        ("编码", "２２０３００００００", "law.file.code"),
        ("编码", "-203000000", "law.file.code"),
        ("编码", "", "law.file.code"),
        ("名称", "", "law.import.name"),
        ("名称", "a\x07b", "law.import.text"),
        ("优惠税率", "-0.1", "law.file.rate"),
        ("优惠税率", "10.5", "law.file.rate"),
        ("优惠税率", "十", "law.file.rate"),
        ("优惠税率", "NaN", "law.file.rate"),
        ("优惠税率", "", "law.import.rate_missing"),
        ("增值税率", "", "law.import.rate_missing"),
        ("普通税率", "3元/斛斗", "law.file.rate"),
        ("第一法定单位", "999", "law.import.unit"),
        ("第一法定单位", "", "law.import.unit"),
        ("许可证代码", "A B", "law.import.conditions"),
    ],
)
def test_a_wrong_cell_is_named_by_its_row(bring, tmp_path, column, cell, code):
    assert refused(lambda: bring(table(BEEF, spoilt(column, cell)))) == [
        (code, "tariff_table.csv row 3")
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["tariff_table.csv"]


def test_a_code_that_stands_twice(bring):
    assert refused(lambda: bring(table(BEER, BEEF, BEER))) == [
        ("law.import.duplicate", "tariff_table.csv row 4")
    ]


def test_faults_are_collected_up_to_twenty(bring):
    rows = [spoilt("编码", f"x{n}") for n in range(50)]
    found = refused(lambda: bring(table(*rows)))
    assert len(found) == 20
    assert found[0] == ("law.file.code", "tariff_table.csv row 2")
    assert found[-1] == ("law.file.code", "tariff_table.csv row 21")


@pytest.mark.parametrize(
    "missing", ["编码", "名称", "普通税率", "优惠税率", "增值税率", "第一法定单位"]
)
def test_a_missing_column(bring, missing):
    columns = [name if name != missing else "其他列" for name in COLUMNS]
    assert refused(lambda: bring(table(BEER, columns=columns))) == [
        ("law.file.missing_column", "tariff_table.csv row 1")
    ]


@pytest.mark.parametrize("content", [b"", b"\0\0", b"\x89PNG\r\n\x1a\n\0", b'"', bytes(range(256))])
def test_what_is_no_table_is_refused(bring, tmp_path, content):
    with pytest.raises(Unusable) as caught:
        bring(content)
    assert caught.value.finding.code.startswith("law.")
    assert not (tmp_path / "out").exists()


@given(st.binary(max_size=300))
def test_no_bytes_make_it_stumble(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("bytes")
    source = folder / "t.csv"
    source.write_bytes(content)
    with pytest.raises(Unusable):
        import_tariff(source, DAY, folder / "out")
    assert not (folder / "out").exists()


def test_the_same_table_twice_changes_nothing(bring):
    first, second = bring(table(BEER, BEEF)), bring(table(BEEF, BEER))
    assert (first.unchanged, second.unchanged) == (False, True)
    assert first.digest == second.digest


def test_another_pack_is_replaced_only_when_forced(bring, tmp_path):
    bring(table(BEER))
    with pytest.raises(Unusable) as caught:
        bring(table(BEEF))
    assert caught.value.finding.code == "law.import.folder_exists"
    assert law.load(tmp_path / "out").has_code("2203000000")
    made = bring(table(BEEF), force=True)
    pack = law.load(made.folder)
    assert pack.has_code("0202300090")
    assert not pack.has_code("2203000000")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "tariff_table.csv"]


def test_a_folder_that_is_no_pack_is_never_replaced(bring, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("years of work")
    with pytest.raises(Unusable):
        bring(table(BEER), force=True)
    assert (tmp_path / "out" / "thesis.txt").read_text() == "years of work"


@pytest.mark.shared
def test_the_official_tariff_of_2020(shared_data, tmp_path):
    source = shared_data / "cn-codes" / "cn_tariff_2020.csv"
    made = import_tariff(source, DAY, tmp_path / "cn2020")
    assert made.lines == 11_988
    assert made.counts["vat standard"] == 10_218
    assert made.counts["vat reduced"] == 1_685
    pack, day = law.load(made.folder), date(2020, 3, 2)
    rows = list(csv.DictReader(source.open(encoding="utf-8-sig")))
    for row in random.Random(7).sample(rows, 500):
        line = pack.line(row["编码"], day)
        assert line.mfn.rate.ad_valorem == Decimal(row["优惠税率"])
        assert line.vat.rate.ad_valorem == Decimal(row["增值税率"])
        assert line.conditions == row["许可证代码"]


@pytest.mark.shared
def test_the_built_in_lines_are_those_of_the_official_table(shared_data):
    pack, day = law.load(), date(2020, 3, 2)
    with (shared_data / "cn-codes" / "cn_tariff_2020.csv").open(encoding="utf-8-sig") as file:
        official = {row["编码"]: row for row in csv.DictReader(file)}
    lines = [line for digit in "0123456789" for line in pack.search_lines(digit, day, 1000)]
    codes = {line.code for line in lines if pack.find_line(line.code, day)}
    assert len(codes) >= 300
    for code in codes:
        line, row = pack.line(code, day), official[code]
        assert line.mfn.rate.ad_valorem == Decimal(row["优惠税率"]), code
        assert line.vat.rate.ad_valorem == Decimal(row["增值税率"]), code
        assert (line.unit, line.second_unit) == (row["第一法定单位"], row["第二法定单位"]), code
