"""`sanzhi policy report`: the whole study in one folder, and made again byte for byte."""

from pathlib import Path

import click

from sanzhi.policy.measurement.commands import DRAWS, FILE, FOLDER, SEED


@click.command()
@click.argument("study", type=FILE)
@click.option(
    "--out", type=FOLDER, metavar="DIR", help="Write report.html, the tables and run.json here."
)
@click.option(
    "--check",
    type=FOLDER,
    metavar="DIR",
    help="Make the report in DIR again by its run record and compare every byte.",
)
@click.option(
    "--lang",
    type=click.Choice(["en", "zh"]),
    default="en",
    show_default=True,
    help="Language of the report.",
)
@click.option(
    "--draws", type=DRAWS, default=1000, show_default=True, help="Draws of the coder bootstrap."
)
@click.option(
    "--seed", type=SEED, default=1, show_default=True, help="The same seed gives the same draws."
)
def report(
    study: Path, out: Path | None, check: Path | None, lang: str, draws: int, seed: int
) -> int:
    """The report of STUDY: charts, tables and a run record. The same study gives the same bytes.

    With --check the exit status is 0 where every file is the same, 1 where one differs."""
    from sanzhi.policy.reporting.report import check_report, write_report

    if (out is None) == (check is None):
        raise click.UsageError("give either --out DIR or --check DIR")
    if out:
        write_report(study, out, language=lang, draws=draws, seed=seed)
        return 0
    differing = check_report(study, check or Path())
    for line in differing:
        click.echo(line)
    return 1 if differing else 0
