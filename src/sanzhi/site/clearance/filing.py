"""Filing: a form, an upload, a paste or a copy becomes a draft; a draft becomes a case."""

import re
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import reswap, retarget, trigger_client_event

from sanzhi.border.clearance import CONSIGNMENT
from sanzhi.cases.asking import require_why
from sanzhi.core.findings import Finding, Unusable, has_errors
from sanzhi.declarations import Declaration
from sanzhi.declarations.formats import MAX_BYTES, read_many
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.models import Enterprise
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.cases.actions import act
from sanzhi.site.clearance import drafting
from sanzhi.site.clearance.desk import current_declaration
from sanzhi.site.clearance.draft_form import (
    ITEMS_A_PAGE,
    anchors,
    changed_codes,
    drawn,
    drawn_items,
    facts_of,
)
from sanzhi.site.clearance.estimate import Estimate, estimate
from sanzhi.site.clearance.lodging import Submission, lodge
from sanzhi.site.clearance.lookup import (
    cases_for,
    declarant_for,
    find_case,
    plain_words,
    search_cases,
    trader_of,
    whole,
)
from sanzhi.site.clearance.models import Case, Draft
from sanzhi.site.clearance.side_by_side import as_bytes, beside, lines_of
from sanzhi.site.clearance.taxes import Taxes, taxes
from sanzhi.site.events.log import Conflict
from sanzhi.site.law.catalogue import pack

#: Declarations taken from one bulk file.
MOST_DRAFTS = 200


def require_filer(actor: Actor) -> None:
    """`Denied` unless the actor may file for somebody."""
    if not actor.may_somewhere("clearance.file"):
        actor.require("clearance.file")


@require_http_methods(["GET", "POST"])
def new(request: PageRequest) -> HttpResponse:
    """Choose how to file; POST makes the draft."""
    require_filer(request.actor)
    if request.method == "GET":
        return _choose(request)
    ways: dict[str, Callable[[PageRequest], HttpResponse]] = {
        "form": _by_form,
        "message": _by_message,
        "copy": _by_copy,
    }
    way = ways.get(request.POST.get("way", ""))
    try:
        return way(request) if way else _choose(request)
    except Unusable as unusable:
        return _choose(request, unusable.finding)


def _with_draft(
    view: Callable[[PageRequest, Draft], HttpResponse],
) -> Callable[[PageRequest, int], HttpResponse]:
    """Give the view the actor's own draft; where it was lodged, a page that leads to the case."""

    @wraps(view)
    def opened(request: PageRequest, pk: int) -> HttpResponse:
        try:
            return view(request, drafting.own_draft(request.actor, pk))
        except drafting.AlreadyLodged as lodged:
            return render(request, "clearance/lodged.html", {"case": lodged.case}, status=410)

    return opened


@require_http_methods(["GET", "POST"])
@_with_draft
def draft(request: PageRequest, found: Draft) -> HttpResponse:
    """The form of a draft; POST saves it, and htmx gets the checks and the taxes back."""
    if request.method == "GET":
        return _form(request, found)
    if drafting.is_stale(found, request.POST):
        return _stale(request, found)
    before = drafting.fields_of(found)
    fields = drafting.overlay(before, request.POST.dict())
    _set_trader(request, found)
    drafting.save(found, fields, timezone.now(), request.POST.get("opened", ""))
    if request.htmx:
        return _live(request, found, changed_codes(before, fields))
    if request.POST.get("then") == "review":
        return redirect("clearance:review", found.pk)
    messages.success(request, _("Saved."))
    return redirect("clearance:draft", found.pk)


