"""Any course of actions on models: one champion and one challenger at most, placed by another than
who trained it, and every model what its events fold to."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from sanzhi.cases import Other, Step
from sanzhi.core.digests import digest
from sanzhi.core.findings import Unusable
from sanzhi.customs.risk.cases import MODEL, ModelStanding
from sanzhi.customs.risk.codes import ModelRole
from sanzhi.customs.risk.model_actions import Board
from sanzhi.events import VOCABULARY, Event

BEGUN = datetime(2026, 6, 1, 2, tzinfo=UTC)
PEOPLE = st.sampled_from(["anna", "bo", "chen"])
ROLES = st.sampled_from(list(ModelRole))
AT_WORK = (ModelRole.CHAMPION, ModelRole.CHALLENGER)


def manifest(data: int) -> str:
    """Of a model that learnt from some data: the same data, the same seal."""
    seal = f"sha256:{data:08d}"
    return json.dumps({"seal": seal, "training": {"rows": data}, "data_hash": f"data-{data}"})


class World:
    """Models as a store would keep them: row, manifest and events of each; and folders, which can
    be damaged."""

    def __init__(self) -> None:
        self.row: dict[str, ModelStanding] = {}
        self.manifest: dict[str, str] = {}
        self.events: dict[str, list[Event]] = {}
        self.damaged: set[str] = set()
        self.now = BEGUN

    def situation(self, actor: str) -> Board:
        def require_whole(told: ModelStanding) -> None:
            stored = digest(self.manifest[told.name])
            if told.name in self.damaged or stored != told.manifest:
                raise Unusable.because("model.changed", told.name, "Changed.", "已改动。")

        return Board(
            actor=actor,
            now=self.now,
            today=date(2026, 6, 1),
            is_known=self.row.__contains__,
            at=self.at,
            require_whole=require_whole,
        )

    def at(self, role: ModelRole) -> Other[ModelStanding] | None:
        """As the site does: found by its row, standing as its events say."""
        found = [name for name, one in self.row.items() if one.state is role]
        return Other(f"MODEL-{found[0]}", MODEL.fold(self.events[found[0]])) if found else None

    def take(self, actor: str, model: str, name: str, **said: Any) -> Step[ModelStanding]:
        """As the site does: who trained it is kept out before it is looked at."""
        action = MODEL.actions[name]
        before = MODEL.fold(self.events.get(model, []))
        assert not (action.impartial and actor in action.reviews(before)), "the test's own mistake"
        asked = action.asks.model_validate(said)
        step = MODEL.take(action, before, asked, self.situation(actor))
        for one in (*step.others, step):
            self.store(one)
        self.now += timedelta(hours=1)
        return step

    def store(self, step: Step[ModelStanding]) -> None:
        name, situation = step.standing.name, step.situation
        for at, told in enumerate(step.told, step.before.sequence + 1):
            kind = VOCABULARY.kind_of(told.payload).name
            payload = told.payload.model_dump(mode="json")
            event = Event(
                f"MODEL-{name}", at, kind, situation.actor, situation.now, told.law, payload
            )
            self.events.setdefault(name, []).append(event)
        self.row[name] = step.standing
        for text in step.documents:
            self.manifest[name] = text


class Course(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.world = World()

    def any_of(self, place: int) -> str:
        names = sorted(self.world.row)
        return names[place % len(names)] if names else ""

    def refused(self, code: str, actor: str, model: str, name: str, said: dict[str, Any]) -> None:
        before = dict(self.world.row)
        with pytest.raises(Unusable) as caught:
            self.world.take(actor, model, name, **said)
        assert caught.value.finding.code == code
        assert self.world.row == before

    @rule(actor=PEOPLE, data=st.integers(0, 5), source=st.sampled_from(["", "past.csv"]))
    def enter(self, actor: str, data: int, source: str) -> None:
        said = {"source": source, "manifest": manifest(data)}
        known = f"20260601-{data:08d}"
        if known in self.world.row:
            self.refused("model.known", actor, "", "enter", said)
            return
        entered = self.world.take(actor, "", "enter", **said).standing
        assert (entered.name, entered.trained_by) == (known, actor)
        assert entered.state is ModelRole.TRIED

    @rule(actor=PEOPLE, place=st.integers(0, 9), role=ROLES)
    def place(self, actor: str, place: int, role: ModelRole) -> None:
        name = self.any_of(place)
        if not name or self.world.row[name].trained_by == actor:
            return
        before, said = dict(self.world.row), {"role": role, "reason": "better"}
        if role in {before[name].state, ModelRole.TRIED}:
            self.refused("model.role", actor, name, "place", said)
            return
        if role in AT_WORK and name in self.world.damaged:
            self.refused("model.changed", actor, name, "place", said)
            return
        step = self.world.take(actor, name, "place", **said)
        assert (step.standing.state, step.standing.decided_by) == (role, actor)
        # Whoever stood there stands there no more; nobody else has moved.
        replaced = {one for one, was in before.items() if was.state is role and role in AT_WORK}
        moved = {one for one, was in before.items() if self.world.row[one] != was}
        assert moved == replaced | {name}
        assert all(self.world.row[one].state is ModelRole.RETIRED for one in replaced)
        assert [one.number for one in step.others] == [f"MODEL-{one}" for one in replaced]

    @rule(place=st.integers(0, 9))
    def damage(self, place: int) -> None:
        """A file of the model's folder is changed, or put back as it was."""
        if name := self.any_of(place):
            self.world.damaged ^= {name}

    @invariant()
    def each_place_has_one_model_at_most(self) -> None:
        states = [one.state for one in self.world.row.values()]
        assert all(states.count(role) <= 1 for role in AT_WORK)

    @invariant()
    def each_is_what_its_events_fold_to(self) -> None:
        assert self.world.row.keys() == self.world.events.keys() == self.world.manifest.keys()
        for name, one in self.world.row.items():
            assert MODEL.fold(self.world.events[name]) == one
            assert digest(self.world.manifest[name]) == one.manifest
            assert one.sequence == len(self.world.events[name])
            # One's own is retired at most, where another takes its place.
            assert one.decided_by != one.trained_by or one.state is ModelRole.RETIRED
            assert (one.state is ModelRole.TRIED) == (one.decided is None)


TestCourse = pytest.mark.timeout(120)(Course.TestCase)
TestCourse.settings = hypothesis_settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_what_was_replaced_is_told_by_whom():
    world = World()
    first, second = (
        world.take("anna", "", "enter", source="", manifest=manifest(data)).standing.name
        for data in (1, 2)
    )
    for name in (first, second, first):
        step = world.take("bo", name, "place", role="champion", reason="better")
    [other] = step.others
    [told] = other.told
    assert (told.payload.role, told.payload.by) == (ModelRole.RETIRED, first)
    assert world.row[second].state is ModelRole.RETIRED
    assert world.row[first].state is ModelRole.CHAMPION


def test_a_damaged_model_is_retired_and_nothing_else():
    world = World()
    name = world.take("anna", "", "enter", source="", manifest=manifest(1)).standing.name
    world.damaged.add(name)
    for role in AT_WORK:
        with pytest.raises(Unusable) as caught:
            world.take("bo", name, "place", role=role, reason="better")
        assert caught.value.finding.code == "model.changed"
    assert world.take("bo", name, "place", role="retired", reason="damaged").told
