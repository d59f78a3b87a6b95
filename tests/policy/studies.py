"""Small studies for tests, written to a folder."""

import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from sanzhi.cli import main

FORCE = {"law": 5, "rule": 3, "notice": 1}

POLICIES = [
    {
        "id": "P1",
        "issued": "2001-02-01",
        "doc_type": "law",
        "issuers": ["海关总署", "商务部"],
        "text": "加强监管",
    },
    {
        "id": "P2",
        "issued": "2001-11-30",
        "doc_type": "notice",
        "issuers": ["海关总署"],
        "text": "简化手续",
    },
    {
        "id": "P3",
        "issued": "2003-06-01",
        "doc_type": "rule",
        "issuers": ["商务部", "税务总局"],
        "text": "简化监管",
    },
]
SCORES = {
    "P1": {"m1": 2, "m2": 3, "g1": 1},
    "P2": {"m1": 1, "g1": 2, "g2": 4},
    "P3": {"m2": 4, "g2": 5},
}


def code(key: str) -> dict[str, Any]:
    return {"key": key, "title": {"en": f"Code {key}", "zh": f"编码{key}"}}


def study_fields(**changes: Any) -> dict[str, Any]:
    return {
        "key": "small",
        "version": 1,
        "title": {"en": "Small study", "zh": "小研究"},
        "years": [2001, 2003],
        "corpus": ["corpus.jsonl"],
        "codings": ["codings.csv"],
        "categories": [
            {
                "key": "supervision",
                "title": {"en": "Supervision", "zh": "监管"},
                "rule": {"any": ["监管"]},
            }
        ],
        "codebook": {"measures": [code("m1"), code("m2")], "objectives": [code("g1"), code("g2")]},
        "force": {"use": "A", "scales": {"A": FORCE, "B": FORCE | {"rule": 2}}},
    } | changes


def codings_of(scores: dict[str, dict[str, int]], coder: str = "anna") -> list[dict[str, Any]]:
    return [
        {"policy": policy, "code": key, "score": score, "coder": coder}
        for policy, given in scores.items()
        for key, score in given.items()
    ]


def write_study(
    folder: Path,
    policies: Sequence[dict[str, Any]] = POLICIES,
    codings: Sequence[dict[str, Any]] | None = None,
    **changes: Any,
) -> Path:
    (folder / "corpus.jsonl").write_text(
        "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in policies), encoding="utf-8"
    )
    rows = codings_of(SCORES) if codings is None else codings
    columns = list(dict.fromkeys(key for row in rows for key in row)) or [
        "policy",
        "code",
        "score",
        "coder",
    ]
    with (folder / "codings.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, columns)
        writer.writeheader()
        writer.writerows(rows)
    path = folder / "study.yaml"
    path.write_text(yaml.safe_dump(study_fields(**changes), allow_unicode=True), encoding="utf-8")
    return path


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    """The command line's exit status."""
    monkeypatch.setattr(sys, "argv", ["sanzhi", *map(str, arguments)])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)
