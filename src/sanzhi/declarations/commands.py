"""`sanzhi declarations`: read, write and check declarations in files."""

import json
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click

from sanzhi.core.findings import Finding, Unusable, has_errors
from sanzhi.declarations import formats
from sanzhi.declarations.formats import Reading, table

_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
_LANGUAGE = click.option(
    "--lang",
    type=click.Choice(["en", "zh"]),
    default="en",
    show_default=True,
    help="Language of the findings.",
)


@click.group()
def declarations() -> None:
    """Read, write and check declarations."""


@declarations.command()
@click.argument("file", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="The canonical declaration as JSON.")
@_LANGUAGE
def read(file: Path, as_json: bool, lang: str) -> None:
    """Read any supported message in FILE (- for standard input).

    Findings go to stderr; a bulk file of several declarations gives a JSON list.
    """
    readings = formats.read_many(_bytes(file), _name(file), today=_today())
    if as_json:
        documents = [reading.declaration.to_json(indent=2) for reading in readings]
        click.echo(documents[0] if len(documents) == 1 else f"[{','.join(documents)}]")
    else:
        for reading in readings:
            for line in _page(reading):
                click.echo(line)
    findings = [finding for reading in readings for finding in reading.findings]
    _tell(findings, lang)
    sys.exit(1 if has_errors(findings) else 0)


@declarations.command()
@click.argument("file", type=_FILE)
@click.option(
    "--format", "form", required=True, metavar="F", help=f"One of {', '.join(formats.FORMATS)}."
)
@_LANGUAGE
def write(file: Path, form: str, lang: str) -> None:
    """Write the declaration in FILE as a message of format F on standard output.

    What F cannot carry is listed on stderr.
    """
    readings = formats.read_many(_bytes(file), _name(file), today=_today())
    if form == table.FORMAT:
        written = table.write(reading.declaration for reading in readings)
    elif len(readings) > 1:
        raise Unusable.because(
            "format.many",
            _name(file),
            f"{len(readings)} declarations fit only into csv.",
            f"共 {len(readings)} 份报关单，只能写成 csv。",
        )
    else:
        written = formats.write_with_findings(readings[0].declaration, form)
    sys.stdout.buffer.write(written.data)
    sys.stdout.buffer.flush()
    _tell(written.findings, lang)
    sys.exit(1 if has_errors(written.findings) else 0)


@declarations.command()
@click.argument("files", type=_FILE, nargs=-1, required=True, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="JSON lines, a finding a line.")
@click.option(
    "--law",
    "law_folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Law pack folder; default: the built-in pack.",
)
@_LANGUAGE
def check(files: tuple[Path, ...], as_json: bool, law_folder: Path | None, lang: str) -> None:
    """Check declarations against their message's schema and the law of their day.

    A file with nothing to find prints nothing. A file that cannot be read is a finding too.
    """
    from sanzhi import law
    from sanzhi.declarations import checks

    pack = law.load(law_folder)
    wanting = False
    for file in files:
        try:
            readings = formats.read_many(_bytes(file), _name(file), today=_today())
        except Unusable as unusable:
            findings = [unusable.finding]
        else:
            findings = [
                finding
                for reading in readings
                for finding in (
                    *reading.findings,
                    *_with_lines(checks.check(reading.declaration, pack), reading),
                )
            ]
        wanting = wanting or has_errors(findings)
        for finding in findings:
            row = {"file": _name(file), **finding.row(lang, pack.administration.cited)}
            click.echo(json.dumps(row, ensure_ascii=False) if as_json else _line(row))
    sys.exit(1 if wanting else 0)


def _with_lines(findings: Iterable[Finding], reading: Reading) -> list[Finding]:
    """The findings of the checks with the source lines their fields came from."""
    return [
        finding
        if finding.line is not None or (line := _line_of(finding.path, reading)) is None
        else finding.model_copy(update={"line": line})
        for finding in findings
    ]


def _line_of(path: str, reading: Reading) -> int | None:
    while path:
        if path in reading.lines:
            return reading.lines[path]
        path = path.rpartition(".")[0]
    return None


def _bytes(file: Path) -> bytes:
    """The file's bytes, but no more than shows that it is too large."""
    limit = formats.MAX_BYTES + 1
    if str(file) == "-":
        return sys.stdin.buffer.read(limit)
    with file.open("rb") as stream:
        return stream.read(limit)


def _name(file: Path) -> str:
    return str(file)


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the day where the user sits


def _tell(findings: Iterable[Finding], lang: str) -> None:
    for finding in findings:
        click.echo(_line(finding.row(lang)), err=True)


def _line(row: dict[str, object]) -> str:
    place = ":".join(str(row[key]) for key in ("file", "line") if row.get(key))
    where = f"{place}: " if place else ""
    path = f"{row['path']}: " if row["path"] else ""
    mend = f" {row['mend']}" if row.get("mend") else ""
    return f"{where}{row['severity']}: {path}{row['text']}{mend} [{row['code']}]"


def _page(reading: Reading) -> list[str]:
    """A declaration as lines a person reads."""
    declaration = reading.declaration
    head = (
        ("format", reading.format),
        ("regime", declaration.regime),
        ("type", declaration.type),
        ("reference", declaration.reference),
        ("procedure", declaration.procedure),
        ("date", declaration.date),
        ("incoterm", declaration.incoterm),
        ("currency", declaration.currency),
    )
    lines = [f"{name:<10} {value}" for name, value in head if value is not None]
    for party in declaration.parties:
        known = " ".join(filter(None, (party.credit_code, party.id, party.name, party.country)))
        lines.append(f"{party.role:<10} {known}")
    for item in declaration.items:
        price = f"{item.price} {item.currency or declaration.currency}" if item.price else ""
        parts = (f"{item.number:>3}", item.code, item.origin, price, item.description[:60])
        lines.append("  ".join(part for part in parts if part))
    return lines
