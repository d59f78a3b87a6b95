"""What people do in a study. The only writer of studies, texts and sheets: each function checks
the permission, and stores the change with its event in one transaction. Whoever acts on a sheet
or text names the `sequence` they saw; where it has moved on, nothing is written and `Conflict` is
raised."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.events import Payload
from sanzhi.policy.coding import events
from sanzhi.policy.coding.codes import Settling, SheetKind, TextState
from sanzhi.policy.coding.record import Span
from sanzhi.policy.coding.sheets import (
    MAX_MEMO,
    Marks,
    agreed,
    disagreements,
    mark,
    require_code,
    unfinished,
    write_marks,
)
from sanzhi.policy.coding.study import Study
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.models import StudyPost, User
from sanzhi.site.accounts.notices import notify
from sanzhi.site.events.log import Conflict, record, record_new
from sanzhi.site.policy.models import PolicyText, Sheet, StudyRecord
from sanzhi.site.policy.storing import digest, marks_of, policy_of, study_of
from sanzhi.site.storage import writing

#: Under this name stands what all coders agreed on.
AGREED = "agreed"
MAX_ROUNDS = 9
MAX_CODERS = 10


def assign(
    actor: Actor,
    study: StudyRecord,
    given: Sequence[tuple[PolicyText, Sequence[User]]],
    round_: int = 1,
    *,
    now: datetime | None = None,
) -> int:
    """Give texts to coders, in the order in which they shall code them; how many sheets that
    made. A coder who has the text already keeps the sheet; a later round is for agreement with
    themselves and settles nothing anew."""
    actor.require("policy.lead", study=study.key)
    _require_coders(study, {one.pk: one for _, coders in given for one in coders})
    if not 1 <= round_ <= MAX_ROUNDS:
        raise Unusable.because(
            "assign.round",
            "round",
            f"Rounds run from 1 to {MAX_ROUNDS}.",
            f"轮次为 1 至 {MAX_ROUNDS}。",
        )
    moment = now or timezone.now()
    with writing():
        # locked in one order, whatever the order of coding
        texts = {
            one.pk: one
            for one in PolicyText.objects.select_for_update()
            .filter(study=study, pk__in=[text.pk for text, _ in given], has_text=True)
            .order_by("pk")
        }
        return sum(
            _assign(actor, texts[text.pk], coders, round_, moment)
            for text, coders in given
            if text.pk in texts
        )


def _assign(
    actor: Actor, text: PolicyText, coders: Sequence[User], round_: int, moment: datetime
) -> int:
    if round_ == 1 and text.state in {TextState.ADJUDICATION, TextState.SETTLED}:
        return 0
    has = set(
        text.sheets.filter(kind=Sheet.Kind.CODING, round=round_).values_list("name", flat=True)
    )
    fresh = [one for one in coders if one.username not in has]
    if len(has) + len(fresh) > MAX_CODERS:
        raise Unusable.because(
            "assign.coders",
            text.policy,
            f"A text has {MAX_CODERS} coders at most.",
            f"一份文本最多由 {MAX_CODERS} 人编码。",
        )
    if fresh:
        open_sheets(
            [
                Sheet(text=text, coder=one, name=one.username, round=round_, updated=moment)
                for one in fresh
            ],
            actor,
            moment,
        )
        if text.state == TextState.UNASSIGNED:
            text.state = TextState.CODING
        _tell(
            text,
            [events.TextAssigned(coders=[one.username for one in fresh], round=round_)],
            actor,
            moment,
        )
        text.save(update_fields=["state", "sequence"])
    return len(fresh)


def left_behind(study: StudyRecord) -> QuerySet[Sheet]:
    """First-round sheets that nobody in the study will hand in: their coders left it, or their
    drafts were brought from elsewhere. Their texts wait for them."""
    here = User.objects.filter(study_posts__study=study.key, is_active=True)
    return (
        Sheet.objects.filter(text__study=study, kind=Sheet.Kind.CODING, round=1, finished=None)
        .exclude(coder__in=here.values("pk"))
        .select_related("text")
        .order_by("pk")
    )


def hand_over(actor: Actor, study: StudyRecord, coder: User, *, now: datetime | None = None) -> int:
    """Give the sheets left behind to another coder, empty, so that what is coded is theirs alone;
    how many. A text that the coder has already stays as it is."""
    actor.require("policy.lead", study=study.key)
    _require_coders(study, {coder.pk: coder})
    moment = now or timezone.now()
    with writing():
        # one a text: two sheets of one text go to two coders
        sheets = {
            one.text_id: one
            for one in left_behind(study)
            .select_for_update(of=("self",))
            .exclude(
                text__sheets__in=Sheet.objects.filter(
                    kind=Sheet.Kind.CODING, round=1, name=coder.username
                )
            )
        }
        for sheet in sheets.values():
            sheet.memo = ""
            _give(sheet, coder.pk, coder.username, {}, actor, moment)
    if not sheets:
        raise Unusable.because(
            "hand_over.none",
            "coder",
            f"Nothing is left behind that {coder.username} has not.",
            f"没有可移交 {coder.username} 的编码表。",
            mend=Text("Choose another coder.", "请选择其他编码员。"),
        )
    return len(sheets)


def score(
    actor: Actor,
    sheet: Sheet,
    sequence: int,
    code: str,
    value: int | None,
    spans: Sequence[Span] = (),
    memo: str = "",
    *,
    now: datetime | None = None,
) -> Sheet:
    """Put a score with its evidence into a sheet; None takes it away."""
    study = _require_open(actor, sheet, sequence)
    require_code(study, code)
    marks = marks_of(sheet)
    if value is None:
        if code not in marks:
            return sheet
        del marks[code]
        told: Payload = events.ScoreRemoved(
            code=code, done=len(marks), content=digest(write_marks(marks))
        )
    else:
        given = mark(study, policy_of(sheet.text).text, code, value, spans, memo)
        if marks.get(code) == given:
            return sheet
        marks[code] = given
        told = events.Scored(
            code=code,
            score=given.score,
            spans=[f"{span.start}-{span.end}" for span in given.spans],
            memo=given.memo,
            study_version=study.version,
            done=len(marks),
            content=digest(write_marks(marks)),
        )
    return _save(actor, sheet, sequence, marks, told, now or timezone.now())


def note(
    actor: Actor, sheet: Sheet, sequence: int, memo: str, *, now: datetime | None = None
) -> Sheet:
    """Write the memo of the whole text."""
    _require_open(actor, sheet, sequence)
    memo = memo.replace("\0", "").replace("\r\n", "\n").strip()
    if len(memo) > MAX_MEMO:
        raise Unusable.because(
            "sheet.memo",
            "memo",
            f"A memo has {MAX_MEMO} characters at most.",
            f"备忘不超过 {MAX_MEMO} 字。",
        )
    if memo == sheet.memo:
        return sheet
    sheet.memo = memo
    return _save(
        actor, sheet, sequence, marks_of(sheet), events.Noted(memo=memo), now or timezone.now()
    )


def finish(
    actor: Actor, sheet: Sheet, sequence: int, *, now: datetime | None = None
) -> list[Finding]:
    """Hand a sheet in. What it still lacks is returned, and nothing is written then.

    When the last coder hands in, the text is settled where all agree, else it goes to
    adjudication; handing in the adjudication settles it.
    """
    study = _require_open(actor, sheet, sequence)
    marks = marks_of(sheet)
    if lacking := unfinished(study, marks):
        return lacking
    moment = now or timezone.now()
    with writing():
        text = PolicyText.objects.select_for_update().get(pk=sheet.text_id)
        sheet.finished = moment
        content = digest(write_marks(marks))
        _save(actor, sheet, sequence, marks, events.SheetFinished(content=content), moment)
        if sheet.kind == Sheet.Kind.ADJUDICATION:
            _settle(text, marks, actor, moment, Settling.ADJUDICATED)
        elif text.state == TextState.CODING and sheet.round == 1:
            _compare(study, text, actor, moment)
    return []


def reopen(actor: Actor, sheet: Sheet, sequence: int, *, now: datetime | None = None) -> Sheet:
    """Take a sheet back that was handed in, while the other coders have not finished."""
    _require_own(actor, sheet)
    with writing():
        # locked, so that the last coder does not hand in meanwhile
        text = PolicyText.objects.select_for_update().get(pk=sheet.text_id)
        if sheet.finished is None or text.state != TextState.CODING or sheet.round != 1:
            raise Unusable.because(
                "sheet.closed",
                "",
                "This sheet cannot be reopened: all coders have handed in.",
                "所有编码员均已提交，不能重开。",
                mend=Text(
                    "Tell the study lead what should change.", "请告知研究负责人需修改之处。"
                ),
            )
        sheet.finished = None
        told = events.SheetReopened(coder=actor.login)
        return _save(actor, sheet, sequence, marks_of(sheet), told, now or timezone.now())


def take_adjudication(actor: Actor, text: PolicyText, *, now: datetime | None = None) -> Sheet:
    """The adjudication sheet of a text on which coders differ, begun with what they agree on."""
    given = finished_sheets(text)
    actor.require(
        "policy.adjudicate",
        study=text.study.key,
        not_by=[one.coder_id for one in given if one.coder_id],
    )
    if text.state != TextState.ADJUDICATION:
        raise Unusable.because(
            "text.not_adjudicated", "", "Nothing is to be adjudicated here.", "该文本无需仲裁。"
        )
    begun = text.sheets.filter(kind=Sheet.Kind.ADJUDICATION).first()
    moment = now or timezone.now()
    if begun is None:
        marks = agreed(study_of(text.study), [marks_of(one) for one in given])
        try:
            with writing():
                begun = Sheet(
                    text=text,
                    kind=Sheet.Kind.ADJUDICATION,
                    coder_id=actor.user_id,
                    name=actor.login,
                    marks=write_marks(marks),
                    done=len(marks),
                    updated=moment,
                )
                open_sheets([begun], actor, moment)
        except IntegrityError:
            begun = text.sheets.get(kind=Sheet.Kind.ADJUDICATION)
    leads = StudyPost.objects.filter(study=text.study.key, role="lead", user__is_active=True)
    if (
        begun.coder_id is None or not leads.filter(user_id=begun.coder_id).exists()
    ):  # begun elsewhere, or by one who left
        with writing():
            _require_sequence(begun, begun.sequence)
            _give(begun, actor.user_id, actor.login, marks_of(begun), actor, moment)
    if begun.coder_id != actor.user_id:
        raise Unusable.because(
            "adjudication.taken",
            "",
            f"{begun.name} is adjudicating this text.",
            f"{begun.name} 正在仲裁该文本。",
        )
    return begun


def reopen_text(
    actor: Actor, text: PolicyText, sequence: int, reason: str, *, now: datetime | None = None
) -> PolicyText:
    """Take a settled text back to adjudication, for a reason."""
    given = finished_sheets(text)
    actor.require(
        "policy.adjudicate",
        study=text.study.key,
        not_by=[one.coder_id for one in given if one.coder_id],
    )
    if text.state != TextState.SETTLED:
        raise Unusable.because(
            "text.not_settled", "", "This text is not settled.", "该文本尚未定案。"
        )
    if not reason.strip():
        raise Unusable.because("reason.missing", "reason", "Say why.", "请说明理由。")
    moment = now or timezone.now()
    with writing():
        _require_sequence(text, sequence)
        settled = text.sheets.get(kind=Sheet.Kind.ADJUDICATION)
        settled.finished, settled.coder_id, settled.name = None, actor.user_id, actor.login
        told = events.SheetReopened(coder=actor.login)
        _save(actor, settled, settled.sequence, marks_of(settled), told, moment)
        text.state = TextState.ADJUDICATION
        _tell(text, [events.TextReopened(reason=reason.strip()[:500])], actor, moment)
        text.save(update_fields=["state", "sequence"])
        _measured_changed(text, actor, moment)
    return text


def finished_sheets(text: PolicyText) -> list[Sheet]:
    """The first-round sheets that were handed in, by coder."""
    return list(
        text.sheets.filter(kind=Sheet.Kind.CODING, round=1, finished__isnull=False).order_by("name")
    )


def _compare(study: Study, text: PolicyText, actor: Actor, moment: datetime) -> None:
    """What follows from a coder's handing in: nothing while another is at work."""
    sheets = list(text.sheets.filter(kind=Sheet.Kind.CODING, round=1).order_by("name"))
    if any(one.finished is None for one in sheets):
        return
    given = [marks_of(one) for one in sheets]
    differing = disagreements(study, given)
    if not differing:
        marks = agreed(study, given)
        sheet = Sheet(
            text=text,
            kind=Sheet.Kind.ADJUDICATION,
            name=AGREED,
            marks=write_marks(marks),
            done=len(marks),
            finished=moment,
            updated=moment,
        )
        open_sheets([sheet], actor, moment)
        how = Settling.AGREED if len(sheets) > 1 else Settling.ONE_CODER
        _settle(text, marks, actor, moment, how)
        return
    text.state = TextState.ADJUDICATION
    _tell(text, [events.CodersDiffer(codes=list(differing))], actor, moment)
    text.save(update_fields=["state", "sequence"])
    coders = {one.coder_id for one in sheets if one.coder_id}
    leads = User.objects.filter(
        study_posts__study=text.study.key, study_posts__role="lead", is_active=True
    ).exclude(pk__in=coders)
    notify(
        leads,
        Text(
            f"Coders differ on “{text.title[:200]}”.", f"编码员对《{text.title[:200]}》评分不一致。"
        ),
        f"/policy/{text.study.key}/adjudicate/{text.pk}/",
        moment,
    )


