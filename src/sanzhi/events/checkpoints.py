"""Signed checkpoints: the size and root of the log at a moment, signed with Ed25519.

A checkpoint is a signed note in the form of C2SP tlog-checkpoint: origin, size, root in base64,
then a signature line. Whoever holds one can prove later that the log was changed behind it.
"""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sanzhi.core.findings import Text, Unusable

_ALGORITHM = b"\x01"
_NOTE = re.compile(
    r"(?P<origin>[^\n]+)\n(?P<size>0|[1-9][0-9]{0,17})\n(?P<root>[A-Za-z0-9+/=]{44})\n"
    r"\n— (?P<name>[^\n]+) (?P<signed>[A-Za-z0-9+/=]+)\n?"
)


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


def read_note(text: str) -> Checkpoint:
    """The checkpoint of a signed note, whose signature is still to be checked; `Unusable` where
    the text is none. A key's name in the signature is checked with the signature."""
    found = _NOTE.fullmatch(text.replace("\r\n", "\n").strip() + "\n")
    if found is None or found["name"] != found["origin"]:
        raise _no_note()
    try:
        root = base64.b64decode(found["root"], validate=True)
        signed = base64.b64decode(found["signed"], validate=True)
    except binascii.Error:
        raise _no_note() from None
    return Checkpoint(found["origin"], int(found["size"]), root, signed[4:])


def sign(origin: str, size: int, root: bytes, key: Ed25519PrivateKey) -> Checkpoint:
    """Sign the log's size and root."""
    unsigned = Checkpoint(origin, size, root, b"")
    return Checkpoint(origin, size, root, key.sign(unsigned.body.encode()))


def key_id(origin: str, key: Ed25519PublicKey) -> bytes:
    """Four bytes that name a key in a signed note."""
    return hashlib.sha256(origin.encode() + b"\n" + _ALGORITHM + public_bytes(key)).digest()[:4]


def public_bytes(key: Ed25519PublicKey) -> bytes:
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def _no_note() -> Unusable:
    return Unusable.because(
        "checkpoint.unreadable",
        "",
        "This is no signed checkpoint.",
        "这不是签名检查点。",
        mend=Text(
            "Give the note as `sanzhi events checkpoint` printed it: origin, size, root, an "
            "empty line, the signature.",
            "请提供 `sanzhi events checkpoint` 所输出的原文：来源、条数、根哈希、空行、签名。",
        ),
    )
