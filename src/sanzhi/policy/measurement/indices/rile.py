"""Saliency of positions, as the RILE scale of the Manifesto Project builds it.

(Σ right − Σ left) / all coded units, in −100..100; effective number of issues exp(Shannon
entropy) and 1/Σx². Columns: `policy`, `category`, `side` (`left`, `right` or empty), `count`.
"""

from math import exp, log
from typing import Any

from sanzhi.policy.measurement.indices.table import Table

SIDES = ("left", "right", "")


def rile(table: Table) -> list[dict[str, Any]]:
    """Position and effective number of issues of each policy; None where nothing is coded."""
    policies, categories = table.column("policy"), table.column("category")
    sides = table.column("side")
    table.column("count")
    place = table.header.index("count")
    units: dict[str, list[tuple[str, str, float]]] = {}
    for row, policy in enumerate(policies):
        side, count = sides[row].strip().lower(), table.number(row, place)
        if side not in SIDES:
            raise table.fault(
                row + 2,
                "side",
                f"{side!r} is none of left, right or empty",
                f"{side!r} 应为 left、right 或空",
            )
        if count < 0:
            raise table.fault(row + 2, "count", "Counts are not negative", "计数不得为负")
        units.setdefault(policy, []).append((categories[row], side, count))
    return [{"policy": policy, **_position(coded)} for policy, coded in units.items()]


def _position(coded: list[tuple[str, str, float]]) -> dict[str, Any]:
    total = sum(count for _, _, count in coded)
    if not total:
        return {"rile": None, "units": 0.0, "issues_shannon": None, "issues_simpson": None}
    right = sum(count for _, side, count in coded if side == "right")
    left = sum(count for _, side, count in coded if side == "left")
    shares: dict[str, float] = {}
    for category, _, count in coded:
        shares[category] = shares.get(category, 0.0) + count / total
    used = [share for share in shares.values() if share]
    return {
        "rile": 100 * (right - left) / total,
        "units": total,
        "issues_shannon": exp(-sum(share * log(share) for share in used)),
        "issues_simpson": 1 / sum(share**2 for share in used),
    }
