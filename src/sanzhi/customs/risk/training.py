"""Training: features by what was known, candidates judged on a later period, one model out.

The last fifth of the days is the validation period. Candidates (families of features and sizes
of trees) learn from the days before it and are judged by the AUC over its novel goods; memory,
calibration and lane cut-offs come from the same period. The chosen candidate then learns from
everything.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sanzhi.core.findings import Unusable
from sanzhi.customs.risk.anomaly import scale_of, surprise
from sanzhi.customs.risk.drift import population, spread
from sanzhi.customs.risk.extra import part
from sanzhi.customs.risk.features import FAMILIES, Family, duties, matrix, named
from sanzhi.customs.risk.figures import auc, calibration_error
from sanzhi.customs.risk.lanes import LanePolicy
from sanzhi.customs.risk.levels import GOODS, keys, numbered, with_headings
from sanzhi.customs.risk.model import Calibration, Model, joined_past, places
from sanzhi.customs.risk.past import Past, after, days, in_training
from sanzhi.customs.risk.stake import learn_stake

Floats = NDArray[np.float64]

#: Share of the days held out at the end to choose and calibrate.
HELD_OUT = 0.2
#: Fewer finds, or fewer declarations in order, than this teach nothing.
FEWEST = 10
#: Shares of doubt about the memory of the same goods that are tried; some is always left, since
#: goods that were in order a dozen times have been found wanting.
DOUBTS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3)
#: Fewer novel rows than this leave the calibration alone.
_FEWEST_TO_CALIBRATE = 200

_BASIC = {
    "objective": "binary",
    "learning_rate": 0.05,
    "min_child_samples": 50,
    "feature_fraction": 0.4,
    "bagging_fraction": 0.7,
    "bagging_freq": 1,
    "lambda_l2": 10.0,
    # Two OpenMP threads on a busy machine took thirty times the processor time of one.
    "num_threads": 1,
    "deterministic": True,
    "force_col_wise": True,
    "verbose": -1,
}


@dataclass(frozen=True, slots=True)
class Candidate:
    name: str
    families: tuple[Family, ...]
    leaves: int
    rounds: int

    def fit(self, features: Floats, outcome: Floats, weight: Floats, seed: int) -> Any:
        lightgbm = part("lightgbm")
        chosen = np.ascontiguousarray(features[:, places(named(self.families))])
        data = lightgbm.Dataset(
            chosen,
            outcome,
            weight=weight,
            feature_name=list(named(self.families)),
            params={"verbose": -1, "num_threads": 1},
        )
        return lightgbm.train(_BASIC | {"num_leaves": self.leaves, "seed": seed}, data, self.rounds)

    def log_odds(self, booster: Any, features: Floats) -> Floats:
        chosen = np.ascontiguousarray(features[:, places(named(self.families))])
        found: Floats = booster.predict(chosen, raw_score=True, num_threads=1)
        return found


CANDIDATES = (
    Candidate("goods", ("declared", "goods"), 8, 150),
    Candidate("goods and value", ("declared", "goods", "value"), 8, 150),
    Candidate("all", FAMILIES, 8, 150),
    Candidate("all, larger", FAMILIES, 24, 250),
)


def steps(candidates: tuple[Candidate, ...] = CANDIDATES) -> int:
    """How often training calls `progress`."""
    return len(candidates) + 1


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A training table made ready: features by what was known, and who learns from what."""

    frame: pl.DataFrame
    past: Past
    features: Floats
    outcome: Floats
    weight: Floats
    learn: NDArray[np.bool_]
    held: NDArray[np.bool_]


def train(
    frame: pl.DataFrame,
    *,
    mapping: dict[str, str | None],
    seed: int = 20,
    policy: LanePolicy | None = None,
    candidates: tuple[Candidate, ...] = CANDIDATES,
    progress: Callable[[], None] = lambda: None,
) -> Model:
    """A model of a canonical frame with outcomes.

    `progress` is called `steps(candidates)` times.

    Rows without an outcome count as lodged and teach nothing else. `Unusable`
    (`risk.one_class`, `risk.few`) where there is nothing to tell apart.
    """
    policy = policy or LanePolicy()
    _can_teach(frame, str(mapping["find"]))
    ready = _prepared(with_headings(frame))
    progress()
    candidate, judged, log_odds = _chosen(ready, candidates, seed, progress)
    calibration = _calibrated(ready, log_odds)
    held = ready.held
    probability = joined_past(ready.past, calibration, log_odds)[held]
    stake = learn_stake(ready.frame, ready.features, seed)
    amounts = stake.amounts(duties(ready.frame), ready.features)[held]
    rank = policy.rank(probability, probability * amounts)
    known = ~np.isnan(ready.outcome)
    booster = candidate.fit(ready.features[known], ready.outcome[known], ready.weight[known], seed)
    metrics = {
        "auc": auc(ready.outcome[held & known], probability[known[held]]),
        "calibration_error": calibration_error(
            ready.outcome[held & known], probability[known[held]]
        ),
        "candidates": judged,
    }
    return Model(
        booster=booster,
        names=named(candidate.families),
        stake=stake,
        tables=after(ready.frame),
        calibration=calibration,
        scale=scale_of(surprise(ready.past)[held]),
        policy=policy,
        cutoffs=policy.cutoffs(rank),
        mapping=mapping,
        record={
            "rows": frame.height,
            "finds": int(np.nansum(ready.outcome)),
            "first_day": str(frame["date"].min()),
            "last_day": str(frame["date"].max()),
            "revenue": "recovered" if stake.booster else "declared duty",
            "seed": seed,
            "chosen": candidate.name,
            "validation": metrics,
            "population": population(frame) | {"score": spread(probability)},
        },
    )


