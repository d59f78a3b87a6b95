"""The report of a study: one HTML file with charts, the tables, and the run record.

The same study, choices and packages give the same bytes: nothing in it depends on the day.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from sanzhi.policy.coding.shipped import located
from sanzhi.policy.measurement.robustness import DRAWS, SEED
from sanzhi.policy.reporting.page import page
from sanzhi.policy.reporting.results import compute
from sanzhi.policy.reporting.run_record import NAME, read_record, run_record
from sanzhi.policy.reporting.tables import table_files, write_files


def write_report(
    path: Path, folder: Path, *, language: str = "en", draws: int = DRAWS, seed: int = SEED
) -> None:
    """Write the report of the study at `path` into `folder`: every file, or none."""
    write_files(folder, report_files(path, language=language, draws=draws, seed=seed))


def report_files(path: Path, *, language: str, draws: int, seed: int) -> dict[str, bytes]:
    """The files of the report: name → bytes."""
    path = located(path)
    results = compute(path, draws=draws, seed=seed)
    files = table_files(results.tables())
    files["report.html"] = page(results, language).encode()
    files[NAME] = run_record(
        path, results.study, {"lang": language, "draws": draws, "seed": seed}, files
    )
    return files


def check_report(path: Path, folder: Path) -> list[str]:
    """Make the report in `folder` again from its run record and say which files differ, what is
    missing, and which inputs or packages have changed; nothing where all bytes are the same."""
    record = read_record(folder)
    choices = record["choices"]
    files = report_files(
        path, language=choices["lang"], draws=choices["draws"], seed=choices["seed"]
    )
    differing = []
    for name, data in sorted(files.items()):
        there = folder / name
        if not there.is_file():
            differing.append(f"{name} is missing")
        elif there.read_bytes() != data:
            differing.append(f"{name} differs")
    if differing:
        fresh = _record_of(files)
        for part in ("inputs", "packages"):
            differing += _changed(part, record.get(part), fresh.get(part))
    return differing


def _record_of(files: Mapping[str, bytes]) -> dict[str, object]:
    found: dict[str, object] = json.loads(files[NAME])
    return found


def _changed(part: str, before: object, now: object) -> list[str]:
    if not isinstance(before, dict) or not isinstance(now, dict):
        return []
    return [
        f"{part}: {name} has changed"
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name)
    ]
