"""A kind whose parts do not fit together is refused when the program starts."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from sanzhi.cases import Asked, At, Kind, Misdeclared, Situation, Standing, Step, Unfoldable, Why
from sanzhi.cases.kind import Awaited
from sanzhi.cases.standing import Outcome
from sanzhi.core.codes import Code
from sanzhi.core.digests import digest
from sanzhi.core.findings import Text, Unusable
from sanzhi.events import VOCABULARY, Event, Hash, Payload, Said

NOW = datetime(2026, 6, 1, tzinfo=UTC)


class State(Code):
    OPEN = "open", "open", "进行中"
    SHUT = "shut", "closed", "已结"


class Noted(Payload):
    words: Said


class Shut(Payload):
    pass


class Elsewhere(Payload):
    pass


class Filed(Payload):
    text: Hash
    more: list[Hash]


@dataclass(frozen=True, kw_only=True)
class Note(Standing):
    state: State = State.OPEN
    words: str = ""


class Words(Asked):
    words: Why


@pytest.fixture(autouse=True)
def _vocabulary(monkeypatch: pytest.MonkeyPatch) -> None:
    """The events of these kinds are in the vocabulary for the test alone."""
    monkeypatch.setattr(VOCABULARY, "_kinds", dict(VOCABULARY._kinds))
    monkeypatch.setattr(VOCABULARY, "_of_payload", dict(VOCABULARY._of_payload))
    for payload in (Noted, Shut, Elsewhere, Filed):
        name = f"probe.{payload.__name__.lower()}"
        VOCABULARY.declare(name, verb=("v", "动"), words=("w", "词"))(payload)


def make(**changes: Any) -> Kind[Note]:
    """A whole kind, with some of its parts other than they should be."""
    kind: Kind[Note] = Kind(
        name="note",
        words=Text("note", "记录"),
        states=State,
        begin=changes.pop("begin", Note),
        requests=changes.pop("requests", {}),
        awaited=changes.pop(
            "awaited",
            {
                State.OPEN: Awaited("anybody", Text("w", "词"), ("shut",)),
                State.SHUT: Awaited("", Text("w", "词")),
            },
        ),
    )
    follows = changes.pop("follows", (Noted, Shut))
    if Noted in follows:
        kind.follows(Noted)(lambda note, told, _at: note.having(words=told.words))
    if Shut in follows:
        kind.follows(Shut)(lambda note, _told, _at: note.having(state=State.SHUT))
    told = changes.pop("told", Shut())
    common = {"done": ("d", "成"), "permission": "p", "law": "act, art. 1"}

    def write(step: Step[Note], said: Words, _now: Situation) -> None:
        step.tell(Noted(words=said.words))

    def shut(step: Step[Note], _said: Asked, _now: Situation) -> None:
        step.tell(told)

    kind.action("write", "Write", "写", begins=True, tells=[Noted], **common)(write)
    kind.action(
        "shut", "Close", "结", **{"states": [State.OPEN], "tells": [Shut], **common, **changes}
    )(shut)
    return kind


def situation() -> Situation:
    return Situation(actor="lin", now=NOW, follow="system")


def test_a_whole_kind_is_taken_and_folds_to_where_its_actions_led():
    kind = make()
    kind.require_whole()
    written = kind.take(kind.actions["write"], Note(), Words(words="hello"), situation())
    done = kind.take(kind.actions["shut"], written.standing, Asked(), situation())
    events = [
        Event("N1", 1, "probe.noted", "lin", NOW, (), {"words": "hello"}),
        Event("N1", 2, "probe.shut", "lin", NOW, (), {}),
    ]
    assert kind.fold(events) == done.standing
    assert (done.standing.state, done.standing.since, done.standing.sequence) == (
        State.SHUT,
        NOW,
        2,
    )
    with pytest.raises(Unusable, match="not possible while"):
        kind.take(kind.actions["shut"], done.standing, Asked(), situation())


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"follows": (Noted,)}, "which the fold does not know"),
        ({"tells": []}, "tells nothing"),
        ({"law": ""}, "rests on no law"),
        ({"states": []}, "begins a case or has states"),
        ({"opens": "favour"}, "opens a request that has no name"),
        ({"decides": "favour"}, "decides a request that has no name"),
        ({"requests": {"favour": Text("w", "词")}}, "a request that nothing opens"),
        (
            {"requests": {"favour": Text("w", "词")}, "opens": "favour"},
            "a request that nothing decides",
        ),
        ({"awaited": {State.OPEN: Awaited("", Text("w", "词"))}}, "nothing says what shut"),
        (
            {
                "awaited": {
                    State.OPEN: Awaited("", Text("w", "词"), ("burn",)),
                    State.SHUT: Awaited("", Text("w", "词")),
                }
            },
            "unknown action burn",
        ),
        (
            {
                "awaited": {
                    State.OPEN: Awaited("", Text("w", "词")),
                    State.SHUT: Awaited("", Text("w", "词"), ("shut",)),
                }
            },
            "awaited in shut, and not possible",
        ),
    ],
)
def test_what_does_not_fit_together_is_refused(changes, what):
    with pytest.raises(Misdeclared, match=what):
        make(**changes).require_whole()


def test_an_event_or_action_declared_twice_is_refused():
    kind = make()
    with pytest.raises(Misdeclared, match="followed twice"):
        kind.follows(Noted)(lambda note, _told, _at: note)

    def again(step: Step[Note], said: Words, now: Situation) -> None:
        """The same name again."""

    with pytest.raises(Misdeclared, match="declared twice"):
        kind.action("write", "W", "写", done=("d", "成"), permission="p", law="a", tells=[Noted])(
            again
        )

    def unclear(step: Step[Note], said: str, now: Situation) -> None:
        """Asks for no model."""

    with pytest.raises(Misdeclared, match="does not say what it asks"):
        kind.action("x", "X", "某", done=("d", "成"), permission="p", law="a", tells=[Noted])(
            unclear
        )


def test_an_action_can_tell_only_what_its_kind_follows():
    kind = make(told=Elsewhere())
    with pytest.raises(KeyError):
        kind.take(kind.actions["shut"], Note(), Asked(), situation())


@pytest.mark.parametrize(
    ("kind_of_event", "payload"),
    [
        ("probe.elsewhere", {}),
        ("planets.aligned", {}),
        ("probe.noted", {}),
        ("probe.noted", {"words": 5}),
        ("probe.noted", {"words": "x", "more": 1}),
    ],
)
def test_an_event_that_cannot_be_one_of_the_kind_is_named(kind_of_event, payload):
    event = Event("N1", 1, kind_of_event, "lin", NOW, (), payload)
    with pytest.raises(Unfoldable, match="N1/1"):
        make().fold([event])


@pytest.mark.parametrize("numbers", [[2], [1, 3], [1, 1], [2, 1]])
def test_events_fold_in_their_order_without_a_gap(numbers):
    told = [Event("N1", one, "probe.noted", "lin", NOW, (), {"words": "x"}) for one in numbers]
    with pytest.raises(Unfoldable, match="it is not number"):
        make().fold(told)


def test_what_follows_is_decided_by_whom_the_situation_names():
    kind = make()
    step = Step(kind, Note(), situation())
    seen: list[At] = []
    kind._follows[Noted] = lambda note, _told, at: seen.append(at) or note
    step.tell(Noted(words="a"), "x", "", "x")
    step.tell(Noted(words="b"))
    assert [(at.actor, at.sequence, at.law) for at in seen] == [
        ("lin", 1, ("x",)),
        ("system", 2, ()),
    ]


def filing(texts: list[str], named: list[str]) -> Kind[Note]:
    """A kind with an action that brings texts and names others, or the same."""
    kind = make()
    kind.follows(Filed)(lambda note, _told, _at: note)

    def file(step: Step[Note], _said: Asked, _now: Situation) -> None:
        first, *more = map(digest, named)
        step.documents += texts
        step.tell(Filed(text=first, more=more))

    kind.action(
        "file", "F", "存", states=[State.OPEN], done=("d", "成"), permission="p", law="a",
        tells=[Filed],
    )(file)  # fmt: skip
    return kind


def test_what_an_event_names_by_its_hash_is_kept_with_the_case():
    kind = filing(["a", "b"], ["a", "b", "a"])
    done = kind.take(kind.actions["file"], Note(), Asked(), situation()).standing
    assert done.documents == (digest("a"), digest("b"))
    again = kind.take(kind.actions["file"], done, Asked(), situation()).standing
    assert again.documents == done.documents
    kind.own_documents = True
    assert kind.take(kind.actions["file"], Note(), Asked(), situation()).standing.documents == ()


@pytest.mark.parametrize(("texts", "named"), [([], ["a"]), (["a"], ["b"]), (["a", "b"], ["a"])])
def test_an_action_that_brings_other_texts_than_it_names_is_a_mistake(texts, named):
    kind = filing(texts, named)
    with pytest.raises(Misdeclared, match="other texts than its events name"):
        kind.take(kind.actions["file"], Note(), Asked(), situation())


def test_consequences_say_what_they_tell():
    kind = make()
    kind.consequences = lambda step, _before, _now: step.tell(Noted(words="again"))
    with pytest.raises(Misdeclared, match="do not say what they tell"):
        kind.require_whole()
    kind.consequent = (Elsewhere,)
    with pytest.raises(Misdeclared, match="which the fold does not know"):
        kind.require_whole()
    kind.consequent = (Shut,)
    kind.require_whole()
    with pytest.raises(Misdeclared, match="tells Noted, which it does not name"):
        kind.take(kind.actions["shut"], Note(), Asked(), situation())
    kind.consequent = (Noted,)
    assert len(kind.take(kind.actions["shut"], Note(), Asked(), situation()).told) == 2


def test_an_action_tells_what_it_names_alone():
    kind = make(told=Noted(words="x"))
    kind.require_whole()
    with pytest.raises(Misdeclared, match="shut tells Noted, which it does not name"):
        kind.take(kind.actions["shut"], Note(), Asked(), situation())


@pytest.mark.parametrize(
    ("declared", "asks", "what"),
    [
        ({"opens": "favour"}, "", "opens .. where it says “favour”"),
        ({}, "favour", "opens .'favour'. where it says “”"),
        ({"opens": "favour"}, "leave", "opens .'leave'. where it says “favour”"),
    ],
)
def test_an_action_opens_the_request_that_it_says(declared, asks, what):
    """What a fold opens has a name, since an action says so, and an action names what has one."""
    kind = make(**declared)
    kind._follows[Shut] = lambda note, _told, at: note.asking(asks, at, "why") if asks else note
    with pytest.raises(Misdeclared, match=what):
        kind.take(kind.actions["shut"], Note(), Asked(), situation())


def test_an_action_decides_no_request_but_the_one_it_says():
    kind = make(decides="favour")
    at = At(1, NOW, "lin")
    asked = Note().asking("favour", at, "why").asking("leave", at, "why")
    kind._follows[Shut] = lambda note, _told, at: note.deciding("leave", at, Outcome.GRANTED, "w")
    with pytest.raises(Misdeclared, match="decides “leave” where it says “favour”"):
        kind.take(kind.actions["shut"], asked, Asked(), situation())
    kind._follows[Shut] = lambda note, _told, at: note.deciding("favour", at, Outcome.GRANTED, "w")
    assert kind.take(kind.actions["shut"], asked, Asked(), situation()).standing.requests[0].outcome
