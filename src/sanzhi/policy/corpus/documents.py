"""The text of one document: txt, md, html, docx and pdf.

Files come from anywhere: sizes are limited before and after unpacking, XML entities are not
expanded, and a file that cannot be read is one finding naming it.
"""

import io
import logging
import re
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any, Final

from lxml import etree, html

from sanzhi.core.findings import Unusable
from sanzhi.policy.coding.study import refused
from sanzhi.policy.extra import part

MAX_BYTES: Final = 50_000_000
#: A docx unpacks to no more.
MAX_UNPACKED: Final = 200_000_000
MAX_PAGES: Final = 5_000
MAX_CHARACTERS: Final = 20_000_000

_WORD: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HIDDEN: Final = "script|style|noscript|template|head|nav|footer"
_BLOCKS: Final = frozenset(
    (
        "p",
        "div",
        "br",
        "li",
        "tr",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "table",
        "blockquote",
        "pre",
        "dd",
        "dt",
    )
)
_HEADING: Final = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)


def read_document(path: Path, name: str) -> tuple[str, str]:
    """Title (its first heading, "" where it has none) and text; `Unusable` (`corpus.*`) naming
    the file."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _too_large(name, MAX_BYTES)
        data = path.read_bytes()
    except OSError as error:
        raise refused(
            "corpus.unreadable",
            name,
            f"It cannot be read ({error.strerror})",
            f"无法读取（{error.strerror}）",
        ) from None
    title, text = READERS[path.suffix.lower()](data, name)
    if len(text) > MAX_CHARACTERS:
        raise _too_large(name, MAX_CHARACTERS)
    text = re.sub(r"\n{3,}", "\n\n", text.replace("\r\n", "\n").replace("\x00", "")).strip()
    return " ".join(title.split())[:300], text


def decoded(data: bytes, name: str) -> str:
    """UTF-8, UTF-16 with a mark, or GB18030, told apart by the bytes; `Unusable` for none."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encoding = "utf-16"
    elif len(data.decode("utf-8", "ignore").encode()) >= len(data) * 0.99:
        encoding = "utf-8-sig"  # UTF-8 with a fault is no GB18030, though it may decode as such
    else:
        encoding = "gb18030"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise refused(
            "corpus.encoding",
            name,
            f"Byte {error.start} is not {encoding}",
            f"第 {error.start} 字节不是 {encoding} 编码",
        ) from None
    if re.search("[\x00-\x08\x0e-\x1f\ufffe\uffff]", text):
        raise refused("corpus.encoding", name, "It is not text", "不是文本文件")
    return text


def _text(data: bytes, name: str) -> tuple[str, str]:
    return "", decoded(data, name)


def _markdown(data: bytes, name: str) -> tuple[str, str]:
    text = decoded(data, name)
    heading = _HEADING.search(text)
    return heading[1] if heading else "", text


