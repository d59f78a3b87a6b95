"""Models kept ready in memory, and what they say of one declaration."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from sanzhi.core.findings import Text
from sanzhi.customs.risk.folder import load
from sanzhi.customs.risk.goods import Row, frame_of
from sanzhi.customs.risk.levels import with_headings
from sanzhi.customs.risk.model import Model
from sanzhi.customs.risk.reasons import reasons


def folder_of(name: str) -> Path:
    """Where a model lies."""
    return Path(settings.HOME) / "models" / name


@dataclass(frozen=True, slots=True)
class Scored:
    """A declaration's score: that of its goods item most likely to be a find; `revenue` is the
    sum over its items, in yuan; `distance` that of the item's unit value; `above` the share of
    the model's validation period ranked higher."""

    probability: float
    revenue: float
    distance: float | None
    above: float
    why: Callable[[], tuple[Text, ...]]

    def rank(self, by: str) -> float:
        """What declarations are ordered by, highest first."""
        if by == "probability":
            return self.probability
        if by == "expected_revenue":
            return self.revenue
        return float(self.probability * (1.0 + self.revenue) ** 0.25)


class Scorer:
    """A loaded model."""

    def __init__(self, model: Model) -> None:
        self.model = model

    def score(self, rows: Sequence[Row]) -> Scored:
        """The score of a declaration by its goods items."""
        frame = frame_of(rows)
        scores = self.model.score(frame)
        place = int(scores.probability.argmax())
        distances = [of[place] for name, of in self.model.tables.references.distances(
            with_headings(frame)).items()]
        known = [float(one) for one in distances if one == one]  # noqa: PLR0124 - NaN is not itself

        def why() -> tuple[Text, ...]:
            told = reasons(self.model, frame, scores, [place]).get(place, [])
            return tuple(Text(one["en"], one["zh"]) for one in told)

        probability = float(scores.probability[place])
        return Scored(probability, float(scores.revenue.sum()), known[0] if known else None,
                      _above(self.model, probability), why)


@lru_cache(maxsize=3)
def scorer(name: str) -> Scorer:
    """The model of a name; `Unusable` (`risk.model`) where its folder is not whole."""
    return Scorer(load(folder_of(name)))


def _above(model: Model, probability: float) -> float:
    """Where a probability stands by the cut-offs fixed at training: the share of what passed that
    was ranked higher, to the next cut-off."""
    policy = model.policy
    upto = 0.0
    for lane in ("red", "yellow", "blue"):
        if probability >= model.cutoffs[lane]:
            return upto
        upto += float(getattr(policy, lane))
    return upto
