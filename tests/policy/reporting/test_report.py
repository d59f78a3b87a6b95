"""The report: made again byte for byte, whole in one file, in both languages."""

import json
import re
from html.parser import HTMLParser

import pytest

from policy.studies import SCORES, codings_of, run, write_study
from sanzhi.policy.reporting.charts import Point, figure, heat_map, line_chart

DRAWS = ("--draws", 20)


@pytest.fixture
def study(tmp_path):
    return write_study(
        tmp_path,
        codings=codings_of(SCORES) + codings_of({"P1": {"m1": 3, "m2": 3, "g1": 1}}, "bela"),
    )


def report(monkeypatch, study, folder, *more):
    assert run(monkeypatch, "policy", "report", study, "--out", folder, *DRAWS, *more) == 0
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_two_runs_give_the_same_bytes(study, tmp_path, monkeypatch):
    first = report(monkeypatch, study, tmp_path / "one")
    assert report(monkeypatch, study, tmp_path / "two") == first
    assert {
        "report.html",
        "run.json",
        "annual.csv",
        "robustness.csv",
        "findings.csv",
        "gaps.csv",
        "agreement.csv",
        "agency_synergy.csv",
    } <= first.keys()


def test_check_tells_same_from_changed(study, tmp_path, monkeypatch, capsys):
    report(monkeypatch, study, tmp_path / "out", "--lang", "zh", "--seed", 9)
    assert run(monkeypatch, "policy", "report", study, "--check", tmp_path / "out") == 0
    assert capsys.readouterr().out == ""
    codings = tmp_path / "codings.csv"
    codings.write_text(codings.read_text().replace("P3,g2,5", "P3,g2,4"))
    (tmp_path / "out" / "gaps.csv").unlink()
    assert run(monkeypatch, "policy", "report", study, "--check", tmp_path / "out") == 1
    lines = capsys.readouterr().out.splitlines()
    assert {
        "annual.csv differs",
        "report.html differs",
        "gaps.csv is missing",
        "inputs: codings.csv has changed",
    } <= set(lines)
    assert not any("corpus" in line for line in lines)


@pytest.mark.parametrize(
    "record",
    [
        None,
        "{",
        "[]",
        '{"choices": {"lang": "en"}}',
        '{"choices": {"lang": "en", "draws": 0, "seed": 1}}',
    ],
)
def test_check_without_a_record_is_refused(study, tmp_path, monkeypatch, record, capsys):
    (tmp_path / "out").mkdir()
    if record is not None:
        (tmp_path / "out" / "run.json").write_text(record)
    assert run(monkeypatch, "policy", "report", study, "--check", tmp_path / "out") == 2
    assert "run record" in capsys.readouterr().err


def test_check_sees_a_change_in_the_study_that_is_extended(tmp_path, monkeypatch, capsys):
    base = write_study(tmp_path).rename(tmp_path / "base.yaml")
    study = tmp_path / "study.yaml"
    study.write_text(
        "extends: base.yaml\nkey: own\ncorpus: [corpus.jsonl]\ncodings: [codings.csv]\n"
    )
    report(monkeypatch, study, tmp_path / "out")
    base.write_text(base.read_text(encoding="utf-8").replace("notice: 1", "notice: 2"))
    assert run(monkeypatch, "policy", "report", study, "--check", tmp_path / "out") == 1
    assert "inputs: study as read has changed" in capsys.readouterr().out


def test_the_record_names_inputs_outputs_and_choices(study, tmp_path, monkeypatch):
    files = report(monkeypatch, study, tmp_path / "out", "--seed", 9)
    record = json.loads(files["run.json"])
    assert record["choices"] == {"lang": "en", "draws": 20, "seed": 9}
    assert record["inputs"].keys() == {"study as read", "study.yaml", "corpus.jsonl", "codings.csv"}
    assert record["outputs"].keys() == files.keys() - {"run.json"}
    assert record["packages"]["numpy"]
    assert str(tmp_path) not in files["run.json"].decode()


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.tags, self.references = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.references += [value for name, value in attrs if name in {"src", "href", "data"}]
        if tag not in {"meta", "link", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_page_stands_alone(study, tmp_path, monkeypatch, language):
    text = report(monkeypatch, study, tmp_path / "out", "--lang", language)["report.html"].decode()
    page = Page()
    page.feed(text)
    assert page.open == []
    assert page.references == []
    assert not {"script", "link", "img", "iframe"} & set(page.tags)
    # Twice a category's line, two heat maps, the network.
    assert page.tags.count("svg") >= 7
    assert page.tags.count("table") >= 8
    assert f'lang="{language}"' in text


def test_each_language_is_whole(study, tmp_path, monkeypatch):
    english = report(monkeypatch, study, tmp_path / "en")["report.html"].decode()
    chinese = report(monkeypatch, study, tmp_path / "zh", "--lang", "zh")["report.html"].decode()
    words = re.sub(r"<style>.*?</style>|<[^>]*>", " ", english)
    named = {"海关总署", "商务部", "税务总局"}  # agencies keep their names
    assert set(re.findall(r"[一-龥]+", words)) == named
    assert "Small study" not in chinese
    assert "小研究" in chinese


def test_one_of_out_and_check_is_needed(study, tmp_path, monkeypatch, capsys):
    assert run(monkeypatch, "policy", "report", study) == 2
    assert "--out DIR or --check DIR" in capsys.readouterr().err


def test_titles_are_written_safely(tmp_path, monkeypatch):
    study = write_study(tmp_path, title={"en": "<script>x</script>", "zh": "<b>"})
    text = report(monkeypatch, study, tmp_path / "out")["report.html"].decode()
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_a_line_breaks_where_a_year_has_no_value():
    drawn = line_chart(
        [
            Point(2001, 1, 1, 2),
            Point(2002, None, None, None),
            Point(2003, 3, 2, 4),
            Point(2004, 4, 4, 4),
        ],
        "Average",
    )
    assert drawn.count("<polyline") == 2
    assert drawn.count("<circle") == 3
    assert ">Average</text>" in drawn


def test_a_heat_map_dashes_years_without_policies():
    drawn = heat_map(["a × b"], ["2001", "2002"], [[None, 4.0]], "Synergy")
    assert (drawn.count("<rect"), drawn.count(">–<")) == (1, 1)


def test_figures_are_read_not_decoded():
    assert [figure(one) for one in (None, 0.123456, 12.0, 12345.678)] == [
        "–",
        "0.1235",
        "12",
        "12,346",
    ]
