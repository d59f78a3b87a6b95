"""What the environment says: the data folder, the secret key, the database and the mail server.

Every variable is listed in docs/reference/settings.md. A value that cannot be used is refused
when the site starts, naming the variable.
"""

import os
import secrets
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured

from sanzhi.core.findings import Unusable
from sanzhi.law.administration import Administration, administration_of
from sanzhi.law.tables import require_pack

#: Every variable the site reads.
VARIABLES = (
    "DATABASE_URL",
    "SANZHI_ALLOWED_HOSTS",
    "SANZHI_DEBUG",
    "SANZHI_HOME",
    "SANZHI_LAW",
    "SANZHI_MAIL_FROM",
    "SANZHI_SECRET_KEY",
    "SANZHI_SECRET_KEY_FALLBACKS",
    "SANZHI_SMTP_URL",
    "SANZHI_TLS",
)

# WAL lets readers work beside the one writer. NORMAL loses nothing when the process dies at any
# point; after a power cut the file is sound, and the last few commits may have to be sent again.
_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=NORMAL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA cache_size=-65536",
    "PRAGMA mmap_size=268435456",
    "PRAGMA temp_store=MEMORY",
)


def flag(name: str) -> bool:
    """A yes/no variable: 1/true/yes/on or 0/false/no/off; unset is no."""
    value = os.environ.get(name, "").strip().lower()
    if value in {"", "0", "false", "no", "off"}:
        return False
    if value in {"1", "true", "yes", "on"}:
        return True
    raise ImproperlyConfigured(f"{name} is {value!r}; write 1 or 0")


def names(name: str, default: tuple[str, ...]) -> list[str]:
    """A list variable, separated by commas."""
    value = os.environ.get(name, "")
    return [part.strip() for part in value.split(",") if part.strip()] or list(default)


def folder(name: str) -> Path | None:
    """A variable that names a folder which must be there; None when unset."""
    value = os.environ.get(name, "")
    if not value:
        return None
    found = Path(value).expanduser().resolve()
    if not found.is_dir():
        raise ImproperlyConfigured(f"{name} names {found}, which is not a folder")
    return found


def administration(law_pack: Path | None) -> Administration:
    """Whose law the pack is. One that keeps no log cannot be served."""
    try:
        if law_pack is not None:
            require_pack(law_pack)
        found = administration_of(law_pack)
    except Unusable as unusable:
        said = unusable.finding
        raise ImproperlyConfigured(f"SANZHI_LAW: {said.path}: {said.text.en}") from None
    if not found.log_origin:
        raise ImproperlyConfigured("SANZHI_LAW: pack.yaml names no log_origin")
    return found


def languages(of: Administration) -> list[tuple[str, str]]:
    """The languages of pages as Django names them, with what each calls itself."""
    named = [("zh-hans" if one == "zh" else one) for one in of.languages]
    return [(one, "中文" if one == "zh-hans" else _own_name(one)) for one in named]


def _own_name(language: str) -> str:
    known: dict[str, Any] = LANG_INFO.get(language, {})
    return str(known.get("name_local", language)).capitalize()


def home() -> Path:
    """The data folder (SANZHI_HOME, `./var` unless set); made when absent, for its owner only."""
    folder = Path(os.environ.get("SANZHI_HOME") or "var").expanduser().resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"SANZHI_HOME {folder} cannot be used: {error}") from None
    return folder


def secret_key(folder: Path) -> str:
    """The signing key: SANZHI_SECRET_KEY, else one made once and kept in the data folder."""
    given = os.environ.get("SANZHI_SECRET_KEY", "")
    if given:
        _require_long(given, "SANZHI_SECRET_KEY")
        return given
    kept = folder / "secret_key"
    fresh = folder / f".secret_key.{os.getpid()}"
    if not kept.exists():
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(48), encoding="ascii")
        try:
            # A link never overwrites: of two processes starting at once, one wins, both read it.
            kept.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return kept.read_text(encoding="ascii").strip()


def former_secrets() -> list[str]:
    """Keys that signed and sealed before SANZHI_SECRET_KEY: what they signed goes on to hold."""
    given = names("SANZHI_SECRET_KEY_FALLBACKS", ())
    for secret in given:
        _require_long(secret, "SANZHI_SECRET_KEY_FALLBACKS")
    return given


def database(folder: Path) -> dict[str, Any]:
    """Django's settings for DATABASE_URL: `postgres://user:password@host:port/name`,
    `sqlite:///path`, or SQLite in the data folder when unset."""
    url = os.environ.get("DATABASE_URL", "").strip()
    if not url:
        return _sqlite(str(folder / "sanzhi.sqlite3"))
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(unquote(parts.path.removeprefix("/")) or ":memory:")
    if parts.scheme in {"postgres", "postgresql"}:
        return _postgres(parts)
    raise ImproperlyConfigured(
        f"DATABASE_URL starts with {parts.scheme!r}; write postgres://… or sqlite:///…"
    )


def mail(folder: Path) -> dict[str, Any]:
    """Mail settings: SANZHI_SMTP_URL (`smtp://user:password@host:port`, `smtps://` for TLS from
    the first byte), else messages are written as files into `mail` in the data folder."""
    url = os.environ.get("SANZHI_SMTP_URL", "").strip()
    settings: dict[str, Any] = {
        "DEFAULT_FROM_EMAIL": os.environ.get("SANZHI_MAIL_FROM", "sanzhi@localhost"),
    }
    if not url:
        return settings | {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(folder / "mail"),
        }
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ImproperlyConfigured("SANZHI_SMTP_URL is not like smtp://user:password@host:587")
    return settings | {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp",
        "EMAIL_TIMEOUT": 10,
    }


def _require_long(secret: str, name: str) -> None:
    if len(secret) < 32:
        raise ImproperlyConfigured(f"{name} is shorter than 32 characters")


def _sqlite(name: str) -> dict[str, Any]:
    # IMMEDIATE: a transaction that will write takes the writer's place at once, so that two
    # never deadlock half-way; the second waits up to `timeout` seconds.
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": ";".join(_SQLITE_PRAGMAS),
        },
    }


def _postgres(parts: Any) -> dict[str, Any]:
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    try:
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured("DATABASE_URL has a port that is not a number") from None
    if find_spec("psycopg") is None:
        raise ImproperlyConfigured(
            "DATABASE_URL names PostgreSQL, which needs: pip install 'sanzhi[postgres]'"
        )
    settings: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "sanzhi",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", None) or parts.hostname or "",
        "PORT": options.pop("port", None) or port or "",
        "OPTIONS": options,
    }
    if find_spec("psycopg_pool") is not None:
        options["pool"] = {"min_size": 2, "max_size": 16, "timeout": 10}
        return settings
    return settings | {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
