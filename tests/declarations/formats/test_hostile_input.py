"""Whatever bytes come, the answer is a reading or one clear finding, never a traceback."""

import codecs
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.core.findings import Finding, Unusable
from sanzhi.declarations import formats
from sanzhi.declarations.formats import safe_xml

from .samples import BULK, CHINA_IMPORT, CIGARETTES, WCO

TODAY = date(2026, 6, 1)
MD = "urn:wco:datamodel:WCO:DocumentMetaData-DMS:2"


def refusal(data: bytes) -> Unusable:
    with pytest.raises(Unusable) as caught:
        formats.read_many(data, today=TODAY)
    finding = caught.value.finding
    assert finding.text.en
    assert finding.text.zh
    return caught.value


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "format.empty"),
        (b" \n\0\0", "format.empty"),
        (b"hello", "format.unknown"),
        (b"<a>", "xml.malformed"),
        (b"<a><b></a>", "xml.malformed"),
        (b"<a/><b/>", "xml.malformed"),
        (b"<a>&unknown;</a>", "xml.malformed"),
        (b'<?xml version="1.0" encoding="utf-7"?><a/>', "xml.encoding"),
        (b'<?xml version="1.0" encoding="UTF-16"?><a/>', "xml.encoding"),
        ('<?xml version="1.0"?><a>中文</a>'.encode("gbk"), "xml.encoding"),
        (b"\xff\xfe<\0a\0/\0>\0\0", "xml.encoding"),
        (b"<html/>", "format.not_a_declaration"),
        (b"<DEC_RESULT/>", "format.not_a_declaration"),
        (b"<DecMessage/>", "schema.namespace"),
        (b'<Declaration xmlns="urn:wco:other"/>', "schema.namespace"),
        (b'<MetaData xmlns="urn:wco:other"><Response/></MetaData>', "format.not_a_declaration"),
        (f'<m:MetaData xmlns:m="{MD}"><Declaration/></m:MetaData>'.encode(), "schema.namespace"),
        (
            f'<m:MetaData xmlns:m="{MD}"><Response/></m:MetaData>'.encode(),
            "format.not_a_declaration",
        ),
        (f'<m:MetaData xmlns:m="{MD}"/>'.encode(), "format.not_a_declaration"),
        (b"[1]", "json.shape"),
        (b"{", "json.malformed"),
        (b"[" * 100_000, "json.malformed"),
        (b'{"date": "\xff"}', "json.encoding"),
        (b"reference,code\nA\0,1", "csv.nul"),
        (b"reference,price\nA,1", "csv.missing_column"),
        (b"reference,code,code\nA,1,2", "csv.duplicate_column"),
        (b"reference,code\n", "csv.no_rows"),
        (b"reference,code\nA,1,2,3", "csv.row"),
        ("reference,code,description\nA,1,中".encode("gbk"), "csv.encoding"),
        (b"reference,code\nA," + b"9" * 20_000, "csv.cell"),
        (b'reference,code\nA,"' + b"9" * 1_000_000 + b'"', "csv.cell"),
        (b'reference,code\nA,"1', "csv.malformed"),
    ],
)
def test_refused_with_one_finding(data: bytes, code: str) -> None:
    assert refusal(data).finding.code == code


def test_wrong_values_are_left_out_and_named() -> None:
    data = b'{"date": 1e999999, "items": 3, "freight": "1e400", "remarks": "kept"}'
    reading = formats.read(data, today=TODAY)
    assert reading.declaration.remarks == "kept"
    assert reading.declaration.date == TODAY
    assert {finding.path for finding in reading.findings} == {"date", "items", "freight"}


def attempt(data: bytes) -> list[formats.Reading] | Finding:
    try:
        return formats.read_many(data, today=TODAY)
    except Unusable as unusable:
        return unusable.finding


ENTITIES = {
    "laughs": '<!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "&l;&l;&l;&l;">]><a>&m;</a>',
    "external": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>',
    "parameter": '<!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x"> %p;]><a/>',
    "subset": '<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>',
    "behind a comment": "<?xml version='1.0'?><!-- > --><?pi <a>?>\n<!DOCTYPE a><a/>",
}


@pytest.mark.parametrize("text", ENTITIES.values(), ids=ENTITIES.keys())
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_no_document_type_is_taken(text: str, encoding: str) -> None:
    finding = refusal(text.replace(" encoding", "").encode(encoding)).finding
    assert finding.code == "xml.doctype"
    assert finding.line


def test_a_doctype_in_words_is_only_words() -> None:
    text = WCO.read_text().replace("Hand cream", "Hand cream &lt;!DOCTYPE a&gt; ")
    reading = formats.read(text.encode())
    assert "<!DOCTYPE a>" in reading.declaration.items[0].description


