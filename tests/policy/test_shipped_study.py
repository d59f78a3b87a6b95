"""The study that ships: whole, within its own rules, and true to the law pack."""

import re
from collections import Counter
from pathlib import Path

import pytest

from sanzhi.law.pack import load
from sanzhi.policy.coding.opening import open_study
from sanzhi.policy.coding.shipped import located, shipped_studies
from sanzhi.policy.corpus.recognising import doc_type
from sanzhi.policy.corpus.references import canonical
from sanzhi.policy.corpus.selecting import categories_of
from sanzhi.policy.corpus.vocabulary import DOC_TYPES

STUDY, POLICIES, CODINGS = open_study(Path("customs-facilitation"))


def test_it_is_found_by_its_key_and_a_file_goes_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert shipped_studies() == ["customs-facilitation"]
    monkeypatch.chdir(tmp_path)
    (tmp_path / "customs-facilitation").write_text("key: x")
    assert located(Path("customs-facilitation")) == Path("customs-facilitation")
    assert located(Path("elsewhere")) == Path("elsewhere")


def test_every_year_has_a_policy_and_every_policy_a_category() -> None:
    assert {one.counted_year for one in POLICIES.values()} == set(STUDY.all_years)
    assert all(categories_of(STUDY, one) for one in POLICIES.values())


def test_both_force_scales_level_every_kind_of_document() -> None:
    for scale in STUDY.force.scales.values():
        assert set(scale) == set(DOC_TYPES)
    assert STUDY.force.scales["A"]["ministry order"] > STUDY.force.scales["B"]["ministry order"]


def test_the_manual_has_every_level_with_an_example_in_both_languages() -> None:
    for code in STUDY.codebook.codes:
        assert set(code.levels) == {1, 2, 3, 4, 5}
        for said in (
            code.definition,
            *(one.text for one in code.levels.values()),
            *(one.anchor for one in code.levels.values()),
        ):
            assert said
            assert said.en.isascii()
            assert re.search("[一-鿿]", said.zh)
        assert code.terms


def test_two_coders_scored_every_code_of_every_text() -> None:
    given = Counter(
        (one.policy, one.coder) for one in CODINGS if one.status == "final" and one.round == 1
    )
    assert set(given.values()) == {len(STUDY.codebook.codes)}
    assert len(given) == 2 * len(POLICIES)


def test_every_score_above_none_has_its_evidence() -> None:
    for one in CODINGS:
        assert bool(one.spans) == (one.score > 0), one


def test_disputed_scores_are_adjudicated() -> None:
    scores: dict[tuple[str, str], set[int]] = {}
    for one in CODINGS:
        if one.status == "final":
            scores.setdefault((one.policy, one.code), set()).add(one.score)
    settled = {(one.policy, one.code) for one in CODINGS if one.status == "adjudicated"}
    assert settled == {unit for unit, given in scores.items() if len(given) > 1}


def test_facts_agree_with_the_law_pack() -> None:
    acts = load().acts
    joined = [one for one in POLICIES.values() if one.act]
    assert len(joined) > 20
    for one in joined:
        act = acts[one.act or ""]
        if one.number:
            assert canonical(one.number, one.issuers) == canonical(act.number), one.id
            assert (one.issued, one.effective) == (act.issued, act.effective), one.id


def test_kinds_agree_with_the_rules() -> None:
    for one in POLICIES.values():
        found = doc_type(one.title, one.number or "", one.issuers)
        assert found in (one.doc_type, None), one.id
