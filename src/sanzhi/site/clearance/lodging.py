"""Lodging declarations: each is prepared, and what was prepared is stored together.

A declaration is prepared before the writer's place is taken: the day whose law applies, its
reference and trader, the checks, taxes and lane. What was lodged before under the same reference
is found while storing, so that lodging again gives the same case.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from django.db import IntegrityError, connection
from django.utils import timezone

from sanzhi.border.clearance import CONSIGNMENT, Clearance, Consignment
from sanzhi.border.clearance.documents import content_of, filed_digest
from sanzhi.border.clearance.lodging import Filing, with_trader
from sanzhi.cases import Step
from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.declarations import Declaration
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.models import SYSTEM, Enterprise
from sanzhi.site.cases.actions import code
from sanzhi.site.clearance.desk import facts_of, version_row
from sanzhi.site.clearance.inspectors import draw_inspector
from sanzhi.site.clearance.lookup import other_trader, require_office
from sanzhi.site.clearance.models import Case, DeclarationVersion
from sanzhi.site.clearance.selection import circumstances_for, in_force
from sanzhi.site.events.log import record_new
from sanzhi.site.hooks import Selection
from sanzhi.site.law.catalogue import pack
from sanzhi.site.storage import insert, writing

#: Whether a trader has lodged anything.
_LODGED = f"SELECT 1 FROM {Case._meta.db_table} WHERE trader_id = %s LIMIT 1"  # noqa: S608 - a name of our own

#: Times a lodging is tried; each failure means that another with its references was stored.
_TRIES = 10


@dataclass(frozen=True, slots=True)
class Lodgement:
    """The outcome of lodging: the case, and whether it is new."""

    case: Case
    is_new: bool
    version: DeclarationVersion | None = None
    """The version just stored; None for a case lodged before."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A declaration to be lodged: the document, findings from reading it, and for whom."""

    declaration: Declaration
    trader: Enterprise
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class Prepared:
    """A lodgement computed and not yet stored."""

    number: str
    """Of the case, if it is new."""
    filing: Submission
    declarant: Enterprise
    step: Step[Consignment]

    @property
    def key(self) -> tuple[int, str]:
        """What names one case: the trader and its reference."""
        return self.filing.trader.pk, self.step.standing.reference


def lodge(
    actor: Actor, filing: Submission, declarant: Enterprise, *, now: datetime | None = None
) -> Lodgement:
    """Lodge one declaration. The same reference and content again is the same case."""
    return lodge_many(actor, [filing], declarant, now=now)[0]


def lodge_many(
    actor: Actor,
    filings: list[Submission],
    declarant: Enterprise,
    *,
    now: datetime | None = None,
    stored: Callable[[list[Lodgement]], None] | None = None,
) -> list[Lodgement]:
    """Lodge declarations in one transaction: all are stored or none is.

    `stored` is called within that transaction, for what must be written with them or not at all.
    """
    moment = now or timezone.now()
    for filing in filings:
        actor.require("clearance.file", enterprise=filing.trader.pk)

    def lodge_all() -> list[Lodgement]:
        force = in_force()
        known = _known_traders(filings)
        prepared = [_prepare(actor, one, declarant, moment, force, known) for one in filings]
        with writing():
            done = _store(prepared, actor, moment)
            if stored:
                stored(done)
        return done

    for _ in range(_TRIES - 1):
        # Where another request lodged one of these references in between, it will now be found.
        with suppress(IntegrityError):
            return lodge_all()
    return lodge_all()


def _prepare(
    actor: Actor,
    filing: Submission,
    declarant: Enterprise,
    moment: datetime,
    force: Selection | None,
    known: set[int],
) -> Prepared:
    """Check, assess and select a declaration under the risk setting in force; nothing is
    written."""
    law = pack()
    today = law.day_of(moment)
    content = content_of(filing.declaration)
    filed = filed_digest(content, filing.declaration)
    declaration = _dated(filing.declaration, today)
    if not declaration.reference:
        declaration = declaration.model_copy(update={"reference": f"{today:%Y%m%d}-{code(8)}"})
    require_office(declaration)
    lodging = circumstances_for(
        filing.trader,
        declarant,
        filed,
        moment,
        force,
        first_time=filing.trader.pk not in known,
    )
    declaration = with_trader(declaration, lodging.trader)
    number = _number(declaration, today)
    situation = Clearance(
        actor=actor.login,
        now=moment,
        follow=SYSTEM,
        pack=law,
        today=today,
        lodging=lambda: lodging,
        reading=(*filing.findings, *other_trader(declaration, filing.trader)),
        draw_inspector=lambda standing: draw_inspector(number, standing),
    )
    said = Filing.model_construct(
        declaration=declaration,
        filed=filed,
        content=content if declaration is filing.declaration else None,
    )
    action = CONSIGNMENT.actions["lodge"]
    step = CONSIGNMENT.take(action, CONSIGNMENT.begin(), said, situation)
    return Prepared(number, filing, declarant, step)


