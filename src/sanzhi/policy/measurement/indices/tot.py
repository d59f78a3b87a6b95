"""TOT index of a policy text's design: topics, objectives, tools.

In each row the quantiles .125, .375, .625 and .875 over the policies map the counts to 0, .25,
.5, .75 and 1; X is the mean of the topic rows, Y of the objective rows, Z the mean over the kinds
of tool of their rows' means; TOT = X + Y + Z. Zhang, Hou & Liu, *China Land Science*, December
2024; quantiles by linear interpolation.
"""

from typing import Any

import numpy as np

from sanzhi.policy.measurement.indices.table import Table

QUANTILES = (0.125, 0.375, 0.625, 0.875)
_FIRST_POLICY = 3


def tot(table: Table) -> list[dict[str, Any]]:
    """Three columns of variable names (a blank continues the one above), then one a policy."""
    policies = table.header[_FIRST_POLICY:]
    if not policies:
        raise table.fault(
            1,
            table.header[-1],
            "No policies: columns from the fourth on are these",
            "没有政策列：第四列起应为各政策",
        )
    dimension = kind = ""
    groups: dict[str, dict[str, list[np.ndarray[Any, Any]]]] = {"X": {}, "Y": {}, "Z": {}}
    for row, cells in enumerate(table.rows):
        dimension = cells[0].strip() or dimension
        kind = cells[1].strip() or kind
        letter = dimension[:1].upper()
        if letter not in groups:
            raise table.fault(
                row + 2,
                table.header[0],
                "The dimension must begin with X, Y or Z",
                "一级变量应以 X、Y 或 Z 开头",
            )
        counts = np.array(
            [table.number(row, column) for column in range(_FIRST_POLICY, len(cells))]
        )
        groups[letter].setdefault(kind, []).append(_levels(counts))
    for letter, kinds in groups.items():
        if not kinds:
            raise table.fault(
                1, table.header[0], f"No rows of dimension {letter}", f"没有维度 {letter} 的行"
            )
    parts = {
        letter: np.mean([np.mean(rows, axis=0) for rows in kinds.values()], axis=0)
        for letter, kinds in groups.items()
    }
    total = parts["X"] + parts["Y"] + parts["Z"]
    return [
        {
            "policy": policy,
            "tot": float(total[i]),
            "topics": float(parts["X"][i]),
            "objectives": float(parts["Y"][i]),
            "tools": float(parts["Z"][i]),
        }
        for i, policy in enumerate(policies)
    ]


def _levels(counts: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    bounds = np.quantile(counts, QUANTILES)
    found: np.ndarray[Any, Any] = np.searchsorted(bounds, counts, side="left") / len(QUANTILES)
    return found
