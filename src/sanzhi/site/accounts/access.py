"""Who may do what. This is the one place that answers; everything not granted is denied.

A permission is granted to roles, and held at a place: an enterprise for traders and brokers, a
customs office for officers and supervisors, a study of the policy laboratory for its coders and
leads, anywhere for analysts and administrators. Apps name the permissions (`hooks.SiteApp`);
docs/reference/permissions.md shows them all and a test compares them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.db import connection
from django.db.models import Q

from sanzhi.core.findings import Finding, Text
from sanzhi.site.accounts.models import (
    OPERATOR,
    BrokerAuthority,
    Membership,
    OfficerPost,
    StudyPost,
    User,
)
from sanzhi.site.hooks import site_apps
from sanzhi.site.permissions import Permission, Role, Scope


@cache
def permissions() -> Mapping[str, Permission]:
    """Every permission by its name, app by app: the whole rule."""
    found: dict[str, Permission] = {}
    for app in site_apps():
        for name, permission in app.permissions.items():
            if name in found:
                raise ImproperlyConfigured(f"{app.name} names {name}, which is named already")
            found[name] = permission
    return found


class Denied(PermissionDenied):
    """The actor lacks a permission; the finding says which."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.text.en)
        self.finding = finding


@dataclass(frozen=True, slots=True)
class Actor:
    """A user with what they are on a day. Enterprises and users are primary keys, offices are
    codes of the law pack."""

    user_id: int
    name: str
    day: date
    login: str = ""
    """The user name: what events record."""
    own: frozenset[int] = frozenset()
    """Enterprises the user files for as trader."""
    brokers: frozenset[int] = frozenset()
    """Brokers the user works for."""
    clients: frozenset[int] = frozenset()
    """Enterprises those brokers may act for on `day`."""
    offices: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    """Customs offices of the user's posts, with the roles held there."""
    studies: Mapping[str, frozenset[Role]] = field(default_factory=dict)
    """Studies of the policy laboratory by key, with the roles held there."""
    anywhere: frozenset[Role] = frozenset()
    """Roles not bound to a place: analyst, administrator."""

    @property
    def roles(self) -> frozenset[Role]:
        """Every role the user has somewhere."""
        held = set(self.anywhere)
        held.update(*self.offices.values(), *self.studies.values())
        if self.own:
            held.add(Role.TRADER)
        if self.brokers:
            held.add(Role.BROKER)
        return frozenset(held)

    @property
    def enterprises(self) -> frozenset[int]:
        """Enterprises the user may file for."""
        return self.own | self.clients

    def may(
        self,
        permission: str,
        *,
        enterprise: int | None = None,
        office: str | None = None,
        study: str | None = None,
    ) -> bool:
        """Whether the actor holds a permission at the place given.

        An unknown permission is a KeyError: it is the program's mistake, not the user's.
        """
        row = permissions()[permission]
        return bool(row.roles & self._roles_at(row.scope, enterprise, office, study))

    def may_somewhere(self, permission: str) -> bool:
        """Whether the actor holds a permission at any place at all (for menus)."""
        return bool(permissions()[permission].roles & self.roles)

    def require(
        self,
        permission: str,
        *,
        enterprise: int | None = None,
        office: str | None = None,
        study: str | None = None,
    ) -> None:
        """Raise `Denied` unless the actor may."""
        if not self.may(permission, enterprise=enterprise, office=office, study=study):
            raise Denied(_denial(permission, office=office))

    def may_file_for(self, enterprise: int) -> bool:
        return self.may("clearance.file", enterprise=enterprise)

    def visible(
        self, *, trader: str = "trader", declarant: str = "declarant", office: str = "office"
    ) -> Q:
        """The filter on cases the actor may see; the arguments name the case's fields.

        A trader sees the enterprise's own cases whoever declared them, a broker those it
        declared, an officer those of the offices of his or her posts; others see none.
        """
        return (
            Q(**{f"{trader}__in": sorted(self.own)})
            | Q(**{f"{declarant}__in": sorted(self.own | self.brokers)})
            | Q(**{f"{office}__in": sorted(self.offices)})
        )

    def _roles_at(
        self, scope: Scope, enterprise: int | None, office: str | None, study: str | None
    ) -> frozenset[Role]:
        if scope is Scope.ENTERPRISE:
            held = {Role.TRADER} if enterprise in self.own else set()
            return frozenset(held | ({Role.BROKER} if enterprise in self.clients else set()))
        if scope is Scope.OFFICE:
            return self.offices.get(office or "", frozenset())
        if scope is Scope.STUDY:
            return self.studies.get(study or "", frozenset())
        return self.roles


#: What a user has at places: a statement, since it is asked at every request and building a query
#: takes longer than running it. A post has an office or a study, and a role; the others have an
#: enterprise's key.
_HELD = f"""
    SELECT role, enterprise_id, '', '' FROM {Membership._meta.db_table} WHERE user_id = %s
    UNION ALL
    SELECT 'client', a.client_id, '', '' FROM {BrokerAuthority._meta.db_table} a
    JOIN {Membership._meta.db_table} m ON m.enterprise_id = a.broker_id AND m.role = 'broker'
    WHERE m.user_id = %s AND a.valid_from <= %s AND (a.until IS NULL OR a.until > %s)
    UNION ALL
    SELECT 'post', 0, office, role FROM {OfficerPost._meta.db_table} WHERE user_id = %s
    UNION ALL
    SELECT 'study', 0, study, role FROM {StudyPost._meta.db_table} WHERE user_id = %s
"""  # noqa: S608 - names of our own tables


def actor_of(user: User, day: date) -> Actor:
    """The actor a user is on a day; a deactivated user is nothing."""
    if not user.is_active or user.pk is None:
        return Actor(user.pk or 0, str(user), day)
    enterprises: dict[str, set[int]] = {"trader": set(), "broker": set(), "client": set()}
    posts: dict[str, dict[str, frozenset[Role]]] = {"post": {}, "study": {}}
    on = connection.ops.adapt_datefield_value(day)
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [user.pk, user.pk, on, on, user.pk, user.pk])
        for what, enterprise, place, role in cursor.fetchall():
            if what in posts:
                held = posts[what]
                held[place] = held.get(place, frozenset()) | {Role(role)}
            else:
                enterprises[what].add(enterprise)
    flags = {Role.ANALYST: user.is_analyst, Role.ADMINISTRATOR: user.is_administrator}
    return Actor(
        user_id=user.pk,
        name=str(user),
        day=day,
        login=user.username,
        own=frozenset(enterprises["trader"]),
        brokers=frozenset(enterprises["broker"]),
        clients=frozenset(enterprises["client"]),
        offices=posts["post"],
        studies=posts["study"],
        anywhere=frozenset(role for role, given in flags.items() if given),
    )


def operator(day: date) -> Actor:
    """Whoever operates the machine, who makes administrators there. Not an account: nobody logs in
    so, and no account has this user name."""
    return Actor(0, OPERATOR, day, login=OPERATOR, anywhere=frozenset({Role.ADMINISTRATOR}))


def _denial(permission: str, *, office: str | None) -> Finding:
    words = permissions()[permission].words
    if office and permissions()[permission].scope is Scope.OFFICE:
        text = Text(
            f"You may not {words.en} at customs office {office}.",
            f"您无权在关区 {office} {words.zh}。",
        )
    else:
        text = Text(f"You may not {words.en} here.", f"您无权{words.zh}。")
    return Finding(
        code="access.denied",
        path=permission,
        text=text,
        mend=Text(
            "Ask an administrator for the role that carries this permission.",
            "请联系管理员授予相应角色。",
        ),
    )
