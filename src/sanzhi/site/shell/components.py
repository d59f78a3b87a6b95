"""What the components of a page are given: plain data, made by pages from the library's results."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from sanzhi.core.money import plain

#: The kinds a badge can have; each has its own icon, and the word stands beside it.
BADGE_ICONS = {
    "ok": "check",
    "wait": "clock",
    "stop": "stop",
    "active": "arrow",
    "neutral": "dot",
}
#: 24 by 24 outlines.
ICONS = {
    "check": "M5 13l4 4L19 7",
    "clock": "M12 7v5l3 2M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18z",
    "stop": "M12 8v5M12 16.5v.5M12 3l10 18H2z",
    "arrow": "M5 12h14M13 6l6 6-6 6",
    "dot": "M12 9a3 3 0 1 0 0 6a3 3 0 0 0 0-6z",
    "page": "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
    "search": "M11 4a7 7 0 1 0 0 14a7 7 0 0 0 0-14zM16 16l5 5",
    "bell": "M6 16V11a6 6 0 0 1 12 0v5l2 2H4zM10 21h4",
    "info": "M12 11v6M12 7v.5M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18z",
    "menu": "M4 7h16M4 12h16M4 17h16",
}


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a “Why?” opens: inputs, formula in words, rounding, result, for a day, with the law."""

    result: str
    inputs: Sequence[tuple[str, str]] = ()
    """Name and value of each input, values already with their units."""
    formula: str = ""
    """The formula in words and figures."""
    rounding: str = ""
    on: date | None = None
    citations: Sequence[str] = ()
    """`act` or `act, article`, as `str(Citation)` gives."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a timeline."""

    at: datetime
    what: str
    who: str = ""
    note: str = ""
    current: bool = False
    citations: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a share of the longest, drawn; label and value, written."""

    label: str
    value: Decimal
    text: str
    width: int
    """Per mille of the longest."""
    kind: str = "c1"
    url: str = ""


@dataclass(frozen=True, slots=True)
class Plot:
    """A line in a box of 640 by 200, with what is needed to draw it."""

    line: str
    ticks: Sequence[tuple[str, str]]
    """y and label of the horizontal grid lines."""
    labels: Sequence[tuple[str, str]]
    """x and label along the foot."""
    last: tuple[str, str, str]
    """x, y and text of the last point, labelled directly."""
    rows: Sequence[tuple[str, str]] = field(default_factory=tuple)
    """The table behind the picture."""


def bars(rows: Sequence[tuple[str, Decimal | int, str]], kind: str = "c1") -> list[Bar]:
    """Bars from (label, value, text of the value); negative values have no length."""
    longest = max((Decimal(value) for _, value, _ in rows), default=Decimal(0))
    return [
        Bar(
            label,
            Decimal(value),
            text,
            int(max(Decimal(value), Decimal(0)) * 1000 / longest) if longest > 0 else 0,
            kind,
        )
        for label, value, text in rows
    ]


def plot(rows: Sequence[tuple[str, Decimal | int]]) -> Plot | None:
    """A line through (label, value ≥ 0) from left to right; None for fewer than two points."""
    if len(rows) < 2:
        return None
    top = _round_top(max(Decimal(value) for _, value in rows))
    left, right, head, foot = 48, 560, 12, 172
    across = [left + (right - left) * i / (len(rows) - 1) for i in range(len(rows))]
    heights = [foot - (foot - head) * float(Decimal(value) / top) for _, value in rows]
    every = max(1, len(rows) // 6)
    return Plot(
        line=" ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, heights, strict=True)),
        ticks=[
            (f"{foot - (foot - head) * part / 4:.1f}", _grouped(top * part / 4))
            for part in (0, 2, 4)
        ],
        labels=[(f"{across[i]:.1f}", rows[i][0]) for i in range(0, len(rows), every)],
        last=(f"{across[-1] + 8:.1f}", f"{heights[-1] + 4:.1f}", _grouped(Decimal(rows[-1][1]))),
        rows=[(label, _grouped(Decimal(value))) for label, value in rows],
    )


def _grouped(value: Decimal) -> str:
    whole, dot, part = plain(value).partition(".")
    return f"{int(whole):,}{dot}{part}"


def _round_top(value: Decimal) -> Decimal:
    """The next 1, 2, 4, 6, 8 times a power of ten, so that the grid has round numbers."""
    if value <= 0:
        return Decimal(1)
    power = Decimal(10) ** value.adjusted()
    return next(power * step for step in (1, 2, 4, 6, 8, 10) if power * step >= value)