def open_sheets(sheets: Sequence[Sheet], actor: Actor, moment: datetime) -> None:
    """Store new sheets, each with its first events, in their order."""
    for sheet in sheets:
        sheet.sequence = 1 if sheet.finished is None else 2
    Sheet.objects.bulk_create(sheets)
    record_new([(sheet.case, _opening(sheet)) for sheet in sheets], actor.login, moment)


def _opening(sheet: Sheet) -> list[tuple[Payload, tuple[str, ...]]]:
    """The first events of a sheet: a coding made elsewhere, or agreed on, is handed in at once."""
    content = digest(sheet.marks)
    told: list[tuple[Payload, tuple[str, ...]]] = [
        (
            events.SheetOpened(
                text=sheet.text.case,
                kind=SheetKind(sheet.kind),
                coder=sheet.name if sheet.coder_id else "",
                name=sheet.name,
                round=sheet.round,
                done=sheet.done,
                content=content,
            ),
            (),
        )
    ]
    if sheet.finished is not None:
        told.append((events.SheetFinished(content=content), ()))
    return told


def _settle(text: PolicyText, marks: Marks, actor: Actor, moment: datetime, how: Settling) -> None:
    text.state = TextState.SETTLED
    _tell(text, [events.TextSettled(how=how, content=digest(write_marks(marks)))], actor, moment)
    text.save(update_fields=["state", "sequence"])
    _measured_changed(text, actor, moment)


