"""The list of consignments: the trader's own, or those of the officer's offices."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sanzhi.border.clearance.states import AWAITED, State
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.clearance.casepage import days_left
from sanzhi.site.clearance.form_fields import REGIMES
from sanzhi.site.clearance.lookup import cases_for, plain_words, search_cases
from sanzhi.site.clearance.models import Case, Draft
from sanzhi.site.law.catalogue import pack
from sanzhi.site.shell.downloads import Echo, cell

PAGE = 50


@dataclass(frozen=True, slots=True)
class ListedCase:
    """A case as the list shows it; `left` are the days to its deadline."""

    case: Case
    left: int | None
    mine: bool
    """Whether the next move is the reader's side."""


@require_GET
def consignments(request: PageRequest) -> HttpResponse:
    """Consignments the reader may see, newest first, with drafts on top of the trader's."""
    side = "officer" if request.actor.offices else "trader"
    cases = _filtered(request, side)
    page: Page[Any] = Paginator(cases, PAGE).get_page(request.GET.get("page"))
    today = timezone.localdate()
    page.object_list = [
        ListedCase(case, days_left(case, today), case.awaited_from == side)
        for case in page.object_list
    ]
    context = {
        "page": page,
        "drafts": _drafts(request),
        "regimes": REGIMES,
        "states": {state.value: state.text for state in State},
        "state": request.GET.get("state", ""),
        "regime": request.GET.get("regime", ""),
        "text": _text(request),
        "files": request.actor.may_somewhere("clearance.file"),
        "many_traders": len(request.actor.enterprises) > 1 or bool(request.actor.offices),
        "waiting": _waiting(request.actor, side),
        "side": side,
        "filtered": bool(request.GET.get("state") or request.GET.get("regime") or _text(request)),
    }
    return render(request, "clearance/list.html", context)


@require_GET
def consignments_csv(request: PageRequest) -> StreamingHttpResponse:
    """The list as filtered, as CSV."""
    side = "officer" if request.actor.offices else "trader"
    response = StreamingHttpResponse(
        _csv(_filtered(request, side)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = 'attachment; filename="consignments.csv"'
    return response


def _filtered(request: PageRequest, side: str) -> QuerySet[Case]:
    cases = cases_for(request.actor).order_by("-lodged_at", "-pk")
    state, regime = (plain_words(request.GET.get(name, ""), 24) for name in ("state", "regime"))
    if state == "waiting":
        cases = cases.filter(
            state__in=[one for one, awaited in AWAITED.items() if awaited.side == side]
        )
    elif state == "draft":
        cases = cases.none()
    elif state:
        cases = cases.filter(state=state)
    if regime:
        cases = cases.filter(regime=regime)
    return search_cases(cases, _text(request))


def _drafts(request: PageRequest) -> list[Draft]:
    if (
        request.GET.get("state", "") not in {"", "draft"}
        or request.GET.get("regime")
        or _text(request)
    ):
        return []
    most = 200 if request.GET.get("state") == "draft" else 5
    return list(Draft.objects.filter(user=request.user).select_related("trader", "amends")[:most])


def _waiting(actor: Actor, side: str) -> int:
    return (
        cases_for(actor)
        .filter(state__in=[one for one, awaited in AWAITED.items() if awaited.side == side])
        .count()
    )


def _text(request: PageRequest) -> str:
    return plain_words(request.GET.get("q", ""))


def _csv(cases: QuerySet[Case]) -> Iterator[str]:
    language = get_language() or "en"
    writer = csv.writer(Echo())
    own = {"currency": pack().currency_words.in_language(language)}
    yield "\ufeff" + writer.writerow(
        [
            _("Number"),
            _("Reference"),
            _("Trader"),
            _("Declarant"),
            _("Goods"),
            _("Direction"),
            _("State"),
            _("Lane"),
            _("Lodged"),
            _("Released"),
            _("Deadline"),
            _("Customs value, %(currency)s") % own,
            _("Due, %(currency)s") % own,
            _("Paid, %(currency)s") % own,
            _("Owed, %(currency)s") % own,
        ]
    )
    for case in cases.iterator(chunk_size=1000):
        yield writer.writerow(
            [
                cell(value)
                for value in (
                    case.number,
                    case.reference,
                    case.trader.name.in_language(language),
                    case.declarant.name.in_language(language),
                    case.goods,
                    case.regime,
                    case.state_name.in_language(language),
                    case.lane,
                    case.lodged_at.isoformat(),
                    case.released_at.isoformat() if case.released_at else "",
                    case.deadline,
                    case.customs_value,
                    case.due,
                    case.paid,
                    case.owed,
                )
            ]
        )
