"""The HTTP API of the law: values, commodity codes and changes by date."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from ninja.params import functions as params
from pydantic import BaseModel

from sanzhi.law.model import DatedRate
from sanzhi.site.api.door import REFUSALS, language_of
from sanzhi.site.law.catalogue import pack

router = Router(tags=["law"])


class Value(BaseModel):
    """A parameter as it stands on a day."""

    name: str
    value: Any
    unit: str
    in_force: date
    until: date | None
    published: date
    citation: str


class Rate(BaseModel):
    kind: str
    rate: str
    words: str
    in_force: date
    until: date | None
    citation: str
    agreement: str


class Line(BaseModel):
    """A commodity code as the tariff has it on a day."""

    code: str
    name: str
    unit: str
    second_unit: str
    conditions: str
    elements: list[str]
    in_force: date
    until: date | None
    rates: list[Rate]


class ChangeOut(BaseModel):
    subject: str
    on: date
    before: str | None
    after: str | None
    citation: str


@router.get("/law/values/{name}", response={200: Value, **REFUSALS})
def value(
    request: HttpRequest, name: str, on: date | None = None, known_on: date | None = None
) -> Value:
    """A parameter in force on a day (default today); with `known_on`, as known on that day."""
    found = pack().value(name, on or timezone.localdate(), known_on)
    shown = found.value if isinstance(found.value, list | dict) else str(found.value)
    return Value(
        name=found.name,
        value=shown,
        unit=found.unit,
        in_force=found.in_force,
        until=found.until,
        published=found.published,
        citation=str(found.citation),
    )


@router.get("/law/tariff/{code}", response={200: Line, **REFUSALS})
def tariff_line(request: HttpRequest, code: str, on: date | None = None) -> Line:
    """A commodity code in force on a day (default today), with every rate and its citation."""
    found = pack().line(code, on or timezone.localdate())
    rates = (
        found.mfn,
        found.general,
        found.provisional,
        found.export,
        found.export_provisional,
        found.consumption,
        found.vat,
    )
    return Line(
        code=found.code,
        name=found.name.in_language(language_of(request)),
        unit=found.unit,
        second_unit=found.second_unit,
        conditions=found.conditions,
        elements=list(found.elements),
        in_force=found.in_force,
        until=found.until,
        rates=[_rate(rate, language_of(request)) for rate in rates if rate],
    )


@router.get("/law/tariff", response={200: list[Line], **REFUSALS})
def search_tariff(
    request: HttpRequest,
    q: str = params.Query(..., min_length=1, max_length=80),
    on: date | None = None,
) -> list[Line]:
    """Commodity codes by the beginning of the code or words of the name."""
    day = on or timezone.localdate()
    return [tariff_line(request, line.code, day) for line in pack().search_lines(q, day, 20)]


@router.get("/law/changes", response={200: list[ChangeOut], **REFUSALS})
def changes(request: HttpRequest, earlier: date, later: date) -> list[ChangeOut]:
    """Everything in the law that differs between two days."""
    language = language_of(request)
    return [
        ChangeOut(
            subject=change.subject,
            on=change.on,
            before=change.before.in_language(language) if change.before else None,
            after=change.after.in_language(language) if change.after else None,
            citation=str(change.citation),
        )
        for change in pack().changes(earlier, later)
    ]


def _rate(rate: DatedRate, language: str) -> Rate:
    return Rate(
        kind=rate.kind,
        rate=rate.rate.text,
        words=rate.rate.words(pack().currency_words).in_language(language),
        in_force=rate.in_force,
        until=rate.until,
        citation=str(rate.citation),
        agreement=rate.agreement,
    )
