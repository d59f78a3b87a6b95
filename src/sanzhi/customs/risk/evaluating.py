"""Evaluation that does not flatter: all rows and novel goods always side by side.

A row is novel where no declaration of the training data had the same goods tuple. Most rows of
real and synthetic sets alike repeat one, so that memory alone looks brilliant; what a model
knows shows on the novel rows. Rankings by expected revenue and by the declared duty alone stand
beside each other too.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from sanzhi.core.findings import Finding, Severity, Text, Unusable
from sanzhi.customs.risk.features import duties
from sanzhi.customs.risk.figures import (
    at_percent,
    auc,
    best_first,
    calibration_error,
    draws,
    interval,
    ndcg,
    taken,
)
from sanzhi.customs.risk.model import Model, Scores

Floats = NDArray[np.float64]
Rows = NDArray[np.bool_] | NDArray[np.int64]

#: Bootstrap draws behind each interval.
DRAWS = 200


def evaluate(
    model: Model,
    frame: pl.DataFrame,
    percents: tuple[float, ...],
    *,
    seed: int = 20,
    bootstrap: int = DRAWS,
) -> dict[str, Any]:
    """Figures of a model on declarations with outcomes, as one JSON-ready document.

    Rows without an outcome are scored and left out of the figures. `Unusable`
    (`risk.no_outcomes`) where none has one.
    """
    if frame["find"].null_count() == frame.height:
        raise Unusable.because(
            "risk.no_outcomes",
            str(model.mapping["find"]),
            "No declaration has an outcome.",
            "没有任何报关单有结果。",
        )
    scores = model.score(frame)
    outcome = frame["find"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    known = ~np.isnan(outcome)
    # What a find brought, where that is told; else the duty and tax that was declared.
    stake = frame["recovered"].fill_null(pl.Series(duties(frame))).to_numpy()
    sample = _Sample(outcome, scores, stake, duties(frame), percents, seed, bootstrap)
    subsets = {"all": known, "novel": known & scores.novel, "seen": known & ~scores.novel}
    return {
        "rows": int(known.sum()),
        "without_outcome": int((~known).sum()),
        "trained": {key: model.record[key] for key in ("rows", "first_day", "last_day", "chosen")},
        **{name: sample.figures(np.flatnonzero(rows)) for name, rows in subsets.items()},
        "rankings": {
            name: sample.rankings(np.flatnonzero(subsets[name])) for name in ("all", "novel")
        },
        "lanes": {name: sample.lanes(np.flatnonzero(subsets[name])) for name in ("all", "novel")},
        "by_period": _by_period(frame, sample, subsets),
        "by_scheme": sample.schemes(frame["scheme"], np.flatnonzero(known)),
        "findings": [finding.row() for finding in overlap(model, frame)],
    }


class _Sample:
    """Outcomes beside scores, to be looked at in subsets."""

    def __init__(
        self,
        outcome: Floats,
        scores: Scores,
        stake: Floats,
        duty: Floats,
        percents: tuple[float, ...],
        seed: int,
        bootstrap: int,
    ) -> None:
        self.outcome, self.scores, self.stake, self.duty = outcome, scores, stake, duty
        self.percents, self.seed, self.bootstrap = percents, seed, bootstrap

    def figures(self, rows: NDArray[np.int64]) -> dict[str, Any]:
        outcome, score = self.outcome[rows], self.scores.probability[rows]
        return {
            "rows": len(rows),
            "finds": int(outcome.sum()),
            "auc": auc(outcome, score),
            "auc_interval": self._interval(
                rows, lambda at: auc(self.outcome[at], self.scores.probability[at])
            ),
            "ndcg": ndcg(outcome, score),
            "ece": calibration_error(outcome, score),
            "at": {f"{percent:g}": self._at(rows, percent) for percent in self.percents},
        }

    def short(self, rows: NDArray[np.int64]) -> dict[str, Any]:
        """Figures without intervals, for one of many periods."""
        outcome, score = self.outcome[rows], self.scores.probability[rows]
        return {
            "rows": len(rows),
            "finds": int(outcome.sum()),
            "auc": auc(outcome, score),
            "at": {
                f"{percent:g}": at_percent(outcome, score, self.stake[rows], percent)
                for percent in self.percents
            },
        }

    def rankings(self, rows: NDArray[np.int64]) -> dict[str, Any]:
        """Precision and share of the duty at stake under each ranking."""
        by = {
            "probability": self.scores.probability,
            "expected_revenue": self.scores.revenue,
            "declared_duty": self.duty,
        }
        return {
            name: {
                f"{percent:g}": at_percent(
                    self.outcome[rows], score[rows], self.stake[rows], percent
                )
                for percent in self.percents
            }
            for name, score in by.items()
        }

    def lanes(self, rows: NDArray[np.int64]) -> dict[str, dict[str, float | int]]:
        lanes = np.array([str(lane) for lane in self.scores.lanes])[rows]
        counted: dict[str, dict[str, float | int]] = {}
        for lane in ("red", "yellow", "blue", "green"):
            inside = self.outcome[rows][lanes == lane]
            counted[lane] = {"rows": len(inside), "finds": int(inside.sum())}
        return counted

    def schemes(self, scheme: pl.Series, rows: NDArray[np.int64]) -> dict[str, dict[str, Any]]:
        """Of each scheme the data names: how many finds, and the share of them caught at k %."""
        named = scheme.to_numpy()[rows]
        order = best_first(self.scores.probability[rows])
        return {
            name: {
                "finds": int((named == name).sum()),
                "recall": {
                    f"{percent:g}": float(
                        (named[order[: taken(len(rows), percent)]] == name).sum()
                        / (named == name).sum()
                    )
                    for percent in self.percents
                },
            }
            for name in sorted(set(named.tolist()) - {""})
        }

    def _at(self, rows: NDArray[np.int64], percent: float) -> dict[str, Any]:
        def precision(at: NDArray[np.int64]) -> float:
            return float(
                at_percent(self.outcome[at], self.scores.probability[at], self.stake[at], percent)[
                    "precision"
                ]
            )

        found: dict[str, Any] = dict(
            at_percent(self.outcome[rows], self.scores.probability[rows], self.stake[rows], percent)
        )
        return found | {"precision_interval": self._interval(rows, precision)}

    def _interval(
        self, rows: NDArray[np.int64], figure: Callable[[NDArray[np.int64]], float]
    ) -> list[float]:
        return interval(
            [figure(rows[drawn]) for drawn in draws(len(rows), self.bootstrap, self.seed)]
        )


def overlap(model: Model, frame: pl.DataFrame) -> list[Finding]:
    """A warning where rows were lodged within the days the model was trained on: their own
    outcomes may be in its memory, and figures on them flatter."""
    last = str(model.record["last_day"])
    inside = int((frame["date"].cast(pl.String) <= last).sum())
    if not inside:
        return []
    return [
        Finding(
            code="risk.overlap",
            path="date",
            severity=Severity.WARNING,
            text=Text(
                f"{inside} of {frame.height} declarations were lodged by {last}, the last day "
                "of the training data: their own outcomes may be in the model, and these "
                "figures flatter it.",
                f"{frame.height} 份报关单中有 {inside} 份申报于训练数据的最后一日（{last}）"
                "或之前，其结果可能已在模型中，所列指标偏高。",
            ),
        )
    ]


def _by_period(
    frame: pl.DataFrame, sample: _Sample, subsets: dict[str, NDArray[np.bool_]]
) -> list[dict[str, Any]]:
    month = frame["date"].dt.strftime("%Y-%m")
    periods = []
    for period in month.unique().sort():
        now = (month == period).to_numpy()
        periods.append(
            {"period": period}
            | {name: sample.short(np.flatnonzero(now & subsets[name])) for name in ("all", "novel")}
        )
    return periods
