"""What the documents claim: commands answer, files and links exist, nothing is left out."""

import re
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import click
import pytest

from sanzhi.border.clearance.lanes import Lane
from sanzhi.border.clearance.states import State
from sanzhi.cli import ROOMS
from sanzhi.cli import sanzhi as command_line
from sanzhi.declarations.checks.running import CHECKS
from sanzhi.events import VOCABULARY

for _part in (
    "sanzhi.administration.grants",
    "sanzhi.border.clearance.events",
    "sanzhi.customs.risk.events",
    "sanzhi.policy.coding.events",
):
    import_module(_part)  # declares its part of the vocabulary

ROOT = Path(__file__).parents[1]
SANZHI = Path(sys.executable).with_name("sanzhi")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    """The fenced blocks of a page, by the word after the fence."""
    found = re.findall(r"^```(\w*)\n(.*?)^```", text(name), re.MULTILINE | re.DOTALL)
    return [body for kind, body in found if kind == language]


def commands() -> list[str]:
    """The commands that the README shows, those that change or serve something left out."""
    lines = [line for block in blocks("README.md", "") for line in block.splitlines()]
    return [line for line in lines if line.startswith("sanzhi ") and "import-tariff" not in line]


def test_the_first_ten_lines_say_what_it_is_and_the_two_commands():
    head = "\n".join(text("README.md").splitlines()[:10])
    assert "open customs platform" in head
    assert "make run" in head
    assert "make test" in head
    makefile = text("Makefile")
    assert re.search(r"^run:", makefile, re.MULTILINE)
    assert re.search(r"^test:", makefile, re.MULTILINE)


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_readme_does_what_it_says(command):
    done = subprocess.run(
        [SANZHI, *shlex.split(command)[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout or "check" in command


@pytest.mark.parametrize("page", ["README.md", "docs/guide/supervisor-and-analyst.md"])
def test_the_library_examples_run(page):
    [example] = blocks(page, "python")
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_images_lead_somewhere(page):
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (page.parent / target).exists(), target


def test_images_are_small_and_shown():
    shown = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    for image in (ROOT / "docs" / "images").glob("*"):
        assert image.stat().st_size < 200_000, image.name
        assert f"images/{image.name}" in shown, image.name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_files_named_in_the_documents_exist(page):
    content = page.read_text(encoding="utf-8")
    for path in re.findall(r"`((?:docs|src|tools|tests|benchmarks)/[\w./-]+)`", content):
        assert (ROOT / path).exists(), path


def test_every_kind_of_event_is_listed_with_its_payload():
    rows = {
        row.split("`")[1]: row
        for row in text("docs/reference/events.md").splitlines()
        if row.startswith("| `")
    }
    assert set(rows) == {kind.name for kind in VOCABULARY}
    for kind in VOCABULARY:
        fields = rows[kind.name].split(" | ")[3]
        assert re.findall(r"`(\w+)`", fields) == list(kind.payload.model_fields)


def test_everything_that_verification_names_is_listed():
    source = "".join(
        text(f"src/sanzhi/{path}.py") for path in ("events/faults", "site/events/keys")
    )
    codes = set(re.findall(r'"(events\.[a-z_]+)"', source))
    assert codes == set(re.findall(r"`(events\.[a-z_]+)`", text("docs/reference/log.md")))


def test_every_check_is_listed_with_its_text():
    content = " ".join(text("docs/reference/checks.md").split())
    for check in CHECKS:
        assert f"| `{check.code}` | {check.severity.value} |" in content
        assert check.text.zh in content


def test_every_finding_of_duty_is_listed():
    source = "".join(
        path.read_text(encoding="utf-8") for path in (ROOT / "src/sanzhi/customs/duty").glob("*.py")
    )
    codes = set(re.findall(r'found\(\s*"([a-z_]+\.[a-z_]+)"', source))
    assert len(codes) > 5
    listed = text("docs/reference/checks.md")
    assert [code for code in codes if f"`{code}`" not in listed] == []


def leaves(command: click.Command, name: str) -> list[tuple[str, click.Command]]:
    if not isinstance(command, click.Group):
        return [(name, command)]
    context = click.Context(command)
    return [
        leaf
        for one in command.list_commands(context)
        if (inner := command.get_command(context, one)) is not None
        for leaf in leaves(inner, f"{name} {one}")
    ]


@pytest.mark.parametrize("room", ROOMS)
def test_every_command_and_option_is_listed(room):
    found = command_line.get_command(click.Context(command_line), room)
    assert found is not None
    sections = {
        part.split("`")[1]: part for part in text("docs/reference/cli.md").split("\n## ")[1:]
    }
    for name, command in leaves(found, f"sanzhi {room}"):
        [section] = [
            part
            for title, part in sections.items()
            if title == name or title.startswith(f"{name} ")
        ]
        for option in command.params:
            if isinstance(option, click.Option):
                assert all(f"`{written}`" in section for written in option.opts), option.name


def test_the_tables_are_those_that_the_code_gives():
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "reference_tables.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_glossary_has_every_state_and_lane():
    glossary = text("docs/reference/glossary.md").lower()
    states = {
        "completion_due": "two-step",
        "settlement": "payment",
        "awaiting_arrival": "advance declaration",
    }
    for state in State:
        assert states.get(state.value, state.value.replace("_", " ").removesuffix("d")) in glossary
    assert all(lane.value in glossary for lane in Lane)


def test_decisions_are_numbered_and_indexed():
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs/decisions").glob("0*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
    index = text("docs/decisions/README.md")
    for path in (ROOT / "docs/decisions").glob("0*.md"):
        assert f"({path.name})" in index
        title = path.read_text(encoding="utf-8").splitlines()[0].split(". ", 1)[1]
        assert f"| {title} |" in index


def test_the_licence_is_the_whole_text():
    licence = text("LICENSE")
    assert "Apache License" in licence
    assert "Version 2.0, January 2004" in licence
    assert "END OF TERMS AND CONDITIONS" in licence
