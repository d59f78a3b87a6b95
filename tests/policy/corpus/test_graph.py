"""Citations, amendments and repeals between policies, and what was in force when."""

from datetime import date

from sanzhi.law.pack import load
from sanzhi.policy.corpus import Policy
from sanzhi.policy.corpus.graph import Graph


def policy(key: str, title: str, text: str = "", day: str = "2018-01-01", **more: object) -> Policy:
    return Policy.model_validate(
        {"id": key, "title": title, "text": text, "issued": day, "issuers": ["海关总署"], **more}
    )


OLD = policy("old", "海关甲管理办法", number="海关总署令第901号", day="2010-01-01")
NEW = policy(
    "new",
    "海关甲管理办法",
    "《海关甲管理办法》（海关总署令第901号）同时废止。",
    "2018-03-01",
    number="海关总署令第902号",
    effective="2018-05-01",
)
NOTICE = policy(
    "notice",
    "关于实施的公告",
    "根据《海关甲管理办法》，修改海关总署公告2015年第7号。",
    "2019-01-01",
)
SEVEN = policy("seven", "七", number="公告〔2015〕7号", day="2015-02-01")


def test_references_join_by_number_and_by_the_title_of_the_latest_version() -> None:
    graph = Graph([OLD, NEW, NOTICE, SEVEN])
    assert [(one.target, one.kind) for one in graph.out_of("notice")] == [
        ("new", "cites"),
        ("seven", "amends"),
    ]
    assert [one.source for one in graph.into("old", "repeals")] == ["new"]


def test_a_repealed_policy_is_in_force_until_the_repealing_one_applies() -> None:
    graph = Graph([OLD, NEW])
    assert [one.id for one in graph.in_force(date(2018, 4, 30))] == ["old"]
    assert [one.id for one in graph.in_force(date(2018, 5, 1))] == ["new"]
    assert graph.in_force(date(2009, 12, 31)) == []


def test_a_newer_version_of_a_law_replaces_the_older() -> None:
    laws = [
        policy(f"law{year}", "中华人民共和国乙法", day=f"{year}-06-01", doc_type="law")
        for year in (2000, 2013)
    ]
    assert [one.id for one in Graph(laws).in_force(date(2012, 1, 1))] == ["law2000"]
    assert [one.id for one in Graph(laws).in_force(date(2014, 1, 1))] == ["law2013"]


def test_acts_of_the_law_pack_are_nodes_and_join_policies() -> None:
    act = policy("credit", "海关企业信用管理办法", number="署令〔2018〕237号", day="2018-03-03")
    citing = policy(
        "citing",
        "公告",
        "根据《中华人民共和国海关企业信用管理办法》和《海关预裁定管理暂行办法》，"
        "执行《不知名办法》。",
        "2019-01-01",
    )
    graph = Graph([act, citing], load().acts.values())
    assert graph.act("credit") == "gacc-order-237"
    assert {one.named: one.target for one in graph.out_of("citing")} == {
        "《中华人民共和国海关企业信用管理办法》": "credit",
        "《海关预裁定管理暂行办法》": "act:gacc-order-236",
        "《不知名办法》": "",
    }
    nodes = {one["id"] for one in graph.document()["nodes"]}
    assert nodes == {"credit", "citing", "act:gacc-order-236"}


def test_relations_stated_in_the_corpus_go_before_those_of_the_text() -> None:
    stated = policy(
        "stated",
        "公告",
        "废止《海关甲管理办法》。",
        "2020-01-01",
        cites=["海关总署令第901号"],
        repeals="not a list",
    )
    assert [(one.target, one.kind) for one in Graph([OLD, stated]).out_of("stated")] == [
        ("old", "cites")
    ]


def test_how_a_policy_stands_names_what_ended_it() -> None:
    ended = policy("ended", "试行规定", day="2010-01-01", repealed="2012-01-01")
    laws = [
        policy(f"law{year}", "中华人民共和国乙法", day=f"{year}-06-01", doc_type="law")
        for year in (2005, 2013)
    ]
    undated = Policy(id="undated", title="无日期")
    standings = Graph([OLD, NEW, ended, *laws, undated]).standings(date(2018, 5, 1))
    assert {key: tuple(one) for key, one in standings.items()} == {
        "old": ("repealed", "new"),
        "new": ("in_force", ""),
        "ended": ("ended", ""),
        "law2005": ("replaced", "law2013"),
        "law2013": ("in_force", ""),
        "undated": ("undated", ""),
    }
    earlier = Graph([OLD, NEW, ended]).standings(date(2009, 1, 1))
    assert {one.kind for one in earlier.values()} == {"not_yet"}


def test_every_version_of_a_law_is_the_act_a_notice_of_its_title_is_not() -> None:
    acts = load().acts
    law = acts["customs-law"]
    versions = [
        policy(f"law{year}", "中华人民共和国海关法", day=f"{year}-06-01", doc_type="law")
        for year in (2013, 2021)
    ]
    notice = policy("notice", "中华人民共和国海关法", doc_type="notice")
    graph = Graph([*versions, notice], [law])
    assert [graph.act(one) for one in ("law2013", "law2021", "notice")] == [
        "customs-law",
        "customs-law",
        None,
    ]
