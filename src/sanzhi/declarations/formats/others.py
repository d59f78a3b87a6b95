"""Files that carry no message but are sent as one: named as what they are, from their content."""

from sanzhi.core.findings import Finding, Text, Unusable

_EXPORT = Text(
    "Export the message from the program that made it: XML, JSON or CSV.",
    "请从制单软件导出报文：XML、JSON 或 CSV。",
)
_UNPACK = Text(
    "Unpack it and send the message inside; save a spreadsheet as CSV.",
    "请解压后发送其中的报文；电子表格请另存为 CSV。",
)
_UTF_8 = Text("Save it as UTF-8 and send it again.", "请另存为 UTF-8 编码后重新发送。")

#: First bytes, what such a file is, how to mend it.
_KINDS = (
    (b"%PDF-", Text("a PDF document", "PDF 文档"), _EXPORT),
    (
        b"PK\x03\x04",
        Text(
            "a ZIP archive, or an office document packed as one",
            "ZIP 压缩包（或以其打包的办公文档）",
        ),
        _UNPACK,
    ),
    (b"PK\x05\x06", Text("an empty ZIP archive", "空的 ZIP 压缩包"), _UNPACK),
    (b"\x1f\x8b", Text("a GZIP archive", "GZIP 压缩文件"), _UNPACK),
    (b"Rar!", Text("a RAR archive", "RAR 压缩包"), _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", Text("a 7-Zip archive", "7-Zip 压缩包"), _UNPACK),
    (b"\xd0\xcf\x11\xe0", Text("an old office document", "旧版办公文档"), _EXPORT),
    (b"\x89PNG", Text("a picture (PNG)", "图片（PNG）"), _EXPORT),
    (b"\xff\xd8\xff", Text("a picture (JPEG)", "图片（JPEG）"), _EXPORT),
)
_UTF_16 = Text("text in UTF-16, of which only XML is read", "UTF-16 编码文本（此编码仅支持 XML）")


def refuse_other(data: bytes, name: str = "") -> None:
    """`Unusable` that names the kind of file, where the data is no message for certain."""
    for start, kind, mend in _KINDS:
        if data.startswith(start):
            raise _refused(name, kind, mend)
    if _is_utf_16(data) and _first_sign(data) != "<":
        raise _refused(name, _UTF_16, _UTF_8)


def _is_utf_16(data: bytes) -> bool:
    """By its mark, or by the zeros that every other byte of Latin text then is."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return True
    head = data[:64]
    if len(head) < 4:
        return False
    for zeros, signs in ((head[1::2], head[::2]), (head[::2], head[1::2])):
        if not any(zeros) and all(signs):
            return True
    return False


def _first_sign(data: bytes) -> str:
    """The first character that is no space; big-endian where the mark or the zeros say so."""
    big = data[:2] == b"\xfe\xff" or data[:1] == b"\0"
    text = data[:256].decode("utf-16-be" if big else "utf-16-le", "replace")
    return text.lstrip("\ufeff \t\r\n")[:1]


def _refused(name: str, kind: Text, mend: Text) -> Unusable:
    return Unusable(
        Finding(
            code="format.other",
            path="",
            text=Text(
                f"{name or 'The file'} is {kind.en}, not a declaration message.",
                f"{name or '文件'}是{kind.zh}，不是报关单报文。",
            ),
            mend=mend,
        )
    )
