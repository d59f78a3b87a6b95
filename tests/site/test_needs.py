"""What procedures ask of a law pack by name is declared, and no site starts without it."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest

import sanzhi
from sanzhi import law
from sanzhi.core.findings import Unusable
from sanzhi.law.dated import Versions
from sanzhi.law.needs import Need, lacks
from sanzhi.law.pack import Pack
from sanzhi.site.hooks import site_apps
from sanzhi.site.law import catalogue

SOURCE = Path(sanzhi.__file__).parent
INVENTED = Path(__file__).parents[1] / "invented" / "pack"
DAY = date(2026, 6, 1)
PACK = law.load()
NEEDS = [need for app in site_apps() for need in app.needs]
NAMES = {(need.kind, need.name) for need in NEEDS}
PARAMETERS = [need for need in NEEDS if need.kind == "parameter"]
#: Methods of a pack that take the name of something, and what kind it is of.
ASKING = {
    "value": "parameter",
    "number": "parameter",
    "history": "parameter",
    "code_list": "code_list",
}
#: Where a reader names what is shown: nothing of it is asked by the platform.
SHOWN = {
    "site/law/pages.py",
    "site/law/searching.py",
    "site/law/catalogue.py",
    "site/api/lookups.py",
}
#: Where a field of the declaration names the list of its codes.
BY_FIELD = {"declarations/checks/codes.py", "site/clearance/form_fields.py"}


def without(pack: Pack, need: Need) -> Pack:
    """The pack, but for one thing."""
    held = {"parameter": "parameters", "code_list": "codes", "act": "acts"}[need.kind]
    rest = {name: one for name, one in getattr(pack, held).items() if name != need.name}
    return replace(pack, **{held: MappingProxyType(rest)})


def test_both_packs_have_all_that_is_asked():
    assert lacks(PACK, NEEDS, DAY) == []
    assert lacks(law.load(INVENTED), NEEDS, DAY) == []


@pytest.mark.parametrize("kind_and_name", sorted(NAMES))
def test_a_pack_without_something_is_refused_by_its_name(kind_and_name, monkeypatch):
    need = next(one for one in NEEDS if (one.kind, one.name) == kind_and_name)
    lacking = without(PACK, need)
    monkeypatch.setattr(catalogue, "pack", lambda: lacking)
    with pytest.raises(Unusable) as refused:
        catalogue.require_whole()
    [finding] = refused.value.findings
    assert finding.code == "law.file.lacks"
    for text in (*finding.text, *finding.mend):
        assert need.name in text
    assert need.procedure.en in finding.text.en
    assert need.procedure.zh in finding.text.zh


def test_everything_that_is_missing_is_said_at_once():
    lacking = PACK
    for need in NEEDS:
        lacking = without(lacking, need)
    found = lacks(lacking, NEEDS, DAY)
    assert len(found) == len(NAMES)
    assert len({str(one.text) for one in found}) == len(NAMES)


@pytest.mark.parametrize("need", PARAMETERS, ids=lambda need: need.name)
def test_a_parameter_of_another_shape_or_day_is_refused(need):
    versions = PACK.parameters[need.name]
    odd = replace(versions.all[-1], value="many", in_force=date(1990, 1, 1), until=None)
    late = replace(versions.all[-1], in_force=date(2199, 1, 1), until=None)
    for version, says in ((odd, "is not"), (late, "in force on 2026-06-01")):
        changed = dict(PACK.parameters) | {need.name: Versions([version], need.name)}
        [finding] = lacks(replace(PACK, parameters=changed), [need], DAY)
        assert says in finding.text.en


def test_an_act_has_a_place_in_the_law_of_another_country():
    invented = law.load(INVENTED)
    assert "customs-law" not in invented.acts
    own = replace(invented.administration, rests_on=MappingProxyType({}))
    found = lacks(replace(invented, administration=own), NEEDS, DAY)
    assert {one.path for one in found} == {"pack.yaml rests_on"}
    assert len(found) == len([1 for kind, _ in NAMES if kind == "act"])


def modules() -> Iterator[tuple[str, ast.Module]]:
    """The modules that may ask a pack: all but those that make and show one."""
    for path in sorted(SOURCE.rglob("*.py")):
        name = path.relative_to(SOURCE).as_posix()
        is_law = name.startswith("law/") and name != "law/pack.py"
        if not is_law and path.name != "needs.py" and name not in SHOWN:
            yield name, ast.parse(path.read_text())


MODULES = dict(modules())


def strings(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def asking(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The calls that ask a pack for something by name: of what kind, and how it is named."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        of = ast.unparse(node.func.value)
        if node.func.attr in ASKING and node.args and re.search(r"(pack(\(\))?|current)$", of):
            yield ASKING[node.func.attr], node.args[0]


def test_no_parameter_or_act_is_named_outside_the_declarations():
    """Every text in the code that is the name of a parameter, or of an act that is cited."""
    for module, tree in MODULES.items():
        if module == "law/pack.py":
            continue
        for text in strings(tree):
            assert text not in PACK.parameters or ("parameter", text) in NAMES, (module, text)
            act, comma, _ = text.partition(", ")
            is_act = act in PACK.acts and (comma or "-" in act)
            assert not is_act or ("act", act) in NAMES, (module, text)


def test_what_is_asked_is_named_where_it_is_asked_and_declared():
    asked = 0
    for module, tree in MODULES.items():
        for kind, named in asking(tree):
            asked += 1
            if isinstance(named, ast.Constant):
                assert (kind, named.value) in NAMES, (module, named.value)
            elif kind == "code_list":
                assert module in BY_FIELD, (module, ast.unparse(named))
                lists = set(strings(tree)) & PACK.codes.keys()
                assert {("code_list", one) for one in lists} <= NAMES, module
            else:  # one of a table's, or of a loop over some: their names are texts of the module
                assert not isinstance(named, ast.JoinedStr), (module, ast.unparse(named))
                assert set(strings(tree)) & PACK.parameters.keys(), (module, ast.unparse(named))
    assert asked > 20


def test_lists_that_a_pack_asks_of_itself_are_declared():
    text = (SOURCE / "law" / "pack.py").read_text()
    named = set(re.findall(r'code(?:_list\(|s\.get\()"(\w+)"', text))
    assert named == {"customs_offices", "countries"}
    assert {("code_list", one) for one in named} <= NAMES


def test_nothing_is_declared_that_nobody_asks():
    said = {text for tree in MODULES.values() for text in strings(tree)}
    acts = {text.partition(", ")[0] for text in said}
    for kind, name in NAMES:
        assert name in (acts if kind == "act" else said), (kind, name)


def test_the_start_is_refused_with_a_line_for_each(tmp_path):
    pack, home = tmp_path / "pack", tmp_path / "home"
    shutil.copytree(INVENTED, pack)
    (pack / "codes" / "incoterms.csv").unlink()
    parameters = (pack / "parameters.yaml").read_text()
    (pack / "parameters.yaml").write_text(parameters.replace("cbec.tax_share", "cbec.share"))
    done = subprocess.run(
        [Path(sys.executable).with_name("sanzhi"), "migrate"],
        env=os.environ | {"SANZHI_LAW": str(pack), "SANZHI_HOME": str(home)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert [line.split(": ")[1] for line in lines] == [
        "codes/incoterms.csv", "parameters.yaml cbec.tax_share",
    ]  # fmt: skip
    assert not home.exists() or not list(home.glob("*.sqlite3"))
