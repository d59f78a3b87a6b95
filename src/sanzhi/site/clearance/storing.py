"""Storing what an action made of a case. Called within the action's transaction."""

import json
from datetime import date, datetime, timedelta

from django.db import connection
from django.urls import reverse

from sanzhi.border.clearance import State
from sanzhi.border.clearance.events import Audited, LaneAssigned, Released
from sanzhi.border.clearance.standing import Step
from sanzhi.core.dates import CHINA
from sanzhi.core.findings import Severity, Text, Unusable
from sanzhi.declarations import Declaration
from sanzhi.law import Pack
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.models import Enterprise, Membership, User
from sanzhi.site.accounts.notices import notify
from sanzhi.site.clearance.inspectors import draw_inspector
from sanzhi.site.clearance.models import Case, DeclarationVersion, Request
from sanzhi.site.events.log import Conflict, record, record_new
from sanzhi.site.events.models import EventRecord

#: The actor of decisions that no person took.
SYSTEM = "system"

#: Traders known to have a case; once there is one it never goes away, so it is asked once.
_KNOWN_TRADERS: set[int] = set()

#: What an action can change of a case.
_COLUMNS = {field.name: field for field in Case._meta.concrete_fields}
_CHANGING = tuple(
    _COLUMNS[name]
    for name in (
        "state",
        "lane",
        "lane_reason_en",
        "lane_reason_zh",
        "type",
        "state_since",
        "released_at",
        "deadline",
        "sequence",
        "version",
        "items",
        "goods",
        "customs_value",
        "due",
        "paid",
        "guaranteed",
        "warnings",
        "audit_due",
        "inspector",
        "declared_on",
    )
)
# Statements instead of query sets, which take longer to build than to run: an action changes a
# case, and tells of it, at every step.
_CHANGE = (
    f"UPDATE {Case._meta.db_table} SET "  # noqa: S608 - names of our own tables
    + ", ".join(f'"{field.column}" = %s' for field in _CHANGING)
    + ' WHERE id = %s AND "sequence" = %s'
)
_PEOPLE = (
    f"SELECT DISTINCT u.id, u.language, u.email FROM {User._meta.db_table} u "  # noqa: S608 - names of our own tables
    f"JOIN {Membership._meta.db_table} m ON m.user_id = u.id "
    "WHERE m.enterprise_id IN (%s, %s) AND u.is_active AND u.id <> %s"
)

#: Decisions of officers that a trader can appeal.
APPEALABLE = (
    "clearance.returned",
    "clearance.assessed",
    "clearance.documents_decided",
    "clearance.inspected",
    "clearance.lane_changed",
    "clearance.corrected",
    "clearance.cancellation_refused",
    "clearance.correction_refused",
)


def new_case(
    declaration: Declaration,
    trader: Enterprise,
    declarant: Enterprise,
    actor: Actor,
    number: str,
    fingerprint: str,
    moment: datetime,
) -> Case:
    """A case not stored yet; `store_new` gives it its state and stores it."""
    return Case(
        number=number,
        trader=trader,
        declarant=declarant,
        lodged_by_id=actor.user_id,
        reference=declaration.reference or "",
        fingerprint=fingerprint,
        office=declaration.office or "",
        regime=declaration.regime.value,
        type=declaration.type.value,
        declared_on=declaration.date,
        lodged_at=moment,
        state_since=moment,
        sequence=0,
        items=len(declaration.items),
        goods=_goods(declaration),
    )


def store_new(
    lodged: list[tuple[Case, Step, Declaration]], actor: Actor, moment: datetime, pack: Pack
) -> list[DeclarationVersion]:
    """Store new cases with their declarations and events: three inserts, however many."""
    for case, step, declaration in lodged:
        _apply(case, step, moment, pack)
        if step.standing.state is State.INSPECTION:
            draw_inspector(case, step)
        case.items = len(declaration.items)
        case.sequence = len(step.told)
    Case.objects.bulk_create([case for case, _, _ in lodged])
    _KNOWN_TRADERS.update(case.trader_id for case, _, _ in lodged)
    record_new(
        [(case.number, step.told) for case, step, _ in lodged], actor.login, moment, follow=SYSTEM
    )
    return DeclarationVersion.objects.bulk_create(
        [_version(case, step, declaration, moment) for case, step, declaration in lodged]
    )


def store_step(
    case: Case,
    step: Step,
    actor: Actor,
    moment: datetime,
    pack: Pack,
    declaration: Declaration | None = None,
) -> None:
    """Write a standing case's new state, its declaration where it is new, and the events.

    `Conflict` where another action on the case was stored since it was read.
    """
    seen, before = case.sequence, case.state
    _apply(case, step, moment, pack)
    if case.state == State.INSPECTION and before != case.state:
        draw_inspector(case, step)
    if declaration is not None:
        case.items, case.goods = len(declaration.items), _goods(declaration)
    # What a trader's action leads to is decided by the system; an officer's, by the officer.
    follow = actor.login if case.office in actor.offices else SYSTEM
    case.sequence = record(case.number, seen, step.told, actor.login, moment, follow=follow)
    _update(case, seen)
    if declaration is not None:
        _version(case, step, declaration, moment).save(force_insert=True)
    if before != case.state:
        _tell(case, actor, moment)


