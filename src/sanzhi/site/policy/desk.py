"""How the site keeps studies, texts and sheets: their rows, what actions know beside them, and whom
they concern."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from django.db.models import Q
from django.urls import reverse

from sanzhi.cases import Other, Step
from sanzhi.core.findings import Text
from sanzhi.policy.coding import events
from sanzhi.policy.coding.cases import SheetStanding, StudyStanding, TextStanding
from sanzhi.policy.coding.codes import SheetKind, TextState
from sanzhi.policy.coding.sheet_actions import SHEET, require_own
from sanzhi.policy.coding.situation import Beside, Laboratory
from sanzhi.policy.coding.study_actions import STUDY
from sanzhi.policy.coding.text_actions import TEXT
from sanzhi.policy.corpus.selecting import included
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.models import StudyPost, User
from sanzhi.site.accounts.notices import notify
from sanzhi.site.cases.actions import standing_of, standings_of
from sanzhi.site.cases.desks import DESKS, Desk, base_facts, nobody_told
from sanzhi.site.cases.models import CaseBase
from sanzhi.site.permissions import Scope
from sanzhi.site.policy.models import PolicyText, Sheet, StudyRecord
from sanzhi.site.policy.storing import columns_of, corpus_of, policy_of, study_of, titles_of
from sanzhi.site.policy.verification import check_sheets, check_studies, check_texts

VIEW = "policy.view"


def _facts_of_study(study: StudyStanding) -> Mapping[str, Any]:
    return {
        **base_facts(study),
        "key": study.key,
        "version": study.version,
        "begun": study.begun,
        "begun_by_id": study.begun_by,
        "settled_version": study.measured,
    }


def _facts_of_text(text: TextStanding) -> Mapping[str, Any]:
    return {
        **base_facts(text),
        "study__number": text.study,
        "policy": text.policy,
        "position": text.position,
    }


def _facts_of_sheet(sheet: SheetStanding) -> Mapping[str, Any]:
    return {
        **base_facts(sheet),
        "text__number": sheet.text,
        "kind": str(sheet.kind),
        "coder_id": sheet.coder or None,
        "name": sheet.name,
        "round": sheet.round,
        "done": sheet.done,
        "memo": sheet.memo,
        "finished": sheet.finished,
        "updated": sheet.updated,
    }


def _studying(row: StudyRecord | None, actor: Actor, now: datetime, follow: str) -> Laboratory:
    common = _common(actor, now, follow)
    if row is None:
        return Laboratory(**common, account=_account)
    return Laboratory(**common, **around_study(row))


def _assigning(
    row: PolicyText, actor: Actor, now: datetime, follow: str, **known: Any
) -> Laboratory:
    return Laboratory(**_common(actor, now, follow), **(_around_text(row) | known))


def _coding(row: Sheet, actor: Actor, now: datetime, follow: str) -> Laboratory:
    def own(_digest: str) -> str:
        return row.marks

    return Laboratory(
        **_common(actor, now, follow), **_around_text(row.text, but=row.number), document=own
    )


def _common(actor: Actor, now: datetime, follow: str) -> dict[str, Any]:
    return {
        "actor": actor.login,
        "now": now,
        "follow": follow,
        "is_taken": lambda key: StudyRecord.objects.filter(key=key).exists(),
    }


def _account(name: str) -> bool | None:
    return User.objects.filter(username=name).values_list("is_active", flat=True).first()


def around_study(row: StudyRecord) -> dict[str, Any]:
    """What lies around the cases of a study, each read when it is first asked for."""
    return {
        "account": cache(_account),
        "file": cache(lambda: study_of(row)),
        "study": cache(lambda: Other(row.number, standing_of(row))),
    }


def _around_text(row: PolicyText, *, but: str = "") -> dict[str, Any]:
    """What lies around a text, all its sheets `but` one."""
    return around_study(row.study) | {
        "policy": cache(lambda: policy_of(row)),
        "text": cache(lambda: Other(row.number, standing_of(row))),
        "sheets": cache(lambda: sheets_beside([row], but=but)[row.pk]),
    }


def sheets_beside(texts: Collection[PolicyText], *, but: str = "") -> dict[int, list[Beside]]:
    """The sheets of each text by its key, as their events say that they stand."""
    found: dict[int, list[Beside]] = {text.pk: [] for text in texts}
    rows = list(Sheet.objects.filter(text__in=found).exclude(number=but).order_by("pk"))
    standings = standings_of(rows)
    for row in rows:
        found[row.text_id].append(Beside(row.number, standings[row.number], row.marks))
    return found


def _documents_of_study(_row: StudyRecord, step: Step[StudyStanding]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for text in step.documents:
        columns |= {"content": text.content, **titles_of(text.study)}
        if text.outside is not None:
            columns["index"] = text.outside
    return columns


def _documents_of_text(_row: PolicyText, step: Step[TextStanding]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for entered in step.documents:
        shown = columns_of(entered.policy, is_included=entered.is_included)
        columns |= {"content": entered.content, **shown}
    return columns


def _documents_of_sheet(_row: Sheet, step: Step[SheetStanding]) -> dict[str, Any]:
    return {"marks": step.documents[-1]} if step.documents else {}


def _text_of_study(row: PolicyText, study: StudyRecord) -> None:
    row.study = study


def _sheet_of_text(row: Sheet, text: PolicyText) -> None:
    row.text = text


def _store_study(row: StudyRecord, step: Step[StudyStanding], _moment: datetime) -> None:
    """Give and take parts in the study; count its texts by its new file."""
    for told, _law in step.told:
        match told:
            case events.PersonAdded(person=person, role=role):
                user = User.objects.get(username=person)
                StudyPost.objects.get_or_create(user=user, study=row.key, role=str(role))
            case events.PersonRemoved(person=person, role=role):
                posts = StudyPost.objects.filter(study=row.key, role=str(role))
                posts.filter(user__username=person).delete()
            case events.StudyChanged():
                _count_anew(row)


def _count_anew(row: StudyRecord) -> None:
    counted = included(study_of(row), corpus_of(row))
    row.texts.filter(policy__in=counted).update(included=True)
    row.texts.exclude(policy__in=counted).update(included=False)


def _tell_of_text(
    row: PolicyText, step: Step[TextStanding], _actor: Actor, moment: datetime
) -> None:
    """Tell the leads who can decide that coders differ, and of nothing else: a study has hundreds
    of texts, which stand in its own lists."""
    moved = (step.before.state, step.standing.state)
    if moved != (TextState.CODING, TextState.ADJUDICATION):
        return
    coders = row.sheets.filter(kind=Sheet.Kind.CODING, round=1, coder__isnull=False)
    leads = User.objects.filter(
        study_posts__study=row.study.key, study_posts__role="lead", is_active=True
    ).exclude(username__in=coders.values("coder_id"))
    text = Text(
        f"Coders differ on “{row.title[:200]}”.", f"编码员对《{row.title[:200]}》评分不一致。"
    )
    page = reverse("policy:adjudicate-text", args=[row.study.key, row.pk])
    notify(leads, text, page, moment)


def _require_own(actor: Actor, sheet: SheetStanding, name: str) -> None:
    """A sheet is its coder's to write; that of an adjudication, while they may adjudicate."""
    if sheet.kind is SheetKind.ADJUDICATION and name != "hand_over":
        study = StudyRecord.objects.filter(texts__number=sheet.text).values_list("key", flat=True)
        actor.require("policy.adjudicate", study=study.first())
    require_own(sheet, actor.login, name)


