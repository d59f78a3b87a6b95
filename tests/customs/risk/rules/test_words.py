"""Rules in words, what changes between tables, rules as they are typed, policy in words."""

import pytest
from hypothesis import given

from customs.risk.rules.tables import conditions, rule, rules
from sanzhi.core.findings import Text
from sanzhi.customs.risk.rules.analysis import analyse, implies
from sanzhi.customs.risk.rules.cells import parse
from sanzhi.customs.risk.rules.comparing import compare
from sanzhi.customs.risk.rules.drafting import conditions_of, draft_rule
from sanzhi.customs.risk.rules.fields import FIELDS
from sanzhi.customs.risk.rules.files import cells_of, rule_of
from sanzhi.customs.risk.rules.table import RuleTable
from sanzhi.customs.risk.rules.trial import Tried
from sanzhi.customs.risk.rules.words import words_of_tried
from sanzhi.customs.risk.selection import SelectionPolicy
from sanzhi.customs.risk.stating import compare_policies, statements
from sanzhi.selectivity.words import words_of, words_of_all

YUAN = Text("CNY", "元")


def said(condition):
    return words_of(condition, FIELDS, YUAN)


@pytest.mark.parametrize(
    ("field", "cell", "en", "zh"),
    [
        ("origin", "CN", "country of origin is CN", "原产国（地区）为 CN"),
        (
            "origin",
            "CN,HK,JP",
            "country of origin is CN, HK or JP",
            "原产国（地区）为 CN、HK、JP之一",
        ),
        ("origin", "not(CN)", "country of origin is not CN", "原产国（地区）不是 CN"),
        (
            "origin",
            "not(CN,HK)",
            "country of origin is neither CN nor HK",
            "原产国（地区）不属于 CN、HK",
        ),
        ("code", "87*, 24*", "commodity code begins with 87 or 24", "商品编号以 87、24 开头"),
        ("code", "not(87*)", "commodity code does not begin with 87", "商品编号不以 87 开头"),
        ("description", '~"toy, red"', "goods description has “toy, red”", "商品名称含“toy, red”"),
        (
            "price",
            ">= 1000.50",
            "declared value of the goods item at least 1,000.5 CNY",
            "商品项申报价格不低于 1,000.5 元",
        ),
        (
            "price",
            "]10..20]",
            "declared value of the goods item above 10 CNY and at most 20 CNY",
            "商品项申报价格高于 10 元且不高于 20 元",
        ),
        ("price", "= 5", "declared value of the goods item is 5 CNY", "商品项申报价格为 5 元"),
        (
            "unit_value_distance",
            "< -2",
            "distance of the unit value from its reference below −2 robust deviations",
            "单价与参考值的偏离低于 −2 个稳健离差",
        ),
        ("tax_rate", "> 1e-7", "tax rate above 0.0000001 %", "税率高于 0.0000001%"),
        ("first_time_trader", "true", "trader's first declaration", "企业首次申报"),
        ("first_time_trader", "no", "trader's first declaration: no", "企业首次申报：否"),
        (
            "condition_letters",
            "~E, ~F",
            "supervision conditions include E or F",
            "监管条件含 E、F",
        ),
        ("seller", "missing", "seller or buyer abroad is not known", "境外收发货人未知"),
        ("seller", "known", "seller or buyer abroad is known", "境外收发货人已知"),
    ],
)
def test_a_condition_in_words(field, cell, en, zh):
    assert said(parse(field, cell)) == (en, zh)


def test_long_lists_are_counted():
    cell = ", ".join(f"I{number}" for number in range(30))
    assert said(parse("importer", cell)).en.endswith("I10, I11 or 18 more")
    assert said(parse("importer", cell)).zh.endswith("I11 等 30 项之一")


@given(conditions())
def test_every_condition_has_words_in_both_languages(condition):
    en, zh = said(condition)
    assert en.strip() == en != ""
    assert any("\u4e00" <= sign <= "\u9fff" for sign in zh)


def test_conditions_of_a_rule_are_said_together():
    when = (parse("origin", "CN"), parse("price", "< 5"))
    assert words_of_all(when, FIELDS, YUAN).en == (
        "country of origin is CN; declared value of the goods item below 5 CNY"
    )


