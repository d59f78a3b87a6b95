"""The coding workbench: a text beside its coding sheet, saved score by score."""

import re
from datetime import datetime
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import reswap, retarget, trigger_client_event

from sanzhi.core.findings import Finding, Unusable
from sanzhi.policy.coding.record import Span
from sanzhi.policy.coding.sheet_actions import Incomplete
from sanzhi.policy.coding.sheets import Mark, disagreements, located
from sanzhi.site.accounts.models import User
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.cases.actions import act
from sanzhi.site.events.log import Conflict
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.wording import words_of
from sanzhi.site.policy.cards import cards_of, context_of, groups_of, passage_of, refused_on
from sanzhi.site.policy.lookup import (
    find_sheet,
    find_study,
    find_text,
    finished_sheets,
    sheets_of,
)
from sanzhi.site.policy.models import PolicyText, Sheet
from sanzhi.site.policy.storing import marks_of, policy_of, study_of, wording_of
from sanzhi.site.policy.suggestions import suggested
from sanzhi.site.shell.components import Step
from sanzhi.site.shell.templatetags.sanzhi import words

_SPAN = re.compile(r"(\d{1,9})-(\d{1,9})")


@require_GET
def desk(request: PageRequest) -> HttpResponse:
    """The actor's sheets: what is to code, what was handed in."""
    if not request.actor.may_somewhere("policy.code"):
        request.actor.require("policy.code")
    own = list(sheets_of(request.actor))
    total = {sheet.text.study_id: 0 for sheet in own}
    for key in total:
        study = next(one.text.study for one in own if one.text.study_id == key)
        total[key] = len(study_of(study).codebook.codes)
    rows = [(sheet, total[sheet.text.study_id]) for sheet in own]
    waiting = [row for row in rows if row[0].finished is None]
    done = sorted(
        (row for row in rows if row[0].finished),
        key=lambda row: cast("datetime", row[0].finished),
        reverse=True,
    )
    return render(
        request,
        "policy/desk.html",
        {
            "waiting": waiting,
            "done": done[:100],
            "done_count": len(done),
            "all": len(own),
            "studies": _to_adjudicate(request),
        },
    )


@require_GET
def sheet(request: PageRequest, pk: int) -> HttpResponse:
    """A sheet beside its text."""
    return _page(request, find_sheet(request.actor, pk))


@require_POST
def score(request: PageRequest, pk: int) -> HttpResponse:
    """Save one code of a sheet: a score, a piece of evidence more or less, a memo."""
    found = find_sheet(request.actor, pk)
    code = request.POST.get("code", "")
    refused = None
    try:
        name, said = _asked(request, found, code)
        act(request.actor, found, _sequence(request), name, said)
    except Conflict as conflict:
        return _stale(request, found, conflict)
    except Unusable as unusable:
        refused = unusable.finding
        found.refresh_from_db()
    if not request.htmx:
        if refused:
            messages.error(request, words(refused.text))
        return redirect(reverse("policy:sheet", args=[pk]) + f"#c-{code}")
    study, policy = study_of(found.text.study), policy_of(found.text)
    cards = cards_of(study, policy, found)
    card = next((one for one in cards if one.code.key == code), None)
    if card is None:
        raise Http404(code)
    if refused:
        card = refused_on(card, refused)
    return render(
        request,
        "policy/saved.html",
        context_of(request, study, policy, found) | {"card": card, "oob": True},
    )


@require_POST
def note(request: PageRequest, pk: int) -> HttpResponse:
    """Save the memo of the text."""
    found = find_sheet(request.actor, pk)
    try:
        memo = request.POST.get("memo", "").replace("\0", "")
        act(request.actor, found, _sequence(request), "note", {"memo": memo})
    except Conflict as conflict:
        return _stale(request, found, conflict)
    except Unusable as unusable:
        if request.htmx:
            reply = render(request, "policy/refused.html", {"refused": unusable.finding})
            return reswap(retarget(reply, "#stale"), "innerHTML")
        messages.error(request, words(unusable.finding.text))
    if not request.htmx:
        return redirect("policy:sheet", pk)
    context = context_of(request, study_of(found.text.study), policy_of(found.text), found)
    reply = render(request, "policy/state.html", context | {"oob": True})
    return trigger_client_event(reply, "saved")