def test_large_files_are_refused_before_they_are_parsed() -> None:
    data = b"<a>" + b" " * 50_000_000
    assert refusal(data).finding.code == "xml.too_large"
    assert refusal(b"[" + data).finding.code == "json.too_large"
    assert refusal(b"x," + data).finding.code == "csv.too_large"


def test_depth_and_count_have_limits() -> None:
    assert refusal(b"<a>" * 1000 + b"</a>" * 1000).finding.code == "xml.too_complex"
    wide = b"<a>" + b"<b/>" * (safe_xml.MAX_ELEMENTS + 2) + b"</a>"
    assert refusal(wide).finding.code == "xml.too_complex"


@pytest.mark.parametrize(
    ("declared", "codec", "mark"),
    [
        ("UTF-8", "utf-8", b""),
        ("UTF-8", "utf-8", codecs.BOM_UTF8),
        ("GBK", "gb18030", b""),
        ("gb2312", "gb18030", b""),
        ("GB18030", "gb18030", b""),
        ("UTF-16", "utf-16-le", codecs.BOM_UTF16_LE),
        ("UTF-16", "utf-16-be", codecs.BOM_UTF16_BE),
    ],
)
def test_true_encodings_read_alike_and_write_back(declared: str, codec: str, mark: bytes) -> None:
    text = CHINA_IMPORT.read_text()
    text = text[text.index("?>") + 2 :]
    data = mark + f'<?xml version="1.0" encoding="{declared}"?>{text}'.encode(codec)
    reading = formats.read(data)
    assert reading.declaration.items[1].description == "干红葡萄酒"
    assert formats.write(reading.declaration, "cn-dec") == data
    changed = reading.declaration.model_copy(deep=True)
    changed.contract = "合同-2"
    written = formats.write(changed, "cn-dec")
    assert formats.read(written).declaration.contract == "合同-2"
    assert len(written) != len(data)


@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    outcome = attempt(data)
    if isinstance(outcome, Finding):
        assert outcome.code.partition(".")[0] in {
            "format",
            "xml",
            "json",
            "csv",
            "schema",
            "declaration",
        }
    else:
        assert outcome


@pytest.mark.parametrize("form", ["wco-dec", "cn-dec"])
def test_characters_that_xml_cannot_hold_are_left_out_and_said(form: str) -> None:
    declaration = formats.read(CIGARETTES.read_bytes()).declaration
    declaration.remarks = "bell \x07"
    declaration.items[0].description = "half \ufffe"
    declaration.items[0].unit = "\x01"
    written = formats.write_with_findings(declaration, form)
    assert {"remarks", "items[0].description", "items[0].unit"} <= {
        f.path for f in written.findings if f.code == "write.not_carried"
    }


@pytest.mark.parametrize(
    "source",
    [
        {"format": "cn-dec", "text": "<a/>"},
        {"format": "wco-dec", "text": "<a/>"},
        {"format": "cn-dec", "text": ""},
        {"format": "wco-dec", "text": "<!DOCTYPE a><a/>"},
        {"format": "cn-dec", "text": "<a/>", "encoding": "rot13"},
    ],
)
def test_a_forged_original_is_refused_when_written(source: dict[str, str]) -> None:
    data = json.dumps({"date": "2026-03-01", "source": source}).encode()
    declaration = formats.read(data).declaration
    with pytest.raises(Unusable):
        formats.write(declaration, source["format"])


def test_an_original_of_another_format_is_no_obstacle() -> None:
    data = json.dumps({"date": "2026-03-01", "source": {"format": "edifact", "text": "UNA"}})
    declaration = formats.read(data.encode()).declaration
    assert formats.read(formats.write(declaration, "wco-dec")).declaration.date == date(2026, 3, 1)


SAMPLES = [path.read_bytes() for path in (CHINA_IMPORT, WCO, CIGARETTES, BULK)]


@given(
    st.sampled_from(SAMPLES),
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 30), st.binary(max_size=8)),
        min_size=1,
        max_size=4,
    ),
)
def test_damaged_messages(data: bytes, wounds: list[tuple[float, int, bytes]]) -> None:
    for where, length, put in wounds:
        at = int(where * len(data))
        data = data[:at] + put + data[at + length :]
    outcome = attempt(data)
    if isinstance(outcome, Finding):
        assert outcome.text.zh
        return
    for reading in outcome:
        for form in formats.FORMATS:
            formats.write_with_findings(reading.declaration, form)
        assert all(line >= 1 for line in reading.lines.values())
