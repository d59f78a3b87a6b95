"""The charts of a study's results, each with a title that says what it finds: for the report and
for anyone who shows results elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from typing import Literal, NamedTuple

from sanzhi.core.findings import Text
from sanzhi.policy.measurement.annual import (
    Synergy,
    measure_objective_synergy,
    measure_synergy,
    objective_synergy,
)
from sanzhi.policy.measurement.matrix import Body
from sanzhi.policy.measurement.robustness import Cell, Finding
from sanzhi.policy.reporting.charts import (
    Edge,
    Point,
    direction_grid,
    heat_map,
    line_chart,
    network,
)
from sanzhi.policy.reporting.results import Results
from sanzhi.policy.reporting.sentences import QUANTITY, claimed, said
from sanzhi.policy.reporting.words import WORDS

SynergyKind = Literal["measures", "objectives", "measures_objectives"]
SYNERGIES: Mapping[SynergyKind, Callable[[Body], list[Synergy]]] = {
    "measures": measure_synergy,
    "objectives": objective_synergy,
    "measures_objectives": measure_objective_synergy,
}
#: A network of more agencies cannot be read.
MOST_AGENCIES = 16

Pair = tuple[str, str]


class Figure(NamedTuple):
    """A chart as SVG, and what it finds."""

    title: str
    drawing: str


class Tie(NamedTuple):
    """A measure with its effectiveness and its synergy with the other measures."""

    key: str
    title: str
    effectiveness: float
    synergy: float


class Figures:
    """The charts of one study's results in one language."""

    def __init__(self, results: Results, language: str) -> None:
        self.results, self.study, self.language = results, results.study, language
        self.titles = {
            code.key: self.in_language(code.title.text) for code in self.study.codebook.codes
        }

    def in_language(self, text: Text) -> str:
        return text.in_language(self.language)

    def word(self, key: str, **values: object) -> str:
        return self.in_language(WORDS[key].format(**values))

    def effectiveness(self, quantity: str, category: str) -> Figure:
        """A category's total or average over the years, with its band."""
        points = [
            Point(one.year, one.total, one.total_low, one.total_high)
            if quantity == "total"
            else Point(one.year, one.average, one.average_low, one.average_high)
            for one in self.results.robustness.intervals
            if one.category == category
        ]
        finding = next(
            one
            for one in self.results.robustness.findings
            if (one.kind, one.quantity, one.category) == ("trend", quantity, category)
        )
        return Figure(
            self.in_language(claimed(finding, self.study)),
            line_chart(points, self.in_language(QUANTITY[quantity])),
        )

    def pairs(self, kind: SynergyKind, category: str = "all") -> dict[Pair, float]:
        """Synergy of each pair over all years, in the order of the codebook."""
        return _by_pair(SYNERGIES[kind](self.results.body), category)

    def together(self, pair: Pair, category: str = "all") -> int:
        """Policies that count and score both of a pair."""
        body = self.results.body
        columns = dict(
            zip(
                (*body.measure_keys, *body.objective_keys),
                (*body.measures.T, *body.objectives.T),
                strict=True,
            )
        )
        both = (columns[pair[0]] > 0) & (columns[pair[1]] > 0) & body.categories[category]
        return int((both & body.takes_part.any(axis=1)).sum())

    def named(self, pair: Pair) -> str:
        return f"{self.titles[pair[0]]} × {self.titles[pair[1]]}"

    def synergy(
        self, kind: SynergyKind, category: str = "all", strongest: int | None = None
    ) -> Figure | None:
        """Synergy by pair and year, of the strongest pairs alone where a number is given; None
        where there is no pair."""
        rows = SYNERGIES[kind](self.results.body)
        overall = _by_pair(rows, category)
        if not overall:
            return None
        first, second = max(overall, key=lambda pair: overall[pair])
        acting = sum(total > 0 for total in overall.values())
        title = (
            self.word(
                f"synergy_{kind}",
                first=self.titles[first],
                second=self.titles[second],
                acting=acting,
                of=len(overall),
            )
            if acting
            else self.word("synergy_none")
        )
        shown = list(overall)
        if strongest is not None:
            shown = sorted(shown, key=lambda pair: -overall[pair])[:strongest]
        counted = {
            (one.first, one.second, one.year): one.total if one.average is not None else None
            for one in rows
            if one.category == category
        }
        years = self.results.body.years
        values = [[counted[(*pair, year)] for year in years] for pair in shown]
        return Figure(
            title,
            heat_map(
                [self.named(pair) for pair in shown], [str(year) for year in years], values, title
            ),
        )

    def measure_ties(self) -> list[Tie]:
        """Every measure's effectiveness and synergy with the others, over all years."""
        body, overall = self.results.body, self.pairs("measures")
        taking_part = body.takes_part.sum(axis=1) * body.force
        weights = (taking_part[:, None] * body.measures).sum(axis=0)
        return [
            Tie(
                key,
                self.titles[key],
                float(weight),
                sum(total for pair, total in overall.items() if key in pair),
            )
            for key, weight in zip(body.measure_keys, weights, strict=True)
        ]

    def ties(self) -> Figure | None:
        """The network of measures; None where there is but one."""
        overall = self.pairs("measures")
        if not overall:
            return None
        found = self.measure_ties()
        most = max(found, key=lambda tie: tie.synergy)
        title = (
            self.word("network", measure=most.title) if most.synergy else self.word("synergy_none")
        )
        return Figure(
            title,
            network(
                [(tie.key, tie.title, tie.effectiveness) for tie in found],
                [Edge(*pair, total) for pair, total in overall.items()],
                title,
            ),
        )

    def agencies(self) -> Figure | None:
        """The agencies that issue most together; None where none does."""
        joint = self.results.network
        if not joint.pairs:
            return None
        shown = sorted(
            (one for one in joint.agencies if one.joint_policies),
            key=lambda one: (-one.joint_policies, one.agency),
        )[:MOST_AGENCIES]
        names = {one.agency for one in shown}
        most = max(joint.pairs, key=lambda pair: pair.policies)
        title = self.word("agencies_pair", first=most.first, second=most.second, n=most.policies)
        return Figure(
            title,
            network(
                [(one.agency, one.agency, one.policies) for one in shown],
                [
                    Edge(pair.first, pair.second, pair.policies)
                    for pair in joint.pairs
                    if {pair.first, pair.second} <= names
                ],
                title,
            ),
        )

    @property
    def left_out(self) -> tuple[list[str], list[str]]:
        """Keys of the measures and of the objectives that the grid leaves out in turn; the first
        of each is empty."""
        cells = self.results.robustness.cells
        return (
            list(dict.fromkeys(one.without_measure for one in cells)),
            list(dict.fromkeys(one.without_objective for one in cells)),
        )

    def without(self, key: str) -> str:
        return self.word("without", code=self.titles[key]) if key else self.word("nothing_out")

    def directions(self, finding: Finding) -> Figure:
        """What every cell of the grid gives where a finding was sought."""
        measures, objectives = self.left_out
        cells = [
            one
            for one in self.results.robustness.cells
            if (one.quantity, one.category) == (finding.quantity, finding.category)
        ]
        panels = [
            (
                f"{scale} · {self.word('laws_with' if laws else 'laws_without')}",
                _directions(
                    [one for one in cells if (one.force_scale, one.laws) == (scale, laws)],
                    finding,
                    measures,
                    objectives,
                ),
            )
            for scale in self.study.force.scales
            for laws in (True, False)
        ]
        title = self.in_language(said(finding, self.study))
        return Figure(
            title,
            direction_grid(
                [self.without(key) for key in measures],
                [self.without(key) for key in objectives],
                panels,
                title,
            ),
        )


def _by_pair(rows: Sequence[Synergy], category: str) -> dict[Pair, float]:
    found: dict[Pair, float] = {}
    for one in rows:
        if one.category == category:
            pair = (one.first, one.second)
            found[pair] = found.get(pair, 0.0) + one.total
    return found


def _directions(
    cells: Sequence[Cell], finding: Finding, measures: Sequence[str], objectives: Sequence[str]
) -> list[list[int | None]]:
    found = {
        (one.without_measure, one.without_objective): one.direction(finding.kind) for one in cells
    }
    return [[found[measure, objective] for objective in objectives] for measure in measures]
