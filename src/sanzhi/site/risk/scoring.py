"""Models kept ready in memory, and what they say of one declaration."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from django.conf import settings

from sanzhi.core.findings import Text, Unusable
from sanzhi.customs.risk.desk import Desk
from sanzhi.customs.risk.folder import load, read_manifest
from sanzhi.customs.risk.goods import Row
from sanzhi.customs.risk.model import Model
from sanzhi.site.risk.models import RiskModel


def folder_of(name: str) -> Path:
    """Where a model lies."""
    return Path(settings.HOME) / "models" / name


@dataclass(frozen=True, slots=True)
class Scored:
    """A declaration's score: that of its goods item most likely to be a find; `revenue` is the
    sum over its items, in the administration's currency; `above` the share of the model's
    validation period that is ranked higher; `why` gives reasons as codes with their values."""

    probability: float
    revenue: float
    above: float
    why: Callable[[], tuple[str, ...]]


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
    return _loaded(folder, tuple(_Seen.of(one) for one in files))


class _Seen(NamedTuple):
    """A file as it was when its content was read: the system gives another number or another
    moment of change to whatever is written over it."""

    name: str
    inode: int
    size: int
    modified: int
    changed: int

    @classmethod
    def of(cls, file: Path) -> "_Seen":
        stat = file.stat()
        return cls(file.name, stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


@lru_cache(maxsize=3)
def _loaded(folder: Path, _files: tuple[_Seen, ...]) -> Scorer:
    return Scorer(load(folder))


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


def require_whole(model: RiskModel) -> None:
    """`Unusable` (`risk.model`, `model.exchanged`) where the model's folder is not whole, or not
    that which was trained."""
    folder = folder_of(model.name)
    load(folder)
    if read_manifest(folder)["seal"] != model.record.get("seal"):
        raise Unusable.because(
            "model.exchanged",
            model.name,
            "Its folder holds another model than was trained.",
            "模型文件夹中的内容不是当时训练的模型。",
            mend=Text("Train it again.", "请重新训练。"),
        )
