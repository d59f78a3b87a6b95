"""Receipts: what an answer says, and answers written the way brokers' systems read them."""

from datetime import datetime

import pytest

from sanzhi.core.dates import CHINA
from sanzhi.core.findings import Unusable
from sanzhi.declarations.formats.cn_receipts import Receipt, read_receipt, write_receipt

RELEASED = Receipt(
    kind="result",
    sequence="I20260000000000001",
    customs_number="224820261000000001",
    channel="P",
    message="报关单放行",
    office="2248",
    noticed_at=datetime(2026, 3, 17, 9, 30, tzinfo=CHINA),
    declared_at=datetime(2026, 3, 16, 16, 2, 11, tzinfo=CHINA),
)
REFUSED = Receipt(kind="import", accepted=False, message="商品序号1：数量未填", reference="BY-1")
STORED = Receipt(kind="import", accepted=True, message="暂存成功", reference="BY-1", sequence="I2")


@pytest.mark.parametrize("receipt", [RELEASED, REFUSED, STORED], ids=["P", "refused", "stored"])
def test_there_and_back(receipt: Receipt) -> None:
    assert read_receipt(write_receipt(receipt)) == receipt


def test_the_written_form() -> None:
    text = write_receipt(RELEASED).decode()
    assert "<NOTICE_DATE>2026-03-17T09:30:00</NOTICE_DATE>" in text
    assert "<I_E_DATE></I_E_DATE>" in text or "<I_E_DATE/>" in text
    assert RELEASED.meaning is not None
    assert RELEASED.meaning.zh == "报关单放行"
    assert "<ResponseCode>1</ResponseCode>" in write_receipt(REFUSED).decode()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<DEC_RESULT><NOTICE_DATE>soon</NOTICE_DATE></DEC_RESULT>", "receipt.value"),
        (b"<Manifest/>", "receipt.unknown"),
        (b"<DEC_RESULT>", "xml.malformed"),
        (b"<!DOCTYPE a><DEC_RESULT/>", "xml.doctype"),
    ],
)
def test_refusals(data: bytes, code: str) -> None:
    with pytest.raises(Unusable) as caught:
        read_receipt(data)
    assert caught.value.finding.code == code
