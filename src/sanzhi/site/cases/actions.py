"""Taking an action on a case of any kind: the one way in which a case is changed.

Permission is asked before anything of the case is looked at, and the refusal is the same whatever
the case's state. Then who has an interest is kept out, what was said is read, what the actor saw
is compared with the case's last event, and the row with what the events say; the library makes
the step, and one transaction stores it with its events. What is decided rests on the fold of the
events, never on a stored row.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone
from pydantic import ValidationError

from sanzhi.cases import Action, Asked, Overtaken, Situation, Standing, Step, Unfoldable
from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.core.shapes import field_path, shape_text
from sanzhi.events import Event
from sanzhi.events.event import event_of
from sanzhi.events.seals import is_sealed
from sanzhi.events.verification import Logged
from sanzhi.site.accounts.access import Actor, Denied
from sanzhi.site.accounts.conflicts import require_impartial
from sanzhi.site.cases.desks import DESKS, Desk
from sanzhi.site.cases.models import CaseBase
from sanzhi.site.cases.places import lying, told_place
from sanzhi.site.cases.storing import insert, new_row, store
from sanzhi.site.cases.told import differs, stored, stored_row
from sanzhi.site.events.keys import seal_keys
from sanzhi.site.events.log import Conflict
from sanzhi.site.events.stored import case_events
from sanzhi.site.storage import writing

#: No vowels, no 0/O or 1/I/L: a number can be read out and cannot spell a word.
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
#: Cases whose events are read by one statement.
_TOGETHER = 500


def _nothing_more(_row: Any) -> Mapping[str, Any]:
    return {}


class NoSuchAction(LookupError):
    """The kind of the case has no action of that name."""


@dataclass(frozen=True, slots=True)
class Offer:
    """An action that an actor may take on a case now."""

    action: Action[Any]
    awaited: bool
    """Whether it is the step that the case waits for."""


def act(
    actor: Actor,
    row: CaseBase,
    sequence: int,
    name: str,
    said: Mapping[str, Any] | Asked | None = None,
    *,
    now: datetime | None = None,
    **more: Any,
) -> Any:
    """Take an action on a standing case; gives the row as it is then. `said` is what was asked
    for, `sequence` the case's last event as the actor saw it, `more` what the kind's situation
    takes beside.

    `Denied` before anything else; `Unusable` where what was said cannot be or the action is not
    possible now; `Conflict` where the case, or another that was seen beside it, has moved on.
    Nothing is written then, nor where the action changed nothing.
    """
    desk = DESKS.of(row)
    action = action_of(desk, name)
    actor.require(action.permission, **lying(desk, row).of(action))
    with _held(desk, [row], name):
        moment = now or timezone.now()
        seen = _Seen(row, standing_of(row), sequence)
        _require_told(desk, [seen])
        step = _step(desk, action, actor, seen, said or {}, moment, more)
        if step.told:
            with writing():
                store(desk, row, step, actor, moment)
    return row


def act_on_all(
    actor: Actor,
    rows: Sequence[CaseBase],
    name: str,
    said: Sequence[Mapping[str, Any]],
    *,
    now: datetime | None = None,
    known: Callable[[Any], Mapping[str, Any]] = _nothing_more,
) -> None:
    """Take an action on many cases of a kind, on each with what was `said` of it, all or none. As
    `act`, on what the rows say was seen; `known` is what a row's situation takes beside. Events
    are read together, however many cases there are."""
    if not rows:
        return
    desk = DESKS.of(rows[0])
    action = action_of(desk, name)
    for row in rows:
        actor.require(action.permission, **lying(desk, row).of(action))
    with _held(desk, rows, name):
        moment, standings = now or timezone.now(), standings_of(rows)
        every = [_Seen(row, standings[row.number], row.sequence) for row in rows]
        _require_told(desk, every)
        with writing():
            for seen, one in zip(every, said, strict=True):
                step = _step(desk, action, actor, seen, one, moment, known(seen.row))
                if step.told:
                    store(desk, seen.row, step, actor, moment)


class _Seen(NamedTuple):
    """A case that is acted on: its row, where it stands, and its last event as the actor saw it."""

    row: Any
    standing: Any
    sequence: int


def _step(
    desk: Desk[Any, Any],
    action: Action[Any],
    actor: Actor,
    seen: _Seen,
    said: Mapping[str, Any] | Asked,
    moment: datetime,
    more: Mapping[str, Any],
) -> Step[Any]:
    """The step that an action makes of a case, once its permission was asked."""
    require_entitled(desk, action, actor, seen.standing)
    asked = said if isinstance(said, Asked) else read(action, said)
    if seen.standing.sequence != seen.sequence:
        raise Conflict
    follow = desk.follow(actor, seen.row)
    situation = desk.situation(seen.row, actor, moment, follow, **more)
    try:
        return _take(desk, action, seen.standing, asked, situation)
    except Unusable:
        if standing_of(seen.row).sequence != seen.sequence:
            # What was read beside the events may be of a later standing already.
            raise Conflict from None
        raise


def _require_told(desk: Desk[Any, Any], every: Sequence[_Seen]) -> None:
    """`Unusable` (`cases.*`) where the row of a case says other than its events: who may act was
    asked of the row, at the place that it names. One that has moved on is a conflict, which the
    step tells of."""
    for at in range(0, len(every), _TOGETHER):
        some = {seen.row.number: seen for seen in every[at : at + _TOGETHER]}
        keys = [seen.row.pk for seen in some.values()]
        one = stored_row(desk, keys[0]) if len(keys) == 1 else None
        for number, differing in one or stored(desk, desk.where().filter(pk__in=keys)):
            for name, found, said in differing(some[number].standing):
                if standing_of(some[number].row).sequence != some[number].sequence:
                    raise Conflict
                raise Unusable(differs(desk, number, name, found, said))


@contextmanager
def _held(desk: Desk[Any, Any], rows: Iterable[Any], name: str) -> Iterator[None]:
    """Let what an action rests on beside its cases stand still until its steps are stored, where
    the desk says so; most actions are made before the writer's place is taken."""
    hold = desk.hold.get(name)
    if hold is None:
        yield
        return
    with writing():
        for row in rows:
            hold(row)
        yield


