"""A kind of case: its states, its actions, and the fold of its events.

A kind is declared once and checked when the program starts (`Kind.require_whole`): an action that
tells what the fold does not follow, a state that nothing names, two actions of one name are
refused then, not met by a user.
"""

import inspect
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Generic, NamedTuple, TypeVar, get_type_hints

from pydantic import ValidationError

from sanzhi.cases.asking import Asked, ask_of
from sanzhi.cases.departures import departures
from sanzhi.cases.standing import At, Decision, Standing
from sanzhi.cases.step import Situation, Step
from sanzhi.core.codes import Code
from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.events import VOCABULARY, Event, Payload, hashes_of

S = TypeVar("S", bound=Standing)
#: What follows from an event: the standing before, its payload, and when and by whom.
Follow = Callable[[S, Any, At], S]
#: What an action does: the step it moves, what was said, and the situation.
Does = Callable[..., None]


class Misdeclared(Exception):
    """A kind whose parts do not fit together: the program's mistake, refused at start."""


class Unfoldable(Exception):
    """An event that its kind of case does not follow."""

    def __init__(self, event: Event, why: str) -> None:
        super().__init__(f"{event.case}/{event.sequence} {event.kind}: {why}")
        self.event, self.why = event, why


class Awaited(NamedTuple):
    """What a state waits for."""

    side: str | tuple[str, ...]
    """Whose move it is: a side that the kind names, several where each has a move of its own,
    empty where it is nobody's. People are told of it where a side is called as their role."""
    what: Text
    actions: tuple[str, ...] = ()
    """The actions that are that move."""

    @property
    def sides(self) -> tuple[str, ...]:
        """Every side whose move it is."""
        return self.side if isinstance(self.side, tuple) else (self.side,) if self.side else ()


def _nobody(_standing: Any) -> Collection[str]:
    return ()


