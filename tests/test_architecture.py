"""The two floors hold: the import contracts pass as they are and fail where a leak is planted."""

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"PYTHONPATH": str(folder / "src")}
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command as run; run()",
            "--no-cache",
        ],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(
        ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
    )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "leak"),
    [
        ("core/dates.py", "import django.utils.timezone"),
        ("selectivity/rule.py", "from sanzhi.law import Pack"),
        ("law/pack.py", "from sanzhi.declarations import Declaration"),
        ("events/event.py", "import sanzhi.law"),
        ("customs/duty/taxes.py", "from sanzhi.site.accounts.models import User"),
        ("site/shell/areas.py", "from sanzhi.site.clearance.models import Case"),
        ("site/clearance/lookup.py", "from sanzhi.site.risk.models import Setting"),
        ("site/policy/texts.py", "from sanzhi.site.clearance.models import Case"),
        ("site/accounts/access.py", "from sanzhi.site.events.models import EventRecord"),
    ],
)
def test_a_planted_leak_is_found(copy: Path, file: str, leak: str) -> None:
    path = copy / "src" / "sanzhi" / file
    path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{leak}\n", encoding="utf-8")
    done = lint_imports(copy)
    assert done.returncode != 0
    assert "BROKEN" in done.stdout


def test_the_command_line_starts_without_the_heavy_parts() -> None:
    heavy = ("django", "polars", "lxml", "yaml", "cryptography", "granian")
    code = (
        "import sys, sanzhi.cli\n"
        "try: sanzhi.cli.sanzhi.main(['--help'], standalone_mode=False)\n"
        "finally: print([name for name in sys.argv[1:] if name in sys.modules],"
        " file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, *heavy], capture_output=True, text=True, timeout=60, check=True
    )
    assert "Commands" in done.stdout
    assert ast.literal_eval(done.stderr) == []


def test_the_site_starts_without_the_parts_of_analysis(tmp_path: Path) -> None:
    """What `sanzhi run` loads where the demonstration stands: the commands and every address."""
    heavy = ("numpy", "polars", "lightgbm", "scipy", "sklearn")
    env = os.environ | {"SANZHI_HOME": str(tmp_path)}
    env.pop("DATABASE_URL", None)

    def python(code: str) -> str:
        return subprocess.run(
            [sys.executable, "-c", code, *heavy],
            env=env,
            capture_output=True,
            text=True,
            timeout=200,
            check=True,
        ).stderr

    commands = (
        "from sanzhi.cli import sanzhi\n"
        "for words in (['migrate'], ['demo', '--consignments', '20']):\n"
        "    sanzhi.main(words, standalone_mode=False)\n"
    )
    python(commands)
    said = python(
        f"{commands}"
        "import sys, granian, sanzhi.site.worker\n"
        "from django.urls import reverse\n"
        "reverse('home')\n"
        "print([name for name in sys.argv[1:] if name in sys.modules], file=sys.stderr)"
    )
    assert ast.literal_eval(said.splitlines()[-1]) == []


def test_a_line_of_a_template_can_be_read() -> None:
    wide = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sorted((ROOT / "src").rglob("*.html"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if len(line) > 120
    ]
    assert wide == []


def test_what_is_let_pass_says_why() -> None:
    directive = re.compile(r"# (?:ruff: )?(?:noqa|type: ignore)(?:: ?[A-Z0-9, ]+|\[[a-z, -]+\])?")
    silent = []
    for path in sorted((ROOT / "src").rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            after = directive.split(line)
            if len(after) > 1 and not re.search(r"[a-z]{2}", after[-1]):
                silent.append(f"{path.relative_to(ROOT)}:{number}")
    assert silent == []


def test_the_developers_guide_names_every_hook() -> None:
    hooks = ast.parse((ROOT / "src/sanzhi/site/hooks.py").read_text("utf-8"))
    app = next(one for one in hooks.body if isinstance(one, ast.ClassDef) and one.name == "SiteApp")
    names = {
        one.target.id
        for one in app.body
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    }
    guide = (ROOT / "docs/guide/developer.md").read_text("utf-8")
    table = re.findall(r"^\| (`.*?) \|", guide, re.MULTILINE)
    assert {name for row in table for name in re.findall(r"`([a-z_]+)`", row)} >= names
    assert names