def begin(
    actor: Actor,
    kind: str,
    name: str,
    said: Mapping[str, Any] | Asked,
    *,
    now: datetime | None = None,
    stored: Callable[[Any], None] | None = None,
) -> Any:
    """Begin a case; gives its row. `Conflict` where another of its number was begun meanwhile.

    `stored` is called with the row within the transaction, for what must be written with it or
    not at all."""
    desk = DESKS[kind]
    action = action_of(desk, name, begins=True)
    if not actor.may_somewhere(action.permission):
        actor.require(action.permission)
    asked = said if isinstance(said, Asked) else read(action, said)
    moment = now or timezone.now()
    situation = desk.situation(None, actor, moment, actor.login)
    step = _take(desk, action, desk.kind.begin(), asked, situation)
    numbered = desk.kind.number
    number = numbered(step.standing) if numbered else _number(desk.kind.prefix, moment)
    row = new_row(desk, number, step)
    if action.at is None:
        actor.require(action.permission, **desk.place(row))
    require_entitled(desk, action, actor, step.standing)
    with writing():
        insert(desk, row, step, actor, moment)
        if stored:
            stored(row)
    return row


def _take(
    desk: Desk[Any, Any],
    action: Action[Any],
    standing: Standing,
    asked: Asked,
    situation: Situation,
) -> Step[Any]:
    try:
        return desk.kind.take(action, standing, asked, situation)
    except Overtaken as overtaken:
        if overtaken.finding is None:
            raise Conflict from None
        raise Conflict(overtaken.finding) from None


def standing_of(row: CaseBase) -> Any:
    """Where a case stands, by its events. `Unusable` (`case.log`) where they do not fold or one
    was not written by the site: the log of the case was changed, and nothing is decided on it."""
    try:
        return DESKS.of(row).kind.fold(_written(case_events(row.number)))
    except (Unfoldable, ValueError):
        raise Unusable(_log_broken(row.number)) from None


def standings_of(rows: Sequence[CaseBase]) -> dict[str, Any]:
    """Where cases of one kind stand, by number; as `standing_of`."""
    found: dict[str, Any] = {}
    for at in range(0, len(rows), _TOGETHER):
        some = rows[at : at + _TOGETHER]
        kind = DESKS.of(some[0]).kind
        told: dict[str, list[Logged]] = {row.number: [] for row in some}
        for one in case_events(*told):
            told[one.entry.case].append(one)
        for number, events in told.items():
            try:
                found[number] = kind.fold(_written(events))
            except (Unfoldable, ValueError):
                raise Unusable(_log_broken(number)) from None
    return found


