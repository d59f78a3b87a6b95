"""How a model does once it is at work: calibration, hit rate by segment, the model against
another, and whom selection falls on.

Only what was inspected has an outcome. Where the probability of inspection is known, each outcome
is weighed by its inverse, so that the figures speak of all declarations and not of those the
model itself sent to inspection.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray

from sanzhi.core.findings import Finding, Severity, Text
from sanzhi.customs.risk.figures import auc, draws, interval

Floats = NDArray[np.float64]

#: Bins of scores that calibration is told by.
BINS = 5
#: Fewer inspections than this raise no alarm.
FEWEST = 20
#: A difference of what was said and found from which, beyond chance, there is an alarm.
OFF = 0.02
#: Standard deviations from which a segment's finds are not what was said (one in a hundred).
FAR = 2.58
#: A trader is small with fewer declarations than this in the year before.
SMALL = 12
#: Ratios of selection beyond which a group is said to be treated otherwise (four fifths).
LEAST, MOST = 0.8, 1.25


@dataclass(frozen=True, slots=True)
class Watched:
    """A declaration that a model scored after its training. `find` is None where nothing was
    inspected; `propensity` is how likely an inspection was, None where that is not known;
    `groups` are its office, tier, … by kind."""

    score: float
    find: bool | None
    propensity: float | None
    selected: bool
    groups: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Bin:
    """Inspections of like scores: what was said of them and the share found, with its 95 %
    interval (Wilson's)."""

    rows: int
    said: float
    found: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class InTheLarge:
    """Mean score and share of finds over all declarations, by weighed inspections; `off` is found
    less said, with the margin of its 95 % interval."""

    inspections: int
    said: float
    found: float
    off: float
    margin: float
    bins: tuple[Bin, ...]

    @property
    def alarming(self) -> bool:
        return self.inspections >= FEWEST and abs(self.off) > max(self.margin, OFF)


@dataclass(frozen=True, slots=True)
class Segment:
    """Inspections of one office, tier, …: finds, and how many the scores said; `far` is their
    difference in standard deviations."""

    kind: str
    value: str
    inspections: int
    finds: int
    expected: float
    far: float

    @property
    def alarming(self) -> bool:
        return self.inspections >= FEWEST and abs(self.far) >= FAR


@dataclass(frozen=True, slots=True)
class Group:
    """How selection falls on one group: share selected against that of all others, with the 95 %
    interval of the ratio, and finds among what was inspected of it. None where nothing can be
    said."""

    kind: str
    value: str
    declarations: int
    selected: int
    rate: float
    others: float | None
    ratio: float | None
    low: float | None
    high: float | None
    inspections: int
    finds: int

    @property
    def alarming(self) -> bool:
        """Beyond four fifths and beyond chance."""
        if self.ratio is None or self.low is None or self.high is None:
            return False
        return (self.ratio > MOST and self.low > 1) or (self.ratio < LEAST and self.high < 1)


@dataclass(frozen=True, slots=True)
class Duel:
    """Two models on the same declarations. `only` are finds and declarations among the top share
    of one and not of the other; figures None where outcomes are of one kind only."""

    declarations: int
    inspections: int
    finds: int
    auc: tuple[float, float] | None
    difference: tuple[float, float] | None
    """95 % interval of the second AUC less the first, by bootstrap of the declarations."""
    agreed: int
    only: tuple[tuple[int, int], tuple[int, int]]


def sizes(lodged: Sequence[tuple[str, str, date]]) -> dict[str, str]:
    """Declaration → `small` where its trader had lodged fewer than `SMALL` in the year before it,
    else `other`. `lodged` are declaration, trader and day, in order of days."""
    days: dict[str, list[date]] = defaultdict(list)
    found = {}
    for case, trader, day in lodged:
        own = days[trader]
        before = bisect_left(own, day) - bisect_left(own, day - timedelta(days=365))
        found[case] = "small" if before < SMALL else "other"
        own.append(day)
    return found


def calibration(watched: Sequence[Watched]) -> InTheLarge | None:
    """Calibration of what was inspected with a known propensity; None where there is none."""
    known = [one for one in watched if one.find is not None and one.propensity]
    if not known:
        return None
    weights = np.array([1.0 / (one.propensity or 1.0) for one in known])
    weights /= weights.sum()
    said = np.array([one.score for one in known])
    found = np.array([float(bool(one.find)) for one in known])
    off = float((weights * (found - said)).sum())
    spread = float(((weights * (found - said - off)) ** 2).sum())
    return InTheLarge(
        len(known),
        float((weights * said).sum()),
        float((weights * found).sum()),
        off,
        1.96 * sqrt(spread),
        tuple(_bins(said, found)),
    )


def segments(watched: Sequence[Watched], kind: str) -> list[Segment]:
    """Hit rate by the groups of a kind, those with most inspections first."""
    return sorted(
        (
            _segment(kind, value, own)
            for value, own in _grouped(watched, kind).items()
            if any(one.find is not None for one in own)
        ),
        key=lambda one: (-one.inspections, one.value),
    )


def fairness(watched: Sequence[Watched], kind: str) -> list[Group]:
    """Selection by the groups of a kind, those with most declarations first."""
    groups = _grouped(watched, kind)
    every, chosen = len(watched), sum(one.selected for one in watched)
    return sorted(
        (_group(kind, value, own, every, chosen) for value, own in groups.items()),
        key=lambda one: (-one.declarations, one.value),
    )


def duel(
    first: Sequence[float],
    second: Sequence[float],
    finds: Sequence[bool | None],
    share: float = 0.1,
    *,
    seed: int = 20,
) -> Duel:
    """Two models' scores of the same declarations, beside what inspections found."""
    known = [place for place, find in enumerate(finds) if find is not None]
    outcome = np.array([float(bool(finds[place])) for place in known])
    scores = [np.array([of[place] for place in known]) for of in (first, second)]
    both = (
        None
        if not outcome.any() or outcome.all()
        else (auc(outcome, scores[0]), auc(outcome, scores[1]))
    )
    tops = [set(_top(of, share)) for of in (first, second)]
    only = tuple(
        (sum(bool(finds[place]) for place in own), len(own))
        for own in (tops[0] - tops[1], tops[1] - tops[0])
    )
    return Duel(
        len(first),
        len(known),
        int(outcome.sum()),
        both,
        _difference(outcome, scores[0], scores[1], seed) if both else None,
        len(tops[0] & tops[1]),
        (only[0], only[1]),
    )


def alarms(
    large: InTheLarge | None,
    found: Sequence[Segment],
    groups: Sequence[Group],
    words: Callable[[str, str], Text],
) -> list[Finding]:
    """What is off beyond chance, in words; `words` names a group by kind and value. Of all who
    are not in a named group (`other`) nothing is said that is not said of that group."""
    told = [_off(large)] if large and large.alarming else []
    told += [_segment_off(one, words(one.kind, one.value)) for one in found if one.alarming]
    return told + [
        _unequal(one, words(one.kind, one.value))
        for one in groups
        if one.alarming and one.value != "other"
    ]


def wilson(finds: float, rows: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    z = 1.96
    share = finds / rows
    middle = (share + z * z / (2 * rows)) / (1 + z * z / rows)
    margin = z / (1 + z * z / rows) * sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows))
    return max(0.0, middle - margin), min(1.0, middle + margin)


