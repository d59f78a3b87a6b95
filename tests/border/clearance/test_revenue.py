"""Net revenue, worked by hand."""

from decimal import Decimal

import polars as pl
import pytest

from sanzhi.border.clearance import events
from sanzhi.border.clearance.revenue import by_kind, revenue
from sanzhi.events import VOCABULARY
from sanzhi.events.tables import of_kind

#: Case → what was told of it, in order: kind, and total (by kind of tax), or amount.
TOLD = {
    # assessed at 1,000; nothing else
    "A": [("assessed", {"duty": "600", "vat": "400"})],
    # assessed at 500, amended to 800, paid
    "B": [
        ("assessed", {"duty": "500"}),
        ("assessed", {"duty": "500", "vat": "300"}),
        ("paid", "800"),
    ],
    # paid 1,000, corrected to 700 after release, 300 refunded: the refund is not taken off twice
    "C": [
        ("assessed", {"duty": "1000"}),
        ("paid", "1000"),
        ("corrected", {"duty": "700"}),
        ("refunded", "300"),
    ],
    # corrected upwards, the difference not paid yet
    "D": [("assessed", {"vat": "100"}), ("paid", "100"), ("corrected", {"vat": "250.50"})],
    # paid, cancelled, refunded in two parts
    "E": [
        ("assessed", {"duty": "90"}),
        ("paid", "90"),
        ("cancelled", ""),
        ("refunded", "40"),
        ("refunded", "50"),
    ],
    # cancelled before anything was paid
    "F": [("assessed", {"duty": "70"}), ("cancelled", "")],
    # corrected twice
    "G": [
        ("assessed", {"duty": "10"}),
        ("corrected", {"duty": "30"}),
        ("corrected", {"duty": "20"}),
    ],
}
#: first, net, collected
EXPECTED = {
    "A": ("1000", "1000", "0"),
    "B": ("500", "800", "800"),
    "C": ("1000", "700", "700"),
    "D": ("100", "250.50", "100"),
    "E": ("90", "0", "0"),
    "F": ("70", "0", "0"),
    "G": ("10", "20", "0"),
}


def read(name: str) -> pl.LazyFrame:
    table = of_kind(VOCABULARY[name])
    rows = []
    for case, told in TOLD.items():
        for sequence, (kind, said) in enumerate(told, 3):
            if f"clearance.{kind}" != name:
                continue
            row = {"case": case, "sequence": sequence}
            if isinstance(said, dict):
                pairs = [{"key": key, "value": Decimal(value)} for key, value in said.items()]
                total = sum((one["value"] for one in pairs), Decimal(0))
                row |= {"total" if kind == "assessed" else "after": total, "totals": pairs}
            elif said:
                row |= {"amount": Decimal(said)}
            rows.append(row)
    return pl.LazyFrame(rows, schema=table.schema)


@pytest.mark.parametrize("case", TOLD)
def test_net_revenue_by_hand(case):
    [row] = revenue(read).filter(pl.col("case") == case).collect().to_dicts()
    assert (row["first"], row["net"], row["collected"]) == tuple(map(Decimal, EXPECTED[case]))


def test_amounts_stay_decimals():
    money = pl.Decimal(22, 2)
    schema = revenue(read).collect().schema
    assert [schema[name] for name in ("first", "net", "collected")] == [money] * 3
    assert by_kind(read).collect().schema["amount"] == money


def test_by_kind_sums_to_the_net_revenue():
    found = by_kind(read).group_by("case").agg(pl.col("amount").sum()).collect()
    sums = dict(found.iter_rows())
    for case, (_, net, _) in EXPECTED.items():
        assert sums.get(case, Decimal(0)) == Decimal(net), case


def test_where_nothing_was_told_there_is_nothing():
    def none(name: str) -> pl.LazyFrame:
        return pl.LazyFrame(schema=of_kind(VOCABULARY[name]).schema)

    assert revenue(none).collect().is_empty()
    assert by_kind(none).collect().is_empty()


def test_the_tables_are_those_of_the_vocabulary():
    assert events.Corrected.model_fields.keys() >= {"after", "totals"}
