"""What a command of the running system begins with."""

import os
import socket

import click

HOST = click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
PORT = click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))


def prepare() -> None:
    """Set Django up for a command; a setting or a law pack that cannot be used is one line, exit
    status 2."""
    import django
    from django.core.exceptions import ImproperlyConfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanzhi.site.settings")
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise click.UsageError(str(error)) from None
    from sanzhi.site.hooks import site_apps

    for app in site_apps():
        if app.require_usable:
            app.require_usable()


def require_migrated() -> None:
    """One clear line when the database has not been brought up to date."""
    if not is_migrated():
        raise click.UsageError("the database is not up to date: run `sanzhi migrate` first")


def is_migrated() -> bool:
    """Whether no migration waits; one clear line when the database does not answer."""
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError as error:
        raise click.UsageError(f"the database cannot be reached: {error}") from None
    connection.close()
    return not waiting


def require_free(host: str, port: int) -> None:
    """One clear line when another program listens on the port already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.UsageError(
                f"{host}:{port} cannot be used: {error.strerror}; choose another with --port"
            ) from None
