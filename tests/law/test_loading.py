"""What is wrong with a pack is said with its file and row."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi import law
from sanzhi.core.findings import Unusable
from sanzhi.law.pack import BUILT_IN

from .conftest import ACTS, HEAD, HEADER, LINES, PARAMETERS

ROW = "1001000000,小麦,Wheat,035,,,,0.8,{mfn},,,,{vat},{start},{until},{act}\n"


def tariff(*rows: dict[str, str]) -> str:
    plain = {"mfn": "0.1", "vat": "standard", "start": "2020-01-01", "until": "", "act": "plan-a"}
    return f"{HEADER}\n" + "".join(ROW.format(**{**plain, **row}) for row in rows)


def valued(value: str, unit: str = "share") -> str:
    return f"x:\n  - {{value: {value}, unit: {unit}, in_force: 2020-01-01, act: plan-a}}\n"


@pytest.mark.parametrize(
    ("files", "code", "path"),
    [
        ({"tariff.csv": tariff({}, {})}, "law.file.overlap", "tariff.csv row 3"),
        ({"tariff.csv": tariff({"until": "2021-06-01"}, {"start": "2021-01-01"})},
         "law.file.overlap", "tariff.csv row 3"),
        ({"tariff.csv": tariff({"until": "2019-06-01"})}, "law.file.overlap", "tariff.csv row 2"),
        ({"tariff.csv": tariff({"mfn": "ten"})}, "law.file.rate", "tariff.csv row 2"),
        ({"tariff.csv": tariff({"mfn": "-0.1"})}, "law.file.rate", "tariff.csv row 2"),
        ({"tariff.csv": tariff({"mfn": "11"})}, "law.file.rate", "tariff.csv row 2"),
        ({"tariff.csv": tariff({"vat": "reduced"})}, "law.file.rate", "tariff.csv row 2"),
        ({"tariff.csv": tariff({"start": "2020-02-30"})}, "law.file.date", "tariff.csv row 2"),
        ({"tariff.csv": tariff({"act": "plan-z"})}, "law.file.unknown_act", "tariff.csv row 2"),
        ({"tariff.csv": tariff({}).replace("1001000000", "1001")}, "law.file.code",
         "tariff.csv row 2"),
        ({"tariff.csv": tariff({}) + "1,2\n"}, "law.file.ragged_row", "tariff.csv row 3"),
        ({"tariff.csv": tariff({}).replace(",mfn,", ",rate,")}, "law.file.missing_column",
         "tariff.csv row 1"),
        ({"tariff.csv": tariff({}).replace(",unit,second_unit", ",unit,unit")},
         "law.file.missing_column", "tariff.csv row 1"),
        ({"tariff.csv": f'{HEADER}\n"unclosed'}, "law.file.table", "tariff.csv line 2"),
        ({"tariff.csv": b"code\0name"}, "law.file.encoding", "tariff.csv"),
        ({"tariff.csv": b"\xff\xfe\xff"}, "law.file.encoding", "tariff.csv"),
        ({"acts.yaml": "plan-a: [unclosed"}, "law.file.yaml", "acts.yaml line 2"),
        ({"acts.yaml": "- a\n- b\n"}, "law.file.yaml", "acts.yaml"),
        ({"acts.yaml": ACTS + ACTS}, "law.file.yaml", "acts.yaml line 1"),
        ({"acts.yaml": "plan-a: &x {title_en: A}\nplan-b: *x\n"}, "law.file.yaml",
         "acts.yaml line 2"),
        ({"acts.yaml": "a: " + "[" * 200 + "]" * 200}, "law.file.yaml", "acts.yaml line 1"),
        ({"acts.yaml": "plan-a: {title_en: A, type: law}"}, "law.file.value", "acts.yaml plan-a"),
        ({"acts.yaml": "plan-a: just words"}, "law.file.shape", "acts.yaml plan-a"),
        ({"parameters.yaml": PARAMETERS.replace("act: plan-b", "act: nobody")},
         "law.file.unknown_act", "parameters.yaml fee.rate[1]"),
        ({"parameters.yaml": PARAMETERS.replace("2018-05-01", "May 2018")}, "law.file.date",
         "parameters.yaml vat.standard[0]"),
        ({"parameters.yaml": PARAMETERS.replace("until: 2020-07-01", "until: 2021-02-01")},
         "law.file.overlap", "parameters.yaml"),
        ({"parameters.yaml": 'x:\n  - {value: "", in_force: 2020-01-01, act: plan-a}\n'},
         "law.file.value", "parameters.yaml x[0]"),
        ({"pack.yaml": "key: x\nextends: elsewhere\n"}, "law.file.extends", "pack.yaml"),
        ({"pack.yaml": "key: x\ncurrency: CNY\n"}, "law.file.zone", "pack.yaml"),
        ({"pack.yaml": "key: x\nzone: ../etc\ncurrency: CNY\n"}, "law.file.zone", "pack.yaml"),
        ({"pack.yaml": "key: x\nzone: Asia/Tokyo\n"}, "law.file.currency", "pack.yaml"),
        ({"pack.yaml": HEAD.replace("country: CN", "country: China")}, "law.file.country",
         "pack.yaml"),
        ({"pack.yaml": HEAD.replace("[en, zh]", "[zh]")}, "law.file.languages", "pack.yaml"),
        ({"pack.yaml": HEAD.replace("[en, zh]", "[en, en]")}, "law.file.languages", "pack.yaml"),
        ({"pack.yaml": HEAD.replace("[en, zh]", "[en, ../x]")}, "law.file.languages", "pack.yaml"),
        ({"pack.yaml": HEAD + "log_origin: a log\n"}, "law.file.log_origin", "pack.yaml"),
        ({"pack.yaml": HEAD + 'extends: "a\\0b"\n'}, "law.file.value", "pack.yaml"),
        ({"pack.yaml": HEAD + f"extends: {'a' * 190}/b\n"}, "law.file.extends", "pack.yaml"),
        ({"pack.yaml": HEAD.replace("title_en: Small", "title_en: [a]")}, "law.file.value",
         "pack.yaml"),
        ({"pack.yaml": HEAD.replace("key: small", "key: " + "a" * 300)}, "law.file.value",
         "pack.yaml"),
        ({"parameters.yaml": valued("abc")}, "law.file.value", "parameters.yaml x[0]"),
        ({"parameters.yaml": valued('"5"')}, "law.file.value", "parameters.yaml x[0]"),
        ({"parameters.yaml": valued('"-0.1"')}, "law.file.value", "parameters.yaml x[0]"),
        ({"parameters.yaml": valued("NaN")}, "law.file.value", "parameters.yaml x[0]"),
        ({"parameters.yaml": valued('{"1": y}')}, "law.file.value", "parameters.yaml x[0]"),
        ({"parameters.yaml": valued('"99999999999"', "days")}, "law.file.value",
         "parameters.yaml x[0]"),
        ({"parameters.yaml": valued("abc", "EUR")}, "law.file.value", "parameters.yaml x[0]"),
        ({"parameters.yaml": valued('"1"', "[a]")}, "law.file.value", "parameters.yaml x[0]"),
        ({"pack.yaml": HEAD + "extends: .\n"}, "law.file.extends", "pack.yaml"),
        ({"pack.yaml": HEAD + "rests_on: {customs-law: nothing}\n"}, "law.file.unknown_act",
         "pack.yaml rests_on"),
        ({"pack.yaml": HEAD + "enterprise_code: xx.none\n"}, "law.file.enterprise_code",
         "pack.yaml"),
        ({"codes/customs_offices.csv": "code,name_en,name_zh\na b,a,甲\n"}, "law.file.office",
         "customs_offices.csv row 2"),
        ({"words/fr.csv": "en,words\nBeer,bière\nBeer,bock\n"}, "law.file.duplicate",
         "fr.csv row 3"),
        ({"words/fr.csv": "en,words\nBeer,\n"}, "law.file.value", "fr.csv row 2"),
        ({"agreement_rates.csv":
          "prefix,agreement,rate,in_force,until,act,article\n10,none,0,2020-01-01,,plan-a,\n"},
         "law.file.unknown_agreement", "agreement_rates.csv row 2"),
        ({"codes/units.csv": "code,name_en,name_zh\n1,a,甲\n1,b,乙\n"}, "law.file.duplicate",
         "units.csv row 3"),
        ({"exchange_rates.csv": "currency,rate,in_force,until,published,act,article,note_en,note_zh"
                                "\nUSD,0,2020-01-01,,,plan-a,,,\n"},
         "law.file.value", "exchange_rates.csv row 2"),
        ({"selectivity.yaml": "rules:\n  - {id: a, lane: pink}\n"}, "law.file.value",
         "selectivity.yaml rules[0]"),
        ({"selectivity.yaml": "rules:\n  - {id: a, lane: red, when: {total_tax: {above: 1}}}\n"},
         "law.file.value", "selectivity.yaml rules[0]"),
        ({"calendar.yaml": "holidays: [2020-02-01..2020-01-01]\n"}, "law.file.date",
         "calendar.yaml"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_place(make_pack, files, code, path):
    with pytest.raises(Unusable) as caught:
        law.load(make_pack(**files))
    finding = caught.value.finding
    assert (finding.code, finding.path) == (code, path)
    assert finding.text.en
    assert finding.text.zh != finding.text.en


def test_a_folder_without_pack_yaml_is_no_pack(tmp_path: Path):
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(Unusable) as caught:
            law.load(folder)
        assert caught.value.finding.code == "law.file.no_pack"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_tables_in_either_encoding(make_pack, encoding):
    content = f"{HEADER}\n{LINES}".encode(encoding)
    pack = law.load(make_pack(**{"tariff.csv": content}))
    assert pack.line("1001000000", law.load(make_pack()).line_history("1001000000")[0].in_force)
    assert pack.line_history("2203000000")[0].name.zh == "啤酒"


def test_a_file_too_large_is_refused(make_pack, monkeypatch):
    monkeypatch.setattr("sanzhi.law.reading.MAX_YAML", 10)
    with pytest.raises(Unusable) as caught:
        law.load(make_pack())
    assert caught.value.finding.code == "law.file.too_large"


FILES = sorted(
    path.relative_to(BUILT_IN).as_posix()
    for path in BUILT_IN.rglob("*")
    if path.suffix in (".yaml", ".csv")
)


@given(st.sampled_from(FILES), st.integers(0, 4000), st.binary(max_size=12), st.integers(0, 12))
def test_whatever_is_spoilt_is_a_finding(tmp_path_factory, name, at, bytes_in, cut):
    folder = tmp_path_factory.mktemp("spoilt")
    content = (BUILT_IN / name).read_bytes()
    at %= len(content)
    (folder / "pack.yaml").write_text("key: spoilt\nextends: cn\n")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_bytes(content[:at] + bytes_in + content[at + cut :])
    try:
        pack = law.load(folder)
    except Unusable as unusable:
        finding = unusable.finding
        assert finding.code.startswith("law.file.")
        # Where the head no longer says what the pack extends, it is other files that are missing.
        if name != "pack.yaml":
            assert finding.path.startswith(name.rsplit("/", 1)[-1]) or finding.path == str(folder)
    else:
        assert pack.acts
