"""How the site keeps each kind of case: its table, its place, who sees it. One desk a kind."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeVar

from django.db.models import Q, QuerySet

from sanzhi.cases import Kind, Misdeclared, Standing, Step
from sanzhi.cases.step import Situation
from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.site.accounts.access import Actor, permissions
from sanzhi.site.accounts.models import Enterprise
from sanzhi.site.cases.documents import document, keep
from sanzhi.site.cases.models import CaseBase, CaseParty, CaseRecord
from sanzhi.site.cases.places import NONE, away, lying
from sanzhi.site.permissions import Scope

S = TypeVar("S", bound=Standing)
C = TypeVar("C", bound=CaseBase)


def _nothing_stored(_row: Any, _step: Any, _moment: datetime) -> None:
    return None


def _no_documents(_row: Any, _step: Any) -> dict[str, Any]:
    return {}


def _belongs_nowhere(_row: Any, _other: Any) -> None:
    return None


def nobody_told(_row: Any, _step: Any, _actor: Actor, _moment: datetime) -> None:
    """For a kind whose people look at lists of their own."""


def _nothing_found(_numbers: Collection[str], _folded: Mapping[str, Any]) -> Iterable[Finding]:
    return ()


@dataclass(kw_only=True)
class Desk(Generic[S, C]):
    """How the site keeps a kind of case, acts on it, and holds what is stored of it against its
    events."""

    kind: Kind[S]
    model: type[C]
    where: Callable[[], QuerySet[C]]
    """The rows of this kind."""
    facts: Callable[[S], Mapping[str, Any]]
    """What a row says, by the standing: look-up of the row's column → value. Facts whose look-up
    has no `__` are written at every step."""
    place: Callable[[C], Mapping[str, Any]]
    """Where permissions on a case are asked: `enterprise`, `office`, `study`."""
    visible: Callable[[Actor], Q]
    """Which rows an actor may see."""
    is_inside: Callable[[Actor, C], bool]
    """Whether an actor reads what is confidential about a case."""
    situation: Callable[..., Situation]
    """Made from row, actor, moment, and who decides what follows."""
    path: str
    """First part of the addresses of its pages and in the HTTP API."""
    follow: Callable[[Actor, C], str] = lambda actor, _row: actor.login
    """Who decides what follows from an action."""
    store: Callable[[C, Step[S], datetime], None] = _nothing_stored
    """Stores the documents of a step in tables of their own."""
    documents: Callable[[C, Step[S]], dict[str, Any]] = _no_documents
    """Columns that a step writes beside the facts: documents that are kept in the row."""
    belong: Callable[[C, Any], None] = _belongs_nowhere
    """Ties the row of a case to the row of that which began it."""
    hold: Mapping[str, Callable[[C], None]] = field(default_factory=dict)
    """Actions that rest on more than their case, and what keeps it from being written meanwhile."""
    tell: Callable[[C, Step[S], Actor, datetime], None] | None = None
    """Tells people of a step; None: those whose move it is, who filed and the parties."""
    check: Callable[[Collection[str], Mapping[str, S]], Iterable[Finding]] = _nothing_found
    """What is stored beside the rows, or in them as a document, that is not what the events say."""
    require_own: Callable[[Actor, S, str], None] | None = None
    """Raises where an action is another's to take, though the permission is there."""
    places: Mapping[Scope, str] = field(default_factory=dict)
    """Look-up of the row's column that says its `place`, by scope."""
    mine: Callable[[Actor], Q] = lambda _actor: Q()
    """Of the rows that wait, those that are not another's by `require_own`."""
    title: Callable[[C], Any] = lambda row: getattr(row, "title", "")
    """What lists call a case."""
    own_list: Callable[[Actor], str] = lambda _actor: ""
    """Where what waits for an actor stands with columns of its own; empty where nowhere."""
    url: Callable[[C], str] = lambda row: f"/work/{row.number}/"
    generic: bool = False
    """Whether its pages are the ones every kind can have."""
    api: bool = False
    """Whether its doors in the HTTP API are the ones every kind can have; `row.title` then says
    what a case is called."""
    view: str = ""
    """The permission with which cases of a generic kind are seen."""

    def __post_init__(self) -> None:
        self.kind.require_whole()
        for action in self.kind.actions.values():
            if action.permission not in permissions():
                raise Misdeclared(f"{action.name} asks for no permission that there is")
            if self.generic and action.by_hand and not action.has_form:
                raise Misdeclared(f"{action.name} asks for what no form can, and has no page")

    def changing(self, standing: S) -> dict[str, Any]:
        """The columns that a step writes."""
        return {name: value for name, value in self.facts(standing).items() if "__" not in name}


@dataclass
class Desks:
    """The desks there are; apps add theirs when they are ready."""

    by_kind: dict[str, Desk[Any, Any]] = field(default_factory=dict)

    def add(self, desk: Desk[Any, Any]) -> None:
        """Add a desk; the same again, where an app is made ready twice, changes nothing."""
        known = self.by_kind.get(desk.kind.name)
        if known and known.kind is not desk.kind:
            raise Misdeclared(f"two kinds of case are called {desk.kind.name}")
        if known:
            return
        for event, other in self.by_event().items():
            if event in desk.kind.events:
                raise Misdeclared(f"{desk.kind.name} and {other.kind.name} both follow {event}")
        self.by_kind[desk.kind.name] = desk

    def by_event(self) -> dict[str, Desk[Any, Any]]:
        """The desk that keeps the cases of each kind of event."""
        return {event: desk for desk in self for event in desk.kind.events}

    def __iter__(self) -> Iterator[Desk[Any, Any]]:
        return iter(self.by_kind.values())

    def __getitem__(self, kind: str) -> Desk[Any, Any]:
        return self.by_kind[kind]

    def of(self, row: CaseBase) -> Desk[Any, Any]:
        """The desk that keeps a row."""
        if isinstance(row, CaseRecord):
            return self[row.kind]
        return next(desk for desk in self if desk.model is type(row))


