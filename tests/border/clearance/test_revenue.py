"""Net revenue, worked by hand: of each case, and by month of release and kind of tax."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import polars as pl
import pytest

from sanzhi.border.clearance import flow
from sanzhi.border.clearance.revenue import revenue
from sanzhi.events import VOCABULARY
from sanzhi.events.tables import of_kind

#: Case → what was told of it, in order: kind, and total (by kind of tax), or amount.
TOLD = {
    # assessed at 1,000; nothing else
    "A": [("assessed", {"duty": "600", "vat": "400"})],
    # assessed at 500, amended to 800, paid, released
    "B": [
        ("assessed", {"duty": "500"}),
        ("assessed", {"duty": "500", "vat": "300"}),
        ("paid", "800"),
        ("released", {"duty": "500", "vat": "300"}),
    ],
    # paid 1,000, corrected to 700 after release, 300 refunded: the refund is not taken off twice
    "C": [
        ("assessed", {"duty": "1000"}),
        ("paid", "1000"),
        ("released", {"duty": "1000"}),
        ("corrected", {"duty": "700"}),
        ("refunded", "300"),
    ],
    # corrected upwards, the difference not paid yet
    "D": [
        ("assessed", {"vat": "100"}),
        ("paid", "100"),
        ("released", {"vat": "100"}),
        ("corrected", {"vat": "250.50"}),
    ],
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
        ("released", {"duty": "10"}),
        ("corrected", {"duty": "30"}),
        ("corrected", {"duty": "20"}),
    ],
    # completed after release, at more than was assessed before
    "H": [
        ("assessed", {"duty": "40"}),
        ("released", {"duty": "40"}),
        ("completed", ""),
        ("assessed", {"duty": "45", "vat": "5"}),
    ],
    # cancelled after release
    "I": [("assessed", {"vat": "9"}), ("released", {"vat": "9"}), ("cancelled", "")],
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
    "H": ("40", "50", "0"),
    "I": ("9", "0", "0"),
}
#: Case → moment of release. In Shanghai D is released on 1 July.
RELEASED = {
    "B": datetime(2026, 5, 31, 15, 59, tzinfo=UTC),
    "C": datetime(2026, 5, 31, 16, tzinfo=UTC),
    "D": datetime(2026, 6, 30, 16, tzinfo=UTC),
    "G": datetime(2026, 6, 30, 15, tzinfo=UTC),
    "H": datetime(2026, 7, 2, 3, tzinfo=UTC),
    "I": datetime(2026, 7, 2, 4, tzinfo=UTC),
}
OFFICES = {"B": "2201", "C": "2201", "D": "2201", "G": "2202", "H": "2202", "I": "2201"}


def read(name: str) -> pl.LazyFrame:
    table = of_kind(VOCABULARY[name])
    rows = []
    for case, told in TOLD.items():
        versions = 0
        for sequence, (kind, said) in enumerate(told, 3):
            versions += kind == "assessed"
            if f"clearance.{kind}" != name:
                continue
            row = {"case": case, "sequence": sequence}
            if isinstance(said, dict):
                pairs = [{"key": key, "value": Decimal(value)} for key, value in said.items()]
                total = sum((one["value"] for one in pairs), Decimal(0))
                row["totals"] = pairs
                match kind:
                    case "assessed":
                        row |= {"total": total, "version": versions}
                    case "corrected":
                        row |= {"after": total}
                    case "released":
                        begun = RELEASED[case] - timedelta(hours=int(total))
                        row |= {"time": RELEASED[case], "lodged": begun, "office": OFFICES[case]}
                        row |= {"lane": "green"}
            elif said:
                row |= {"amount": Decimal(said)}
            rows.append(row)
    return pl.LazyFrame(rows, schema=table.schema)


def none(name: str) -> pl.LazyFrame:
    return pl.LazyFrame(schema=of_kind(VOCABULARY[name]).schema)


def brought(since: datetime, offices: list[str] | None = None) -> dict[tuple[str, str], Decimal]:
    found = flow.brought(read, since, "Asia/Shanghai", offices).collect()
    assert found.schema["amount"] == pl.Decimal(38, 2)  # a sum's
    return {(f"{month:%Y-%m}", kind): amount for month, kind, amount in found.iter_rows()}


@pytest.mark.parametrize("case", TOLD)
def test_net_revenue_by_hand(case):
    [row] = revenue(read).filter(pl.col("case") == case).collect().to_dicts()
    assert (row["first"], row["net"], row["collected"]) == tuple(map(Decimal, EXPECTED[case]))


def test_amounts_stay_decimals():
    money = pl.Decimal(22, 2)
    schema = revenue(read).collect().schema
    assert [schema[name] for name in ("first", "net", "collected")] == [money] * 3


def test_a_months_releases_brought_what_was_decided_last():
    assert brought(datetime(2026, 5, 1, tzinfo=UTC)) == {
        ("2026-05", "duty"): Decimal(500),
        ("2026-05", "vat"): Decimal(300),
        ("2026-06", "duty"): Decimal(700 + 20),
        ("2026-07", "duty"): Decimal(45),
        ("2026-07", "vat"): Decimal("250.50") + 5,
    }


def test_releases_before_the_moment_or_elsewhere_bring_nothing():
    assert brought(datetime(2026, 5, 31, 16, tzinfo=UTC), ["2201"]) == {
        ("2026-06", "duty"): Decimal(700),
        ("2026-07", "vat"): Decimal("250.50"),
    }


def test_what_was_released_took_the_time_since_lodging():
    since = datetime(2026, 6, 30, 16, tzinfo=UTC)
    found = flow.released(read, since).sort("released").collect()
    assert found["took"].to_list() == [timedelta(hours=hours) for hours in (100, 40, 9)]
    assert found["released"].dt.date().to_list() == [date(2026, 6, 30), *[date(2026, 7, 2)] * 2]
    assert flow.released(read, since, ["2202"]).collect().height == 1


def test_where_nothing_was_told_there_is_nothing():
    begun = datetime(2026, 1, 1, tzinfo=UTC)
    assert revenue(none).collect().is_empty()
    assert flow.brought(none, begun, "Asia/Shanghai").collect().is_empty()
    assert flow.released(none, begun).collect().is_empty()
    assert flow.lodged(none, begun, ["2201"]).collect().is_empty()
