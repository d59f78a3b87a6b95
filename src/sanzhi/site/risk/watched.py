"""How a model has done since its training: what was lodged later, what inspections found of it.

Whatever was lodged after the last day a model learnt from is scored by it, whether or not it was
at work then; what two models said of the same declarations is read from the log.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from sanzhi.core.findings import Finding, Severity, Text
from sanzhi.customs.risk import drift, watching
from sanzhi.customs.risk.drift import Moved
from sanzhi.customs.risk.frames import canonical_of
from sanzhi.customs.risk.selection import Estimates, estimates
from sanzhi.customs.risk.watching import Duel, Group, InTheLarge, Segment, Watched
from sanzhi.selectivity.lanes import Lane
from sanzhi.site.clearance.form_fields import choices
from sanzhi.site.risk import history
from sanzhi.site.risk.models import RiskModel, Selection
from sanzhi.site.risk.scoring import scorer
from sanzhi.site.risk.selected import of_cases, outcome_of, propensity_of

#: By what hit rates are told, and by what selection is looked at for fairness.
SEGMENTS = ("office", "tier", "chapter", "origin")
GROUPS = ("size", "region", "office")
#: Lines of each table.
LINES = 8
#: Goods items that are scored together: what a model counts of each takes a kilobyte.
SLICE = 20_000

_TIERS = {
    "advanced": Text("Advanced certified traders", "高级认证企业"),
    "general": Text("General traders", "常规管理企业"),
    "discredited": Text("Discredited traders", "失信企业"),
}
_SIZES = {
    "small": Text(
        f"Small traders (fewer than {watching.SMALL} declarations a year)",
        f"小型企业（一年内申报少于 {watching.SMALL} 票）",
    ),
    "other": Text("Other traders", "其他企业"),
}


@dataclass(frozen=True, slots=True)
class AtWork:
    """What a model meets after its training, by declarations lodged later."""

    begun: date
    until: date
    declarations: int
    inspections: int
    finds: int
    moved: tuple[Moved, ...]
    """Empty where too few were lodged or the model does not say what it learnt from."""
    told: bool
    """Whether the model says what it learnt from."""
    large: InTheLarge | None
    rate: Estimates
    segments: Mapping[str, tuple[Segment, ...]]
    groups: Mapping[str, tuple[Group, ...]]
    alarms: tuple[Finding, ...]


def at_work(model: RiskModel) -> AtWork | None:
    """None where nothing was lodged after the last day that it learnt from; `Unusable`
    (`risk.model`) where its folder is not whole."""
    learnt = scorer(model.name).model
    last = date.fromisoformat(str(learnt.record["last_day"]))
    frame = canonical_of(history.goods().filter(pl.col("date") > last).collect())
    if frame.is_empty():
        return None
    scores = np.concatenate([learnt.score(part).probability for part in frame.iter_slices(SLICE)])
    frame = frame.with_columns(pl.Series("score", scores))
    highest = frame.sort("score", descending=True, maintain_order=True).unique(
        "id", keep="first", maintain_order=True
    )
    made = of_cases(highest["id"].to_list())
    ended = history.outcomes()
    seen = _watched(highest, made)
    then = learnt.record.get("population")
    moved = drift.moved(then, frame, scores) if isinstance(then, dict) else []
    large = watching.calibration(seen)
    parts = {kind: tuple(watching.segments(seen, kind)) for kind in SEGMENTS}
    groups = {kind: tuple(watching.fairness(seen, kind)) for kind in GROUPS}
    off = watching.alarms(
        large,
        [one for of in parts.values() for one in of],
        [one for of in groups.values() for one in of],
        words_of,
    )
    return AtWork(
        min(frame["date"]),
        max(frame["date"]),
        len(seen),
        sum(one.find is not None for one in seen),
        sum(bool(one.find) for one in seen),
        tuple(moved),
        isinstance(then, dict),
        large,
        estimates(
            [
                outcome_of(one, find=ended[case][0])
                for case, one in made.items()
                if case in ended and one.lane == Lane.RED
            ]
        ),
        {kind: of[:LINES] for kind, of in parts.items()},
        {kind: of[:LINES] for kind, of in groups.items()},
        tuple(sorted((*off, *drift.alarms(moved)), key=_weight)),
    )


def against(first: str, second: str) -> Duel | None:
    """A champion and a challenger on the declarations that both scored when they were lodged;
    None where there are none."""
    told = (
        Selection.objects.filter(
            model=first, challenger=second, score__isnull=False, challenger_score__isnull=False
        )
        .order_by("id")
        .values_list("case", "score", "challenger_score")
    )
    scores: dict[str, tuple[float, float]] = {}
    for case, score, shadow in told.iterator(2000):
        scores.setdefault(case, (float(score or 0), float(shadow or 0)))
    if not scores:
        return None
    ended = history.outcomes()
    finds = [ended[case][0] if case in ended else None for case in scores]
    return watching.duel(
        [one for one, _ in scores.values()], [other for _, other in scores.values()], finds
    )


def _weight(alarm: Finding) -> tuple[bool, int]:
    """Warnings first; of these what concerns the whole model before what concerns a part."""
    order = ("drift.calibration", "drift.population", "drift.fairness", "drift.segment")
    return alarm.severity is not Severity.WARNING, order.index(alarm.code)


def words_of(kind: str, value: str) -> Text:
    """A group in words."""
    if kind == "office":
        named = choices("customs_offices").get(value)
        return Text(f"{value} {named.en}", f"{value} {named.zh}") if named else Text(value, value)
    if kind == "tier":
        return _TIERS.get(value, Text(value, value))
    if kind == "size":
        return _SIZES[value]
    if kind == "region":
        return Text(f"Customs district {value}", f"直属海关 {value}")
    if kind == "chapter":
        return Text(f"Chapter {value}", f"第 {value} 章")
    return Text(f"Origin {value}", f"原产国（地区）{value}")


def _watched(highest: pl.DataFrame, made: Mapping[str, Selection]) -> list[Watched]:
    """Each declaration by its goods item of the highest score."""
    lodged = (
        history.goods()
        .select("id", "importer", "date", "tier")
        .unique("id", keep="first")
        .sort("date", maintain_order=True)
        .collect()
    )
    small = watching.sizes(lodged.select("id", "importer", "date").rows())
    tiers = dict(lodged.select("id", "tier").iter_rows())
    found = []
    for case, score, find, office, code, origin in highest.select(
        "id", "score", "find", "office", "code", "origin"
    ).iter_rows():
        one = made.get(case)
        red = one is not None and one.lane == Lane.RED
        groups = {
            "office": office,
            "region": office[:2],
            "tier": tiers[case] or "",
            "size": small[case],
            "chapter": code[:2],
            "origin": origin,
        }
        found.append(
            Watched(
                score,
                None if find is None else find > 0,
                propensity_of(one) if one and red else None,
                red,
                groups,
            )
        )
    return found
