"""Texts that events name by their SHA-256, kept beside the events.

What is written rests on them, so that a text is held to its event whenever it is asked for.
"""

from sanzhi.core.digests import digest
from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.site.cases.models import Document

_WHAT = Text("A document", "单证")


def keep(case: str, content: str) -> str:
    """Keep a text with a case; its digest. The same text again is kept once."""
    sha = digest(content)
    Document.objects.get_or_create(case=case, digest=sha, defaults={"content": content})
    return sha


def document(case: str, sha: str) -> str:
    """A text of a case by its digest; `Unusable` (`documents.changed`, `documents.lost`) where
    what is kept is another, or nothing."""
    found = Document.objects.filter(case=case, digest=sha).values_list("content", flat=True).first()
    if found is None:
        raise Unusable.because(
            "documents.lost",
            case,
            f"A document of {case} was logged and is not stored.",
            f"{case} 的单证有日志记载而未存储。",
        )
    require_logged(case, _WHAT, found, sha)
    return found


def require_logged(place: str, what: Text, content: str, logged: str) -> None:
    """`Unusable` (`documents.changed`) where a stored text is not the one its event names."""
    stored = digest(content) if content else ""
    if stored != logged:
        raise Unusable(changed_document(place, what, stored, logged))


def changed_document(place: str, what: Text, stored: str, logged: str) -> Finding:
    """A stored document that is not the one its event names, by their digests."""
    return Finding(
        code="documents.changed",
        path=place,
        text=Text(
            f"{what.en} of {place} is not what was logged: {stored[:12]} is stored, "
            f"{logged[:12]} was logged.",
            f"{place} 的{what.zh}与日志不符：现为 {stored[:12]}，日志所载为 {logged[:12]}。",
        ),
    )
