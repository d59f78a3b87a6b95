"""`sanzhi events`: keep the log, verify it, export it."""

import sys
from pathlib import Path

import click

from sanzhi.core.findings import Finding, Unusable
from sanzhi.events.checkpoints import Checkpoint, read_note
from sanzhi.site.startup import prepare, require_migrated

#: A note is a few hundred bytes; of a larger file the beginning tells that it is none.
_MOST_BYTES = 4096


@click.group()
def events() -> None:
    """The event log."""


@events.command()
@click.option("--follow", is_flag=True, help="Go on every second until interrupted.")
@click.option(
    "--parent",
    type=click.IntRange(min=1),
    metavar="PID",
    help="With --follow: the process to end with, else the one that started this.",
)
def sequence(follow: bool, parent: int | None) -> None:
    """Integrate waiting events into the tree and sign a checkpoint; without --follow, look again
    at events that were set aside."""
    prepare()
    require_migrated()
    from sanzhi.site.events.keys import require_keys

    require_keys()
    if follow:
        from sanzhi.site.events.sequencer import follow_until_signalled

        click.echo(f"{follow_until_signalled(parent)} events integrated")
        return
    from django.utils import timezone

    from sanzhi.site.events.log import integrate, look_again

    look_again()
    total = 0
    while taken := integrate(timezone.now()):
        total += taken
    click.echo(f"{total} events integrated")


@events.command()
@click.option("--json", "as_json", is_flag=True, help="Findings as JSONL on stdout.")
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option(
    "--checkpoint",
    "files",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A checkpoint kept elsewhere, which the log must still hold; may be repeated.",
)
def verify(as_json: bool, lang: str, files: tuple[Path, ...]) -> None:
    """Verify the log; name every changed, removed or reordered event, what waits or was written
    by hand, and every case that says other than its events, by kind of fault (exit status 1)."""
    kept = [_kept(file) for file in files]
    prepare()
    require_migrated()
    import json
    from itertools import chain

    from sanzhi.site.events.log import verify_log
    from sanzhi.site.events.models import CheckpointRecord, EventRecord
    from sanzhi.site.events.standing import differences, last_events
    from sanzhi.site.events.stored import log_size

    found = []
    for finding in chain(verify_log(last_events(), kept), differences()):
        found.append(finding)
        if as_json:  # line by line, as it is found
            click.echo(json.dumps(finding.row(lang), ensure_ascii=False))
    if not as_json:
        _list_by_code(found, lang)
    waiting, aside = (
        EventRecord.objects.filter(index=None, aside=aside).count() for aside in (False, True)
    )
    click.echo(
        f"{log_size()} events in the tree under {CheckpointRecord.objects.count()} checkpoints, "
        f"{waiting} waiting, {aside} set aside; "
        f"{f'{len(found)} findings' if found else 'the log is whole'}",
        err=as_json,
    )
    sys.exit(1 if found else 0)


@events.command()
def checkpoint() -> None:
    """Print the newest signed checkpoint, to be kept elsewhere for `verify --checkpoint`."""
    prepare()
    require_migrated()
    from sanzhi.site.events.keys import note_of
    from sanzhi.site.events.stored import newest_checkpoint

    newest = newest_checkpoint()
    if newest is None:
        click.echo("no checkpoint yet: `sanzhi events sequence` signs the first", err=True)
        sys.exit(1)
    click.echo(note_of(newest), nl=False)


@events.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(file: Path) -> None:
    """Write all events to FILE, .csv or .parquet (the latter needs the extra `analysis`)."""
    prepare()
    require_migrated()
    from sanzhi.site.events.export import write_csv, write_parquet

    match file.suffix:
        case ".csv":
            count = write_csv(file)
        case ".parquet":
            count = write_parquet(file)
        case _:
            raise click.UsageError(f"{file}: the name must end in .csv or .parquet")
    click.echo(f"{count} events written to {file}")


def _list_by_code(found: list[Finding], lang: str) -> None:
    """Findings of one kind together, in the order in which the first of each was found, with what
    to do about them said once."""
    grouped: dict[tuple[str, str], list[Finding]] = {}
    for finding in found:
        mend = finding.mend.in_language(lang) if finding.mend else ""
        grouped.setdefault((finding.code, mend), []).append(finding)
    for (code, mend), alike in grouped.items():
        click.echo(f"{code} ({len(alike)})")
        for finding in alike:
            click.echo(f"  {finding.path}: {finding.text.in_language(lang)}")
        if mend:
            click.echo(f"  → {mend}")


def _kept(file: Path) -> Checkpoint:
    """The checkpoint a file holds; a file that holds none is one line, exit status 2."""
    try:
        return read_note(file.read_bytes()[:_MOST_BYTES].decode())
    except UnicodeDecodeError:
        raise click.UsageError(f"{file}: this is no signed checkpoint") from None
    except Unusable as unusable:
        raise Unusable(unusable.finding.model_copy(update={"path": str(file)})) from None
