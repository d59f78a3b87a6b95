"""Texts that events name by their SHA-256, kept beside the events."""

from sanzhi.core.digests import digest
from sanzhi.site.cases.models import Document


def keep(case: str, content: str) -> str:
    """Keep a text with a case; its digest. The same text again is kept once."""
    sha = digest(content)
    Document.objects.get_or_create(case=case, digest=sha, defaults={"content": content})
    return sha


def document(case: str, sha: str) -> str:
    """A text of a case by its digest; KeyError where it is not kept."""
    found = Document.objects.filter(case=case, digest=sha).values_list("content", flat=True)
    if not found:
        raise KeyError(sha)
    return found[0]
