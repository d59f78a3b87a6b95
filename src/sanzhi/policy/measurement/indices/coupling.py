"""Coupling coordination of subsystems.

For u_1..u_n in (0, 1]: C = (Πu)^(1/n) / mean(u); the corrected form of Wang, Kong, Ren et al.
(2021), C = sqrt([1 − Σ_{i>j}|u_i − u_j| / Σ_{m<n} m] · (Π u_i / max u)^{1/(n−1)}), the product
over all but the maximum; T = mean of u (equal weights); D = sqrt(C·T); ten classes of width 0.1.
"""

from math import ceil, prod, sqrt
from typing import Any

from sanzhi.policy.measurement.indices.table import Table

#: Classes of D, 0 to 1 in tenths, worst first.
CLASSES = (
    "extreme imbalance",
    "severe imbalance",
    "moderate imbalance",
    "mild imbalance",
    "near imbalance",
    "barely coordinated",
    "primary coordination",
    "intermediate coordination",
    "good coordination",
    "quality coordination",
)


def coupling(table: Table) -> list[dict[str, Any]]:
    """First column the unit, every other column a subsystem's u."""
    if len(table.header) < 3:
        raise table.fault(
            1, table.header[-1], "At least two subsystems are needed", "至少需要两个子系统"
        )
    results = []
    for row, cells in enumerate(table.rows):
        levels = [table.number(row, column) for column in range(1, len(cells))]
        for column, level in enumerate(levels, 1):
            if not 0 < level <= 1:
                raise table.fault(
                    row + 2,
                    table.header[column],
                    f"{level:g} is not in (0, 1]",
                    f"{level:g} 不在 (0, 1] 内",
                )
        classic, corrected = classic_coupling(levels), corrected_coupling(levels)
        together = sum(levels) / len(levels)
        coordination = sqrt(classic * together)
        results.append(
            {
                "policy": cells[0],
                "coupling": classic,
                "coupling_corrected": corrected,
                "development": together,
                "coordination": coordination,
                "coordination_corrected": sqrt(corrected * together),
                "class": coordination_class(coordination),
            }
        )
    return results


def classic_coupling(levels: list[float]) -> float:
    """Geometric over arithmetic mean, at most 1."""
    n = len(levels)
    return min(1.0, float(prod(levels) ** (1 / n)) / (sum(levels) / n))


def corrected_coupling(levels: list[float]) -> float:
    """The corrected form, which spreads over [0, 1] where the classic one crowds near 1."""
    n = len(levels)
    ordered = sorted(levels)
    apart = sum(ordered[i] - ordered[j] for i in range(n) for j in range(i))
    rest = prod(level / ordered[-1] for level in ordered[:-1])
    return sqrt(max(0.0, 1 - apart / (n * (n - 1) / 2)) * float(rest ** (1 / (n - 1))))


def coordination_class(value: float) -> str:
    """The class of D: (0.8, 0.9] is good coordination."""
    return CLASSES[min(9, max(0, ceil(round(value * 10, 9)) - 1))]
