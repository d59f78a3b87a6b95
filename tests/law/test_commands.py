"""`sanzhi law` on the command line: exit status, output, and nothing else on stdout."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


def sanzhi(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    run = "from sanzhi.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", run, "law", *arguments],
        capture_output=True, text=True, cwd=cwd, check=False, encoding="utf-8",
    )  # fmt: skip


def test_show_a_parameter_as_json():
    done = sanzhi("show", "vat.standard", "--on", "2018-06-01", "--json")
    row = json.loads(done.stdout)
    assert done.returncode == 0
    assert (row["value"], row["in_force"], row["until"]) == ("0.16", "2018-05-01", "2019-04-01")
    assert row["citation"] == "caishui-2018-32, art. 1"


@pytest.mark.parametrize("name", ["2402200000", "tariff/2402200000"])
def test_show_a_code(name):
    row = json.loads(sanzhi("show", name, "--on", "2020-03-02", "--json").stdout)
    assert row["rates"]["mfn"]["rate"] == "0.25"
    assert row["rates"]["vat"]["citation"].startswith("mof-sta-gacc-2019-39")
    assert row["consumption_rule"]["threshold"] == "70"


def test_show_for_a_person_in_chinese():
    done = sanzhi("show", "2204210000", "--on", "2020-03-02", "--lang", "zh")
    assert done.returncode == 0
    assert "葡萄酒" in done.stdout
    assert "14%" in done.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("show", "vat.nothing", "--on", "2020-03-02"),
        ("show", "vat.standard", "--on", "yesterday"),
        ("show", "vat.standard", "--on", "1970-01-01"),
        ("show", "9999999999", "--on", "2020-03-02"),
        ("show", "vat.standard", "--on", "2020-03-02", "--law", "no-such-folder"),
        ("show", "vat.standard"),
        ("history", "9999999999"),
        ("import-tariff", "no-such-file.csv", "--valid-from", "2020-01-01"),
        ("nothing",),
    ],
)
def test_what_cannot_be_used_is_one_line_on_stderr(arguments, tmp_path):
    done = sanzhi(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert [line[:8] for line in done.stderr.splitlines()] == ["sanzhi: "]
    assert list(tmp_path.iterdir()) == []


def test_history_changes_upcoming_search_and_acts():
    history = json.loads(sanzhi("history", "cbec.single_limit", "--json").stdout)
    assert [row["value"] for row in history] == ["2000", "5000"]
    changes = json.loads(sanzhi("changes", "2019-03-31", "2019-04-01", "--json").stdout)
    assert {row["subject"] for row in changes} == {"vat.standard", "vat.reduced"}
    upcoming = json.loads(sanzhi("upcoming", "--on", "2019-03-20", "--json").stdout)
    assert "vat.standard" in {row["subject"] for row in upcoming}
    found = json.loads(sanzhi("search", "whisky", "--on", "2020-03-02", "--json").stdout)
    assert [row["code"] for row in found] == ["2208300000"]
    acts = json.loads(sanzhi("acts", "--json").stdout)
    assert "customs-law" in {row["key"] for row in acts}


def test_import_then_show(tmp_path):
    (tmp_path / "t.csv").write_text(
        "编码,名称,普通税率,优惠税率,增值税率,第一法定单位\n2203000000,啤酒,0.9,0.02,0.13,095\n"
    )
    done = sanzhi("import-tariff", "t.csv", "--valid-from", "2020-01-01", "--json", cwd=tmp_path)
    assert done.returncode == 0
    made = json.loads(done.stdout)
    assert (made["folder"], made["lines"]) == ("law-cn-2020-01-01", 1)
    shown = sanzhi(
        "show", "2203000000", "--on", "2020-01-01", "--law", made["folder"], "--json", cwd=tmp_path
    )
    assert json.loads(shown.stdout)["rates"]["mfn"]["rate"] == "0.02"


def test_a_refused_import_names_every_row(tmp_path):
    (tmp_path / "t.csv").write_text(
        "编码,名称,普通税率,优惠税率,增值税率,第一法定单位\n22,啤酒,0.9,0.02,0.13,095\n"
        "2203000000,啤酒,0.9,x,0.13,095\n"
    )
    done = sanzhi("import-tariff", "t.csv", "--valid-from", "2020-01-01", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "t.csv row 2" in done.stderr
    assert "t.csv row 3" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["t.csv"]
