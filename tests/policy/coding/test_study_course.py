"""Any course of actions in a study: coders are blind and whole, a text is settled once, by people
who may, and every case is what its events fold to."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from policy_laboratory import CODES, policies, study_fields
from sanzhi.cases import Kind, Other, Step
from sanzhi.core.codes import Code
from sanzhi.core.digests import digest
from sanzhi.core.findings import Unusable
from sanzhi.events import VOCABULARY, Event
from sanzhi.policy.coding.cases import SheetState, study_case
from sanzhi.policy.coding.codes import SheetKind, StudyRole, TextState
from sanzhi.policy.coding.sheet_actions import SHEET, require_own
from sanzhi.policy.coding.sheets import disagreements, read_marks
from sanzhi.policy.coding.situation import Beside, Laboratory
from sanzhi.policy.coding.study import Study
from sanzhi.policy.coding.study_actions import STUDY, Beginning, Change, Entered, StudyText
from sanzhi.policy.coding.text_actions import TEXT

NOW = datetime(2026, 6, 1, 2, tzinfo=UTC)
CASE = study_case("small")
FILE = Study.model_validate(study_fields())
LEADS, CODERS = ("lead", "lin"), ("anna", "bo", "chi")
EVERYBODY = (*LEADS, *CODERS)


class World:
    """Cases as a store would keep them: kind, standing, events and document of each."""

    def __init__(self, count: int = 2) -> None:
        self.kind: dict[str, Kind[Any]] = {}
        self.standing: dict[str, Any] = {}
        self.events: dict[str, list[Event]] = {}
        self.document: dict[str, Any] = {}
        said = Beginning(study=FILE, policies=policies(count))
        self._store(CASE, STUDY.take(STUDY.actions["begin"], STUDY.begin(), said, self.around("")))
        for name in EVERYBODY[1:]:
            role = "lead" if name in LEADS else "coder"
            self.take("lead", CASE, "add_person", person=name, role=role)

    def around(self, number: str, actor: str = "lead") -> Laboratory:
        def text() -> str:
            return number if self.kind[number] is TEXT else self.standing[number].text

        def sheets() -> list[Beside]:
            return [
                Beside(one, self.standing[one], self.document[one])
                for one, kind in self.kind.items()
                if kind is SHEET and self.standing[one].text == text() and one != number
            ]

        return Laboratory(
            actor=actor,
            now=NOW,
            account=lambda name: True if name in EVERYBODY else None,
            is_taken=lambda key: study_case(key) in self.standing,
            file=lambda: self.document[CASE].study,
            study=lambda: Other(CASE, self.standing[CASE]),
            policy=lambda: self.document[text()].policy,
            text=lambda: Other(text(), self.standing[text()]),
            sheets=sheets,
            document=lambda _sha: self.document[number],
        )

    def take(self, actor: str, number: str, name: str, **said: Any) -> Step[Any]:
        """As the site does: whoever has no business with it is kept out before it is looked at."""
        kind, before = self.kind[number], self.standing[number]
        action = kind.actions[name]
        if kind is SHEET:
            require_own(before, actor, name)
        if action.impartial and actor in action.reviews(before):
            raise Unusable.because("access.own", "", "own", "本人")
        asked = action.asks.model_validate(said)
        step = kind.take(action, before, asked, self.around(number, actor))
        self._store(number, step)
        return step

    def _store(self, number: str, step: Step[Any]) -> None:
        for other in step.others:
            assert other.number != number
            if other.before.sequence:
                assert self.standing[other.number] == other.before
            else:
                assert other.number not in self.standing, "a number is given once"
            self._store(other.number, other)
        for at, told in enumerate(step.told, step.before.sequence + 1):
            kind = VOCABULARY.kind_of(told.payload).name
            payload = told.payload.model_dump(mode="json")
            event = Event(number, at, kind, step.situation.actor, NOW, told.law, payload)
            self.events.setdefault(number, []).append(event)
        self.kind[number], self.standing[number] = step.kind, step.standing
        for document in step.documents:
            self.document[number] = document

    def of(self, kind: Kind[Any]) -> list[str]:
        return [number for number, one in self.kind.items() if one is kind]


class Course(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.world = World()
        self.world.take("lead", self.world.of(TEXT)[0], "assign", coders=("anna", "bo"))

    def attempt(self, actor: str, number: str, name: str, **said: Any) -> None:
        before = dict(self.world.standing)
        try:
            self.world.take(actor, number, name, **said)
        except Unusable:
            assert self.world.standing == before

    def any_of(self, kind: Kind[Any], place: int, *states: Code) -> str:
        """A case of a kind, of those in the states where there are any."""
        numbers = self.world.of(kind)
        some = [one for one in numbers if self.world.standing[one].state in states] or numbers
        return some[place % len(some)]

    @rule(
        place=st.integers(0, 1), coders=st.sets(st.sampled_from(CODERS)), round_=st.integers(1, 2)
    )
    def assign(self, place: int, coders: set[str], round_: int) -> None:
        said = {"coders": tuple(sorted(coders)), "round": round_}
        self.attempt("lead", self.any_of(TEXT, place), "assign", **said)

    @rule(place=st.integers(0, 9), code=st.sampled_from(CODES), score=st.integers(0, 6))
    def score(self, place: int, code: str, score: int) -> None:
        sheet = self.any_of(SHEET, place)
        spans = [{"start": 0, "end": 2}] if score else []
        who = self.world.standing[sheet].coder
        self.attempt(who, sheet, "score", code=code, score=score, spans=spans)

    @rule(place=st.integers(0, 1), agree=st.booleans())
    def code_a_text(self, place: int, agree: bool) -> None:
        text = self.any_of(TEXT, place, TextState.CODING, TextState.ADJUDICATION)
        for sheet in self.world.of(SHEET):
            one = self.world.standing[sheet]
            if one.text == text and one.state is SheetState.OPEN:
                self.fill_and_hand_in(sheet, one.coder, 0 if agree else len(one.coder))

    def fill_and_hand_in(self, sheet: str, who: str, value: int) -> None:
        for code in CODES:
            spans = [{"start": 0, "end": 1}] if value else []
            self.attempt(who, sheet, "score", code=code, score=value, spans=spans)
        self.attempt(who, sheet, "hand_in")

    @rule(who=st.sampled_from(EVERYBODY), place=st.integers(0, 9), name=st.sampled_from(
        ["hand_in", "note", "remove_score"]))  # fmt: skip
    def meddle(self, who: str, place: int, name: str) -> None:
        said = {"note": {"memo": "x"}, "remove_score": {"code": "m1"}}.get(name, {})
        sheet = self.any_of(SHEET, place)
        mine = self.world.standing[sheet].coder == who
        before = self.world.standing[sheet]
        self.attempt(who, sheet, name, **said)
        assert mine or self.world.standing[sheet] == before

    @rule(who=st.sampled_from(EVERYBODY), place=st.integers(0, 1))
    def adjudicate(self, who: str, place: int) -> None:
        self.attempt(who, self.any_of(TEXT, place, TextState.ADJUDICATION), "adjudicate")

    @rule(who=st.sampled_from(EVERYBODY), place=st.integers(0, 1))
    def take_back(self, who: str, place: int) -> None:
        text = self.any_of(TEXT, place, TextState.SETTLED)
        self.attempt(who, text, "reopen", reason="overlooked")

    @rule(place=st.integers(0, 9))
    def reopen(self, place: int) -> None:
        sheet = self.any_of(SHEET, place, SheetState.FINISHED)
        self.attempt(self.world.standing[sheet].coder, sheet, "reopen")

    @rule(who=st.sampled_from(EVERYBODY), do=st.sampled_from(["add", "remove"]),
          role=st.sampled_from(list(StudyRole)))  # fmt: skip
    def people_come_and_go(self, who: str, do: str, role: StudyRole) -> None:
        self.attempt("lead", CASE, f"{do}_person", person=who, role=role)

    @rule(place=st.integers(0, 9), to=st.sampled_from(CODERS))
    def leave_and_hand_over(self, place: int, to: str) -> None:
        sheet = self.any_of(SHEET, place, SheetState.OPEN)
        coder = self.world.standing[sheet].coder
        self.attempt("lead", CASE, "remove_person", person=coder, role=StudyRole.CODER)
        self.attempt("lead", sheet, "hand_over", coder=to)

    @invariant()
    def each_is_what_its_events_fold_to(self) -> None:
        for number, one in self.world.standing.items():
            assert self.world.kind[number].fold(self.world.events[number]) == one
            match self.world.document[number]:
                case StudyText(content=content) | Entered(content=content):
                    assert digest(content) == one.content
                case marks:
                    assert digest(marks) == one.marks
                    assert len(read_marks(marks)) == one.done

    @invariant()
    def a_text_is_settled_by_whole_sheets_of_others(self) -> None:
        for number in self.world.of(TEXT):
            text = self.world.standing[number]
            sheets = self.world.around(number).sheets()
            settled = [one for one in sheets if one.standing.kind is SheetKind.ADJUDICATION]
            assert len(settled) <= 1
            if text.state is TextState.SETTLED:
                assert settled[0].standing.finished
                assert settled[0].marks.keys() == set(CODES)
                assert settled[0].standing.coder not in text.coders
            if text.state is TextState.ADJUDICATION and not settled:
                given = [one.marks for one in self.world.around(number).first_round()]
                assert disagreements(FILE, given)

    @invariant()
    def a_study_has_a_lead_and_counts_what_changes(self) -> None:
        study = self.world.standing[CASE]
        assert any(role is StudyRole.LEAD for _, role in study.people)
        changed = [one for one in self.world.events[CASE] if one.kind == "policy.measured_changed"]
        assert study.measured == len(changed)


TestCourse = pytest.mark.timeout(240)(Course.TestCase)
TestCourse.settings = hypothesis_settings(max_examples=60, stateful_step_count=30, deadline=None)


@pytest.fixture
def world() -> World:
    found = World()
    found.take("lead", found.of(TEXT)[0], "assign", coders=("anna", "bo"))
    return found


def test_marks_that_are_not_those_logged_are_neither_written_on_nor_compared(world):
    one, two = world.of(SHEET)
    for sheet, who in ((one, "anna"), (two, "bo")):
        for code in CODES:
            world.take(who, sheet, "score", code=code, score=0)
    world.take("anna", one, "hand_in")
    world.document[one] = world.document[one].replace('"score":0', '"score":5', 1)
    with pytest.raises(Unusable) as caught:
        world.take("bo", two, "hand_in")
    assert caught.value.finding.code == "sheet.changed"
    world.document[two] = "{}"
    with pytest.raises(Unusable, match="not what was logged"):
        world.take("bo", two, "score", code="m1", score=0)


@pytest.mark.parametrize(
    ("name", "said", "code"),
    [
        ("assign", {"coders": ()}, "assign.nobody"),
        ("assign", {"coders": ("nobody",)}, "assign.stranger"),
        ("adjudicate", {}, "action.not_now"),
        ("reopen", {"reason": "x"}, "action.not_now"),
    ],
)
def test_what_cannot_be_done_with_a_text_is_said(world, name, said, code):
    with pytest.raises(Unusable) as caught:
        world.take("lead", world.of(TEXT)[0], name, **said)
    assert caught.value.finding.code == code


def test_a_sheet_is_handed_over_once_its_coder_left_and_comes_empty(world):
    one, two = world.of(SHEET)
    world.take("anna", one, "score", code="m1", score=0)
    with pytest.raises(Unusable, match="still at work"):
        world.take("lead", one, "hand_over", coder="chi")
    world.take("lead", CASE, "remove_person", person="anna", role=StudyRole.CODER)
    with pytest.raises(Unusable, match="codes this text already"):
        world.take("lead", one, "hand_over", coder="bo")
    world.take("lead", one, "hand_over", coder="chi")
    assert (world.standing[one].coder, world.standing[one].done) == ("chi", 0)
    assert world.standing[two].coder == "bo"


def test_a_newer_file_keeps_what_was_scored(world):
    newer = FILE.model_copy(update={"version": 2})
    change = STUDY.actions["change"]
    step = STUDY.take(change, world.standing[CASE], Change(study=newer), world.around(CASE))
    assert (step.standing.version, step.standing.measured) == (2, 1)
    with pytest.raises(Unusable) as caught:
        STUDY.take(change, world.standing[CASE], Change(study=FILE), world.around(CASE))
    assert caught.value.finding.code == "study.version"
