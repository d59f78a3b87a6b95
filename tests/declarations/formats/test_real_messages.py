"""Real messages: every one is read or refused in words, and written back as it came."""

import re
from datetime import date
from pathlib import Path

import pytest

from sanzhi.core.findings import Finding, Unusable
from sanzhi.declarations import formats
from sanzhi.declarations.formats.cn_receipts import ROOTS, read_receipt, write_receipt

pytestmark = pytest.mark.shared
TODAY = date(2026, 6, 1)


def attempt(path: Path) -> formats.Reading | Finding:
    try:
        return formats.read(path.read_bytes(), path.name, today=TODAY)
    except Unusable as unusable:
        return unusable.finding


def test_declarations_are_written_back_as_they_came(shared_data: Path) -> None:
    folders = ("hmrc-cds/samples", "hmrc-exports-samples", "cn-receipts")
    read = 0
    for path in sorted(p for folder in folders for p in (shared_data / folder).rglob("*")):
        if not path.is_file():
            continue
        outcome = attempt(path)
        if isinstance(outcome, Finding):
            assert outcome.text.zh
            assert outcome.code.startswith(("format.", "xml.", "schema.", "json.")), path
            continue
        if outcome.format == "json":
            continue
        read += 1
        assert formats.write(outcome.declaration, outcome.format) == path.read_bytes(), path
        as_json = formats.read(formats.write(outcome.declaration, "json")).declaration
        assert formats.write(as_json, outcome.format) == path.read_bytes(), path
        fresh = outcome.declaration.model_copy(update={"source": None})
        written = formats.write_with_findings(fresh, outcome.format)
        assert written.findings == [], path
        assert outcome.lines
    assert read >= 200


def test_notifications_are_no_declarations(shared_data: Path) -> None:
    for path in (shared_data / "hmrc-cds" / "samples").rglob("*DMSRCV*.xml"):
        outcome = attempt(path)
        assert isinstance(outcome, Finding)
        assert outcome.code in {"format.not_a_declaration", "xml.malformed"}


def test_receipts_keep_their_facts(shared_data: Path) -> None:
    read = 0
    for path in (shared_data / "cn-receipts").glob("*.xml"):
        if not re.search("|".join(ROOTS), path.read_text(encoding="utf-8")):
            continue
        receipt = read_receipt(path.read_bytes())
        assert read_receipt(write_receipt(receipt)) == receipt
        read += 1
    assert read >= 8
