"""Beginning a study and keeping its people: the study file with its corpus and, where it has
them, the codings made elsewhere."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.utils import timezone

from sanzhi.core.findings import Text, Unusable
from sanzhi.events import Payload
from sanzhi.policy.coding import events
from sanzhi.policy.coding.codes import Settling, StudyRole, TextState
from sanzhi.policy.coding.codings import read_codings
from sanzhi.policy.coding.record import Coding, Status
from sanzhi.policy.coding.sheets import (
    Marks,
    agreed,
    sheets_of,
    write_marks,
)
from sanzhi.policy.coding.shipped import located
from sanzhi.policy.coding.study import Study, load_study
from sanzhi.policy.corpus.document import Policy
from sanzhi.policy.corpus.importing import complete as completed
from sanzhi.policy.corpus.reading import read_corpus
from sanzhi.policy.measurement.outside import index_text, read_index
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.models import StudyPost, User
from sanzhi.site.events.log import record, record_new
from sanzhi.site.permissions import Role
from sanzhi.site.policy.actions import AGREED, open_sheets
from sanzhi.site.policy.models import PolicyText, Sheet, StudyRecord
from sanzhi.site.policy.storing import digest, new_texts, study_of
from sanzhi.site.storage import writing

MAX_POLICIES = 20_000
#: Words of addresses, which no study can have for its key.
_TAKEN = frozenset(("new", "desk"))


@dataclass(frozen=True, slots=True)
class Brought:
    """A study as it was read from files: everything it needs to stand on its own."""

    study: Study
    policies: Mapping[str, Policy]
    codings: Sequence[Coding] = ()
    index: str = ""


def read_study(path: Path, *, corpus: Sequence[str] = (), complete: bool = False) -> Brought:
    """The study file at `path` (or the shipped study of that key) with all that it names;
    `Unusable` naming file, row and field. `corpus` stands in for the corpus it names; `complete`
    lets rules fill what the corpus does not say. Codings and index must stand in the folder of
    the study file: an uploaded one names no other file of this machine."""
    path = located(path)
    study = load_study(path)
    if corpus:
        study = study.model_copy(update={"corpus": tuple(corpus)})
    sources = [path.parent / one for one in study.corpus]
    for name in (*study.codings, study.index):
        if not (path.parent / name).resolve().is_relative_to(path.parent.resolve()):
            raise Unusable.because(
                "study.outside",
                name[:200],
                "The study file names a file outside its folder.",
                "研究文件所指的文件不在其文件夹中。",
                mend=Text(
                    "Upload the file too, and give its name alone.",
                    "请一并上传该文件，并只写文件名。",
                ),
            )
    policies = read_corpus(sources)
    if complete:
        policies = {one.id: one for one in completed(policies.values()).policies}
    if not policies:
        raise Unusable.because(
            "corpus.empty", path.name, "The corpus holds no policy.", "语料为空。"
        )
    if len(policies) > MAX_POLICIES:
        raise Unusable.because(
            "corpus.too_many",
            path.name,
            f"A study holds {MAX_POLICIES:,} policies at most.",
            f"一项研究最多 {MAX_POLICIES:,} 份政策。",
        )
    given = [
        coding
        for one in study.codings
        for coding in read_codings(path.parent / one, study, policies)
    ]
    return Brought(study, policies, given, index_text(read_index(study, path.parent)))


def begin(
    actor: Actor,
    brought: Brought,
    *,
    coders: Mapping[str, User] | None = None,
    now: datetime | None = None,
) -> StudyRecord:
    """Begin a study; whoever does leads it. Codings it brings stand under their coders' names;
    `coders` says which users those are."""
    actor.require("policy.begin")
    study, moment = brought.study, now or timezone.now()
    if study.key in _TAKEN:
        raise Unusable.because(
            "study.key",
            "key",
            f"{study.key} cannot be a study's key.",
            f"{study.key} 不能用作研究的 key。",
        )
    with writing():
        if StudyRecord.objects.filter(key=study.key).exists():
            raise Unusable.because(
                "study.again",
                "key",
                f"A study {study.key} is here already.",
                f"已有研究 {study.key}。",
                mend=Text(
                    "Give yours another key, or change that one's file.",
                    "请更换 key，或修订该研究的文件。",
                ),
            )
        stored = StudyRecord.objects.create(
            key=study.key,
            version=study.version,
            title_en=study.title.en[:300],
            title_zh=study.title.zh[:300],
            content=study.model_dump_json(),
            index=brought.index,
            begun=moment,
            begun_by_id=actor.user_id,
        )
        texts = list(new_texts(stored, study, brought.policies))
        StudyPost.objects.create(user_id=actor.user_id, study=study.key, role=Role.LEAD)
        told = (
            events.StudyBegun(
                study=study.key,
                version=study.version,
                texts=len(texts),
                content=digest(stored.content),
                corpus=digest(*(text.content for text in texts)),
                outside=digest(stored.index),
            ),
            events.PersonAdded(person=actor.login, role=StudyRole.LEAD),
        )
        stored.sequence = record(stored.case, 0, [(one, ()) for one in told], actor.login, moment)
        stored.save(update_fields=["sequence"])
        _enter(stored, texts, actor, moment)
        _bring_codings(stored, study, brought.codings, coders or {}, actor, moment)
    return stored


def change(
    actor: Actor, record_: StudyRecord, study: Study, *, now: datetime | None = None
) -> StudyRecord:
    """Put a newer version of the study file in place. The corpus stays, and so must every code
    that was scored, and the scale."""
    actor.require("policy.lead", study=record_.key)
    before = study_of(record_)
    if study.key != record_.key or study.version <= before.version:
        raise Unusable.because(
            "study.version",
            "version",
            f"The file must be of {record_.key}, with a version above {before.version}.",
            f"文件应属于 {record_.key}，且版本号大于 {before.version}。",
        )
    lost = sorted(
        {one.key for one in before.codebook.codes} - {one.key for one in study.codebook.codes}
    )
    if study.codebook.scale != before.codebook.scale or lost:
        raise Unusable.because(
            "study.codebook",
            "codebook",
            f"Scores were given on 0–{before.codebook.scale}; the scale and the codes "
            f"{', '.join(lost) or 'in use'} must stay.",
            f"已按 0–{before.codebook.scale} 评分，量表及编码 {'、'.join(lost)} 不得删改。",
            mend=Text("Begin another study with the new codebook.", "请以新手册另建研究。"),
        )
    moment = now or timezone.now()
    with writing():
        row = StudyRecord.objects.select_for_update().get(pk=record_.pk)
        policies = {text.policy: text for text in row.texts.all()}
        counted = {
            text.policy: text.included for text in new_texts(row, study, _policies(policies))
        }
        for policy, text in policies.items():
            text.included = counted[policy]
        PolicyText.objects.bulk_update(policies.values(), ["included"], 500)
        row.version, row.content = study.version, study.model_dump_json()
        row.title_en, row.title_zh = study.title.en[:300], study.title.zh[:300]
        row.settled_version += 1
        row.sequence = record(
            row.case,
            row.sequence,
            [
                (
                    events.StudyChanged(
                        version=study.version,
                        content=digest(row.content),
                        measured=row.settled_version,
                    ),
                    (),
                )
            ],
            actor.login,
            moment,
        )
        row.save()
    return row


def add_person(
    actor: Actor, study: StudyRecord, user: User, role: str, *, now: datetime | None = None
) -> None:
    """Give a user a part in the study; nothing happens where they have it."""
    actor.require("policy.lead", study=study.key)
    if role not in StudyPost.Role.values:
        raise Unusable.because(
            "post.role",
            "role",
            f"{role[:40]!r} is no role of a study.",
            f"“{role[:40]}”不是研究中的角色。",
        )
    if not user.is_active:
        raise Unusable.because(
            "post.closed", "person", f"The account {user} is closed.", f"账户 {user} 已停用。"
        )
    with writing():
        if not StudyPost.objects.get_or_create(user=user, study=study.key, role=role)[1]:
            return
        told = events.PersonAdded(person=user.username, role=StudyRole(role))
        _tell_study(study, told, actor, now)


def remove_person(
    actor: Actor, study: StudyRecord, user: User, role: str, *, now: datetime | None = None
) -> None:
    """Take a part away; a study keeps one lead. Sheets already made stay."""
    actor.require("policy.lead", study=study.key)
    with writing():
        posts = StudyPost.objects.select_for_update().filter(study=study.key)
        if role == Role.LEAD and posts.filter(role=Role.LEAD).exclude(user=user).count() == 0:
            raise Unusable.because(
                "post.last_lead", "person", "A study needs a lead.", "研究须有一名负责人。"
            )
        if posts.filter(user=user, role=role).delete()[0]:
            told = events.PersonRemoved(person=user.username, role=StudyRole(role))
            _tell_study(study, told, actor, now)


def _enter(study: StudyRecord, texts: list[PolicyText], actor: Actor, moment: datetime) -> None:
    """Store the texts of a new study, each with its first event."""
    for text in texts:
        text.sequence = 1
    PolicyText.objects.bulk_create(texts, 500)
    record_new(
        [
            (
                text.case,
                [
                    (
                        events.TextEntered(
                            study=study.case,
                            policy=text.policy,
                            position=text.position,
                            content=digest(text.content),
                        ),
                        (),
                    )
                ],
            )
            for text in texts
        ],
        actor.login,
        moment,
    )


def _tell_study(study: StudyRecord, told: Payload, actor: Actor, now: datetime | None) -> None:
    row = StudyRecord.objects.select_for_update().get(pk=study.pk)
    row.sequence = record(row.case, row.sequence, [(told, ())], actor.login, now or timezone.now())
    row.save(update_fields=["sequence"])
    study.sequence = row.sequence


def _policies(texts: Mapping[str, PolicyText]) -> dict[str, Policy]:
    return {key: Policy.model_validate_json(text.content) for key, text in texts.items()}


def _bring_codings(
    stored: StudyRecord,
    study: Study,
    given: Sequence[Coding],
    coders: Mapping[str, User],
    actor: Actor,
    moment: datetime,
) -> None:
    """Codings made elsewhere as sheets that were handed in, and what follows from them. They are
    taken as they are: what a coder left out is for the adjudication."""
    by_text: dict[str, list[tuple[str, int, Status, Marks]]] = {}
    for (policy, coder, round_, status), marks in sheets_of(given).items():
        by_text.setdefault(policy, []).append((coder, round_, status, marks))
    for text in stored.texts.filter(policy__in=by_text):
        sheets = by_text[text.policy]
        for name, round_, status, marks in sheets:
            if status != "adjudicated":
                _store(
                    text,
                    Sheet.Kind.CODING,
                    (name, round_),
                    marks,
                    coders,
                    actor,
                    moment if status == "final" else None,
                    moment,
                )
        told = _standing(text, study, sheets, coders, actor, moment)
        text.sequence = record(text.case, text.sequence, [(told, ())], actor.login, moment)
        text.save(update_fields=["state", "sequence"])


def _standing(
    text: PolicyText,
    study: Study,
    sheets: Sequence[tuple[str, int, str, Marks]],
    coders: Mapping[str, User],
    actor: Actor,
    moment: datetime,
) -> Payload:
    """Put a text with brought codings into its state; what happened to it."""
    first = [marks for _, round_, status, marks in sheets if status == "final" and round_ == 1]
    said = [one for one in sheets if one[2] == "adjudicated"]
    if not first or any(status == "draft" for _, _, status, _ in sheets):
        text.state = TextState.CODING
        return events.TextAssigned(coders=sorted({one[0] for one in sheets}), round=1)
    marks = agreed(study, first)
    for _, _, _, adjudicated in said:
        marks |= adjudicated
    open_ = [code.key for code in study.codebook.codes if code.key not in marks]
    if said or not open_:
        _store(
            text,
            Sheet.Kind.ADJUDICATION,
            (said[0][0] if said else AGREED, 1),
            marks,
            coders,
            actor,
            None if open_ else moment,
            moment,
        )
    if open_:
        text.state = TextState.ADJUDICATION
        return events.CodersDiffer(codes=open_)
    text.state = TextState.SETTLED
    return events.TextSettled(how=Settling.ELSEWHERE, content=digest(write_marks(marks)))


def _store(
    text: PolicyText,
    kind: str,
    who: tuple[str, int],
    marks: Marks,
    coders: Mapping[str, User],
    actor: Actor,
    finished: datetime | None,
    moment: datetime,
) -> None:
    name, round_ = who
    user = coders.get(name)
    sheet = Sheet(
        text=text,
        kind=kind,
        coder=user,
        name=user.username if user else name[:150],
        round=round_,
        marks=write_marks(marks),
        done=len(marks),
        finished=finished,
        updated=moment,
    )
    open_sheets([sheet], actor, moment)
