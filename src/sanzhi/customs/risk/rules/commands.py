"""`sanzhi risk rules`: check a decision table, and try it on past declarations."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from sanzhi.selectivity.rule import Rule

FILE = click.Path(path_type=Path, allow_dash=True)


@click.command()
@click.argument("file", type=FILE)
@click.option(
    "--on",
    "history",
    type=FILE,
    metavar="HISTORY",
    help="Past declarations with outcomes (CSV, Parquet) to try the table on.",
)
@click.option(
    "--columns",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A mapping (YAML, role: column) of other columns of HISTORY.",
)
@click.option("--json", "as_json", is_flag=True, help="JSONL: a finding or a rule a line.")
@click.option("--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True)
def rules(file: Path, history: Path | None, columns: Path | None, as_json: bool, lang: str) -> None:
    """Check the decision table FILE (CSV, XLSX, DMN), and try it on past declarations.

    Rules that contradict or cover each other, or that nothing can satisfy, are findings. With
    --on, each rule is tried as if it had applied all the time; the last line is all of them
    together.
    """
    from sanzhi.customs.risk.extra import part

    for module in ("numpy", "polars"):
        part(module)
    from sanzhi.customs.risk.rules.analysis import analyse
    from sanzhi.customs.risk.rules.files import read_table

    table = read_table(_bytes(file), str(file))
    findings = analyse(table.rules)
    tried = _tried(table.rules, history, columns, lang) if history else []
    for finding in findings:
        row = {"file": str(file), **finding.row(lang)}
        click.echo(
            json.dumps(row, ensure_ascii=False)
            if as_json
            else f"{row['path']}: {row['severity']}: {row['text']} [{row['code']}]"
        )
    for row in tried:
        said = str(row.pop("text"))
        click.echo(
            json.dumps(row, ensure_ascii=False)
            if as_json
            else f"{row['rule'] or ('全部' if lang == 'zh' else 'all together')}: {said}"
        )
    sys.exit(1 if findings else 0)


def _tried(
    table: "tuple[Rule, ...]", history: Path, columns: Path | None, lang: str
) -> list[dict[str, object]]:
    """A row a rule, then one of all together."""
    from sanzhi.customs.risk.columns import DEFAULT, read_mapping
    from sanzhi.customs.risk.reading import read
    from sanzhi.customs.risk.rules.facts import items_of
    from sanzhi.customs.risk.rules.trial import back_test
    from sanzhi.customs.risk.rules.words import words_of_tried

    mapping = read_mapping(columns) if columns else DEFAULT
    frame = items_of(read(_bytes(history), str(history), mapping, outcomes=True))
    trial = back_test(table, frame)
    rows: list[dict[str, object]] = [
        {**asdict(one), "text": words_of_tried(one, trial.declarations).in_language(lang)}
        for one in (*trial.rules, trial.together)
    ]
    rows[-1] |= {"of": trial.declarations, "lanes": trial.lanes}
    return rows


def _bytes(path: Path) -> bytes:
    return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
