"""PMC index (Ruiz Estrada 2011): X_t is the mean of its 0/1 secondary variables, PMC = Σ X_t.

Columns are named by primary and secondary variable, `X1:1`, `X1:2`, … `X9:4` (also `X1-1`,
`X1_1`, `X1.1`, with any words behind); a column `X1` alone holds the primary variable itself,
0 to 1. The first column names the policy. Three rating conventions are in public use and
all are given: the ratio to the maximum, thirds of nine of the maximum, and fixed bins. The
surface is X1..X9 as a 3 × 3 matrix.
"""

import re
from typing import Any

from sanzhi.policy.measurement.indices.table import Table

_NAME = re.compile(r"([A-Za-z]+\d+)(?:[:\-_.](\d+))?(?:\D.*)?", re.DOTALL)
RATINGS = ("perfect", "excellent", "acceptable", "poor")


def pmc(table: Table) -> list[dict[str, Any]]:
    """PMC of each row, with its primary variables, ratings and surface."""
    groups: dict[str, list[int]] = {}
    whole: set[str] = set()
    for column, name in enumerate(table.header[1:], 1):
        match = _NAME.fullmatch(name)
        if match is None:
            raise table.fault(
                1,
                name,
                "Name columns by primary and secondary variable, X1:1",
                "列名应为一级、二级变量，如 X1:1",
            )
        groups.setdefault(match[1], []).append(column)
        if match[2] is None:
            whole.add(match[1])
    if not groups:
        raise table.fault(
            1,
            table.header[0],
            "No variables: columns from the second on are these",
            "没有变量列：第二列起应为各变量",
        )
    results = []
    for row, cells in enumerate(table.rows):
        primary = {
            key: _mean(table, row, columns, whole=key in whole) for key, columns in groups.items()
        }
        total = sum(primary.values())
        values = list(primary.values())
        results.append(
            {
                "policy": cells[0],
                "pmc": total,
                "variables": primary,
                "rating_ratio": by_ratio(total, len(groups)),
                "rating_ninths": by_ninths(total, len(groups)),
                "rating_bins": by_bins(total),
                "surface": [values[i : i + 3] for i in (0, 3, 6)] if len(values) >= 9 else None,
            }
        )
    return results


def by_ratio(total: float, maximum: float) -> str:
    """Ratio to the maximum at least .9, .7, .5."""
    return _rated(total / maximum, (0.9, 0.7, 0.5))


def by_ninths(total: float, maximum: float) -> str:
    """At least 8/9, 2/3, 4/9 of the maximum."""
    return _rated(total / maximum, (8 / 9, 2 / 3, 4 / 9))


def by_bins(total: float) -> str:
    """[9, 10], [7, 9), [5, 7), [0, 5)."""
    return _rated(total, (9, 7, 5))


def _rated(value: float, bounds: tuple[float, ...]) -> str:
    for rating, bound in zip(RATINGS, bounds, strict=False):
        if value >= bound - 1e-12:
            return rating
    return RATINGS[-1]


def _mean(table: Table, row: int, columns: list[int], *, whole: bool) -> float:
    """Mean of the secondary variables, or the primary variable itself where it is given whole."""
    values = []
    for column in columns:
        value = table.number(row, column)
        if whole and not 0 <= value <= 1:
            raise table.fault(
                row + 2,
                table.header[column],
                f"{value:g} is not within 0–1",
                f"{value:g} 不在 0–1 内",
            )
        if not whole and value not in (0, 1):
            raise table.fault(
                row + 2,
                table.header[column],
                f"{value:g} is neither 0 nor 1",
                f"{value:g} 既非 0 也非 1",
            )
        values.append(value)
    return sum(values) / len(values)
