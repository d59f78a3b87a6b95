"""Whatever is changed of studies, texts and sheets behind the log is named; none of it decides."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from policy_laboratory import NOW, OTHER, SAME, acting, assigned, begun, crew, fill, hand_in, score
from sanzhi.core.findings import Unusable
from sanzhi.site.accounts.models import StudyPost, User
from sanzhi.site.cases.actions import act
from sanzhi.site.cases.verification import differences
from sanzhi.site.events.log import Conflict
from sanzhi.site.policy.models import PolicyText, Sheet, StudyRecord

pytestmark = pytest.mark.django_db(transaction=True)
ELSEWHEN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def _rows_are_told() -> None:
    """Rows are changed here on purpose."""


class Stood(NamedTuple):
    """A study with a text that is settled, one on which coders differ, and one being coded."""

    users: dict[str, User]
    study: StudyRecord
    text: PolicyText
    sheet: Sheet
    """Of the first text, by anna."""


@pytest.fixture
def stood(db) -> Stood:
    users = crew()
    study = begun(users)
    sheets = assigned(users, study, 3)
    for sheet, scores in zip(sheets[:4], (SAME, SAME, SAME, OTHER), strict=True):
        hand_in(users[sheet.name], sheet, scores)
    fill(users["anna"], sheets[4], {"m1": 2})
    differing = PolicyText.objects.select_related("study").get(state="adjudication")
    act(acting(users["lead"]), differing, differing.sequence, "adjudicate", now=NOW)
    return Stood(users, study, sheets[0].text, sheets[0])


def study(**changes: Any) -> Callable[[Stood], Any]:
    return lambda stood: StudyRecord.objects.filter(pk=stood.study.pk).update(**changes)


def text(**changes: Any) -> Callable[[Stood], Any]:
    return lambda stood: PolicyText.objects.filter(pk=stood.text.pk).update(**changes)


def sheet(**changes: Any) -> Callable[[Stood], Any]:
    return lambda stood: Sheet.objects.filter(pk=stood.sheet.pk).update(**changes)


def raised(stood: Stood) -> None:
    found = Sheet.objects.get(pk=stood.sheet.pk)
    marks = json.loads(found.marks)
    marks["m1"]["score"] = 5
    sheet(marks=json.dumps(marks, separators=(",", ":")))(stood)


def reworded(stood: Stood) -> None:
    content = json.loads(PolicyText.objects.get(pk=stood.text.pk).content)
    text(content=json.dumps(content | {"text": "放宽监管"}, ensure_ascii=False))(stood)


def moved(stood: Stood) -> None:
    sheet(text=PolicyText.objects.get(policy="P9"))(stood)


def made_up(stood: Stood) -> None:
    Sheet.objects.create(
        number="SHEET-made-up", state="open", state_since=NOW, sequence=0, text=stood.text,
        name="chi", coder=stood.users["chi"], round=3, updated=NOW,
    )  # fmt: skip


#: What is changed, and the code of the finding.
TABLE: dict[str, tuple[Callable[[Stood], Any], str]] = {
    "the file of the study": (study(content="{}"), "documents.changed"),
    "its index": (study(index="year,value\n2001,9\n"), "documents.changed"),
    "its key": (study(key="other"), "cases.key"),
    "its version": (study(version=9), "cases.version"),
    "its title": (study(title_zh="别的研究"), "cases.title"),
    "what was measured": (study(settled_version=0), "cases.settled_version"),
    "who began it": (study(begun_by_id="chi"), "cases.begun_by_id"),
    "when it was begun": (study(begun=ELSEWHEN), "cases.begun"),
    "the sequence of the study": (study(sequence=1), "cases.sequence"),
    "a part given": (
        lambda stood: StudyPost.objects.create(user=stood.users["chi"], study="small", role="lead"),
        "cases.people",
    ),
    "a part taken": (
        lambda stood: StudyPost.objects.filter(user=stood.users["bo"]).delete(),
        "cases.people",
    ),
    "the words of a policy": (reworded, "documents.changed"),
    "a settled text taken back": (text(state="adjudication"), "cases.state"),
    "since when it stands so": (text(state_since=ELSEWHEN), "cases.state_since"),
    "a text that counts no more": (text(included=False), "cases.included"),
    "the title of a text": (text(title="别的通知"), "cases.title"),
    "the document's number": (text(document_number="9"), "cases.document_number"),
    "the policy of a text": (text(policy="P99"), "cases.policy"),
    "the place in the corpus": (text(position=77), "cases.position"),
    "the sequence of a text": (text(sequence=1), "cases.sequence"),
    "a text removed": (
        lambda _stood: PolicyText.objects.get(policy="P9").delete(),
        "cases.lost",
    ),
    "a mark raised": (raised, "documents.changed"),
    "the count of scores": (sheet(done=3), "cases.done"),
    "the coder": (sheet(coder_id="chi"), "cases.coder_id"),
    "the name": (sheet(name="chi"), "cases.name"),
    "the round": (sheet(round=2), "cases.round"),
    "the kind of sheet": (
        lambda _stood: Sheet.objects.filter(text__policy="P3", name="bo").update(
            kind="adjudication"
        ),
        "cases.kind",
    ),
    "a memo": (sheet(memo="as agreed"), "cases.memo"),
    "a sheet opened again": (sheet(state="open"), "cases.state"),
    "when it was handed in": (sheet(finished=ELSEWHEN), "cases.finished"),
    "when it was written last": (sheet(updated=ELSEWHEN), "cases.updated"),
    "the text of a sheet": (moved, "cases.text"),
    "the sequence of a sheet": (sheet(sequence=2), "cases.sequence"),
    "a sheet removed": (
        lambda stood: Sheet.objects.filter(pk=stood.sheet.pk).delete(),
        "cases.lost",
    ),
    "a sheet made up": (made_up, "cases.unlogged"),
}


def test_nothing_is_found_where_nothing_was_changed(stood):
    assert list(differences()) == []


@pytest.mark.parametrize("what", TABLE)
def test_what_is_changed_behind_the_log_is_named(stood, what):
    change, code = TABLE[what]
    change(stood)
    found = list(differences())
    assert code in {one.code for one in found}
    for one in found:
        assert one.path.startswith(("STUDY-", "TEXT-", "SHEET-"))
        assert any("\u4e00" <= sign <= "\u9fff" for sign in one.text.zh)


def test_marks_changed_behind_the_log_are_not_written_on(stood):
    one = Sheet.objects.select_related("text__study").get(text__policy="P3", name="anna")
    Sheet.objects.filter(pk=one.pk).update(marks="{}")
    one.marks = "{}"
    with pytest.raises(Unusable) as caught:
        score(stood.users["anna"], one, "m2", 0)
    assert caught.value.finding.code == "sheet.changed"


def test_a_state_set_behind_the_log_opens_nothing(stood):
    Sheet.objects.filter(pk=stood.sheet.pk).update(state="open", finished=None)
    one = Sheet.objects.select_related("text__study").get(pk=stood.sheet.pk)
    with pytest.raises(Unusable) as caught:
        score(stood.users["anna"], one, "m1", 0)
    assert caught.value.finding.code == "cases.state"


def test_an_assignment_of_many_is_all_or_none(stood):
    """One text was assigned meanwhile: none of the others is."""
    from sanzhi.site.policy.assignments import assign

    lead, anna = acting(stood.users["lead"]), stood.users["anna"]
    some = list(stood.study.texts.select_related("study").filter(state="unassigned")[:3])
    last = PolicyText.objects.select_related("study").get(pk=some[-1].pk)
    act(lead, last, last.sequence, "assign", {"coders": ["bo"]}, now=NOW)
    count = Sheet.objects.count()
    with pytest.raises(Conflict):
        assign(lead, stood.study, [(one, [anna]) for one in some], now=NOW)
    assert Sheet.objects.count() == count
    assert list(differences()) == []
