"""Guessing passwords is slowed down: after some failures in a row, a name is closed for a while
to the address they came from, and an address to all names."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from ipaddress import ip_address

from django.conf import settings
from django.db.models import F, Sum

from sanzhi.site.accounts.models import LoginFailure

#: Failures in a row from one address before the name, or the address, has to wait.
PER_NAME = 5
PER_ADDRESS = 50
WAIT = timedelta(minutes=15)
#: Stands for an address that cannot be read.
UNKNOWN = "::"


def address_of(meta: Mapping[str, str]) -> str:
    """Where a request comes from. Behind a proxy that is the last address of X-Forwarded-For,
    the one the proxy itself has seen; those before it are whatever the sender wrote."""
    text = meta.get("REMOTE_ADDR", "")
    if settings.BEHIND_TLS:
        text = meta.get("HTTP_X_FORWARDED_FOR", text).rpartition(",")[2].strip()
    try:
        return str(ip_address(text))
    except ValueError:
        return UNKNOWN


def must_wait(username: str, address: str, now: datetime) -> bool:
    """Whether a login has to be refused unseen."""
    recent = LoginFailure.objects.filter(address=address, last__gt=now - WAIT)
    if recent.filter(username=_key(username), count__gte=PER_NAME).exists():
        return True
    return (recent.aggregate(all=Sum("count"))["all"] or 0) >= PER_ADDRESS


def failed(username: str, address: str, now: datetime) -> None:
    """Count a failure; what is older than the wait starts again from one."""
    LoginFailure.objects.filter(last__lte=now - WAIT).delete()
    row, made = LoginFailure.objects.get_or_create(
        username=_key(username), address=address, defaults={"count": 1, "last": now}
    )
    if not made:
        LoginFailure.objects.filter(pk=row.pk).update(count=F("count") + 1, last=now)


def succeeded(username: str, address: str) -> None:
    LoginFailure.objects.filter(username=_key(username), address=address).delete()


def _key(username: str) -> str:
    return username.strip().lower()[:150]
