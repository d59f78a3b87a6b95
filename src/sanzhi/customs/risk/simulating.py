"""Weeks of selection with the loop closed: only what is inspected is ever known.

Evaluation on a table in which every outcome is known says what a model could do that had been
told everything. Here each week a budget of declarations is inspected, most by score and some at
random, and only their outcomes teach the weeks after. It begins with nothing known.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sanzhi.core.findings import Unusable
from sanzhi.customs.risk.columns import DEFAULT
from sanzhi.customs.risk.features import duties
from sanzhi.customs.risk.figures import best_first
from sanzhi.customs.risk.levels import GOODS, keys, numbered, with_headings
from sanzhi.customs.risk.model import Model, Scores
from sanzhi.customs.risk.past import after
from sanzhi.customs.risk.training import FEWEST, Candidate, train

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Weeks between one training of the trees and the next; memory is refreshed every week.
RETRAIN = 4
#: Weeks left out of `hit_rate_settled`: too little is known before.
SETTLING = 8
#: Weeks ahead for which learning about goods pays, and the most it can add to a probability,
#: as a share of it.
AHEAD, MOST_WORTH = 20.0, 1.0
#: A few hundred outcomes a month carry no more than this.
_SMALL = (Candidate("small", ("declared",), 8, 150),)
#: Outcomes that the trees' word weighs as much as where memory is switched off.
_FORGETFUL = 1e12


@dataclass(frozen=True, slots=True)
class Way:
    """A way to spend the budget. `curious`: goods that come often are worth knowing, and rank
    higher while their outcome is not known."""

    name: str
    explore: float
    memory: bool = True
    curious: bool = True


def ways(explore: float) -> tuple[Way, ...]:
    """What is compared."""
    return (
        Way("random", 1.0),
        Way("trees", explore, memory=False, curious=False),
        Way("trees and memory", explore, curious=False),
        Way("trees, memory and worth of learning", explore),
        Way("the same without exploration", 0.0),
    )


@dataclass(frozen=True, slots=True)
class _Trade:
    frame: pl.DataFrame
    outcome: Floats
    stake: Floats
    goods: Ints
    week: Ints

    def rows(self, week: int) -> Ints:
        return np.flatnonzero(self.week == week)

    @property
    def weeks(self) -> int:
        return int(self.week.max()) + 1


def simulate(
    frame: pl.DataFrame,
    *,
    budget: float = 0.10,
    explore: float = 0.10,
    seeds: int = 10,
    progress: Callable[[], None] = lambda: None,
) -> dict[str, Any]:
    """Hit rate and share of the duty at stake caught, by way, mean and standard deviation over
    seeds, and hit rate by week. `frame` is canonical; `progress` is called after each way and
    seed. `Unusable` (`risk.simulation`) where a row has no outcome."""
    trade = _trade(frame)
    found = {}
    for way in ways(explore):
        played = []
        for seed in range(seeds):
            played.append(_played(trade, way, budget, seed))
            progress()
        found[way.name] = _told(trade, played)
    return {
        "weeks": trade.weeks,
        "budget": budget,
        "explore": explore,
        "seeds": seeds,
        "base_rate": float(trade.outcome.mean()),
        "ways": found,
    }


def _trade(frame: pl.DataFrame) -> _Trade:
    if frame["find"].null_count():
        row = int(frame["find"].is_null().arg_true()[0]) + 2
        raise Unusable.because(
            "risk.simulation",
            f"row {row}",
            "A simulation needs the outcome of every row.",
            "模拟需要每一行都有结果。",
            line=row,
        )
    outcome = frame["find"].to_numpy()
    week = (frame["date"] - frame["date"].min()).dt.total_days().to_numpy() // 7
    goods, _ = numbered(keys(with_headings(frame), GOODS))
    return _Trade(frame, outcome, outcome * duties(frame), goods, week.astype(np.int64))


def _told(trade: _Trade, played: list[list[Ints]]) -> dict[str, Any]:
    """Figures over seeds of the rows inspected week by week."""

    def rate(picked: list[Ints]) -> float:
        return float(trade.outcome[np.concatenate(picked)].mean())

    hits = [rate(picked) for picked in played]
    settled = [rate(picked[SETTLING:]) for picked in played if len(picked) > SETTLING]
    caught = [trade.stake[np.concatenate(picked)].sum() for picked in played]
    by_week = [
        [float(trade.outcome[rows].mean()) if len(rows) else 0.0 for rows in picked]
        for picked in played
    ]
    return {
        "hit_rate": float(np.mean(hits)),
        "hit_rate_sd": float(np.std(hits)),
        "hit_rate_settled": float(np.mean(settled)) if settled else None,
        "revenue": float(np.mean(caught) / max(trade.stake.sum(), 1e-9)),
        "by_week": [round(float(one), 4) for one in np.mean(by_week, axis=0)],
    }


def _played(trade: _Trade, way: Way, budget: float, seed: int) -> list[Ints]:
    """The rows inspected, week by week."""
    random = np.random.default_rng(seed)
    known = np.zeros(trade.frame.height, dtype=bool)
    model: Model | None = None
    picked = []
    for week in range(trade.weeks):
        if way.explore < 1.0:
            model = _learnt(trade.frame, known, model, seed, retrain=week % RETRAIN == 0)
        chosen = _selected(trade, week, model, way, budget, random)
        known[chosen] = True
        picked.append(chosen)
    return picked


def _selected(
    trade: _Trade,
    week: int,
    model: Model | None,
    way: Way,
    budget: float,
    random: np.random.Generator,
) -> Ints:
    rows = trade.rows(week)
    count = int(np.ceil(len(rows) * budget))
    if model is None:
        return random.choice(rows, count, replace=False)
    if not way.memory:
        model = replace(model, calibration=replace(model.calibration, strength=_FORGETFUL))
    scores = model.score(trade.frame[rows])
    rank = _with_worth(trade, week, rows, scores) if way.curious else scores.probability
    drawn = round(count * way.explore)
    best = rows[best_first(rank)[: count - drawn]]
    rest = np.setdiff1d(rows, best)
    return np.concatenate([best, random.choice(rest, min(drawn, len(rest)), replace=False)])


def _with_worth(trade: _Trade, week: int, rows: Ints, scores: Scores) -> Floats:
    """Probability, and for goods not known the worth of knowing: how often they came a week."""
    came = np.bincount(trade.goods[trade.week < week], minlength=int(trade.goods.max()) + 1)
    worth = np.minimum(AHEAD * came[trade.goods[rows]] / max(week, 1), MOST_WORTH)
    return scores.probability * np.where(scores.novel, 1.0 + worth, 1.0)


def _learnt(
    frame: pl.DataFrame, known: NDArray[np.bool_], model: Model | None, seed: int, *, retrain: bool
) -> Model | None:
    """The model that what is known so far teaches; None while that is too little."""
    seen = frame.filter(pl.Series(known))
    finds = seen["find"].sum()
    if min(finds, seen.height - finds) < FEWEST:
        return None
    if model is None or retrain:
        return train(seen, mapping=DEFAULT, seed=seed, candidates=_SMALL)
    return replace(model, tables=after(with_headings(seen)))
