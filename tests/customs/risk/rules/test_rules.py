"""Rules that officers write: cells, both compilations, what is wrong with a table, history."""

import io
from datetime import date

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from customs.risk.rules.tables import FLAGS, NUMBERS, TEXTS, conditions, row, rows, rule, rules
from sanzhi.core.findings import Unusable
from sanzhi.customs.risk.reading import read
from sanzhi.customs.risk.rules.analysis import analyse, implies
from sanzhi.customs.risk.rules.batch import Items, hits
from sanzhi.customs.risk.rules.cells import parse, write
from sanzhi.customs.risk.rules.facts import items_of
from sanzhi.customs.risk.rules.fields import FIELDS
from sanzhi.customs.risk.rules.files import cells_of, read_table, rule_of, write_csv
from sanzhi.customs.risk.rules.online import Online
from sanzhi.customs.risk.rules.table import RuleTable
from sanzhi.customs.risk.rules.trial import back_test
from sanzhi.selectivity.condition import compiled
from sanzhi.selectivity.rule import strictest

SCHEMA = {
    **dict.fromkeys(TEXTS, pl.String),
    **dict.fromkeys(NUMBERS, pl.Float64),
    **dict.fromkeys(FLAGS, pl.Boolean),
}


def holds(field, cell, value):
    return compiled(parse(field, cell), FIELDS[field])(value)


@pytest.mark.parametrize(
    ("field", "cell", "yes", "no"),
    [
        ("origin", '"CN", "HK"', ["CN", "HK"], ["JP", None]),
        ("origin", "CN,HK", ["CN", "HK"], ["JP"]),
        ("origin", 'not("CN")', ["JP"], ["CN", None]),
        ("code", "87*, 2402*", ["8703", "24021"], ["2401", None]),
        ("code", 'starts with(?, "87")', ["8703"], ["2401"]),
        ("code", "not(87*)", ["2401"], ["8703", None]),
        ("description", '~"Plastic"', ["old plastic bag"], ["cotton", None]),
        ("condition_letters", "~E", ["AE", "E"], ["Ae", "", None]),
        ("description", '"a, b"', ["a, b"], ["a"]),
        ("origin", "CN，HK", ["CN", "HK"], ["JP"]),
        ("origin", "“CN”", ["CN"], ["“CN”"]),
        ("origin", "not（“CN”，“HK”）", ["JP"], ["CN", "HK"]),
        ("description", '"旧，“坏”"', ["旧，“坏”"], ["旧"]),
        ("code", "87 *", ["8703"], ["24"]),
        ("price", ">= 1000", [1000, 1e9], [999.99, None]),
        ("price", "> 1000", [1000.01], [1000]),
        ("price", "< 5", [4.9, -1], [5]),
        ("price", "[10..20)", [10, 19.99], [20, 9.9]),
        ("price", "]10..20]", [20, 10.1], [10]),
        ("price", "= 5", [5], [5.1]),
        ("price", "5", [5], [4]),
        ("first_time_trader", "true", [True], [False, None]),
        ("first_time_trader", "否", [False], [True, None]),
        ("seller", "missing", [None], ["x"]),
        ("price", "known", [0], [None]),
    ],
)
def test_what_a_cell_means(field, cell, yes, no):
    assert all(holds(field, cell, value) for value in yes)
    assert not any(holds(field, cell, value) for value in no)


@pytest.mark.parametrize("cell", ["", " ", "-"])
def test_an_empty_cell_asks_nothing(cell):
    assert parse("price", cell) is None


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        ("price", "cheap"),
        ("price", "[1..2"),
        ("price", ">= "),
        ("price", "1,2"),
        ("price", "nan"),
        ("first_time_trader", "maybe"),
        ("origin", '"CN'),
        ("origin", "CN,,HK"),
        ("origin", "not()"),
        ("origin", "CN, J*"),
        ("description", 'not(~"x")'),
        ("origin", "x" * 5000),
        ("origin", "*"),
        ("price", ">= 1e999"),
        ("price", "[0..1e999]"),
        ("origin", "\u202eCN"),
        ("origin", '"C\0N"'),
        ("origin", "CN\u200b"),
        # Each took minutes to refuse, while whoever typed it, or everybody, waited.
        ("origin", "a," + " " * 3900 + '"'),
        ("origin", "not(" + " " * 3900 + '")'),
    ],
)
def test_what_cannot_be_read_is_named_with_how_to_write_it(field, cell):
    with pytest.raises(Unusable) as refused:
        parse(field, cell)
    assert refused.value.finding.code == "rules.cell"
    assert refused.value.finding.mend is not None


