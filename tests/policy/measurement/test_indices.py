"""Indices against hand-worked cases and their published examples."""

import contextlib
import csv
import json
import statistics

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy.studies import run
from sanzhi.core.findings import Unusable
from sanzhi.policy.measurement.indices import INDICES, read_table
from sanzhi.policy.measurement.indices.coupling import (
    classic_coupling,
    coordination_class,
    corrected_coupling,
)


def index(model, text):
    return INDICES[model](read_table(text.encode(), "table.csv"))


def test_coupling_by_hand():
    row = index("coupling", "unit,u1,u2\nN,0.25,1\n")[0]
    # Classic: √(.25·1) / .625 = .8; T = .625; D = √.5. Corrected: √((1 − .75)·.25) = .25.
    assert (row["coupling"], row["development"]) == pytest.approx((0.8, 0.625))
    assert row["coordination"] == pytest.approx(0.5**0.5)
    assert row["class"] == "intermediate coordination"
    assert row["coupling_corrected"] == pytest.approx(0.25)
    assert row["coordination_corrected"] == pytest.approx((0.25 * 0.625) ** 0.5)


def test_corrected_coupling_of_three_by_hand():
    # u = .2, .5, .8: Σ|…| = 1.2, over 1 + 2 = 3; (.2/.8 · .5/.8)^(1/2).
    assert corrected_coupling([0.8, 0.2, 0.5]) == pytest.approx(
        ((1 - 0.4) * (0.25 * 0.625) ** 0.5) ** 0.5
    )


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (0.1, "extreme imbalance"),
        (0.1001, "severe imbalance"),
        (0.5, "near imbalance"),
        (0.6, "barely coordinated"),
        (0.9, "good coordination"),
        (1.0, "quality coordination"),
    ],
)
def test_ten_classes_of_a_tenth(value, name):
    assert coordination_class(value) == name


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=6))
def test_coupling_lies_between_0_and_1_and_is_1_for_equals(levels):
    for form in (classic_coupling, corrected_coupling):
        assert 0 <= form(levels) <= 1 + 1e-9
        assert form(levels) == pytest.approx(form(levels[::-1]))
        assert form([levels[0]] * 3) == pytest.approx(1)


def test_pmc_by_hand_with_three_conventions():
    # Nine variables; X1 has two secondary ones, the others one each.
    names = ["X1:1", "X1:2"] + [f"X{n}:1" for n in range(2, 10)]
    rows = {
        "A": [1] * 10,
        "B": [1, 0, 1, 1, 1, 1, 1, 0, 0, 1],
        "C": [0] * 10,
        "D": [1, 0, 1, 1, 1, 1, 1, 1, 1, 0],
    }
    table = (
        "policy,"
        + ",".join(names)
        + "\n"
        + "".join(f"{key},{','.join(map(str, row))}\n" for key, row in rows.items())
    )
    found = {row["policy"]: row for row in index("pmc", table)}
    assert {key: row["pmc"] for key, row in found.items()} == {"A": 9, "B": 6.5, "C": 0, "D": 7.5}
    ratings = {
        key: (row["rating_ratio"], row["rating_ninths"], row["rating_bins"])
        for key, row in found.items()
    }
    assert ratings == {
        "A": ("perfect", "perfect", "perfect"),
        "B": ("excellent", "excellent", "acceptable"),  # 6.5/9 = .722
        "C": ("poor", "poor", "poor"),
        "D": ("excellent", "excellent", "excellent"),
    }
    assert found["B"]["surface"] == [[0.5, 1, 1], [1, 1, 1], [0, 0, 1]]


def test_portfolio_by_hand():
    # Instruments tax, ban; targets air, water; three of four cells. Shares of other targets'
    # cells with another instrument: tax/air ½, ban/water 1, tax/water 0.
    row = index(
        "portfolio", "policy,target,instrument\nY,air,tax\nY,water,ban\nY,water,tax\nZ,air,tax\n"
    )
    assert (row[0]["portfolio"], row[0]["diversity"]) == pytest.approx((0.75, 0.5))
    assert (row[1]["portfolio"], row[1]["diversity"]) == (0.25, None)


#: The worked example in the tracker's codebook ("Example index calculation").
TRACKER = [
    ("C1", 2, 1, 3, 1, 66.67),
    ("C2", 0, "null", 3, 1, 0),
    ("C3", 2, 0, 2, 1, 75),
    ("C4", 2, 0, 4, 1, 37.5),
    ("C5", 0, "null", 2, 1, 0),
    ("C6", 1, 0, 3, 1, 16.67),
    ("C7", 1, 1, 2, 1, 50),
    ("C8", 3, "N/A", 4, 0, 75),
    ("H1", 2, 0, 2, 1, 75),
]


def test_oxcgrt_as_published():
    table = "policy,indicator,value,maximum,flagged,flag\n" + "".join(
        f"day,{name},{v},{most},{flagged},{flag}\n" for name, v, flag, most, flagged, _ in TRACKER
    )
    row = index("oxcgrt", table)[0]
    assert row["indicators"] == pytest.approx(
        {name: score for name, *_, score in TRACKER}, abs=0.005
    )
    assert row["oxcgrt"] == pytest.approx(43.98, abs=0.005)  # the stringency index


def test_rile_by_hand():
    row = index("rile", "policy,category,side,count\nP,a,right,30\nP,b,left,10\nP,c,,60\n")[0]
    assert row["rile"] == 20
    assert row["issues_simpson"] == pytest.approx(1 / (0.09 + 0.01 + 0.36))
    assert row["issues_shannon"] == pytest.approx(0.3**-0.3 * 0.1**-0.1 * 0.6**-0.6)


