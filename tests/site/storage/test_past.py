"""What rules ask of the stored past is what a table of it counts, on either database."""

from datetime import date, timedelta
from random import Random

import polars as pl
import pytest
from consignments import NOW, declare

from sanzhi.customs.risk.frames import frame_of
from sanzhi.customs.risk.rules.facts import items_of
from sanzhi.customs.risk.rules.known import FACTS, Knowledge
from sanzhi.site.clearance.models import Case
from sanzhi.site.risk import lodged
from sanzhi.site.risk.known import StoredPast
from sanzhi.site.risk.models import PastGoods
from sanzhi.site.risk.past import short

pytestmark = pytest.mark.django_db(transaction=True)

BEGUN = date(2023, 1, 30)
#: A name that an index would not take, and one that differs from it in the last sign.
LONG = ["字" * 511 + end for end in "甲乙"]
TEXTS = ("importer", "declarant", "seller", "importer_address", "code", "origin", "departure")
#: Usual prices are counted over columns by one function for both.
COUNTED = sorted(FACTS - {"unit_value_distance"})


def trade(random: Random, cases: list[Case]) -> list[dict]:
    """Goods items of some declarations around the edges of the windows."""
    rows = []
    for case in cases:
        day = BEGUN + timedelta(days=random.choice([0, 1, 2, 89, 90, 91, 365, 366, 367]))
        find = random.choice([None, 0.0, 1.0, 1.0])
        known = day + timedelta(days=random.choice([0, 1, 30, 364, 365]))
        whole = {
            "case": case,
            "id": case.number,
            "date": day,
            "importer": random.choice("AB"),
            "declarant": random.choice("AC"),
            "seller": random.choice(["", "S", *LONG]),
            "importer_address": random.choice(["", "quay", LONG[0]]),
            "departure": random.choice(["DE", ""]),
            "find": find,
            "outcome_date": known if find is not None else None,
        }
        rows += [
            whole
            | {
                "code": random.choice(["870323", "870324", ""]),
                "origin": random.choice(["DE", "CN", ""]),
                "price": 5.0,
                "net_mass": 1.0,
            }
            for _ in range(random.choice([1, 1, 2]))
        ]
    return rows


def store(rows: list[dict]) -> None:
    PastGoods.objects.all().delete()
    PastGoods.objects.bulk_create(
        PastGoods(
            case=row["case"],
            date=row["date"],
            found=row["outcome_date"] if row["find"] == 1.0 else None,
            **{name: short(row[name]) for name in TEXTS},
        )
        for row in rows
    )


def test_the_desk_and_the_table_give_the_same_facts(lodge):
    cases = [lodge(declare(f"R{number}")).case for number in range(10)]
    for seed in range(25):
        rows = trade(Random(seed), cases)
        store(rows)
        frame = pl.DataFrame([{**row, "case": None} for row in rows], infer_schema_length=None)
        table = items_of(frame_of(frame), FACTS)
        for name in COUNTED:
            asked = [Knowledge(StoredPast(), row["date"]).fact(name, row) for row in rows]
            assert asked == table[name].to_list(), (seed, name)


def test_a_declaration_whose_names_no_index_takes_is_kept(lodge):
    long = [{"role": "seller", "name": LONG[0], "address": "ﷺ" * 512}]
    lodge(declare("R1", parties=long))
    assert lodged.make() == 1
    assert PastGoods.objects.get().seller == short(LONG[0])
    assert NOW.date() >= PastGoods.objects.get().date
