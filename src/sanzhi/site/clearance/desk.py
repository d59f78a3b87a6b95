"""How the site keeps consignments: their rows, their place, their situation, whom they concern."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.urls import reverse

from sanzhi.border.clearance import CONSIGNMENT, Clearance, Consignment
from sanzhi.border.clearance.documents import VersionText
from sanzhi.border.clearance.standing import Version
from sanzhi.border.clearance.states import AWAITED
from sanzhi.cases import Step
from sanzhi.core.digests import digest
from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.declarations import Declaration
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.models import SYSTEM, Membership, User
from sanzhi.site.accounts.notices import notify
from sanzhi.site.cases.desks import DESKS, Desk, base_facts
from sanzhi.site.cases.documents import document, keep, require_logged
from sanzhi.site.clearance.inspectors import draw_inspector, require_inspector
from sanzhi.site.clearance.models import Case, DeclarationVersion
from sanzhi.site.clearance.selection import circumstances_for, in_force
from sanzhi.site.law.catalogue import pack
from sanzhi.site.permissions import Scope

_DECLARATION = Text("The declaration", "报关单")
_ORIGINAL = Text("The original", "原始报文")
# A statement instead of a query set, which takes longer to build than to run: somebody is told at
# nearly every step.
_PEOPLE = (
    f"SELECT DISTINCT u.id, u.language, u.email FROM {User._meta.db_table} u "  # noqa: S608 - names of our own tables
    f"JOIN {Membership._meta.db_table} m ON m.user_id = u.id "
    "WHERE m.enterprise_id IN (%s, %s) AND u.is_active AND u.id <> %s"
)


def facts_of(case: Consignment) -> Mapping[str, Any]:
    """What a consignment's row says."""
    return {
        **base_facts(case),
        "trader__credit_code": case.trader,
        "declarant__credit_code": case.declarant,
        "lodged_by__username": case.lodged_by,
        "reference": case.reference,
        "fingerprint": case.filed,
        "office": case.office,
        "regime": case.regime,
        "type": case.type,
        "lane": str(case.lane or ""),
        "lane_rule": case.lane_rule,
        "declared_on": case.declared_on,
        "lodged_at": case.lodged_at,
        "released_at": case.released_at,
        "version": case.version,
        "items": case.items,
        "goods": case.goods,
        "customs_value": case.customs_value,
        "due": case.due,
        "paid": case.paid,
        "guaranteed": case.guaranteed,
        "warnings": case.warnings,
        "inspector": case.inspector,
        "audit_due": case.audit_due,
    }


def version_row(case: Case, text: VersionText, moment: datetime) -> DeclarationVersion:
    """The row of a version, as its texts are."""
    return DeclarationVersion(
        case=case,
        version=text.number,
        content=text.content,
        format=text.format,
        original=text.original,
        findings=text.findings,
        assessment=text.assessment,
        created=moment,
    )


def _store(case: Case, step: Step[Consignment], moment: datetime) -> None:
    for text in step.documents:
        if isinstance(text, VersionText):
            version_row(case, text, moment).save(force_insert=True)
        else:
            keep(case.number, text)


def _situation(
    case: Case | None,
    actor: Actor,
    now: datetime,
    follow: str,
    *,
    reading: Iterable[Finding] = (),
) -> Clearance:
    if case is None:
        raise ValueError("a consignment is begun by lodging it")
    return Clearance(
        actor=actor.login,
        now=now,
        follow=follow,
        pack=pack(),
        today=pack().day_of(now),
        # The same draw as when the case was lodged.
        lodging=lambda: circumstances_for(
            case.trader, case.declarant, case.fingerprint, now, in_force(), first_time=False
        ),
        reading=tuple(reading),
        current=lambda version: told_declaration(case, version),
        document=lambda sha: document(case.number, sha),
        draw_inspector=lambda standing: draw_inspector(case.number, standing),
        receipt=f"P-{case.number}-{case.sequence + 1}",
    )


def current_declaration(case: Case) -> Declaration:
    """The declaration in its newest version, as it is stored."""
    return case.versions.latest("version").declaration


def told_declaration(case: Case, told: Version) -> Declaration:
    """The declaration in a version, held to the event that told it: `Unusable`
    (`documents.changed`, `documents.lost`) where what is stored is not it."""
    place = f"{case.number} v{told.number}"
    stored = case.versions.filter(version=told.number).first()
    if stored is None:
        raise Unusable(_lost(place))
    require_logged(place, _DECLARATION, stored.content, told.document)
    require_logged(place, _ORIGINAL, stored.original, told.original)
    if stored.format != told.format:
        raise Unusable(_changed(place, "format", stored.format, told.format))
    return stored.declaration