@given(conditions())
def test_cells_go_out_and_come_back(condition):
    assert parse(condition.field, write(condition)) == condition


def test_words_that_a_spreadsheet_takes_for_a_formula_go_out_guarded_and_come_back():
    one = rule(
        "a",
        [{"field": "price", "test": "known"}],
        owner="@SUM(1)",
        reason_en="=cmd|' /C calc'!A0",
        reason_zh="'-1",
        citation="+1",
    )
    table = RuleTable(rules=(one,))
    text = write_csv(table)
    assert all(f",'{cell}," in text for cell in ("@SUM(1)", "=cmd|' /C calc'!A0", "'-1", "+1"))
    assert read_table(text.encode(), "rules.csv") == table


@given(rules(), rows)
def test_both_compilations_hit_the_same(table, items):
    online = Online(table)
    one_by_one = [[found.id for found in online.hits(item)] for item in items]
    frame = pl.DataFrame(items, schema=SCHEMA)
    together = hits(table, Items(frame))
    for place, item in enumerate(one_by_one):
        assert item == [table[at].id for at, of in enumerate(together) if place in of]


@given(rules(), row)
def test_a_column_that_is_not_there_is_known_of_no_item(table, item):
    kept = [name for name in SCHEMA if name != "origin"]
    frame = pl.DataFrame([item], schema=SCHEMA).select(kept)
    online = Online(table).hits({name: item[name] for name in kept})
    assert [one.id for one in online] == [
        one.id for one, of in zip(table, hits(table, Items(frame)), strict=True) if len(of)
    ]


@given(rules(), rows)
def test_the_index_loses_no_rule(table, items):
    for item in items:
        plain = [
            one.id
            for one in table
            if all(compiled(part, FIELDS[part.field])(item[part.field]) for part in one.when)
        ]
        assert [one.id for one in Online(table).hits(item)] == plain


@given(rules(), rows)
def test_implied_conditions_hold_wherever_the_others_do(table, items):
    for narrow in table:
        for wide in table:
            if implies(narrow.when, wide.when):
                for item in items:
                    hit = {one.id for one in Online([narrow]).hits(item)}
                    assert not hit or Online([wide]).hits(item)


def test_what_is_wrong_with_a_table():
    table = [
        rule("empty", [{"field": "price", "test": "range", "low": 5, "high": 1}]),
        rule("cars", [{"field": "code", "test": "starts", "values": ["87"]}]),
        rule(
            "jp-cars",
            [
                {"field": "code", "test": "in", "values": ["8703231010"]},
                {"field": "origin", "test": "in", "values": ["JP"]},
            ],
            "yellow",
        ),
        rule("cars-again", [{"field": "code", "test": "starts", "values": ["87"]}], "blue"),
        rule(
            "later",
            [{"field": "code", "test": "starts", "values": ["8703"]}],
            valid_from="2019-01-01",
        ),
        rule(
            "before",
            [{"field": "code", "test": "starts", "values": ["87"]}],
            "blue",
            valid_from="2010-01-01",
            valid_until="2011-01-01",
        ),
    ]
    assert {(one.code, one.path) for one in analyse(table)} == {
        ("rules.impossible", "empty price"),
        ("rules.covered", "jp-cars cars"),
        ("rules.conflict", "cars cars-again"),
        ("rules.covered", "jp-cars later"),
    }


def test_rules_apply_from_a_day_to_the_day_before_another():
    table = RuleTable(
        rules=(rule("a", [{"field": "origin", "test": "known"}], valid_until="2021-01-01"),)
    )
    assert [
        len(table.on(date(*day)))
        for day in ((2019, 12, 31), (2020, 1, 1), (2020, 12, 31), (2021, 1, 1))
    ] == [0, 1, 1, 0]


def test_the_strictest_lane_decides():
    made = [
        rule(lane, [{"field": "origin", "test": "known"}], lane)
        for lane in ("blue", "red", "yellow")
    ]
    assert strictest(made) == "red"
    assert strictest([]) == "green"


@pytest.mark.parametrize(
    "changes",
    [
        {"lane": "green"},
        {"valid_until": "2020-01-01"},
        {"owner": " "},
        {"when": []},
        {"id": "Bad Id"},
        {"id": "Bad"},
        {"weight": -1},
        {"when": [{"field": "origin", "test": "known"}] * 2},
        {"when": [{"field": "origin", "test": "range", "low": 1}]},
        {"when": [{"field": "code_prefix", "test": "known"}]},
        {"when": [{"field": "origin", "test": "in", "values": [f"{n}" for n in range(501)]}]},
    ],
)
def test_what_is_no_rule(changes):
    with pytest.raises(ValueError, match=r"."):
        rule("r", **{"when": [{"field": "origin", "test": "known"}]} | changes)


