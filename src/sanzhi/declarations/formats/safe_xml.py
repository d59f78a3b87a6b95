"""Reading XML that strangers send.

A message is decoded here, by us, before the parser sees it; a document type declaration, and with
it every entity, internal or external, is refused before parsing; size, depth and the number of
elements have limits. Whatever is wrong comes out as one `Unusable`, codes `xml.*`.
"""

import codecs
import re
import threading
from dataclasses import dataclass
from typing import Any

from lxml import etree

from sanzhi.core.findings import Text, Unusable

#: Largest message taken, in bytes. The largest declarations (999 items) are under 5 MB.
MAX_BYTES = 20_000_000
#: Deepest nesting of elements, which is also the parser's own limit.
MAX_DEPTH = 256
#: Most elements in one message.
MAX_ELEMENTS = 400_000

#: Encodings taken, by the name a message declares; GB2312 and GBK are read as their superset.
ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "ascii": "ascii",
    "utf-16": "utf-16",
    "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "gb18030": "gb18030",
    "iso-8859-1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "cp1252",
}

_DECLARED = re.compile(r"""\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_PROLOG = re.compile(r"\ufeff?(?:\s+|<!--.*?-->|<\?.*?\?>)*+<!DOCTYPE", re.DOTALL)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


#: What every parser here is told: no entity, no DTD, no network, the parser's own limits on.
_SAFE: dict[str, Any] = {
    "encoding": "utf-8",
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "huge_tree": False,
}


class _Parsers(threading.local):
    """One parser a thread: making one for each message costs as much as parsing it."""

    def __init__(self) -> None:
        self.plain = etree.XMLParser(
            **_SAFE, remove_comments=True, remove_pis=True, remove_blank_text=True
        )


_PARSERS = _Parsers()


def _parser_keeping_all() -> etree.XMLParser:
    return etree.XMLParser(**_SAFE, strip_cdata=False)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The characters of a message and the codec that gives back its bytes."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    """The text of an XML message by its byte order mark, its declaration, or else as UTF-8."""
    if len(data) > MAX_BYTES:
        raise Unusable.because(
            "xml.too_large",
            "",
            f"The message has {len(data):,} bytes; at most {MAX_BYTES:,} are taken.",
            f"报文大小为 {len(data):,} 字节，最多接受 {MAX_BYTES:,} 字节。",
            mend=Text(
                "Send the declaration without attachments, or split it.", "请去除附件或拆分申报。"
            ),
        )
    encoding = encoding_of(data)
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Unusable.because(
            "xml.encoding",
            "",
            f"Byte {error.start + 1} is not valid {encoding}, the message's encoding.",
            f"第 {error.start + 1} 个字节不符合报文所声明的编码 {encoding}。",
            line=line,
            mend=Text(
                'Declare the encoding the file is really in, e.g. encoding="GB18030".',
                '请声明文件的实际编码，例如 encoding="GB18030"。',
            ),
        ) from None


def encode(text: str, encoding: str) -> bytes:
    """The bytes of a message's text; characters outside the encoding become references."""
    codec = encoding if encoding in ENCODINGS.values() else "utf-8"
    return text.encode(codec, "xmlcharrefreplace")


def encoding_of(data: bytes) -> str:
    """The codec a message says it is in; `Unusable` for one that is not taken."""
    for mark, codec in _BOMS:
        if data.startswith(mark):
            return codec
    if data.startswith(b"<\0"):
        return "utf-16-le"
    if data.startswith(b"\0<"):
        return "utf-16-be"
    declared = _DECLARED.match(data[:300].decode("latin-1"))
    if declared is None:
        return "utf-8"
    name = declared[1].lower()
    codec = ENCODINGS.get(name, "")
    if not codec or codec.startswith("utf-16"):
        # A declaration readable as single bytes cannot stand in a UTF-16 file.
        raise Unusable.because(
            "xml.encoding",
            "",
            f"The declared encoding {declared[1]} is not taken or not what the bytes are.",
            f"所声明的编码 {declared[1]} 不受支持或与实际字节不符。",
            line=1,
            mend=Text("Save the message as UTF-8.", "请将报文另存为 UTF-8。"),
        )
    return codec


def parse(text: str, *, keep_comments: bool = False, data: bytes | None = None) -> etree._Element:
    """The root element of an XML text; raises `Unusable` (`xml.doctype`, `xml.malformed`…).

    Comments and processing instructions are left out unless asked for: reading has no use for
    them, patching the original keeps them.
    """
    if _PROLOG.match(text) is not None:
        raise Unusable.because(
            "xml.doctype",
            "",
            "The message carries a document type declaration, which is not taken.",
            "报文含有文档类型定义（DOCTYPE），不予接受。",
            line=text.count("\n", 0, text.index("<!DOCTYPE")) + 1,
            mend=Text(
                "Remove the DOCTYPE and write entities as plain characters.",
                "请删除 DOCTYPE，并将实体改为普通字符。",
            ),
        )
    parser = _parser_keeping_all() if keep_comments else _PARSERS.plain
    try:
        root = etree.fromstring(text.encode("utf-8") if data is None else data, parser)
    except etree.XMLSyntaxError as error:
        raise _malformed(error) from None
    except UnicodeEncodeError:
        raise Unusable.because(
            "xml.encoding",
            "",
            "The message holds half of a character pair.",
            "报文含有不完整的字符。",
        ) from None
    if len(text) > 100_000:
        _refuse_excess(root)
    return root


def line_of(element: etree._Element) -> int | None:
    """The 1-based source line of an element; None for one that came from no source."""
    line: int | None = element.sourceline  # type: ignore[assignment] # the stubs know no None
    return line


def document_text(root: etree._Element, original: str) -> str:
    """A patched document as text: the original's head, then everything from the tree."""
    body = etree.tostring(root.getroottree(), encoding="unicode", with_tail=True)
    body = re.sub(r"\A<\?xml[^>]*\?>\s*", "", body)
    head = re.match(r"\ufeff?\s*(?:<\?xml[^>]*\?>\s*)?", original)
    return (head[0] if head else "") + body + ("\n" if original.endswith("\n") else "")


def _malformed(error: etree.XMLSyntaxError) -> Unusable:
    why = (error.msg or "it ends too early").partition("\n")[0][:200]
    line = error.lineno or 1
    if "Excessive depth" in why or "huge" in why.lower():
        return _too_complex(line)
    return Unusable.because(
        "xml.malformed",
        "",
        f"The message is not well-formed XML: {why}.",
        f"报文不是格式良好的 XML（第 {line} 行）：{why}。",
        line=line,
        mend=Text("Mend the XML at this line and send it again.", "请修正该行的 XML 后重新发送。"),
    )


def _refuse_excess(root: etree._Element) -> None:
    depth = 0
    for count, (event, _) in enumerate(etree.iterwalk(root, events=("start", "end"))):
        depth += 1 if event == "start" else -1
        if depth > MAX_DEPTH or count > 2 * MAX_ELEMENTS:
            raise _too_complex(None)


def _too_complex(line: int | None) -> Unusable:
    return Unusable.because(
        "xml.too_complex",
        "",
        f"The message nests deeper than {MAX_DEPTH} or holds more than {MAX_ELEMENTS:,} elements.",
        f"报文嵌套超过 {MAX_DEPTH} 层或元素超过 {MAX_ELEMENTS:,} 个。",
        line=line,
    )
