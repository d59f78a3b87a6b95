"""Commands of the running system: `migrate`, `administrator` and `serve`."""

import click

from sanzhi.site.startup import (
    HOST,
    PORT,
    is_migrated,
    prepare,
    require_free,
    require_migrated,
)


@click.command()
def migrate() -> None:
    """Bring the database up to date; nothing happens where it already is."""
    prepare()
    from django.core.management import call_command
    from django.db import OperationalError

    _compile_languages()
    if not is_migrated():
        try:
            call_command("migrate", interactive=False, verbosity=0)
        except OperationalError as error:
            raise click.UsageError(f"the database cannot be written: {error}") from None
    click.echo("The database is up to date.", err=True)


@click.command()
@click.argument("name")
@click.password_option(help="The password; asked for where it is not given.")
def administrator(name: str, password: str) -> None:
    """Make an administrator's account NAME. Grants are decided by a second one: make two."""
    prepare()
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError
    from django.db import IntegrityError, OperationalError
    from django.utils import timezone

    from sanzhi.site.accounts.access import operator
    from sanzhi.site.accounts.models import User
    from sanzhi.site.cases.actions import begin
    from sanzhi.site.law.catalogue import pack
    from sanzhi.site.storage import writing

    user, now = User(username=name), timezone.now()
    try:
        User.username_validator(name)
        user.clean()
        validate_password(password, user)
        user.set_password(password)
        with writing():
            user.save(force_insert=True)
            made = {"account": name}
            begin(operator(pack().day_of(now)), "grant", "make_administrator", made, now=now)
    except ValidationError as error:
        raise click.UsageError(" ".join(error.messages)) from None
    except IntegrityError:
        raise click.UsageError(f"an account {name!r} is there already") from None
    except OperationalError:
        raise click.UsageError("the database is not set up; run: sanzhi migrate") from None
    click.echo(f"{name} is an administrator.", err=True)
    if User.objects.filter(is_active=True, is_administrator=True).count() < 2:
        click.echo(
            "Posts and roles are granted by a second administrator: make another one.", err=True
        )


@click.command()
@HOST
@PORT
@click.option("--workers", type=click.IntRange(1, 64), help="Processes; 1 on SQLite, else 2.")
@click.option(
    "--threads",
    default=3,
    show_default=True,
    type=click.IntRange(1, 256),
    help="Threads of each process.",
)
def serve(host: str, port: int, workers: int | None, threads: int) -> None:
    """Serve the site and its HTTP API, and keep the event log's tree, until interrupted."""
    prepare()
    from django.conf import settings
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from sanzhi.site.events.keys import require_keys
    from sanzhi.site.events.sequencer import beside

    require_free(host, port)
    require_migrated()
    require_keys()
    _compile_languages()
    sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    server = Granian(
        "sanzhi.site.worker:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        # SQLite has one writer; a second process would only wait for it.
        workers=workers or (1 if sqlite else 2),
        blocking_threads=threads,
        # A worker interrupted together with its parent sometimes does not end of itself.
        workers_kill_timeout=3,
        # A worker that was killed is replaced; the site goes on.
        respawn_failed_workers=True,
        log_level=LogLevels.error,
        websockets=False,
    )
    shown = f"[{host}]" if ":" in host else host
    server.on_startup(
        lambda: click.echo(f"Sanzhi is at http://{shown}:{port}/ – Ctrl+C stops it.", err=True)
    )
    with beside():
        server.serve()


def _compile_languages() -> None:
    """The languages of pages: the site's own, and those that the law pack brings."""
    from django.conf import settings

    from sanzhi.site.law.catalogue import pack
    from sanzhi.site.messages import compile_messages, compile_words

    compile_messages()
    compile_words(pack().words, settings.HOME / "locale")
