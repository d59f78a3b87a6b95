"""Where a case stands: what is common to the standings of every kind."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, Self

from sanzhi.core.codes import Code

#: The moment before anything happened.
NEVER = datetime.min.replace(tzinfo=UTC)


class At(NamedTuple):
    """What a fold knows of an event beside its payload."""

    sequence: int
    time: datetime
    actor: str
    law: tuple[str, ...] = ()
    kind: str = ""
    """Of the event."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision on the case that whom it concerns can appeal."""

    sequence: int
    kind: str
    """Of the event."""
    actor: str
    time: datetime


class Outcome(Code):
    """What became of a request."""

    GRANTED = "granted", "granted", "准予"
    REFUSED = "refused", "refused", "不予"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Something asked for on a case; open until an outcome is there."""

    kind: str
    sequence: int
    asked_by: str
    asked_at: datetime
    reason: str
    about: int | None = None
    """Sequence of the decision it is about."""
    against: str = ""
    """Who took that decision."""
    document: str = ""
    """SHA-256 of the document it brought."""
    told: str = ""
    """Kind of the event that asked: who may not read it may not read what was asked."""
    outcome: Outcome | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    decided_reason: str = ""
    decided_told: str = ""
    """Kind of the event that decided, as `told`."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What a case is after its events so far. A kind adds its own fields, without `slots`."""

    state: Code
    since: datetime = NEVER
    """When the case came into its state."""
    sequence: int = 0
    """Of the last event: what an actor saw is compared with it."""
    deadline: date | None = None
    """Last day of what is awaited, where the law sets one."""
    requests: tuple[Request, ...] = ()
    decisions: tuple[Decision, ...] = ()
    documents: tuple[str, ...] = ()
    """SHA-256 of the texts that are kept with the case."""

    def having(self, **changes: Any) -> Self:
        """The standing with some fields changed. A fold asks this for every event of a log, so
        the fields are copied as they are instead of being given one by one."""
        if not changes.keys() <= self.__dict__.keys():
            raise TypeError(f"{type(self).__name__} has no {changes.keys() - self.__dict__.keys()}")
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        made.__dict__.update(changes)
        return made

    @property
    def open_requests(self) -> Iterator[Request]:
        return (one for one in self.requests if one.outcome is None)

    def open_request(self, kind: str) -> Request | None:
        """The request of a kind that waits for a decision."""
        return next((one for one in self.open_requests if one.kind == kind), None)

    def asking(
        self,
        kind: str,
        at: At,
        reason: str,
        *,
        about: int | None = None,
        document: str = "",
    ) -> Self:
        """The standing with a request opened. `about` is a decision's sequence."""
        decision = next((one for one in self.decisions if one.sequence == about), None)
        request = Request(
            kind=kind,
            sequence=at.sequence,
            asked_by=at.actor,
            asked_at=at.time,
            reason=reason,
            about=about,
            against=decision.actor if decision else "",
            document=document,
            told=at.kind,
        )
        kept = self.keeping(document) if document else self
        return kept.having(requests=(*self.requests, request))

    def keeping(self, *documents: str) -> Self:
        """The standing with texts kept with the case, by their SHA-256."""
        return self.having(documents=tuple(dict.fromkeys((*self.documents, *documents))))

    def deciding(self, kind: str, at: At, outcome: Outcome, reason: str) -> Self:
        """The standing with the open request of a kind decided."""
        return self.having(
            requests=tuple(
                replace(
                    one,
                    outcome=outcome,
                    decided_by=at.actor,
                    decided_at=at.time,
                    decided_reason=reason,
                    decided_told=at.kind,
                )
                if one.kind == kind and one.outcome is None
                else one
                for one in self.requests
            ),
        )
