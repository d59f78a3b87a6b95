"""The one rule by which people are kept out of decisions that concern themselves (回避)."""

from collections.abc import Collection

from django.db.models import Q, QuerySet

from sanzhi.core.findings import Finding, Text
from sanzhi.site.accounts.access import Actor, Denied
from sanzhi.site.accounts.models import Enterprise, User


def require_impartial(
    actor: Actor, parties: Collection[str] = (), reviewed: Collection[str] = ()
) -> None:
    """`Denied` where the actor belongs to one of the parties (credit codes), has declared an
    interest in one, or is one of those whose own decision or account is at stake (user names,
    which never change)."""
    if actor.login in reviewed:
        raise Denied(_OWN)
    if parties and concerned(parties).filter(pk=actor.user_id).exists():
        raise Denied(_INTEREST)


def concerned(parties: Collection[str]) -> QuerySet[User]:
    """Users who belong to one of the parties or have declared an interest in one."""
    codes = Enterprise.objects.filter(credit_code__in=parties).values("pk")
    return User.objects.filter(
        Q(memberships__enterprise__in=codes) | Q(interests__enterprise__in=codes)
    ).distinct()


_OWN = Finding(
    code="access.own",
    path="",
    text=Text(
        "The decision is your own; another person must review it.",
        "该决定由您本人作出，须由他人复核。",
    ),
)
_INTEREST = Finding(
    code="access.interest",
    path="",
    text=Text(
        "You belong to a party of this case or have an interest in it; another person decides.",
        "您与本案当事人存在利害关系，应当回避，由他人处理。",
    ),
)
