"""The HTTP API of clearance: lodge, follow, act. A thin door over `actions`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router
from ninja.params import functions as params

from sanzhi.core.dates import aware
from sanzhi.core.findings import Text, Unusable
from sanzhi.declarations import Declaration
from sanzhi.declarations.formats import Reading, read_many
from sanzhi.declarations.formats.cn_receipts import write_receipt
from sanzhi.site.accounts.models import Enterprise
from sanzhi.site.api.door import (
    REFUSALS,
    FindingOut,
    NotFound,
    actor_from,
    api,
    language_of,
)
from sanzhi.site.cases.api import (
    Events,
    PermittedSomewhere,
    events_out,
    offer_actions,
    offer_proofs,
)
from sanzhi.site.cases.history import events_of
from sanzhi.site.cases.once import KEY, once
from sanzhi.site.clearance import schemas
from sanzhi.site.clearance.desk import DESK
from sanzhi.site.clearance.estimate import estimate
from sanzhi.site.clearance.lodging import Lodgement, Submission, lodge_many
from sanzhi.site.clearance.lookup import (
    cases_for,
    declarant_for,
    find_case,
    named_trader,
    require_office,
    search_cases,
    trader_of,
)
from sanzhi.site.clearance.models import Case
from sanzhi.site.clearance.naming import wording_of
from sanzhi.site.clearance.receipts import receipts
from sanzhi.site.law.catalogue import pack

router = Router(tags=["clearance"])


def routers() -> list[Router]:
    """The operations of clearance."""
    return [router]


PAGE = 50

Trader = params.Query(
    None,
    max_length=32,
    description="Code of the trader, as an enterprise or with customs; "
    "needed where you may file for several.",
)


#: Whoever may file for nobody is refused before a declaration is read.
FILING = PermittedSomewhere("clearance.file")


@router.post(
    "/declarations",
    response={201: schemas.LodgedCase, 200: schemas.LodgedCase, **REFUSALS},
    auth=FILING,
)
def lodge(
    request: HttpRequest,
    declaration: Declaration,
    trader: str | None = Trader,
    idempotency_key: str | None = KEY,
) -> HttpResponse:
    """Lodge a declaration (canonical JSON). 201 a new case; 200 the case lodged before."""
    return _lodge_one(request, Reading(declaration, [], "json"), trader, idempotency_key)


@router.post(
    "/declarations/message",
    response={201: schemas.LodgedCase, 200: schemas.LodgedCase, **REFUSALS},
    auth=FILING,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/xml": {"schema": {"type": "string"}},
                "application/json": {"schema": {"type": "object"}},
            },
        }
    },
)
def lodge_message(
    request: HttpRequest, trader: str | None = Trader, idempotency_key: str | None = KEY
) -> HttpResponse:
    """Lodge a message of any supported format (WCO DEC, China's DecMessage, JSON), as the body."""
    readings = read_many(request.body, today=timezone.localdate())
    if len(readings) != 1:
        raise Unusable.because(
            "format.many",
            "",
            "Send bulk files to /declarations/bulk.",
            "批量文件请提交至 /declarations/bulk。",
        )
    return _lodge_one(request, readings[0], trader, idempotency_key)


@router.post("/declarations/bulk", response={200: schemas.BulkLodged, **REFUSALS}, auth=FILING)
def lodge_bulk(
    request: HttpRequest,
    bulk: schemas.Bulk,
    trader: str | None = Trader,
    idempotency_key: str | None = KEY,
) -> HttpResponse:
    """Lodge up to 200 declarations in one transaction: all are stored or none is."""
    actor = actor_from(request)
    filings = []
    known: dict[tuple[str, ...], Enterprise] = {}
    for index, one in enumerate(bulk.declarations):
        with _placed(f"declarations[{index}]"):
            named = tuple(named_trader(one))
            if named not in known:
                known[named] = trader_of(actor, one, trader)
            filings.append(Submission(one, known[named]))
            require_office(one)
    declarants = {filing.trader.pk: filing.trader for filing in filings}
    if len(declarants) > 1:
        raise Unusable.because(
            "bulk.traders",
            "declarations",
            "A bulk lodging is for one trader.",
            "批量申报仅限同一企业。",
        )
    declarant = declarant_for(actor, filings[0].trader)

    def answer(done: list[Lodgement]) -> tuple[int, Any]:
        return 200, schemas.BulkLodged(
            cases=[
                schemas.BulkRow(
                    reference=one.case.reference,
                    number=one.case.number,
                    state=one.case.state,
                    lane=one.case.lane,
                    due=str(one.case.due),
                    is_new=one.is_new,
                )
                for one in done
            ]
        )

    return once(
        request,
        actor,
        idempotency_key,
        answer,
        lambda stored: lodge_many(actor, filings, declarant, stored=stored),
    )


@router.post(
    "/declarations/check",
    response={200: schemas.Checked, **REFUSALS},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"$ref": "#/components/schemas/Declaration"}},
                "application/xml": {"schema": {"type": "string"}},
            },
        }
    },
)
def check(request: HttpRequest) -> HttpResponse:
    """Check a declaration of any format and estimate its taxes; nothing is stored."""
    reading = read_many(request.body, today=timezone.localdate())[0]
    language = language_of(request)
    law = pack()
    declaration = reading.declaration.priced_in(law.currency)
    found = estimate(declaration, reading.findings)
    return api.create_response(
        request,
        schemas.Checked(
            findings=[FindingOut.of(one, language) for one in found.findings],
            assessment=found.assessment.document(law, language) if found.assessment else None,
            declaration=declaration.model_dump(mode="json", exclude_none=True, exclude={"source"}),
        ),
        status=200,
    )


