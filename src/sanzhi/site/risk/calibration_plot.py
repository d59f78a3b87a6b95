"""The calibration plot: what was said across, what was found upwards, in the site's own chart
look."""

from collections.abc import Sequence
from dataclasses import dataclass

from sanzhi.customs.risk.watching import Bin

#: The box of the plot: left, right, head and foot.
LEFT, RIGHT, HEAD, FOOT = 56, 376, 12, 252
#: Ends of both axes whose quarters are round.
_TOPS = (0.04, 0.08, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class Dot:
    """A bin: its place, and the ends of its interval upwards."""

    x: str
    y: str
    low: str
    high: str
    cells: tuple[str, str, str]
    """Inspections, said and found, as its table writes them."""

    @property
    def text(self) -> str:
        rows, said, found = self.cells
        return f"{said} → {found} ({rows})"


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What is needed to draw it; grid lines as place and label."""

    across: Sequence[tuple[str, str]]
    upwards: Sequence[tuple[str, str]]
    dots: Sequence[Dot]


def calibrated(bins: Sequence[Bin]) -> Calibrated | None:
    """None for nothing to draw."""
    if not bins:
        return None
    most = max(max(one.said, one.high) for one in bins)
    top = next(top for top in _TOPS if top >= most)
    parts = [top * part / 4 for part in (0, 1, 2, 3, 4)]

    def x(share: float) -> str:
        return f"{LEFT + (RIGHT - LEFT) * share / top:.1f}"

    def y(share: float) -> str:
        return f"{FOOT - (FOOT - HEAD) * share / top:.1f}"

    return Calibrated(
        [(x(part), f"{part:.0%}") for part in parts],
        [(y(part), f"{part:.0%}") for part in parts],
        [
            Dot(
                x(one.said),
                y(one.found),
                y(one.low),
                y(one.high),
                (f"{one.rows:,}", f"{one.said:.1%}", f"{one.found:.1%}"),
            )
            for one in bins
        ],
    )
