"""How much each finding hangs on the choices behind it.

Every cell of the grid is a yearly series with its trend (Mann–Kendall), its change of level
(Pettitt) and its relation to the study's outside index. One set of choices is what one study would
have published: Holm's correction runs over its series (total and average of each category), and
for trends over the whole grid besides, which is severe because the cells resemble each other. The
coder bootstrap repeats all of it with one coder of each policy drawn by chance. A finding is what
the study's own choices give; it holds where the other cells give the same.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from sanzhi.policy.measurement.bootstrap import draws_of
from sanzhi.policy.measurement.building import by_coder
from sanzhi.policy.measurement.grid import Choice, Grid, build_grid
from sanzhi.policy.measurement.trends import (
    detrended_correlation,
    holm,
    sen_slope,
    trends_and_changes,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from sanzhi.policy.coding.record import Coding
    from sanzhi.policy.coding.study import Study
    from sanzhi.policy.corpus.document import Policy
    from sanzhi.policy.measurement.matrix import Body, Floats

    Signs = NDArray[np.int8]

Kind = Literal["trend", "change", "relation"]
Verdict = Literal["holds", "weakens", "flips", "appears", "undefined"]
KINDS: tuple[Kind, ...] = ("trend", "change", "relation")
#: A result counts where its corrected p is below this.
LEVEL = 0.05
DRAWS, SEED = 1000, 1
#: Series computed together: as many as stay close to the processor.
_AT_ONCE = 60_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One choice and what it gives. Directions are 1, −1, or 0 where nothing is found; shares
    are of the bootstrap's draws that give the same direction. None where it cannot be tested; a
    share also where no policy has two coders."""

    cell: int
    quantity: str
    force_scale: str
    laws: bool
    category: str
    without_measure: str
    without_objective: str
    slope: float | None
    z: float | None
    p: float | None
    p_holm: float | None
    """Corrected over the series of the same choices, as are the others."""
    p_holm_grid: float | None
    """Corrected over the whole grid."""
    trend: int | None
    trend_share: float | None
    change_year: int | None
    """First year of the new level."""
    change_p: float | None
    change_p_holm: float | None
    change: int | None
    change_share: float | None
    correlation: float | None
    correlation_p: float | None
    correlation_p_holm: float | None
    relation: int | None
    relation_share: float | None

    def direction(self, kind: Kind) -> int | None:
        return {"trend": self.trend, "change": self.change, "relation": self.relation}[kind]

    def share(self, kind: Kind) -> float | None:
        return {
            "trend": self.trend_share,
            "change": self.change_share,
            "relation": self.relation_share,
        }[kind]


@dataclass(frozen=True, slots=True)
class Departure:
    """A choice under which a finding is not the same: in `cells` of the `of` with this choice."""

    choice: str
    """`force_scale`, `laws`, `without_measure` or `without_objective`."""
    value: str
    """Key of the scale or code, `with` or `without`; empty where nothing is left out."""
    cells: int
    of: int


@dataclass(frozen=True, slots=True)
class Finding:
    """What the study's own choices give, and whether the other cells of the grid give it too.

    `holds` everywhere; `weakens` where some cells find nothing; `flips` where some find the
    opposite; `appears` where the study finds nothing and some cells something.
    """

    kind: Kind
    quantity: str
    category: str
    direction: int
    """1, −1, or 0 where nothing is found or could be tested."""
    verdict: Verdict
    year: int | None
    """Of a change, the first year of the new level."""
    cells: int
    same: int
    opposite: int
    surviving: int | None
    """Of a trend, the cells that give it even when corrected over the whole grid."""
    draws_share: float | None
    departures: tuple[Departure, ...]
    differing_cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """A year's effectiveness with the central 95 % of the bootstrap's draws."""

    year: int
    category: str
    total: float
    total_low: float
    total_high: float
    average: float | None
    average_low: float | None
    average_high: float | None


@dataclass(frozen=True, slots=True)
class Robustness:
    """Everything about the study's robustness; reproducible from study, draws and seed."""

    draws: int
    seed: int
    several_coders: int
    """Policies with more than one coder: without any, draws say nothing."""
    cells: tuple[Cell, ...]
    findings: tuple[Finding, ...]
    intervals: tuple[Interval, ...]


