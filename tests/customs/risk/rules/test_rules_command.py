"""`sanzhi risk rules`: what is wrong with a table, what it would have hit, exit statuses."""

from pathlib import Path

import pytest

from customs.risk.rules.tables import rule
from customs.risk.trade import repeating
from sanzhi.customs.risk.rules.files import write_csv
from sanzhi.customs.risk.rules.table import RuleTable

ALL = [{"field": "code", "test": "known"}]
NONE = [{"field": "origin", "test": "in", "values": ["XX"]}]


def written(folder: Path, *rules) -> Path:
    path = folder / "rules.csv"
    path.write_text(write_csv(RuleTable(rules=rules)), "utf-8")
    return path


def test_a_sound_table_says_nothing(run, tmp_path):
    done = run("rules", written(tmp_path, rule("all", ALL)))
    assert (done.status, done.out, done.err) == (0, "", "")


def test_what_is_wrong_is_a_line_each_and_status_one(run, tmp_path):
    path = written(tmp_path, rule("all", ALL), rule("again", ALL, "blue"))
    done = run("rules", path, "--json")
    assert done.status == 1
    assert [(row["file"], row["code"], row["path"], row["severity"]) for row in done.rows] == [
        (str(path), "rules.conflict", "all again", "warning")
    ]
    assert "以较严者为准" in run("rules", path, "--lang", "zh").out


def test_a_table_is_tried_on_past_declarations(run, tmp_path):
    trade = repeating(500)
    trade.write_csv(tmp_path / "past.csv")
    path = written(tmp_path, rule("all", ALL), rule("none", NONE, "blue"))
    done = run("rules", path, "--on", tmp_path / "past.csv", "--json")
    every, none, together = done.rows
    assert done.status == 0
    finds = int(trade["Fraud"].cast(int).sum())
    assert (every["rule"], every["declarations"], every["finds"]) == ("all", 500, finds)
    assert every["precision"] == pytest.approx(finds / 500)
    assert (none["declarations"], none["precision"]) == (0, None)
    assert (together["rule"], together["of"], together["lanes"]["red"]) == ("", 500, 500)
    said = run("rules", path, "--on", tmp_path / "past.csv").out
    assert f"all: would have hit 500 of 500 declarations (100 %), found {finds}" in said
    assert said.splitlines()[-1].startswith("all together: ")


HEAD = "id,lane,owner,reason_en,reason_zh,valid_from,price\n"


@pytest.mark.parametrize("data", ["", "id,lane\n", f"{HEAD}r,red,lin,why,理由,2026-01-01,dear\n"])
def test_what_is_no_table_is_one_line_and_status_two(run, tmp_path, data):
    (tmp_path / "rules.csv").write_text(data, "utf-8")
    done = run("rules", tmp_path / "rules.csv", "--json")
    assert (done.status, done.out) == (2, "")
    assert len(done.err.splitlines()) == 1


def test_a_history_that_cannot_be_read_leaves_nothing_half_written(run, tmp_path):
    (tmp_path / "past.csv").write_text("a,b\n1,2\n", "utf-8")
    path = written(tmp_path, rule("all", ALL), rule("again", ALL))
    done = run("rules", path, "--on", tmp_path / "past.csv", "--json")
    assert (done.status, done.out) == (2, "")
    assert "Columns are missing" in done.err
