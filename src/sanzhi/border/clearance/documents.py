"""What is stored of a version of a declaration, and the hashes by which events name it.

A document is serialised once: what is hashed is what is stored.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sanzhi.core.digests import digest
from sanzhi.core.findings import Finding, Severity
from sanzhi.customs.duty import Assessment
from sanzhi.declarations import Declaration

#: Characters of the first item's description that lists show.
_GOODS = 200


@dataclass(slots=True)
class VersionText:
    """The texts of one version, as they are stored."""

    number: int
    declaration: Declaration
    content: str
    """Canonical JSON without the original."""
    format: str
    original: str
    """The message as it came, where it came as one."""
    findings: str
    warnings: int
    assessed: Assessment | None = None
    assessment: str = ""

    def hashes(self) -> dict[str, Any]:
        """The fields that an event which brings a version bears (`events.Brought`)."""
        return {
            "version": self.number,
            "format": self.format,
            "document": digest(self.content),
            "original": digest(self.original) if self.original else "",
            "findings": digest(self.findings),
            "warnings": self.warnings,
            "items": len(self.declaration.items),
            "goods": _goods(self.declaration),
        }


def _goods(declaration: Declaration) -> str:
    first = declaration.items[0] if declaration.items else None
    return (first.description or first.code)[:_GOODS] if first else ""


def version_text(
    number: int,
    declaration: Declaration,
    findings: Sequence[Finding],
    assessment: Assessment | None,
    content: str | None = None,
) -> VersionText:
    """The texts of a version; `content` where it was serialised already."""
    source = declaration.source
    return VersionText(
        number,
        declaration,
        content_of(declaration) if content is None else content,
        source.format if source else "json",
        source.text if source else "",
        _findings_text(findings),
        sum(one.severity is Severity.WARNING for one in findings),
        assessment,
        assessment.to_json() if assessment else "",
    )


def content_of(declaration: Declaration) -> str:
    """Canonical JSON without the original, which is kept beside it."""
    return declaration.model_dump_json(exclude_none=True, exclude={"source"})


def filed_digest(content: str, declaration: Declaration) -> str:
    """SHA-256 of what was filed, with the message it came in: lodging it again is the same."""
    whole = hashlib.sha256(content.encode())
    if declaration.source:
        whole.update(b"\0" + declaration.source.text.encode("utf-8", "surrogatepass"))
    return whole.hexdigest()


def _findings_text(findings: Sequence[Finding]) -> str:
    if not findings:
        return "[]"
    return json.dumps(
        [one.model_dump(mode="json", exclude_none=True) for one in findings], ensure_ascii=False
    )
