"""What rules ask of the past: the same at the desk as over a table."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.customs.risk.frames import frame_of
from sanzhi.customs.risk.rules.facts import items_of
from sanzhi.customs.risk.rules.known import FACTS, Knowledge

from .past import RowsPast

BEGUN = date(2023, 1, 30)


def item(
    day: int,
    importer: str,
    seller: str | None = "S",
    address: str = "",
    *,
    case: str = "",
    find: float | None = None,
    known: int | None = None,
    **more,
) -> dict:
    """A goods item lodged `day` days after the first; its outcome is known on day `known`."""
    row = {
        "id": case,
        "date": BEGUN + timedelta(days=day),
        "importer": importer,
        "seller": seller,
        "importer_address": address,
        "declarant": "D",
        "code": "870323",
        "origin": "DE",
        "departure": "DE",
        "price": 100.0,
        "net_mass": 10.0,
        "tax_rate": 8.0,
    }
    told = None if known is None else BEGUN + timedelta(days=known)
    return row | {"find": find, "outcome_date": told} | more


def at_the_desk(rows: list[dict], names: list[str]) -> dict[str, list]:
    """Each row's facts by what is known on its day, asked one by one."""
    past = RowsPast(rows)
    return {name: [Knowledge(past, row["date"]).fact(name, row) for row in rows] for name in names}


def both_ways(rows: list[dict], *names: str) -> dict[str, list]:
    desk = at_the_desk(rows, list(names))
    table = (
        items_of(frame_of(pl.DataFrame(rows, infer_schema_length=None)))
        .select(names)
        .to_dict(as_series=False)
    )
    assert desk == table
    return desk


def test_finds_at_others_of_the_same_seller_or_address():
    rows = [
        item(0, "A", "S", "quay1", find=1.0, known=3),
        item(1, "B", "S", "quay2", find=1.0, known=1),
        item(5, "C", "T", "quay1"),
        item(5, "C", "S", "quay1"),
        item(5, "A", "S", "quay9"),
        item(5, "E", None, ""),
        item(400, "C", "S", "quay1"),
    ]
    said = both_ways(
        rows,
        "linked_finds_365d",
        "seller_finds_365d",
        "address_finds_365d",
        "address_importers_365d",
        "seller_importers_365d",
        "new_seller",
    )
    assert said["linked_finds_365d"] == [0, 0, 1, 2, 1, None, 0]
    assert said["seller_finds_365d"] == [0, 0, 0, 2, 2, None, 0]
    assert said["address_finds_365d"] == [0, 0, 1, 1, 0, None, 0]
    assert said["address_importers_365d"] == [0, 0, 1, 1, 0, None, 0]
    assert said["seller_importers_365d"] == [0, 1, 0, 2, 2, None, 0]
    assert said["new_seller"] == [True, True, True, True, False, None, False]


def test_a_declaration_of_several_items_counts_once():
    rows = [
        *[item(0, "A", case="one", find=1.0, known=0)] * 2,
        item(1, "A", case="two"),
        item(1, "A", case="two"),
    ]
    said = both_ways(rows, "importer_declarations_90d", "importer_finds_365d")
    assert said == {"importer_declarations_90d": [0, 0, 1, 1], "importer_finds_365d": [0, 0, 1, 1]}


def test_first_times_and_the_way_goods_came():
    rows = [item(0, "A"), item(1, "A", origin="CN"), item(2, "A", code="870324"), item(3, "A")]
    said = both_ways(rows, "new_route", "new_goods", "first_time_trader")
    assert said == {
        "new_route": [True, True, False, False],
        "new_goods": [True, False, True, False],
        "first_time_trader": [True, False, False, False],
    }
    assert items_of(frame_of(pl.DataFrame(rows, infer_schema_length=None)))[
        "indirect"
    ].to_list() == [False, True, False, False]


def test_unit_values_are_compared_with_the_months_before():
    rows = [item(0, "A", price=100.0 + day) for day in range(8)] + [item(40, "B", price=20.0)]
    [*first, last] = both_ways(rows, "unit_value_distance")["unit_value_distance"]
    assert first == [None] * 8
    # ln 2 against the median 2.33697; deviations' median .01925 · 1.4826, and the floor of .2
    assert last == pytest.approx(-1.64382 / 0.22854, abs=0.001)


def test_goods_of_unknown_origin_are_compared_with_their_like_and_goods_without_a_code_are_not():
    rows = [item(0, "A", origin=None, price=100.0 + day) for day in range(8)]
    rows += [item(0, "A", code=None, price=100.0) for _ in range(8)]
    rows += [item(40, "B", origin=None, price=20.0), item(40, "B", code=None, price=20.0)]
    said = both_ways(rows, "unit_value_distance")["unit_value_distance"]
    assert said[-2] == pytest.approx(-1.64382 / 0.22854, abs=0.001)
    assert said[-1] is None


_text = st.sampled_from(["", "A", "B", "C"])
_rows = st.lists(
    st.builds(
        item,
        st.sampled_from([0, 1, 2, 89, 90, 91, 365, 366, 367]),
        _text,
        _text,
        _text,
        case=st.sampled_from(["", "1", "2", "3"]),
        find=st.sampled_from([None, 0.0, 1.0]),
        known=st.none() | st.integers(0, 400),
        code=st.sampled_from(["870323", "870323", "870324", "", None]),
        origin=st.sampled_from(["DE", "CN", None]),
        price=st.sampled_from([0.0, 5.0, 70.0]),
    ),
    min_size=1,
    max_size=20,
)


@given(_rows)
def test_the_desk_and_the_table_give_the_same_facts(rows):
    whole = {}
    for row in rows:  # items of one declaration share what the declaration says
        first = whole.setdefault(row["id"] or id(row), row)
        row |= {
            name: first[name]
            for name in ("date", "importer", "seller", "importer_address", "find", "outcome_date")
        }
        if row["outcome_date"] and row["outcome_date"] < row["date"]:
            row["outcome_date"] = row["date"]
    names = sorted(FACTS)
    desk = at_the_desk(rows, names)
    table = items_of(frame_of(pl.DataFrame(rows, infer_schema_length=None)))
    for name in names:
        assert desk[name] == pytest.approx(table[name].to_list()), name


def test_what_comes_later_changes_no_fact():
    rows = [
        item(day, "AB"[day % 2], "ST"[day % 3 > 0], "quay", find=1.0, known=day + 1)
        for day in range(0, 60, 3)
    ]
    before = items_of(frame_of(pl.DataFrame(rows[:10], infer_schema_length=None)))
    after = items_of(frame_of(pl.DataFrame(rows, infer_schema_length=None)))[:10]
    assert before.select(pl.col(*FACTS)).equals(after.select(pl.col(*FACTS)))