@require_POST
@_with_draft
def draft_items(request: PageRequest, found: Draft) -> HttpResponse:
    """Add or remove a goods item, keeping what was typed; gives the items back."""
    if drafting.is_stale(found, request.POST):
        return _stale(request, found)
    fields = drafting.overlay(drafting.fields_of(found), request.POST.dict())
    removed = "remove" in request.POST
    if removed:
        # What is no number is no item, not the first.
        place = request.POST["remove"]
        drafting.remove_item(fields, whole(place) if re.fullmatch(r"[0-9]{1,4}", place) else -1)
    else:
        drafting.add_item(fields)
    drafting.save(found, fields, timezone.now(), request.POST.get("opened", ""))
    count = len(fields.get("items", ()))
    page = request.POST.get("items", "1") if removed else str(-(-count // ITEMS_A_PAGE))
    return trigger_client_event(
        render(request, "clearance/items.html", {"draft": found} | drawn_items(fields, page)),
        "saved",
    )


@require_POST
@_with_draft
def drop_draft(request: PageRequest, found: Draft) -> HttpResponse:
    found.delete()
    messages.success(request, _("The draft was deleted."))
    return redirect("clearance:list")


@require_http_methods(["GET", "POST"])
@_with_draft
def review(request: PageRequest, found: Draft) -> HttpResponse:
    """What will be lodged and what will happen; POST lodges it."""
    purpose = drafting.purpose(found)
    if found.amends and not purpose:
        messages.error(request, _("The consignment has moved on; the draft can no longer be used."))
        return redirect("clearance:case", found.amends.number)
    if request.method == "GET":
        return _review(request, found, purpose)
    try:
        case = _lodge(request, found, purpose)
    except Conflict as conflict:
        return _review(request, found, purpose, conflict.finding, 409)
    except Unusable as unusable:
        return _review(request, found, purpose, unusable.finding, 422)
    drafting.close(found, case)
    return redirect("clearance:case", case.number)


@require_GET
def codes(request: PageRequest) -> HttpResponse:
    """Commodity codes by digits or words, for the look-up of the form."""
    require_filer(request.actor)
    text = next((value for name, value in request.GET.dict().items() if name.endswith(".code")), "")
    text = plain_words(text)
    on = timezone.localdate()
    lines = pack().search_lines(text, on, 12) if len(text) > 1 else []
    exact = len(lines) == 1 and lines[0].code == text
    return render(
        request,
        "clearance/codes.html",
        {
            "lines": [] if exact else lines,
            "text": text,
            "exact": exact,
            "target": request.GET.get("target", "")[:60],
        },
    )


@require_POST
def edit(request: PageRequest, number: str) -> HttpResponse:
    """Open a case's declaration for correction, completion, or as a copy."""
    case = find_case(request.actor, number)
    if case is None:
        raise Http404
    request.actor.require("clearance.file", enterprise=case.trader_id)
    current = current_declaration(case)
    if request.POST.get("copy"):
        made = drafting.copy_of(request.actor, case, current, timezone.now())
    else:
        made = drafting.of_case(request.actor, case, current, timezone.now())
    return redirect("clearance:draft", made.pk)


def _choose(request: PageRequest, finding: Finding | None = None) -> HttpResponse:
    traders = Enterprise.objects.filter(pk__in=request.actor.enterprises)
    text = plain_words(request.GET.get("q", ""))
    mine = cases_for(request.actor).filter(trader__in=request.actor.enterprises)
    context = {
        "traders": traders,
        "finding": finding,
        "pasted": request.POST.get("text", ""),
        "earlier": search_cases(mine, text).order_by("-lodged_at")[:10],
        "text": text,
    }
    return render(request, "clearance/new.html", context, status=422 if finding else 200)


def _by_form(request: PageRequest) -> HttpResponse:
    made = drafting.blank(request.actor, _chosen_trader(request), timezone.now())
    return redirect("clearance:draft", made.pk)


def _by_message(request: PageRequest) -> HttpResponse:
    upload = request.FILES.get("file")
    text = request.POST.get("text", "")
    data = upload.read(MAX_BYTES + 1) if upload else as_bytes(text)
    name = (upload.name if upload else None) or ""
    readings = read_many(data, name, today=timezone.localdate())
    if len(readings) > MOST_DRAFTS:
        raise Unusable.because(
            "format.many",
            "",
            f"The file holds {len(readings)} declarations; at most "
            f"{MOST_DRAFTS} are taken at once.",
            f"文件含 {len(readings)} 份报关单，每次最多 {MOST_DRAFTS} 份。",
        )
    made = [
        drafting.from_reading(
            request.actor, reading, _trader_of(request, reading.declaration), timezone.now()
        )
        for reading in readings
    ]
    if len(made) > 1:
        messages.success(request, _("%(count)d drafts were made.") % {"count": len(made)})
        return redirect(reverse("clearance:list") + "?state=draft")
    return redirect("clearance:review", made[0].pk)


def _by_copy(request: PageRequest) -> HttpResponse:
    return edit(request, request.POST.get("number", ""))


def _chosen_trader(request: PageRequest) -> Enterprise | None:
    """The trader chosen in the form, else the only one there is."""
    allowed = Enterprise.objects.filter(pk__in=request.actor.enterprises)
    if chosen := whole(request.POST.get("trader")):
        return allowed.filter(pk=chosen).first()
    return allowed.first() if len(request.actor.enterprises) == 1 else None


def _trader_of(request: PageRequest, declaration: Declaration) -> Enterprise | None:
    """Whom a message is for, as it says itself; None where that is to be chosen."""
    try:
        return _chosen_trader(request) or trader_of(request.actor, declaration)
    except Unusable:
        return None


def _set_trader(request: PageRequest, found: Draft) -> None:
    if found.amends is None and "trader" in request.POST:
        found.trader = _chosen_trader(request)


def _estimated(request: PageRequest, found: Draft) -> tuple[Declaration, Estimate, Taxes | None]:
    declaration, unread = drafting.declaration_of(found, request.actor, timezone.localdate())
    result = estimate(declaration, unread, filing=True, trader=found.trader)
    if found.trader is None:
        try:
            trader_of(request.actor, declaration, "")
        except Unusable as unusable:
            result.findings.insert(0, unusable.finding)
    return declaration, result, taxes(result.assessment, declaration)


def _form(request: PageRequest, found: Draft, *, stale: bool = False) -> HttpResponse:
    context = {
        "opened": secrets.token_hex(8),
        "stale": stale,
        "purpose": drafting.purpose(found),
        "traders": Enterprise.objects.filter(pk__in=request.actor.enterprises),
    }
    form = drawn(drafting.fields_of(found), request.GET.get("items", "1"))
    return render(
        request,
        "clearance/draft.html",
        context | _live_context(request, found) | form,
        status=409 if stale else 200,
    )


def _stale(request: PageRequest, found: Draft) -> HttpResponse:
    """Nothing of an old form is saved; the draft as it is now instead."""
    if not request.htmx:
        return _form(request, found, stale=True)
    reply = render(request, "clearance/live.html", _live_context(request, found) | {"stale": True})
    return retarget(reswap(reply, "outerHTML"), "#live")


def _live(request: PageRequest, found: Draft, changed: list[int]) -> HttpResponse:
    fields = drafting.fields_of(found)
    context = _live_context(request, found)
    context["changed"] = [facts_of(fields["items"][index], index) for index in changed]
    return trigger_client_event(render(request, "clearance/live.html", context), "saved")


def _live_context(request: PageRequest, found: Draft) -> dict[str, Any]:
    declaration, result, shown = _estimated(request, found)
    return {
        "draft": found,
        "declaration": declaration,
        "found": result.findings,
        "taxes": shown,
        "links": anchors(result.findings),
        "errors": sum(has_errors([one]) for one in result.findings),
    }


def _review(
    request: PageRequest,
    found: Draft,
    purpose: str,
    refused: Finding | None = None,
    status: int = 200,
) -> HttpResponse:
    if found.amends:
        found.amends.refresh_from_db()
    context = _live_context(request, found)
    declaration = context["declaration"]
    context |= {
        "purpose": purpose,
        "refused": refused,
        "reason": request.POST.get("reason", ""),
        "action": CONSIGNMENT.actions.get(purpose) if found.amends else None,
        "beside": beside(
            declaration, found.original, lines_of(found.original, timezone.localdate())
        ),
        "traders": Enterprise.objects.filter(pk__in=request.actor.enterprises),
    }
    return render(request, "clearance/review.html", context, status=status)


def _lodge(request: PageRequest, found: Draft, purpose: str) -> Case:
    _set_trader(request, found)
    case, today = found.amends, timezone.localdate()
    if case is None:
        trader = found.trader or trader_of(request.actor, Declaration(date=today))
        found.trader = trader
        declaration, unread = drafting.declaration_of(found, request.actor, today)
        done = lodge(
            request.actor,
            Submission(declaration, trader, tuple(unread)),
            declarant_for(request.actor, trader),
        )
        return done.case
    declaration, unread = drafting.declaration_of(found, request.actor, today)
    sequence = whole(request.POST.get("sequence"))
    said: dict[str, Any] = {"declaration": declaration}
    if purpose != "complete":
        said["reason"] = request.POST.get("reason", "").strip()
        require_why(said["reason"], "reason")
    # A completion or correction that cannot be read whole is refused; an amendment is returned.
    reading = tuple(unread) if purpose == "amend" else ()
    amended: Case = act(request.actor, case, sequence, purpose, said, reading=reading)
    return amended
