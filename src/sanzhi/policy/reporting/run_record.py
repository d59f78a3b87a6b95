"""The run record: what a report was made from and with, so that it can be made again.

It names no day: the same inputs, choices and packages give the same bytes.
"""

import hashlib
import json
import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from sanzhi.policy.coding.study import Study, refused

NAME = "run.json"
_PACKAGES = ("sanzhi", "numpy", "polars", "pydantic", "pyyaml")


def run_record(
    path: Path, study: Study, choices: Mapping[str, Any], files: Mapping[str, bytes]
) -> bytes:
    """The record of a run: study, inputs and outputs by SHA-256, choices, package versions."""
    named = [path.name, *study.corpus, *study.codings, *([study.index] if study.index else [])]
    options = " ".join(f"--{name} {value}" for name, value in choices.items())
    record = {
        "command": f"sanzhi policy report {path.name} --out DIR {options}",
        "choices": dict(choices),
        "study": {"key": study.key, "version": study.version},
        # What a study takes over from another stands in no file beside it.
        "inputs": {"study as read": _hash(study.model_dump_json().encode())}
        | {
            name: _hash((path.parent / name).read_bytes())
            for name in named
            if (path.parent / name).is_file()
        },
        "outputs": {name: _hash(data) for name, data in sorted(files.items())},
        "packages": {"python": platform.python_version()}
        | {name: found for name in _PACKAGES if (found := _version(name))},
    }
    return (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode()


def read_record(folder: Path) -> dict[str, Any]:
    """The record in a report's folder; `Unusable` (`report.record`) where there is none."""
    try:
        record = json.loads((folder / NAME).read_bytes())
    except (OSError, ValueError, RecursionError):
        record = None
    choices = record.get("choices") if isinstance(record, dict) else None
    if (
        not isinstance(choices, dict)
        or not isinstance(choices.get("lang"), str)
        or not all(
            isinstance(choices.get(name), int) and choices[name] >= low
            for name, low in (("draws", 1), ("seed", 0))
        )
    ):
        raise refused(
            "report.record",
            str(folder / NAME),
            "It is no run record of a report",
            "不是报告的运行记录",
        )
    return dict(record)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