def _store(prepared: list[Prepared], actor: Actor, moment: datetime) -> list[Lodgement]:
    """Store what is new; what was lodged before under the same reference is given back. The
    order is the references', so that of two bulks that overlap one waits, and never both."""
    known = _lodged_before(prepared)
    new: dict[tuple[int, str], tuple[Case, Prepared]] = {}
    for one in prepared:
        key = one.key
        if key in known or key in new:
            _require_same(known[key] if key in known else new[key][0], one)
            continue
        new[key] = (_new_case(one, actor), one)
    versions = _insert([new[key] for key in sorted(new)], actor, moment)
    done = []
    for one in prepared:
        fresh = new.pop(one.key, None)
        case = fresh[0] if fresh else known[one.key]
        known[one.key] = case
        done.append(Lodgement(case, fresh is not None, versions.get(case.pk) if fresh else None))
    return done


def _insert(
    new: list[tuple[Case, Prepared]], actor: Actor, moment: datetime
) -> dict[int, DeclarationVersion]:
    """Store new cases with their declarations and events: three inserts, however many."""
    insert([case for case, _ in new])
    record_new(
        [(case.number, one.step.told) for case, one in new], actor.login, moment, follow=SYSTEM
    )
    versions = [version_row(case, text, moment) for case, one in new for text in one.step.documents]
    insert(versions)
    return {version.case_id: version for version in versions}


def _new_case(one: Prepared, actor: Actor) -> Case:
    facts = facts_of(one.step.standing)
    return Case(
        number=one.number,
        trader=one.filing.trader,
        declarant=one.declarant,
        lodged_by_id=actor.user_id,
        **{name: value for name, value in facts.items() if "__" not in name},
    )


def _known_traders(filings: list[Submission]) -> set[int]:
    """Those of the traders who have lodged something already. Asked of the store each time: what
    a process remembers could be of a lodging that was never stored."""
    known = set()
    with connection.cursor() as cursor:
        for trader in {filing.trader.pk for filing in filings}:
            cursor.execute(_LODGED, [trader])
            if cursor.fetchone():
                known.add(trader)
    return known


def _lodged_before(prepared: list[Prepared]) -> dict[tuple[int, str], Case]:
    """Cases that stand already under the references of these declarations."""
    traders = {one.filing.trader.pk for one in prepared}
    references = [one.step.standing.reference for one in prepared]
    # Mostly there are none, and building the question for whole cases takes longer than asking.
    with connection.cursor() as cursor:
        cursor.execute(_among(len(traders), len(references)), [*traders, *references])
        if not cursor.fetchone():
            return {}
    asked = Case.objects.filter(trader__in=traders, reference__in=references)
    return {
        (case.trader_id, case.reference): case
        for case in asked.select_related("trader", "declarant")
    }


@cache
def _among(traders: int, references: int) -> str:
    """Whether so many traders have lodged anything under so many references."""
    return (
        f"SELECT 1 FROM {Case._meta.db_table} "  # noqa: S608 - names of our own tables
        f"WHERE trader_id IN ({', '.join(['%s'] * traders)}) "
        f"AND reference IN ({', '.join(['%s'] * references)}) LIMIT 1"
    )


def _require_same(case: Case, one: Prepared) -> None:
    """The case lodged before under this reference must hold the same declaration."""
    if case.fingerprint != one.step.standing.filed:
        raise Unusable.because(
            "declaration.reference_used",
            "reference",
            f"Reference {case.reference} was lodged before with other content, as {case.number}.",
            f"编号 {case.reference} 已用于内容不同的报关单 {case.number}。",
            mend=Text("Use a new reference, or amend that case.", "请更换编号，或修改原报关单。"),
        )


def _dated(declaration: Declaration, day: date) -> Declaration:
    """The declaration under the law of the day it is lodged (完成申报之日), whatever day the
    message itself bears; an amendment stays under the law of the case's first lodging."""
    if declaration.date == day:
        return declaration
    return declaration.model_copy(update={"date": day})


def _number(declaration: Declaration, day: date) -> str:
    """Office, year, direction and eight random signs: no counter that lodgings wait for."""
    return f"{declaration.office}-{day:%Y}-{declaration.regime.value[0].upper()}{code(8)}"
