"""Messages that carry a declaration: told apart by content, read, and written without loss.

`read` and `write` are the two doors; `read_many` takes bulk files too. Whatever is sent, the
outcome is a `Reading` with findings or one `Unusable`.
"""

from datetime import date

from lxml import etree

from sanzhi.core.findings import Finding, Severity, Text, Unusable
from sanzhi.declarations.document import Declaration
from sanzhi.declarations.formats import (
    canonical_json,
    cn_dec,
    cn_receipts,
    safe_xml,
    table,
    wco_dec,
)
from sanzhi.declarations.formats.others import refuse_other
from sanzhi.declarations.formats.reading import Reading, Written
from sanzhi.declarations.formats.safe_xml import MAX_BYTES

__all__ = [
    "FORMATS",
    "MAX_BYTES",
    "Reading",
    "Written",
    "detect",
    "read",
    "read_many",
    "write",
    "write_with_findings",
]

#: Formats that are read and written.
FORMATS = ("json", "csv", "wco-dec", "cn-dec")


def detect(data: bytes) -> str:
    """The format of a message, from its content; raises `Unusable` where it is none we know."""
    refuse_other(data)
    kind = _sniff(data)
    if kind != "xml":
        return kind
    return _xml_format(safe_xml.parse(safe_xml.decode(data).text))


def read(data: bytes, name: str = "", *, today: date | None = None) -> Reading:
    """Read one declaration of any format.

    `name` is the file's name, used in messages only. `today` is the day a message without a date
    takes; without it such a message is refused. Raises `Unusable` where nothing can be read, and
    where a bulk file holds more than one declaration.
    """
    readings = read_many(data, name, today=today)
    if len(readings) > 1:
        raise Unusable.because(
            "format.many",
            "",
            f"{name or 'The file'} holds {len(readings)} declarations where one is asked for.",
            f"{name or '文件'}含有 {len(readings)} 份报关单，此处只能读取一份。",
            mend=Text("Send it as a bulk file.", "请按批量文件提交。"),
        )
    return readings[0]


def read_many(data: bytes, name: str = "", *, today: date | None = None) -> list[Reading]:
    """Read every declaration of a message: several for a bulk file, one for the rest."""
    if not data.strip(b" \t\r\n\0"):
        raise Unusable.because(
            "format.empty", "", f"{name or 'The file'} is empty.", f"{name or '文件'}为空。"
        )
    refuse_other(data, name)
    kind = _sniff(data)
    if kind == "json":
        return [canonical_json.read(data, today)]
    if kind == "csv":
        return table.read(data, today)
    decoded = safe_xml.decode(data)
    root = safe_xml.parse(decoded.text, data=data if decoded.encoding == "utf-8" else None)
    if _xml_format(root) == cn_dec.FORMAT:
        return [cn_dec.read(decoded, root, today)]
    return [wco_dec.read(decoded, root, today)]


def write(declaration: Declaration, form: str) -> bytes:
    """The declaration as a message of a format; `write_with_findings` also says what is lost."""
    return write_with_findings(declaration, form).data


def write_with_findings(declaration: Declaration, form: str) -> Written:
    """The message, with a warning for each value that the format cannot carry."""
    match form:
        case "json":
            return Written(canonical_json.write(declaration), [])
        case "csv":
            return table.write([declaration])
        case "wco-dec":
            return wco_dec.write(declaration)
        case "cn-dec":
            return cn_dec.write(declaration)
    raise Unusable(
        Finding(
            code="format.unknown",
            path="",
            severity=Severity.ERROR,
            text=Text(f"Declarations cannot be written as {form}.", f"不支持写成 {form} 格式。"),
            mend=Text(f"Use one of {', '.join(FORMATS)}.", f"请使用：{'、'.join(FORMATS)}。"),
        )
    )


def _sniff(data: bytes) -> str:
    """`json`, `xml` or `csv`, from the first character."""
    head = data[:64].removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n")
    if head[:2] in (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<") or head[:1] == b"<":
        return "xml"
    if head[:1] in (b"{", b"["):
        return "json"
    return "csv"


def _xml_format(root: etree._Element) -> str:
    """The declaration format of a parsed message; anything else is named in an `Unusable`."""
    tag = root.tag
    if tag in wco_dec.ROOTS:
        return wco_dec.FORMAT
    if tag == cn_dec.ROOT:
        return cn_dec.FORMAT
    name = str(tag).rpartition("}")[2]
    if name.startswith(wco_dec.ENVELOPE):
        return wco_dec.FORMAT
    if name in {"MetaData", "Declaration", "DecMessage"} and not _is_response(root):
        expected = (
            cn_dec.ROOT
            if name == "DecMessage"
            else next(root for root in sorted(wco_dec.ROOTS) if root.endswith("}" + name))
        )
        raise wco_dec.wrong_namespace(root, expected[1:].partition("}")[0])
    kind = Text("a receipt", "回执") if name in cn_receipts.ROOTS else Text(name, name)
    raise Unusable.because(
        "format.not_a_declaration",
        name,
        f"The message is {kind.en}, not a declaration.",
        f"报文为{kind.zh}，不是报关单。",
        line=safe_xml.line_of(root),
        mend=Text(
            "Send a declaration; receipts and notifications are read elsewhere.",
            "请发送报关单报文；回执和通知不在此处读取。",
        ),
    )


def _is_response(root: etree._Element) -> bool:
    return any(str(child.tag).rpartition("}")[2] == "Response" for child in root)
