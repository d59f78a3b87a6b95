"""Storing what actions lead to: events, rows, requests, documents and notices, of a case and of the
others that its step reaches, in the transaction of the caller."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from sanzhi.cases import Standing, Step
from sanzhi.site.accounts.access import Actor
from sanzhi.site.cases.desks import DESKS, Desk
from sanzhi.site.cases.models import CaseParty, CaseRecord, RequestRecord
from sanzhi.site.cases.notices import tell_of_move
from sanzhi.site.cases.places import store_places
from sanzhi.site.events.log import Conflict, record, record_new

#: Rows inserted by one statement.
_TOGETHER = 500


def store(desk: Desk[Any, Any], row: Any, step: Step[Any], actor: Actor, moment: datetime) -> None:
    """Write a step: events, row, requests, documents, notices; steps on other cases before it,
    and after it the cases that it begins. Within the caller's transaction."""
    _store_others(step, actor, moment)
    _record(row.number, step, actor, moment)
    changing = desk.changing(step.standing) | desk.documents(row, step)
    same = type(row).objects.filter(pk=row.pk, sequence=step.before.sequence)
    try:
        changed = same.update(**changing)
    except IntegrityError:  # another case has taken the place that this one was to have
        raise Conflict from None
    if not changed:
        raise Conflict
    _say(row, changing)
    _store_beside(desk, row, step, actor, moment)
    _begin_others(row, step, actor, moment)


def new_row(desk: Desk[Any, Any], number: str, step: Step[Any]) -> Any:
    """The row of a case that a step begins, not stored yet."""
    row = desk.model(number=number)
    _say(row, desk.changing(step.standing) | desk.documents(row, step))
    return row


def insert(desk: Desk[Any, Any], row: Any, step: Step[Any], actor: Actor, moment: datetime) -> None:
    """Write the step that begins a case, as `store` does one on a standing case."""
    _store_others(step, actor, moment)
    _record(row.number, step, actor, moment)
    try:
        row.save(force_insert=True)
    except IntegrityError:
        raise Conflict from None
    _store_beside(desk, row, step, actor, moment)
    _begin_others(row, step, actor, moment)


def _store_others(step: Step[Any], actor: Actor, moment: datetime) -> None:
    """Write the steps on other standing cases: first, since one may stand where this one is to
    stand."""
    for other in step.others:
        if other.before.sequence:
            desk = DESKS[other.kind.name]
            store(desk, desk.where().get(number=other.number), other, actor, moment)


def _begin_others(row: Any, step: Step[Any], actor: Actor, moment: datetime) -> None:
    """Write the cases that a step begins, all of a kind together: last, since they may belong to
    the case of the step."""
    by_kind: dict[str, list[tuple[Any, Step[Any]]]] = {}
    for other in step.others:
        if not other.before.sequence:
            desk = DESKS[other.kind.name]
            fresh = new_row(desk, other.number, other)
            desk.belong(fresh, row)
            by_kind.setdefault(other.kind.name, []).append((fresh, other))
    follow = step.situation.follow or actor.login
    for kind, begun in by_kind.items():
        desk = DESKS[kind]
        for _, other in begun:
            _store_others(other, actor, moment)
        told = [(fresh.number, other.told) for fresh, other in begun]
        try:
            record_new(told, actor.login, moment, follow=follow)
            desk.model.objects.bulk_create([fresh for fresh, _ in begun], _TOGETHER)
        except IntegrityError:
            raise Conflict from None
        for fresh, other in begun:
            _store_beside(desk, fresh, other, actor, moment)
            _begin_others(fresh, other, actor, moment)


def _record(number: str, step: Step[Any], actor: Actor, moment: datetime) -> None:
    follow = step.situation.follow or actor.login
    record(number, step.before.sequence, step.told, actor.login, moment, follow=follow)


def _store_beside(
    desk: Desk[Any, Any], row: Any, step: Step[Any], actor: Actor, moment: datetime
) -> None:
    """Write what goes with the row: requests, documents, notices."""
    _store_requests(row.number, step.before.requests, step.standing)
    store_places(desk.kind, row.number, step)
    if isinstance(row, CaseRecord):
        _store_parties(desk, row, step)
    desk.store(row, step, moment)
    if desk.tell:
        desk.tell(row, step, actor, moment)
    else:
        tell_of_move(desk, row, step, actor, moment)


def _say(row: Any, facts: Mapping[str, Any]) -> None:
    for name, value in facts.items():
        setattr(row, name, value)


def _store_requests(number: str, before: Iterable[Any], standing: Standing) -> None:
    """Write the requests that a step filed or decided."""
    known = {one.sequence: one for one in before}
    for one in standing.requests:
        if known.get(one.sequence) == one:
            continue
        facts = request_facts(one)
        try:
            RequestRecord.objects.update_or_create(
                case=number, sequence=one.sequence, defaults=facts
            )
        except IntegrityError:
            raise Conflict from None


def _store_parties(desk: Desk[Any, Any], row: CaseRecord, step: Step[Any]) -> None:
    """Write whose affair a step has made the case, and whose it has not left it."""
    before, now = parties_of(desk, step.before), parties_of(desk, step.standing)
    if before - now:
        CaseParty.objects.filter(case=row.number, enterprise__in=before - now).delete()
    CaseParty.objects.bulk_create(
        [CaseParty(case=row.number, enterprise=one) for one in sorted(now - before)]
    )


def parties_of(desk: Desk[Any, Any], standing: Standing) -> set[str]:
    """Credit codes of the enterprises whose affair a case is; none before its first event."""
    return set(filter(None, desk.kind.parties(standing))) if standing.sequence else set()


def request_facts(request: Any) -> dict[str, Any]:
    """What the row of a request says."""
    return {
        "kind": request.kind,
        "asked_at": request.asked_at,
        "asked_by": request.asked_by,
        "reason": request.reason,
        "about": request.about,
        "against": request.against,
        "document": request.document,
        "outcome": str(request.outcome or ""),
        "decided_at": request.decided_at,
        "decided_by": request.decided_by,
        "decided_reason": request.decided_reason,
    }
