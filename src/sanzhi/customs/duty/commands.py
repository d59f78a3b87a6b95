"""`sanzhi duty`: assess a declaration's duty and taxes from a file."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from sanzhi.core.dates import parse_date


@click.group()
def duty() -> None:
    """Duty and tax under the law of a day."""


@duty.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--on", "on_text", metavar="DATE", help="Assess under the law of this day.")
@click.option(
    "--law",
    "law_folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Law pack folder; default: the built-in pack.",
)
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def assess(
    file: Path, on_text: str | None, law_folder: Path | None, lang: str, as_json: bool
) -> None:
    """Assess the declaration in FILE (any supported message; - for standard input)."""
    from sanzhi import law
    from sanzhi.core.findings import has_errors
    from sanzhi.customs.duty import assess as run
    from sanzhi.declarations.formats import read

    on = _day(on_text)
    data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    pack = law.load(law_folder)
    reading = read(data, name=str(file), today=on or date.today())  # noqa: DTZ011 - the user's day
    assessment = run(reading.declaration, pack, on)
    # What reading left out is missing from the assessment: it is said there too.
    assessment.findings[:0] = reading.findings
    assessment.complete = not has_errors(assessment.findings)
    document = assessment.document(pack, lang)
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        for line in _page(document, pack.currency):
            click.echo(line)
    sys.exit(0 if assessment.complete else 1)


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return parse_date(text)
    except ValueError as error:
        raise click.UsageError(str(error)) from None


def _page(document: dict[str, Any], currency: str) -> list[str]:
    """The assessment as lines a person reads."""
    lines = [f"Law of {document['on']} ({document['law']}), regime {document['regime']}"]
    for item in document["items"]:
        lines.append(f"\nGoods item {item['number']}: {item['value_formula']}")
        lines += [_tax_line(tax) for tax in item["taxes"]]
    lines += [_tax_line(tax) for tax in document.get("taxes", [])]
    lines.append("")
    lines += [f"{kind:<18} {amount:>16}" for kind, amount in document["totals"].items()]
    lines.append(f"{'total':<18} {document['total']:>16} {currency}")
    lines += [
        f"{row['severity']}: {row['path']}: {row['text']}" for row in document.get("findings", [])
    ]
    return lines


def _tax_line(tax: dict[str, Any]) -> str:
    citation = f"  [{tax['citation']}]" if tax["citation"] else "  [what-if]"
    return f"  {tax['kind']:<16} {tax['amount']:>14}  {tax['formula']}{citation}"