@router.get("/cases", response={200: schemas.Cases, **REFUSALS})
def list_cases(
    request: HttpRequest,
    state: str | None = None,
    lane: str | None = None,
    q: str | None = None,
    cursor: str | None = None,
    limit: int = params.Query(PAGE, ge=1, le=200),
) -> schemas.Cases:
    """Consignments you may see, newest first."""
    cases = cases_for(actor_from(request)).order_by("-lodged_at", "-id")
    if state:
        cases = cases.filter(state=state)
    if lane:
        cases = cases.filter(lane=lane)
    if q:
        cases = search_cases(cases, q)
    if cursor:
        cases = _after(cases, cursor)
    page = list(cases[: limit + 1])
    more = page[limit - 1] if len(page) > limit else None
    language = language_of(request)
    return schemas.Cases(
        cases=[schemas.CaseOut.of(case, language) for case in page[:limit]],
        next=f"{more.lodged_at.isoformat()}~{more.pk}" if more else None,
    )


@router.get("/cases/{number}", response={200: schemas.CaseOut, **REFUSALS})
def get_case(request: HttpRequest, number: str) -> schemas.CaseOut:
    """One consignment."""
    return schemas.CaseOut.of(_case(request, number), language_of(request))


@router.get("/cases/{number}/declaration", response={200: dict[str, Any], **REFUSALS})
def get_declaration(request: HttpRequest, number: str) -> dict[str, Any]:
    """The declaration in its newest version, canonical JSON."""
    version = _case(request, number).versions.latest("version")
    found: dict[str, Any] = json.loads(version.content)
    return found


@router.get("/cases/{number}/assessment", response={200: dict[str, Any], **REFUSALS})
def get_assessment(request: HttpRequest, number: str) -> dict[str, Any]:
    """The newest assessment, line by line with formulas and citations."""
    version = _case(request, number).versions.exclude(assessment="").last()
    if version is None or version.assessed is None:
        raise NotFound(Text("assessment", "税款核定"), number[:40])
    return version.assessed.document(pack(), language_of(request))


@router.get("/cases/{number}/findings", response={200: list[FindingOut], **REFUSALS})
def get_findings(request: HttpRequest, number: str) -> list[FindingOut]:
    """What the checks found on the newest version."""
    version = _case(request, number).versions.latest("version")
    return [FindingOut.of(found, language_of(request)) for found in version.found]


