"""`sanzhi policy`: measure a body of policy from a study file."""

import csv
import dataclasses
import io
import json
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sanzhi.policy.exchange.commands import export, import_qdpx

if TYPE_CHECKING:
    from sanzhi.policy.coding.record import Coding
    from sanzhi.policy.coding.study import Study
    from sanzhi.policy.corpus import Policy

FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def policy() -> None:
    """The policy laboratory: measure a body of policy."""


policy.add_command(export)
policy.add_command(import_qdpx)


@policy.command()
@click.argument("study", type=FILE)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Write the tables here, as CSV.")
@click.option("--json", "as_json", is_flag=True, help="The yearly table as JSON on stdout.")
def measure(study: Path, out: Path | None, as_json: bool) -> None:
    """Yearly effectiveness and synergies of STUDY."""
    from sanzhi.policy.measurement import annual  # noqa: PLC0415
    from sanzhi.policy.measurement.building import build  # noqa: PLC0415

    body = build(*_open(study))
    yearly = annual.annual(body)
    if out:
        tables: dict[str, Sequence[Any]] = {
            "annual": yearly, "measure_synergy": annual.measure_synergy(body),
            "objective_synergy": annual.objective_synergy(body),
            "measure_objective_synergy": annual.measure_objective_synergy(body)}
        _write_tables(out, tables)
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(row) for row in yearly], ensure_ascii=False,
                              indent=2))
    elif not out:
        for row in yearly:
            if row.category == "all":
                average = "–" if row.average_effectiveness is None else (
                    f"{row.average_effectiveness:.2f}")
                click.echo(f"{row.year}  {row.policies:>5} policies  total "
                           f"{row.total_effectiveness:>10.2f}  average {average:>8}")


@policy.command()
@click.argument("study", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def agreement(study: Path, as_json: bool) -> None:
    """How far the coders of STUDY agree, over all units and over coded ones, by code."""
    from sanzhi.policy.coding.agreeing import agreement_of  # noqa: PLC0415

    found, _policies, codings = _open(study)
    rows = agreement_of(found, codings)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        figures = "  ".join(f"{name} {'–' if row[name] is None else format(row[name], '.3f')}"
                            for name in ("percent", "kappa_quadratic", "alpha_ordinal", "ac2"))
        click.echo(f"{row['of']:<28} {row['over']:<6} {row['units']:>6} units  {figures}")


@policy.command()
@click.argument("model", type=click.Choice(["coupling", "pmc", "tot", "portfolio", "oxcgrt",
                                            "rile"]))
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on stdout.")
def index(model: str, file: Path, as_json: bool) -> None:
    """A policy index over the plain CSV in FILE (- for standard input)."""
    from sanzhi.policy.measurement.indices import INDICES, read_table  # noqa: PLC0415

    data = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    rows = INDICES[model](read_table(data, str(file)))
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        value = row[model]
        click.echo(f"{row['policy']:<24} {'–' if value is None else format(value, '.4f')}")


def _open(path: Path) -> "tuple[Study, dict[str, Policy], list[Coding]]":
    """A study with the policies it includes and its codings of them."""
    from sanzhi.policy.coding.codings import read_codings  # noqa: PLC0415
    from sanzhi.policy.coding.study import load_study  # noqa: PLC0415
    from sanzhi.policy.corpus.reading import read_corpus  # noqa: PLC0415
    from sanzhi.policy.corpus.selecting import included  # noqa: PLC0415

    study = load_study(path)
    corpus = read_corpus([path.parent / one for one in study.corpus])
    policies = included(study, corpus)
    codings = [coding for one in study.codings
               for coding in read_codings(path.parent / one, study, corpus)
               if coding.policy in policies]
    return study, policies, codings


def _write_tables(folder: Path, tables: dict[str, Sequence[Any]]) -> None:
    """Write every table, or none: into a folder beside, then renamed file by file."""
    fresh = folder.parent / f".{folder.name}.{os.getpid()}"
    fresh.mkdir(parents=True)
    try:
        for name, rows in tables.items():
            (fresh / f"{name}.csv").write_text(_csv(rows), encoding="utf-8")
        folder.mkdir(parents=True, exist_ok=True)
        for path in fresh.iterdir():
            path.replace(folder / path.name)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _csv(rows: Sequence[Any]) -> str:
    out = io.StringIO()
    if rows:
        names = [field.name for field in dataclasses.fields(rows[0])]
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(names)
        writer.writerows([_cell(getattr(row, name)) for name in names] for row in rows)
    return out.getvalue()


def _cell(value: Any) -> Any:
    """Numbers without a needless .0, undefined averages as an empty cell."""
    if value is None:
        return ""
    if isinstance(value, float):
        return format(value, ".10g")
    return value
