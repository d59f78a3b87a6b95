"""The keys the log is written with: one signs its checkpoints, one seals its events.

Neither is in the database; their names are. A process that has other keys, because it was
started with another data folder or secret, is refused before it writes a second history.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.events import faults
from sanzhi.events.checkpoints import Checkpoint, key_id
from sanzhi.events.seals import seal_key, seal_key_name
from sanzhi.site.events.models import LogKey
from sanzhi.site.events.stored import key_names, newest_checkpoint
from sanzhi.site.storage import writing

_FILE = "log_key.pem"


def signing_key() -> Ed25519PrivateKey:
    """The log's key, made once and kept in the data folder, readable by its owner only."""
    path = Path(settings.HOME) / _FILE
    if not path.exists():
        # Looked for again after the database was asked: another process may have made the key,
        # and named it there, in between.
        if LogKey.objects.filter(use=LogKey.SIGNS).exists() and not path.exists():
            raise _lost(path)
        _make(path)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise _no_key(path, "it holds no Ed25519 private key", "不是 Ed25519 私钥") from None
    except OSError as error:
        said = error.strerror or str(error)
        raise _no_key(path, said, said) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise _no_key(path, "it holds no Ed25519 private key", "不是 Ed25519 私钥")
    return key


def seal_keys() -> tuple[bytes, ...]:
    """The keys whose seals hold; events are sealed with the first."""
    return tuple(seal_key(secret) for secret in _secrets())


def require_keys() -> Ed25519PrivateKey:
    """The key to sign with; `Unusable` where the log is written with other keys than this
    process has. The first process that asks decides which they are."""
    key = signing_key()
    known = key_names()
    names = seal_names()
    if known == {LogKey.SIGNS: signing_name(key), LogKey.SEALS: names[0]}:
        return key
    with writing():
        known = key_names()
        newest = newest_checkpoint()
        if known.get(LogKey.SIGNS, signing_name(key)) != signing_name(key):
            raise Unusable(_other_key())
        if newest and not newest.is_signed_by(key.public_key()):
            raise Unusable(faults.not_signed(newest))
        if known.get(LogKey.SEALS, names[0]) not in names:
            raise Unusable(_other_secret())
        # A secret that was changed, with the one before still known, seals from now on.
        for use, name in ((LogKey.SIGNS, signing_name(key)), (LogKey.SEALS, names[0])):
            LogKey.objects.update_or_create(use=use, defaults={"name": name})
    return key


def key_differences() -> Iterator[Finding]:
    """Where the keys that the database names are not those of this process."""
    known = key_names()
    newest = newest_checkpoint()
    if known.get(LogKey.SIGNS, None if newest else signing_name()) != signing_name():
        yield _other_key()
    if known.get(LogKey.SEALS, None if newest else seal_names()[0]) not in seal_names():
        yield _other_secret()


def note_of(checkpoint: Checkpoint) -> str:
    """The signed note of a checkpoint; `Unusable` where another key signed it."""
    key = signing_key().public_key()
    if not checkpoint.is_signed_by(key):
        raise Unusable(faults.not_signed(checkpoint))
    return checkpoint.note(key)


def signing_name(key: Ed25519PrivateKey | None = None) -> str:
    """What the database calls the signing key: the id that its signed notes bear."""
    return key_id(settings.ADMINISTRATION.log_origin, (key or signing_key()).public_key()).hex()


def seal_names() -> list[str]:
    """What the database calls the keys of `seal_keys`."""
    return [seal_key_name(secret) for secret in _secrets()]


def _secrets() -> tuple[str, ...]:
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def _make(path: Path) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    handle, name = tempfile.mkstemp(prefix=".log_key.", dir=path.parent)
    fresh = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(pem)
            stream.flush()
            os.fsync(stream.fileno())
        # A link never overwrites: of two processes starting at once, one wins, both read it.
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


_COPY = Text(
    "Put the copy of the key back into the data folder; a new key would not match the "
    "checkpoints signed so far.",
    "请将密钥备份放回数据目录；新密钥与已签名的检查点不符。",
)


def _no_key(path: Path, en: str, zh: str) -> Unusable:
    return Unusable.because(
        "events.key_unusable",
        path.name,
        f"The log's key cannot be read: {en}.",
        f"日志密钥无法读取：{zh}。",
        mend=_COPY,
    )


def _lost(path: Path) -> Unusable:
    return Unusable.because(
        "events.key_lost",
        path.name,
        "The log's key is not in the data folder, and the database has a log signed with it.",
        "数据目录中没有日志密钥，而数据库中的日志已由其签名。",
        mend=_COPY,
    )


def _other_key() -> Finding:
    return Finding(
        code="events.key",
        path=_FILE,
        text=Text(
            "The database names another key than this data folder has to sign the log with.",
            "数据库登记的日志签名密钥与本数据目录中的密钥不同。",
        ),
        mend=Text(
            "Start every process with the same data folder (SANZHI_HOME), or copy log_key.pem "
            "from the folder that the log was begun with.",
            "请让所有进程使用同一数据目录（SANZHI_HOME），或从建立日志的目录复制 log_key.pem。",
        ),
    )


def _other_secret() -> Finding:
    return Finding(
        code="events.key",
        path="SANZHI_SECRET_KEY",
        text=Text(
            "The database names another secret than this process has to seal events with.",
            "数据库登记的事件封印密钥与本进程的密钥不同。",
        ),
        mend=Text(
            "Give every process the same SANZHI_SECRET_KEY (unless set, the file secret_key of "
            "the data folder); where it was changed, give the one before in "
            "SANZHI_SECRET_KEY_FALLBACKS.",
            "请让所有进程使用相同的 SANZHI_SECRET_KEY（未设置时为数据目录中的 secret_key 文件）；"
            "如已更换，请在 SANZHI_SECRET_KEY_FALLBACKS 中提供原密钥。",
        ),
    )
