"""Signed checkpoints: the size and root of the log at a moment, signed with Ed25519.

A checkpoint is a signed note in the form of C2SP tlog-checkpoint: origin, size, root in base64,
then a signature line. Whoever holds one can prove later that the log was changed behind it.
"""

import base64
import hashlib
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

_ALGORITHM = b"\x01"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The log's size and root, as signed text."""

    origin: str
    size: int
    root: bytes
    signature: bytes

    @property
    def body(self) -> str:
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def note(self, key: Ed25519PublicKey) -> str:
        """The signed note, as anyone can check it."""
        signed = base64.b64encode(key_id(self.origin, key) + self.signature).decode()
        return f"{self.body}\n— {self.origin} {signed}\n"

    def is_signed_by(self, key: Ed25519PublicKey) -> bool:
        try:
            key.verify(self.signature, self.body.encode())
        except InvalidSignature:
            return False
        return True


def sign(origin: str, size: int, root: bytes, key: Ed25519PrivateKey) -> Checkpoint:
    """Sign the log's size and root."""
    unsigned = Checkpoint(origin, size, root, b"")
    return Checkpoint(origin, size, root, key.sign(unsigned.body.encode()))


def key_id(origin: str, key: Ed25519PublicKey) -> bytes:
    """Four bytes that name a key in a signed note."""
    return hashlib.sha256(origin.encode() + b"\n" + _ALGORITHM + public_bytes(key)).digest()[:4]


def public_bytes(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