DESKS = Desks()

#: The columns of `CaseRecord` that say a place, as `Desk.places`.
_PLACES = {Scope.OFFICE: "office", Scope.ENTERPRISE: "enterprise__pk", Scope.STUDY: "study"}


def base_facts(standing: Standing) -> dict[str, Any]:
    """What the common columns say."""
    return {
        "state": str(standing.state),
        "state_since": standing.since,
        "deadline": standing.deadline,
        "sequence": standing.sequence,
    }


def _own_case(_row: CaseRecord | None, **common: Any) -> Situation:
    """The situation of an action that looks at nothing but its case."""
    return Situation(**common)


def _store_beside(row: CaseRecord, step: Step[Any], _moment: datetime) -> None:
    if row.enterprise_id and _enterprise_of(row) is None:
        raise Unusable(_no_enterprise(row.enterprise_id))
    for text in step.documents:
        keep(row.number, text)


def plain_desk(
    kind: Kind[S],
    *,
    path: str,
    view: str,
    place: Callable[[S], Mapping[str, str]],
    situation: Callable[..., Situation] = _own_case,
) -> "Desk[S, CaseRecord]":
    """A desk for a kind that needs no table of its own. `place` says where a case lies: `office`,
    `enterprise` (credit code), `study`. It is seen by whoever holds there the permission `view`,
    or that of one of its actions; in an enterprise also by its parties. `situation` takes the
    case's row, None where it is only begun, and what every situation has."""

    def facts(standing: S) -> Mapping[str, Any]:
        return {
            **base_facts(standing),
            "kind": kind.name,
            "office": "",
            "study": "",
            **_columns(place(standing)),
            "title": kind.title(standing)[:200],
        }

    def make(
        row: CaseRecord | None, actor: Actor, now: datetime, follow: str, **more: Any
    ) -> Situation:
        if row is not None:
            more["document"] = partial(document, row.number)
        return situation(row, actor=actor.login, now=now, follow=follow, **more)

    def place_of(row: CaseRecord) -> Mapping[str, Any]:
        return {
            "enterprise": _enterprise_of(row),
            "office": row.office or None,
            "study": row.study or None,
        }

    asked = {view, *(one.permission for one in kind.actions.values() if one.at is None)}
    return Desk(
        kind=kind,
        model=CaseRecord,
        facts=facts,
        place=place_of,
        visible=lambda actor: _seen(actor, asked, _seen_away(actor, kind, view)),
        is_inside=_is_inside,
        situation=make,
        store=_store_beside,
        places=_PLACES,
        path=path,
        where=lambda: CaseRecord.objects.filter(kind=kind.name).select_related("enterprise"),
        url=lambda row: f"/work/{path}/{row.number}/",
        generic=True,
        api=True,
        view=view,
    )


def _seen(actor: Actor, asked: Collection[str], elsewhere: Q) -> Q:
    """Rows at the places where the actor holds one of the permissions; of an enterprise, those
    whose affair it is too; and those that are seen from `elsewhere`."""

    def may(**place: Any) -> bool:
        return any(actor.may(one, **place) for one in asked)

    if may():
        return Q()
    enterprises = [one for one in sorted(actor.enterprises) if may(enterprise=one)]
    codes = Enterprise.objects.filter(pk__in=enterprises).values("credit_code")
    own = CaseParty.objects.filter(enterprise__in=codes).values("case")
    return (
        elsewhere
        | Q(office__in=[one for one in actor.offices if may(office=one)])
        | Q(study__in=[one for one in actor.studies if may(study=one)])
        | (Q(enterprise__in=codes) | Q(number__in=own) if enterprises else Q(pk=None))
    )


def _enterprise_of(row: CaseRecord) -> int | None:
    """The key of the enterprise where a case lies; None where it is none, or none that is known."""
    try:
        return row.enterprise.pk if row.enterprise else None
    except Enterprise.DoesNotExist:
        return None


def _seen_away(actor: Actor, kind: Kind[Any], view: str) -> Q:
    """Rows on which the actor may see or do something at another place than their own."""
    found = NONE
    for action in kind.actions.values():
        if action.at:
            found |= away(actor, action, view) | away(actor, action, action.permission)
    return found


def _is_inside(actor: Actor, row: CaseRecord) -> bool:
    """Whether an actor belongs to those who look at a case for the administration, or decide it,
    at any of its places: what is confidential is for them, not for a firm that sees its own."""
    desk = DESKS.of(row)
    places = lying(desk, row)
    deciding = [one for one in desk.kind.actions.values() if one.decides or one.impartial]
    if any(actor.may(action.permission, **places.of(action)) for action in deciding):
        return True
    if permissions()[desk.view].scope is Scope.ENTERPRISE:
        return False
    return any(actor.may(desk.view, **at) for at in (places.own, *places.elsewhere.values()))


def _columns(place: Mapping[str, str]) -> dict[str, Any]:
    """A place as columns; the enterprise is named by its credit code."""
    return {
        "office": place.get("office", ""),
        "enterprise_id": place.get("enterprise") or None,
        "study": place.get("study", ""),
    }


def _no_enterprise(code: str) -> Finding:
    return Finding(
        code="case.no_enterprise",
        path="enterprise",
        text=Text(f"No enterprise {code} is known.", f"没有代码为 {code} 的企业。"),
        mend=Text("Give its credit code.", "请填写其统一社会信用代码。"),
    )
