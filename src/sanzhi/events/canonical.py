"""The canonical form of an event: JSON by RFC 8785 (JCS), hashed as an RFC 6962 leaf.

Event payloads hold strings, integers, booleans, nulls, lists and objects with ASCII keys, never
floats: money and rates are strings. Within that subset Python's own encoder, with sorted keys
and no spaces, writes exactly the canonical form; anything else is refused.
"""

import hashlib
import json
from typing import Any

#: Integers beyond this are not exact in JSON (RFC 8785, 3.2.2.3).
_MAX_INTEGER = 2**53 - 1

_ENCODER = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
)


def canonical_json(value: Any) -> bytes:
    """Encode a value in the canonical form; ValueError names what cannot be."""
    _refuse(value, "$")
    return _ENCODER.encode(value).encode()


def leaf_hash(data: bytes) -> bytes:
    """Hash of a leaf of the Merkle tree (RFC 6962, 2.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def _refuse(value: Any, path: str) -> None:
    if isinstance(value, str):
        if not value.isascii():
            _refuse_surrogates(value, path)
    elif value is None or isinstance(value, bool):
        return
    elif isinstance(value, int):
        if abs(value) > _MAX_INTEGER:
            raise ValueError(f"{path}: the integer {value} is too large for JSON")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not key.isascii():
                raise ValueError(f"{path}: the key {key!r} is not ASCII")
            # Most values are short ASCII texts, which need no path of their own.
            if not (type(inner) is str and inner.isascii()):
                _refuse(inner, f"{path}.{key}")
    elif isinstance(value, (list, tuple)):
        for index, inner in enumerate(value):
            _refuse(inner, f"{path}[{index}]")
    else:
        raise ValueError(f"{path}: {type(value).__name__} has no canonical form here")


def _refuse_surrogates(value: str, path: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(f"{path}: the text holds a lone surrogate") from None
