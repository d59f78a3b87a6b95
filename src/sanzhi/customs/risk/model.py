"""A trained model: the state of the past, the trees, the memory of goods, and what they say.

The probability of a find joins two voices. The trees speak of goods never seen, from what is
known of their like. The memory speaks of the very same goods (`levels.TUPLE`): it is shrunk
towards the trees' word, so that goods never seen get the trees' word alone.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sanzhi.customs.risk.anomaly import on_scale, surprise
from sanzhi.customs.risk.features import FEATURES, duties, matrix
from sanzhi.customs.risk.lanes import LanePolicy
from sanzhi.customs.risk.levels import with_headings
from sanzhi.customs.risk.past import Past, Tables
from sanzhi.customs.risk.stake import Stake
from sanzhi.selectivity.lanes import Lane

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """The trees' log odds, moved and stretched to what the validation period showed; and the
    outcomes that the trees' word weighs as much as, against the memory of the same goods.
    `doubt` is the share of the probability that stays with the trees however much is remembered:
    goods that were in order a hundred times can still be found wanting."""

    shift: float = 0.0
    stretch: float = 1.0
    strength: float = 0.5
    doubt: float = 0.0

    def of_trees(self, log_odds: Floats) -> Floats:
        return 1.0 / (1.0 + np.exp(-(self.shift + self.stretch * log_odds)))

    def joined(self, trees: Floats, known: Floats, finds: Floats) -> Floats:
        """Probability of a find; `trees` is calibrated."""
        memory = (finds + self.strength * trees) / (known + self.strength)
        return np.where(known > 0, (1.0 - self.doubt) * memory + self.doubt * trees, trees)


@dataclass(frozen=True, slots=True)
class Scores:
    """What a model says of each row, in the order of the rows."""

    probability: Floats
    revenue: Floats
    anomaly: Floats
    lanes: list[Lane]
    known: Floats
    finds: Floats
    features: Floats

    @property
    def novel(self) -> NDArray[np.bool_]:
        """Rows whose goods have no known outcome."""
        unknown: NDArray[np.bool_] = self.known == 0
        return unknown


@dataclass(frozen=True, slots=True)
class Model:
    """`booster` is LightGBM's; `names` are the features it takes."""

    booster: Any
    names: tuple[str, ...]
    stake: Stake
    tables: Tables
    calibration: Calibration
    scale: Floats
    policy: LanePolicy
    cutoffs: dict[str, float]
    mapping: dict[str, str | None]
    record: dict[str, object]
    """What the manifest says of the training: data, versions, choice, metrics."""

    def weighs(self) -> list[tuple[str, float]]:
        """The features the trees use, by their share of what all splits gained, most first."""
        gains = self.booster.feature_importance(importance_type="gain")
        whole = float(gains.sum())
        found = [
            (name, float(gain) / whole)
            for name, gain in zip(self.names, gains, strict=True)
            if gain > 0
        ]
        return sorted(found, key=lambda one: -one[1])

    def score(self, frame: pl.DataFrame) -> Scores:
        """Scores of a canonical frame (`reading.read`); each row by itself."""
        frame = with_headings(frame)
        past = self.tables.of(frame)
        return self.judged(past, matrix(frame, past), duties(frame))

    def judged(self, past: Past, whole: Floats, duty: Floats) -> Scores:
        """Scores of what is described by `past`, the whole matrix of features, and the duty
        that was declared."""
        features = np.ascontiguousarray(whole[:, places(self.names)])
        log_odds = self.booster.predict(features, raw_score=True, num_threads=1)
        probability = self.calibration.joined(
            self.calibration.of_trees(log_odds), past.goods_known, past.goods_finds
        )
        revenue = probability * self.stake.amounts(duty, whole)
        anomaly = on_scale(surprise(past), self.scale)
        lanes = self.policy.lanes(self.policy.rank(probability, revenue), anomaly, self.cutoffs)
        return Scores(
            probability, revenue, anomaly, lanes, past.goods_known, past.goods_finds, features
        )


def places(names: tuple[str, ...]) -> list[int]:
    """Where features stand in the full matrix."""
    where = {feature.name: place for place, feature in enumerate(FEATURES)}
    return [where[name] for name in names]


def joined_past(past: Past, calibration: Calibration, log_odds: Floats) -> Floats:
    """Probability of a find for rows described by `past`."""
    return calibration.joined(calibration.of_trees(log_odds), past.goods_known, past.goods_finds)
