"""Files that are no messages are named as what they are."""

import codecs
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.core.findings import Unusable
from sanzhi.declarations.formats import detect, read_many
from sanzhi.declarations.formats.others import refuse_other


@pytest.mark.parametrize(
    ("data", "en", "zh"),
    [
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document", "PDF 文档"),
        (b"PK\x03\x04\x14\0\0\0", "a ZIP archive", "ZIP 压缩包"),
        (b"\x1f\x8b\x08\0", "a GZIP archive", "GZIP 压缩文件"),
        (b"\x89PNG\r\n", "a picture (PNG)", "图片"),
        (codecs.BOM_UTF16_LE + "编号,价格\n1,2".encode("utf-16-le"), "text in UTF-16", "UTF-16"),
        (codecs.BOM_UTF16_BE + '{"a": 1}'.encode("utf-16-be"), "text in UTF-16", "UTF-16"),
        ("code,price\n".encode("utf-16-le"), "text in UTF-16", "UTF-16"),
        ("code,price\n".encode("utf-16-be"), "text in UTF-16", "UTF-16"),
    ],
)
def test_a_file_that_is_no_message_is_named(data, en, zh):
    for door in (lambda: read_many(data, "x.bin"), lambda: detect(data)):
        with pytest.raises(Unusable) as refused:
            door()
        finding = refused.value.finding
        assert finding.code == "format.other"
        assert en in finding.text.en
        assert zh in finding.text.zh
        assert finding.mend


@pytest.mark.parametrize(
    "data",
    [
        "<DecMessage/>".encode("utf-16"),
        "<DecMessage/>".encode("utf-16-le"),
        "\ufeff  <a/>".encode("utf-16-be"),
        b"{}",
        b"number,code\n",
        "编号,价格".encode(),
    ],
)
def test_what_may_be_a_message_goes_on(data):
    refuse_other(data)


@given(st.binary(max_size=80))
def test_any_bytes_are_answered_and_ascii_goes_on(data):
    with suppress(Unusable):
        refuse_other(data)
    refuse_other(b"<" + bytes(byte & 0x7F or 0x20 for byte in data))
