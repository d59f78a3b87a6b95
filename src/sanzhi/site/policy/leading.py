"""What the lead of a study does: begin it, keep its people, assign its texts, change its file."""

import re
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import cast, get_args

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.policy.coding.assigning import Choice, chosen, teams
from sanzhi.policy.coding.shipped import shipped_studies
from sanzhi.policy.coding.situation import MAX_CODERS
from sanzhi.policy.coding.study import load_study
from sanzhi.policy.coding.study_actions import Change
from sanzhi.site.accounts.models import StudyPost, User
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.cases.actions import act, begin
from sanzhi.site.events.log import Conflict
from sanzhi.site.permissions import ROLE_NAMES, Role
from sanzhi.site.policy.assignments import assign, hand_over, left_behind
from sanzhi.site.policy.beginning import brought, kept, lacking, number
from sanzhi.site.policy.lookup import find_study, progress_of
from sanzhi.site.policy.models import PolicyText, Sheet, StudyRecord
from sanzhi.site.policy.pages import STATES
from sanzhi.site.policy.storing import study_of
from sanzhi.site.policy.suggestions import suggestions_for

MAX_ASSIGNED = 2_000


@require_http_methods(["GET", "POST"])
def new(request: PageRequest) -> HttpResponse:
    """Begin a study: the one that ships, one of one's own corpus in its frame, or a study file."""
    request.actor.require("policy.begin")
    refused: Finding | None = None
    if request.method == "POST":
        try:
            stored = begin(request.actor, "study", "begin", brought(request))
        except Conflict as conflict:
            refused = conflict.finding
        except Unusable as unusable:
            refused = unusable.finding
        else:
            messages.success(request, _("The study is begun; you lead it."))
            return redirect("policy:study", stored.key)
    here = set(StudyRecord.objects.values_list("key", flat=True))
    return render(
        request,
        "policy/new.html",
        {
            "refused": refused,
            "given": request.POST,
            "shipped": [key for key in shipped_studies() if key not in here],
        },
        status=400 if refused else 200,
    )


@require_http_methods(["GET", "POST"])
def people(request: PageRequest, key: str) -> HttpResponse:
    """The people of a study, how far each is, and the texts still to assign."""
    study = find_study(request.actor, key)
    request.actor.require("policy.lead", study=key)
    refused: Finding | None = None
    if request.method == "POST":
        try:
            _do(request, study)
        except (Conflict, Unusable) as wrong:
            refused = wrong.finding
        else:
            return redirect("policy:people", key)
    return _people(request, study, refused)


def _people(request: PageRequest, study: StudyRecord, refused: Finding | None) -> HttpResponse:
    """The page of a study's people; with what was refused, where something was."""
    key = study.key
    posts = (
        StudyPost.objects.filter(study=key)
        .select_related("user")
        .order_by("role", "user__username")
    )
    sheets = dict(_by_coder(study))
    return render(
        request,
        "policy/people.html",
        {
            "study": study,
            "tab": "people",
            "refused": refused,
            "given": request.POST,
            "rows": [
                (post, ROLE_NAMES[Role(post.role)], sheets.get(post.user.username))
                for post in posts
            ],
            "coders": {post.user_id: post.user for post in posts}.values(),
            "progress": progress_of(study),
            "free": _free(study).count(),
            "whole": study_of(study),
            "names": STATES,
            "left_behind": left_behind(study).count(),
            "parts": [(role, ROLE_NAMES[Role(role)]) for role in StudyPost.Role.values],
        },
        status=400 if refused else 200,
    )


@require_POST
def change(request: PageRequest, key: str) -> HttpResponse:
    """Put a newer version of the study file in place."""
    study = find_study(request.actor, key)
    request.actor.require("policy.lead", study=key)
    try:
        with tempfile.TemporaryDirectory() as folder:
            names = kept(request.FILES.getlist("file"), Path(folder))
            if not names:
                raise lacking("file")
            said = Change(study=load_study(Path(folder) / names[0]))
            act(request.actor, study, study.sequence, "change", said)
    except (Conflict, Unusable) as wrong:
        return _people(request, study, wrong.finding)
    messages.success(request, _("The study file is changed."))
    return redirect("policy:people", key)


