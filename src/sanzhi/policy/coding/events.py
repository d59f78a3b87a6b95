"""The laboratory's part of the event vocabulary: studies, texts, coding sheets.

An event says what the stored row is after it: of a document its hash, of the rest the value.
"""

from typing import Annotated

from sanzhi.events import VOCABULARY, Hash, Key, Mark, Payload, Person, Said
from sanzhi.policy.coding.codes import Settling, SheetKind, StudyRole

#: A code of the study's codebook; its title is the codebook's.
CodeKey = Annotated[str, Mark("codebook")]
#: A policy by its id in the study's corpus.
PolicyKey = Annotated[str, Mark("policy")]


@VOCABULARY.declare(
    "policy.study_begun",
    verb=("study begun", "建立研究"),
    words=(
        "Study {study} begun at version {version} with {texts} texts.",
        "建立研究 {study}（第 {version} 版），共 {texts} 份文本。",
    ),
)
class StudyBegun(Payload):
    study: Key
    version: int
    texts: int
    content: Hash
    """Of the study file as stored."""
    corpus: Hash
    """Of all policies as stored, in the corpus's order."""
    outside: Hash
    """Of the outside index as stored."""


@VOCABULARY.declare(
    "policy.study_changed",
    verb=("study changed", "修订研究"),
    words=("Study file changed to version {version}.", "研究文件修订为第 {version} 版。"),
)
class StudyChanged(Payload):
    version: int
    content: Hash
    measured: int
    """How often what is measured has changed by then."""


@VOCABULARY.declare(
    "policy.measured_changed",
    verb=("what is measured changed", "测量内容变化"),
    words=(
        "What is measured changed with {policy} ({measured}).",
        "测量内容随 {policy} 变化（第 {measured} 次）。",
    ),
)
class MeasuredChanged(Payload):
    """A text of the study was settled or taken back: figures computed before are out of date."""

    policy: PolicyKey
    measured: int


@VOCABULARY.declare(
    "policy.person_added",
    verb=("person added", "增加人员"),
    words=("{person} added as {role}.", "{person} 加入研究，角色：{role}。"),
)
class PersonAdded(Payload):
    person: Person
    role: StudyRole


@VOCABULARY.declare(
    "policy.person_removed",
    verb=("person removed", "移除人员"),
    words=("{person} is no longer {role}.", "{person} 不再担任{role}。"),
)
class PersonRemoved(Payload):
    person: Person
    role: StudyRole


@VOCABULARY.declare(
    "policy.text_entered",
    verb=("text entered", "文本入库"),
    words=(
        "{policy} entered into the study {study} at place {position}.",
        "{policy} 收入研究 {study}，序号 {position}。",
    ),
)
class TextEntered(Payload):
    study: Key
    """The study's case."""
    policy: PolicyKey
    position: int
    """From 0, in the corpus's order."""
    content: Hash
    """Of the policy as stored."""


@VOCABULARY.declare(
    "policy.text_assigned",
    verb=("text assigned", "分配文本"),
    words=("Assigned to {coders}, round {round}.", "分配给 {coders}，第 {round} 轮。"),
)
class TextAssigned(Payload):
    coders: list[Person]
    round: int


@VOCABULARY.declare(
    "policy.sheet_opened",
    verb=("sheet opened", "建立编码表"),
    words=(
        "Sheet of {name} opened ({kind}), round {round}, with {done} codes scored.",
        "建立 {name} 的编码表（{kind}），第 {round} 轮，已有 {done} 项评分。",
    ),
)
class SheetOpened(Payload):
    text: Key
    """The text's case."""
    kind: SheetKind
    coder: Person
    """The account that writes it; empty where none does."""
    name: Person
    round: int
    done: int
    content: Hash
    """Of the marks as stored."""


@VOCABULARY.declare(
    "policy.scored",
    verb=("scored", "评分"),
    words=(
        "{code}: score {score} ({spans}). {memo}",
        "{code}：评 {score} 分（{spans}）。{memo}",
    ),
)
class Scored(Payload):
    code: CodeKey
    score: int
    spans: list[Key]
    """`start-end` in code points of the text."""
    memo: Said
    study_version: int
    done: int
    """Codes scored after it."""
    content: Hash
    """Of all marks as stored after it."""


@VOCABULARY.declare(
    "policy.score_removed",
    verb=("score removed", "撤销评分"),
    words=("{code}: score removed.", "{code}：撤销评分。"),
)
class ScoreRemoved(Payload):
    code: CodeKey
    done: int
    content: Hash


@VOCABULARY.declare(
    "policy.noted", verb=("memo written", "写备忘"), words=("Memo: {memo}", "备忘：{memo}")
)
class Noted(Payload):
    memo: Said


@VOCABULARY.declare(
    "policy.sheet_finished",
    verb=("sheet handed in", "提交编码"),
    words=("Handed in.", "提交编码。"),
)
class SheetFinished(Payload):
    content: Hash


@VOCABULARY.declare(
    "policy.sheet_reopened",
    verb=("sheet reopened", "重开编码"),
    words=("Reopened; {coder} goes on with it.", "重开编码，由 {coder} 继续。"),
)
class SheetReopened(Payload):
    coder: Person


@VOCABULARY.declare(
    "policy.sheet_handed_over",
    verb=("sheet handed over", "移交编码"),
    words=(
        "Handed over from {before} to {coder}, with {done} codes scored. {memo}",
        "由 {before} 移交 {coder}，已有 {done} 项评分。{memo}",
    ),
)
class SheetHandedOver(Payload):
    before: Person
    coder: Person
    done: int
    content: Hash
    memo: Said
    """What stands of the memo."""


@VOCABULARY.declare(
    "policy.coders_differ",
    verb=("coders differ", "编码不一致"),
    words=(
        "The coders differ on {codes}; to be adjudicated.",
        "编码员对 {codes} 评分不一致，转入仲裁。",
    ),
)
class CodersDiffer(Payload):
    codes: list[CodeKey]
    coders: list[Person]
    """Accounts whose sheets were compared."""


@VOCABULARY.declare(
    "policy.text_adjudicated",
    verb=("adjudication taken", "承担仲裁"),
    words=("{adjudicator} adjudicates.", "由 {adjudicator} 仲裁。"),
)
class TextAdjudicated(Payload):
    adjudicator: Person


@VOCABULARY.declare(
    "policy.text_settled",
    verb=("text settled", "文本定案"),
    words=("Settled: {how}.", "定案：{how}。"),
)
class TextSettled(Payload):
    how: Settling
    content: Hash
    """Of the settled marks as stored."""
    coders: list[Person]
    """Accounts whose sheets were compared."""


@VOCABULARY.declare(
    "policy.text_reopened",
    verb=("text reopened", "重新仲裁"),
    words=("Taken back to adjudication: {reason}", "退回仲裁：{reason}"),
)
class TextReopened(Payload):
    reason: Said
