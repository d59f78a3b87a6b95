"""What an action makes of a case: events told one after the other, each moving the standing."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

from sanzhi.cases.standing import At, Standing
from sanzhi.core.findings import Finding
from sanzhi.events import VOCABULARY, Payload

if TYPE_CHECKING:  # a kind makes steps, and a step folds by its kind
    from sanzhi.cases.kind import Kind

S = TypeVar("S", bound=Standing)
T = TypeVar("T", bound=Standing)


class Overtaken(Exception):
    """What the actor saw of other cases is so no more; the finding, if any, says what."""

    def __init__(self, finding: Finding | None = None) -> None:
        super().__init__(finding.text.en if finding else "")
        self.finding = finding


class Told(NamedTuple):
    """An event to be logged, and the law it applied."""

    payload: Payload
    law: tuple[str, ...]


def _no_document(digest: str) -> str:
    raise KeyError(digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What an action knows beside the case and what it was told: who acts, and when."""

    actor: str
    """The account that acts; it never changes its name."""
    now: datetime
    follow: str = ""
    """Who decides what follows from the action's first event; the actor where nobody is named."""
    document: Callable[[str], str] = _no_document
    """Gives a document of the case by its SHA-256."""


@dataclass(frozen=True, slots=True)
class Other(Generic[S]):
    """Another case that an action reaches; one that it begins stands before its first event."""

    number: str
    standing: S


@dataclass(slots=True)
class Step(Generic[S]):
    """A case on its way through an action. Its standing is always the fold of its events: there
    is no other way to change it than to tell one."""

    kind: "Kind[S]"
    standing: S
    situation: Situation
    told: list[Told] = field(default_factory=list)
    documents: list[Any] = field(default_factory=list)
    """What is stored beside the events that bear its hashes: texts, where the kind says nothing
    else."""
    number: str = ""
    """Of the case, where it is another than that on which the action was taken."""
    others: list["Step[Any]"] = field(default_factory=list)
    """Steps on other cases, stored before this one and only with it."""
    before: S = field(init=False)
    """The standing that the step began from."""

    def __post_init__(self) -> None:
        self.before = self.standing

    def on(self, kind: "Kind[T]", other: Other[T]) -> "Step[T]":
        """A step on another case, of this kind or of another."""
        step = Step(kind, other.standing, self.situation, number=other.number)
        self.others.append(step)
        return step

    def tell(self, payload: Payload, *law: str) -> None:
        """Add an event. The first is the actor's own; the others follow from it."""
        situation = self.situation
        actor = (situation.follow or situation.actor) if self.told else situation.actor
        cited = tuple(dict.fromkeys(filter(None, law)))
        kind = VOCABULARY.kind_of(payload).name
        at = At(self.standing.sequence + 1, situation.now, actor, cited, kind)
        self.standing = self.kind.after(self.standing, payload, at)
        self.told.append(Told(payload, cited))
