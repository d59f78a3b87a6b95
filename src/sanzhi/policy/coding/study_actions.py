"""Every action on a study: beginning it with its corpus and codings made elsewhere, changing its
file, and keeping its people."""

from collections.abc import Sequence
from typing import Annotated, ClassVar, NamedTuple

from pydantic import Field

from sanzhi.cases import Ask, Asked, Other, Step
from sanzhi.core.digests import digest
from sanzhi.core.findings import Text, Unusable
from sanzhi.policy.coding import events
from sanzhi.policy.coding.cases import (
    STUDY,
    TEXT,
    StudyStanding,
    StudyState,
    TextStanding,
    study_case,
    text_case,
)
from sanzhi.policy.coding.codes import Settling, SheetKind, StudyRole
from sanzhi.policy.coding.record import Coding, Status
from sanzhi.policy.coding.settling import AGREED, Coded, accounts, open_sheet
from sanzhi.policy.coding.sheets import Marks, agreed, sheets_of, write_marks
from sanzhi.policy.coding.situation import FILE, Laboratory
from sanzhi.policy.coding.study import Study
from sanzhi.policy.corpus.document import Policy
from sanzhi.policy.corpus.selecting import included

__all__ = ["STUDY"]

#: Words of addresses, which no study can have for its key.
_TAKEN = frozenset(("new", "desk"))


class StudyText(NamedTuple):
    """A study file, and with a new study its outside index, as they are stored."""

    study: Study
    content: str
    outside: str | None = None


class Entered(NamedTuple):
    """A policy as a text of a study is stored with it."""

    policy: Policy
    content: str
    is_included: bool
    """Whether the study's rules count it."""


class Beginning(Asked):
    documents: ClassVar = frozenset(("policies", "codings"))

    study: Study
    policies: dict[str, Policy]
    """By id, in the corpus's order."""
    codings: tuple[Coding, ...] = ()
    """Made elsewhere."""
    index: str = ""
    coders: dict[str, str] = Field(default_factory=dict)
    """Names of coders in the codings → user names of those who have an account here."""


@STUDY.action(
    "begin",
    "Begin a study",
    "建立研究",
    done=("The study is begun; you lead it.", "研究已建立，由您负责。"),
    begins=True,
    by_hand=False,
    permission="policy.begin",
    law=FILE,
    tells=[events.StudyBegun, events.PersonAdded],
)
def begin(step: Step[StudyStanding], said: Beginning, now: Laboratory) -> None:
    """Begin a study; whoever does leads it. Codings it brings stand under their coders' names."""
    study = said.study
    _require_free(study.key, now)
    text = StudyText(study, study.model_dump_json(), said.index)
    counted = included(study, said.policies)
    entered = [
        Entered(policy, policy.model_dump_json(), policy.id in counted)
        for policy in said.policies.values()
    ]
    step.documents.append(text)
    begun = events.StudyBegun(
        study=study.key,
        version=study.version,
        texts=len(entered),
        content=digest(text.content),
        corpus=digest("".join(one.content for one in entered)),
        outside=digest(said.index),
    )
    step.tell(begun)
    step.tell(events.PersonAdded(person=now.actor, role=StudyRole.LEAD))
    _enter(step, entered, said)


def _require_free(key: str, now: Laboratory) -> None:
    if key in _TAKEN:
        raise Unusable.because(
            "study.key",
            "key",
            f"{key} cannot be a study's key.",
            f"{key} 不能用作研究的 key。",
        )
    if now.is_taken(key):
        raise Unusable.because(
            "study.again",
            "key",
            f"A study {key} is here already.",
            f"已有研究 {key}。",
            mend=Text(
                "Give yours another key, or change that one's file.",
                "请更换 key，或修订该研究的文件。",
            ),
        )


def _enter(step: Step[StudyStanding], entered: Sequence[Entered], said: Beginning) -> None:
    """Enter the corpus, and what was coded of it elsewhere."""
    case = study_case(said.study.key)
    brought: dict[str, list[_Brought]] = {}
    for (policy, coder, round_, status), marks in sheets_of(said.codings).items():
        account = said.coders.get(coder, "")
        sheet = _Brought(account or coder[:150], account, round_, status, marks)
        brought.setdefault(policy, []).append(sheet)
    for position, one in enumerate(entered):
        other: Other[TextStanding] = Other(text_case(case, position), TEXT.begin())
        text = step.on(TEXT, other)
        text.documents.append(one)
        told = events.TextEntered(
            study=case, policy=one.policy.id, position=position, content=digest(one.content)
        )
        text.tell(told)
        if sheets := brought.get(one.policy.id):
            _bring(text, said.study, sheets)


class _Brought(NamedTuple):
    """A sheet that was made elsewhere."""

    name: str
    account: str
    round: int
    status: Status
    marks: Marks


