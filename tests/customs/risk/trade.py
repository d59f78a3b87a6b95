"""A small trade in which goods tuples repeat and share their fate, as in the published set."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from sanzhi.customs.risk.columns import DEFAULT
from sanzhi.customs.risk.reading import read

#: Share of finds by origin: the only thing there is to learn about goods never seen.
RISK = {"CN": 0.1, "DE": 0.1, "NA": 0.7, "US": 0.2, "VN": 0.5}
BEGUN = date(2024, 1, 1)


def repeating(
    rows: int = 3000, *, goods: int = 900, days: int = 200, seed: int = 1
) -> pl.DataFrame:
    """Declarations in order of lodging, as text under the default column names."""
    draw = np.random.default_rng(seed)
    origin = draw.choice(list(RISK), goods)
    code = [
        f"{chapter:02}{rest:04}"
        for chapter, rest in zip(
            draw.integers(1, 12, goods), draw.integers(100, 140, goods), strict=True
        )
    ]
    found = draw.random(goods) < np.array([RISK[one] for one in origin])
    mass, price = draw.lognormal(3, 1, goods).round(1), draw.lognormal(8, 2, goods).round(2)
    rate = draw.choice([0.0, 5.0, 8.0, 754.3], goods)
    pick = draw.integers(0, goods, rows)
    day = np.sort(draw.integers(0, days, rows))

    def party(prefix: str, many: int) -> list[str]:
        return [f"{prefix}{number}" for number in draw.integers(0, many, rows)]

    return pl.DataFrame(
        {
            "Declaration ID": [str(number) for number in range(rows)],
            "Date": [str(BEGUN + timedelta(days=int(one))) for one in day],
            "Office ID": party("", 5),
            "Process Type": "B",
            "Import Type": "11",
            "Import Use": "21",
            "Payment Type": "11",
            "Mode of Transport": "10",
            "Declarant ID": party("D", 40),
            "Importer ID": party("I", 300),
            "Seller ID": party("S", 200),
            "Courier ID": "",
            "HS6 Code": [code[one] for one in pick],
            "Country of Departure": [str(origin[one]) for one in pick],
            "Country of Origin": [str(origin[one]) for one in pick],
            "Tax Rate": [str(rate[one]) for one in pick],
            "Tax Type": "A",
            "Country of Origin Indicator": "G",
            "Net Mass": [str(mass[one]) for one in pick],
            "Item Price": [str(price[one]) for one in pick],
            "Fraud": [str(int(found[one])) for one in pick],
            "Importer Address": party("Quay ", 150),
            "Seller Address": party("Allée ", 90),
        }
    )


def frame_of(table: pl.DataFrame, *, outcomes: bool = True) -> pl.DataFrame:
    """The canonical frame of a table, as the commands read it."""
    return read(table.write_csv().encode(), "trade.csv", DEFAULT, outcomes=outcomes)
