"""What is taken away of a study does it again: the same bytes from the command line."""

import io
import zipfile
from pathlib import Path

import pytest
from django.test import Client

from policy.studies import codings_of, run, write_study
from policy_laboratory import begin_study, crew
from sanzhi.policy.coding.brought import read_study
from sanzhi.policy.coding.opening import open_study
from sanzhi.policy.coding.study import load_study
from sanzhi.policy.exchange.reading import read_project
from sanzhi.policy.measurement.outside import read_index
from sanzhi.policy.reporting.results import compute

FULL = {
    "P1": {"m1": 2, "m2": 3, "g1": 1, "g2": 0},
    "P2": {"m1": 1, "m2": 0, "g1": 2, "g2": 4},
    "P3": {"m1": 0, "m2": 4, "g1": 0, "g2": 5},
}
#: Two coders, of whom one also adjudicated, and one whose name wants quoting.
CODINGS = (
    codings_of(FULL, 'gao, "lin"')
    + codings_of(FULL | {"P1": FULL["P1"] | {"m1": 5}})
    + [
        {
            "policy": "P1",
            "code": "m1",
            "score": 4,
            "coder": "anna",
            "status": "adjudicated",
            "memo": "two\nlines",
        }
    ]
)


@pytest.fixture
def lead(db, tmp_path: Path, client: Client) -> Client:
    """The lead of a study with an outside index, one of whose texts is open."""
    (tmp_path / "index.csv").write_text("year,value\n2001,7\n2002,\n2003,9\n")
    draft = [one | {"status": "draft"} for one in codings_of({"P3": FULL["P3"]}, "bela")]
    path = write_study(tmp_path, codings=CODINGS + draft, index="index.csv")
    users = crew()
    begin_study(users["lead"], read_study(path))
    client.force_login(users["lead"])
    return client


def unpacked(client: Client, folder: Path) -> Path:
    reply = client.get("/policy/small/study.zip")
    assert reply["Content-Disposition"] == 'attachment; filename="small.zip"'
    zipfile.ZipFile(io.BytesIO(reply.content)).extractall(folder)
    return folder / "study.yaml"


@pytest.mark.parametrize(("site", "command"), [("en", "en"), ("zh-hans", "zh")])
def test_the_study_does_itself_again_byte_for_byte(lead, tmp_path, monkeypatch, site, command):
    lead.cookies["django_language"] = site
    study = unpacked(lead, tmp_path / "again")
    out = tmp_path / "report"
    assert run(monkeypatch, "policy", "report", study, "--out", out, "--lang", command) == 0
    assert lead.get("/policy/small/report.html").content == (out / "report.html").read_bytes()
    tables = sorted(path.stem for path in out.glob("*.csv"))
    assert set(tables) == set(compute(study, draws=1).tables())
    for name in tables:
        reply = lead.get(f"/policy/small/results/{name}.csv")
        assert reply.content == (out / f"{name}.csv").read_bytes(), name
        assert reply["Content-Disposition"] == f'attachment; filename="small-{name}.csv"'


def test_the_page_of_tables_names_and_counts_each(lead, tmp_path):
    html = lead.get("/policy/small/results/tables/").content.decode()
    tables = compute(unpacked(lead, tmp_path / "again")).tables()
    for name, table in tables.items():
        row = html[html.index(f"{name}.csv</a>") :].split("</tr>")[0].rstrip()
        assert row.endswith(f">{len(table.rows):,}</td>"), name


def test_only_settled_texts_leave_with_their_codings(lead, tmp_path):
    _, policies, codings = open_study(unpacked(lead, tmp_path / "again"))
    assert set(policies) == {"P1", "P2", "P3"}
    assert {one.policy for one in codings} == {"P1", "P2"}
    assert "bela" not in {one.coder for one in codings}


def test_a_project_holds_what_is_settled(lead, tmp_path):
    reply = lead.get("/policy/small/project.qdpx")
    project = read_project(reply.content)
    _, policies, codings = open_study(unpacked(lead, tmp_path / "again"))
    assert project.policies == policies
    assert sorted(project.codings, key=str) == sorted(codings, key=str)
    assert reply["Content-Disposition"] == 'attachment; filename="small.qdpx"'


def test_an_index_that_a_spreadsheet_saved_stays_with_the_study(db, tmp_path, client):
    (tmp_path / "index.csv").write_bytes(
        "year,value,备注\n2001,0.1,初值\n2003,9,\n".encode("gb18030")
    )
    users = crew()
    path = write_study(tmp_path, codings=CODINGS, index="index.csv")
    begin_study(users["lead"], read_study(path))
    client.force_login(users["lead"])
    study = unpacked(client, tmp_path / "again")
    assert read_index(load_study(study), study.parent) == {2001: 0.1, 2003: 9.0}


def test_the_same_study_is_the_same_archive(lead):
    assert len({lead.get("/policy/small/study.zip").content for _ in range(2)}) == 1
