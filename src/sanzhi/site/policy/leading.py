"""What the lead of a study does: begin it, keep its people, assign its texts, change its file."""

import re
import tempfile
from collections.abc import Iterable
from pathlib import Path, PurePath
from typing import cast, get_args

import yaml
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.policy.coding.assigning import Choice, chosen, teams
from sanzhi.policy.coding.brought import read_study
from sanzhi.policy.coding.shipped import shipped_studies
from sanzhi.policy.coding.situation import MAX_CODERS
from sanzhi.policy.coding.study import load_study
from sanzhi.policy.coding.study_actions import Beginning, Change
from sanzhi.site.accounts.models import StudyPost, User
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.cases.actions import act, begin
from sanzhi.site.events.log import Conflict
from sanzhi.site.permissions import ROLE_NAMES, Role
from sanzhi.site.policy.assignments import assign, hand_over, left_behind
from sanzhi.site.policy.lookup import find_study, progress_of
from sanzhi.site.policy.models import PolicyText, Sheet, StudyRecord
from sanzhi.site.policy.pages import STATES
from sanzhi.site.policy.storing import study_of
from sanzhi.site.policy.suggestions import suggestions_for

#: Bytes of all files that begin a study, together.
MAX_UPLOAD = 200_000_000
MAX_FILES = 2_000
MAX_ASSIGNED = 2_000
#: What the fields are called that take a number.
_LABELS = {
    "size": Text("Coders a text", "每份文本编码员数"),
    "count": Text("How many texts", "文本数量"),
    "first": Text("First year", "起始年份"),
    "last": Text("Last year", "截止年份"),
}


@require_http_methods(["GET", "POST"])
def new(request: PageRequest) -> HttpResponse:
    """Begin a study: the one that ships, one of one's own corpus in its frame, or a study file."""
    request.actor.require("policy.begin")
    refused: Finding | None = None
    if request.method == "POST":
        try:
            stored = begin(request.actor, "study", "begin", _brought(request))
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
            names = _keep(request.FILES.getlist("file"), Path(folder))
            if not names:
                raise _nothing("file")
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
    size = _number(request, "size", 1, MAX_CODERS)
    count = _number(request, "count", 1, MAX_ASSIGNED)
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
    count = _number(request, "count", 1, MAX_ASSIGNED)
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


def _brought(request: PageRequest) -> Beginning:
    """What the chosen form gives, read from its files."""
    kind = request.POST.get("kind", "")
    if kind == "shipped":
        key = request.POST.get("key", "")
        if key not in shipped_studies():
            raise Unusable.because(
                "study.unknown",
                "key",
                f"No study {key[:60]!r} ships.",
                f"没有随附的研究“{key[:60]}”。",
            )
        return read_study(Path(key))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        corpus = _keep(request.FILES.getlist("corpus"), folder / "corpus")
        if not corpus:
            raise _nothing("corpus")
        others = _keep(
            [
                *request.FILES.getlist("file"),
                *request.FILES.getlist("codings"),
                *request.FILES.getlist("index"),
            ],
            folder,
        )
        path = (
            folder / "study.own.yaml"
            if kind == "frame"
            else folder / others[0]
            if request.FILES.getlist("file")
            else None
        )
        if path is None:
            raise _nothing("file")
        if kind == "frame":
            path.write_text(_frame(request), "utf-8")
        return read_study(path, corpus=[f"corpus/{one}" for one in corpus], complete=True)


def _frame(request: PageRequest) -> str:
    """A study file that puts the shipped frame over one's own corpus."""
    posted = request.POST
    years = [_number(request, name, 1800, 2200) for name in ("first", "last")]
    title = posted.get("title", "").strip()[:200]
    return yaml.safe_dump(
        {
            "extends": "customs-facilitation",
            "key": posted.get("key", "").strip(),
            "version": 1,
            "title": {"en": title, "zh": title},
            "years": years,
            "corpus": ["corpus"],
            "categories": [],
        },
        allow_unicode=True,
    )


def _keep(files: Iterable["UploadedFile[bytes]"], folder: Path) -> list[str]:
    """Uploads written into a folder under the last part of their names, those too long for a
    file system cut short; the names."""
    found: list[str] = []
    size = 0
    folder.mkdir(parents=True, exist_ok=True)
    for file in files:
        name = _short(PurePath((file.name or "").replace("\\", "/")).name)
        size += file.size or 0
        if size > MAX_UPLOAD or len(found) >= MAX_FILES:
            raise Unusable.because(
                "upload.too_large",
                name[:100],
                f"At most {MAX_FILES:,} files and {MAX_UPLOAD // 1_000_000} MB at once.",
                f"一次最多 {MAX_FILES:,} 个文件、{MAX_UPLOAD // 1_000_000} MB。",
            )
        if (
            not re.fullmatch(r"[^\x00-\x1f/]+", name)
            or name in {".", ".."}
            or (folder / name).exists()
        ):
            raise Unusable.because(
                "upload.name",
                name[:100],
                "A file has no usable name, or two have the same.",
                "文件名不可用或重复。",
            )
        with (folder / name).open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        found.append(name)
    return found


def _short(name: str) -> str:
    """A file name of at most 240 bytes, its suffix kept: titles in Chinese make long ones."""
    path = PurePath(name)
    suffix = path.suffix if len(path.suffix) <= 10 else ""
    stem = name.removesuffix(suffix)[: 200 - len(suffix)].encode()
    return stem[: 240 - len(suffix.encode())].decode("utf-8", "ignore") + suffix


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


def _number(request: PageRequest, name: str, least: int, most: int) -> int:
    text = request.POST.get(name, "").strip()
    value = int(text) if re.fullmatch(r"[0-9]{1,6}", text) else least - 1
    if not least <= value <= most:
        label = _LABELS[name]
        raise Unusable.because(
            "form.number",
            name,
            f"{label.en}: a number from {least} to {most}.",
            f"{label.zh}：请填 {least} 至 {most} 的数。",
        )
    return value


def _numbers(texts: Iterable[str]) -> list[int]:
    return [int(one) for one in texts if re.fullmatch(r"[0-9]{1,9}", one)]


def _nothing(name: str) -> Unusable:
    return Unusable.because("upload.nothing", name, "Choose a file.", "请选择文件。")
