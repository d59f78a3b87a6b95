"""What accounts hold, as rows: posts, memberships and marks. Beside the founding of a database only
a decided grant writes them, here."""

from collections import defaultdict
from collections.abc import Iterator

from django.db import IntegrityError

from sanzhi.administration.grants import (
    AT_ENTERPRISE,
    AT_OFFICE,
    GRANT,
    Change,
    Grant,
    GrantedRole,
    Holding,
    State,
    held_after,
)
from sanzhi.cases import Unfoldable
from sanzhi.core.findings import Finding, Text
from sanzhi.events.event import event_of
from sanzhi.site.accounts.models import Enterprise, Membership, OfficerPost, User
from sanzhi.site.cases.models import CaseRecord
from sanzhi.site.events.log import Conflict
from sanzhi.site.events.stored import case_events
from sanzhi.site.law.catalogue import pack

#: Roles held anywhere, and the mark of the account that says so.
_MARKS = {GrantedRole.ANALYST: "is_analyst", GrantedRole.ADMINISTRATOR: "is_administrator"}


def held_by(account: str) -> frozenset[Holding] | None:
    """What an account holds; None where there is none of that user name."""
    user = User.objects.filter(username=account).first()
    if user is None:
        return None
    posts = OfficerPost.objects.filter(user=user).values_list("role", "office")
    memberships = Membership.objects.filter(user=user).values_list(
        "role", "enterprise__credit_code"
    )
    at_places = {Holding(GrantedRole(role), place) for role, place in [*posts, *memberships]}
    return frozenset(
        at_places | {Holding(role) for role, mark in _MARKS.items() if getattr(user, mark)}
    )


def admits(holding: Holding) -> bool:
    """Whether there is an office or an enterprise at which the role can be held."""
    if holding.role in AT_OFFICE:
        return pack().knows_office(holding.place)
    firms = Enterprise.objects.filter(credit_code=holding.place)
    if holding.role is GrantedRole.BROKER:
        firms = firms.filter(is_broker=True)
    return firms.exists()


def carry_out(grant: Grant) -> None:
    """Write what a grant gives or takes, within the caller's transaction. `Conflict` where it was
    given or taken a moment ago."""
    role, place = grant.holding
    user = User.objects.get(username=grant.account)
    giving = grant.change is Change.GIVE
    if role in _MARKS:
        mark = _MARKS[role]
        changed = User.objects.filter(pk=user.pk, **{mark: not giving}).update(**{mark: giving})
    elif giving:
        changed = _give(user, role, place)
    elif role in AT_OFFICE:
        changed, _ = OfficerPost.objects.filter(user=user, role=role, office=place).delete()
    else:
        changed, _ = Membership.objects.filter(
            user=user, role=role, enterprise__credit_code=place
        ).delete()
    if not changed:
        raise Conflict


def _give(user: User, role: GrantedRole, place: str) -> int:
    try:
        if role in AT_ENTERPRISE:
            firm = Enterprise.objects.get(credit_code=place)
            Membership.objects.create(user=user, role=role.value, enterprise=firm)
        else:
            OfficerPost.objects.create(user=user, role=role.value, office=place)
    except IntegrityError:
        raise Conflict from None
    return 1


def differences() -> Iterator[Finding]:
    """A finding for every role that an account has or lacks otherwise than its grants say. What
    an account held before the first of them is taken as it was then; an account without a grant
    is not looked at."""
    grants: dict[str, list[Grant]] = defaultdict(list)
    for grant in _grants():
        if grant.state is State.IN_FORCE:
            grants[grant.account].append(grant)
    for account, given in grants.items():
        said, held = held_after(given), {one.key for one in held_by(account) or ()}
        for key in sorted(held - said):
            yield _found(account, key, "no grant gave it", "并无授权依据")
        for key in sorted(said - held):
            yield _found(account, key, "it was granted and is not there", "已获授权而未存储")


def _grants() -> Iterator[Grant]:
    numbers = CaseRecord.objects.filter(kind=GRANT.name).order_by("pk").values_list("number")
    for (number,) in numbers:
        try:
            yield GRANT.fold(event_of(stored.entry) for stored in case_events(number))
        except (Unfoldable, ValueError):
            continue  # named by the verification of the log and of the cases


def _found(account: str, key: str, why: str, why_zh: str) -> Finding:
    role, place = Holding.of(key)
    return Finding(
        code="grants.holding",
        path=f"{account} {key}",
        text=Text(
            f"The account {account} as {role.text.en} ({place or 'anywhere'}): {why}.",
            f"账户 {account} 的角色“{role.text.zh}”（{place or '不限地点'}）：{why_zh}。",
        ),
        mend=Text(
            "Close the account, and ask who wrote to the database.",
            "请先停用该账户，并查明何人改动了数据库。",
        ),
    )
