"""Suggestions of rules and of a model of the study's own codes; never codes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sanzhi.policy.coding.codings import check_codings
from sanzhi.policy.coding.opening import open_study
from sanzhi.policy.coding.record import Coding
from sanzhi.policy.coding.study import Study
from sanzhi.policy.coding.suggesting import MIN_CODED, Suggestion, adopted, suggest
from sanzhi.policy.corpus import Policy

STUDY = Study.model_validate(
    {
        "key": "s",
        "version": 1,
        "title": {"en": "S", "zh": "S"},
        "years": [2001, 2021],
        "corpus": ["a.csv"],
        "codebook": {
            "measures": [
                {
                    "key": "technical",
                    "title": {"en": "T", "zh": "T"},
                    "terms": ["电子", "电子数据", "联网"],
                }
            ],
            "objectives": [{"key": "time", "title": {"en": "O", "zh": "O"}, "terms": ["效率"]}],
        },
        "force": {"use": "A", "scales": {"A": {"law": 5}}},
    }
)


def corpus(*texts: str) -> dict[str, Policy]:
    return {f"p{i:02}": Policy(id=f"p{i:02}", text=text) for i, text in enumerate(texts)}


def test_rules_find_the_terms_of_the_codebook_with_their_places() -> None:
    policies = corpus("以电子数据联网核对，提高效率。", "没有相关内容。")
    made = suggest(STUDY, policies, [])
    found = {(one.policy, one.code): one for one in made.suggestions}
    assert set(found) == {("p00", "technical"), ("p00", "time")}
    technical = found["p00", "technical"]
    text = policies["p00"].text
    assert [text[span.start : span.end] for span in technical.spans] == ["电子数据", "联网"]
    assert (technical.score, technical.by, made.trained) == (2, "rules", ())


def test_terms_are_found_in_traditional_script_too() -> None:
    made = suggest(STUDY, corpus("以電子數據聯網核對。"), [])
    assert [span.start for span in made.suggestions[0].spans] == [1, 5]


def test_what_is_coded_is_not_suggested_again() -> None:
    policies = corpus("电子。", "电子。")
    codings = [
        Coding(policy="p00", code=code, score=0, coder="a") for code in ("technical", "time")
    ]
    made = suggest(STUDY, policies, codings)
    assert {one.policy for one in made.suggestions} == {"p01"}
    assert made.order == ("p01",)


def trained() -> tuple[dict[str, Policy], list[Coding]]:
    """Texts about seals (coded 4, no term of the codebook) and about fees (coded 0)."""
    texts = [
        f"第{i}批货物使用智能关锁封识。其他事项照旧办理。"
        if i % 2
        else f"第{i}项收费予以取消。其他事项照旧办理。"
        for i in range(40)
    ]
    policies = corpus(*texts)
    codings = [
        Coding(policy=key, code="technical", score=4 if i % 2 else 0, coder="a")
        for i, key in enumerate(policies)
        if i < 30
    ]
    return policies, codings


def test_a_model_learns_what_this_study_codes() -> None:
    policies, codings = trained()
    made = suggest(STUDY, policies, codings)
    assert made.trained == ("technical",)
    found = {one.policy: one for one in made.suggestions}
    assert set(found) == {f"p{i}" for i in range(31, 40, 2)}
    for key, one in found.items():
        assert (one.score, one.by) == (4, "model")
        evidence = "".join(policies[key].text[span.start : span.end] for span in one.spans)
        assert "智能关锁" in evidence


def test_few_or_one_sided_codes_train_no_model() -> None:
    policies, codings = trained()
    assert suggest(STUDY, policies, codings[: MIN_CODED - 1]).trained == ()
    one_sided = [one.model_copy(update={"score": 4}) for one in codings]
    assert suggest(STUDY, policies, one_sided).trained == ()


def test_the_same_codes_give_the_same_suggestions() -> None:
    policies, codings = trained()
    assert suggest(STUDY, policies, codings) == suggest(STUDY, policies, codings)


def test_the_doubtful_come_first() -> None:
    policies, codings = trained()
    mixed = Policy(id="mixed", text="智能关锁封识收费予以取消。")
    assert suggest(STUDY, policies | {"mixed": mixed}, codings).order[0] == "mixed"


def test_adopted_suggestions_are_valid_codings_of_the_machine_alone() -> None:
    policies, codings = trained()
    made = adopted(STUDY, policies, codings, suggest(STUDY, policies, codings))
    check_codings(made, STUDY, policies, "adopted")
    assert {one.coder for one in made} == {"machine"}
    assert not {(one.policy, one.code) for one in made} & {
        (one.policy, one.code) for one in codings
    }
    assert len(made) + len(codings) == 2 * len(policies)


def test_a_suggestion_is_no_coding() -> None:
    one = suggest(STUDY, corpus("电子。"), []).suggestions[0]
    with pytest.raises(ValidationError):
        Coding.model_validate(one.model_dump())
    assert not issubclass(Suggestion, Coding)


@given(st.lists(st.text("电子数据联网效率，。電數 \nAİ", max_size=30), min_size=1, max_size=6))
def test_evidence_always_lies_in_the_text(texts: list[str]) -> None:
    policies = corpus(*texts)
    for one in suggest(STUDY, policies, []).suggestions:
        assert one.spans
        assert all(span.end <= len(policies[one.policy].text) for span in one.spans)


def test_the_shipped_study_trains_models_of_its_own() -> None:
    study, policies, codings = open_study(Path("customs-facilitation"))
    new = Policy(id="new", text="推行无纸化，以电子数据联网核对，取消纸质单证。")
    made = suggest(study, policies | {"new": new}, codings)
    assert made.order == ("new",)
    assert "technical" in made.trained
    assert any(one.code == "technical" for one in made.suggestions)


def test_the_command_writes_one_document_and_adopts_on_demand(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,year,text\n1,2010,以电子数据核对\n", encoding="utf-8")
    (tmp_path / "s.yaml").write_text(json.dumps(STUDY.model_dump(mode="json")), encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from sanzhi.cli import main; main()",
            "policy",
            "suggest",
            "s.yaml",
            "--json",
            "--adopt",
            "machine.csv",
        ],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["suggestions"][0]["code"] == "technical"
    assert (tmp_path / "machine.csv").read_text("utf-8").count("machine") == 2
