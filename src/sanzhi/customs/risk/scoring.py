"""Scores as records: one a declaration, in the order of the table, with reasons where selected."""

from collections.abc import Iterator
from typing import Any

import polars as pl

from sanzhi.customs.risk.model import Model
from sanzhi.customs.risk.reasons import Reason, reasons
from sanzhi.selectivity.lanes import Lane


def rows(model: Model, frame: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """One record a declaration: `row` (from 1), `id`, `score` 0..1, `lane`, `expected_revenue`
    in the currency of the price, `anomaly` 0..1, `novel` (no known outcome of the same goods),
    and `reasons`, empty in the green lane."""
    scores = model.score(frame)
    selected = [place for place, lane in enumerate(scores.lanes) if lane is not Lane.GREEN]
    why = reasons(model, frame, scores, selected)
    for place, (number, probability, revenue, anomaly, novel) in enumerate(
        zip(
            frame["id"].to_list(),
            scores.probability.tolist(),
            scores.revenue.tolist(),
            scores.anomaly.tolist(),
            scores.novel.tolist(),
            strict=True,
        )
    ):
        yield {
            "row": place + 1,
            "id": number,
            "score": round(probability, 6),
            "lane": str(scores.lanes[place]),
            "expected_revenue": round(revenue, 2),
            "anomaly": round(anomaly, 4),
            "novel": novel,
            "reasons": [_told(one) for one in why.get(place, ())],
        }


def _told(reason: Reason) -> dict[str, Any]:
    """`code`, `en`, `zh` and, for the trees', `contribution`."""
    text = reason.text
    told: dict[str, Any] = {"code": reason.code, "en": text.en, "zh": text.zh}
    return told if reason.contribution is None else told | {"contribution": reason.contribution}