def _hold_text(row: Sheet) -> None:
    """Let nobody else hand in a sheet of the text meanwhile, or settle another of the study."""
    list(PolicyText.objects.select_for_update().filter(pk=row.text_id).values_list("pk"))
    _hold_study(row.text)


def _hold_study(row: PolicyText) -> None:
    list(StudyRecord.objects.select_for_update().filter(pk=row.study_id).values_list("pk"))


def _seen(actor: Actor) -> Q:
    return Q() if actor.may(VIEW) else Q(pk=None)


def _own_sheets(actor: Actor) -> Q:
    return Q(coder__username=actor.login, text__study__key__in=list(actor.studies))


def _is_inside(_actor: Actor, _row: CaseBase) -> bool:
    return True


DESKS.add(
    Desk(
        kind=STUDY,
        model=StudyRecord,
        facts=_facts_of_study,
        place=lambda study: {"study": study.key},
        places={Scope.STUDY: "key"},
        visible=_seen,
        is_inside=_is_inside,
        situation=_studying,
        path="studies",
        where=StudyRecord.objects.all,
        store=_store_study,
        documents=_documents_of_study,
        check=check_studies,
        url=lambda study: reverse("policy:study", args=[study.key]),
        view=VIEW,
    )
)
DESKS.add(
    Desk(
        kind=TEXT,
        model=PolicyText,
        facts=_facts_of_text,
        place=lambda text: {"study": text.study.key},
        places={Scope.STUDY: "study__key"},
        visible=_seen,
        is_inside=_is_inside,
        situation=_assigning,
        path="studies/texts",
        where=PolicyText.objects.all,
        documents=_documents_of_text,
        belong=_text_of_study,
        hold={"reopen": _hold_study},
        tell=_tell_of_text,
        check=check_texts,
        url=lambda text: reverse("policy:text", args=[text.study.key, text.pk]),
        view=VIEW,
    )
)
DESKS.add(
    Desk(
        kind=SHEET,
        model=Sheet,
        facts=_facts_of_sheet,
        place=lambda sheet: {"study": sheet.text.study.key},
        places={Scope.STUDY: "text__study__key"},
        title=lambda sheet: sheet.text.title,
        visible=_own_sheets,
        is_inside=_is_inside,
        situation=_coding,
        path="studies/sheets",
        where=Sheet.objects.all,
        documents=_documents_of_sheet,
        belong=_sheet_of_text,
        hold={"hand_in": _hold_text, "reopen": _hold_text},
        tell=nobody_told,
        require_own=_require_own,
        check=check_sheets,
        url=lambda sheet: reverse("policy:sheet", args=[sheet.pk]),
        view="policy.code",
    )
)
