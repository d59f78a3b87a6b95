"""Models kept ready in memory, and what they say of one declaration."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from sanzhi.customs.risk.desk import Desk
from sanzhi.customs.risk.folder import load
from sanzhi.customs.risk.goods import Row
from sanzhi.customs.risk.model import Model
from sanzhi.customs.risk.ranking import Ranking, rank


def folder_of(name: str) -> Path:
    """Where a model lies."""
    return Path(settings.HOME) / "models" / name


@dataclass(frozen=True, slots=True)
class Scored:
    """A declaration's score: that of its goods item most likely to be a find; `revenue` is the
    sum over its items, in yuan; `above` the share of the model's validation period that is ranked
    higher; `why` gives reasons as codes with their values."""

    probability: float
    revenue: float
    above: float
    why: Callable[[], tuple[str, ...]]

    def rank(self, by: Ranking) -> float:
        """What declarations are ordered by, highest first."""
        return float(rank(by, self.probability, self.revenue))


class Scorer:
    """A loaded model."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._desk = Desk(model)

    def score(self, rows: Sequence[Row]) -> Scored:
        """The score of a declaration by its goods items; `Unusable` (`risk.goods`) where they
        cannot be read."""
        goods, scores = self._desk.score(rows)
        place = int(scores.probability.argmax())
        probability = float(scores.probability[place])
        return Scored(
            probability,
            float(scores.revenue.sum()),
            _above(self.model, probability),
            lambda: tuple(map(str, self._desk.why(goods, scores, place))),
        )


def scorer(name: str) -> Scorer:
    """The model of a name; `Unusable` (`risk.model`) where its folder is not whole. A folder that
    was touched since it was read is read, and so checked, again."""
    folder = folder_of(name)
    files = sorted(folder.iterdir()) if folder.is_dir() else []
    told = [(one.name, one.stat()) for one in files]
    return _loaded(name, tuple((of, stat.st_mtime_ns, stat.st_size) for of, stat in told))


@lru_cache(maxsize=3)
def _loaded(name: str, _files: tuple[tuple[str, int, int], ...]) -> Scorer:
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
