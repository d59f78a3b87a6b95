"""REFI-QDA: what is written is read back unchanged, is schema-valid, and hostile files are
refused in one finding."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from sanzhi.core.findings import Unusable
from sanzhi.policy.coding.codings import read_codings
from sanzhi.policy.coding.record import Coding, Span
from sanzhi.policy.coding.study import Study, load_study
from sanzhi.policy.commands import policy as command
from sanzhi.policy.corpus.document import Policy
from sanzhi.policy.corpus.reading import read_corpus
from sanzhi.policy.exchange.names import PROJECT
from sanzhi.policy.exchange.project import write_codebook, write_project
from sanzhi.policy.exchange.reading import read_project

STUDY = Study.model_validate(
    {
        "key": "small",
        "version": 2,
        "title": {"en": "Small", "zh": "小型"},
        "years": [2001, 2005],
        "corpus": ["policies.csv"],
        "codings": ["codings.csv"],
        "codebook": {
            "scale": 3,
            "measures": [
                {
                    "key": "m1",
                    "title": {"en": "Fiscal", "zh": "财政"},
                    "definition": "money",
                    "levels": {
                        1: {"text": "mentions", "anchor": "减税"},
                        3: {"text": {"en": "binds", "zh": "有约束力"}},
                    },
                }
            ],
            "objectives": [{"key": "g1", "title": {"en": "Speed", "zh": "提速"}}],
        },
        "force": {"use": "A", "scales": {"A": {"law": 5}, "B": {"law": 4}}},
    }
)
TEXT = "跨境😀电子商务\r\n第二条　试点。\n"
POLICIES = {
    one.id: one
    for one in (
        Policy(
            id="p1",
            title="控\x01制",
            text=TEXT,
            issuers=("甲", "乙"),
            doc_type="law",
            year=2001,
            colour="red",
        ),
        Policy(id="p2", title="无码", year=2002),
    )
}
CODINGS = [
    Coding(
        policy="p1",
        code="m1",
        score=3,
        coder="陈",
        spans=(Span(start=0, end=3), Span(start=2, end=9)),
        memo="\x02 x",
    ),
    Coding(policy="p1", code="m1", score=2, coder="陈", round=2, spans=(Span(start=0, end=3),)),
    Coding(policy="p1", code="m1", score=3, coder="陈", status="adjudicated"),
    Coding(policy="p1", code="g1", score=0, coder="Li"),
]


def ordered(codings) -> list[str]:
    return sorted(one.model_dump_json() for one in codings)


def test_a_study_is_read_back_as_it_was():
    back = read_project(write_project(STUDY, POLICIES, CODINGS))
    assert back.study == STUDY
    assert back.policies == POLICIES
    assert ordered(back.codings) == ordered(CODINGS)


def test_the_same_study_gives_the_same_bytes():
    assert write_project(STUDY, POLICIES, CODINGS) == write_project(STUDY, POLICIES, CODINGS)


def test_positions_are_code_points():
    """😀 is one code point: the evidence 跨境😀 ends at 3, whatever UTF-16 says."""
    root = project_of(write_project(STUDY, POLICIES, CODINGS))
    selections = root.findall(f".//{{{PROJECT}}}PlainTextSelection")
    ends = {
        (one.get("startPosition"), one.get("endPosition"), one.get("name")) for one in selections
    }
    assert ("0", "3", "跨境😀") in ends


texts = st.text(max_size=60)


@given(texts.filter(bool), st.data())
def test_any_text_and_evidence_come_back(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    policies = {"p": Policy(id="p", title=text[:20], text=text, year=2001)}
    codings = [
        Coding(
            policy="p",
            code="m1",
            score=1,
            coder=data.draw(texts.filter(bool)).encode(errors="ignore").decode() or "c",
            memo=text,
            spans=(Span(start=start, end=end),),
        )
    ]
    back = read_project(write_project(STUDY, policies, codings))
    assert back.policies["p"].text == policies["p"].text
    assert back.codings == codings


@pytest.mark.shared
def test_project_and_codebook_are_schema_valid(shared_data):
    project = project_of(write_project(STUDY, POLICIES, CODINGS))
    codebook = etree.fromstring(write_codebook(STUDY))
    for root, name in ((project, "Project.xsd"), (codebook, "Codebook.xsd")):
        schema = etree.XMLSchema(etree.parse(shared_data / "policy" / "refi" / name))
        schema.assertValid(root)


def test_the_codebook_carries_the_manual():
    root = etree.fromstring(write_codebook(STUDY))
    assert [one.get("name") for one in root.iter("{*}Code")][:6] == [
        "Measures",
        "Fiscal",
        "Fiscal = 0",
        "Fiscal = 1",
        "Fiscal = 2",
        "Fiscal = 3",
    ]
    said = {one.text for one in root.iter("{*}Description")}
    assert {"money", "mentions", "binds\n有约束力"} <= said


def test_another_tools_project_comes_as_far_as_it_goes():
    """Plain text inside the source, a code without levels, no notes."""
    guid = "11111111-1111-1111-1111-11111111111{}".format
    qde = f"""<Project xmlns="{PROJECT}" name="theirs"><Users><User guid="{guid(1)}" name="Ann"/>
      </Users><CodeBook><Codes><Code guid="{guid(2)}" name="Trust" isCodable="true"/></Codes>
      </CodeBook><Sources><TextSource guid="{guid(3)}" name="Doc">
      <PlainTextContent>abcdef</PlainTextContent><PlainTextSelection guid="{guid(4)}"
      startPosition="1" endPosition="3"><Coding guid="{guid(5)}" creatingUser="{guid(1)}">
      <CodeRef targetGUID="{guid(2)}"/></Coding></PlainTextSelection></TextSource></Sources>
      </Project>"""
    found = read_project(zipped({"project.qde": qde.encode()}))
    assert found.study is None
    assert found.codes == {guid(2): "Trust"}
    [coding] = found.codings
    assert (coding.coder, coding.score, coding.spans) == ("Ann", 1, (Span(start=1, end=3),))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "qdpx.zip"),
        (b"PK\x03\x04junk", "qdpx.zip"),
        ({"other": b""}, "qdpx.project"),
        ({"project.qde": b"<a/>"}, "qdpx.root"),
        ({"project.qde": b"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>"}, "xml.doctype"),
        (
            {
                "project.qde": f'<Project xmlns="{PROJECT}" name="x"><Sources><TextSource guid="1" '
                'plainTextPath="internal://../../etc/passwd"/></Sources></Project>'.encode()
            },
            "qdpx.source",
        ),
        (
            {
                "project.qde": f'<Project xmlns="{PROJECT}" name="x"><Sources><TextSource guid="1">'
                '<PlainTextContent>ab</PlainTextContent><PlainTextSelection guid="2" '
                'startPosition="0" endPosition="9"/></TextSource></Sources></Project>'.encode()
            },
            "qdpx.span",
        ),
        ({"project.qde": b" " * 60_000_000}, "qdpx.too_large"),
    ],
)
def test_hostile_files_are_one_finding(data, code):
    with pytest.raises(Unusable) as caught:
        read_project(zipped(data) if isinstance(data, dict) else data)
    assert caught.value.finding.code == code


def test_out_and_in_on_the_command_line(tmp_path: Path):
    folder = tmp_path / "study"
    folder.mkdir()
    fields = STUDY.model_dump(mode="json") | {"corpus": ["p.jsonl"], "codings": ["c.csv"]}
    (folder / "study.yaml").write_text(json.dumps(fields))
    (folder / "p.jsonl").write_text(
        json.dumps({"id": "p1", "text": TEXT, "doc_type": "law", "year": 2001})
    )
    (folder / "c.csv").write_text("policy,code,score,coder,spans\np1,m1,2,Li,0-3 4-6\n")
    run, out = CliRunner(), tmp_path / "x.qdpx"
    asked = ["export", str(folder / "study.yaml"), "--format", "qdpx", "--out", str(out)]
    assert run.invoke(command, asked, catch_exceptions=False).exit_code == 0
    back = tmp_path / "back"
    assert (
        run.invoke(
            command, ["import-qdpx", str(out), "--out", str(back)], catch_exceptions=False
        ).exit_code
        == 0
    )
    study = load_study(back / "study.yaml")
    corpus = read_corpus([back / "policies.jsonl"])
    assert corpus["p1"].text == TEXT
    [coding] = read_codings(back / "codings.csv", study, corpus)
    assert coding.spans == (Span(start=0, end=3), Span(start=4, end=6))
    again = run.invoke(command, ["import-qdpx", str(out), "--out", str(back)])
    assert again.exit_code == 2


def project_of(data: bytes) -> etree._Element:
    return etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("project.qde"))


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()
