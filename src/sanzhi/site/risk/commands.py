"""`sanzhi retrain`: learn a model from what inspections found, or from a table."""

import sys
from pathlib import Path

import click

from sanzhi.site.startup import prepare

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option(
    "--as",
    "login",
    required=True,
    metavar="NAME",
    help="The account that trains it; it needs the right to train models.",
)
@click.option(
    "--file",
    "data",
    type=FILE,
    metavar="DATA",
    help="Past declarations with outcomes (CSV, Parquet) in place of the platform's own history.",
)
@click.option("--columns", type=FILE, help="Which column of DATA means what (YAML).")
def retrain(login: str, data: Path | None, columns: Path | None) -> None:
    """Train a model and enter it on the board, where it decides nothing until a supervisor
    places it.

    A young platform has too few finds to learn from: give it past declarations with --file.
    """
    prepare()
    from django.db import OperationalError
    from django.utils import timezone

    from sanzhi.customs.risk.columns import read_mapping
    from sanzhi.customs.risk.extra import require
    from sanzhi.customs.risk.training import steps
    from sanzhi.site.accounts.access import Denied, actor_of
    from sanzhi.site.accounts.models import User
    from sanzhi.site.risk.modelling import train

    require()
    if columns and not data:
        raise click.UsageError("--columns describes a file: give --file too")
    try:
        user = User.objects.filter(username=login).first()
    except OperationalError:
        raise click.UsageError("the database is not set up; run: sanzhi migrate") from None
    if user is None:
        raise click.UsageError(f"there is no account {login!r}")
    try:
        with click.progressbar(
            length=steps(), label="Learning", file=sys.stderr, hidden=not sys.stderr.isatty()
        ) as bar:
            model = train(
                actor_of(user, timezone.localdate()),
                data.read_bytes() if data else None,
                data.name if data else "",
                mapping=read_mapping(columns) if columns else None,
                progress=lambda: bar.update(1),
            )
    except Denied as denied:
        raise click.UsageError(denied.finding.text.en) from None
    training = model.record["training"]
    click.echo(
        f"{model.name}: {training['rows']} declarations, {training['finds']} finds, "
        f"{training['first_day']} to {training['last_day']}; a supervisor can now place it."
    )
