"""The grid of choices behind a finding, and the yearly series that each choice gives.

Every force scale of the study × with and without laws × every category × every measure left out
in turn × every objective left out in turn, each in total and on average. Effectiveness is linear
in the scores, so that all of it is two products of matrices.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from sanzhi.policy.coding.study import refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanzhi.policy.coding.study import Study
    from sanzhi.policy.corpus.document import Policy
    from sanzhi.policy.measurement.matrix import Body, Floats

QUANTITIES = ("total", "average")


@dataclass(frozen=True, slots=True)
class Choice:
    """One set of choices. Empty where no measure or objective is left out."""

    quantity: str
    force_scale: str
    laws: bool
    category: str
    without_measure: str
    without_objective: str


@dataclass(frozen=True, slots=True)
class Grid:
    """What the series of every choice are computed from.

    Choices run over quantity, force scale, laws, category and what is left out, the last fastest.
    """

    choices: tuple[Choice, ...]
    shape: tuple[int, int, int, int, int]
    """Quantities, force scales, laws, categories, what is left out."""
    years: tuple[int, ...]
    weights: Floats
    """(Scale, laws, category) and year × policies: force where the policy takes part."""
    counts: Floats
    """(Scale, laws, category) × years: policies that take part."""
    keeps: Floats
    """What is left out × codes: the weight of each code."""

    def series(self, scores: Floats) -> Floats:
        """Yearly series, draws × choices × years, of scores as policies × codes × draws; NaN
        where an average is not defined."""
        policies, codes, draws = scores.shape
        contexts, years = self.counts.shape
        by_code = (self.weights @ scores.reshape(policies, codes * draws)).reshape(
            contexts, years, codes, draws
        )
        total = np.moveaxis(self.keeps @ by_code, (3, 0, 2), (0, 1, 2))
        # Noise of floating point must neither make nor break ties.
        total = np.round(total, 9)
        with np.errstate(divide="ignore", invalid="ignore"):
            per = np.where(self.counts > 0, self.counts, np.nan)[:, None, :]
            average = np.round(total / per, 9)
        return np.stack([total, average], axis=1).reshape(draws, -1, years)


def build_grid(study: Study, body: Body, policies: Mapping[str, Policy]) -> Grid:
    """The grid of a study's choices; `Unusable` (`study.force`) where a scale of the study has
    no level for a counted policy."""
    types = [policies[key].doc_type or "" for key in body.policies]
    scales, categories = tuple(study.force.scales), tuple(body.categories)
    no_law = np.array([one not in study.force.laws for one in types], dtype=bool)
    weights, counts = [], []
    for name, laws, category in product(scales, (True, False), categories):
        part = body.takes_part & body.categories[category][:, None]
        if not laws:
            part = part & no_law[:, None]
        weights.append(part * _force(study, name, types, body.policies)[:, None])
        counts.append(part.sum(axis=0))
    left_out = [
        (measure, objective)
        for measure in ("", *_droppable(body.measure_keys))
        for objective in ("", *_droppable(body.objective_keys))
    ]
    choices = tuple(
        Choice(quantity, name, laws, category, measure, objective)
        for quantity, name, laws, category, (measure, objective) in product(
            QUANTITIES, scales, (True, False), categories, left_out
        )
    )
    return Grid(
        choices,
        (2, len(scales), 2, len(categories), len(left_out)),
        body.years,
        np.concatenate([one.T for one in weights]).astype(np.float64),
        np.array(counts, dtype=np.float64),
        np.array([_keeps(body, *pair) for pair in left_out]),
    )


def _droppable(keys: tuple[str, ...]) -> tuple[str, ...]:
    """A lone measure cannot be left out: nothing would be measured."""
    return keys if len(keys) > 1 else ()


def _force(study: Study, name: str, types: list[str], policies: tuple[str, ...]) -> Floats:
    scale = study.force.scales[name]
    for policy, doc_type in zip(policies, types, strict=True):
        if doc_type not in scale:
            raise refused(
                "study.force",
                f"policy {policy} doc_type",
                f"{doc_type!r} has no level on force scale {name}",
                f"效力量表 {name} 中没有 {doc_type!r} 的等级",
            )
    return np.array([scale[one] for one in types], dtype=np.float64)


def _keeps(body: Body, measure: str, objective: str) -> list[float]:
    """The weight of each code in m_j + g_j, measures first."""
    weights: list[float] = []
    for keys, dropped in ((body.measure_keys, measure), (body.objective_keys, objective)):
        kept = len(keys) - bool(dropped)
        weight = 1.0 / kept if body.combine == "mean" else 1.0
        weights += [0.0 if key == dropped else weight for key in keys]
    return weights
