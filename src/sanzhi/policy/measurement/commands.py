"""`sanzhi policy measure`, `robustness`, `gaps`: what a study's numbers are, how far they hold,
and what is missing."""

import dataclasses
import json
from pathlib import Path

import click

FILE = click.Path(path_type=Path, dir_okay=False)
FOLDER = click.Path(path_type=Path, file_okay=False)
DRAWS = click.IntRange(1, 100_000)
SEED = click.IntRange(0, 2**63 - 1)


@click.command()
@click.argument("study", type=FILE)
@click.option(
    "--out",
    type=FOLDER,
    metavar="DIR",
    help="Write the tables here, as CSV (and Parquet where Polars is installed).",
)
@click.option("--json", "as_json", is_flag=True, help="The yearly table as JSON on stdout.")
def measure(study: Path, out: Path | None, as_json: bool) -> None:
    """Yearly effectiveness and synergies of STUDY."""
    from sanzhi.policy.coding.opening import open_study
    from sanzhi.policy.measurement.annual import annual
    from sanzhi.policy.measurement.building import build
    from sanzhi.policy.reporting.results import measure_tables
    from sanzhi.policy.reporting.tables import write_tables

    found, policies, codings = open_study(study)
    body = build(found, policies, codings)
    yearly = annual(body)
    if out:
        write_tables(out, measure_tables(body, policies))
    if as_json:
        _json([dataclasses.asdict(row) for row in yearly])
    elif not out:
        for row in yearly:
            if row.category == "all":
                average = (
                    "–"
                    if row.average_effectiveness is None
                    else (f"{row.average_effectiveness:.2f}")
                )
                click.echo(
                    f"{row.year}  {row.policies:>5} policies  total "
                    f"{row.total_effectiveness:>10.2f}  average {average:>8}"
                )


@click.command()
@click.argument("study", type=FILE)
@click.option(
    "--out",
    type=FOLDER,
    metavar="DIR",
    help="Write the grid, findings, intervals and stability here, as CSV (and Parquet).",
)
@click.option(
    "--draws", type=DRAWS, default=1000, show_default=True, help="Draws of the coder bootstrap."
)
@click.option(
    "--seed", type=SEED, default=1, show_default=True, help="The same seed gives the same draws."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def robustness(study: Path, out: Path | None, draws: int, seed: int, as_json: bool) -> None:
    """Which findings of STUDY hold under every choice, which flip, and where."""
    from sanzhi.policy.coding.opening import open_study
    from sanzhi.policy.coding.shipped import located
    from sanzhi.policy.measurement import robustness as grid
    from sanzhi.policy.measurement.building import build
    from sanzhi.policy.measurement.outside import read_index
    from sanzhi.policy.measurement.stability import stability
    from sanzhi.policy.reporting.results import robustness_tables
    from sanzhi.policy.reporting.sentences import said
    from sanzhi.policy.reporting.tables import write_tables

    found, policies, codings = open_study(study)
    body = build(found, policies, codings)
    index = read_index(found, located(study).parent)
    result = grid.robustness(found, body, policies, codings, index, draws=draws, seed=seed)
    steady = stability(body, policies)
    if out:
        write_tables(out, robustness_tables(found, result, steady))
    if as_json:
        _json(
            dataclasses.asdict(result)
            | {
                "findings": [
                    dataclasses.asdict(one) | said(one, found)._asdict() for one in result.findings
                ],
                "stability": [dataclasses.asdict(row) for row in steady],
            }
        )
    elif not out:
        for one in result.findings:
            click.echo(f"{one.verdict:<9} {said(one, found).en}")


@click.command()
@click.argument("study", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def gaps(study: Path, as_json: bool) -> None:
    """What the policies of STUDY lack, with the rows behind each gap."""
    from sanzhi.policy.coding.opening import open_study
    from sanzhi.policy.measurement import gaps as lacking
    from sanzhi.policy.measurement.building import build

    found, policies, codings = open_study(study)
    rows = lacking.gaps(found, build(found, policies, codings), policies)
    if as_json:
        _json(
            [
                {
                    "kind": one.kind,
                    "category": one.category,
                    "subject": one.subject,
                    "text": one.text._asdict(),
                    "advice": one.advice._asdict(),
                    "rows": one.rows,
                }
                for one in rows
            ]
        )
        return
    for one in rows:
        click.echo(f"{one.kind:<14} {one.text.en} {one.advice.en}")


def _json(document: object) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