def _measured_changed(text: PolicyText, actor: Actor, moment: datetime) -> None:
    study = StudyRecord.objects.select_for_update().get(pk=text.study_id)
    study.settled_version += 1
    told = events.MeasuredChanged(policy=text.policy, measured=study.settled_version)
    study.sequence = record(study.case, study.sequence, [(told, ())], actor.login, moment)
    study.save(update_fields=["settled_version", "sequence"])


def _save(
    actor: Actor, sheet: Sheet, sequence: int, marks: Marks, told: Payload, moment: datetime
) -> Sheet:
    """Store a sheet with its event; `Conflict` where another tab was first."""
    with writing():
        _require_sequence(sheet, sequence)
        sheet.marks, sheet.done, sheet.updated = write_marks(marks), len(marks), moment
        _tell_sheet(sheet, [told], actor, moment)
        sheet.save(
            update_fields=[
                "marks",
                "memo",
                "done",
                "updated",
                "finished",
                "sequence",
                "coder",
                "name",
            ]
        )
    return sheet


def _tell(text: PolicyText, told: Iterable[Payload], actor: Actor, moment: datetime) -> None:
    act = policy_of(text).act
    text.sequence = record(
        text.case,
        text.sequence,
        [(one, (act,) if act else ()) for one in told],
        actor.login,
        moment,
    )


