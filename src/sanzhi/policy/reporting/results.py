"""All results of a study, computed once for tables, report and record."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sanzhi.policy.coding.agreeing import Compared, compared
from sanzhi.policy.coding.agreement import Agreement
from sanzhi.policy.coding.opening import open_study
from sanzhi.policy.coding.record import Coding
from sanzhi.policy.coding.shipped import located
from sanzhi.policy.coding.study import Study
from sanzhi.policy.corpus.document import Policy
from sanzhi.policy.measurement import agencies, annual
from sanzhi.policy.measurement.building import build
from sanzhi.policy.measurement.gaps import Gap, gaps
from sanzhi.policy.measurement.matrix import Body
from sanzhi.policy.measurement.outside import read_index
from sanzhi.policy.measurement.robustness import (
    DRAWS,
    SEED,
    Cell,
    Interval,
    Robustness,
    robustness,
)
from sanzhi.policy.measurement.stability import Stability, stability
from sanzhi.policy.reporting.sentences import said
from sanzhi.policy.reporting.tables import Table


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding as a row, in words."""

    kind: str
    quantity: str
    category: str
    direction: int
    verdict: str
    year: int | None
    cells: int
    same: int
    opposite: int
    surviving: int | None
    draws_share: float | None
    differing_cells: str
    """Numbers of the rows of `robustness.csv` that differ."""
    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class GapRow:
    """A row behind a gap, with the gap's sentence."""

    kind: str
    category: str
    subject: str
    row: str
    en: str
    zh: str
    advice_en: str
    advice_zh: str


@dataclass(frozen=True, slots=True)
class AgreementRow(Agreement):
    """Agreement of a group of units."""

    of: str
    over: str


@dataclass(frozen=True, slots=True)
class Results:
    study: Study
    policies: dict[str, Policy]
    codings: list[Coding]
    body: Body
    yearly: list[annual.Year]
    network: agencies.Network
    stability: list[Stability]
    robustness: Robustness
    gaps: list[Gap]
    agreement: list[Compared]

    @property
    def coded(self) -> bool:
        """Whether there is anything to measure: some policy that counts has a score."""
        return bool(self.body.policies)

    def tables(self) -> dict[str, Table]:
        """Every table by file name."""
        return (
            measure_tables(self.body, self.policies)
            | robustness_tables(self.study, self.robustness, self.stability)
            | {
                "gaps": Table(GapRow, gap_rows(self.gaps)),
                "agreement": Table(
                    AgreementRow,
                    [
                        AgreementRow(of=one.of, over=one.over, **asdict(one.figures))
                        for one in self.agreement
                    ],
                ),
            }
        )


def compute(path: Path, *, draws: int = DRAWS, seed: int = SEED) -> Results:
    """Everything of the study at `path`, or of the shipped one of that key."""
    path = located(path)
    study, policies, codings = open_study(path)
    return results_of(
        study, policies, codings, read_index(study, path.parent), draws=draws, seed=seed
    )


def results_of(
    study: Study,
    policies: dict[str, Policy],
    codings: list[Coding],
    index: Mapping[int, float],
    *,
    draws: int = DRAWS,
    seed: int = SEED,
    drawn: Callable[[int], None] | None = None,
) -> Results:
    """Everything of what is already read: the policies that count and their codings, as
    `measured_part` gives them. `drawn` is told how many draws of the coders are done."""
    body = build(study, policies, codings)
    return Results(
        study,
        policies,
        codings,
        body,
        annual.annual(body),
        agencies.network(body, policies),
        stability(body, policies),
        robustness(study, body, policies, codings, index, draws=draws, seed=seed, drawn=drawn),
        gaps(study, body, policies),
        compared(study, codings),
    )


def measure_tables(body: Body, policies: dict[str, Policy]) -> dict[str, Table]:
    """Yearly effectiveness, synergies, agencies."""
    joint = agencies.network(body, policies)
    return {
        "annual": Table(annual.Year, annual.annual(body)),
        "measure_synergy": Table(annual.Synergy, annual.measure_synergy(body)),
        "objective_synergy": Table(annual.Synergy, annual.objective_synergy(body)),
        "measure_objective_synergy": Table(annual.Synergy, annual.measure_objective_synergy(body)),
        "agency_synergy": Table(agencies.AgencyYear, agencies.agency_synergy(body)),
        "agency_pairs": Table(agencies.AgencyPair, joint.pairs),
        "agency_network": Table(agencies.Agency, joint.agencies),
    }


def robustness_tables(study: Study, found: Robustness, steady: list[Stability]) -> dict[str, Table]:
    """The grid, its findings in words, the bootstrap's intervals, stability."""
    return {
        "robustness": Table(Cell, found.cells),
        "findings": Table(FindingRow, finding_rows(study, found)),
        "intervals": Table(Interval, found.intervals),
        "stability": Table(Stability, steady),
    }


def finding_rows(study: Study, found: Robustness) -> list[FindingRow]:
    rows = []
    for one in found.findings:
        text = said(one, study)
        rows.append(
            FindingRow(
                one.kind,
                one.quantity,
                one.category,
                one.direction,
                one.verdict,
                one.year,
                one.cells,
                one.same,
                one.opposite,
                one.surviving,
                one.draws_share,
                " ".join(str(cell) for cell in one.differing_cells),
                text.en,
                text.zh,
            )
        )
    return rows


def gap_rows(found: list[Gap]) -> list[GapRow]:
    return [
        GapRow(
            one.kind,
            one.category,
            " ".join(one.subject),
            "; ".join(f"{name} {_plain(value)}" for name, value in row.items()),
            one.text.en,
            one.text.zh,
            one.advice.en,
            one.advice.zh,
        )
        for one in found
        for row in one.rows
    ]


def _plain(value: Any) -> str:
    return (
        "–" if value is None else format(value, ".4g") if isinstance(value, float) else str(value)
    )
