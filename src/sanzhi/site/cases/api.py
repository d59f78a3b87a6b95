"""The HTTP API of cases of any kind, made from the kind: actions, events, proofs."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel, Field, create_model

from sanzhi.cases import Action
from sanzhi.core.findings import Text
from sanzhi.site.accounts.access import Actor
from sanzhi.site.api.door import REFUSALS, NotFound, Token, actor_from, language_of
from sanzhi.site.api.log import Inclusion, inclusion_of
from sanzhi.site.cases.actions import act, begin, require_may
from sanzhi.site.cases.desks import DESKS, Desk
from sanzhi.site.cases.history import events_of, is_readable
from sanzhi.site.cases.models import CaseBase
from sanzhi.site.cases.once import KEY, once
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.wording import WORDING, words_of

#: Cases of one answer, at most.
MOST_LISTED = 200

Out = TypeVar("Out", bound=BaseModel)
Sequence = Annotated[int, Field(ge=0, lt=2**31)]


class EventOut(BaseModel):
    """An event of a case."""

    case: str
    sequence: int
    kind: str
    words: str
    actor: str
    time: datetime
    law: list[str]
    payload: dict[str, Any]
    index: int | None


class Events(BaseModel):
    events: list[EventOut]


class Permitted(Token):
    """Asks whether the actor may take an action before anything of the request is read, so that
    whoever may not learns nothing from how it is refused."""

    def __init__(self, desk: Desk[Any, Any], action: Action[Any]) -> None:
        super().__init__()
        self._desk, self._action = desk, action

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        actor = super().authenticate(request, token)
        if actor is None:
            return None
        number = str(request.resolver_match.kwargs["number"]) if request.resolver_match else ""
        row = row_of(self._desk, actor, number)
        require_may(actor, row, self._action)
        return actor


class PermittedSomewhere(Token):
    """Asks whether a permission is held anywhere before the request is read."""

    def __init__(self, permission: str) -> None:
        super().__init__()
        self._permission = permission

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        actor = super().authenticate(request, token)
        if actor is not None and not actor.may_somewhere(self._permission):
            actor.require(self._permission)
        return actor


def row_of(desk: Desk[Any, Any], actor: Actor, number: str) -> Any:
    """A case that the actor may see; `NotFound` for any other, whether or not there is one."""
    row = desk.where().filter(desk.visible(actor), number=number).first()
    if row is None:
        raise NotFound(desk.kind.words, number[:40])
    return row


class CaseOfKind(BaseModel):
    """A case of a kind without doors of its own, as it stands. `sequence` is what an action on it
    must quote."""

    number: str
    kind: str
    title: str
    state: str
    state_words: str
    awaited_from: str
    """The side whose move it is; several with a comma between, none where it is nobody's."""
    awaited: str
    state_since: datetime
    deadline: date | None
    sequence: int


class CasesOfKind(BaseModel):
    """The cases that the asker may see, what waits longest first; 200 at most."""

    cases: list[CaseOfKind]


def routers() -> list[Router]:
    """The operations of every kind that has none of its own making."""
    return [router_of(desk) for desk in DESKS if desk.api]


def router_of(desk: Desk[Any, Any]) -> Router:
    """Everything the HTTP API offers of a kind that has no doors of its own."""
    router, what = Router(tags=[desk.kind.name]), desk.kind.words.en

    def show(row: Any, language: str) -> CaseOfKind:
        return _shown(desk, row, language)

    @router.get(
        f"/{desk.path}",
        response={200: CasesOfKind, **REFUSALS},
        operation_id=f"{desk.kind.name}_list",
        description=f"Each {what} that you may see, what waits longest first; 200 at most.",
    )
    def listed(request: HttpRequest, state: str | None = None) -> CasesOfKind:
        actor, language = actor_from(request), language_of(request)
        rows = desk.where().filter(desk.visible(actor)).order_by("state_since", "pk")
        rows = rows.filter(state=state) if state else rows
        return CasesOfKind(cases=[show(row, language) for row in rows[:MOST_LISTED]])

    @router.get(
        f"/{desk.path}/{{number}}",
        response={200: CaseOfKind, **REFUSALS},
        operation_id=f"{desk.kind.name}_get",
        description=f"One {what} as it stands.",
    )
    def one(request: HttpRequest, number: str) -> CaseOfKind:
        return show(row_of(desk, actor_from(request), number), language_of(request))

    for action in desk.kind.actions.values():
        if action.begins and action.by_hand:
            _offer_beginning(router, desk, action, show)
    offer_actions(router, desk, CaseOfKind, show)
    offer_events(router, desk)
    offer_proofs(router, desk)
    return router


def offer_actions(
    router: Router, desk: Desk[Any, Any], out: type[Out], show: Callable[[Any, str], Out]
) -> None:
    """Offer every action that a person takes on a standing case under
    /{path}/{number}/actions/."""
    for action in desk.kind.actions.values():
        if action.by_hand and not action.begins:
            _offer(router, desk, action, out, show)


