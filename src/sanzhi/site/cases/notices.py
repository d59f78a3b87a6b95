"""Whom the move of a case is told, and in which words, where its desk has no reasons of its own.

Told are those whose move it is now, whoever filed the case or what was asked on it, and the people
of its parties; never the actor, and nobody who may not see the case.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q

from sanzhi.cases import Action, Standing, Step
from sanzhi.core.findings import Text
from sanzhi.events import VOCABULARY
from sanzhi.site.accounts.access import Actor, actor_of
from sanzhi.site.accounts.conflicts import concerned
from sanzhi.site.accounts.holders import holders
from sanzhi.site.accounts.models import User
from sanzhi.site.accounts.notices import notify
from sanzhi.site.cases.desks import Desk
from sanzhi.site.cases.places import lying
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.wording import WORDING


def tell_of_move(
    desk: Desk[Any, Any], row: Any, step: Step[Any], actor: Actor, moment: datetime
) -> None:
    """Tell of a step that changed the state or the requests of a case; of others nobody is told."""
    before, now = step.before, step.standing
    if before.sequence and now.state is before.state and now.requests == before.requests:
        return
    people = {user.pk: user for user in _awaited(desk, row, step, actor)}
    others = [user for user in _concerned(desk, row, step) if user.pk not in people]
    people |= {user.pk: user for user in others if _sees(desk, row, user, actor)}
    people.pop(actor.user_id, None)
    notify(people.values(), _words(desk, row, step), desk.url(row), moment)


def _awaited(desk: Desk[Any, Any], row: Any, step: Step[Any], actor: Actor) -> Iterator[User]:
    """Those who can do now what could not be done before: in a new state what it waits for, by
    the side whose move it is; of a request that was filed its decision."""
    before, now = step.before, step.standing
    awaited = desk.kind.awaited[now.state]
    moved = now.state is not before.state or not before.sequence
    filed = {one.kind for one in now.open_requests} - {one.kind for one in before.open_requests}
    places = lying(desk, row)
    for action in desk.kind.actions.values():
        sides = awaited.sides if moved and action.name in awaited.actions else None
        if sides is None and action.decides not in filed:
            continue
        able = holders(action.permission, actor.day, roles=sides, **places.of(action))
        yield from able.exclude(_kept_out(desk, action, now))


def _kept_out(desk: Desk[Any, Any], action: Action[Any], standing: Standing) -> Q:
    """Who may not, though the permission is there."""
    if not action.impartial:
        return Q(pk=None)
    interested = concerned(desk.kind.parties(standing)).values("pk")
    return Q(username__in=desk.kind.kept_out(action, standing)) | Q(pk__in=interested)


def _concerned(desk: Desk[Any, Any], row: Any, step: Step[Any]) -> Iterable[User]:
    """Whoever began the case, asked what is decided now, or belongs to a party."""
    begun = EventRecord.objects.filter(case=row.number, sequence=1).values("actor")
    open_before = {one.sequence for one in step.before.open_requests}
    asked = {
        one.asked_by
        for one in step.standing.requests
        if one.outcome is not None and one.sequence in open_before
    }
    parties = desk.kind.parties(step.standing)
    return User.objects.filter(
        Q(username__in=begun)
        | Q(username__in=asked)
        | Q(memberships__enterprise__credit_code__in=parties),
        is_active=True,
    ).distinct()


def _sees(desk: Desk[Any, Any], row: Any, user: User, actor: Actor) -> bool:
    reader = actor_of(user, actor.day)
    return desk.where().filter(desk.visible(reader), pk=row.pk).exists()


def _words(desk: Desk[Any, Any], row: Any, step: Step[Any]) -> Text:
    """The case, its state, what it waits for, and what happened, where that is not confidential."""
    standing, awaited = step.standing, desk.kind.awaited[step.standing.state]
    state, what = standing.state.text, awaited.what if awaited.sides else Text("", "")
    kind, payload = VOCABULARY.kind_of(step.told[0].payload), step.told[0].payload
    said = Text("", "")
    if not kind.confidential:
        said = VOCABULARY.describe(kind.name, payload.model_dump(mode="json"), WORDING)
    title = f"{row.number} {desk.kind.title(standing)}".strip()
    return Text(
        f"{title}: {state.en}. {what.en} {said.en}".strip(),
        f"{title}：{state.zh}。{what.zh}{said.zh}",
    )
