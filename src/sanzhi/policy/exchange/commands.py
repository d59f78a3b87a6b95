"""`sanzhi policy export` and `import-qdpx`: REFI-QDA out and in."""

import json
import os
import shutil
from pathlib import Path

import click

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("export")
@click.argument("study", type=FILE)
@click.option(
    "--format",
    "form",
    type=click.Choice(["qdpx", "qdc"]),
    required=True,
    help="The whole project, or the codebook alone.",
)
@click.option("--out", type=FILE, required=True, help="The file to write.")
def export(study: Path, form: str, out: Path) -> None:
    """Write STUDY for other tools of qualitative analysis (REFI-QDA)."""
    from sanzhi.policy.coding.opening import open_study
    from sanzhi.policy.exchange.project import write_codebook, write_project

    found, policies, codings = open_study(study)
    data = write_codebook(found) if form == "qdc" else write_project(found, policies, codings)
    fresh = out.with_name(f".{out.name}.{os.getpid()}")
    fresh.write_bytes(data)
    fresh.replace(out)
    click.echo(f"{len(policies)} texts, {len(codings)} codings written to {out}", err=True)


@click.command("import-qdpx")
@click.argument("file", type=FILE)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="A folder that is not there yet.",
)
def import_qdpx(file: Path, out: Path) -> None:
    """Read the REFI-QDA project FILE into a study folder: study.yaml, policies.jsonl,
    codings.csv."""
    import yaml

    from sanzhi.policy.coding.codings import write_codings
    from sanzhi.policy.exchange.reading import read_project

    if out.exists():
        raise click.UsageError(f"{out} is there already; name a new folder")
    project = read_project(file.read_bytes())
    fresh = out.parent / f".{out.name}.{os.getpid()}"
    fresh.mkdir(parents=True)
    try:
        lines = [
            json.dumps(policy.model_dump(mode="json", exclude_none=True), ensure_ascii=False)
            for policy in project.policies.values()
        ]
        (fresh / "policies.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
        (fresh / "codings.csv").write_text(write_codings(project.codings), "utf-8", newline="")
        if project.study:
            fields = project.study.model_dump(mode="json") | {
                "corpus": ["policies.jsonl"],
                "codings": ["codings.csv"],
            }
            (fresh / "study.yaml").write_text(
                yaml.safe_dump(fields, allow_unicode=True, sort_keys=False), "utf-8"
            )
        fresh.rename(out)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    click.echo(
        f"{len(project.policies)} texts, {len(project.codings)} codings written to {out}"
        + ("" if project.study else "; another tool's project: write its study.yaml"),
        err=True,
    )
