"""Write the reference tables that follow from the code: events, checks and the command line.

python tools/reference_tables.py            write docs/reference/{events,checks,cli}.md
python tools/reference_tables.py --check    say which of them are out of date (exit status 1)
"""
# ruff: noqa: INP001 - scripts are run by path

import ast
import re
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import click

import sanzhi.administration.accounts
import sanzhi.administration.authorities
import sanzhi.administration.grants
import sanzhi.border.clearance.events
import sanzhi.customs.risk.events
import sanzhi.policy.coding.events
from sanzhi.cli import ROOMS, sanzhi
from sanzhi.declarations.checks.running import CHECKS
from sanzhi.events import VOCABULARY

ROOT = Path(__file__).resolve().parents[1]
#: How codes of findings are written.
CODE = re.compile(r"[a-z_]+(\.[a-z_]+)+")
REFERENCE = ROOT / "docs" / "reference"

EVENTS = """# Events

Whatever happens to a consignment, or to roles, rules, models and the studies of the policy
laboratory, is an event, written in the same transaction as the state it reports: case, number
within the case, kind, actor, time, the citations of the law applied, and a payload. The kinds
below are all there are; nothing else is logged. Amounts are in yuan and, like days, are text.
A payload holds codes of closed lists, numbers, keys and hashes; a sentence stands there only where
a person typed it. What a key is called (a code of a codebook, a rule's condition `code=87*`, a
model's reason `finds_importer=63`) each app says in both languages when the event is read. Of a
document that is stored an event names the SHA-256, of the rest the value, so that the events of a
study, text, sheet, setting or model say what is stored of it.
[The event log](log.md) says how events are kept, proved whole and verified.

| kind | verb | 动词 | payload | in words | 中文 |
| --- | --- | --- | --- | --- | --- |
"""

CHECKS_HEAD = """# Checks and findings

A finding says what is wrong, where, why (the citation), and how to mend it. An error returns the
declaration; a warning can choose a stricter lane; information decides nothing.

## Checks of a declaration

| code | severity | text | 中文 | how to mend | citation |
| --- | --- | --- | --- | --- | --- |
"""

FINDINGS_HEAD = """
## Findings of assessment and clearance

What reading, assessment and clearance say beside the checks. Names in braces stand for what is
put in. Besides, a field of the wrong shape (no number, too long, not a date) is named by a finding
whose code starts with `declaration.`, and a place where a message breaks its format by one whose
code starts with `schema.`.

| code | text | 中文 | said by |
| --- | --- | --- | --- |
"""

CLI = """# Command line

`sanzhi` reads files or standard input and writes to standard output; progress goes to standard
error. With `--json` there is nothing but JSON on standard output. Exit status: 0 done; 1 the input
was read and found wanting (the findings are in the output); 2 the input or the arguments cannot be
used (one line on standard error, nothing half-written).

"""


class Said(NamedTuple):
    """A finding written in the code: its code, its text in both languages, and the module."""

    code: str
    en: str
    zh: str
    module: str


def main() -> int:
    pages = {"events.md": events(), "checks.md": checks(), "cli.md": command_line()}
    stale = [
        name
        for name, text in pages.items()
        if not (REFERENCE / name).exists() or (REFERENCE / name).read_text(encoding="utf-8") != text
    ]
    if "--check" in sys.argv[1:]:
        for name in stale:
            click.echo(
                f"docs/reference/{name} is out of date: python tools/reference_tables.py", err=True
            )
        return 1 if stale else 0
    for name in stale:
        (REFERENCE / name).write_text(pages[name], encoding="utf-8")
        click.echo(f"docs/reference/{name} written", err=True)
    return 0


def events() -> str:
    rows = [
        (
            f"`{kind.name}`",
            kind.verb.en,
            kind.verb.zh,
            ", ".join(f"`{field}`" for field in kind.payload.model_fields),
            kind.words.en,
            kind.words.zh,
        )
        for kind in VOCABULARY
    ]
    return EVENTS + _rows(rows)


