"""The words of the manual: a string for both languages, or one for each."""

import pytest

from policy.studies import code, study_fields, write_study
from sanzhi.core.findings import Text, Unusable
from sanzhi.policy.coding.study import Study, load_study


def codebook(**manual):
    return {"measures": [code("m1") | manual], "objectives": [code("g1")]}


def first_code(**manual):
    return Study.model_validate(study_fields(codebook=codebook(**manual))).codebook.measures[0]


def test_a_string_stands_for_both_languages():
    found = first_code(definition="税费", levels={1: {"text": "提及", "anchor": "研究"}})
    assert found.definition == Text("税费", "税费")
    assert found.levels[1].text == Text("提及", "提及")
    assert found.levels[1].anchor == Text("研究", "研究")


def test_each_language_may_have_its_own():
    found = first_code(
        definition={"en": "taxes", "zh": "税费"},
        levels={2: {"text": {"en": "binds", "zh": "有约束力"}}},
    )
    assert found.definition == Text("taxes", "税费")
    assert found.levels[2].text.in_language("zh-hans") == "有约束力"
    assert found.levels[2].anchor is None


def test_nothing_said_is_nothing():
    assert first_code().definition is None
    assert first_code(definition="").definition is None
    assert first_code(levels={1: {"text": "提及", "anchor": ""}}).levels[1].anchor is None


def test_a_study_comes_back_as_it_was_stored():
    manual = {
        "definition": {"en": "taxes", "zh": "税费"},
        "levels": {1: {"text": "提及", "anchor": {"en": "study", "zh": "研究"}}},
    }
    study = Study.model_validate(study_fields(codebook=codebook(**manual)))
    assert Study.model_validate_json(study.model_dump_json()) == study
    stored = study.model_dump(mode="json")["codebook"]["measures"][0]
    assert stored["definition"] == manual["definition"]
    assert stored["levels"]["1"]["text"] == "提及"


@pytest.mark.parametrize("wrong", [{"en": "taxes"}, {"en": "a", "zh": "b", "fr": "c"}, 7, ["a"]])
def test_a_language_that_is_missing_or_unknown_is_named(tmp_path, wrong):
    path = write_study(tmp_path, codebook=codebook(definition=wrong))
    with pytest.raises(Unusable) as refused:
        load_study(path)
    assert "codebook.measures[0].definition" in refused.value.finding.path