def _do(request: PageRequest, study: StudyRecord) -> None:
    """One of the page's forms."""
    match request.POST.get("do", ""):
        case "add" | "remove" as do:
            posted = request.POST
            person = posted.get("person", "").replace("\0", "").strip()
            part = {"person": person, "role": posted.get("role", "")}
            act(request.actor, study, study.sequence, f"{do}_person", part)
        case "assign":
            made = _assign(request, study)
            messages.success(
                request,
                ngettext("%(count)s sheet assigned.", "%(count)s sheets assigned.", made)
                % {"count": made},
            )
        case "hand_over":
            made = hand_over(request.actor, study, _coder(request).username)
            messages.success(
                request,
                ngettext("%(count)s sheet handed over.", "%(count)s sheets handed over.", made)
                % {"count": made},
            )
        case "again":
            made = _again(request, study)
            messages.success(
                request,
                ngettext("%(count)s sheet assigned.", "%(count)s sheets assigned.", made)
                % {"count": made},
            )
        case other:
            raise Unusable.because(
                "people.do",
                "do",
                f"{other[:40]!r} is nothing to do here.",
                f"“{other[:40]}”不是此处的操作。",
            )


def _assign(request: PageRequest, study: StudyRecord) -> int:
    """Texts not assigned yet, each to as many coders as asked, in the order asked."""
    coders = list(
        User.objects.filter(
            pk__in=_numbers(request.POST.getlist("coders")), is_active=True
        ).order_by("pk")
    )
    size = number(request, "size", 1, MAX_CODERS)
    count = number(request, "count", 1, MAX_ASSIGNED)
    how = request.POST.get("how", "")
    if how not in get_args(Choice):
        raise Unusable.because("assign.how", "how", "Choose an order.", "请选择次序。")
    if len(coders) < size:
        raise Unusable.because(
            "assign.few",
            "coders",
            f"{size} coders a text need at least {size} coders.",
            f"每份文本 {size} 人编码，至少需选 {size} 名编码员。",
            mend=Text("Tick more coders, or add people first.", "请多选编码员，或先增加人员。"),
        )
    free = {text.policy: text for text in _free(study)}
    if not free:
        raise Unusable.because(
            "assign.none", "count", "No text is left to assign.", "没有可分配的文本。"
        )
    taught = suggestions_for(study).order if how == "teaching" else ()
    ids = chosen(
        list(free),
        cast("Choice", how),
        count,
        seed=f"{study.key}:{study.settled_version}",
        teaching=taught,
    )
    people = {one.username: one for one in coders}
    return assign(
        request.actor,
        study,
        [
            (free[id_], [people[name] for name in team])
            for id_, team in zip(ids, teams(list(people), size, len(ids)), strict=True)
        ],
    )


def _again(request: PageRequest, study: StudyRecord) -> int:
    """A later round of texts a coder has handed in, for agreement with themselves."""
    coder = _coder(request)
    count = number(request, "count", 1, MAX_ASSIGNED)
    own = Sheet.objects.filter(text__study=study, coder=coder, kind=Sheet.Kind.CODING)
    last = max((one.round for one in own), default=1)
    done = own.filter(round=last, finished__isnull=False)
    texts = {sheet.text.policy: sheet.text for sheet in done.select_related("text__study")}
    if not texts:
        raise Unusable.because(
            "assign.none",
            "count",
            f"{coder.username} has handed in nothing to code again.",
            f"{coder.username} 尚无可重复编码的文本。",
        )
    ids = chosen(sorted(texts), "random", count, seed=f"{study.key}:{coder.username}:{last}")
    return assign(request.actor, study, [(texts[one], [coder]) for one in ids], last + 1)


def _coder(request: PageRequest) -> User:
    found = User.objects.filter(
        pk__in=_numbers([request.POST.get("coder", "")]), is_active=True
    ).first()
    if found is None:
        raise Unusable.because("assign.nobody", "coder", "Choose a coder.", "请选择编码员。")
    return found


def _free(study: StudyRecord) -> QuerySet[PolicyText]:
    return (
        study.texts.filter(included=True, has_text=True, state="unassigned")
        .select_related("study")
        .order_by("position")
    )


def _by_coder(study: StudyRecord) -> Iterable[tuple[str, dict[str, int]]]:
    """Sheets of each coder: all, and those handed in."""
    rows = (
        Sheet.objects.filter(text__study=study, kind=Sheet.Kind.CODING, coder__isnull=False)
        .order_by()
        .values("coder__username")
        .annotate(all=Count("pk"), done=Count("pk", filter=Q(finished__isnull=False)))
    )
    for row in rows:
        yield row["coder__username"], {"all": row["all"], "done": row["done"]}


def _numbers(texts: Iterable[str]) -> list[int]:
    return [int(one) for one in texts if re.fullmatch(r"[0-9]{1,9}", one)]
