"""The law, to be read: acts, dated values, the tariff, and what changes."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sanzhi.core.dates import parse_date
from sanzhi.core.findings import Unusable
from sanzhi.law.model import Act, Change, DatedRate, DatedValue, TariffLine
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.law import catalogue
from sanzhi.site.law.searching import matching_acts, matching_parameters

#: Lines a tariff search lists; more are a reason to search more closely.
LINES = 100


@dataclass(frozen=True, slots=True)
class ValueRow:
    """A parameter as a list or a history shows it."""

    name: str
    value: str
    version: DatedValue
    current: bool = False


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change as a table shows it, with its name and address; empty where there is no value."""

    change: Change
    before: str
    after: str
    name: str
    url: str


@require_GET
def acts(request: PageRequest) -> HttpResponse:
    """Acts by words, type and whether they are in force on a day."""
    text, kind = _text(request), request.GET.get("type", "")
    on = _day(request)
    found = [
        (act, catalogue.number(act, _language()), _standing(act, on))
        for act in matching_acts(text)
        if kind in {"", act.type}
    ]
    found.sort(key=lambda row: row[0].issued or date.min, reverse=True)
    kinds = sorted({act.type for act in catalogue.pack().acts.values()})
    context = {"found": found, "text": text, "type": kind, "types": kinds, "on": on}
    return render(request, "law/acts.html", context)


@require_GET
def act(request: PageRequest, key: str) -> HttpResponse:
    """An act in plain words, with its dates and what rests on it."""
    found = _act(key)
    rests = catalogue.rests_on(key)
    page = Paginator(rests, 100).get_page(request.GET.get("page"))
    context = {
        "act": found,
        "number": catalogue.number(found, _language()),
        "standing": _standing(found, timezone.localdate()),
        "page": page,
    }
    return render(request, "law/act.html", context)


@require_GET
def act_card(request: PageRequest, key: str) -> HttpResponse:
    """What a citation chip opens."""
    found = _act(key)
    context = {
        "act": found,
        "number": catalogue.number(found, _language()),
        "standing": _standing(found, timezone.localdate()),
        "count": len(catalogue.rests_on(key)),
    }
    return render(request, "law/card.html", context)


@require_GET
def parameters(request: PageRequest) -> HttpResponse:
    """Every parameter with its value on a day."""
    text, on = _text(request), _day(request)
    pack = catalogue.pack()
    rows = []
    for name, _note in matching_parameters(text):
        version = pack.parameters[name].on(on)
        if version is not None:
            value = catalogue.shown(version.value, version.unit)
            rows.append(ValueRow(name, value, version))
    return render(request, "law/parameters.html", {"rows": rows, "text": text, "on": on})


@require_GET
def parameter(request: PageRequest, name: str) -> HttpResponse:
    """A parameter's versions, with the one that applied on a day as known on another."""
    pack = catalogue.pack()
    on, known = _day(request), _day(request, "known")
    versions = pack.history(name)
    try:
        current = pack.value(name, on, known)
        outside = None
    except Unusable as refused:
        current, outside = None, refused.finding
    rows = [
        ValueRow(
            name,
            catalogue.shown(version.value, version.unit),
            version,
            current is not None and version.in_force == current.in_force,
        )
        for version in versions
    ]
    context = {
        "name": name,
        "rows": rows[::-1],
        "current": current,
        "value": catalogue.shown(current.value, current.unit) if current else "",
        "outside": outside,
        "on": on,
        "known": known,
    }
    return render(request, "law/parameter.html", context)


@require_GET
def tariff(request: PageRequest) -> HttpResponse:
    """Tariff lines by the beginning of the code or words of the name, on a day."""
    text, on = _text(request), _day(request)
    lines = catalogue.pack().search_lines(text, on, LINES) if text else []
    context = {"text": text, "on": on, "lines": lines, "full": len(lines) == LINES}
    return render(request, "law/tariff.html", context)


@require_GET
def code(request: PageRequest, code: str) -> HttpResponse:
    """A commodity code on a day: rates, conditions, declared elements, and its history."""
    pack, on = catalogue.pack(), _day(request)
    if not pack.has_code(code):
        pack.line(code, on)
    line = pack.find_line(code, on)
    rule = pack.consumption_rule(code, on)
    preferences = [
        (rate, agreement)
        for prefix in (code[:length] for length in range(len(code), 1, -1))
        for key, versions in pack.preferences.get(prefix, {}).items()
        if (rate := versions.on(on)) and (agreement := pack.agreements.get(key))
    ]
    context = {
        "code": code,
        "on": on,
        "line": line,
        "rates": [row for row in _rates(line) if not (rule and row[1].kind == "consumption")],
        "consumption": rule,
        "currency": "USD" if rule and rule.basis.endswith("_usd") else pack.currency,
        "personal": pack.personal_articles_rate(code, on),
        "preferences": preferences,
        "remedies": [
            remedy
            for remedy in pack.trade_remedies
            if code.startswith(remedy.prefix)
            and remedy.in_force <= on
            and (remedy.until is None or on < remedy.until)
        ],
        "conditions": pack.conditions(line.conditions) if line else [],
        "history": [(past, _rates(past)) for past in reversed(pack.line_history(code))],
    }
    return render(request, "law/code.html", context)


