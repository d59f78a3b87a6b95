"""Re-assessment of 10 million items under the law of each item's own day, in columns.

Mark: at most 10 s, equal to the fen to the Decimal engine on a sample that ends in half fens.
The baseline is the Decimal engine, item by item, in the same run.
"""

import argparse
import random
import time
from datetime import date, timedelta
from decimal import Decimal

import polars as pl
from marks import told

from sanzhi import law
from sanzhi.customs.duty import assess
from sanzhi.customs.duty.columns import reassess
from sanzhi.declarations import Declaration, Item

SAMPLE = 2000


def frame(count: int, pack: law.Pack) -> pl.DataFrame:
    """Items over every code of the pack and six years of days; values end in half fens often."""
    first = date(2020, 1, 1)
    codes = [
        line.code
        for digit in range(10)
        for line in pack.search_lines(str(digit), first, 100_000)
        if all(pack.find_line(line.code, first + timedelta(days=n)) for n in range(0, 2400, 30))
    ]
    draw = random.Random(1)
    block = (
        pl.DataFrame(
            {
                "code": [draw.choice(codes) for _ in range(100_000)],
                "on": [first + timedelta(days=draw.randrange(2400)) for _ in range(100_000)],
                "origin": [draw.choice(("FR", "US", "JP", "DE", "KR")) for _ in range(100_000)],
                "customs_value": [draw.randrange(1, 40_000) * 50 for _ in range(100_000)],
                "quantity": [float(draw.randrange(1, 500)) for _ in range(100_000)],
            }
        )
        .with_columns(
            unit=pl.when(pl.col("code").str.starts_with("24"))
            .then(pl.lit("carton"))
            .when(pl.col("code").str.starts_with("22"))
            .then(pl.lit("l"))
            .otherwise(pl.lit("kg")),
        )
        .with_columns(
            pl.col("code").cast(pl.Categorical),
            pl.col("origin").cast(pl.Categorical),
            agreement=pl.lit(None, pl.String),
        )
    )
    return (
        pl.concat([block] * (count // 100_000))
        .with_row_index("declaration")
        .with_columns(
            pl.col("declaration") // 3, on=pl.col("on").first().over(pl.col("declaration") // 3)
        )
    )


def by_decimal(items: pl.DataFrame, pack: law.Pack) -> list[int]:
    totals = []
    for group in items.partition_by("declaration", maintain_order=True):
        rows = group.to_dicts()
        found = assess(
            Declaration(
                date=rows[0]["on"],
                incoterm="CIF",
                items=[
                    Item(
                        number=n,
                        code=row["code"],
                        origin=row["origin"],
                        unit=row["unit"],
                        quantity=Decimal(str(row["quantity"])),
                        price=Decimal(row["customs_value"]) / 100,
                    )
                    for n, row in enumerate(rows, 1)
                ],
            ),
            pack,
        )
        totals += [int(item.total * 100) for item in found.items]
    return totals


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", type=int, default=10_000_000)
    count = parser.parse_args().items
    pack = law.load()
    items = frame(count, pack)
    began = time.perf_counter()
    done = reassess(items, pack)
    took = time.perf_counter() - began
    sample = done.head(SAMPLE - SAMPLE % 3)
    began = time.perf_counter()
    expected = by_decimal(sample, pack)
    decimal_took = time.perf_counter() - began
    found = sample.select(pl.sum_horizontal("duty", "anti_dumping", "consumption", "vat"))
    different = sum(a != b for a, b in zip(found.to_series().to_list(), expected, strict=True))
    speed, baseline = count / took, sample.height / decimal_took
    told(
        f"{count:,} items assessed anew",
        took,
        "s",
        most=10 * count / 10_000_000,
        baseline=f"{speed / baseline:.0f} times the Decimal engine at {baseline:,.0f}/s",
    )
    told(f"of {sample.height} sampled items, differing by a fen or more", different, most=0)


if __name__ == "__main__":
    main()