def close_request(request: Request, granted: bool, reason: str, *, moment: datetime) -> None:
    """An open request is decided; `Conflict` where it was decided before."""
    changed = Request.objects.filter(pk=request.pk, outcome="").update(
        outcome="granted" if granted else "refused", decided_at=moment, decided_reason=reason
    )
    if not changed:
        raise Conflict


def is_first_time(trader: Enterprise) -> bool:
    """Whether the trader has lodged nothing yet."""
    if trader.pk in _KNOWN_TRADERS:
        return False
    if Case.objects.filter(trader=trader).exists():
        _KNOWN_TRADERS.add(trader.pk)
        return False
    return True


def officer_of(case: Case, sequence: int) -> tuple[int | None, date]:
    """The officer who took a decision (None: the system) and its day; `Unusable` where the event
    is no decision that can be appealed."""
    event = EventRecord.objects.filter(
        case=case.number, sequence=sequence, kind__in=APPEALABLE
    ).first()
    if event is None:
        raise Unusable.because(
            "appeal.decision",
            "decision",
            f"Event {sequence} is no decision to appeal against.",
            f"第 {sequence} 号事件不是可申请复议的决定。",
        )
    officer = User.objects.filter(posts__office=case.office, username=event.actor).first()
    return officer.pk if officer else None, event.time.astimezone(CHINA).date()


def current_declaration(case: Case) -> Declaration:
    """The declaration in its newest version."""
    return case.versions.latest("version").declaration


def content_of(declaration: Declaration) -> str:
    """Canonical JSON without the original, which is kept beside it."""
    return declaration.model_dump_json(exclude_none=True, exclude={"source"})


def _goods(declaration: Declaration) -> str:
    """What lists call the consignment: its first item."""
    first = declaration.items[0] if declaration.items else None
    return (first.description or first.code)[:200] if first else ""


def _apply(case: Case, step: Step, moment: datetime, pack: Pack) -> None:
    standing = step.standing
    day = moment.astimezone(CHINA).date()
    if standing.state.value != case.state:
        case.state_since = moment
        # A guarantee lets the goods go; the day until which the tax is paid stays.
        if (case.state, standing.state) != (State.PAYMENT, State.SETTLEMENT):
            case.deadline = _deadline(standing.state, day, pack)
    case.state, case.lane = standing.state.value, str(standing.lane or "")
    case.type, case.version = standing.type, standing.version
    case.due, case.paid, case.guaranteed = standing.due, standing.paid, standing.guaranteed
    if step.assessment:
        case.customs_value = step.assessment.customs_value
    if step.findings:
        case.warnings = sum(found.severity is Severity.WARNING for found in step.findings)
    for payload, _law in step.told:
        if isinstance(payload, LaneAssigned):
            case.lane_reason_en = payload.reason[:300]
            case.lane_reason_zh = payload.reason_zh[:300]
        elif isinstance(payload, Released):
            case.released_at = case.released_at or moment
            case.audit_due = standing.lane == "blue"
        elif isinstance(payload, Audited):
            case.audit_due = False


def _deadline(state: State, day: date, pack: Pack) -> date | None:
    name = {
        State.PAYMENT: "payment.deadline_days",
        State.SETTLEMENT: "payment.deadline_days",
        State.COMPLETION_DUE: "two_step.completion_days",
    }.get(state)
    if name is None:
        return None
    return pack.next_working_day(day + timedelta(days=int(pack.number(name, day))))


def _version(
    case: Case, step: Step, declaration: Declaration, moment: datetime
) -> DeclarationVersion:
    source = declaration.source
    return DeclarationVersion(
        case=case,
        version=case.version,
        content=content_of(declaration),
        format=source.format if source else "json",
        original=source.text if source else "",
        findings=json.dumps(
            [found.model_dump(mode="json", exclude_none=True) for found in step.findings],
            ensure_ascii=False,
        ),
        assessment=step.assessment.to_json() if step.assessment else "",
        created=moment,
    )


def _update(case: Case, seen: int) -> None:
    """Write the case only if it is still the one that was read."""
    values = [
        field.get_db_prep_save(getattr(case, field.attname), connection) for field in _CHANGING
    ]
    with connection.cursor() as cursor:
        cursor.execute(_CHANGE, [*values, case.pk, seen])
        changed = cursor.rowcount
    if not changed:
        raise Conflict


def _tell(case: Case, actor: Actor, moment: datetime) -> None:
    """Tell the people of the trader and the declarant that the case moved."""
    people = User.objects.raw(_PEOPLE, [case.trader_id, case.declarant_id, actor.user_id])
    name, what = case.state_name, case.awaited_what
    notify(
        people,
        Text(f"{case.number}: {name.en}. {what.en}", f"{case.number}：{name.zh}。{what.zh}"),
        reverse("clearance:case", args=[case.number]),
        moment,
    )
