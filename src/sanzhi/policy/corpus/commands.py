"""`sanzhi policy import`, `search`, `in-force` and `graph`: the corpus on the command line."""

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sanzhi.policy.corpus.document import Policy

SOURCE = click.Path(path_type=Path)


@click.command(name="import")
@click.argument("source", type=SOURCE, nargs=-1, required=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the corpus here, a policy a line (JSONL); a name without a suffix is a "
    "folder, which gets a corpus.jsonl.",
)
@click.option(
    "--json", "as_json", is_flag=True, help="Counts and warnings as one JSON document on stdout."
)
def import_(source: tuple[Path, ...], out: Path | None, as_json: bool) -> None:
    """Read policies from SOURCE and complete their facts by rules.

    SOURCE is a study file (its corpus), a JSONL or CSV table, a txt, md, html, docx or pdf
    document, or a folder of documents. Without --out and --json the corpus goes to stdout.
    """
    from sanzhi.policy.corpus.importing import complete, jsonl, sources, write_jsonl
    from sanzhi.policy.corpus.reading import read_corpus

    policies = read_corpus(sources(source)).values()
    with click.progressbar(
        policies, label="Recognising", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as shown:
        imported = complete(shown)
    if out:
        folder = out.is_dir() or not out.suffix
        write_jsonl(imported.policies, out / "corpus.jsonl" if folder else out)
    if as_json:
        click.echo(json.dumps(imported.summary(), ensure_ascii=False, indent=2))
    elif not out:
        click.echo(jsonl(imported.policies).encode("utf-8", "replace"), nl=False)
    if not as_json:
        click.echo(f"{len(imported.policies)} policies", err=True)
        for finding in imported.findings():
            click.echo(f"{finding.text.en}: {finding.path}", err=True)


@click.command()
@click.argument("source", type=SOURCE)
@click.argument("words")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def search(source: Path, words: str, limit: int, as_json: bool) -> None:
    """Policies of SOURCE that hold WORDS, the most relevant first."""
    from sanzhi.policy.corpus.searching import Index

    hits = Index(_corpus(source).values()).search(words, limit)
    if as_json:
        click.echo(json.dumps([hit._asdict() for hit in hits], ensure_ascii=False, indent=2))
        return
    for hit in hits:
        click.echo(f"{hit.policy}  {hit.title}\n    {hit.snippet}")


@click.command(name="in-force")
@click.argument("source", type=SOURCE)
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), required=True, metavar="DATE")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def in_force(source: Path, day: datetime, as_json: bool) -> None:
    """Policies of SOURCE in force on DATE, as their own dates and later repeals say."""
    from sanzhi.policy.corpus.graph import Graph

    on: date = day.date()
    rows = [
        {"policy": one.id, "title": one.title, "since": str(one.effective or one.issued)}
        for one in Graph(_corpus(source).values()).in_force(on)
    ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(f"{row['since']}  {row['policy']}  {row['title']}")


@click.command()
@click.argument("source", type=SOURCE)
def graph(source: Path) -> None:
    """What the policies of SOURCE cite, amend and repeal, as JSON: nodes and edges."""
    from sanzhi.law.pack import load
    from sanzhi.policy.corpus.graph import Graph

    found = Graph(_corpus(source).values(), load().acts.values())
    click.echo(json.dumps(found.document(), ensure_ascii=False, indent=2))


def _corpus(source: Path) -> "dict[str, Policy]":
    """The policies of a study file's corpus, or of a table, document or folder."""
    from sanzhi.policy.corpus.importing import sources
    from sanzhi.policy.corpus.reading import read_corpus

    return read_corpus(sources([source]))
