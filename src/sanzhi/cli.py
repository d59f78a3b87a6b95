"""The command line: one command of each room's `commands.py`, loaded only when it is used.

Exit status: 0 done; 1 the input was read and found wanting; 2 the input or the arguments cannot
be used (one line on stderr, or one a fault).
"""

import importlib
import sys
from typing import NoReturn

import click

from sanzhi import __version__
from sanzhi.core.findings import Finding, Unusable

#: Command → (module, attribute, extra that brings what it needs, one line of help).
ROOMS: dict[str, tuple[str, str, str, str]] = {
    "law": ("sanzhi.law.commands", "law", "", "Look up dated law; import a tariff."),
    "declarations": (
        "sanzhi.declarations.commands",
        "declarations",
        "",
        "Read, write and check declarations.",
    ),
    "duty": ("sanzhi.customs.duty.commands", "duty", "", "Assess duty and taxes."),
    "risk": (
        "sanzhi.customs.risk.commands",
        "risk",
        "risk",
        "Learn from past outcomes; score and rank declarations.",
    ),
    "policy": (
        "sanzhi.policy.commands",
        "policy",
        "policy",
        "Measure a body of policy: effectiveness, synergy, agreement, indices.",
    ),
    "events": (
        "sanzhi.site.events.commands",
        "events",
        "site",
        "Sequence, verify and export the event log.",
    ),
    "serve": ("sanzhi.site.commands", "serve", "site", "Serve the site."),
    "migrate": ("sanzhi.site.commands", "migrate", "site", "Bring the database up to date."),
    "administrator": (
        "sanzhi.site.commands",
        "administrator",
        "site",
        "Make an administrator's account.",
    ),
    "retrain": (
        "sanzhi.site.risk.commands",
        "retrain",
        "site",
        "Train a risk model for the site's board of models.",
    ),
    "demo": ("sanzhi.site.demo", "demo", "site", "Load the demonstration data."),
    "run": (
        "sanzhi.site.demo",
        "run",
        "site",
        "Load the demonstration and serve it.",
    ),
}


class Rooms(click.Group):
    """A group that imports a room's commands when one of them is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(ROOMS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in ROOMS:
            return None
        module, attribute, extra, _ = ROOMS[cmd_name]
        try:
            command: click.Command = getattr(importlib.import_module(module), attribute)
        except ModuleNotFoundError as error:
            if not extra or (error.name or "").startswith("sanzhi"):
                raise
            raise click.UsageError(
                f"{cmd_name} needs the parts of the extra {extra!r}: pip install 'sanzhi[{extra}]'"
            ) from None
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, room[3]) for name, room in ROOMS.items()])


@click.group(cls=Rooms, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sanzhi")
def sanzhi() -> None:
    """Sanzhi (三智): an open customs platform. Every decision cites its law."""


def main() -> NoReturn:
    """Run the command line and leave with its exit status; no traceback reaches a user."""
    try:
        status = sanzhi.main(standalone_mode=False)
    except Unusable as unusable:
        _leave(*map(_line, unusable.findings))
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        sys.exit(2)
    except click.ClickException as error:
        _leave(" ".join(error.format_message().split()))
    except click.Abort:
        _leave("interrupted")
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except OSError as error:
        _leave(f"{error.filename or 'input'}: {error.strerror or error}")
    sys.exit(status if isinstance(status, int) else 0)


def _line(finding: Finding) -> str:
    place = f"{finding.path}: " if finding.path else ""
    return f"{place}{finding.text.en}{f' {finding.mend.en}' if finding.mend else ''}"


def _leave(*lines: str) -> NoReturn:
    for line in lines:
        click.echo(f"sanzhi: {line}", err=True)
    sys.exit(2)
