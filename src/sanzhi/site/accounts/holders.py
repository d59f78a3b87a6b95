"""Who holds a permission at a place: `Actor.may` asked of everybody at once, for notices."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet

from sanzhi.site.accounts.access import permissions
from sanzhi.site.accounts.models import (
    BrokerAuthority,
    Membership,
    OfficerPost,
    StudyPost,
    User,
)
from sanzhi.site.permissions import Role, Scope


def holders(
    permission: str,
    day: date,
    *,
    roles: Collection[str] | None = None,
    enterprise: int | None = None,
    office: str | None = None,
    study: str | None = None,
) -> QuerySet[User]:
    """Active users who hold a permission at a place on a day, in one of `roles` where those are
    given. The place is as `Actor.may` takes it; a permission held anywhere asks for none."""
    row = permissions()[permission]
    held = row.roles if roles is None else row.roles & frozenset(roles)
    if row.scope is Scope.ENTERPRISE:
        having = _at_enterprises(held, day, Q(enterprise=enterprise), Q(client=enterprise))
    elif row.scope is Scope.OFFICE:
        having = _posted(held, Q(office=office))
    elif row.scope is Scope.STUDY:
        having = _studying(held, Q(study=study))
    else:
        having = _anywhere(held)
    return User.objects.filter(having, is_active=True)


def _at_enterprises(held: frozenset[Role], day: date, own: Q, clients: Q) -> Q:
    """Whoever files for an enterprise itself, or for a broker that may act for it."""
    traders = Membership.objects.filter(own, role__in=held & {Role.TRADER})
    authorities = BrokerAuthority.objects.filter(clients, BrokerAuthority.holding_on(day))
    brokers = Membership.objects.filter(
        role__in=held & {Role.BROKER}, enterprise__in=authorities.values("broker")
    )
    return Q(pk__in=traders.values("user")) | Q(pk__in=brokers.values("user"))


def _posted(held: frozenset[Role], where: Q) -> Q:
    return Q(pk__in=OfficerPost.objects.filter(where, role__in=held).values("user"))


def _studying(held: frozenset[Role], where: Q) -> Q:
    return Q(pk__in=StudyPost.objects.filter(where, role__in=held).values("user"))


def _anywhere(held: frozenset[Role]) -> Q:
    """Whoever has one of the roles, at whatever place."""
    members = Membership.objects.filter(role__in=held)
    having = Q(pk__in=members.values("user")) | _posted(held, Q()) | _studying(held, Q())
    if Role.ANALYST in held:
        having |= Q(is_analyst=True)
    if Role.ADMINISTRATOR in held:
        having |= Q(is_administrator=True)
    return having