def _bins(said: Floats, found: Floats) -> list[Bin]:
    order = np.argsort(said, kind="stable")
    made = []
    for places in np.array_split(order, min(BINS, len(order))):
        finds = float(found[places].sum())
        made.append(
            Bin(
                len(places),
                float(said[places].mean()),
                finds / len(places),
                *wilson(finds, len(places)),
            )
        )
    return made


def _grouped(watched: Sequence[Watched], kind: str) -> dict[str, list[Watched]]:
    groups: dict[str, list[Watched]] = defaultdict(list)
    for one in watched:
        if one.groups.get(kind):
            groups[one.groups[kind]].append(one)
    return groups


def _segment(kind: str, value: str, own: Sequence[Watched]) -> Segment:
    known = [one for one in own if one.find is not None]
    finds = sum(bool(one.find) for one in known)
    expected = sum(one.score for one in known)
    spread = sqrt(sum(one.score * (1 - one.score) for one in known))
    far = (finds - expected) / spread if spread else 0.0
    return Segment(kind, value, len(known), finds, expected, far)


def _group(kind: str, value: str, own: Sequence[Watched], every: int, chosen: int) -> Group:
    rows, selected = len(own), sum(one.selected for one in own)
    rest, rest_selected = every - rows, chosen - selected
    others = rest_selected / rest if rest else None
    ratio = selected / rows / others if others else None
    low = high = None
    if ratio and selected and rest_selected:
        margin = 1.96 * sqrt(1 / selected - 1 / rows + 1 / rest_selected - 1 / rest)
        low, high = ratio * exp(-margin), exp(log(ratio) + margin)
    known = [one for one in own if one.find is not None]
    return Group(
        kind,
        value,
        rows,
        selected,
        selected / rows,
        others,
        ratio,
        low,
        high,
        len(known),
        sum(bool(one.find) for one in known),
    )


