"""Every sentence the site's code and templates ask to be translated."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

SITE = Path(__file__).parents[2] / "src" / "sanzhi" / "site"
_CALL = re.compile(
    r"\bn?p?gettext(?:_lazy|_noop)?\(\s*(u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"))"
    r"(?:\s*,\s*(u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")))?"
)
_NAMES = {"_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy"}


def used() -> set[str]:
    """The msgids of all templates and modules of the site."""
    found: set[str] = set()
    for path in SITE.rglob("*.html"):
        for one, more in _CALL.findall(templatize(path.read_text(encoding="utf-8"))):
            found.add(ast.literal_eval(one))
            if more:
                found.add(ast.literal_eval(more))
    for path in SITE.rglob("*.py"):
        found.update(_of_module(ast.parse(path.read_text(encoding="utf-8"))))
    return found


def _of_module(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in _NAMES
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            yield str(node.args[0].value)
            if node.func.id.startswith("ngettext") and isinstance(node.args[1], ast.Constant):
                yield str(node.args[1].value)
