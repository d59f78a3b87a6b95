"""Gaps: what is missing, with the rows behind it."""

import json

from policy.studies import FORCE, POLICIES, codings_of, run, write_study
from sanzhi.policy.coding.opening import open_study
from sanzhi.policy.measurement.building import build
from sanzhi.policy.measurement.gaps import gaps


def found(folder, **changes):
    study, policies, codings = open_study(write_study(folder, **changes))
    rows = gaps(study, build(study, policies, codings), policies)
    return {(one.kind, one.category, one.subject): one for one in rows}


def test_document_types_never_used(tmp_path):
    scale = FORCE | {"administrative regulation": 4}
    rows = found(tmp_path, force={"use": "A", "scales": {"A": scale}})
    gap = rows["document_type", "all", ("administrative regulation",)]
    assert gap.rows == (
        {"doc_type": "administrative regulation", "force": 4, "policies": 0, "of": 3},
    )
    assert [key for key in rows if key[0] == "document_type"] == [
        ("document_type", "all", ("administrative regulation",))
    ]


def test_codes_never_used_and_pairs_never_together(tmp_path):
    rows = found(
        tmp_path,
        codings=codings_of({"P1": {"m1": 2, "g1": 3}, "P2": {"g1": 4}, "P3": {"m1": 1, "g2": 5}}),
    )
    gap = rows["measure", "all", ("m2",)]
    assert gap.rows[0] == {
        "code": "m2",
        "policies": 0,
        "of": 3,
        "share": 0.0,
        "mean_where_used": None,
    }
    assert gap.text.en == "The measure “Code m2” is never used (all policies)."
    assert gap.text.zh == "措施“编码m2”从未使用（全部政策）。"
    pair = rows["pair", "all", ("g1", "g2")]
    assert pair.rows[0]["expected_by_chance"] == 2 / 3
    assert (pair.rows[0]["first_policies"], pair.rows[0]["second_policies"]) == (2, 1)
    # A code never used is a gap of its own, not one of every pair it could be in.
    assert not any("m2" in subject for kind, _, subject in rows if kind == "pair")
    assert ("pair", "all", ("m1", "g1")) not in rows


def test_a_code_used_now_and_then_is_neglected(tmp_path):
    policies = [POLICIES[1] | {"id": f"N{i}"} for i in range(41)]
    scores = {
        f"N{i}": {"m1": 1, "g1": 1, "g2": 1} | ({"m2": 4} if i < 2 else {}) for i in range(41)
    }
    rows = found(tmp_path, policies=policies, codings=codings_of(scores), categories=[])
    gap = rows["measure", "all", ("m2",)]  # 2 of 41 is below 5 %
    assert (gap.rows[0]["policies"], gap.rows[0]["mean_where_used"]) == (2, 4)
    assert "used in 2 of 41 policies" in gap.text.en
    scores["N2"]["m2"] = 1
    assert ("measure", "all", ("m2",)) not in found(
        tmp_path, policies=policies, codings=codings_of(scores), categories=[]
    )


def test_years_without_a_policy_are_told_as_runs(tmp_path):
    rows = found(tmp_path, years=[2001, 2006])
    assert [key for key in rows if key[:2] == ("years", "all")] == [
        ("years", "all", ("2002",)),
        ("years", "all", ("2004", "2005", "2006")),
    ]
    gap = rows["years", "all", ("2004", "2005", "2006")]
    assert gap.text.en == "No policy in 2004–2006 (all policies)."
    assert [row["year"] for row in gap.rows] == [2004, 2005, 2006]


def test_gaps_command(tmp_path, monkeypatch, capsys):
    path = write_study(tmp_path)
    assert run(monkeypatch, "policy", "gaps", path, "--json") == 0
    rows = json.loads(capsys.readouterr().out)
    assert all(row["rows"] and row["text"]["zh"] and row["advice"]["en"] for row in rows)
    assert {"kind": "years", "category": "all", "subject": ["2002"]}.items() <= next(
        row for row in rows if row["kind"] == "years"
    ).items()
    assert run(monkeypatch, "policy", "gaps", path) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(rows)
