"""Where cases lie, and so where permissions on them are asked.

A case lies at the place of its kind; an action may be somewhere else (`Action.at`), at another
office that decides as well. Those places are kept in a table of their own, so that rows are found
by them; whoever acts is asked at the place that the events say.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Q, QuerySet

from sanzhi.cases import Action, Kind, Standing, Step
from sanzhi.core.findings import Finding, Text
from sanzhi.site.accounts.access import Actor, permissions
from sanzhi.site.accounts.models import Enterprise
from sanzhi.site.cases.models import CasePlace
from sanzhi.site.cases.rawrows import raw_rows
from sanzhi.site.permissions import Scope

if TYPE_CHECKING:  # desks ask where their cases lie
    from sanzhi.site.cases.desks import Desk

#: No row at all.
NONE = Q(pk=None)
#: The columns of `CasePlace`, by scope.
_COLUMNS = {scope: scope.value for scope in (Scope.OFFICE, Scope.ENTERPRISE, Scope.STUDY)}


class Lying(NamedTuple):
    """Where a case and its actions are, as its row says: as `Actor.may` takes it."""

    own: Mapping[str, Any]
    elsewhere: Mapping[str, Mapping[str, Any]]
    """By the name of the action."""

    def of(self, action: Action[Any]) -> Mapping[str, Any]:
        """Where an action's permission is asked."""
        return self.own if action.at is None else self.elsewhere.get(action.name, {})


def lying(desk: "Desk[Any, Any]", row: Any) -> Lying:
    """Where a case lies and its actions are; the table is asked only of a kind that needs it."""
    elsewhere: dict[str, Mapping[str, Any]] = {}
    if _away(desk.kind):
        for one in CasePlace.objects.filter(case=row.number):
            elsewhere[one.action] = _asked(one.office, one.enterprise, one.study)
    return Lying(desk.place(row), elsewhere)


def told_place(action: Action[Any], standing: Standing) -> Mapping[str, Any]:
    """Where an action that is somewhere else is by the events of a case."""
    return _asked(*_told(action, standing))


def able(desk: "Desk[Any, Any]", actor: Actor, action: Action[Any]) -> Q:
    """The rows on which an actor holds the permission of an action, at its place."""
    if action.at:
        return away(actor, action, action.permission)
    scope = permissions()[action.permission].scope
    if scope is Scope.ANYWHERE:
        return Q() if actor.may(action.permission) else NONE
    column = desk.places.get(scope)
    places = _held(actor, action.permission, scope)
    return Q(**{f"{column}__in": places}) if column and places else NONE


def away(actor: Actor, action: Action[Any], permission: str) -> Q:
    """The rows at whose place of an action, which is somewhere else, a permission is held."""
    scope = permissions()[permission].scope
    found = CasePlace.objects.filter(action=action.name)
    if scope is not Scope.ANYWHERE:
        held: Any = _held(actor, permission, scope)
        if not held:
            return NONE
        if scope is Scope.ENTERPRISE:
            held = Enterprise.objects.filter(pk__in=held).values("credit_code")
        found = found.filter(**{f"{_COLUMNS[scope]}__in": held})
    elif not actor.may(permission):
        return NONE
    return Q(number__in=found.values("case"))


def store_places(kind: Kind[Any], number: str, step: Step[Any]) -> None:
    """Write where a step has put the actions that are somewhere else."""
    for action in _away(kind):
        now = _told(action, step.standing)
        if not step.before.sequence or now != _told(action, step.before):
            CasePlace.objects.update_or_create(
                case=number, action=action.name, defaults=now._asdict()
            )


def place_differences(
    kinds: Collection[Kind[Any]], folded: Mapping[str, Mapping[str, Any]]
) -> Iterator[Finding]:
    """The stored places of actions against those that the events say."""
    said = {
        (number, action.name): _told(action, standing)
        for kind in kinds
        for action in _away(kind)
        for number, standing in folded.get(kind.name, {}).items()
    }
    rows: QuerySet[Any] = CasePlace.objects.order_by("pk")
    for case, action, *stored in raw_rows(rows, ["case", "action", *_Place._fields]):
        if said.pop((case, action), None) != tuple(stored):
            yield _differs(case, action)
    for case, action in said:
        yield _differs(case, action)


class _Place(NamedTuple):
    """A place as `CasePlace` keeps it; the enterprise by its credit code."""

    office: str = ""
    enterprise: str = ""
    study: str = ""


def _told(action: Action[Any], standing: Standing) -> _Place:
    at: Callable[[Any], Mapping[str, str]] | None = action.at
    return _Place(**at(standing)) if at else _Place()


def _asked(office: str, enterprise: str, study: str) -> Mapping[str, Any]:
    firm = Enterprise.objects.filter(credit_code=enterprise).first() if enterprise else None
    return {
        "office": office or None,
        "enterprise": firm.pk if firm else None,
        "study": study or None,
    }


def _away(kind: Kind[Any]) -> list[Action[Any]]:
    """The actions of a kind that are somewhere else than its cases."""
    return [action for action in kind.actions.values() if action.at]


def _held(actor: Actor, permission: str, scope: Scope) -> list[Any]:
    """The places of a scope at which an actor holds a permission."""
    own: Mapping[Scope, Collection[Any]] = {
        Scope.ENTERPRISE: actor.enterprises,
        Scope.OFFICE: actor.offices,
        Scope.STUDY: actor.studies,
    }
    return sorted(one for one in own[scope] if actor.may(permission, **{scope.value: one}))


def _differs(case: str, action: str) -> Finding:
    return Finding(
        code="cases.place",
        path=f"{case} {action}",
        text=Text(
            f"Where {action} is done on {case} is not what its events say.",
            f"{case} 办理 {action} 的地点与事件不符。",
        ),
    )
