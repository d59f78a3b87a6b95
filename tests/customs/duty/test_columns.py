"""The engine in columns gives the Decimal engine's amounts to the fen."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest

from sanzhi import law
from sanzhi.customs.duty import assess
from sanzhi.declarations import Declaration, Item, ProofOfOrigin

pl = pytest.importorskip("polars")

CODES = (
    "3304990039",
    "2204210000",
    "2402200000",
    "2203000000",
    "6403990090",
    "8471301000",
    "9018193010",
    "0202300090",
    "3004909099",
)
ORIGINS = ("FR", "AU", "US", "KR", None)


def rows(seed: int, count: int) -> list[dict]:
    """Declarations of one to four items; about a third of the values end in half fens of tax."""
    draw = random.Random(seed)
    pack = law.load()
    made = []
    for declaration in range(count):
        on = date(2020, 1, 1) + timedelta(days=draw.randrange(2400))
        for _ in range(draw.randrange(1, 5)):
            code = draw.choice(CODES)
            if pack.find_line(code, on) is None:
                continue
            origin = draw.choice(ORIGINS)
            agreements = [
                key for key, one in pack.agreements.items() if origin and origin in one.parties
            ]
            value = draw.choice(
                [
                    draw.randrange(1, 400_000),
                    draw.randrange(1, 2_000) * 50,
                    draw.randrange(1, 10**9),
                ]
            )
            made.append(
                {
                    "declaration": declaration,
                    "code": code,
                    "on": on,
                    "origin": origin,
                    "agreement": draw.choice([*agreements, None]) if agreements else None,
                    "customs_value": value,
                    "quantity": draw.randrange(1, 500),
                    "unit": {"2402200000": "carton", "2203000000": "l"}.get(code, "ml"),
                }
            )
    return made


def by_decimal(group: list[dict]) -> list[tuple[int, ...]]:
    declaration = Declaration(
        date=group[0]["on"],
        currency="CNY",
        incoterm="CIF",
        items=[
            Item(
                number=number,
                code=row["code"],
                origin=row["origin"],
                price=Decimal(row["customs_value"]) / 100,
                quantity=Decimal(row["quantity"]),
                unit=row["unit"],
                proof_of_origin=ProofOfOrigin(agreement=row["agreement"])
                if row["agreement"]
                else None,
            )
            for number, row in enumerate(group, 1)
        ],
    )
    return [
        tuple(
            int(sum(tax.amount for tax in item.taxes if tax.kind == kind) * 100)
            for kind in ("duty", "anti_dumping", "consumption", "vat")
        )
        for item in assess(declaration, law.load()).items
    ]


@pytest.mark.parametrize("seed", range(5))
def test_equal_to_the_fen(seed: int) -> None:
    from sanzhi.customs.duty.columns import reassess

    made = rows(seed, 300)
    found = reassess(pl.DataFrame(made, infer_schema_length=None), law.load())
    amounts = list(found.select("duty", "anti_dumping", "consumption", "vat").iter_rows())
    place = 0
    while place < len(made):
        group = [
            row
            for row in made[place : place + 5]
            if row["declaration"] == made[place]["declaration"]
        ]
        assert amounts[place : place + len(group)] == by_decimal(group), group
        place += len(group)


def test_half_fens_round_up() -> None:
    """8471301000 pays 13 % VAT and no duty: 1,250.50 yuan gives 162.565, which is 162.57."""
    from sanzhi.customs.duty.columns import reassess

    frame = pl.DataFrame(
        {
            "declaration": [1],
            "code": ["8471301000"],
            "on": [date(2020, 3, 2)],
            "origin": ["US"],
            "agreement": pl.Series([None], dtype=pl.String),
            "customs_value": [125_050],
            "quantity": [1.0],
            "unit": ["unit"],
        }
    )
    assert reassess(frame, law.load())["vat"].to_list() == [16_257]


def test_a_code_that_is_not_in_force_is_named() -> None:
    from sanzhi.customs.duty.columns import reassess

    frame = pl.DataFrame(
        {
            "declaration": [1],
            "code": ["0000000000"],
            "on": [date(2020, 3, 2)],
            "origin": ["US"],
            "agreement": pl.Series([None], dtype=pl.String),
            "customs_value": [100],
            "quantity": [1.0],
            "unit": ["unit"],
        }
    )
    with pytest.raises(ValueError, match="0000000000 on 2020-03-02"):
        reassess(frame, law.load())


def test_missing_columns_are_named() -> None:
    from sanzhi.customs.duty.columns import reassess

    with pytest.raises(ValueError, match="columns missing: declaration, on"):
        reassess(
            pl.DataFrame(
                {
                    "code": ["1"],
                    "origin": ["FR"],
                    "agreement": [None],
                    "customs_value": [1],
                    "quantity": [1],
                    "unit": ["kg"],
                }
            ),
            law.load(),
        )
