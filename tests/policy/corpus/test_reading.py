"""Reading a corpus from tables, documents and folders, and completing it by rules."""

import io
import json
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import docx
import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.core.findings import Unusable
from sanzhi.policy.corpus import Policy, documents
from sanzhi.policy.corpus.documents import decoded
from sanzhi.policy.corpus.importing import complete, jsonl, read_and_complete
from sanzhi.policy.corpus.reading import read_corpus

TEXT = (
    "海关总署关于试行便利措施的公告\n海关总署公告2020年第8号\n"
    "为促进跨境贸易，现公告如下。本公告自2020年3月1日起施行。特此公告。\n海关总署\n2020年2月20日"
)


def sanzhi(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    run = "from sanzhi.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", run, "policy", *arguments],
        capture_output=True,
        text=True,
        check=False,
        encoding="utf-8",
        cwd=cwd,
    )


def refusal(path: Path) -> tuple[str, str]:
    with pytest.raises(Unusable) as refused:
        read_corpus([path])
    return refused.value.finding.code, refused.value.finding.path


def as_docx(paragraphs: list[str]) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    for one in paragraphs:
        document.add_paragraph(one)
    document.add_table(1, 2).cell(0, 1).text = "表内文字"
    document.save(out)
    return out.getvalue()


def as_pdf(words: str, password: str = "") -> bytes:
    stream = f"BT /F1 12 Tf 72 700 Td ({words}) Tj ET".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
            b"/Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(
        b"%010d 00000 n \n" % one for one in places
    )
    out += b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    if password:
        writer, locked = pypdf.PdfWriter(clone_from=io.BytesIO(out)), io.BytesIO()
        writer.encrypt(password)
        writer.write(locked)
        return locked.getvalue()
    return out


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", TEXT.encode()),
        ("a.txt", TEXT.encode("gb18030")),
        ("a.txt", TEXT.encode("utf-16")),
        ("a.md", ("# " + TEXT).encode()),
        (
            "a.html",
            (
                "<html><head><meta charset='gb2312'><script>x()</script></head><body><p>"
                + TEXT.replace("\n", "</p><p>")
                + "</p></body></html>"
            ).encode("gb18030"),
        ),
        ("a.docx", as_docx(TEXT.split("\n"))),
    ],
)
def test_every_form_of_a_document_gives_the_same_facts(
    tmp_path: Path, name: str, data: bytes
) -> None:
    (tmp_path / name).write_bytes(data)
    policy = read_corpus([tmp_path])[name]
    assert policy.title == "海关总署关于试行便利措施的公告"
    assert (policy.number, policy.doc_type) == ("海关总署公告2020年第8号", "announcement")
    assert (policy.issued, policy.effective) == (date(2020, 2, 20), date(2020, 3, 1))
    assert "跨境贸易" in policy.text
    assert "x()" not in policy.text


def test_tables_of_a_docx_and_text_of_a_pdf_are_read(tmp_path: Path) -> None:
    (tmp_path / "b.docx").write_bytes(as_docx(["正文"]))
    (tmp_path / "c.pdf").write_bytes(as_pdf("Customs Act in force"))
    found = read_corpus([tmp_path])
    assert "表内文字" in found["b.docx"].text
    assert found["c.pdf"].text == "Customs Act in force"
    assert (found["c.pdf"].language, found["c.pdf"].doc_type) == ("en", "law")


def test_a_folder_is_read_with_its_folders_without_hidden_files(tmp_path: Path) -> None:
    (tmp_path / "2020").mkdir()
    for name in ("2020/a.txt", "b.txt", ".hidden.txt", "~$c.docx", "d.png"):
        (tmp_path / name).write_text(TEXT)
    assert list(read_corpus([tmp_path])) == ["2020/a.txt", "b.txt"]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.docx", b"PK\x03\x04 not really", "corpus.broken"),
        ("a.docx", as_docx(["x"])[:-200], "corpus.broken"),
        ("a.pdf", b"%PDF-1.7 nothing", "corpus.broken"),
        ("a.pdf", b"", "corpus.broken"),
        ("a.pdf", as_pdf("x", password="secret"), "corpus.encrypted"),
        ("a.txt", TEXT.encode()[:-1] + b"\xff", "corpus.encoding"),
        ("a.txt", b"\x00\x01\x02\x03", "corpus.encoding"),
        ("a.html", b"", "corpus.broken"),
    ],
)
def test_a_broken_document_is_one_finding_naming_it(
    tmp_path: Path, name: str, data: bytes, code: str
) -> None:
    (tmp_path / name).write_bytes(data)
    assert refusal(tmp_path) == (code, name)


