"""Yearly effectiveness and synergy (Peng, Zhong & Sun 2008 and those after them).

TPE_i = Σ_j (m_j + g_j)·p_j; APE_i = TPE_i / N_i, undefined in a year without policies. The synergy
of two measures is PMS_i(k,l) = Σ_j p_j·m_kj·m_lj, of two objectives and of a measure with an
objective alike; that of agencies Σ_j p_j·n_j. The formulas are quoted as generally known.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sanzhi.policy.measurement.matrix import Body, Floats


@dataclass(frozen=True, slots=True)
class Year:
    """One year of one category; averages are None where there is no policy."""

    year: int
    category: str
    policies: int
    total_effectiveness: float
    average_effectiveness: float | None
    measure_effectiveness: float
    objective_effectiveness: float
    agency_synergy: float
    joint_share: float | None


@dataclass(frozen=True, slots=True)
class Synergy:
    """Synergy of a pair in one year of one category, in total and for a policy on average."""

    year: int
    category: str
    first: str
    second: str
    total: float
    average: float | None


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one policy adds to a year: force × (measures + objectives)."""

    policy: str
    force: float
    measures: float
    objectives: float
    effectiveness: float


def contributions(body: Body, category: str, year: int) -> list[Contribution]:
    """The policies behind a year's figures, those first that add most; their effectiveness adds
    up to the year's total."""
    measures, objectives = body.measure_score(), body.objective_score()
    rows = np.flatnonzero(body.takes_part[:, body.years.index(year)] & body.categories[category])
    found = [
        Contribution(
            body.policies[i],
            float(body.force[i]),
            float(measures[i]),
            float(objectives[i]),
            float(body.force[i] * (measures[i] + objectives[i])),
        )
        for i in rows
    ]
    return sorted(found, key=lambda one: (-one.effectiveness, one.policy))


def annual(body: Body) -> list[Year]:
    """Every category and year, in order; years without policies count 0 and have no average."""
    measure, objective = body.measure_score() * body.force, body.objective_score() * body.force
    agency, joint = body.force * body.issuers, (body.issuers > 1).astype(float)
    rows = []
    for category, members in body.categories.items():
        part = body.takes_part & members[:, None]
        count = part.sum(axis=0)
        sums = np.stack([measure, objective, agency, joint]) @ part
        for i, year in enumerate(body.years):
            of_measures, of_objectives, agencies, jointly = (float(one) for one in sums[:, i])
            n = int(count[i])
            total = of_measures + of_objectives
            rows.append(
                Year(
                    year,
                    category,
                    n,
                    total,
                    total / n if n else None,
                    of_measures,
                    of_objectives,
                    agencies,
                    jointly / n if n else None,
                )
            )
    return rows


def measure_synergy(body: Body) -> list[Synergy]:
    """PMS of every pair of measures."""
    return list(_within(body, body.measures, body.measure_keys))


def objective_synergy(body: Body) -> list[Synergy]:
    """PGS of every pair of objectives."""
    return list(_within(body, body.objectives, body.objective_keys))


def measure_objective_synergy(body: Body) -> list[Synergy]:
    """PMG of every measure with every objective."""
    return list(
        _rows(
            body,
            body.measures,
            body.objectives,
            [
                (k, g, mk, gk)
                for k, mk in enumerate(body.measure_keys)
                for g, gk in enumerate(body.objective_keys)
            ],
        )
    )


def _within(body: Body, scores: Floats, keys: tuple[str, ...]) -> Iterator[Synergy]:
    pairs = [(k, g, keys[k], keys[g]) for k, g in combinations(range(len(keys)), 2)]
    return _rows(body, scores, scores, pairs)


def _rows(
    body: Body, left: Floats, right: Floats, pairs: list[tuple[int, int, str, str]]
) -> Iterator[Synergy]:
    weighted = left * body.force[:, None]
    for category, members in body.categories.items():
        part = (body.takes_part & members[:, None]).astype(float)
        # years × left × right in one product
        sums = np.einsum("jy,jk,jl->ykl", part, weighted, right, optimize=True)
        counts = part.sum(axis=0)
        for i, year in enumerate(body.years):
            for k, g, first, second in pairs:
                total, n = float(sums[i, k, g]), counts[i]
                yield Synergy(year, category, first, second, total, total / float(n) if n else None)