def _html(data: bytes, name: str) -> tuple[str, str]:
    charset = re.search(rb"charset=[\"']?\s*([\w-]{2,20})", data[:2048])
    if charset and charset[1].lower() in (b"gb2312", b"gbk", b"gb18030"):
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError as error:
            raise refused(
                "corpus.encoding",
                name,
                f"Byte {error.start} is not gb18030",
                f"第 {error.start} 字节不是 gb18030 编码",
            ) from None
    else:
        text = decoded(data, name)
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text)
    try:
        page = html.document_fromstring(text, parser=html.HTMLParser(huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise refused(
            "corpus.broken", name, f"It is not HTML ({error})", f"不是有效的 HTML（{error}）"
        ) from None
    heading = page.find(".//h1")
    title = heading if heading is not None else page.find(".//title")
    words = "" if title is None else "".join(map(str, title.itertext()))
    return words, _page_text(page)


def _page_text(page: html.HtmlElement) -> str:
    """The words a reader sees, a line a block."""
    for hidden in page.xpath("|".join(f"//{tag}" for tag in _HIDDEN.split("|"))):
        hidden.drop_tree()
    parts: list[str] = []
    for event, element in etree.iterwalk(page, events=("start", "end", "comment", "pi")):
        block = isinstance(element.tag, str) and element.tag in _BLOCKS
        if event == "start":
            parts += ["\n"] if block else []
            parts.append(" ".join((element.text or "").split()))
        elif event == "end":
            parts += ["\n"] if block else []
            parts.append(" ".join((element.tail or "").split()))
        else:
            parts.append(" ".join((element.tail or "").split()))
    return re.sub(r"[ \t]*\n\s*", "\n", "".join(parts))


def _docx(data: bytes, name: str) -> tuple[str, str]:
    docx, exceptions = part("docx"), part("docx.opc.exceptions")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_unpacked(archive, name)
        document = docx.Document(io.BytesIO(data))
        paragraphs = list(document.element.body.iter(f"{_WORD}p"))
        title = next(
            (str(one.text) for one in document.paragraphs if one.text.strip() and _is_heading(one)),
            "",
        )
    except Unusable:
        raise
    except (
        zipfile.BadZipFile,
        zlib.error,
        exceptions.OpcError,
        etree.XMLSyntaxError,
        KeyError,
        ValueError,
        AttributeError,
        TypeError,
        IndexError,
        EOFError,
        RuntimeError,
        struct.error,
    ) as error:
        raise _broken(name, "docx", error) from None
    return title, "\n".join(_paragraph(one) for one in paragraphs)


def _is_heading(paragraph: Any) -> bool:
    name = (paragraph.style and paragraph.style.name) or ""
    return str(name).startswith(("Title", "Heading"))


def _check_unpacked(archive: zipfile.ZipFile, name: str) -> None:
    """Unpack each part in pieces and count: the sizes that an archive states may lie."""
    total = 0
    if any(one.flag_bits & 1 for one in archive.infolist()):
        raise refused("corpus.encrypted", name, "It is encrypted", "文件已加密")
    for one in archive.infolist():
        with archive.open(one) as stream:
            while piece := stream.read(1 << 20):
                total += len(piece)
                if total > MAX_UNPACKED:
                    raise _too_large(name, MAX_UNPACKED)


def _paragraph(paragraph: etree._Element) -> str:
    other = {f"{_WORD}tab": "\t", f"{_WORD}br": "\n"}
    return "".join(
        other.get(str(element.tag)) or element.text or ""
        for element in paragraph.iter(f"{_WORD}t", *other)
    )


def _pdf(data: bytes, name: str) -> tuple[str, str]:
    pypdf = part("pypdf")
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # faults it mends are no one's business
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise refused("corpus.encrypted", name, "It is encrypted", "文件已加密")
        if len(reader.pages) > MAX_PAGES:
            raise refused(
                "corpus.too_large",
                name,
                f"It has more than {MAX_PAGES:,} pages",
                f"超过 {MAX_PAGES:,} 页",
            )
        pages, length = [], 0
        for page in reader.pages:
            pages.append(page.extract_text())
            length += len(pages[-1])
            if length > MAX_CHARACTERS:
                raise _too_large(name, MAX_CHARACTERS)
        title = str((reader.metadata and reader.metadata.title) or "")
    except Unusable:
        raise
    except (
        pypdf.errors.PyPdfError,
        ImportError,
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        RecursionError,
        OverflowError,
        AssertionError,
        NotImplementedError,
        MemoryError,
        zlib.error,
        struct.error,
        OSError,
    ) as error:
        raise _broken(name, "pdf", error) from None
    return title if re.search(r"[一-龥]|\w \w", title) else "", "\n".join(pages)


def _broken(name: str, form: str, error: BaseException) -> Unusable:
    why = str(error) or type(error).__name__
    return refused(
        "corpus.broken",
        name,
        f"It is not a readable {form} ({why[:200]})",
        f"不是可读的 {form}（{why[:200]}）",
    )


def _too_large(name: str, limit: int) -> Unusable:
    return refused(
        "corpus.too_large", name, f"It is larger than {limit:,} bytes", f"超过 {limit:,} 字节"
    )


#: Suffix → reader.
READERS: Final = {
    ".txt": _text,
    ".md": _markdown,
    ".markdown": _markdown,
    ".html": _html,
    ".htm": _html,
    ".docx": _docx,
    ".pdf": _pdf,
}