def test_a_zip_bomb_is_stopped_while_unpacking(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\0" * 3_000_000)
    (tmp_path / "a.docx").write_bytes(out.getvalue())
    monkeypatch.setattr(documents, "MAX_UNPACKED", 1_000_000)
    assert refusal(tmp_path) == ("corpus.too_large", "a.docx")


def test_an_entity_of_a_docx_opens_no_file(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("SECRET")
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(as_docx(["words"]))) as given_,
        zipfile.ZipFile(out, "w") as archive,
    ):
        for part in given_.namelist():
            data = given_.read(part)
            if part == "word/document.xml":
                doctype = f'<!DOCTYPE d [<!ENTITY e SYSTEM "{(tmp_path / "secret").as_uri()}">]>'
                data = data.replace(b"?>", b"?>" + doctype.encode(), 1).replace(
                    b"words", b"words&e;"
                )
            archive.writestr(part, data)
    (tmp_path / "a.docx").write_bytes(out.getvalue())
    assert "SECRET" not in read_corpus([tmp_path])["a.docx"].text


def test_an_empty_folder_and_a_missing_file_are_findings(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert refusal(tmp_path / "empty")[0] == "corpus.empty"
    assert refusal(tmp_path / "none.jsonl")[0] == "corpus.unreadable"
    assert refusal(tmp_path / "none.pdf")[0] == "corpus.unreadable"


@pytest.mark.parametrize(
    ("name", "text", "code", "place"),
    [
        ("a.jsonl", '{"id": "1"}\n{"id": "1"}\n', "corpus.duplicate", "a.jsonl row 2 id"),
        ("a.jsonl", '{"id": "1"}\n\n{bad', "corpus.json", "a.jsonl row 3"),
        ("a.jsonl", '{"id": ' + "9" * 5000 + "}", "corpus.json", "a.jsonl row 1"),
        ("a.jsonl", "[" * 100_000, "corpus.json", "a.jsonl row 1"),
        (
            "a.jsonl",
            '{"id": "1", "more": ' + "[" * 300 + "]" * 300 + "}",
            "corpus.json",
            "a.jsonl row 1",
        ),
        ("a.jsonl", '{"title": "x"}', "corpus.field", "a.jsonl row 1 id"),
        ("a.jsonl", '{"id": "1", "issued": "2020-13-01"}', "corpus.field", "a.jsonl row 1 issued"),
        ("a.csv", "title\nx\n", "corpus.column", "a.csv"),
        ("a.csv", 'id,title\n1,"open\n', "corpus.csv", "a.csv"),
        ("a.csv", "id,year\n1,next\n", "corpus.field", "a.csv row 2 year"),
    ],
)
def test_faults_of_tables_name_row_and_field(
    tmp_path: Path, name: str, text: str, code: str, place: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert refusal(tmp_path / name) == (code, place)


def test_a_kind_of_file_that_nobody_reads_is_called_so(tmp_path: Path) -> None:
    (tmp_path / "a.doc").write_bytes(b"\xd0\xcf\x11\xe0")
    assert refusal(tmp_path / "a.doc") == ("corpus.kind", "a.doc")
    (tmp_path / "a.jsonl").write_bytes(b"\xd0\xcf\x11\xe0")
    assert refusal(tmp_path / "a.jsonl") == ("corpus.encoding", "a.jsonl")


def test_empty_fields_and_a_plain_date_are_understood(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        '{"id": "1", "title": null, "number": null, "date": "2020-02-20", "status": "valid"}'
    )
    policy = read_corpus([tmp_path / "a.jsonl"])["1"]
    assert (policy.title, policy.issued) == ("", date(2020, 2, 20))
    assert policy.model_extra == {"status": "valid"}


def test_a_law_in_one_cell_is_not_too_long(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("id,text\n1," + "法" * 200_000 + "\n", encoding="utf-8")
    assert len(read_corpus([tmp_path / "a.csv"])["1"].text) == 200_000


@given(st.binary(max_size=300))
def test_any_bytes_decode_or_are_refused(data: bytes) -> None:
    try:
        text = decoded(data, "a.txt")
    except Unusable:
        text = ""
    assert "\x00" not in text


@given(st.text(st.characters(codec="gb18030", categories=["Lo", "P", "Nd"]), min_size=1))
def test_utf8_is_never_taken_for_another_encoding(text: str) -> None:
    assert decoded(text.encode(), "a.txt") == text


class TestCompleting:
    def test_what_is_stated_stays(self) -> None:
        stated = Policy(
            id="1",
            title="自己的题目",
            issuers=("财政部",),
            doc_type="notice",
            number="财税〔2020〕1号",
            issued=date(2020, 1, 1),
            text=TEXT,
        )
        done = complete([stated]).policies[0]
        assert (done.title, done.issuers, done.doc_type, done.number, done.issued) == (
            stated.title,
            stated.issuers,
            "notice",
            stated.number,
            stated.issued,
        )

    def test_what_is_silent_is_filled_and_counted(self) -> None:
        imported = complete([Policy(id="1", text=TEXT), Policy(id="2", text="没有什么")])
        assert imported.policies[0].issuers == ("海关总署",)
        assert imported.filled["doc_type"] == 1
        assert {one.code for one in imported.findings()} == {
            "corpus.no_year",
            "corpus.no_doc_type",
            "corpus.no_issuers",
        }

    def test_a_kind_no_scale_knows_gives_way_and_is_kept(self) -> None:
        done = complete([Policy(id="1", doc_type="公告类", text=TEXT)]).policies[0]
        assert done.doc_type == "announcement"
        assert done.model_extra is not None
        assert done.model_extra["doc_type_given"] == "公告类"

    def test_a_date_of_another_year_is_not_filled_in(self) -> None:
        done = complete([Policy(id="1", year=2023, text=TEXT)]).policies[0]
        assert (done.issued, done.effective, done.counted_year) == (None, None, 2023)

    def test_completing_twice_changes_nothing(self) -> None:
        once = complete([Policy(id="1", text=TEXT)]).policies
        assert complete(once).policies == once

    def test_what_is_written_is_read_again(self, tmp_path: Path) -> None:
        once = complete([Policy(id="1", text=TEXT)]).policies
        (tmp_path / "a.jsonl").write_text(jsonl(once), encoding="utf-8")
        assert jsonl(read_corpus([tmp_path / "a.jsonl"]).values()) == jsonl(once)


class TestCommand:
    def test_import_writes_the_corpus_and_counts(self, tmp_path: Path) -> None:
        (tmp_path / "in").mkdir()
        (tmp_path / "in" / "a.txt").write_text(TEXT, encoding="utf-8")
        done = sanzhi("import", "in", "--out", "corpus.jsonl", "--json", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["by_type"] == {"announcement": 1}
        row = json.loads((tmp_path / "corpus.jsonl").read_text("utf-8"))
        assert (row["id"], row["effective"]) == ("a.txt", "2020-03-01")

    def test_a_study_stands_for_its_corpus_and_a_folder_gets_a_file(self, tmp_path: Path) -> None:
        done = sanzhi("import", "customs-facilitation", "--out", "made", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert "63 policies" in done.stderr
        assert len(read_corpus([tmp_path / "made" / "corpus.jsonl"])) == 63

    def test_a_fault_writes_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "a.pdf").write_bytes(b"broken")
        (tmp_path / "corpus.jsonl").write_text("as before")
        done = sanzhi("import", "a.pdf", "--out", "corpus.jsonl", cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert "a.pdf" in done.stderr
        assert "Traceback" not in done.stderr
        assert (tmp_path / "corpus.jsonl").read_text() == "as before"
        assert sorted(one.name for one in tmp_path.iterdir()) == ["a.pdf", "corpus.jsonl"]

    def test_search_and_in_force_and_graph(self, tmp_path: Path) -> None:
        (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
        found = json.loads(sanzhi("search", "a.txt", "跨境", "--json", cwd=tmp_path).stdout)
        assert [one["policy"] for one in found] == ["a.txt"]
        force = sanzhi("in-force", "a.txt", "--on", "2020-03-01", "--json", cwd=tmp_path).stdout
        assert [one["policy"] for one in json.loads(force)] == ["a.txt"]
        nodes = json.loads(sanzhi("graph", "a.txt", cwd=tmp_path).stdout)["nodes"]
        assert [one["id"] for one in nodes] == ["a.txt"]


@pytest.mark.shared
def test_the_whole_real_corpus_imports(shared_data: Path) -> None:
    imported = read_and_complete([shared_data / "policy" / "customs_policy_corpus.jsonl"])
    assert len(imported.policies) == 3008
    assert {one.code for one in imported.findings()} == {"corpus.no_text"}
    assert imported.filled["cites"] > 2000