def offer_events(router: Router, desk: Desk[Any, Any]) -> None:
    """Offer the events of a case under /{path}/{number}/events."""

    def events(request: HttpRequest, number: str) -> Events:
        actor = actor_from(request)
        return events_out(desk, row_of(desk, actor, number), actor, language_of(request))

    events.__doc__ = f"Everything that happened to a {desk.kind.words.en}, with the law applied."
    router.get(
        f"/{desk.path}/{{number}}/events",
        response={200: Events, **REFUSALS},
        operation_id=f"{desk.kind.name}_events",
    )(events)


def offer_proofs(router: Router, desk: Desk[Any, Any]) -> None:
    """Offer the proof of inclusion of each event of a case."""

    def proof(request: HttpRequest, number: str, sequence: int) -> Inclusion:
        actor = actor_from(request)
        row = row_of(desk, actor, number)
        event = (
            EventRecord.objects.told()
            .filter(case=row.number, sequence=min(sequence, 2**31 - 1))
            .only("kind", "index")
            .first()
        )
        if event is None or not is_readable(event.kind, inside=desk.is_inside(actor, row)):
            raise NotFound(Text("event", "事件"), f"{number[:40]}/{sequence}")
        return inclusion_of(event)

    proof.__doc__ = f"Proof that an event of a {desk.kind.words.en} you may see is in the log."
    router.get(
        f"/{desk.path}/{{number}}/events/{{sequence}}/proof",
        response={200: Inclusion, **REFUSALS},
        operation_id=f"{desk.kind.name}_proof",
    )(proof)


def events_out(
    desk: Desk[Any, Any], row: CaseBase, actor: Actor, language: str, wording: Any = WORDING
) -> Events:
    """The events of a case as the actor may read them."""
    return Events(
        events=[
            EventOut(
                case=event.case,
                sequence=event.sequence,
                kind=event.kind,
                words=words_of(event, wording).in_language(language),
                actor=event.actor,
                time=event.time,
                law=event.citations,
                payload=event.content,
                index=event.index,
            )
            for event in events_of(row.number, inside=desk.is_inside(actor, row))
        ]
    )


def _offer(
    router: Router,
    desk: Desk[Any, Any],
    action: Action[Any],
    out: type[Out],
    show: Callable[[Any, str], Out],
) -> None:
    body: Any = create_model(
        f"{_prefix(desk)}{action.asks.__name__}Act",
        __base__=action.asks,
        __doc__="What is asked, and the `sequence` of the case that the actor saw.",
        sequence=(Sequence, ...),
    )

    def view(request: HttpRequest, number: str, body: Any) -> Any:
        actor = actor_from(request)
        row = row_of(desk, actor, number)
        said = {name: getattr(body, name) for name in action.asks.model_fields}
        asked = action.asks.model_construct(**said)
        return show(act(actor, row, body.sequence, action.name, asked), language_of(request))

    view.__annotations__["body"] = body
    view.__name__ = action.name
    view.__doc__ = action.does.__doc__ or f"{action.words.en}."
    router.post(
        f"/{desk.path}/{{number}}/actions/{action.name}",
        response={200: out, **REFUSALS},
        operation_id=f"{desk.kind.name}_{action.name}",
        auth=Permitted(desk, action),
    )(view)


def _offer_beginning(
    router: Router,
    desk: Desk[Any, Any],
    action: Action[Any],
    show: Callable[[Any, str], CaseOfKind],
) -> None:
    def view(request: HttpRequest, body: Any, idempotency_key: str | None = KEY) -> Any:
        actor = actor_from(request)

        def answer(row: Any) -> tuple[int, Any]:
            return 201, show(row, language_of(request))

        def do(stored: Callable[[Any], None] | None) -> Any:
            return begin(actor, desk.kind.name, action.name, body, stored=stored)

        return once(request, actor, idempotency_key, answer, do)

    asked = create_model(f"{_prefix(desk)}{action.asks.__name__}", __base__=action.asks)
    view.__annotations__["body"] = asked
    view.__name__ = action.name
    view.__doc__ = action.does.__doc__ or f"{action.words.en}."
    router.post(
        f"/{desk.path}/begin/{action.name}",
        response={201: CaseOfKind, **REFUSALS},
        operation_id=f"{desk.kind.name}_{action.name}",
        auth=PermittedSomewhere(action.permission),
    )(view)


def _prefix(desk: Desk[Any, Any]) -> str:
    """What keeps the models of kinds apart in the OpenAPI document: of one name only one stands
    there."""
    return "".join(part.title() for part in desk.kind.name.split("_"))


def _shown(desk: Desk[Any, Any], row: Any, language: str) -> CaseOfKind:
    state = desk.kind.states(row.state)
    awaited = desk.kind.awaited[state]
    return CaseOfKind(
        number=row.number,
        kind=desk.kind.name,
        title=row.title,
        state=row.state,
        state_words=state.text.in_language(language),
        awaited_from=", ".join(awaited.sides),
        awaited=awaited.what.in_language(language),
        state_since=row.state_since,
        deadline=row.deadline,
        sequence=row.sequence,
    )