def test_a_table_is_stored_as_it_always_was():
    """Events bear the hash of what is stored."""
    cells = {"price": "[10..20.5)", "code": "87*", "first_time_trader": "true"}
    table = RuleTable(rules=(rule_of({**ROW, **cells}, "row"),))
    asked = (
        '{"field":"code","test":"starts","values":["87"],"low":null,"high":null,'
        '"low_in":true,"high_in":true},'
        '{"field":"price","test":"range","values":[],"low":10.0,"high":20.5,'
        '"low_in":true,"high_in":false},'
        '{"field":"first_time_trader","test":"is","values":["true"],"low":null,"high":null,'
        '"low_in":true,"high_in":true}'
    )
    assert table.model_dump_json() == (
        '{"rules":[{"id":"r1","lane":"red","weight":1.0,"owner":"lin","reason_en":"why",'
        f'"reason_zh":"理由","citation":"","valid_from":"2026-01-01","valid_until":null,'
        f'"when":[{asked}]}}]}}'
    )


HISTORY = pl.DataFrame(
    {
        "id": ["1", "1", "2", "3", "4", "5"],
        "code": ["8703", "0101", "8703", "0101", "2402", "8704"],
        "origin": ["JP", "JP", "US", "JP", "US", None],
        "find": [1, 1, 0, 1, None, 0],
        "recovered": [100.0, 100.0, 0.0, 50.0, None, None],
    }
)


def test_a_table_tried_on_history():
    """By hand: cars are declarations 1, 2, 5 (find 1; outcomes 3); JP are 1 and 3 (finds 2)."""
    table = [
        rule("cars", [{"field": "code", "test": "starts", "values": ["87"]}]),
        rule("jp", [{"field": "origin", "test": "in", "values": ["JP"]}], "yellow"),
        rule("none", [{"field": "origin", "test": "in", "values": ["XX"]}]),
    ]
    found = back_test(table, HISTORY)
    assert (found.declarations, found.known, found.finds) == (5, 4, 2)
    cars, jp, none = found.rules
    assert (cars.declarations, cars.known, cars.finds, cars.alone, cars.recovered) == (
        3,
        3,
        1,
        2,
        100.0,
    )
    assert cars.precision == pytest.approx(1 / 3)
    assert (jp.declarations, jp.finds, jp.precision, jp.found_share, jp.alone) == (2, 2, 1, 1, 1)
    assert (none.declarations, none.precision, none.share) == (0, None, 0)
    assert (found.together.declarations, found.together.finds) == (4, 2)
    assert found.lanes == {"red": 3, "yellow": 1, "blue": 0, "green": 1}


def test_without_numbers_each_row_is_a_declaration():
    found = back_test(
        [rule("jp", [{"field": "origin", "test": "in", "values": ["JP"]}])], HISTORY.drop("id")
    )
    assert (found.declarations, found.together.declarations) == (6, 3)


@given(rules())
def test_tables_go_to_csv_and_back(table):
    whole = RuleTable(rules=tuple(table))
    assert read_table(write_csv(whole).encode(), "t.csv") == whole


ROW = {
    "id": "r1",
    "lane": "red",
    "owner": "lin",
    "reason_en": "why",
    "reason_zh": "理由",
    "valid_from": "2026-01-01",
    "code": "87*",
    "price": ">= 1000",
}


def workbook(rows):
    book, out = openpyxl.Workbook(), io.BytesIO()
    for line in rows:
        book.active.append(line)
    book.save(out)
    return out.getvalue()


def dmn(policy="COLLECT", entries=None, head=""):
    entries = entries or {
        name: f'"{value}"' if name not in {"code", "price"} else value
        for name, value in ROW.items()
    }
    inputs = [name for name in entries if name in {"code", "price"}]
    outputs = [name for name in entries if name not in inputs]
    return (
        f'{head}<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/"><decision>'
        f'<decisionTable hitPolicy="{policy}">'
        + "".join(
            f"<input><inputExpression><text>{name}</text></inputExpression></input>"
            for name in inputs
        )
        + "".join(f'<output name="{name}"/>' for name in outputs)
        + "<rule>"
        + "".join(
            f"<inputEntry><text><![CDATA[{entries[name]}]]></text></inputEntry>" for name in inputs
        )
        + "".join(f"<outputEntry><text>{entries[name]}</text></outputEntry>" for name in outputs)
        + "</rule></decisionTable></decision></definitions>"
    ).encode()


