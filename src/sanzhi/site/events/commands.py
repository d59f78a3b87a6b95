"""`sanzhi events`: keep the log, verify it, export it."""

import sys
from pathlib import Path

import click

from sanzhi.site.commands import prepare


@click.group()
def events() -> None:
    """The event log."""


@events.command()
@click.option("--follow", is_flag=True, help="Go on every second until interrupted.")
def sequence(follow: bool) -> None:
    """Integrate waiting events into the tree and sign a checkpoint."""
    prepare()
    if follow:
        from sanzhi.site.events.sequencer import follow_until_signalled  # noqa: PLC0415

        click.echo(f"{follow_until_signalled()} events integrated")
        return
    from django.utils import timezone  # noqa: PLC0415

    from sanzhi.site.events.log import integrate  # noqa: PLC0415

    total = 0
    while taken := integrate(timezone.now()):
        total += taken
    click.echo(f"{total} events integrated")


@events.command()
@click.option("--json", "as_json", is_flag=True, help="Findings as JSONL on stdout.")
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
def verify(as_json: bool, lang: str) -> None:
    """Verify the log; name every changed, removed or reordered event (exit status 1)."""
    prepare()
    import json  # noqa: PLC0415

    from sanzhi.site.events.log import log_size, verify_log  # noqa: PLC0415
    from sanzhi.site.events.models import CheckpointRecord, EventRecord  # noqa: PLC0415

    found = 0
    for finding in verify_log():
        found += 1
        row = finding.row(lang)
        click.echo(json.dumps(row, ensure_ascii=False) if as_json
                   else f"{row['path']}: {row['text']}")
    waiting = EventRecord.objects.filter(index=None).count()
    click.echo(
        f"{log_size()} events in the tree under {CheckpointRecord.objects.count()} signed "
        f"checkpoints, {waiting} waiting; {f'{found} findings' if found else 'the log is whole'}",
        err=as_json)
    sys.exit(1 if found else 0)


@events.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(file: Path) -> None:
    """Write all events to FILE, .csv or .parquet (the latter needs the extra `analysis`)."""
    prepare()
    from sanzhi.site.events.export import write_csv, write_parquet  # noqa: PLC0415

    match file.suffix:
        case ".csv":
            count = write_csv(file)
        case ".parquet":
            count = write_parquet(file)
        case _:
            raise click.UsageError(f"{file}: the name must end in .csv or .parquet")
    click.echo(f"{count} events written to {file}")
