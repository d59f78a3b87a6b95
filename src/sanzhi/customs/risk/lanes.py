"""Which lane a score asks for: a stated policy, with cut-offs fixed at training.

The cut-offs are those that would have sent the policy's share of the validation period to each
lane. They do not move with the file that is scored, so that a declaration's lane never hangs on
its neighbours.
"""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from sanzhi.core.findings import Text
from sanzhi.customs.risk.ranking import Ranking
from sanzhi.customs.risk.ranking import rank as ranked
from sanzhi.selectivity.lanes import Lane

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LanePolicy:
    """Shares of what passes that each lane can take, the strictest first; what is ranked by; and
    from which anomaly on documents are checked whatever the score."""

    ranking: Ranking = "probability"
    red: float = 0.05
    yellow: float = 0.05
    blue: float = 0.10
    anomaly: float = 0.998

    def rank(self, probability: Floats, revenue: Floats) -> Floats:
        """What declarations are ordered by, highest first."""
        found: Floats = ranked(self.ranking, probability, revenue)
        return found

    def cutoffs(self, rank: Floats) -> dict[str, float]:
        """The rank from which each lane begins, on a period of declarations."""
        ends = np.cumsum([self.red, self.yellow, self.blue])
        return {
            str(lane): float(np.quantile(rank, 1.0 - end, method="higher"))
            for lane, end in zip((Lane.RED, Lane.YELLOW, Lane.BLUE), ends, strict=True)
        }

    def lanes(self, rank: Floats, anomaly: Floats, cutoffs: dict[str, float]) -> list[Lane]:
        """The lane of each declaration."""
        place = np.full(len(rank), 3)
        for number, lane in enumerate((Lane.BLUE, Lane.YELLOW, Lane.RED)):
            place[rank >= cutoffs[lane]] = 2 - number
        place[(anomaly >= self.anomaly) & (place > 1)] = 1
        order = (Lane.RED, Lane.YELLOW, Lane.BLUE, Lane.GREEN)
        return [order[at] for at in place]

    def document(self) -> dict[str, object]:
        return asdict(self)


LANE_WORDS = {
    Lane.GREEN: Text("release", "放行"),
    Lane.BLUE: Text("release, audit afterwards", "放行后稽查"),
    Lane.YELLOW: Text("check the documents", "审核单证"),
    Lane.RED: Text("inspect the goods", "查验货物"),
}