@pytest.mark.parametrize(
    "data",
    [
        (",".join(ROW) + "\n" + ",".join(ROW.values()) + "\n").encode(),
        workbook([list(ROW), list(ROW.values())]),
        workbook([list(ROW), [*list(ROW.values())[:5], date(2026, 1, 1), "87*", ">= 1000"]]),
        dmn(),
    ],
    ids=["csv", "xlsx", "xlsx-date", "dmn"],
)
def test_the_same_table_in_each_form(data):
    [found] = read_table(data, "table").rules
    assert found == rule_of(ROW, "row")
    assert cells_of(found)["code"] == '"87"*'


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        (b"", "rules.column", "table"),
        (b"id,lane\nr,red\n", "rules.column", "owner"),
        (b"id,lane,owner,reason_en,reason_zh,valid_from,colour\n", "rules.field", "colour"),
        (
            (",".join(ROW) + "\n" + ",".join(ROW.values()).replace(">= 1000", "dear")).encode(),
            "rules.cell",
            "table row 2 price",
        ),
        (
            (",".join(ROW) + "\n" + ",".join(ROW.values()).replace("red", "pink")).encode(),
            "rules.rule",
            "table row 2 lane",
        ),
        (
            (",".join(ROW) + "\n" + ",".join(ROW.values()).replace("2026-01-01", "soon")).encode(),
            "rules.rule",
            "valid_from",
        ),
        ((",".join(ROW) + ("\n" + ",".join(ROW.values())) * 2).encode(), "rules.rule", "table"),
        (b"\xff\xfe\x00", "rules.csv", "table"),
        (b"PK\3\4broken", "rules.xlsx", "table"),
        (b"<a><b></a>", "rules.xml", "table"),
        (b"<a/>", "rules.dmn", "table"),
        (dmn("UNIQUE"), "rules.dmn", "table"),
        (dmn(head='<!DOCTYPE a [<!ENTITY x "y">]>'), "rules.xml", "table"),
        (dmn(entries={"code": "87*", "price": "dear", "id": '"r"'}), "rules.column", "table"),
    ],
)
def test_what_is_no_table_is_named_by_row_and_column(data, code, place):
    with pytest.raises(Unusable) as refused:
        read_table(data, "table")
    assert refused.value.finding.code == code
    assert place in refused.value.finding.path or place in refused.value.finding.text.en


@given(st.binary(max_size=300))
def test_no_bytes_are_worse_than_a_finding(data):
    with pytest.raises(Unusable):
        read_table(data, "table")


def test_windows_end_the_day_before_and_finds_count_from_the_day_they_were_known():
    """By hand: importer A lodged on days 0, 10, 10, 120; the find of day 0 was known on day 10."""
    csv = (
        "Declaration ID,Date,Office ID,Process Type,Import Type,Import Use,Payment Type,"
        "Mode of Transport,Declarant ID,Importer ID,Seller ID,Courier ID,HS6 Code,"
        "Country of Departure,Country of Origin,Tax Rate,Tax Type,"
        "Country of Origin Indicator,Net Mass,Item Price,Fraud,Outcome Date\n"
    )
    lines = [
        ("1", "2020-01-01", "A", "1", "2020-01-11"),
        ("2", "2020-01-11", "A", "0", ""),
        ("3", "2020-01-11", "A", "0", ""),
        ("4", "2020-04-30", "A", "0", ""),
        ("5", "2020-04-30", "B", "1", "2020-04-30"),
    ]
    csv += "".join(
        f"{one},{day},10,B,1,1,1,40,D,{importer},S,,870323,NA,NA,8,A,B,10,100,{find},{known}\n"
        for one, day, importer, find, known in lines
    )
    found = items_of(read(csv.encode(), "t.csv", outcomes=True))
    assert found["importer_declarations_90d"].to_list() == [0, 1, 1, 0, 0]
    assert found["importer_finds_365d"].to_list() == [0, 0, 0, 1, 0]
    assert found["first_time_trader"].to_list() == [True, False, False, False, True]
    assert found["unit_value"].to_list() == [10.0] * 5
    assert found["origin"].to_list() == ["NA"] * 5
    later = csv + "6,2020-12-01,10,B,1,1,1,40,D,A,S,,870323,NA,NA,8,A,B,10,100,1,2020-12-02\n"
    again = items_of(read(later.encode(), "t.csv", outcomes=True)).head(5)
    assert again.equals(found)
