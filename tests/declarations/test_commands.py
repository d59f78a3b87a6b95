"""`sanzhi declarations`: output, findings and exit status as the contract has them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from sanzhi import law
from sanzhi.declarations.commands import declarations

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"
CHINA = SAMPLES / "china-import.xml"


def run(*arguments: object, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(declarations, [str(a) for a in arguments], input=stdin)


def test_read_gives_the_canonical_declaration() -> None:
    result = run("read", CHINA, "--json")
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["items"][0]["price"] == "30000.00"
    assert document["source"]["format"] == "cn-dec"
    assert result.stderr == ""


def test_read_a_bulk_file_as_a_list() -> None:
    assert len(json.loads(run("read", SAMPLES / "bulk.csv", "--json").stdout)) == 3


def test_read_for_a_person() -> None:
    result = run("read", CHINA)
    assert "2204210000" in result.stdout
    assert "上海葆玉贸易有限公司" in result.stdout


def test_there_and_back_through_json(tmp_path: Path) -> None:
    canonical = tmp_path / "canonical.json"
    canonical.write_bytes(run("read", CHINA, "--json").stdout_bytes)
    result = run("write", canonical, "--format", "cn-dec")
    assert result.exit_code == 0
    assert result.stdout_bytes == CHINA.read_bytes()


def test_standard_input() -> None:
    result = run("write", "-", "--format", "json", stdin=CHINA.read_bytes())
    assert json.loads(result.stdout)["reference"] == "BY20260316001"


@pytest.mark.parametrize(
    "path",
    [one for one in sorted(SAMPLES.iterdir()) if one.suffix != ".yaml"],
    ids=lambda p: p.name,
)
def test_the_samples_check_clean(path: Path) -> None:
    result = run("check", path, "--json")
    assert result.stdout == ""
    assert result.exit_code == 0


def test_check_tells_file_path_line_and_goes_on(tmp_path: Path) -> None:
    bad, broken = tmp_path / "bad.xml", tmp_path / "broken.xml"
    bad.write_text(CHINA.read_text().replace("2204210000", "9999999999"))
    broken.write_text("<a>")
    result = run("check", bad, broken, CHINA, "--json")
    assert result.exit_code == 1
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert {row["file"] for row in rows} == {str(bad), str(broken)}
    code = next(row for row in rows if row["path"] == "items[1].code")
    assert code["severity"] == "error"
    assert "9999999999" in bad.read_text().splitlines()[code["line"] - 1]
    assert rows[-1]["code"] == "xml.malformed"


def test_check_in_chinese(tmp_path: Path) -> None:
    broken = tmp_path / "broken.xml"
    broken.write_text("<a>")
    assert "报文" in run("check", broken, "--lang", "zh").stdout


def test_wanting_input_is_one_unusable_arguments_are_two(tmp_path: Path) -> None:
    assert run("check", tmp_path / "none.xml").exit_code == 2
    assert run("write", CHINA).exit_code == 2
    wanting = tmp_path / "w.xml"
    wanting.write_text(CHINA.read_text().replace("<IEFlag>I<", "<IEFlag>Q<"))
    result = run("read", wanting, "--json")
    assert result.exit_code == 1
    assert "IEFlag" in result.stderr
    assert json.loads(result.stdout)["procedure"] == "0110"


def test_another_administration_cites_its_own_law(tmp_path: Path) -> None:
    bad = tmp_path / "bad.xml"
    bad.write_text(CHINA.read_text().replace("2204210000", "9999999999"))
    pack = Path(__file__).parents[1] / "invented" / "pack"
    result = run("check", bad, "--law", pack, "--json")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    cited = {row["citation"].partition(", ")[0] for row in rows if "citation" in row}
    assert cited
    assert cited <= set(law.load(pack).acts) - set(law.load(pack).administration.rests_on)
