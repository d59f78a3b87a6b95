"""What accounts hold, as rows: posts, memberships and marks. Only a grant writes them, here, and
verification names every one that no grant gave, and every grant whose row is not there."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

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
    title_of,
)
from sanzhi.cases import Unfoldable
from sanzhi.core.findings import Finding, Text
from sanzhi.events.event import event_of
from sanzhi.events.verification import Logged
from sanzhi.site.accounts.models import Enterprise, Membership, OfficerPost, User
from sanzhi.site.cases.models import CaseRecord
from sanzhi.site.cases.rawrows import raw_rows
from sanzhi.site.events.log import Conflict
from sanzhi.site.events.stored import case_events
from sanzhi.site.law.catalogue import pack
from sanzhi.site.storage import snapshot

#: Grants whose events are read by one statement.
_TOGETHER = 500
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


def waiting(account: str, change: Change, holding: Holding, *, but: str = "") -> str:
    """Number of the proposal of the same that waits to be decided, beside one; empty where none
    does."""
    same = CaseRecord.objects.filter(
        kind=GRANT.name, state=State.PROPOSED, title=title_of(account, change, holding)
    )
    found = same.exclude(number=but).order_by("pk").values_list("number", flat=True)
    return found.first() or ""


def hold_account(grant: Grant) -> None:
    """Let nobody else propose or decide anything of the account until the transaction ends."""
    list(User.objects.select_for_update().filter(username=grant.account).values_list("pk"))


def differences() -> Iterator[Finding]:
    """A finding for every role that an account has or lacks otherwise than its grants say."""
    with snapshot():
        said, held = _granted(), _held()
    for account in sorted(said.keys() | held.keys()):
        for key in sorted(held[account] - said[account]):
            yield _found(account, key, "no grant gave it", "并无授权依据")
        for key in sorted(said[account] - held[account]):
            yield _found(account, key, "it was granted and is not there", "已获授权而未存储")


def _granted() -> Mapping[str, frozenset[str]]:
    """What every account holds by its grants."""
    grants: dict[str, list[Grant]] = defaultdict(list)
    for grant in _grants():
        grants[grant.account].append(grant)
    said = {account: held_after(given) for account, given in grants.items()}
    return defaultdict(frozenset, said)


def _grants() -> Iterator[Grant]:
    numbers = list(
        CaseRecord.objects.filter(kind=GRANT.name).order_by("pk").values_list("number", flat=True)
    )
    for at in range(0, len(numbers), _TOGETHER):
        some = numbers[at : at + _TOGETHER]
        told: dict[str, list[Logged]] = {number: [] for number in some}
        for stored in case_events(*some):
            told[stored.entry.case].append(stored)
        for events in told.values():
            try:
                yield GRANT.fold(event_of(one.entry) for one in events)
            except (Unfoldable, ValueError):
                continue  # named by the verification of the log and of the cases


def _held() -> Mapping[str, set[str]]:
    """What every account holds, as it is stored, whatever it is."""
    held: dict[str, set[str]] = defaultdict(set)
    for rows, place in (
        (OfficerPost.objects.order_by("pk"), "office"),
        (Membership.objects.order_by("pk"), "enterprise__credit_code"),
    ):
        for account, role, at in raw_rows(rows, ["user__username", "role", place]):
            held[str(account)].add(f"{role}:{at}")
    for account, *marks in raw_rows(User.objects.order_by("pk"), ["username", *_MARKS.values()]):
        for role, mark in zip(_MARKS, marks, strict=True):
            if mark not in {"0", False}:
                held[str(account)].add(f"{role}:")
    return held


def _found(account: str, key: str, why: str, why_zh: str) -> Finding:
    role, _, place = key.partition(":")
    words = GrantedRole(role).text if role in set(GrantedRole) else Text(role, role)
    return Finding(
        code="grants.holding",
        path=f"{account} {key}",
        text=Text(
            f"The account {account} as {words.en} ({place or 'anywhere'}): {why}.",
            f"账户 {account} 的角色“{words.zh}”（{place or '不限地点'}）：{why_zh}。",
        ),
        mend=Text(
            "Close the account, and ask who wrote to the database.",
            "请先停用该账户，并查明何人改动了数据库。",
        ),
    )