def _prepared(frame: pl.DataFrame) -> _Prepared:
    outcome = frame["find"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    past = in_training(frame)
    known = ~np.isnan(outcome)
    goods, _ = numbered(keys(frame, GOODS))
    repeats = np.bincount(goods[known], minlength=int(goods.max()) + 1)
    # Each goods tuple weighs one, however often it came.
    weight = 1.0 / np.maximum(repeats[goods], 1)
    lodged = days(frame["date"])
    begun = np.quantile(lodged, 1.0 - HELD_OUT, method="higher")
    held = lodged >= begun
    if held.all():
        held[: len(held) // 2] = False
    return _Prepared(frame, past, matrix(frame, past), outcome, weight, known & ~held, held)


def _can_teach(frame: pl.DataFrame, column: str) -> None:
    known = frame["find"].drop_nulls()
    finds = int(known.sum())
    rest = len(known) - finds
    if not finds or not rest:
        en, zh = ("no find", "没有查获") if not finds else ("nothing but finds", "全部为查获")
        raise Unusable.because(
            "risk.one_class",
            column,
            f"The outcomes hold {en}: there is nothing to tell apart.",
            f"结果列中{zh}，无从区分。",
        )
    if finds < FEWEST or rest < FEWEST:
        raise Unusable.because(
            "risk.few",
            column,
            f"{finds} finds and {rest} in order are too few to learn from; "
            f"at least {FEWEST} of each are needed.",
            f"查获 {finds} 条、未查获 {rest} 条，样本过少；两类各需至少 {FEWEST} 条。",
        )


def _chosen(
    ready: _Prepared, candidates: tuple[Candidate, ...], seed: int, progress: Callable[[], None]
) -> tuple[Candidate, dict[str, float], Floats]:
    """The candidate that tells novel goods of the validation period apart best; each one's AUC;
    and the chosen one's log odds for every row."""
    novel = ready.held & (ready.past.goods_known == 0) & ~np.isnan(ready.outcome)
    judged: dict[str, float] = {}
    best: tuple[Candidate, Floats] | None = None
    for candidate in candidates:
        booster = candidate.fit(
            ready.features[ready.learn], ready.outcome[ready.learn], ready.weight[ready.learn], seed
        )
        log_odds = candidate.log_odds(booster, ready.features)
        judged[candidate.name] = auc(ready.outcome[novel], log_odds[novel])
        if best is None or judged[candidate.name] > judged[best[0].name]:
            best = candidate, log_odds
        progress()
    assert best is not None  # noqa: S101 - there are candidates
    return best[0], judged, best[1]


def _calibrated(ready: _Prepared, log_odds: Floats) -> Calibration:
    """Calibration on the validation period: the trees on novel goods, the memory on the rest."""
    known = ready.held & ~np.isnan(ready.outcome)
    novel, seen = known & (ready.past.goods_known == 0), known & (ready.past.goods_known > 0)
    shift, stretch = 0.0, 1.0
    outcome = ready.outcome[novel]
    if len(outcome) >= _FEWEST_TO_CALIBRATE and FEWEST <= outcome.sum() <= len(outcome) - FEWEST:
        shift, stretch = _logistic(log_odds[novel], outcome)
    trees = Calibration(shift, stretch)
    if not seen.any():
        return trees
    said = trees.of_trees(log_odds[seen])

    def loss(tried: Calibration) -> float:
        probability = np.clip(
            tried.joined(said, ready.past.goods_known[seen], ready.past.goods_finds[seen]),
            1e-6,
            1 - 1e-6,
        )
        right = np.where(ready.outcome[seen] > 0, probability, 1.0 - probability)
        return float(-np.log(right).mean())

    return min(
        (
            Calibration(shift, stretch, float(strength), float(doubt))
            for strength in np.geomspace(0.01, 20.0, 24)
            for doubt in DOUBTS
        ),
        key=loss,
    )


def _logistic(log_odds: Floats, outcome: Floats) -> tuple[float, float]:
    """Platt's two parameters by Newton's method; the stretch is kept from turning the order."""
    shift, stretch = 0.0, 1.0
    for _ in range(25):
        said = 1.0 / (1.0 + np.exp(-(shift + stretch * log_odds)))
        off, spread = outcome - said, said * (1.0 - said)
        slope = np.array([off.sum(), (off * log_odds).sum()])
        bend = np.array(
            [
                [spread.sum(), (spread * log_odds).sum()],
                [(spread * log_odds).sum(), (spread * log_odds**2).sum()],
            ]
        )
        step = np.linalg.solve(bend + 1e-6 * np.eye(2), slope)
        shift, stretch = shift + float(step[0]), stretch + float(step[1])
    return (shift, stretch) if 0.1 <= stretch <= 5.0 else (0.0, 1.0)