def _tell(case: Case, step: Step[Consignment], actor: Actor, moment: datetime) -> None:
    """Tell the people of the trader and the declarant that the case moved. Officers have piles of
    many cases, by rank, and are told of none one by one."""
    if step.standing.state is step.before.state:
        return
    people = User.objects.raw(_PEOPLE, [case.trader_id, case.declarant_id, actor.user_id])
    state = step.standing.state
    name, what = state.text, AWAITED[state].what
    notify(
        people,
        Text(
            f"{case.number}: {name.en}. {what.en}",
            f"{case.number}：{name.zh}。{what.zh}",
        ),
        reverse("clearance:case", args=[case.number]),
        moment,
    )


def _check(numbers: Collection[str], folded: Mapping[str, Consignment]) -> Iterator[Finding]:
    """Every version against the hashes that the events bear."""
    columns = ("case__number", "version", "format", "content", "original", "findings", "assessment")
    stored: dict[tuple[str, int], tuple[str, ...]] = {}
    rows = DeclarationVersion.objects.filter(case__number__in=numbers).values_list(*columns)
    for number, version, *texts in rows.iterator(chunk_size=500):
        stored[number, version] = tuple(texts)
    for number, case in folded.items():
        for said in case.versions:
            texts = stored.pop((number, said.number), None)
            place = f"{number} v{said.number}"
            if texts is None:
                yield _lost(place)
                continue
            yield from _differences(place, said, texts)
    for number, version in stored:
        yield _not_logged(f"{number} v{version}")


def _differences(place: str, said: Any, texts: tuple[str, ...]) -> Iterator[Finding]:
    form, content, original, findings, assessment = texts
    pairs = (
        ("format", form, said.format),
        ("declaration", digest(content), said.document),
        ("original", digest(original) if original else "", said.original),
        ("findings", digest(findings), said.findings),
        ("assessment", digest(assessment) if assessment else "", said.assessment),
    )
    for name, found, logged in pairs:
        if found != logged:
            yield _changed(place, name, found, logged)


def _changed(place: str, name: str, found: str, logged: str) -> Finding:
    return Finding(
        code=f"documents.{name}",
        path=f"{place} {name}",
        text=Text(
            f"The {name} of {place} was changed after it was logged: {found[:12]} is stored, "
            f"{logged[:12]} was logged.",
            f"{place} 的 {name} 在入库后被改动：现为 {found[:12]}，日志所载为 {logged[:12]}。",
        ),
    )


def _lost(place: str) -> Finding:
    return Finding(
        code="documents.lost",
        path=place,
        text=Text(f"{place} was logged and is not stored.", f"{place} 有日志记载而未存储。"),
    )


def _not_logged(place: str) -> Finding:
    return Finding(
        code="documents.unlogged",
        path=place,
        text=Text(f"{place} is stored and was never logged.", f"{place} 已存储而无日志记载。"),
    )


def _require_own(actor: Actor, case: Consignment, name: str) -> None:
    """An inspection is recorded by the officer drawn for it, or a supervisor."""
    if name == "record_inspection":
        require_inspector(actor, case)


def _follow(actor: Actor, case: Case) -> str:
    """What a trader's action leads to is decided by the system; an officer's, by the officer."""
    return actor.login if case.office in actor.offices else SYSTEM


def _own_list(actor: Actor) -> str:
    """Officers have piles by lane and rank, whoever files the list of their consignments."""
    if actor.may_somewhere("clearance.decide_documents"):
        return reverse("clearance:inbox")
    return reverse("clearance:list")


DESK: Desk[Consignment, Case] = Desk(
    kind=CONSIGNMENT,
    model=Case,
    facts=facts_of,
    place=lambda case: {"enterprise": case.trader_id, "office": case.office},
    places={Scope.ENTERPRISE: "trader", Scope.OFFICE: "office"},
    visible=lambda actor: actor.visible(),
    is_inside=lambda actor, case: case.office in actor.offices,
    situation=_situation,
    path="cases",
    where=Case.objects.all,
    follow=_follow,
    store=_store,
    tell=_tell,
    require_own=_require_own,
    check=_check,
    title=lambda case: f"{case.reference} {case.goods}".strip(),
    own_list=_own_list,
    url=lambda case: reverse("clearance:case", args=[case.number]),
)
DESKS.add(DESK)
