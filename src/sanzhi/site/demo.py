"""`sanzhi demo`: load the demonstration once, and say how to log in. `sanzhi run`: set it up and
serve it."""

import sys
from typing import TYPE_CHECKING

import click

from sanzhi.site.commands import migrate, serve
from sanzhi.site.startup import HOST, PORT, prepare

if TYPE_CHECKING:  # commands import the site when they are called
    from sanzhi.site.hooks import Demonstration

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

    from sanzhi.site.hooks import Played

    parts = _parts()
    try:
        waiting = [part for part in parts if not part.is_loaded()]
    except OperationalError:
        raise click.UsageError("the database is not set up; run: sanzhi migrate") from None
    if waiting:
        click.echo("Loading two years of invented consignments", err=True)
    with click.progressbar(
        length=consignments, file=sys.stderr, hidden=not waiting or not sys.stderr.isatty()
    ) as bar:
        played = Played(
            now=timezone.now(), consignments=consignments, seed=seed, progress=bar.update
        )
        for part in waiting:
            part.load(played)
    _show_logins(parts)


@click.command()
@HOST
@PORT
@click.pass_context
def run(context: click.Context, host: str, port: int) -> None:
    """Show the demonstration: `migrate`, `demo` and `serve` in one process, which starts once."""
    context.invoke(migrate)
    context.invoke(demo)
    context.invoke(serve, host=host, port=port)


def _parts() -> "list[Demonstration]":
    """The parts of the demonstration, in the order in which they build on each other."""
    from django.utils.module_loading import import_string

    from sanzhi.site.hooks import site_apps

    parts = [import_string(app.demonstration) for app in site_apps() if app.demonstration]
    return sorted(parts, key=lambda part: part.order)


def _show_logins(parts: "list[Demonstration]") -> None:
    """The small table of logins, with the one password."""
    click.echo(f"\n{NOTICE}\n")
    for part in parts:
        for login in part.logins:
            click.echo(f"  {login.name:<14} {part.password:<12} {login.role.en} · {login.role.zh}")
    click.echo()
