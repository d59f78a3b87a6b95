"""Preparing declarations to be lodged, and storing them together.

A declaration is prepared before the writer's place is taken: the day whose law applies, its
reference and trader, the checks, taxes and lane. What was lodged before under the same reference
is found while storing, so that lodging again gives the same case.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings

from sanzhi.border.clearance import process
from sanzhi.border.clearance.standing import Lodging, Step
from sanzhi.core.dates import CHINA
from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.customs.risk.goods import Trade
from sanzhi.declarations import Declaration
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.models import Enterprise
from sanzhi.site.clearance import storing
from sanzhi.site.clearance.lookup import other_trader, require_office, with_trader
from sanzhi.site.clearance.models import Case, DeclarationVersion
from sanzhi.site.law.catalogue import pack
from sanzhi.site.risk.selecting import InForce

#: No vowels, no 0/O or 1/I/L: a number can be read out and cannot spell a word.
_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True, slots=True)
class Lodgement:
    """The outcome of lodging: the case, and whether it is new."""

    case: Case
    is_new: bool
    version: DeclarationVersion | None = None
    """The version just stored; None for a case lodged before."""


@dataclass(frozen=True, slots=True)
class Filing:
    """A declaration to be lodged: the document, findings from reading it, and for whom."""

    declaration: Declaration
    trader: Enterprise
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class Prepared:
    """A lodgement computed and not yet stored."""

    filing: Filing
    declaration: Declaration
    fingerprint: str
    declarant: Enterprise
    step: Step

    @property
    def key(self) -> tuple[int, str]:
        """What names one case: the trader and its reference."""
        return self.filing.trader.pk, self.declaration.reference or ""


def prepare(
    filing: Filing, declarant: Enterprise, moment: datetime, force: InForce | None
) -> Prepared:
    """Check, assess and select a declaration under the risk setting in force; nothing is
    written."""
    fingerprint = process.fingerprint(filing.declaration)
    declaration = _dated(filing.declaration, china_day(moment))
    if not declaration.reference:
        declaration = declaration.model_copy(
            update={"reference": f"{china_day(moment):%Y%m%d}-{_code(8)}"}
        )
    require_office(declaration)
    declaration = with_trader(declaration, filing.trader)
    lodging = lodging_of(
        filing.trader,
        declarant,
        fingerprint,
        moment,
        force,
        first_time=storing.is_first_time(filing.trader),
    )
    reading = [*filing.findings, *other_trader(declaration, filing.trader)]
    step = process.lodge(declaration, pack(), lodging, reading)
    return Prepared(filing, declaration, fingerprint, declarant, step)


def store_lodgements(prepared: list[Prepared], actor: Actor, moment: datetime) -> list[Lodgement]:
    """Store what is new; what was lodged before under the same reference is given back. The
    order is the references', so that of two bulks that overlap one waits, and never both."""
    known = _lodged_before(prepared)
    new: dict[tuple[int, str], tuple[Case, Step, Declaration]] = {}
    for one in prepared:
        key = one.key
        if key in known or key in new:
            _require_same(known[key] if key in known else new[key][0], one)
            continue
        case = storing.new_case(
            one.declaration,
            one.filing.trader,
            one.declarant,
            actor,
            _number(one.declaration, moment),
            one.fingerprint,
            moment,
        )
        new[key] = (case, one.step, one.declaration)
    versions = {
        version.case_id: version
        for version in storing.store_new([new[key] for key in sorted(new)], actor, moment, pack())
    }
    done = []
    for one in prepared:
        fresh = new.pop(one.key, None)
        case = fresh[0] if fresh else known[one.key]
        known[one.key] = case
        done.append(Lodgement(case, fresh is not None, versions.get(case.pk) if fresh else None))
    return done


def _lodged_before(prepared: list[Prepared]) -> dict[tuple[int, str], Case]:
    """Cases that stand already under the references of these declarations."""
    asked = Case.objects.filter(
        trader__in={one.filing.trader.pk for one in prepared},
        reference__in=[one.declaration.reference for one in prepared],
    )
    # Mostly there are none, and asking for a key is far cheaper than asking for whole cases.
    if not list(asked.values_list("pk", flat=True)[:1]):
        return {}
    return {
        (case.trader_id, case.reference): case
        for case in asked.select_related("trader", "declarant")
    }


def _require_same(case: Case, one: Prepared) -> None:
    """The case lodged before under this reference must hold the same declaration."""
    if case.fingerprint != one.fingerprint:
        raise Unusable.because(
            "declaration.reference_used",
            "reference",
            f"Reference {case.reference} was lodged before with other content, as {case.number}.",
            f"编号 {case.reference} 已用于内容不同的报关单 {case.number}。",
            mend=Text("Use a new reference, or amend that case.", "请更换编号，或修改原报关单。"),
        )


def lodging_of(
    trader: Enterprise,
    declarant: Enterprise,
    fingerprint: str,
    moment: datetime,
    force: InForce | None,
    *,
    first_time: bool,
) -> Lodging:
    """What processing needs to know beside the document."""
    # The draw is bound to the content and the site's secret: it can be replayed by the
    # administration and not foretold by the trader.
    seed = f"{settings.SECRET_KEY}:{trader.pk}:{fingerprint}".encode()
    draw = Decimal(int.from_bytes(hashlib.sha256(seed).digest()[:8])) / 2**64
    return Lodging(
        trader=trader.credit_code,
        declarant=declarant.credit_code,
        tier=trader.tier,
        first_time=first_time,
        draw=round(draw, 6),
        choosing=force.choosing(
            Trade(trader.credit_code, declarant.credit_code, trader.address), moment
        )
        if force
        else None,
    )


def _dated(declaration: Declaration, day: date) -> Declaration:
    """The declaration under the law of the day it is lodged (完成申报之日), whatever day the
    message itself bears; an amendment stays under the law of the case's first lodging."""
    if declaration.date == day:
        return declaration
    return declaration.model_copy(update={"date": day})


def china_day(moment: datetime) -> date:
    """The day of a moment in China, whose law applies."""
    return moment.astimezone(CHINA).date()


def _number(declaration: Declaration, moment: datetime) -> str:
    """Office, year, direction and eight random signs: no counter that lodgings wait for."""
    direction = declaration.regime.value[0].upper()
    return f"{declaration.office}-{china_day(moment):%Y}-{direction}{_code(8)}"


def _code(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
