"""Tokens for the HTTP API: made, found and revoked."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

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


def find(secret: str, now: datetime) -> ApiToken | None:
    """The valid token with this secret, of an active user; None when there is none.

    `last_used` is kept to within five minutes, so that reading costs no write.
    """
    token = (
        ApiToken.objects.select_related("user")
        .filter(digest=digest_of(secret), user__is_active=True)
        .first()
    )
    if token is None or not token.is_valid(now):
        return None
    if token.last_used is None or now - token.last_used > _USED_STEP:
        ApiToken.objects.filter(pk=token.pk).update(last_used=now)
    return token
