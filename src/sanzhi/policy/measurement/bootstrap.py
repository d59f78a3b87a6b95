"""The coder bootstrap: what might have been measured had chance chosen each policy's coder."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sanzhi.policy.measurement.building import by_coder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from sanzhi.policy.coding.record import Coding
    from sanzhi.policy.measurement.matrix import Body, Floats


def draws_of(
    body: Body, codings: Sequence[Coding], draws: int, seed: int, batch: int
) -> Iterator[Floats]:
    """Scores as policies × codes × draws, at most `batch` draws at once: in each draw each policy
    has the scores of one of its coders, drawn with equal chances. The same seed gives the same
    draws, however they are batched."""
    options, number = _options(body, codings)
    chance = np.random.default_rng(seed)
    rows = np.arange(len(number))[:, None]
    for start in range(0, draws, batch):
        drawn = chance.random((min(batch, draws - start), len(number)))
        picked = (drawn * number).astype(np.int64).T
        yield np.ascontiguousarray(options[rows, picked].transpose(0, 2, 1))


def _options(body: Body, codings: Sequence[Coding]) -> tuple[Floats, NDArray[np.int64]]:
    """Policies × coders × codes, and the number of coders of each policy.

    What a coder did not score is taken as settled; so is a policy that was only adjudicated.
    """
    settled = np.concatenate([body.measures, body.objectives], axis=1)
    given = by_coder(codings)
    keys = (*body.measure_keys, *body.objective_keys)
    number = np.array(
        [max(1, len(given.get(policy, {}))) for policy in body.policies], dtype=np.int64
    )
    most = int(number.max(initial=1))
    options = np.repeat(settled[:, None, :], most, axis=1)
    for row, policy in enumerate(body.policies):
        for place, (_, scores) in enumerate(sorted(given.get(policy, {}).items())):
            for column, key in enumerate(keys):
                if key in scores:
                    options[row, place, column] = scores[key]
    return options, number
