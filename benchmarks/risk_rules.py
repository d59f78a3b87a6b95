"""Rules over declarations: 500 rules on 100,000 goods items, in batch and one by one, on one core.

Baselines of the same run: asking every rule of every item with plain closures, without the index;
and one Polars expression a rule.
"""

import os

os.environ["POLARS_MAX_THREADS"] = "1"

import time
from functools import reduce
from operator import and_
from random import Random

import polars as pl
from marks import told

from sanzhi.customs.risk.rules.batch import Items, hits
from sanzhi.customs.risk.rules.fields import FIELDS
from sanzhi.customs.risk.rules.online import Online
from sanzhi.selectivity.condition import Condition, compiled
from sanzhi.selectivity.rule import Rule

RULES, ITEMS, SEED = 500, 100_000, 7
MARK = 400_000


def made(random: Random) -> tuple[list[Rule], pl.DataFrame]:
    codes = [f"{random.randrange(100, 9799):04}{random.randrange(10**6):06}" for _ in range(6000)]
    countries = [a + b for a in "ABCDEFGHIJ" for b in "KLMNOPQRST"]
    importers = [f"I{number}" for number in range(9000)]
    frame = pl.DataFrame(
        {
            "code": random.choices(codes, k=ITEMS),
            "origin": random.choices(countries, k=ITEMS),
            "importer": random.choices(importers, k=ITEMS),
            "price": [random.lognormvariate(7, 2) for _ in range(ITEMS)],
            "unit_value_distance": [random.gauss(0, 2) for _ in range(ITEMS)],
            "first_time_trader": random.choices([True, False], [1, 20], k=ITEMS),
        }
    )
    rules = []
    for number in range(RULES):
        when = [
            Condition(
                field="code",
                test="starts",
                values=tuple({random.choice(codes)[: random.choice((2, 4, 6))] for _ in range(3)}),
            )
        ]
        if number % 5 == 0:
            when = [
                Condition(
                    field="importer", test="in", values=tuple(set(random.choices(importers, k=5)))
                )
            ]
        if number % 2:
            when.append(
                Condition(
                    field="origin", test="in", values=tuple(set(random.choices(countries, k=8)))
                )
            )
        when.append(Condition(field="price", test="range", low=random.lognormvariate(7, 1)))
        if number % 3 == 0:
            when.append(Condition(field="unit_value_distance", test="range", high=-2.0))
        rules.append(
            Rule.model_validate(
                {
                    "id": f"r{number}",
                    "lane": "red",
                    "owner": "bench",
                    "reason_en": "why",
                    "reason_zh": "理由",
                    "valid_from": "2020-01-01",
                    "when": when,
                }
            )
        )
    return rules, frame


def expression(condition: Condition) -> pl.Expr:
    column = pl.col(condition.field)
    if condition.test == "starts":
        return reduce(
            lambda a, b: a | b,
            (column.cast(pl.String).str.starts_with(one) for one in condition.values),
        )
    if condition.test == "in":
        return column.is_in(list(condition.values))
    return column >= condition.low if condition.low is not None else column <= condition.high


def timed(call):
    best, result = float("inf"), None
    for _ in range(3):
        begun = time.perf_counter()
        result = call()
        best = min(best, time.perf_counter() - begun)
    return best, result


def main() -> None:
    rules, frame = made(Random(SEED))
    took, found = timed(lambda: hits(rules, Items(frame)))
    part = frame.head(20_000)
    naive, counted = timed(
        lambda: part.select(
            reduce(and_, map(expression, rule.when)).sum().alias(rule.id) for rule in rules
        )
    )
    same = [int((of < part.height).sum()) for of in found] == list(counted.row(0))
    if not same:
        raise SystemExit("one Polars expression a rule finds other hits")
    told(
        f"items asked {RULES} rules in batch",
        ITEMS / took,
        "/s",
        least=MARK,
        baseline=f"one Polars expression a rule: {part.height / naive:,.0f}/s, the same hits",
    )
    rows = frame.head(10_000).to_dicts()
    online = Online(rules)
    took, one_by_one = timed(lambda: [online.hits(row) for row in rows])
    asked = [[(one.field, compiled(one, FIELDS[one.field])) for one in rule.when] for rule in rules]
    few = rows[:500]
    plain, _ = timed(
        lambda: [
            [at for at, of in enumerate(asked) if all(holds(row[name]) for name, holds in of)]
            for row in few
        ]
    )
    told(
        f"an item asked {RULES} rules one by one",
        took / len(rows) * 1e6,
        "µs",
        baseline=f"without the index: {plain / len(few) * 1e6:.1f} µs",
    )
    assert sum(map(len, one_by_one)) == sum(int((of < 10_000).sum()) for of in found)


if __name__ == "__main__":
    main()
