"""The most connected part of a body of policy."""

from sanzhi.policy.corpus import Policy
from sanzhi.policy.corpus.connecting import most_connected, named_elsewhere
from sanzhi.policy.corpus.graph import Graph


def policy(key: str, year: int | None, **relations: list[str]) -> Policy:
    return Policy.model_validate({"id": key, "title": f"{key}办法", "year": year, **relations})


def body() -> Graph:
    law, rule = policy("law", 2000, cites=[]), policy("rule", 2005, cites=["《law办法》"])
    notices = [policy(f"n{i}", 2010 + i, cites=["《law办法》", "《外来规定》"]) for i in range(3)]
    amending = policy("late", None, cites=["《外来规定》", "《别的规定》"], amends=["《rule办法》"])
    return Graph([law, rule, *notices, amending])


def test_what_most_is_done_to_comes_into_the_picture_with_what_does_it_oldest_first():
    nodes, ties = most_connected(body(), most=4)
    assert [one.key for one in nodes] == ["law", "rule", "n0", "late"]
    assert nodes[0].done_to == {"cites": 4}
    assert (nodes[1].done_to, nodes[1].does) == ({"amends": 1}, {"cites": 1})
    assert [(one.source, one.target, one.kind) for one in ties] == [
        ("rule", "law", "cites"),
        ("n0", "law", "cites"),
        ("late", "rule", "amends"),
    ]


def test_one_kind_of_relation_alone():
    nodes, ties = most_connected(body(), ["amends"])
    assert [one.key for one in nodes] == ["rule", "late"]
    assert [one.kind for one in ties] == ["amends"]


def test_a_body_without_relations_has_no_picture():
    assert most_connected(Graph([policy("a", 2001, cites=[])])) == ([], [])


def test_acts_that_are_named_and_lacking_are_counted():
    assert [(one.name, one.kinds.total()) for one in named_elsewhere(body())] == [
        ("《外来规定》", 4),
        ("《别的规定》", 1),
    ]
    assert named_elsewhere(body(), ["repeals"]) == []
