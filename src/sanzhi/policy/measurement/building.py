"""Building the arrays of a study from its corpus and codings."""

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray

from sanzhi.policy.coding.record import Coding
from sanzhi.policy.coding.study import Code, Study, refused
from sanzhi.policy.corpus.document import Policy
from sanzhi.policy.corpus.selecting import categories_of
from sanzhi.policy.measurement.matrix import Body


def build(study: Study, policies: Mapping[str, Policy], codings: Sequence[Coding]) -> Body:
    """The body of policy under the study's choices.

    Policies nobody coded are left out of the measurement; `Unusable` (`study.force`) where a
    counted policy's document type has no level on the force scale.
    """
    settled = settle(study, codings)
    coded = [policies[key] for key in policies if key in settled]
    scale = study.force.scales[study.force.use]
    for policy in coded:
        if policy.doc_type not in scale:
            raise refused(
                "study.force",
                f"policy {policy.id} doc_type",
                f"{policy.doc_type!r} has no level on force scale {study.force.use}",
                f"效力量表 {study.force.use} 中没有 {policy.doc_type!r} 的等级",
            )
    return Body(
        policies=tuple(policy.id for policy in coded),
        years=study.all_years,
        takes_part=_takes_part(study, coded),
        force=np.array([scale[policy.doc_type or ""] for policy in coded], dtype=np.float64),
        measures=_scores(settled, coded, study.codebook.measures),
        objectives=_scores(settled, coded, study.codebook.objectives),
        measure_keys=tuple(code.key for code in study.codebook.measures),
        objective_keys=tuple(code.key for code in study.codebook.objectives),
        categories=_categories(study, coded),
        issuers=np.array([max(1, len(set(policy.issuers))) for policy in coded], dtype=np.float64),
        combine=study.measurement.combine,
    )


def settle(study: Study, codings: Sequence[Coding]) -> dict[str, dict[str, float]]:
    """One score a policy and code from those of several coders, as the study says.

    A coder's last round counts; drafts do not.
    """
    adjudicated = {
        (one.policy, one.code): float(one.score) for one in codings if one.status == "adjudicated"
    }
    scores: dict[tuple[str, str], list[float]] = {}
    for policy, coders in by_coder(codings).items():
        for _, marks in sorted(coders.items()):
            for code, score in marks.items():
                scores.setdefault((policy, code), []).append(score)
    how = study.measurement.settle
    settled: dict[str, dict[str, float]] = {}
    for (policy, code), given in scores.items():
        value = given[0] if how == "first" else sum(given) / len(given)
        settled.setdefault(policy, {})[code] = value
    if how == "adjudicated":
        for (policy, code), value in adjudicated.items():
            settled.setdefault(policy, {})[code] = value
    return settled


def by_coder(codings: Sequence[Coding]) -> dict[str, dict[str, dict[str, float]]]:
    """What each coder gave in the end: policy → coder → code → score of the last round, without
    drafts and adjudication."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for one in sorted(codings, key=lambda coding: coding.round):
        if one.status == "final":
            coders = found.setdefault(one.policy, {})
            coders.setdefault(one.coder, {})[one.code] = float(one.score)
    return found


def _takes_part(study: Study, policies: list[Policy]) -> NDArray[np.bool_]:
    years = np.array(study.all_years)
    begins = np.array([policy.counted_year or 0 for policy in policies])
    if study.measurement.count == "issued":
        found: NDArray[np.bool_] = begins[:, None] == years[None, :]
        return found
    starts = np.array(
        [(policy.effective or date(policy.counted_year or 1, 1, 1)).year for policy in policies]
    )
    ends = np.array([_last_year(policy) for policy in policies])
    return (starts[:, None] <= years[None, :]) & (years[None, :] <= ends[:, None])


def _last_year(policy: Policy) -> int:
    """The last year in which it applied on some day."""
    if policy.repealed is None:
        return 9999
    first_of_year = policy.repealed.month == 1 and policy.repealed.day == 1
    return policy.repealed.year - 1 if first_of_year else policy.repealed.year


def _scores(
    settled: Mapping[str, Mapping[str, float]], policies: list[Policy], codes: tuple[Code, ...]
) -> NDArray[np.float64]:
    return np.array(
        [[settled[policy.id].get(code.key, 0.0) for code in codes] for policy in policies],
        dtype=np.float64,
    ).reshape(len(policies), len(codes))


def _categories(study: Study, policies: list[Policy]) -> dict[str, NDArray[np.bool_]]:
    members = [categories_of(study, policy) for policy in policies]
    return {"all": np.ones(len(policies), dtype=bool)} | {
        one.key: np.array([one.key in keys for keys in members], dtype=bool)
        for one in study.categories
    }