def test_rile_of_nothing_coded_is_not_defined():
    assert index("rile", "policy,category,side,count\nP,a,left,0\n")[0]["rile"] is None


def quantile(values, share):
    """Linear between order statistics, written apart from the product's."""
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (place - low) * (ordered[high] - ordered[low])


def tot_of(rows):
    """TOT computed plainly: rows of (dimension, kind, counts)."""
    groups = {}
    for dimension, kind, counts in rows:
        bounds = [quantile(counts, share) for share in (0.125, 0.375, 0.625, 0.875)]
        levels = [sum(value > bound for bound in bounds) / 4 for value in counts]
        groups.setdefault(dimension[0], {}).setdefault(kind, []).append(levels)
    policies = range(len(rows[0][2]))
    return [
        sum(
            statistics.fmean(
                statistics.fmean(row[i] for row in kind) for kind in groups[letter].values()
            )
            for letter in "XYZ"
        )
        for i in policies
    ]


def test_tot_by_hand():
    table = (
        "一级,二级,三级,P1,P2,P3,P4,P5\n"
        "X主题,X1,无,0,1,2,3,4\nY目标,Y1,无,4,3,2,1,0\nZ工具,Z1,Z11,0,0,0,0,8\n"
        ",,Z12,5,5,5,5,5\n,Z2,Z21,0,1,2,3,4\n"
    )
    # 0..4 fall into the five classes; of 0 0 0 0 8 only the last exceeds all bounds; equal
    # counts exceed none. Z = ((0 + 0)/2 + x)/2.
    expected = [
        x + (1 - x) + ((z / 2) + x) / 2
        for x, z in zip((0, 0.25, 0.5, 0.75, 1), (0, 0, 0, 0, 1), strict=True)
    ]
    assert [row["tot"] for row in index("tot", table)] == pytest.approx(expected)


@pytest.mark.shared
def test_tot_of_the_published_table(shared_data, monkeypatch, capsys):
    path = shared_data / "policy" / "totindex_experiment_data.csv"
    rows, dimension, kind = [], "", ""
    with path.open(encoding="utf-8-sig") as file:
        table = list(csv.reader(file))
    for cells in table[1:]:
        dimension, kind = cells[0] or dimension, cells[1] or kind
        rows.append((dimension, kind, [float(cell) for cell in cells[3:]]))
    assert run(monkeypatch, "policy", "index", "tot", path, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert [row["policy"] for row in found] == table[0][3:]
    assert [row["tot"] for row in found] == pytest.approx(tot_of(rows))


FAULTS = [
    ("coupling", "unit,u1,u2\nN,0,1\n", "row 2 u1"),
    ("coupling", "unit,u1,u2\nN,0.5,x\n", "row 2 u2"),
    ("coupling", "unit,u1\nN,0.5\n", "row 1 u1"),
    ("pmc", "policy,X1:1\nA,2\n", "row 2 X1:1"),
    ("pmc", "policy,first\nA,1\n", "row 1 first"),
    ("portfolio", "policy,target\nA,air\n", "row 1 instrument"),
    ("oxcgrt", "policy,indicator,value,maximum,flagged,flag\nd,C1,4,3,1,1\n", "row 2 value"),
    ("oxcgrt", "policy,indicator,value,maximum,flagged,flag\nd,C1,2,3,1,\n", "row 2 flag"),
    (
        "oxcgrt",
        "policy,indicator,value,maximum,flagged,flag\nd,C1,1,3,1,1\nd,C1,1,3,1,1\n",
        "row 3 indicator",
    ),
    ("rile", "policy,category,side,count\nP,a,up,3\n", "row 2 side"),
    ("rile", "policy,category,side,count\nP,a,left,-3\n", "row 2 count"),
    ("tot", "a,b,c,P1\nW,W1,,3\n", "row 2 a"),
    ("tot", "a,b,c,P1\nX,X1,,many\n", "row 2 P1"),
    ("tot", "a,b,c,P1,P2\nX,X1,,1\n", "row 2"),
]


@pytest.mark.parametrize(("model", "text", "place"), FAULTS)
def test_a_fault_names_row_and_field(model, text, place, tmp_path, monkeypatch, capsys):
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    assert run(monkeypatch, "policy", "index", model, path) == 2
    said = capsys.readouterr().err
    assert place in said
    assert len(said.splitlines()) == 1


HEADERS = [
    "unit,u1,u2",
    "policy,X1:1,X2:1",
    "policy,target,instrument,covered",
    "a,b,c,P1,P2",
    "policy,indicator,value,maximum,flagged,flag",
    "policy,category,side,count",
    "a",
    "",
]
CELL = st.sampled_from(
    [
        "",
        "0",
        "1",
        "0.5",
        "-1",
        "1e308",
        "-1e308",
        "1e-308",
        "inf",
        "nan",
        "X",
        "Y",
        "Z",
        "left",
        "a",
    ]
)


@settings(max_examples=400)
@given(
    st.sampled_from(sorted(INDICES)),
    st.sampled_from(HEADERS),
    st.lists(st.lists(CELL, min_size=1, max_size=6), max_size=4),
)
def test_no_table_brings_an_index_down(model, header, rows):
    text = header + "\n" + "".join(",".join(row) + "\n" for row in rows)
    with contextlib.suppress(Unusable):
        assert all(model in row for row in index(model, text))