def test_a_trial_in_words():
    made = Tried("r", 312, 0.0624, 290, 41, 41 / 290, 0.2, 3, 1.0)
    assert words_of_tried(made, 5000).en == (
        "would have hit 312 of 5,000 declarations (6.2 %), found 41 in the 290 inspected (14.1 %)"
    )
    assert "41" in words_of_tried(made, 5000).zh
    none = Tried("r", 0, 0.0, 0, 0, None, None, 0, 0.0)
    assert words_of_tried(none, 5).en == (
        "would have hit 0 of 5 declarations (0 %); none of them was inspected"
    )


CARS = [{"field": "code", "test": "starts", "values": ["87"]}]


def test_what_a_table_changes_against_another():
    before = RuleTable(rules=(rule("a", CARS), rule("b", CARS), rule("c", CARS)))
    after = RuleTable(rules=(rule("d", CARS), rule("c", CARS, "yellow", weight=2), rule("a", CARS)))
    found = compare(before, after)
    assert [(one.id, one.kind) for one in found] == [
        ("d", "added"),
        ("c", "changed"),
        ("b", "removed"),
    ]
    assert [(cell.column, cell.before, cell.after) for cell in found[1].cells] == [
        ("lane", "red", "yellow"),
        ("weight", "1.0", "2.0"),
    ]


@given(rules())
def test_a_table_changes_nothing_against_itself_in_another_order(table):
    assert compare(RuleTable(rules=tuple(table)), RuleTable(rules=tuple(table[::-1]))) == ()


TYPED = {
    "id": "r1",
    "lane": "red",
    "weight": "",
    "owner": "lin",
    "reason_en": "why",
    "reason_zh": "理由",
    "valid_from": "2026-01-01",
    "valid_until": "",
    "code": "87*",
}


def test_a_rule_as_typed():
    made, found = draft_rule(TYPED)
    assert found == []
    assert made == rule_of({name: cell for name, cell in TYPED.items() if cell}, "")


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"id": "Bad Id"}, ["id"]),
        ({"id": "new"}, ["id"]),
        ({"id": ""}, ["id"]),
        ({"lane": "green"}, ["lane"]),
        ({"weight": "1001"}, ["weight"]),
        ({"weight": "nan"}, ["weight"]),
        ({"owner": " "}, ["owner"]),
        ({"reason_zh": "x" * 301}, ["reason_zh"]),
        ({"valid_from": "20260101"}, ["valid_from"]),
        ({"valid_from": "2026-02-30"}, ["valid_from"]),
        ({"valid_until": "2026-01-01"}, ["valid_until"]),
        ({"code": ""}, ["when"]),
        ({"code": "87*,88"}, ["code"]),
        ({"price": "dear", "code": "-"}, ["price"]),
        (
            {"id": "", "owner": "", "price": "dear", "origin": '"CN'},
            ["id", "owner", "origin", "price"],
        ),
    ],
)
def test_all_that_is_wrong_is_named_at_once(changes, paths):
    made, found = draft_rule(TYPED | changes)
    assert made is None
    assert [one.path for one in found] == paths


@given(rules())
def test_every_rule_can_be_typed_again(table):
    for one in table:
        assert draft_rule(cells_of(one)) == (one, [])


def test_cells_that_can_be_read_are_told_apart_from_those_that_cannot():
    read, found = conditions_of({"origin": "CN", "price": "dear", "colour": "red"})
    assert [one.field for one in read] == ["origin"]
    assert [one.path for one in found] == ["price"]


def test_a_policy_in_words_and_what_changes_in_it():
    was = SelectionPolicy(capacity={"2248": 20})
    now = was.model_copy(update={"random": 0.025, "capacity": {}})
    said = {one.name: (one.value, one.text.en) for one in statements(was)}
    assert said["random"][0] == "2 %"
    assert said["tiers.discredited"][0] == "× 4"
    assert said["capacity.2248"] == (
        "20",
        "inspections a day at most that the ranking asks for at office 2248",
    )
    assert [
        (before and before.value, after and after.value)
        for before, after in compare_policies(was, now)
    ] == [("2 %", "2.5 %"), ("20", None)]


@given(rules())
def test_what_rules_imply_is_found_whatever_they_list(table):
    """Against asking every pair."""
    named = {
        tuple(one.path.split())
        for one in analyse(table)
        if one.code in {"rules.same", "rules.conflict"}
    }
    assert named == {
        (first.id, second.id)
        for at, first in enumerate(table)
        for second in table[at + 1 :]
        if implies(first.when, second.when)
        and implies(second.when, first.when)
        and not any(one.empty for one in (*first.when, *second.when))
    }
