"""Full-text search, in both scripts and for words of two characters."""

from hypothesis import given
from hypothesis import strategies as st

from sanzhi.policy.corpus import Policy
from sanzhi.policy.corpus.script import script_of, simplified, traditional
from sanzhi.policy.corpus.searching import Index

POLICIES = [
    Policy(id="1", title="关于舱单的公告", text="为规范电子数据传输，企业应当申报舱单。"),
    Policy(id="2", title="跨境电子商务退货", text="便利跨境电子商务商品退货，电子清单申报。"),
    Policy(id="3", title="關於AEO互認", text="認證企業享受跨境便利。"),
]


def found(words: str) -> list[str]:
    return [hit.policy for hit in Index(POLICIES).search(words)]


def test_words_of_two_characters_are_found() -> None:
    assert set(found("电子")) == {"1", "2"}
    assert set(found("跨境")) == {"2", "3"}


def test_all_words_must_stand_in_the_policy() -> None:
    assert found("跨境 退货") == ["2"]
    assert found("跨境 舱单") == []
    assert found("") == []


def test_either_script_and_case_finds_the_other() -> None:
    assert found("互认") == found("互認") == found("aeo") == ["3"]


def test_a_phrase_that_stands_nowhere_is_sought_by_its_words() -> None:
    assert found("电子舱单") == ["1"]


def test_the_title_counts_more() -> None:
    assert found("舱单 申报") == ["1"]
    twice = [
        Policy(id="a", title="无关", text="退货退货"),
        Policy(id="b", title="退货", text="无关退货"),
    ]
    assert [hit.policy for hit in Index(twice).search("退货")] == ["b", "a"]


def test_a_snippet_shows_the_original_around_the_hit() -> None:
    hit = Index(POLICIES).search("企業")[0]
    policy = next(one for one in POLICIES if one.id == hit.policy)
    assert simplified(policy.text[hit.start : hit.end]) == "企业"
    assert hit.snippet.strip("…") in policy.text
    assert [simplified(hit.snippet[start:end]) for start, end in hit.marks] == ["企业"]


def test_every_word_sought_is_marked_in_the_snippet() -> None:
    hit = Index(POLICIES).search("跨境 清单")[0]
    assert [hit.snippet[start:end] for start, end in hit.marks] == ["跨境", "清单"]


def test_a_number_is_found() -> None:
    numbered = [Policy(id="n", title="公告", number="海关总署公告2015年第7号", text="正文")]
    assert [(hit.policy, hit.end) for hit in Index(numbered).search("2015年第7号")] == [("n", 0)]


@given(
    st.lists(st.text("电子跨境商务海关 ab", max_size=20), min_size=1, max_size=5),
    st.text("电子跨境商务海关ab", min_size=1, max_size=3),
)
def test_every_policy_that_holds_a_word_is_found(texts: list[str], word: str) -> None:
    policies = [Policy(id=str(i), text=text) for i, text in enumerate(texts)]
    hits = {hit.policy for hit in Index(policies).search(word)}
    assert {one.id for one in policies if word in one.text} <= hits


def test_scripts_are_told_apart_and_turned() -> None:
    assert (script_of("海關總署"), script_of("海关"), script_of("customs")) == (
        "traditional",
        "simplified",
        "none",
    )
    assert simplified(traditional("海关总署电子数据")) == "海关总署电子数据"
