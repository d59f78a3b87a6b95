"""Looking through a corpus: what a filter finds, and what each choice would find."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from policy.studies import study_fields
from sanzhi.policy.coding.study import Study
from sanzhi.policy.corpus import Policy
from sanzhi.policy.corpus.browsing import NONE, Catalogue, Filter

STUDY = Study.model_validate(study_fields())
POLICIES = {
    one.id: one
    for one in (
        Policy(
            id="a",
            title="通关监管办法",
            issuers=("海关总署",),
            doc_type="rule",
            issued=date(2001, 3, 1),
            text="电子申报",
        ),
        Policy(
            id="b",
            title="通知甲",
            issuers=("海关总署", "商务部"),
            doc_type="notice",
            issued=date(2003, 5, 1),
            text="电子电子清单",
            repealed=date(2010, 1, 1),
        ),
        Policy(id="c", title="通知乙", doc_type="notice", year=2003, text="监管"),
        Policy(id="d", title="公告", number="公告〔2015〕7号", issued=date(2015, 1, 1)),
        Policy(id="e", title="无年"),
    )
}
STATES = dict.fromkeys(POLICIES, "unassigned") | {"a": "settled"}
CATALOGUE = Catalogue(STUDY, POLICIES)


def select(day=date(2020, 1, 1), **sought):
    return CATALOGUE.select(Filter(**sought), STATES, CATALOGUE.graph.standings(day))


def ids(**sought):
    return [one.policy.id for one in select(**sought).found]


def test_without_a_filter_everything_is_found_the_newest_first():
    assert ids() == ["d", "b", "c", "a", "e"]


def test_each_choice_narrows_what_is_found():
    assert ids(first=2003, last=2003) == ["b", "c"]
    assert ids(first=2004) == ["d"]
    assert ids(last=2001) == ["a"]
    assert ids(doc_type="notice") == ["b", "c"]
    assert ids(issuer="商务部") == ["b"]
    assert ids(category="supervision") == ["c", "a"]
    assert ids(included="no") == ["d", "e"]  # outside 2001–2003, or without a year
    assert ids(state="settled") == ["a"]
    assert ids(standing="in_force") == ["d", "a"]
    assert ids(standing="in_force", day=date(2009, 12, 31)) == ["b", "a"]


def test_what_has_none_can_be_asked_for():
    assert ids(doc_type=NONE) == ["d", "e"]
    assert ids(issuer=NONE) == ["d", "c", "e"]
    assert ids(category=NONE) == ["d", "b", "e"]


def test_words_are_found_in_text_title_and_number_the_best_first():
    assert ids(words="电子") == ["b", "a"]
    assert ids(words="7号") == ["d"]
    assert ids(words="电子 清单") == ["b"]
    assert ids(words="无此词") == []
    hit = select(words="清单").found[0].hit
    assert (hit.start, hit.end) == (4, 6)


def test_a_count_says_what_the_choice_would_find_beside_the_rest():
    counts = select(doc_type="notice", words="电子").counts
    assert counts["doc_type"] == {"notice": 1, "rule": 1}
    assert counts["issuer"] == {"海关总署": 1, "商务部": 1}
    assert counts["category"] == {NONE: 1}


def test_years_are_counted_whatever_years_are_chosen():
    chosen = select(first=2001, last=2001)
    assert {year: kinds.total() for year, kinds in chosen.by_year.items()} == {
        2001: 1,
        2003: 2,
        2015: 1,
    }
    assert chosen.by_category[2003] == {"supervision": 1, NONE: 1}


choices = st.fixed_dictionaries(
    {},
    optional={
        "doc_type": st.sampled_from(["notice", "rule", NONE]),
        "issuer": st.sampled_from(["海关总署", "商务部", NONE]),
        "category": st.sampled_from(["supervision", NONE]),
        "included": st.sampled_from(["yes", "no"]),
        "state": st.sampled_from(["settled", "unassigned"]),
        "words": st.sampled_from(["电子", "监管"]),
        "first": st.integers(2000, 2016),
    },
)


@given(choices, st.sampled_from(["doc_type", "issuer", "category", "included", "state"]))
def test_counts_tell_the_truth(sought, facet):
    counted = select(**sought).counts[facet]
    for value in counted:
        assert len(ids(**sought | {facet: value})) == counted[value]
