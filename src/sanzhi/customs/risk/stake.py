"""The revenue at stake in a declaration, if it is found wanting.

Where past finds tell what was recovered, trees learn the logarithm of it, and one factor brings
the mean back (the smearing estimate). Where they do not, the declared duty and tax stands for
it: price times rate.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sanzhi.customs.risk.extra import part
from sanzhi.customs.risk.features import FEATURES

Floats = NDArray[np.float64]

#: Fewer finds with an amount than this teach nothing about amounts.
FEWEST = 100
#: The factor that brings the mean back is kept from the rarest of residuals.
_MOST = 20.0

_TREES = {
    "objective": "regression",
    "num_leaves": 8,
    "learning_rate": 0.08,
    "min_child_samples": 20,
    "feature_fraction": 0.5,
    "lambda_l2": 5.0,
    "num_threads": 1,
    "deterministic": True,
    "force_col_wise": True,
    "verbose": -1,
}
_ROUNDS = 120


@dataclass(frozen=True, slots=True)
class Stake:
    """`booster` is None where the declared duty stands for what is at stake."""

    booster: Any = None
    factor: float = 1.0

    def amounts(self, duty: Floats, features: Floats) -> Floats:
        """What a find would bring, in the currency of the price; `duty` is what was declared
        (`features.duties`), `features` the whole matrix (`features.matrix`)."""
        if self.booster is None:
            return duty
        logs = self.booster.predict(features, num_threads=1)
        amounts: Floats = np.maximum(np.exp(logs) * self.factor - 1.0, 0.0)
        return amounts


def learn_stake(frame: pl.DataFrame, features: Floats, seed: int) -> Stake:
    """What finds of a training table brought, by their features."""
    recovered = frame["recovered"].fill_null(np.nan).to_numpy()
    told = (frame["find"].fill_null(0.0).to_numpy() > 0) & ~np.isnan(recovered)
    if told.sum() < FEWEST:
        return Stake()
    lightgbm = part("lightgbm")
    logs = np.log1p(recovered[told])
    data = lightgbm.Dataset(
        features[told],
        logs,
        params={"verbose": -1, "num_threads": 1},
        feature_name=[feature.name for feature in FEATURES],
    )
    booster = lightgbm.train(_TREES | {"seed": seed}, data, _ROUNDS)
    residual = logs - booster.predict(features[told], num_threads=1)
    return Stake(booster, float(min(np.exp(residual).mean(), _MOST)))
