"""Digests by which events name what is stored beside them."""

import hashlib


def digest(text: str | bytes) -> str:
    """SHA-256 of a text in UTF-8, as 64 hex digits. A store can give bytes where it should hold a
    text: those as they are."""
    data = text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()
