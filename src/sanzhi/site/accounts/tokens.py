"""Tokens for the HTTP API: made, found and revoked."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection

from sanzhi.site.accounts.models import ApiToken, User

PREFIX = "sanzhi_"
"""Lets a secret that leaked into a text be recognised."""

_USED_STEP = timedelta(minutes=5)


def issue(user: User, name: str, now: datetime, days: int | None = None) -> tuple[ApiToken, str]:
    """Make a token valid for some days (None: until revoked); the secret is returned only here.

    The secret has 256 random bits, so that one round of SHA-256 keeps it safe and finding a token
    costs one indexed look-up.
    """
    secret = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        digest=digest_of(secret),
        created=now,
        expires=now + timedelta(days=days) if days else None,
    )
    return token, secret


def digest_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def user_of(secret: str, now: datetime) -> User | None:
    """The active user whose valid token has this secret, as far as access asks; None when there
    is none.

    Asked of the store each time, so that a token or account taken away is void at once.
    `last_used` is kept to within five minutes, so that reading costs no write.
    """
    moment = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [moment(now - _USED_STEP), digest_of(secret), moment(now)])
        found = cursor.fetchone()
    if found is None:
        return None
    token, was_used, *fields = found
    if not was_used:
        ApiToken.objects.filter(pk=token).update(last_used=now)
    return User(**dict(zip(_FIELDS, fields, strict=True)))


#: What access asks of a user.
_FIELDS = (
    "id", "username", "first_name", "last_name", "is_active", "is_analyst", "is_administrator",
)  # fmt: skip
#: A statement instead of a query set, which takes longer to build than to run.
_FIND = f"""
    SELECT t.id, t.last_used IS NOT NULL AND t.last_used >= %s,
        {", ".join(f"u.{one}" for one in _FIELDS)}
    FROM {ApiToken._meta.db_table} t JOIN {User._meta.db_table} u ON u.id = t.user_id
    WHERE t.digest = %s AND u.is_active AND (t.expires IS NULL OR t.expires > %s)
"""  # noqa: S608 - names of our own tables
