"""The receipts that answer a Chinese declaration message, read and written.

Two kinds: `DecImportResponse`, the single window's answer to the import of a message, and
`DEC_RESULT`, customs' word on a declaration, whose channel says what happened.
"""

from datetime import datetime
from typing import Any, Literal

from lxml import etree
from pydantic import BaseModel, ConfigDict

from sanzhi.core.dates import CHINA
from sanzhi.core.findings import Text, Unusable
from sanzhi.declarations.formats import safe_xml

ROOTS = frozenset({"DecImportResponse", "DEC_RESULT", "CommonResponeMessage"})
_SPACE = "http://www.chinaport.gov.cn/dec"
_PREFIXES: dict[Any, str] = {None: _SPACE}

#: Channels of `DEC_RESULT` that declarations in use carry.
CHANNELS = {
    "7": Text("lodged through the single window", "单一窗口直接申报成功"),
    "L": Text("taken into customs' pre-entry store", "成功入海关预录入库"),
    "C": Text("called for inspection", "查验"),
    "P": Text("released", "报关单放行"),
    "R": Text("closed", "结关"),
    "Z": Text("returned for correction", "退单"),
}


class Receipt(BaseModel):
    """One answer to a declaration.

    `accepted` is the single window's verdict on the import; customs' results (`DEC_RESULT`)
    carry a `channel` instead. Times are aware, China's.
    """

    model_config = ConfigDict(frozen=True)

    kind: Literal["import", "result"]
    accepted: bool | None = None
    reference: str | None = None
    """The broker's own number (ClientSeqNo)."""
    sequence: str | None = None
    """The single window's number (SeqNo, CUS_CIQ_NO)."""
    customs_number: str | None = None
    channel: str | None = None
    message: str = ""
    office: str | None = None
    noticed_at: datetime | None = None
    declared_at: datetime | None = None
    arrival: str | None = None

    @property
    def meaning(self) -> Text | None:
        """What the channel says, where it is one of those known."""
        return CHANNELS.get(self.channel or "")


def read_receipt(data: bytes) -> Receipt:
    """Read a receipt; raises `Unusable` (`receipt.unknown`, `receipt.value`, `xml.*`)."""
    root = safe_xml.parse(safe_xml.decode(data).text)
    name = str(root.tag).rpartition("}")[2]
    values = {
        str(child.tag).rpartition("}")[2]: (child.text or "").strip() or None for child in root
    }
    if name == "DecImportResponse":
        return Receipt(
            kind="import",
            accepted=values.get("ResponseCode") == "0",
            message=values.get("ErrorMessage") or "",
            reference=values.get("ClientSeqNo"),
            sequence=values.get("SeqNo"),
        )
    if name == "CommonResponeMessage":
        return Receipt(
            kind="import",
            accepted=values.get("DealFlag") == "0",
            message=values.get("CheckInfo") or "",
            reference=values.get("EtpsPreentNo"),
            sequence=values.get("SeqNo"),
        )
    if name == "DEC_RESULT":
        return Receipt(
            kind="result",
            sequence=values.get("CUS_CIQ_NO"),
            customs_number=values.get("ENTRY_ID"),
            channel=values.get("CHANNEL"),
            message=values.get("NOTE") or "",
            office=values.get("CUSTOM_MASTER"),
            arrival=values.get("I_E_DATE"),
            noticed_at=_moment(values.get("NOTICE_DATE"), "NOTICE_DATE"),
            declared_at=_moment(values.get("D_DATE"), "D_DATE"),
        )
    raise Unusable.because(
        "receipt.unknown",
        name,
        f"{name} is not a receipt this platform knows.",
        f"{name} 不是可识别的回执。",
        line=safe_xml.line_of(root),
    )


def write_receipt(receipt: Receipt) -> bytes:
    """The receipt as the message a broker's system expects: `DecImportResponse` or `DEC_RESULT`."""
    if receipt.kind == "import":
        root = etree.Element(f"{{{_SPACE}}}DecImportResponse", nsmap=_PREFIXES)
        rows = [
            ("ResponseCode", "0" if receipt.accepted else "1"),
            ("ErrorMessage", receipt.message),
            ("ClientSeqNo", receipt.reference),
        ]
        if receipt.sequence:
            rows.append(("SeqNo", receipt.sequence))
        space = f"{{{_SPACE}}}"
    else:
        root = etree.Element("DEC_RESULT")
        rows = [
            ("CUS_CIQ_NO", receipt.sequence),
            ("ENTRY_ID", receipt.customs_number),
            ("NOTICE_DATE", _stamp(receipt.noticed_at)),
            ("CHANNEL", receipt.channel),
            ("NOTE", receipt.message),
            ("CUSTOM_MASTER", receipt.office),
            ("I_E_DATE", receipt.arrival),
            ("D_DATE", _stamp(receipt.declared_at)),
        ]
        space = ""
    for name, value in rows:
        etree.SubElement(root, space + name).text = value or ""
    etree.indent(root, "    ")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True) + b"\n"


def _moment(text: str | None, field: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Unusable.because(
            "receipt.value",
            field,
            f"{field} is not a time: {text[:40]}.",
            f"{field} 不是有效时间：{text[:40]}。",
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=CHINA)


def _stamp(moment: datetime | None) -> str | None:
    return moment.astimezone(CHINA).strftime("%Y-%m-%dT%H:%M:%S") if moment else None
