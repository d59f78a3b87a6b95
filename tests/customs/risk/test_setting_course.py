"""Any course of actions on settings: one in force at most, decided by another than its author,
and every version what its events fold to."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pydantic import ValidationError

from sanzhi.cases import Other, Overtaken, Step
from sanzhi.core.findings import Unusable
from sanzhi.customs.risk.cases import SETTING, SettingStanding, SettingText
from sanzhi.customs.risk.codes import SettingState
from sanzhi.customs.risk.rules.drafting import draft_rule
from sanzhi.customs.risk.rules.table import MAX_RULES, RuleTable
from sanzhi.customs.risk.selection import SelectionPolicy
from sanzhi.customs.risk.setting_actions import Versions, require_author
from sanzhi.events import VOCABULARY, Event

NOW = datetime(2026, 6, 1, 2, tzinfo=UTC)
PEOPLE = st.sampled_from(["anna", "bo", "chen"])
IDS = st.sampled_from(["cars", "bikes", "wine"])


def made(id_: str, lane: str = "red") -> Any:
    typed = {
        "id": id_,
        "lane": lane,
        "owner": "Lin",
        "reason_en": "why",
        "reason_zh": "理由",
        "valid_from": "2026-01-01",
        "code": "87*",
    }
    rule, wrong = draft_rule(typed)
    assert rule, wrong
    return rule


class World:
    """Versions as a store would keep them: standing, text and events of each."""

    def __init__(self) -> None:
        self.standing: dict[int, SettingStanding] = {}
        self.text: dict[int, SettingText] = {}
        self.events: dict[int, list[Event]] = {}

    def situation(self, actor: str) -> Versions:
        return Versions(
            actor=actor,
            now=NOW,
            text=self.text.__getitem__,
            in_force=self.in_force,
            newest=lambda: max(self.standing, default=0),
            has_draft=lambda: any(
                one.author == actor and one.state is SettingState.DRAFT
                for one in self.standing.values()
            ),
        )

    def in_force(self) -> Other[SettingStanding] | None:
        return next(
            (
                Other(f"RISK-{version}", one)
                for version, one in self.standing.items()
                if one.state is SettingState.ACTIVE
            ),
            None,
        )

    def take(self, actor: str, version: int, name: str, **said: Any) -> Step[SettingStanding]:
        """As the site does: whoever has no business with it is kept out before it is looked at."""
        action = SETTING.actions[name]
        before = self.standing.get(version) or SETTING.begin()
        if not action.begins:
            require_author(before, actor, name)
        assert not (action.impartial and actor in action.reviews(before)), "the test's own mistake"
        asked = action.asks.model_validate(said)
        step = SETTING.take(action, before, asked, self.situation(actor))
        for one in (*step.others, step):
            self.store(one)
        return step

    def store(self, step: Step[SettingStanding]) -> None:
        version, actor = step.standing.version, step.situation.actor
        for at, told in enumerate(step.told, step.before.sequence + 1):
            kind = VOCABULARY.kind_of(told.payload).name
            payload = told.payload.model_dump(mode="json")
            event = Event(f"RISK-{version}", at, kind, actor, NOW, told.law, payload)
            self.events.setdefault(version, []).append(event)
        self.standing[version] = step.standing
        for text in step.documents:
            self.text[version] = text


class Course(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.world = World()

    def any_of(self, place: int) -> int:
        versions = sorted(self.world.standing)
        return versions[place % len(versions)] if versions else 0

    def attempt(self, actor: str, version: int, name: str, **said: Any) -> None:
        if version not in self.world.standing:
            return
        before = self.world.standing[version]
        try:
            self.world.take(actor, version, name, **said)
        except (Unusable, Overtaken):
            assert self.world.standing[version] == before

    @rule(actor=PEOPLE)
    def draft(self, actor: str) -> None:
        if self.world.situation(actor).has_draft():
            with pytest.raises(Unusable, match="a draft already"):
                self.world.take(actor, 0, "draft")
        else:
            self.world.take(actor, 0, "draft")

    @rule(actor=PEOPLE, place=st.integers(0, 9), id_=IDS, lane=st.sampled_from(["red", "blue"]))
    def write(self, actor: str, place: int, id_: str, lane: str) -> None:
        self.attempt(actor, self.any_of(place), "write_rule", rule=made(id_, lane))

    @rule(actor=PEOPLE, place=st.integers(0, 9), id_=IDS)
    def remove(self, actor: str, place: int, id_: str) -> None:
        self.attempt(actor, self.any_of(place), "remove_rule", rule=id_)

    @rule(actor=PEOPLE, place=st.integers(0, 9), share=st.sampled_from([0.0, 0.1]))
    def steer(self, actor: str, place: int, share: float) -> None:
        policy = SelectionPolicy(exploration=share)
        self.attempt(actor, self.any_of(place), "write_policy", policy=policy)

    @rule(actor=PEOPLE, place=st.integers(0, 9))
    def propose(self, actor: str, place: int) -> None:
        self.attempt(actor, self.any_of(place), "propose", note="better")

    @rule(actor=PEOPLE, place=st.integers(0, 9), granted=st.booleans(), seen=st.booleans())
    def decide(self, actor: str, place: int, granted: bool, seen: bool) -> None:
        version = self.any_of(place)
        if version and self.world.standing[version].author != actor:
            if granted:
                active = self.world.in_force()
                over = active.standing.version if active and seen else 0
                self.attempt(actor, version, "approve", over=over)
            else:
                self.attempt(actor, version, "refuse", reason="no")

    @invariant()
    def one_is_in_force_at_most(self) -> None:
        states = [one.state for one in self.world.standing.values()]
        assert states.count(SettingState.ACTIVE) <= 1
        if SettingState.RETIRED in states:
            assert SettingState.ACTIVE in states

    @invariant()
    def each_is_what_its_events_fold_to(self) -> None:
        for version, one in self.world.standing.items():
            assert SETTING.fold(self.world.events[version]) == one
            assert self.world.text[version].digest == one.content
            assert one.decided_by != one.author


TestCourse = pytest.mark.timeout(120)(Course.TestCase)
TestCourse.settings = hypothesis_settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_what_is_not_what_was_logged_is_neither_written_on_nor_put_in_force():
    world = World()
    world.take("anna", 0, "draft")
    world.take("anna", 1, "write_rule", rule=made("cars"))
    whole = world.text[1]
    world.text[1] = SettingText.of(whole.table, SelectionPolicy(exploration=0.5))
    for name, said in (("write_rule", {"rule": made("bikes")}), ("propose", {"note": "x"})):
        with pytest.raises(Unusable) as caught:
            world.take("anna", 1, name, **said)
        assert caught.value.finding.code == "setting.changed"
    world.text[1] = whole
    world.take("anna", 1, "propose", note="x")
    world.text[1] = SettingText.of(whole.table, SelectionPolicy(exploration=0.5))
    with pytest.raises(Unusable) as caught:
        world.take("bo", 1, "approve", over=0)
    assert caught.value.finding.code == "setting.changed"


def test_what_changes_nothing_tells_nothing():
    world = World()
    world.take("anna", 0, "draft")
    assert world.take("anna", 1, "write_rule", rule=made("cars")).told
    assert not world.take("anna", 1, "write_rule", rule=made("cars")).told
    assert not world.take("anna", 1, "write_policy", policy=SelectionPolicy()).told


def test_an_approval_retires_the_version_that_it_was_compared_with():
    world = World()
    for author, over in (("anna", 0), ("bo", 1)):
        version = world.take(author, 0, "draft").standing.version
        world.take(author, version, "propose", note="x")
        step = world.take("chen", version, "approve", over=over)
    [other] = step.others
    assert other.number == "RISK-1"
    assert [type(told.payload).__name__ for told in other.told] == ["SettingRetired"]
    world.take("anna", 0, "draft")
    world.take("anna", 3, "propose", note="x")
    with pytest.raises(Overtaken):
        world.take("chen", 3, "approve", over=1)


def test_a_rule_more_than_a_table_holds_is_refused():
    world = World()
    version = world.take("anna", 0, "draft").standing.version
    full = RuleTable(rules=tuple(made(f"rule-{n}") for n in range(MAX_RULES)))
    world.take("anna", version, "replace_table", table=full)
    with pytest.raises(Unusable) as caught:
        world.take("anna", version, "write_rule", rule=made("one-more"))
    assert caught.value.finding.code == "rules.too_many"
    world.take("anna", version, "write_rule", rule=made("rule-7", "yellow"))


@pytest.mark.parametrize(
    "condition",
    [
        {"field": "price", "test": "range"},
        {"field": "code", "test": "starts", "values": [""]},
        {"field": "code", "test": "in", "values": ["87\0"]},
    ],
    ids=["no bound", "nothing", "NUL"],
)
def test_a_condition_that_no_page_could_state_is_refused(condition):
    said = made("cars").model_dump(mode="json") | {"when": [condition]}
    with pytest.raises(ValidationError):
        SETTING.actions["write_rule"].asks.model_validate({"rule": said})
