"""Which policies a study counts, and why it leaves others out."""

import pytest

from policy.studies import study_fields
from sanzhi.policy.coding.study import Study
from sanzhi.policy.corpus import Policy
from sanzhi.policy.corpus.selecting import included, left_out

POLICY = Policy.model_validate(
    {
        "id": "p",
        "title": "通关公告",
        "text": "简化手续",
        "issuers": ["海关总署"],
        "doc_type": "announcement",
        "year": 2002,
        "colour": "red",
    }
)


def reason(policy=POLICY, **include):
    study = Study.model_validate(study_fields(include=include))
    found = left_out(study, policy)
    assert (found is None) == ("p" in included(study, {"p": policy}))
    return found and found.en


def test_a_policy_that_meets_every_condition_is_counted():
    assert (
        reason(
            any=["通关"],
            none=["关税"],
            doc_types=["announcement"],
            issuers=["海关总署"],
            field="colour",
            equals=["red"],
        )
        is None
    )


@pytest.mark.parametrize(
    ("include", "said"),
    [
        ({"any": ["关税"]}, "words that the study looks for"),
        ({"none": ["手续", "关税"]}, "“手续”"),
        ({"doc_types": ["law"]}, "kind of document"),
        ({"issuers": ["商务部"]}, "issuers"),
        (
            {"field": "colour", "equals": ["blue", "green"]},
            "colour is red; the study asks for blue or",
        ),
        ({"field": "shade", "equals": ["dark"]}, "shade is empty"),
    ],
)
def test_the_first_condition_missed_is_the_reason(include, said):
    assert said in reason(**include)


def test_years_are_a_reason_too():
    assert "2010" in reason(POLICY.model_copy(update={"year": 2010}))
    assert "Neither date nor year" in reason(POLICY.model_copy(update={"year": None}))