def _always(_standing: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Action(Generic[S]):
    """One thing that can be done with a case."""

    name: str
    words: Text
    done: Text
    """What is said once it is done."""
    permission: str
    states: frozenset[Code]
    """Where it can be done; empty for an action that begins a case."""
    law: str
    """The rule that gives the power or sets the duty."""
    asks: type[Asked]
    tells: tuple[type[Payload], ...]
    does: Does
    begins: bool = False
    when: Callable[[S], bool] = _always
    """Beside the state: whether there is anything to do."""
    nothing: Finding | None = None
    """What is wrong where `when` says no."""
    opens: str = ""
    """The kind of request it files."""
    decides: str = ""
    """The kind of request it decides."""
    impartial: bool = False
    """Whether it decides over others, so that nobody with an interest may."""
    reviews: Callable[[S], Collection[str]] = _nobody
    """Accounts whose own decision or work is at stake: none of them may."""
    at: Callable[[S], Mapping[str, str]] | None = None
    """Where its permission is asked, by what the case is: `office`, `enterprise` (credit code) or
    `study`; None: where the case lies."""
    by_hand: bool = True
    """Whether a person can say what it asks; otherwise the program does, and no door offers it."""

    @property
    def has_form(self) -> bool:
        """Whether a form can ask for everything; otherwise its kind has a page for it."""
        return all(ask_of(one) for one in self.asks.model_fields.values())

    def is_possible(self, standing: S) -> bool:
        """Whether state, requests and what is at hand allow it now."""
        return self.hindrance(standing) is None

    def hindrance(self, standing: S) -> Finding | None:
        """Why it is not possible now; None where it is."""
        if not self.begins and standing.state not in self.states:
            return self._not_now(standing)
        if self.opens and standing.open_request(self.opens):
            return _REQUEST_OPEN
        if self.decides and not standing.open_request(self.decides):
            return _REQUEST_NONE
        return None if self.when(standing) else (self.nothing or self._not_now(standing))

    def _not_now(self, standing: S) -> Finding:
        state = standing.state.text
        return Finding(
            code="action.not_now",
            path="state",
            text=Text(
                f"{self.words.en}: not possible while the case is “{state.en}”.",
                f"单证处于“{state.zh}”状态，不能{self.words.zh}。",
            ),
        )


_REQUEST_OPEN = Finding(
    code="request.open",
    path="",
    text=Text("Such a request is open already.", "已有同类申请待处理。"),
)
_REQUEST_NONE = Finding(
    code="request.none",
    path="",
    text=Text("No such request is open on this case.", "该单证没有待处理的此类申请。"),
)


@dataclass(slots=True, kw_only=True)
class Kind(Generic[S]):
    """A kind of case. Its parts are declared with `follows` and `action`."""

    name: str
    words: Text
    states: type[Code]
    begin: Callable[[], S]
    """The standing before the first event."""
    awaited: Mapping[Any, Awaited]
    """What each state waits for."""
    requests: Mapping[str, Text] = field(default_factory=dict)
    """What the kinds of request are called that can be filed."""
    prefix: str = ""
    """Of the numbers of its cases, where they are numbered in common."""
    number: Callable[[S], str] | None = None
    """The number of a case by its first event, where its kind numbers its own."""
    parties: Callable[[S], Collection[str]] = _nobody
    """Enterprises, by credit code, whose affair a case is: who belongs to one or has declared an
    interest in it takes no decision there."""
    own: Callable[[S], Collection[str]] = _nobody
    """Accounts whose own affair a case is, wherever they have gone since: they take no decision
    there either."""
    consequences: Callable[[Step[S], S, Any], None] | None = None
    """What follows from where an action has led, whatever action it was: told last, with the
    step, the standing before, and the situation."""
    consequent: tuple[type[Payload], ...] = ()
    """The events that consequences can tell; no action names them."""
    title: Callable[[S], str] = lambda _standing: ""
    """What lists call a case."""
    own_documents: bool = False
    """Whether what its events name by a `Hash` is kept in tables of its own; otherwise each names
    a text that is kept with the case."""
    _follows: dict[type[Payload], Follow[S]] = field(default_factory=dict)
    _actions: dict[str, Action[S]] = field(default_factory=dict)

    @property
    def actions(self) -> Mapping[str, Action[S]]:
        """Every action by name, in the order pages offer them."""
        return self._actions

    @property
    def events(self) -> Iterator[str]:
        """Names of the kinds of event that its cases can have."""
        return (VOCABULARY.of(payload).name for payload in self._follows)

    def follows(self, *payloads: type[Payload]) -> Callable[[Follow[S]], Follow[S]]:
        """Decorator: what a case is after an event of these kinds."""

        def register(follow: Follow[S]) -> Follow[S]:
            for payload in payloads:
                if payload in self._follows:
                    raise Misdeclared(f"{self.name}: {payload.__name__} is followed twice")
                self._follows[payload] = follow
            return follow

        return register

    def action(
        self,
        name: str,
        en: str,
        zh: str,
        *,
        done: tuple[str, str],
        permission: str,
        law: str,
        tells: Iterable[type[Payload]],
        states: Iterable[Code] = (),
        **more: Any,
    ) -> Callable[[Does], Does]:
        """Decorator: an action, whose function takes the step, what was said and the situation,
        and tells what happened. What it asks is the type of its second parameter."""

        def register(does: Does) -> Does:
            if name in self._actions:
                raise Misdeclared(f"{self.name}: the action {name} is declared twice")
            self._actions[name] = Action(
                name=name,
                words=Text(en, zh),
                done=Text(*done),
                permission=permission,
                states=frozenset(states),
                law=law,
                asks=_asks(does),
                tells=tuple(tells),
                does=does,
                **more,
            )
            return does

        return register

    def after(self, standing: S, payload: Payload, at: At) -> S:
        """The standing after one more event; KeyError for a payload that is not of this kind."""
        moved = self._follows[type(payload)](standing, payload, at)
        changes: dict[str, Any] = {"sequence": at.sequence}
        if moved.state is not standing.state or not standing.sequence:
            changes["since"] = at.time
        kind = VOCABULARY.kind_of(payload)
        if kind.appealable:
            decision = Decision(at.sequence, kind.name, at.actor, at.time)
            changes["decisions"] = (*moved.decisions, decision)
        moved = moved.having(**changes)
        named = () if self.own_documents else tuple(hashes_of(payload))
        return moved.keeping(*named) if named else moved

    def fold(self, events: Iterable[Event]) -> S:
        """Where a case stands after its events, in their order: the one definition of it.
        `Unfoldable` names the first event that cannot be one of this kind."""
        standing = self.begin()
        for event in events:
            if event.sequence != standing.sequence + 1:
                raise Unfoldable(event, f"it is not number {standing.sequence + 1}")
            try:
                payload = VOCABULARY.read(event.kind, event.payload)
                at = At(event.sequence, event.time, event.actor, event.law, event.kind)
                standing = self.after(standing, payload, at)
            except ValidationError as error:
                raise Unfoldable(event, str(error.errors()[0]["msg"])) from None
            except (KeyError, ValueError, ArithmeticError, LookupError) as error:
                raise Unfoldable(event, str(error)) from None
        return standing

    def kept_out(self, action: Action[S], standing: S) -> set[str]:
        """Accounts that an impartial action keeps out: nobody decides on what is their own affair,
        on what they asked for, or on a decision or work of their own."""
        kept = {*action.reviews(standing), *self.own(standing)}
        asked = standing.open_request(action.decides) if action.decides else None
        return kept | {asked.asked_by, asked.against} if asked else kept

    def take(self, action: Action[S], standing: S, said: Asked, situation: Situation) -> Step[S]:
        """Take an action: the step it makes. `Unusable` where it is not possible now or what was
        said cannot be; nothing is changed then."""
        hindrance = action.hindrance(standing)
        if hindrance:
            raise Unusable(hindrance)
        step = Step(self, standing, situation)
        action.does(step, said, situation)
        if self.consequences:
            self.consequences(step, standing, situation)
        for what in departures(action, step):
            raise Misdeclared(f"{self.name}: {action.name} {what}")
        return step

    def require_whole(self) -> None:
        """`Misdeclared` where the parts of the kind do not fit together."""
        for action in self._actions.values():
            self._require_fit(action)
        for state in self.states:
            if state not in self.awaited:
                raise Misdeclared(f"{self.name}: nothing says what {state} waits for")
            for name in self.awaited[state].actions:
                if name not in self._actions:
                    raise Misdeclared(f"{self.name}: {state} waits for an unknown action {name}")
                if state not in self._actions[name].states:
                    raise Misdeclared(
                        f"{self.name}: {name} is awaited in {state}, and not possible"
                    )
        for name in self.requests:
            self._require_course(name)
        for payload in self.consequent:
            self._require_followed(f"{self.name}: a consequence", payload)
        if bool(self.consequences) != bool(self.consequent):
            raise Misdeclared(f"{self.name}: its consequences do not say what they tell")
        begun = self.begin()
        if {one.name for one in fields(begun)} - begun.__dict__.keys():
            raise Misdeclared(f"{self.name}: its standing is declared with slots")
        if not isinstance(begun.state, self.states):
            raise Misdeclared(f"{self.name}: a case begins in a state that is not its own")

    def _require_fit(self, action: Action[S]) -> None:
        where = f"{self.name}: {action.name}"
        if action.begins == bool(action.states):
            raise Misdeclared(f"{where} begins a case or has states, one of the two")
        if not all(isinstance(state, self.states) for state in action.states):
            raise Misdeclared(f"{where} names a state of another kind")
        if not action.law:
            raise Misdeclared(f"{where} rests on no law")
        if not action.tells:
            raise Misdeclared(f"{where} tells nothing")
        for payload in action.tells:
            self._require_followed(where, payload)
        if action.opens and action.opens not in self.requests:
            raise Misdeclared(f"{where} opens a request that has no name")
        if action.decides and action.decides not in self.requests:
            raise Misdeclared(f"{where} decides a request that has no name")

    def _require_followed(self, where: str, payload: type[Payload]) -> None:
        if payload not in self._follows:
            raise Misdeclared(f"{where} tells {payload.__name__}, which the fold does not know")

    def _require_course(self, request: str) -> None:
        """Every request can be filed, and decided."""
        if not any(action.opens == request for action in self._actions.values()):
            raise Misdeclared(f"{self.name}: {request} is a request that nothing opens")
        if not any(action.decides == request for action in self._actions.values()):
            raise Misdeclared(f"{self.name}: {request} is a request that nothing decides")


def _asks(does: Does) -> type[Asked]:
    """The model an action's function takes as its second parameter."""
    names = list(inspect.signature(does).parameters)
    asks = get_type_hints(does)[names[1]]
    if not (isinstance(asks, type) and issubclass(asks, Asked)):
        raise Misdeclared(f"{does.__name__} does not say what it asks")
    return asks