def _tell_sheet(sheet: Sheet, told: Iterable[Payload], actor: Actor, moment: datetime) -> None:
    sheet.sequence = record(
        sheet.case, sheet.sequence, [(one, ()) for one in told], actor.login, moment
    )


def _give(
    sheet: Sheet, coder: int | None, name: str, marks: Marks, actor: Actor, moment: datetime
) -> None:
    """Make a sheet another's, with its event."""
    before, sheet.coder_id, sheet.name = sheet.name, coder, name
    sheet.marks, sheet.done, sheet.updated = write_marks(marks), len(marks), moment
    told = events.SheetHandedOver(
        before=before,
        coder=name,
        done=sheet.done,
        content=digest(sheet.marks),
        memo=sheet.memo,
    )
    _tell_sheet(sheet, [told], actor, moment)
    sheet.save(update_fields=["coder", "name", "marks", "memo", "done", "updated", "sequence"])


def _require_sequence(row: Sheet | PolicyText, sequence: int) -> None:
    """Nobody wrote since the actor looked; the row is locked until the transaction ends."""
    now = type(row).objects.select_for_update().values_list("sequence", flat=True).get(pk=row.pk)
    if now != sequence:
        raise Conflict


def _require_own(actor: Actor, sheet: Sheet) -> None:
    permission = "policy.adjudicate" if sheet.kind == Sheet.Kind.ADJUDICATION else "policy.code"
    actor.require(permission, study=sheet.text.study.key)
    if sheet.coder_id != actor.user_id:
        raise Unusable.because(
            "sheet.unknown", "", "This is no sheet of yours.", "这不是您的编码表。"
        )


def _require_open(actor: Actor, sheet: Sheet, sequence: int) -> Study:
    """The study of a sheet that the actor may write to."""
    _require_own(actor, sheet)
    if sheet.finished is not None:
        raise Unusable.because(
            "sheet.finished",
            "",
            "This sheet was handed in; nothing was changed.",
            "编码表已提交，未作更改。",
            mend=Text("Reopen it first.", "请先重开编码。"),
        )
    if sheet.sequence != sequence:
        raise Conflict
    return study_of(sheet.text.study)


def _require_coders(study: StudyRecord, coders: Mapping[int, User]) -> None:
    if not coders:
        raise Unusable.because(
            "assign.nobody", "coders", "Choose at least one coder.", "请至少选择一名编码员。"
        )
    posts = set(User.objects.filter(study_posts__study=study.key).values_list("pk", flat=True))
    for pk, one in coders.items():
        if pk not in posts:
            raise Unusable.because(
                "assign.stranger",
                "coders",
                f"{one.username} is no coder of this study.",
                f"{one.username} 不是本研究的编码员。",
            )
