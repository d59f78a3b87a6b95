"""`sanzhi law`: look the law up by name and day; make a pack from an official tariff."""

import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sanzhi.core.dates import parse_date

if TYPE_CHECKING:
    from sanzhi.law.pack import Pack

_CODE = re.compile(r"(?:tariff/)?(\d{8,13})")


class _Day(click.ParamType):  # type: ignore[type-arg] # generic in the stubs alone
    name = "DATE"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:  # noqa: ARG002 - click's signature
        try:
            return parse_date(str(value))
        except ValueError as error:
            raise click.UsageError(str(error)) from None


def _law(command: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--law", "folder", type=click.Path(path_type=Path), metavar="DIR",
        help="Law pack folder; default: the built-in pack.",
    )(command)  # fmt: skip


def _form(command: Callable[..., None]) -> Callable[..., None]:
    command = click.option(
        "--lang", type=click.Choice(["en", "zh"]), default="en", show_default=True
    )(command)
    return click.option("--json", "as_json", is_flag=True, help="One JSON document.")(command)


@click.group()
def law() -> None:
    """Dated law: what is in force on a day, since when, and under which act."""


@law.command()
@click.argument("name")
@click.option("--on", required=True, type=_Day(), help="The day asked about.")
@click.option("--known-on", type=_Day(), help="Only what was published by this day (parameters).")
@_law
@_form
def show(
    *, name: str, on: date, known_on: date | None, folder: Path | None, lang: str, as_json: bool
) -> None:
    """The value in force of NAME: a parameter (vat.standard), exchange_rate.USD, or a commodity
    code (3304990039)."""
    from sanzhi.law.documents import line_document, value_document

    pack = _load(folder)
    code = _CODE.fullmatch(name)
    if code and known_on:
        raise click.UsageError("--known-on asks about parameters; the tariff has one date only.")
    if code:
        document = line_document(pack.line(code[1], on), pack, on, lang)
        _write(document, _line_page(document), as_json)
    else:
        document = value_document(pack.value(name, on, known_on), pack, lang)
        _write(document, _value_page(document), as_json)


@law.command()
@click.argument("name")
@_law
@_form
def history(name: str, folder: Path | None, lang: str, as_json: bool) -> None:
    """Every version of NAME, earliest first."""
    from sanzhi.law.documents import line_document, value_document

    pack = _load(folder)
    code = _CODE.fullmatch(name)
    if code:
        lines = pack.line_history(code[1])
        if not lines:
            pack.line(code[1], date.max)
        documents = [line_document(line, pack, line.in_force, lang) for line in lines]
        pages = [_line_page(document) for document in documents]
    else:
        documents = [value_document(value, pack, lang) for value in pack.history(name)]
        pages = [_value_page(document) for document in documents]
    _write(documents, [line for page in pages for line in [*page, ""]][:-1], as_json)


@law.command()
@click.argument("earlier", type=_Day())
@click.argument("later", type=_Day())
@_law
@_form
def changes(*, earlier: date, later: date, folder: Path | None, lang: str, as_json: bool) -> None:
    """What is different in the law between two days."""
    _write_changes(_load(folder).changes(earlier, later), lang, as_json)


@law.command()
@click.option("--on", required=True, type=_Day(), help="The day asked from.")
@_law
@_form
def upcoming(*, on: date, folder: Path | None, lang: str, as_json: bool) -> None:
    """What is published on a day and comes into force after it."""
    _write_changes(_load(folder).upcoming(on), lang, as_json)


@law.command()
@click.argument("text")
@click.option("--on", required=True, type=_Day(), help="The day asked about.")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True)
@_law
@_form
def search(
    *, text: str, on: date, limit: int, folder: Path | None, lang: str, as_json: bool
) -> None:
    """Tariff lines by the beginning of the code or words of the name, English or Chinese."""
    lines = _load(folder).search_lines(text, on, limit)
    found = [{"code": line.code, "title": line.name.in_language(lang)} for line in lines]
    _write(found, [f"{row['code']}  {row['title']}" for row in found], as_json)