def _bring(text: Step[TextStanding], study: Study, sheets: Sequence[_Brought]) -> None:
    """Codings made elsewhere as sheets that were handed in, and what follows from them. They are
    taken as they are: what a coder left out is for the adjudication."""
    coded = [one for one in sheets if one.status != "adjudicated"]
    for ordinal, one in enumerate(coded, 1):
        open_sheet(
            text,
            ordinal,
            name=one.name,
            coder=one.account,
            round_=one.round,
            marks=one.marks,
            done=one.status == "final",
        )
    first = {
        one.name: (one.account, one.marks)
        for one in coded
        if one.status == "final" and one.round == 1
    }
    if not first or any(one.status == "draft" for one in coded):
        names = sorted({one.name for one in sheets})
        text.tell(events.TextAssigned(coders=names, round=1))
        return
    said = [one for one in sheets if one.status == "adjudicated"]
    _put_together(text, study, first, said)


def _put_together(
    text: Step[TextStanding], study: Study, first: Coded, said: Sequence[_Brought]
) -> None:
    """What coders elsewhere agree on and what was adjudicated there: settled, where that is all."""
    marks = agreed(study, [given for _, given in first.values()])
    for one in said:
        marks |= one.marks
    open_ = [code.key for code in study.codebook.codes if code.key not in marks]
    if said or not open_:
        open_sheet(
            text,
            len(text.others) + 1,
            name=said[0].name if said else AGREED,
            coder=said[0].account if said else "",
            kind=SheetKind.ADJUDICATION,
            marks=marks,
            done=not open_,
        )
    coders = accounts(first)
    if open_:
        text.tell(events.CodersDiffer(codes=open_, coders=coders))
        if said and said[0].account:
            text.tell(events.TextAdjudicated(adjudicator=said[0].account))
        return
    content = digest(write_marks(marks))
    text.tell(events.TextSettled(how=Settling.ELSEWHERE, content=content, coders=coders))


class Change(Asked):
    study: Study


@STUDY.action(
    "change",
    "Change the study file",
    "修订研究文件",
    done=("The study file is changed.", "研究文件已修订。"),
    by_hand=False,
    permission="policy.lead",
    states=[StudyState.UNDER_WAY],
    law=FILE,
    tells=[events.StudyChanged],
)
def change(step: Step[StudyStanding], said: Change, now: Laboratory) -> None:
    """Put a newer version of the study file in place. The corpus stays, and so must every code
    that was scored, and the scale."""
    before, study = now.file(), said.study
    if study.key != step.standing.key or study.version <= step.standing.version:
        raise Unusable.because(
            "study.version",
            "version",
            f"The file must be of {before.key}, with a version above {before.version}.",
            f"文件应属于 {before.key}，且版本号大于 {before.version}。",
        )
    lost = sorted(_codes(before) - _codes(study))
    if study.codebook.scale != before.codebook.scale or lost:
        raise Unusable.because(
            "study.codebook",
            "codebook",
            f"Scores were given on 0–{before.codebook.scale}; the scale and the codes "
            f"{', '.join(lost) or 'in use'} must stay.",
            f"已按 0–{before.codebook.scale} 评分，量表及编码 {'、'.join(lost)} 不得删改。",
            mend=Text("Begin another study with the new codebook.", "请以新手册另建研究。"),
        )
    text = StudyText(study, study.model_dump_json())
    step.documents.append(text)
    told = events.StudyChanged(
        version=study.version, content=digest(text.content), measured=step.standing.measured + 1
    )
    step.tell(told)


class Part(Asked):
    person: Annotated[str, Ask.for_("Person (user name)", "人员（用户名）")]
    role: Annotated[StudyRole, Ask.for_("Role", "角色")]


@STUDY.action(
    "add_person",
    "Add a person",
    "增加人员",
    done=("Added.", "已增加。"),
    permission="policy.lead",
    states=[StudyState.UNDER_WAY],
    law=FILE,
    tells=[events.PersonAdded],
)
def add_person(step: Step[StudyStanding], said: Part, now: Laboratory) -> None:
    """Give a user a part in the study; nothing happens where they have it."""
    match now.account(said.person):
        case None:
            raise Unusable.because(
                "post.nobody",
                "person",
                f"There is no account {said.person[:60]!r}.",
                f"没有账户“{said.person[:60]}”。",
                mend=Text("Ask an administrator to make one.", "请管理员开立账户。"),
            )
        case False:
            raise Unusable.because(
                "post.closed",
                "person",
                f"The account {said.person} is closed.",
                f"账户 {said.person} 已停用。",
            )
    if (said.person, said.role) not in step.standing.people:
        step.tell(events.PersonAdded(person=said.person, role=said.role))


@STUDY.action(
    "remove_person",
    "Remove a person",
    "移除人员",
    done=("Removed.", "已移除。"),
    permission="policy.lead",
    states=[StudyState.UNDER_WAY],
    law=FILE,
    tells=[events.PersonRemoved],
)
def remove_person(step: Step[StudyStanding], said: Part, _now: Laboratory) -> None:
    """Take a part away; a study keeps one lead. Sheets already made stay."""
    people = step.standing.people
    leads = {person for person, role in people if role is StudyRole.LEAD}
    if said.role is StudyRole.LEAD and leads <= {said.person}:
        raise Unusable.because(
            "post.last_lead", "person", "A study needs a lead.", "研究须有一名负责人。"
        )
    if (said.person, said.role) in people:
        step.tell(events.PersonRemoved(person=said.person, role=said.role))


def _codes(study: Study) -> set[str]:
    return {code.key for code in study.codebook.codes}