@router.get("/cases/{number}/events", response={200: Events, **REFUSALS})
def get_events(request: HttpRequest, number: str) -> Events:
    """Everything that happened to a consignment, in order, with the law applied."""
    case = _case(request, number)
    return events_out(DESK, case, actor_from(request), language_of(request), wording_of(case))


@router.get("/cases/{number}/receipts", response={200: schemas.Receipts, **REFUSALS})
def get_receipts(request: HttpRequest, number: str) -> schemas.Receipts:
    """Customs' word on a consignment as receipts (回执), in order; each can be had as XML."""
    case = _case(request, number)
    language = language_of(request)
    return schemas.Receipts(
        receipts=[
            schemas.ReceiptOut(
                sequence=event.sequence,
                channel=receipt.channel or "",
                meaning=receipt.meaning.in_language(language) if receipt.meaning else "",
                message=receipt.message,
                time=event.time,
            )
            for event, receipt in receipts(case, events_of(case.number, inside=False))
        ]
    )


@router.get(
    "/cases/{number}/receipts/{sequence}",
    response={200: str, **REFUSALS},
    openapi_extra={
        "responses": {"200": {"content": {"application/xml": {"schema": {"type": "string"}}}}}
    },
)
def get_receipt(request: HttpRequest, number: str, sequence: int) -> HttpResponse:
    """One receipt as the message (DEC_RESULT) that a broker's system reads."""
    case = _case(request, number)
    for event, receipt in receipts(case, events_of(case.number, inside=False)):
        if event.sequence == sequence:
            return HttpResponse(write_receipt(receipt), content_type="application/xml")
    raise NotFound(Text("receipt", "回执"), f"{number[:40]}/{sequence}")


offer_actions(router, DESK, schemas.CaseOut, schemas.CaseOut.of)
offer_proofs(router, DESK)


@contextmanager
def _placed(place: str) -> Iterator[None]:
    """Name the declaration of a bulk lodging in what is found wrong with it."""
    try:
        yield
    except Unusable as unusable:
        finding = unusable.finding
        path = f"{place}.{finding.path}" if finding.path else place
        raise Unusable(finding.model_copy(update={"path": path})) from None


def _case(request: HttpRequest, number: str) -> Case:
    case = find_case(actor_from(request), number)
    if case is None:
        raise NotFound(DESK.kind.words, number[:40])
    return case


def _lodge_one(
    request: HttpRequest, reading: Reading, code: str | None, key: str | None
) -> HttpResponse:
    actor, language = actor_from(request), language_of(request)
    trader = trader_of(actor, reading.declaration, code)
    filing = Submission(reading.declaration, trader, tuple(reading.findings))
    declarant = declarant_for(actor, trader)

    def answer(done: list[Lodgement]) -> tuple[int, Any]:
        case, is_new = done[0].case, done[0].is_new
        version = done[0].version or case.versions.latest("version")
        return 201 if is_new else 200, schemas.LodgedCase(
            case=schemas.CaseOut.of(case, language),
            is_new=is_new,
            findings=[FindingOut.of(found, language) for found in version.found],
        )

    return once(
        request,
        actor,
        key,
        answer,
        lambda stored: lodge_many(actor, [filing], declarant, stored=stored),
    )


def _after(cases: QuerySet[Case], cursor: str) -> QuerySet[Case]:
    moment, _, pk = cursor.partition("~")
    try:
        when, last = aware(datetime.fromisoformat(moment.replace(" ", "+"))), int(pk)
        when = when.astimezone(UTC)
    except (ValueError, OverflowError):
        last = -1
    if not 0 <= last < 2**63:
        raise Unusable.because(
            "cursor.invalid", "cursor", "This is not a cursor of this list.", "无效的游标。"
        )
    return cases.filter(Q(lodged_at__lt=when) | Q(lodged_at=when, pk__lt=last))