@law.command()
@_law
@_form
def acts(folder: Path | None, lang: str, as_json: bool) -> None:
    """The catalogue of legal acts."""
    from sanzhi.law.documents import act_document

    documents = [act_document(act, lang) for act in _load(folder).acts.values()]
    lines = [f"{row['key']:<34} {row['number']}  {row['title']}" for row in documents]
    _write(documents, lines, as_json)


@law.command("import-tariff")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--valid-from", required=True, type=_Day(), help="First day the table applies.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder to make; default: law-cn-<valid-from>.",
)
@click.option("--act", help="Key of the act the table rests on, from `sanzhi law acts`.")
@click.option("--force", is_flag=True, help="Replace a law pack that stands in DIR.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def import_tariff(
    *, file: Path, valid_from: date, out: Path | None, act: str | None, force: bool, as_json: bool
) -> None:
    """Make a law pack folder from the official tariff table FILE (CSV)."""
    from sanzhi.law import importing

    folder = out or Path(f"law-cn-{valid_from}")
    with _progress("Reading the tariff") as progress:
        made = importing.import_tariff(
            file, valid_from, folder, act=act, force=force, progress=progress
        )
    document = {
        "folder": str(made.folder),
        "pack": made.key,
        "digest": made.digest,
        "valid_from": valid_from.isoformat(),
        "lines": made.lines,
        "counts": dict(made.counts),
        "unchanged": made.unchanged,
    }
    counts = ", ".join(f"{name}: {count:,}" for name, count in made.counts.items())
    state = "already holds" if made.unchanged else "now holds"
    _write(
        document,
        [f"{made.folder} {state} {made.lines:,} lines in force from {valid_from} ({counts})."],
        as_json,
    )


@contextmanager
def _progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar where someone looks at stderr; else nothing."""
    if not sys.stderr.isatty():
        yield lambda _done, _of: None
        return
    with click.progressbar(length=1, label=label, file=sys.stderr) as bar:

        def advance(done: int, of: int) -> None:
            bar.length = max(of, 1)
            bar.update(done - bar.pos)

        yield advance


def _load(folder: Path | None) -> "Pack":
    from sanzhi.law.pack import load

    return load(folder)


def _write(document: object, lines: list[str], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        for line in lines:
            click.echo(line)


def _write_changes(found: list[Any], lang: str, as_json: bool) -> None:
    from sanzhi.law.documents import change_document

    documents = [change_document(change, lang) for change in found]
    lines = [
        f"{row['on']}  {row['subject']}: {row['before'] or '(none)'} → "
        f"{row['after'] or '(none)'}  [{row['citation']}]"
        for row in documents
    ]
    _write(documents, lines, as_json)


def _value_page(row: dict[str, Any]) -> list[str]:
    lines = [
        f"{row['name']} = {row['value']} {row['unit']}".rstrip(),
        f"  in force {_span(row)}, published {row['published']}",
        f"  {row['citation']}: {row['act']}",
    ]
    return [*lines, f"  {row['note']}"] if row["note"] else lines


def _line_page(row: dict[str, Any]) -> list[str]:
    lines = [
        f"{row['code']}  {row['title']}",
        f"  in force {_span(row)}; unit {row['unit']}"
        + (f", {row['second_unit']}" if row["second_unit"] else ""),
    ]
    lines += [
        f"  {kind:<18} {rate['words']:<12} {_span(rate)}  [{rate['citation']}]"
        for kind, rate in row["rates"].items()
    ]
    rule = row.get("consumption_rule")
    if rule:
        words = rule["rate"]
        if rule["rate_from"]:
            words += f"; {rule['rate_from']} from {rule['threshold']} per {rule['threshold_unit']}"
        lines.append(f"  {'consumption rule':<18} {words}  [{rule['citation']}]")
    lines += [f"  {c['letter']}  {c['name']} ({c['kind']})" for c in row["conditions"]]
    if row["elements"]:
        lines.append(f"  declare: {'; '.join(row['elements'])}")
    return lines


def _span(row: dict[str, Any]) -> str:
    return f"{row['in_force']} to {row['until'] or '(open)'}"
