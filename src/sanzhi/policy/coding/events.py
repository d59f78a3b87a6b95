"""The laboratory's part of the event vocabulary: studies, texts, coding sheets."""

from sanzhi.events.event import VOCABULARY, Payload


@VOCABULARY.declare(
    "policy.study_begun",
    verb=("study begun", "建立研究"),
    words=(
        "Study {study} begun at version {version} with {texts} texts.",
        "建立研究 {study}（第 {version} 版），共 {texts} 份文本。",
    ),
)
class StudyBegun(Payload):
    study: str
    version: int
    texts: int
    content: str
    """SHA-256 of the study file and corpus."""


@VOCABULARY.declare(
    "policy.study_changed",
    verb=("study changed", "修订研究"),
    words=("Study file changed to version {version}.", "研究文件修订为第 {version} 版。"),
)
class StudyChanged(Payload):
    version: int
    content: str


@VOCABULARY.declare(
    "policy.person_added",
    verb=("person added", "增加人员"),
    words=("{person} added as {role}.", "{person} 加入研究，角色 {role_zh}。"),
)
class PersonAdded(Payload):
    person: str
    role: str
    role_zh: str


@VOCABULARY.declare(
    "policy.person_removed",
    verb=("person removed", "移除人员"),
    words=("{person} is no longer {role}.", "{person} 不再担任{role_zh}。"),
)
class PersonRemoved(Payload):
    person: str
    role: str
    role_zh: str


@VOCABULARY.declare(
    "policy.text_assigned",
    verb=("text assigned", "分配文本"),
    words=("Assigned to {coders}, round {round}.", "分配给 {coders}，第 {round} 轮。"),
)
class TextAssigned(Payload):
    coders: list[str]
    round: int


@VOCABULARY.declare(
    "policy.scored",
    verb=("scored", "评分"),
    words=(
        "{name}: score {score} ({spans}). {memo}",
        "{name_zh}：评 {score} 分（{spans}）。{memo}",
    ),
)
class Scored(Payload):
    code: str
    name: str
    name_zh: str
    score: int
    spans: list[str]
    """`start-end` in code points of the text."""
    memo: str
    study_version: int


@VOCABULARY.declare(
    "policy.score_removed",
    verb=("score removed", "撤销评分"),
    words=("{name}: score removed.", "{name_zh}：撤销评分。"),
)
class ScoreRemoved(Payload):
    code: str
    name: str
    name_zh: str


@VOCABULARY.declare(
    "policy.noted", verb=("memo written", "写备忘"), words=("Memo: {memo}", "备忘：{memo}")
)
class Noted(Payload):
    memo: str


@VOCABULARY.declare(
    "policy.sheet_finished",
    verb=("sheet handed in", "提交编码"),
    words=("Handed in.", "提交编码。"),
)
class SheetFinished(Payload):
    content: str
    """SHA-256 of the marks."""


@VOCABULARY.declare(
    "policy.sheet_reopened",
    verb=("sheet reopened", "重开编码"),
    words=("Reopened by the coder.", "编码员重开编码。"),
)
class SheetReopened(Payload):
    pass


@VOCABULARY.declare(
    "policy.sheet_handed_over",
    verb=("sheet handed over", "移交编码"),
    words=("Handed over from {before} to {coder}.", "由 {before} 移交 {coder}。"),
)
class SheetHandedOver(Payload):
    before: str
    coder: str


@VOCABULARY.declare(
    "policy.coders_differ",
    verb=("coders differ", "编码不一致"),
    words=(
        "The coders differ on {codes}; to be adjudicated.",
        "编码员对 {codes} 评分不一致，转入仲裁。",
    ),
)
class CodersDiffer(Payload):
    codes: list[str]


@VOCABULARY.declare(
    "policy.text_settled",
    verb=("text settled", "文本定案"),
    words=("Settled: {how}.", "定案：{how_zh}。"),
)
class TextSettled(Payload):
    how: str
    how_zh: str
    content: str
    """SHA-256 of the settled marks."""


@VOCABULARY.declare(
    "policy.text_reopened",
    verb=("text reopened", "重新仲裁"),
    words=("Taken back to adjudication: {reason}", "退回仲裁：{reason}"),
)
class TextReopened(Payload):
    reason: str