def _written(events: Iterable[Logged]) -> Iterator[Event]:
    """Events as the site wrote them; ValueError for one that it did not write."""
    keys = seal_keys()
    for one in events:
        if not one.is_readable or not is_sealed(one.entry.canonical(), one.seal, keys):
            place = f"{one.entry.case}/{one.entry.sequence}"
            raise ValueError(f"{place}: not written by the site")
        yield event_of(one.entry)


def offers(actor: Actor, row: CaseBase, standing: Any) -> list[Offer]:
    """What an actor may do with a case now: what it waits for first."""
    desk = DESKS.of(row)
    places = lying(desk, row)
    awaited = desk.kind.awaited[standing.state].actions
    found = []
    for action in desk.kind.actions.values():
        if action.begins or not action.by_hand:
            continue
        if not actor.may(action.permission, **places.of(action)):
            continue
        if action.is_possible(standing) and _is_entitled(desk, action, actor, standing):
            found.append(Offer(action, action.name in awaited))
    return sorted(found, key=lambda offer: not offer.awaited)


def offered(actor: Actor, row: CaseBase) -> frozenset[str]:
    """Names of the actions that an actor may take on a case now; none where its log does not hold
    together, since nothing is decided on it."""
    try:
        return frozenset(offer.action.name for offer in offers(actor, row, standing_of(row)))
    except Unusable:
        return frozenset()


def action_of(desk: Desk[Any, Any], name: str, *, begins: bool = False) -> Action[Any]:
    """An action of a kind by its name; `NoSuchAction` where it has none."""
    action = desk.kind.actions.get(name)
    if action is None or action.begins is not begins:
        raise NoSuchAction(name)
    return action


def require_may(actor: Actor, row: CaseBase, action: Action[Any]) -> None:
    """What every door asks before it reads what was said: the permission at the place of the case,
    then whether the actor is to be kept out of it."""
    desk = DESKS.of(row)
    actor.require(action.permission, **lying(desk, row).of(action))
    if action.impartial or action.at or desk.require_own:
        require_entitled(desk, action, actor, standing_of(row))


def require_entitled(
    desk: Desk[Any, Any], action: Action[Any], actor: Actor, standing: Any
) -> None:
    """Keep out whoever has an interest in the case, or whose own decision is at stake; and who
    could, where it is another's to do, or at a place that the events do not say."""
    if action.at:
        actor.require(action.permission, **told_place(action, standing))
    if action.impartial:
        kept_out = desk.kind.kept_out(action, standing)
        require_impartial(actor, desk.kind.parties(standing), kept_out)
    if desk.require_own:
        desk.require_own(actor, standing, action.name)


def read(action: Action[Any], said: Mapping[str, Any]) -> Asked:
    """What was said, as the action asks for it; `Unusable` names the first field that is not."""
    try:
        return action.asks.model_validate(said)
    except ValidationError as error:
        detail = error.errors(include_url=False)[0]
        path = field_path(detail["loc"])
        raise Unusable(
            Finding(code=f"request.{detail['type']}", path=path, text=shape_text(detail, path))
        ) from None


def _is_entitled(desk: Desk[Any, Any], action: Action[Any], actor: Actor, standing: Any) -> bool:
    try:
        require_entitled(desk, action, actor, standing)
    except (Denied, Unusable):
        return False
    return True


def code(length: int) -> str:
    """Random signs for a number: no counter that anybody waits for."""
    drawn, signs = secrets.randbelow(len(ALPHABET) ** length), ""
    for _ in range(length):
        drawn, sign = divmod(drawn, len(ALPHABET))
        signs += ALPHABET[sign]
    return signs


def _number(prefix: str, moment: datetime) -> str:
    return f"{prefix}-{moment:%Y}-{code(8)}"


def _log_broken(number: str) -> Finding:
    return Finding(
        code="case.log",
        path=number,
        text=Text(
            f"The events of case {number} do not hold together; nothing was written.",
            f"单证 {number} 的事件记录不完整，未写入任何内容。",
        ),
        mend=Text(
            "Ask an administrator to verify the log.",
            "请联系管理员核验事件日志。",
        ),
    )