@require_POST
def finish(request: PageRequest, pk: int) -> HttpResponse:
    """Hand a sheet in, and go on with the next."""
    found = find_sheet(request.actor, pk)
    try:
        act(request.actor, found, _sequence(request), "hand_in")
    except Conflict as conflict:
        messages.error(request, words(conflict.finding.text))
        return redirect("policy:sheet", pk)
    except Incomplete as incomplete:
        return _page(request, found, incomplete.lacking)
    text = PolicyText.objects.get(pk=found.text_id)
    messages.success(request, _handed_in(found, text))
    if found.kind == Sheet.Kind.ADJUDICATION:
        return redirect("policy:adjudicate", text.study.key)
    following = (
        sheets_of(request.actor)
        .filter(finished=None, kind=Sheet.Kind.CODING, text__study=text.study_id)
        .first()
    )
    return redirect("policy:sheet", following.pk) if following else redirect("policy:desk")


@require_POST
def reopen(request: PageRequest, pk: int) -> HttpResponse:
    """Take a sheet back that was handed in."""
    found = find_sheet(request.actor, pk)
    try:
        act(request.actor, found, _sequence(request), "reopen")
    except Conflict as conflict:
        messages.error(request, words(conflict.finding.text))
    return redirect("policy:sheet", pk)


@require_GET
def history(request: PageRequest, pk: int) -> HttpResponse:
    """Every change of a sheet, latest first."""
    found = find_sheet(request.actor, pk)
    events = EventRecord.objects.told().filter(case=found.number).order_by("-sequence")
    if found.coder_id == request.actor.login:
        # what one gave who had the sheet before stays theirs: coders are blind
        over = events.filter(kind="policy.sheet_handed_over").values_list("sequence", flat=True)
        events = events.filter(sequence__gte=over.first() or 0)
    told = events[:500]
    wording = wording_of(study_of(found.text.study))
    names = {
        user.username: str(user)
        for user in User.objects.filter(username__in={event.actor for event in told})
    }
    steps = [
        Step(
            event.time,
            words(words_of(event, wording)),
            names.get(event.actor, event.actor),
        )
        for event in told
    ]
    return render(request, "policy/history.html", {"steps": steps, "sheet": found})


@require_GET
def suggestions(request: PageRequest, pk: int) -> HttpResponse:
    """What rules or this study's own model suggest for the text; no codes."""
    found = find_sheet(request.actor, pk)
    text = policy_of(found.text).text
    codes = {code.key: code for code in study_of(found.text.study).codebook.codes}
    rows = [
        (codes[one.code], one, [passage_of(text, span) for span in one.spans])
        for one in suggested(found.text.study, found.text)
        if one.code in codes
    ]
    return render(request, "policy/suggestions.html", {"rows": rows, "sheet": found})


@require_GET
def adjudications(request: PageRequest, key: str) -> HttpResponse:
    """Texts on which coders differ."""
    study = find_study(request.actor, key)
    request.actor.require("policy.adjudicate", study=key)
    whole = study_of(study)
    rows = []
    for text in study.texts.filter(state="adjudication"):
        given = finished_sheets(text)
        differing = disagreements(whole, [marks_of(one) for one in given]) if given else ()
        coded = request.actor.login in {one.coder_id for one in given}
        begun = text.sheets.filter(kind=Sheet.Kind.ADJUDICATION).select_related("coder").first()
        rows.append((text, differing, coded, begun))
    return render(
        request, "policy/adjudications.html", {"study": study, "rows": rows, "tab": "adjudicate"}
    )


@require_http_methods(["GET", "POST"])
def adjudicate(request: PageRequest, key: str, pk: int) -> HttpResponse:
    """Begin or go on with the adjudication of a text, of one that is settled for a reason; a
    notice leads to the list."""
    text = find_text(find_study(request.actor, key), pk)
    if request.method == "GET":
        return redirect("policy:adjudicate", key)
    actor = request.actor
    try:
        if "reason" in request.POST:
            said = {"reason": request.POST["reason"].replace("\0", "")}
            act(actor, text, _sequence(request), "reopen", said)
        else:
            act(actor, text, text.sequence, "adjudicate")
    except Conflict as conflict:
        messages.error(request, words(conflict.finding.text))
        return redirect("policy:adjudicate", key)
    return redirect("policy:sheet", text.sheets.get(kind=Sheet.Kind.ADJUDICATION).pk)


