"""How steady a body of policy is: yearly change, repeals and amendments, half-life.

Stability = 1 − (amendments + repeals) / policy-years; the half-life is ln 2 over the yearly rate
of repeals, as if every policy were repealed at the same rate. Both are definitions of this
project. Amendments are the policies whose field `amends` is not empty.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanzhi.policy.corpus.document import Policy
    from sanzhi.policy.measurement.matrix import Body

_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Stability:
    """Of one category over the study's years; None where not defined."""

    category: str
    mean_yearly_change: float | None
    """Mean of |TPE_i − TPE_(i−1)|."""
    relative_yearly_change: float | None
    """The same over the mean of TPE."""
    policy_years: float
    """Years in force within the study's years, over the policies with a date."""
    repeals: int
    amendments: int
    stability: float | None
    half_life: float | None
    """Years; None where no repeal is known."""


def stability(body: Body, policies: Mapping[str, Policy]) -> list[Stability]:
    """One row a category."""
    rows = []
    score = (body.measure_score() + body.objective_score()) * body.force
    for category, members in body.categories.items():
        yearly = score @ (body.takes_part & members[:, None])
        steps = np.abs(np.diff(yearly))
        change = float(steps.mean()) if len(steps) else None
        level = float(yearly.mean())
        within = [policies[key] for key, kept in zip(body.policies, members, strict=True) if kept]
        lived = sum(_years_in_force(one, body.years[0], body.years[-1]) for one in within)
        repeals = sum(
            one.repealed is not None and body.years[0] <= one.repealed.year <= body.years[-1]
            for one in within
        )
        amendments = sum(bool(getattr(one, "amends", None)) for one in within)
        rows.append(
            Stability(
                category,
                change,
                change / level if change is not None and level else None,
                round(lived, 6),
                repeals,
                amendments,
                1 - (amendments + repeals) / lived if lived else None,
                log(2) * lived / repeals if repeals else None,
            )
        )
    return rows


def _years_in_force(policy: Policy, first: int, last: int) -> float:
    """Years between its start and repeal that lie within the study's years."""
    start = policy.effective or policy.issued
    if start is None:
        return 0.0
    begins = max(_as_years(start.year, start.timetuple().tm_yday), float(first))
    ends = float(last + 1)
    if policy.repealed:
        ends = min(ends, _as_years(policy.repealed.year, policy.repealed.timetuple().tm_yday))
    return max(0.0, ends - begins)


def _as_years(year: int, day_of_year: int) -> float:
    return year + (day_of_year - 1) / _YEAR