def _top(scores: Sequence[float], share: float) -> list[int]:
    count = max(1, round(len(scores) * share)) if scores else 0
    return sorted(range(len(scores)), key=lambda place: -scores[place])[:count]


def _difference(outcome: Floats, first: Floats, second: Floats, seed: int) -> tuple[float, float]:
    found = [
        auc(outcome[rows], second[rows]) - auc(outcome[rows], first[rows])
        for rows in draws(len(outcome), 200, seed)
    ]
    low, high = interval(found)
    return low, high


def _off(large: InTheLarge) -> Finding:
    more = large.off > 0
    return Finding(
        code="drift.calibration",
        path="score",
        severity=Severity.WARNING,
        text=Text(
            f"The model says {'too little' if more else 'too much'}: {large.said:.1%} on "
            f"average, {large.found:.1%} found (± {large.margin:.1%}).",
            f"模型评分偏{'低' if more else '高'}：平均评分 {large.said:.1%}，"
            f"实际查获 {large.found:.1%}（±{large.margin:.1%}）。",
        ),
        mend=Text("Train a new model on recent outcomes.", "请以近期查验结果重新训练模型。"),
    )


def _segment_off(one: Segment, words: Text) -> Finding:
    return Finding(
        code="drift.segment",
        path=f"{one.kind} {one.value}",
        severity=Severity.WARNING,
        text=Text(
            f"{words.en}: {one.finds} of {one.inspections} inspections found something, "
            f"where the scores said {one.expected:.1f}.",
            f"{words.zh}：查验 {one.inspections} 次，查获 {one.finds} 次，"
            f"而模型预期 {one.expected:.1f} 次。",
        ),
    )


def _unequal(one: Group, words: Text) -> Finding:
    ratio, low, high = one.ratio or 0.0, one.low or 0.0, one.high or 0.0
    return Finding(
        code="drift.fairness",
        path=f"{one.kind} {one.value}",
        severity=Severity.WARNING,
        text=Text(
            f"{words.en}: inspected {ratio:.2f} times as often as all others (95 % interval "
            f"{low:.2f} to {high:.2f}); {one.finds} of {one.inspections} inspections found "
            "something.",
            f"{words.zh}：被查验的比例为其他的 {ratio:.2f} 倍（95% 区间 {low:.2f} 至 "
            f"{high:.2f}）；查验 {one.inspections} 次，查获 {one.finds} 次。",
        ),
        mend=Text(
            "See whether finds bear it out; if not, mend the rules or the ranking.",
            "请核实查获情况能否支持；若不能，请调整规则或排序。",
        ),
    )
