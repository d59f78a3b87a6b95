"""`sanzhi policy`: measure a body of policy from a study file."""

import json
import sys
from pathlib import Path

import click

from sanzhi.policy.coding.commands import suggest
from sanzhi.policy.corpus.commands import graph, import_, in_force, search
from sanzhi.policy.exchange.commands import export, import_qdpx
from sanzhi.policy.measurement.commands import gaps, measure, robustness
from sanzhi.policy.reporting.commands import report

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def policy() -> None:
    """The policy laboratory: measure a body of policy."""


@policy.command()
@click.argument("study", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def agreement(study: Path, as_json: bool) -> None:
    """How far the coders of STUDY agree, over all units and over coded ones, by code."""
    from sanzhi.policy.coding.agreeing import agreement_of
    from sanzhi.policy.coding.opening import open_study

    found, _policies, codings = open_study(study)
    rows = agreement_of(found, codings)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        figures = "  ".join(
            f"{name} {'–' if row[name] is None else format(row[name], '.3f')}"
            for name in ("percent", "kappa_quadratic", "alpha_ordinal", "ac2")
        )
        click.echo(f"{row['of']:<28} {row['over']:<6} {row['units']:>6} units  {figures}")


@policy.command()
@click.argument(
    "model", type=click.Choice(["coupling", "pmc", "tot", "portfolio", "oxcgrt", "rile"])
)
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def index(model: str, file: Path, as_json: bool) -> None:
    """A policy index over the plain CSV in FILE (- for standard input)."""
    from sanzhi.policy.measurement.indices import INDICES, read_table

    data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    rows = INDICES[model](read_table(data, str(file)))
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        value = row[model]
        click.echo(f"{row['policy']:<24} {'–' if value is None else format(value, '.4f')}")


for command in (
    import_,
    measure,
    robustness,
    gaps,
    report,
    export,
    import_qdpx,
    search,
    in_force,
    graph,
    suggest,
):
    policy.add_command(command)
