"""`sanzhi risk`: learn from past declarations, score new ones, measure the ranking."""

import json
import sys
from hashlib import sha256
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sanzhi.customs.risk.rules.commands import rules

if TYPE_CHECKING:
    import polars as pl

    from sanzhi.customs.risk.model import Model

FILE = click.Path(path_type=Path, allow_dash=True)
MODEL = click.option(
    "--model",
    "folder",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR",
    help="The model folder.",
)
COLUMNS = click.option(
    "--columns",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A mapping (YAML, role: column) of other columns.",
)


@click.group()
def risk() -> None:
    """Learning risk: which declarations to look at, and why."""


risk.add_command(rules)


@risk.command()
@click.argument("data", type=FILE)
@MODEL
@COLUMNS
@click.option("--seed", type=int, default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def train(data: Path, folder: Path, columns: Path | None, seed: int, as_json: bool) -> None:
    """Learn from past declarations with outcomes in DATA (CSV, Parquet; - for standard input).

    DIR is made, or an older model in it replaced.
    """
    _ready()
    from sanzhi.customs.risk.columns import DEFAULT, read_mapping
    from sanzhi.customs.risk.folder import may_stand, read_manifest, save
    from sanzhi.customs.risk.reading import read
    from sanzhi.customs.risk.training import steps
    from sanzhi.customs.risk.training import train as learn

    may_stand(folder)
    mapping = read_mapping(columns) if columns else DEFAULT
    raw = _bytes(data)
    frame = read(raw, str(data), mapping, outcomes=True)
    with click.progressbar(
        length=steps(), label="Learning", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:
        model = learn(frame, mapping=mapping, seed=seed, progress=lambda: bar.update(1))
    save(model, folder, data_hash=f"sha256:{sha256(raw).hexdigest()}")
    manifest = read_manifest(folder)
    if as_json:
        click.echo(json.dumps(_plain(manifest), ensure_ascii=False, indent=2))
        return
    training = manifest["training"]
    click.echo(
        f"{training['rows']} declarations, {training['finds']} finds, "
        f"{training['first_day']} to {training['last_day']}: {training['chosen']}"
    )


@risk.command()
@click.argument("data", type=FILE)
@MODEL
@COLUMNS
@click.option("--json", "as_json", is_flag=True, help="JSONL: one object a declaration.")
def score(data: Path, folder: Path, columns: Path | None, as_json: bool) -> None:
    """Score the declarations in DATA, in their order; outcomes in it are not looked at."""
    _ready()
    from sanzhi.customs.risk.scoring import rows

    model, frame = _opened(data, folder, columns, outcomes=False)
    for row in rows(model, frame):
        if as_json:
            click.echo(json.dumps(_plain(row), ensure_ascii=False))
        else:
            why = "; ".join(reason["en"] for reason in row["reasons"])
            click.echo(f"{row['row']:>7}  {row['score']:.3f}  {row['lane']:<6}  {why}")


@risk.command()
@click.option("--rows", type=click.IntRange(100, 1_000_000), default=10_000, show_default=True)
@click.option("--days", type=click.IntRange(2, 3650), default=365, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def invent(rows: int, days: int, seed: int) -> None:
    """Write an invented trade with planted schemes of fraud (CSV), to try the others on."""
    _ready()
    from sanzhi.customs.risk.planted import plant

    click.echo(plant(rows, seed=seed, days=days).write_csv(), nl=False)


@risk.command()
@click.argument("data", type=FILE)
@MODEL
@COLUMNS
@click.option(
    "--at",
    "at_text",
    default="1,2,5,10",
    show_default=True,
    metavar="PERCENTS",
    help="Shares of the declarations looked at, in per cent.",
)
@click.option("--seed", type=int, default=20, show_default=True, help="Of the bootstrap.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def evaluate(
    data: Path, folder: Path, columns: Path | None, at_text: str, seed: int, as_json: bool
) -> None:
    """Measure the ranking on declarations with outcomes: all goods and novel goods."""
    percents = _percents(at_text)
    _ready()
    from sanzhi.customs.risk.evaluating import evaluate as measure

    model, frame = _opened(data, folder, columns, outcomes=True)
    document = _plain(measure(model, frame, percents, seed=seed))
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    for line in _page(document):
        click.echo(line)


@risk.command()
@click.argument("data", type=FILE)
@COLUMNS
@click.option(
    "--budget",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.10,
    show_default=True,
    help="Share of each week's declarations inspected.",
)
@click.option(
    "--explore",
    type=click.FloatRange(0, 1),
    default=0.10,
    show_default=True,
    help="Share of the budget drawn at random.",
)
@click.option("--seeds", type=click.IntRange(1, 1000), default=10, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def simulate(
    data: Path, columns: Path | None, budget: float, explore: float, seeds: int, as_json: bool
) -> None:
    """Play DATA week by week, where only what is inspected is ever known."""
    _ready()
    from sanzhi.customs.risk.columns import DEFAULT, read_mapping
    from sanzhi.customs.risk.reading import read
    from sanzhi.customs.risk.simulating import simulate as play
    from sanzhi.customs.risk.simulating import ways

    mapping = read_mapping(columns) if columns else DEFAULT
    frame = read(_bytes(data), str(data), mapping, outcomes=True)
    with click.progressbar(
        length=seeds * len(ways(explore)),
        label="Weeks of selection",
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    ) as bar:
        document = _plain(
            play(frame, budget=budget, explore=explore, seeds=seeds, progress=lambda: bar.update(1))
        )
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    click.echo(f"{document['weeks']} weeks, base rate {document['base_rate']:.3f}")
    for name, way in document["ways"].items():
        click.echo(
            f"{name:<38} hit rate {way['hit_rate']:.3f} ± {way['hit_rate_sd']:.3f}  "
            f"revenue {way['revenue']:.3f}"
        )


def _ready() -> None:
    from sanzhi.customs.risk.extra import require

    require()


def _opened(
    data: Path, folder: Path, columns: Path | None, *, outcomes: bool
) -> "tuple[Model, pl.DataFrame]":
    from sanzhi.customs.risk.columns import read_mapping
    from sanzhi.customs.risk.folder import load
    from sanzhi.customs.risk.reading import read

    model = load(folder)
    mapping = read_mapping(columns) if columns else model.mapping
    return model, read(_bytes(data), str(data), mapping, outcomes=outcomes)


def _bytes(path: Path) -> bytes:
    return sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()


def _percents(text: str) -> tuple[float, ...]:
    try:
        percents = tuple(float(part) for part in text.split(","))
    except ValueError:
        raise click.UsageError(f"--at {text}: numbers with commas between, such as 1,2,5") from None
    if not all(0 < percent <= 100 for percent in percents):
        raise click.UsageError(f"--at {text}: each from above 0 to 100")
    return percents


def _plain(value: Any) -> Any:
    """NaN as null: JSON has none."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return None if isinstance(value, float) and isnan(value) else value


def _page(document: dict[str, Any]) -> list[str]:
    """The figures as lines a person reads."""

    def shown(value: float | None) -> str:
        return "–" if value is None else f"{value:.3f}"

    lines = [f"warning: {row['text']}" for row in document["findings"]]
    for name in ("all", "novel", "seen"):
        part = document[name]
        low, high = part["auc_interval"]
        lines.append(
            f"{name:<6} {part['rows']:>7} rows {part['finds']:>6} finds  "
            f"AUC {shown(part['auc'])} [{shown(low)}, {shown(high)}]  "
            f"ECE {shown(part['ece'])}  NDCG {shown(part['ndcg'])}"
        )
        for percent, at in part["at"].items():
            low, high = at["precision_interval"]
            lines.append(
                f"    {percent:>4} %  precision {shown(at['precision'])} "
                f"[{shown(low)}, {shown(high)}]  recall {shown(at['recall'])}  "
                f"revenue {shown(at['revenue'])}"
            )
    lines.append("share of the duty at stake caught, by ranking")
    for name, ranking in document["rankings"]["all"].items():
        lines.append(
            f"    {name:<18}"
            + "".join(f"  {percent} % {shown(at['revenue'])}" for percent, at in ranking.items())
        )
    lines += [
        f"{name:<20} {part['finds']:>6} finds, caught"
        + "".join(f"  {percent} % {shown(recall)}" for percent, recall in part["recall"].items())
        for name, part in document["by_scheme"].items()
    ]
    return lines
