"""At which places the cases of a kind lie, asked for many rows at once."""

from collections.abc import Collection
from typing import Any

from django.db.models import Q

from sanzhi.cases import Action
from sanzhi.site.accounts.access import Actor, permissions
from sanzhi.site.cases.desks import Desk
from sanzhi.site.permissions import Scope

#: No row at all.
NONE = Q(pk=None)


def able(desk: Desk[Any, Any], actor: Actor, action: Action[Any]) -> Q:
    """The rows at whose place an actor holds the permission of an action."""
    return held(desk, actor, action.permission)


def held(desk: Desk[Any, Any], actor: Actor, permission: str) -> Q:
    """The rows at whose place an actor holds a permission."""
    scope = permissions()[permission].scope
    if scope is Scope.ANYWHERE:
        return Q() if actor.may(permission) else NONE
    column = desk.places.get(scope)
    if column is None:
        return NONE
    places = [one for one in _own(actor, scope) if actor.may(permission, **{scope.value: one})]
    return Q(**{f"{column}__in": places}) if places else NONE


def _own(actor: Actor, scope: Scope) -> Collection[Any]:
    """The places of a scope at which an actor holds anything."""
    if scope is Scope.ENTERPRISE:
        return sorted(actor.enterprises)
    return sorted(actor.offices if scope is Scope.OFFICE else actor.studies)
