"""The example in the docs is what its documented commands give."""

import csv
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
EXAMPLE = DOCS / "examples" / "customs-facilitation"


def commands() -> str:
    """The chain that the researcher's guide gives."""
    guide = (DOCS / "guide" / "researcher.md").read_text("utf-8")
    section = guide[guide.index("## The example") :]
    found = re.search(r"```\n(.*?)```", section, re.DOTALL)
    assert found
    return found.group(1)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.shared
def test_the_documented_chain_gives_the_example(shared_data: Path, tmp_path: Path) -> None:
    shutil.copytree(DOCS / "samples", tmp_path / "docs" / "samples")
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    done = subprocess.run(
        ["bash", "-ec", commands()],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": path, "DATA": str(shared_data / "policy")},
    )
    assert done.returncode == 0, done.stderr
    for name in ("annual.csv", "findings.csv"):
        assert rows(tmp_path / "report" / name) == rows(EXAMPLE / name), name


def test_the_example_holds_no_text_of_the_corpus() -> None:
    assert {path.name for path in EXAMPLE.iterdir()} == {
        "README.md",
        "annual.csv",
        "findings.csv",
        "report.html",
    }


def test_the_remarks_are_those_of_the_tables() -> None:
    """The figures that the remarks quote stand in the tables beside them."""
    said = (EXAMPLE / "README.md").read_text("utf-8")
    years = [row for row in rows(EXAMPLE / "annual.csv") if row["category"] == "all"]
    assert f"{sum(int(row['policies']) for row in years):,} policies" in said
    best = max(years, key=lambda row: float(row["total_effectiveness"]))
    assert f"{float(best['total_effectiveness']):,.0f} in {best['year']}" in said
    found = rows(EXAMPLE / "findings.csv")
    holding = sum(row["verdict"] == "holds" for row in found)
    assert f"{holding} of {len(found)} findings hold" in said
    for row in found:
        if row["verdict"] == "appears":
            assert f"{int(row['cells']) - int(row['same'])} of {row['cells']} cells" in said
