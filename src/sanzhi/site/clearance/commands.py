"""`sanzhi demo`: load the demonstration once, and say how to log in. `sanzhi run`: set it up and
serve it."""

import sys

import click

from sanzhi.site.commands import HOST, PORT, migrate, prepare, serve

NOTICE = (
    "This is a demonstration: people, enterprises and consignments are invented, and the "
    "password is published. Keep it off open networks."
)


@click.command()
@click.option(
    "--consignments",
    default=2500,
    show_default=True,
    type=click.IntRange(1, 50000),
    help="How many, over two years.",
)
@click.option(
    "--seed",
    default=1,
    show_default=True,
    help="The same seed on the same day gives the same trade.",
)
def demo(consignments: int, seed: int) -> None:
    """Load the demonstration data, once; show its logins."""
    prepare()
    from django.db import OperationalError
    from django.utils import timezone

    from sanzhi.site.clearance.demo import is_loaded, load
    from sanzhi.site.policy import demo as laboratory
    from sanzhi.site.risk import demo as risk

    try:
        loaded = is_loaded()
    except OperationalError:
        raise click.UsageError("the database is not set up; run: sanzhi migrate") from None
    if not loaded:
        click.echo("Loading two years of invented consignments", err=True)
        with click.progressbar(
            length=consignments, file=sys.stderr, hidden=not sys.stderr.isatty()
        ) as bar:
            load(consignments, seed, timezone.now(), bar.update)
    for part in (laboratory, risk):
        if not part.is_loaded():
            part.load(timezone.now())
    show_logins()


@click.command()
@HOST
@PORT
@click.pass_context
def run(context: click.Context, host: str, port: int) -> None:
    """Show the demonstration: `migrate`, `demo` and `serve` in one process, which starts once."""
    context.invoke(migrate)
    context.invoke(demo)
    context.invoke(serve, host=host, port=port)


def show_logins() -> None:
    """The small table of logins, with the one password."""
    from sanzhi.site.clearance.demo import LOGINS, PASSWORD

    click.echo(f"\n{NOTICE}\n")
    for login in LOGINS:
        click.echo(f"  {login.name:<14} {PASSWORD:<12} {login.role.en} · {login.role.zh}")
    click.echo()