def checks() -> str:
    rows = [
        (
            f"`{check.code}`",
            check.severity.value,
            check.text.en,
            check.text.zh,
            check.mend.en,
            check.citation or "as the text says",
        )
        for check in CHECKS
    ]
    known = {check.code for check in CHECKS}
    said: dict[str, Said] = {}
    for one in _said():
        if one.code not in known:
            said.setdefault(one.code, one)
    found = [(f"`{one.code}`", one.en, one.zh, one.module) for _, one in sorted(said.items())]
    return CHECKS_HEAD + _rows(rows) + FINDINGS_HEAD + _rows(found)


def command_line() -> str:
    text = CLI
    context = click.Context(sanzhi, info_name="sanzhi")
    for name in ROOMS:
        command = sanzhi.get_command(context, name)
        if command is not None:
            text += "".join(_command(command, click.Context(command, context, name)))
    return text.rstrip("\n") + "\n"


def _command(command: click.Command, context: click.Context) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None:
                yield from _command(inner, click.Context(inner, context, name))
        return
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"## `{context.command_path} {usage}`\n\n{_paragraph(command.help or '')}\n\n"
    options = [parameter for parameter in command.params if isinstance(parameter, click.Option)]
    if options:
        yield "| option | meaning |\n| --- | --- |\n"
        yield (
            _rows(
                [
                    (
                        f"`{'`, `'.join((*option.opts, *option.secondary_opts))}`",
                        _meaning(option, context),
                    )
                    for option in options
                ]
            )
            + "\n"
        )


def _meaning(option: click.Option, context: click.Context) -> str:
    record = option.get_help_record(context)
    if record is None:
        return ""
    given = "" if option.is_flag else record[0].split(" ", 1)[-1].strip()
    return ". ".join(
        part
        for part in (
            f"`{given}`" if given.strip("-") and not given.startswith("--") else "",
            record[1],
        )
        if part
    )


def _said() -> Iterator[Said]:
    """Calls with a literal code first and a text in both languages after it."""
    for path in sorted((ROOT / "src" / "sanzhi").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT / "src").with_suffix("").parts[1:])
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from _of_call(node, module)


def _of_call(node: ast.Call, module: str) -> Iterator[Said]:
    arguments = [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg != "mend")]
    texts = [text for argument in arguments[1:] for text in _texts(argument)]
    if not arguments:
        return
    for en, zh in pairwise(texts):
        if _is_chinese(zh) and not _is_chinese(en):
            for code in _codes(arguments[0]):
                yield Said(code, en, zh, module)
            return


def _codes(node: ast.expr) -> Iterator[str]:
    """The codes an expression can be: one, or one of two."""
    if (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and CODE.fullmatch(node.value)
    ):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _codes(node.body)
        yield from _codes(node.orelse)


def _texts(node: ast.expr) -> Iterator[str]:
    """Sentences in an argument: a text with a space or Chinese in it, or both of a `Text`."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Text":
        for argument in node.args:
            yield from _texts(argument)
    elif isinstance(node, (ast.Constant, ast.JoinedStr, ast.BinOp)):
        text = _written(node)
        if " " in text or _is_chinese(text):
            yield text


def _is_chinese(text: str) -> bool:
    return any("\u2e80" < sign < "\uffef" for sign in text)


def _written(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(_written(part) for part in parts)
        case ast.FormattedValue(value=value):
            return f"{{{ast.unparse(value).split('.')[-1].split('(')[0].split(' ')[0]}}}"
        case _:
            return ""


def _rows(rows: list[tuple[str, ...]]) -> str:
    return "".join(f"| {' | '.join(_cell(cell) for cell in row)} |\n" for row in rows)


def _cell(text: str) -> str:
    return _paragraph(text).replace("|", "\\|")


def _paragraph(text: str) -> str:
    return " ".join(text.split())


if __name__ == "__main__":
    sys.exit(main())
