"""Names of REFI-QDA: namespaces, GUIDs, and text that XML can hold."""

import re
from uuid import UUID, uuid5

PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
ORIGIN = "Sanzhi"

_ROOT = UUID("5a9f0e55-8a0f-5d3b-9d0e-2f1f9b1d7c11")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def guid(*parts: str) -> str:
    """The same GUID for the same thing, so that exporting again gives the same bytes."""
    return str(uuid5(_ROOT, "\x1f".join(parts)))


def xml_text(text: str) -> str:
    """Text without the characters XML cannot hold."""
    return _FORBIDDEN.sub("\ufffd", text)
