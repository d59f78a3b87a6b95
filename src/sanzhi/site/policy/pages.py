"""The studies, and one study: what it asks, how far its coding is, and what comes next."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from sanzhi.policy.coding.codes import TextState
from sanzhi.policy.coding.study import Study
from sanzhi.site.accounts.models import StudyPost, User
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.wording import words_of
from sanzhi.site.policy.lookup import find_study, progress_of, sheets_of
from sanzhi.site.policy.models import StudyRecord
from sanzhi.site.policy.storing import study_of, wording_of
from sanzhi.site.shell.components import Step
from sanzhi.site.shell.templatetags.sanzhi import words

#: How pages name the states of a study's texts, in the order of the bar.
STATES = {state.value: state.text for state in reversed(TextState)}


@require_GET
def studies(request: PageRequest) -> HttpResponse:
    """Every study with its progress."""
    request.actor.require("policy.view")
    rows = [(study, study_of(study), progress_of(study)) for study in StudyRecord.objects.all()]
    return render(
        request,
        "policy/studies.html",
        {"rows": rows, "names": STATES, "may_begin": request.actor.may("policy.begin")},
    )


@require_GET
def study(request: PageRequest, key: str) -> HttpResponse:
    """A study: its frame, its progress, its people, and what the reader can do next."""
    found = find_study(request.actor, key)
    whole, progress = study_of(found), progress_of(found)
    own = sheets_of(request.actor).filter(text__study=found)
    leads = request.actor.may("policy.lead", study=key)
    context = {
        "study": found,
        "whole": whole,
        "progress": progress,
        "names": STATES,
        "tab": "study",
        "to_code": own.filter(finished=None).first(),
        "leads": leads,
        "waiting": own.filter(finished=None).count(),
        "adjudicates": progress.adjudication
        if request.actor.may("policy.adjudicate", study=key)
        else 0,
        "all_texts": found.texts.count(),
        "people": StudyPost.objects.filter(study=key)
        .select_related("user")
        .order_by("-role", "user__username"),
        "steps": _steps(found, whole) if leads else None,
    }
    return render(request, "policy/study.html", context)


def _steps(found: StudyRecord, whole: Study) -> list[Step]:
    """What became of the study itself; which texts were settled stands with them."""
    wording = wording_of(whole)
    told = (
        EventRecord.objects.told()
        .filter(case=found.number)
        .exclude(kind="policy.measured_changed")
        .order_by("-sequence")[:30]
    )
    names = {
        user.username: str(user)
        for user in User.objects.filter(username__in={event.actor for event in told})
    }
    return [
        Step(
            event.time,
            words(words_of(event, wording)),
            names.get(event.actor, event.actor),
        )
        for event in told
    ]
