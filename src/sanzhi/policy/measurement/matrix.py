"""The study as arrays: what every measurement computes on.

Policies are rows in the order of the corpus, measures and objectives columns in the order of the
codebook. A policy takes part in a year where it was issued in it, or was in force at any time in
it, as the study says.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Body:
    """A body of policy under one set of choices."""

    policies: tuple[str, ...]
    years: tuple[int, ...]
    takes_part: Flags
    """Policies × years."""
    force: Floats
    """Policies."""
    measures: Floats
    """Policies × measures, scores 0..scale."""
    objectives: Floats
    """Policies × objectives."""
    measure_keys: tuple[str, ...]
    objective_keys: tuple[str, ...]
    categories: dict[str, Flags]
    """Category key → policies of it. `all` is every policy."""
    issuers: Floats
    """Number of joint issuers of each policy."""
    combine: str = "sum"
    """Whether a policy's measures (and objectives) are summed or averaged."""

    def measure_score(self) -> Floats:
        """m_j of each policy."""
        return _combined(self.measures, self.combine)

    def objective_score(self) -> Floats:
        """g_j of each policy."""
        return _combined(self.objectives, self.combine)

    def without_measure(self, key: str) -> Body:
        keep = [i for i, one in enumerate(self.measure_keys) if one != key]
        return replace(
            self,
            measures=self.measures[:, keep],
            measure_keys=tuple(self.measure_keys[i] for i in keep),
        )

    def without_objective(self, key: str) -> Body:
        keep = [i for i, one in enumerate(self.objective_keys) if one != key]
        return replace(
            self,
            objectives=self.objectives[:, keep],
            objective_keys=tuple(self.objective_keys[i] for i in keep),
        )

    def only(self, rows: Flags) -> Body:
        """The body of some of its policies."""
        return replace(
            self,
            policies=tuple(p for p, kept in zip(self.policies, rows, strict=True) if kept),
            takes_part=self.takes_part[rows],
            force=self.force[rows],
            measures=self.measures[rows],
            objectives=self.objectives[rows],
            categories={key: flags[rows] for key, flags in self.categories.items()},
            issuers=self.issuers[rows],
        )


def _combined(scores: Floats, combine: str) -> Floats:
    if not scores.shape[1]:
        return np.zeros(len(scores))
    total: Floats = scores.sum(axis=1)
    return total / scores.shape[1] if combine == "mean" else total
