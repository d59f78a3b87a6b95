"""Why a declaration was selected: the same for officer and appeal file.

A reason is a code with its value, `same_goods=5/2`, `unusual=98.7`, `finds_importer=63`: that is
what an event keeps. `text_of` gives its words, in both languages.

The memory of the same goods speaks first, then the trees' largest contributions (LightGBM's own
SHAP values), then what is unusual. Contributions are log odds: above zero speaks for a look.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from sanzhi.core.findings import Text
from sanzhi.customs.risk.features import BY_NAME
from sanzhi.customs.risk.model import Model, Scores
from sanzhi.selectivity.lanes import Lane

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


@dataclass(frozen=True, slots=True)
class Reason:
    """A code with its value, empty where the code says it all; `contribution` in log odds where
    it is the trees'."""

    code: str
    value: str = ""
    contribution: float | None = None

    def __str__(self) -> str:
        """As an event holds it."""
        return f"{self.code}={self.value}" if self.value else self.code

    @property
    def text(self) -> Text:
        """`Text` of the same; `KeyError` where no model knows the code."""
        match self.code:
            case "same_goods":
                known, _, finds = self.value.partition("/")
                return _GOODS_FOUND.format(known=known, finds=finds)
            case "unusual":
                return _UNUSUAL.format(share=self.value)
            case "many":
                return _NO_ONE
        return _in_words(BY_NAME[self.code].title, _shown(self.code, self.value))


def text_of(reason: str) -> Text | None:
    """The words of a reason as an event holds it; None for one that no model gives by now."""
    code, _, value = reason.partition("=")
    try:
        return Reason(code, value).text
    except (KeyError, ValueError):
        return None


def reasons(
    model: Model, frame: pl.DataFrame, scores: Scores, selected: list[int]
) -> dict[int, list[Reason]]:
    """Reasons of the selected rows, by their place."""
    return reasons_of(model, {place: frame.row(place, named=True) for place in selected}, scores)


def reasons_of(
    model: Model, rows: Mapping[int, Mapping[str, Any]], scores: Scores
) -> dict[int, list[Reason]]:
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
) -> list[Reason]:
    found = []
    if scores.known[place] > 0:
        found.append(Reason("same_goods", f"{scores.known[place]:.0f}/{scores.finds[place]:.0f}"))
    for column in np.argsort(-contribution)[:MOST]:
        if contribution[column] <= 0:
            break
        name = model.names[column]
        found.append(
            Reason(
                name,
                _value(name, scores.features[place, column], row),
                round(float(contribution[column]), 4),
            )
        )
    if scores.anomaly[place] >= model.policy.anomaly and scores.lanes[place] is not Lane.GREEN:
        found.append(Reason("unusual", f"{100 * scores.anomaly[place]:.1f}"))
    return found or [Reason("many")]


def _in_words(title: Text, shown: str) -> Text:
    sentence = _UP if shown else _PLAIN
    return Text(
        sentence.en.format(title=_capital(title.en), value=shown),
        sentence.zh.format(title=title.zh, value=shown),
    )


#: By the first word of a feature's name: its value as a reason holds it, and how that is shown.
_WRITTEN: Mapping[str, tuple[Callable[[float], str], str]] = {
    "finds": (lambda value: f"{100 * value:.0f}", "{} %"),
    "linked": (lambda value: f"{100 * value:.0f}", "{} %"),
    "presence": (lambda value: f"{100 * np.exp(value):.2g}", "{} %"),
    "partners": (lambda value: f"{np.expm1(value):.0f}", "{}"),
    "distance": (lambda value: "" if np.isnan(value) else f"{value:+.1f}", "{} σ"),
}
#: Features whose value is a code that was declared.
_CODES = frozenset(("hs2", "hs4", "hs6", "origin", "departure", "tax_type"))


def _value(name: str, value: float, row: Mapping[str, Any]) -> str:
    """The value as an officer knows it; empty where the name says it all."""
    family = name.split("_", maxsplit=1)[0]
    if family in _WRITTEN:
        return _WRITTEN[family][0](value)
    if name in {"hs2", "hs4", "hs6"}:
        return str(row["code"])[: int(name[2])]
    if name in _CODES:
        return str(row[name])
    declared = {
        "mass": row["net_mass"],
        "price": row["price"],
        "tax_rate": row["tax_rate"],
        "duty": row["price"] * row["tax_rate"] / 100.0,
        "unit_value": row["price"] / row["net_mass"] if row["net_mass"] else None,
    }
    known = declared[name]
    return "" if known is None else f"{known:.2f}"


def _shown(name: str, value: str) -> str:
    """A reason's value as it is read."""
    family = name.split("_", maxsplit=1)[0]
    if not value or name in _CODES:
        return value
    return _WRITTEN[family][1].format(value) if family in _WRITTEN else f"{float(value):,.2f}"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
