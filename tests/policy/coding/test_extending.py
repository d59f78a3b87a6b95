"""A study file that extends another: its own choices over the other's frame."""

from pathlib import Path

import pytest

from sanzhi.core.findings import Unusable
from sanzhi.policy.coding.opening import open_study
from sanzhi.policy.coding.shipped import located
from sanzhi.policy.coding.study import load_study
from sanzhi.policy.coding.suggesting import adopted, suggest
from sanzhi.policy.corpus.importing import read_and_complete, write_jsonl
from sanzhi.policy.measurement.annual import annual
from sanzhi.policy.measurement.building import build

SAMPLE = Path(__file__).parents[3] / "docs" / "samples" / "customs-corpus-study.yaml"
SHIPPED = load_study(located(Path("customs-facilitation")))


def test_what_is_not_given_is_the_other_studys_save_its_files() -> None:
    found = load_study(SAMPLE)
    assert (found.codebook, found.force, found.measurement) == (
        SHIPPED.codebook,
        SHIPPED.force,
        SHIPPED.measurement,
    )
    assert found.key == "customs-corpus"
    assert (found.corpus, found.codings) == (("corpus.jsonl",), ())
    assert found.include.any


def test_a_file_beside_it_can_be_extended(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_text(
        SAMPLE.read_text("utf-8").replace("extends: customs-facilitation", "extends: a.yaml"),
        encoding="utf-8",
    )
    (tmp_path / "a.yaml").write_text(
        located(Path("customs-facilitation")).read_text("utf-8"), encoding="utf-8"
    )
    assert load_study(tmp_path / "b.yaml") == load_study(SAMPLE)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("extends: 5", "study.extends"),
        ("extends: nowhere", "study.base"),
        ("extends: self.yaml", "study.extends"),
        ("extends: ../self.yaml", "study.beside"),
        ("extends: /etc/base.yaml", "study.beside"),
        ('extends: "a\\0.yaml"', "study.beside"),
        ("extends: customs-facilitation", "study.field"),
        ("years: 2020-13-45", "study.yaml"),
    ],
)
def test_what_cannot_be_extended_is_a_finding(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "self.yaml").write_text(text)
    with pytest.raises(Unusable) as refused:
        load_study(tmp_path / "self.yaml")
    assert refused.value.finding.code == code


@pytest.mark.shared
def test_the_frame_measures_the_real_corpus(shared_data: Path, tmp_path: Path) -> None:
    """From 3,008 raw records to yearly figures over 2001–2021, coded by machine."""
    imported = read_and_complete([shared_data / "policy" / "customs_policy_corpus.jsonl"])
    write_jsonl(imported.policies, tmp_path / "corpus.jsonl")
    (tmp_path / "study.yaml").write_text(SAMPLE.read_text("utf-8"), encoding="utf-8")
    study, policies, codings = open_study(tmp_path / "study.yaml")
    assert len(policies) > 1000
    made = adopted(study, policies, codings, suggest(study, policies, codings))
    rows = [row for row in annual(build(study, policies, made)) if row.category == "all"]
    assert [row.year for row in rows] == list(range(2001, 2022))
    assert all(row.policies and row.total_effectiveness for row in rows)