@require_GET
def changes(request: PageRequest) -> HttpResponse:
    """What differs between two days, and what is published but not yet in force."""
    today = timezone.localdate()
    later = _day(request, "to")
    earlier = _day(request, "from", today - timedelta(days=365))
    pack = catalogue.pack()
    found = pack.changes(earlier, later)
    rows = [_drawn(change, earlier, later) for change in found]
    page = Paginator(rows, 100).get_page(request.GET.get("page"))
    upcoming = [
        _drawn(change, change.on - timedelta(days=1), change.on) for change in pack.upcoming(today)
    ]
    context = {"earlier": earlier, "later": later, "page": page, "upcoming": upcoming}
    return render(request, "law/changes.html", context)


def _text(request: PageRequest) -> str:
    return " ".join(request.GET.get("q", "").replace("\0", " ").split())[:100]


def _day(request: PageRequest, name: str = "on", default: date | None = None) -> date:
    """A day from the address; today (or the default) when absent, `Unusable` when it is none."""
    text = request.GET.get(name, "")
    if not text:
        return default or timezone.localdate()
    try:
        return parse_date(text)
    except ValueError:
        raise Unusable.because(
            "request.date",
            name,
            f"{text[:40]!r} is not a date like 2026-11-21.",
            f"“{text[:40]}”不是形如 2026-11-21 的日期。",
        ) from None


def _language() -> str:
    return get_language() or "en"


def _act(key: str) -> Act:
    found = catalogue.act(key)
    if found is None:
        raise Http404(key)
    return found


def _standing(found: Act, on: date) -> tuple[str, str]:
    """Kind and word of the badge that says whether an act is in force."""
    if found.repealed and found.repealed <= on:
        return "neutral", _("repealed")
    if found.effective and found.effective > on:
        return "wait", _("not yet in force")
    return "ok", _("in force")


def _rates(line: TariffLine | None) -> list[tuple[str, DatedRate]]:
    return [
        (label, rate)
        for kind, label in _kinds().items()
        if (rate := getattr(line, kind, None)) is not None
    ]


def _kinds() -> dict[str, str]:
    """What pages call the columns of the tariff."""
    return {
        "mfn": _("Most favoured nation"),
        "provisional": _("Provisional"),
        "general": _("General"),
        "export": _("Export duty"),
        "export_provisional": _("Provisional export duty"),
        "consumption": _("Consumption tax"),
        "vat": _("VAT"),
    }


def _drawn(change: Change, earlier: date, later: date) -> ChangeRow:
    """A change as the table shows it, with its name and address: values of parameters with their
    units, as their own pages write them."""
    versions = catalogue.pack().parameters.get(change.subject)
    if versions is None:
        was, now = (
            one.in_language(_language()) if one else "" for one in (change.before, change.after)
        )
    else:
        was, now = (
            catalogue.shown(one.value, one.unit) if one else ""
            for one in (versions.on(min(earlier, later)), versions.on(max(earlier, later)))
        )
    return ChangeRow(change, was, now, _subject(change), _subject_url(change))


def _subject(change: Change) -> str:
    """What changed, in words: `tariff/2204210000/mfn` is the code and its column."""
    parts = change.subject.split("/")
    if parts[0] != "tariff" or len(parts) < 3:
        return change.subject
    others = {
        "personal_articles": _("Personal articles"),
        "conditions": _("Supervision conditions"),
        "unit": _("Unit"),
        "second_unit": _("Unit"),
        "remedy": _("Trade remedy"),
    }
    label = (_kinds() | others).get(parts[2], parts[2])
    if parts[2] == "agreement" and len(parts) > 3:
        agreement = catalogue.pack().agreements.get(parts[3])
        label = agreement.name.in_language(_language()) if agreement else parts[3]
    return f"{parts[1]} {label}"


def _subject_url(change: Change) -> str:
    """The page of what changed; empty where there is none."""
    subject = change.subject
    pack = catalogue.pack()
    if subject in pack.parameters:
        return reverse("law:parameter", args=[subject])
    parts = subject.split("/")
    if parts[0] == "tariff" and len(parts) > 1:
        if pack.has_code(parts[1]):
            return reverse("law:code", args=[parts[1]])
        return f"{reverse('law:tariff')}?q={parts[1]}"
    return ""