def _asked(request: PageRequest, found: Sheet, code: str) -> tuple[str, dict[str, Any]]:
    """What the form asks for: an action, and what it is told."""
    posted, text = request.POST, policy_of(found.text).text
    if posted.get("take"):
        return "score", {"code": code, **dict(_taken(found, posted["take"], code))}
    before = marks_of(found).get(code)
    if posted.get("drop"):
        return "remove_score", {"code": code}
    given = posted.get("score", "")
    if given and not re.fullmatch(r"[0-9]{1,2}", given):
        raise Unusable.because(
            "sheet.score",
            code,
            f"{given[:20]!r} is no score of the scale.",
            f"“{given[:20]}”不是量表中的分值。",
        )
    value = int(given) if given else before.score if before else None
    spans = list(before.spans) if before else []
    if posted.get("quote", "").strip():
        spans.append(located(text, posted["quote"]))
    if added := _span(posted.get("add", "")):
        spans.append(added)
    if removed := _span(posted.get("remove", "")):
        spans = [one for one in spans if one != removed]
    if value is None:
        raise Unusable.because(
            "sheet.no_score",
            code,
            "Give the score first, then its evidence.",
            "请先评分，再选取证据。",
        )
    memo = posted.get("memo", before.memo if before else "").replace("\0", "")
    kept = tuple(spans) if value else ()
    return "score", {"code": code, "score": value, "spans": kept, "memo": memo}


def _span(text: str) -> Span | None:
    matched = _SPAN.fullmatch(text)
    if not matched or int(matched[1]) >= int(matched[2]):
        return None
    return Span(start=int(matched[1]), end=int(matched[2]))


def _taken(found: Sheet, pk: str, code: str) -> Mark:
    """A coder's mark that the adjudicator takes over."""
    for one in finished_sheets(found.text):
        if found.kind == Sheet.Kind.ADJUDICATION and str(one.pk) == pk:
            given = marks_of(one).get(code)
            if given:
                return given
    raise Unusable.because(
        "sheet.unknown", code, "There is no such score to take over.", "没有可采用的评分。"
    )


def _sequence(request: PageRequest) -> int:
    text = request.POST.get("sequence", "")
    return int(text) if re.fullmatch(r"\d{1,9}", text) else -1


def _page(request: PageRequest, found: Sheet, lacking: list[Finding] | None = None) -> HttpResponse:
    study, policy = study_of(found.text.study), policy_of(found.text)
    context = context_of(request, study, policy, found) | {
        "groups": groups_of(cards_of(study, policy, found), found),
        "lacking": lacking,
        "links": {finding.path: f"c-{finding.path}" for finding in lacking or ()},
    }
    return render(request, "policy/sheet.html", context)


def _stale(request: PageRequest, found: Sheet, conflict: Conflict) -> HttpResponse:
    """Another tab was first: say so, and offer the sheet as it is now."""
    if not request.htmx:
        messages.error(request, words(conflict.finding.text))
        return redirect("policy:sheet", found.pk)
    reply = render(request, "policy/stale.html", {"sheet": found})
    return reswap(retarget(reply, "#stale"), "innerHTML")


def _handed_in(found: Sheet, text: PolicyText) -> str:
    if found.kind == Sheet.Kind.ADJUDICATION:
        return _("The text is settled.")
    if text.state == "settled":
        return _("Handed in. The coders agree: the text is settled.")
    if text.state == "adjudication":
        count = len(
            disagreements(study_of(text.study), [marks_of(one) for one in finished_sheets(text)])
        )
        return ngettext(
            "Handed in. The coders differ on %(count)s code: it is adjudicated.",
            "Handed in. The coders differ on %(count)s codes: they are adjudicated.",
            count,
        ) % {"count": count}
    return _("Handed in. You can reopen it until the other coder has finished.")


def _to_adjudicate(request: PageRequest) -> list[tuple[str, str, int]]:
    """Studies in which the actor adjudicates, with how many texts wait."""
    found = []
    for key in request.actor.studies:
        if request.actor.may("policy.adjudicate", study=key):
            waiting = PolicyText.objects.filter(study__key=key, state="adjudication")
            if count := waiting.count():
                found.append((key, words(waiting[0].study.title), count))
    return found