def robustness(
    study: Study,
    body: Body,
    policies: Mapping[str, Policy],
    codings: Sequence[Coding],
    index: Mapping[int, float],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    drawn: Callable[[int], None] | None = None,
) -> Robustness:
    """The whole grid with the coder bootstrap. `index` is the outside index by year; `drawn` is
    told how many draws are done, now and then."""
    grid = build_grid(study, body, policies)
    outside = np.array([index.get(year, np.nan) for year in body.years])
    settled = np.concatenate([body.measures, body.objectives], axis=1)[:, :, None]
    series = grid.series(settled)[0]
    results = _results(series[None], grid, outside)
    own = {
        (one.quantity, one.category): number
        for number, one in enumerate(grid.choices)
        if _is_own(one, study)
    }
    several = sum(
        len(coders) > 1 for policy, coders in by_coder(codings).items() if policy in policies
    )
    same = np.zeros((len(KINDS), len(series)))
    own_series = []
    batch = max(1, _AT_ONCE // len(series))
    # Where no policy has two coders every draw is the same: one says all.
    for scores in draws_of(body, codings, draws if several else 1, seed, batch):
        again = grid.series(scores)
        same += (_directions(again, grid, outside) == results.directions).sum(axis=1)
        own_series.append(again[:, list(own.values())])
        if drawn:
            drawn(sum(map(len, own_series)))
    shares = same / draws if several else np.full(same.shape, np.nan)
    slopes = sen_slope(series)
    cells = tuple(
        _cell(i, choice, results, shares, body.years, slopes)
        for i, choice in enumerate(grid.choices)
    )
    return Robustness(
        draws,
        seed,
        several,
        cells,
        tuple(
            _finding(kind, cells[number], cells)
            for kind in KINDS
            if kind != "relation" or index
            for number in own.values()
        ),
        tuple(_intervals(own, series, np.concatenate(own_series), body.years)),
    )


@dataclass(frozen=True, slots=True)
class _Results:
    """Of every series, one row a draw."""

    z: Floats
    p: Floats
    p_holm: Floats
    p_holm_grid: Floats
    position: NDArray[np.int64]
    change_p: Floats
    change_p_holm: Floats
    r: Floats
    r_p: Floats
    r_p_holm: Floats
    directions: Signs
    """Kinds × draws × cells."""


def _results(series: Floats, grid: Grid, outside: Floats) -> _Results:
    """Every test of draws × cells × years."""
    draws, cells, years = series.shape
    shape = (draws, cells)
    trends, changes = trends_and_changes(series.reshape(-1, years))
    z, p = trends.z.reshape(shape), trends.p.reshape(shape)
    change_p = changes.p.reshape(shape)
    rises = np.where(changes.rises.reshape(shape), 1, -1)
    r, r_p = detrended_correlation(series, outside)
    p_holm, change_holm, r_holm = (_within_choice(one, grid) for one in (p, change_p, r_p))
    directions = np.stack(
        [_signed(p_holm, np.sign(z)), _signed(change_holm, rises), _signed(r_holm, np.sign(r))]
    )
    return _Results(
        z,
        p,
        p_holm,
        holm(p),
        changes.position.reshape(shape),
        change_p,
        change_holm,
        r,
        r_p,
        r_holm,
        directions,
    )


def _directions(series: Floats, grid: Grid, outside: Floats) -> Signs:
    return _results(series, grid, outside).directions


def _within_choice(p: Floats, grid: Grid) -> Floats:
    """Holm's correction over the quantities and categories of one set of choices."""
    quantities, scales, laws, categories, left_out = grid.shape
    cube = p.reshape(-1, quantities, scales * laws, categories, left_out)
    family = np.moveaxis(cube, (1, 3), (3, 4))
    adjusted = holm(family.reshape(*family.shape[:3], quantities * categories))
    back = np.moveaxis(adjusted.reshape(family.shape), (3, 4), (1, 3))
    return back.reshape(p.shape)


def _signed(p: Floats, sign: Floats | NDArray[np.int64]) -> Signs:
    with np.errstate(invalid="ignore"):
        return np.where(p < LEVEL, np.nan_to_num(sign), 0).astype(np.int8)


def _is_own(choice: Choice, study: Study) -> bool:
    return (
        choice.force_scale == study.force.use
        and choice.laws
        and not choice.without_measure
        and not choice.without_objective
    )


def _cell(
    i: int, choice: Choice, found: _Results, shares: Floats, years: tuple[int, ...], slopes: Floats
) -> Cell:
    position = int(found.position[0, i])
    tested = [not np.isnan(p[0, i]) for p in (found.p, found.change_p, found.r_p)]
    trend, change, relation = (
        int(row[i]) if known else None
        for row, known in zip(found.directions[:, 0], tested, strict=True)
    )
    trend_share, change_share, relation_share = (
        _known(row[i]) if known else None for row, known in zip(shares, tested, strict=True)
    )
    return Cell(
        i + 1,
        choice.quantity,
        choice.force_scale,
        choice.laws,
        choice.category,
        choice.without_measure,
        choice.without_objective,
        _known(slopes[i]),
        _known(found.z[0, i]),
        _known(found.p[0, i]),
        _known(found.p_holm[0, i]),
        _known(found.p_holm_grid[0, i]),
        trend,
        trend_share,
        years[position + 1] if position >= 0 else None,
        _known(found.change_p[0, i]),
        _known(found.change_p_holm[0, i]),
        change,
        change_share,
        _known(found.r[0, i]),
        _known(found.r_p[0, i]),
        _known(found.r_p_holm[0, i]),
        relation,
        relation_share,
    )


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _finding(kind: Kind, own: Cell, cells: Sequence[Cell]) -> Finding:
    alike = [one for one in cells if one.quantity == own.quantity and one.category == own.category]
    direction = own.direction(kind)
    differing = [one for one in alike if one.direction(kind) != direction]
    opposite = sum(bool(direction) and one.direction(kind) == -(direction or 0) for one in alike)
    if direction is None:
        verdict: Verdict = "undefined"
    elif not differing:
        verdict = "holds"
    elif not direction:
        verdict = "appears"
    else:
        verdict = "flips" if opposite else "weakens"
    year = own.change_year if kind == "change" and direction else None
    return Finding(
        kind,
        own.quantity,
        own.category,
        direction or 0,
        verdict,
        year,
        len(alike),
        len(alike) - len(differing),
        opposite,
        _surviving(alike, direction) if kind == "trend" and direction else None,
        own.share(kind),
        _departures(alike, differing),
        tuple(one.cell for one in differing),
    )


def _surviving(cells: Sequence[Cell], direction: int) -> int:
    return sum(
        one.trend == direction and one.p_holm_grid is not None and one.p_holm_grid < LEVEL
        for one in cells
    )


def _departures(alike: Sequence[Cell], differing: Sequence[Cell]) -> tuple[Departure, ...]:
    """The differing cells counted by each choice in turn, the most affected first."""

    def by_choice(cells: Sequence[Cell]) -> Counter[tuple[str, str]]:
        return Counter(
            pair
            for one in cells
            for pair in (
                ("force_scale", one.force_scale),
                ("laws", "with" if one.laws else "without"),
                ("without_measure", one.without_measure),
                ("without_objective", one.without_objective),
            )
        )

    of = by_choice(alike)
    return tuple(
        sorted(
            (Departure(*pair, count, of[pair]) for pair, count in by_choice(differing).items()),
            key=lambda one: (-one.cells / one.of, one.choice, one.value),
        )
    )


def _intervals(
    own: Mapping[tuple[str, str], int], series: Floats, drawn: Floats, years: tuple[int, ...]
) -> list[Interval]:
    """Bounds of each category's yearly total and average. `drawn` is draws × own × years."""
    low, high = np.percentile(drawn, (2.5, 97.5), axis=0)
    places = {key: place for place, key in enumerate(own)}
    rows = []
    for _, category in [key for key in own if key[0] == "total"]:
        total, average = (places[quantity, category] for quantity in ("total", "average"))
        for i, year in enumerate(years):
            rows.append(
                Interval(
                    year,
                    category,
                    float(series[own["total", category], i]),
                    float(low[total, i]),
                    float(high[total, i]),
                    _known(series[own["average", category], i]),
                    _known(low[average, i]),
                    _known(high[average, i]),
                )
            )
    return rows
