"""Seals: how the sequencer knows that an event was written by the site and not by hand.

A seal is an HMAC-SHA256 over an entry's bytes. Its key is derived from a secret that is not in
the database, so that whoever can write there can write no event that is taken into the log.
"""

import hmac
from collections.abc import Sequence
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


@lru_cache(maxsize=16)
def seal_key(secret: str) -> bytes:
    """The key that seals, derived from the site's secret."""
    return _derived(secret, b"sanzhi event seal")


@lru_cache(maxsize=16)
def seal_key_name(secret: str) -> str:
    """A name of the key that tells nothing of it: 32 hexadecimal digits."""
    return _derived(secret, b"sanzhi event seal name")[:16].hex()


def seal(data: bytes, key: bytes) -> str:
    """The seal of an entry's bytes: 64 hexadecimal digits."""
    return hmac.digest(key, data, "sha256").hex()


def is_sealed(data: bytes, given: str, keys: Sequence[bytes]) -> bool:
    """Whether the seal is that of one of the keys."""
    told = given.encode(errors="replace")
    return any(hmac.compare_digest(seal(data, key).encode(), told) for key in keys)


def _derived(secret: str, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, None, purpose).derive(secret.encode())
