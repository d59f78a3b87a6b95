"""Why a declaration was selected, in words: the same for officer and appeal file.

The memory of the same goods speaks first, then the trees' largest contributions (LightGBM's own
SHAP values), then what is unusual. Contributions are log odds: above zero speaks for a look.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import polars as pl

from sanzhi.core.findings import Text
from sanzhi.customs.lanes import Lane
from sanzhi.customs.risk.features import BY_NAME
from sanzhi.customs.risk.model import Model, Scores

#: Contributions told of a declaration, at most.
MOST = 3

_GOODS_FOUND = Text(
    "Past outcomes of the same goods: {known}, of which found wanting: {finds}.",
    "相同商品此前有结果的申报 {known} 次，其中 {finds} 次被查获。",
)
_UNUSUAL = Text(
    "Its goods, route and parties are rarer than those of {share} % of past declarations.",
    "其商品、路线与当事人的组合比过去 {share}% 的报关单更少见。",
)
_UP = Text("{title}: {value}; this raises the risk.", "{title}：{value}；使风险上升。")
_PLAIN = Text("{title}; this raises the risk.", "{title}；使风险上升。")
_NO_ONE = Text(
    "No single thing stands out; many small ones add up.",
    "没有单一突出因素，由多项小因素累积而成。",
)


def reasons(
    model: Model, frame: pl.DataFrame, scores: Scores, selected: list[int]
) -> dict[int, list[dict[str, Any]]]:
    """Reasons of the selected rows, by their place; each has `code`, `en`, `zh` and, for the
    trees', `contribution`."""
    return told(model, {place: frame.row(place, named=True) for place in selected}, scores)


def told(
    model: Model, rows: Mapping[int, Mapping[str, Any]], scores: Scores
) -> dict[int, list[dict[str, Any]]]:
    """The same of rows as dictionaries, by their place among `scores`."""
    if not rows:
        return {}
    selected = list(rows)
    contributions = model.booster.predict(
        scores.features[selected], pred_contrib=True, num_threads=1
    )[:, :-1]
    return {
        place: _of_row(model, scores, place, rows[place], contribution)
        for place, contribution in zip(selected, contributions, strict=True)
    }


def _of_row(
    model: Model,
    scores: Scores,
    place: int,
    row: Mapping[str, Any],
    contribution: "np.ndarray[Any, Any]",
) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    if scores.known[place] > 0:
        told.append(
            _said(
                "same_goods",
                _GOODS_FOUND.format(known=int(scores.known[place]), finds=int(scores.finds[place])),
            )
        )
    for column in np.argsort(-contribution)[:MOST]:
        if contribution[column] <= 0:
            break
        name = model.names[column]
        told.append(
            _said(name, _in_words(name, scores.features[place, column], row))
            | {"contribution": round(float(contribution[column]), 4)}
        )
    if scores.anomaly[place] >= model.policy.anomaly and scores.lanes[place] is not Lane.GREEN:
        told.append(_said("unusual", _UNUSUAL.format(share=f"{100 * scores.anomaly[place]:.1f}")))
    return told or [_said("many", _NO_ONE)]


def _in_words(name: str, value: float, row: Mapping[str, Any]) -> Text:
    title = BY_NAME[name].title
    shown = _shown(name, value, row)
    sentence = _PLAIN if shown is None else _UP
    return Text(
        sentence.en.format(title=_capital(title.en), value=shown),
        sentence.zh.format(title=title.zh, value=shown),
    )


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %"


#: By the first word of a feature's name, how its value is written.
_WRITTEN: Mapping[str, Callable[[float], str | None]] = {
    "finds": _percent,
    "linked": _percent,
    "presence": lambda value: f"{100 * np.exp(value):.2g} %",
    "partners": lambda value: f"{np.expm1(value):.0f}",
    "distance": lambda value: None if np.isnan(value) else f"{value:+.1f} σ",
}


def _shown(name: str, value: float, row: Mapping[str, Any]) -> str | None:
    """The value as an officer knows it; None where the name says it all."""
    family = name.split("_", maxsplit=1)[0]
    if family in _WRITTEN:
        return _WRITTEN[family](value)
    if name in {"hs2", "hs4", "hs6"}:
        return str(row["code"])[: int(name[2])]
    if name in {"origin", "departure", "tax_type"}:
        return str(row[name])
    declared = {
        "mass": row["net_mass"],
        "price": row["price"],
        "tax_rate": row["tax_rate"],
        "duty": row["price"] * row["tax_rate"] / 100.0,
        "unit_value": row["price"] / row["net_mass"] if row["net_mass"] else None,
    }
    known = declared[name]
    return None if known is None else f"{known:,.2f}"


def _said(code: str, text: Text) -> dict[str, Any]:
    return {"code": code, "en": text.en, "zh": text.zh}


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
