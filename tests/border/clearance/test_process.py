"""What each action does in each state, and what no course of actions can ever reach."""

import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from sanzhi import law
from sanzhi.border.clearance import ACTIONS, Lane, State, process, selecting
from sanzhi.border.clearance.events import Amended, Cancelled, Inspected, LaneAssigned, Released
from sanzhi.border.clearance.standing import Lodging, Standing, Step
from sanzhi.border.clearance.states import (
    AFTER_RELEASE,
    AWAITED_FROM,
    AWAITED_WHAT,
    BEFORE_RELEASE,
    STATE_NAMES,
)
from sanzhi.core.findings import Unusable
from sanzhi.core.money import ZERO
from sanzhi.customs.lanes import STRICTNESS
from sanzhi.declarations import Declaration
from sanzhi.events import VOCABULARY
from sanzhi.events.canonical import canonical_json

PACK = law.load()
YUAN = Decimal("130.00")
DAY = date(2020, 3, 2)


def declare(price: str = "1000", **fields: Any) -> Declaration:
    """Tablets, free of duty: VAT 13 % of the price is all they owe."""
    return Declaration.from_fields(
        {
            "date": "2020-03-02",
            "currency": "CNY",
            "incoterm": "CIF",
            "reference": "R1",
            "procedure": "0110",
            "transport": {"mode": "5"},
            "gross_mass": "20",
            "packages": "2",
            "parties": [{"role": "trader", "name": "T"}],
            **fields,
            "items": [
                {
                    "number": 1,
                    "code": "8471301000",
                    "description": "tablets",
                    "origin": "US",
                    "quantity": "10",
                    "unit": "unit",
                    "price": price,
                    "elements": ["3", "0", "writing", "Acme", "T1", "sealed", "16 GB", "x86"],
                }
            ],
        }
    )


def lodging(**fields: Any) -> Lodging:
    return Lodging(
        **{
            "trader": "T",
            "declarant": "T",
            "tier": "general",
            "first_time": False,
            "draw": Decimal("0.5"),
            **fields,
        }
    )


def kinds(step: Step) -> list[str]:
    return [VOCABULARY.kind_of(told.payload).name.removeprefix("clearance.") for told in step.told]


def standing(state: State, lane: Lane | None = Lane.GREEN, **fields: Any) -> Standing:
    return Standing(state, lane, "standard", 1, **fields)


# What each action may be done in, written out by hand beside the table it checks.
TABLE = {
    "amend": "returned awaiting_arrival documents_review payment",
    "report_arrival": "awaiting_arrival",
    "pay": "documents_review inspection payment settlement",
    "guarantee": "documents_review inspection payment",
    "complete": "completion_due",
    "request_cancellation": "returned awaiting_arrival documents_review inspection payment",
    "request_correction": "released",
    "appeal": "returned awaiting_arrival documents_review inspection payment completion_due "
    "settlement released",
    "decide_documents": "documents_review",
    "record_inspection": "inspection",
    "change_lane": "documents_review inspection payment",
    "decide_cancellation": "returned awaiting_arrival documents_review inspection payment "
    "completion_due settlement released",
    "decide_correction": "released",
    "record_audit": "released",
    "refund": "released cancelled",
    "decide_appeal": "returned awaiting_arrival documents_review inspection payment "
    "completion_due settlement released cancelled",
}


def test_which_action_is_possible_in_which_state():
    assert {name: set(states.split()) for name, states in TABLE.items()} == {
        name: {state.value for state in action.states} for name, action in ACTIONS.items()
    }


def test_states_are_named_and_awaited():
    for table in (STATE_NAMES, AWAITED_FROM, AWAITED_WHAT):
        assert set(table) == set(State)
    assert BEFORE_RELEASE | AFTER_RELEASE | {State.CANCELLED} == set(State)
    assert not BEFORE_RELEASE & AFTER_RELEASE


@pytest.mark.parametrize("action", ACTIONS.values(), ids=lambda action: action.name)
def test_an_action_rests_on_an_act_of_the_pack(action):
    assert action.citation.partition(", ")[0] in PACK.acts
    assert action.words.en
    assert action.words.zh


def test_the_constants_of_the_process_rest_on_acts_of_the_pack():
    for citation in (process.LODGING, process.RETURNING, selecting.SELECTING, process.RELEASING):
        assert citation.partition(", ")[0] in PACK.acts


@pytest.mark.parametrize(
    ("fields", "facts", "state", "lane", "told"),
    [
        ({}, {}, "payment", "green", "lodged accepted assessed lane_assigned"),
        (
            {"price": "100"},
            {},
            "released",
            "green",
            "lodged accepted assessed lane_assigned released",
        ),  # 13.00 VAT is not levied
        (
            {},
            {"first_time": True},
            "documents_review",
            "yellow",
            "lodged accepted assessed lane_assigned",
        ),
        ({}, {"draw": Decimal(0)}, "inspection", "red", "lodged accepted assessed lane_assigned"),
        (
            {"type": "advance"},
            {"draw": Decimal(0)},
            "awaiting_arrival",
            "red",
            "lodged accepted assessed lane_assigned",
        ),
        (
            {"type": "advance", "arrival_date": "2020-03-01"},
            {},
            "payment",
            "green",
            "lodged accepted assessed lane_assigned",
        ),
        (
            {"type": "summary", "price": "100"},
            {},
            "completion_due",
            "green",
            "lodged accepted assessed lane_assigned released",
        ),
        ({"currency": "XXX"}, {}, "returned", None, "lodged returned"),
        ({"incoterm": "HERE"}, {}, "returned", None, "lodged returned"),
    ],
)
def test_lodging(fields, facts, state, lane, told):
    step = process.lodge(declare(**fields), PACK, lodging(**facts))
    assert (step.standing.state, step.standing.lane) == (state, lane)
    assert kinds(step) == told.split()


def test_what_was_found_is_the_reason_of_a_return():
    step = process.lodge(declare(incoterm="HERE"), PACK, lodging())
    returned = step.told[-1].payload
    assert returned.findings == ["code.incoterm_unknown incoterm"]
    assert "HERE" in returned.reason
    assert "成交方式" in returned.reason_zh


def test_payment_releases_what_controls_let_pass():
    payment = standing(State.PAYMENT, due=YUAN)
    step = process.pay(payment, YUAN, ZERO, "P-1")
    assert (step.standing.state, kinds(step)) == (State.RELEASED, ["paid", "released"])
    early = process.pay(standing(State.INSPECTION, Lane.RED, due=YUAN), YUAN, ZERO, "P-1")
    assert (early.standing.state, kinds(early)) == (State.INSPECTION, ["paid"])
    after = process.record_inspection(early.standing, "conforms", "")
    assert (after.standing.state, kinds(after)) == (State.RELEASED, ["inspected", "released"])


@pytest.mark.parametrize(
    ("due", "amount", "code"),
    [
        ("130.00", "129.99", "payment.amount"),
        ("130.00", "130.01", "payment.amount"),
        ("130.00", "0", "payment.amount"),
        ("0", "0", "payment.nothing_owed"),
        ("0", "5", "payment.nothing_owed"),
    ],
)
def test_payment_is_of_what_is_owed_no_more_and_no_less(due, amount, code):
    with pytest.raises(Unusable) as caught:
        process.pay(standing(State.PAYMENT, due=Decimal(due)), Decimal(amount), ZERO, "P-1")
    assert caught.value.finding.code == code


def test_a_guarantee_frees_the_goods_and_leaves_the_debt():
    payment = standing(State.PAYMENT, due=YUAN)
    step = process.guarantee(payment, YUAN, "G-1")
    assert (step.standing.state, kinds(step)) == (State.SETTLEMENT, ["guaranteed", "released"])
    assert step.standing.owed == YUAN
    paid = process.pay(step.standing, YUAN, ZERO, "P-1")
    assert (paid.standing.state, paid.standing.owed, paid.standing.guaranteed) == (
        State.RELEASED,
        0,
        0,
    )
    with pytest.raises(Unusable):
        process.guarantee(payment, YUAN - 1, "G-1")


@pytest.mark.parametrize(
    ("decision", "state", "lane"),
    [
        ("pass", State.PAYMENT, Lane.YELLOW),
        ("inspect", State.INSPECTION, Lane.RED),
        ("return", State.RETURNED, Lane.YELLOW),
    ],
)
def test_documents_review(decision, state, lane):
    step = process.decide_documents(
        standing(State.DOCUMENTS_REVIEW, Lane.YELLOW, due=YUAN), decision, "as said"
    )
    assert (step.standing.state, step.standing.lane) == (state, lane)


@pytest.mark.parametrize(
    "call",
    [
        lambda: process.decide_documents(standing(State.DOCUMENTS_REVIEW), "maybe", ""),
        lambda: process.record_inspection(standing(State.INSPECTION), "fine", ""),
        lambda: process.record_audit(standing(State.RELEASED), "fine", ""),
        lambda: process.change_lane(standing(State.PAYMENT), Lane.GREEN, "same"),
        lambda: process.refund(standing(State.RELEASED, due=YUAN, paid=YUAN), Decimal(1), "x"),
        lambda: process.refund(standing(State.CANCELLED, paid=YUAN), Decimal(0), "x"),
        lambda: process.refund(standing(State.CANCELLED, paid=YUAN), YUAN + 1, "x"),
        lambda: process.refund(standing(State.CANCELLED, paid=YUAN), Decimal("0.001"), "x"),
        lambda: process.decide_cancellation(standing(State.RELEASED), granted=True, reason="x"),
        lambda: process.guarantee(standing(State.PAYMENT, due=YUAN), YUAN + Decimal("0.005"), "G"),
        lambda: process.report_arrival(
            standing(State.AWAITING_ARRIVAL),
            declare(),
            PACK,
            lodged_on=date(2020, 2, 1),
            today=date(2020, 3, 1),
        ),
        lambda: process.report_arrival(
            standing(State.AWAITING_ARRIVAL),
            declare(),
            PACK,
            lodged_on=date(2020, 3, 3),
            today=date(2020, 3, 4),
        ),
        lambda: process.decide_documents(standing(State.DOCUMENTS_REVIEW), "return", " "),
        lambda: process.record_inspection(standing(State.INSPECTION), "discrepancy", ""),
        lambda: process.complete(standing(State.COMPLETION_DUE, due=YUAN), declare("500"), PACK),
        lambda: process.request_correction(standing(State.RELEASED), declare("0"), PACK, "x"),
    ],
)
def test_what_makes_no_sense_is_refused_in_both_languages(call):
    with pytest.raises(Unusable) as caught:
        call()
    assert caught.value.finding.text.en
    assert re.search(r"[\u4e00-\u9fff]", caught.value.finding.text.zh)


def test_an_amendment_is_assessed_anew_and_keeps_the_stricter_lane():
    before = standing(State.RETURNED, Lane.RED, due=YUAN)
    step = process.amend(before, declare("2000"), PACK, lodging(), reason="price")
    assert (step.standing.state, step.standing.lane) == (State.INSPECTION, Lane.RED)
    assert (step.standing.version, step.standing.due) == (2, Decimal("260.00"))
    (lane,) = [told.payload for told in step.told if isinstance(told.payload, LaneAssigned)]
    assert "before the amendment" in lane.reason


def test_goods_of_an_advance_declaration_are_assessed_under_the_law_of_their_arrival():
    """Lodged at 16 % VAT, arrived at 13 %."""
    early = declare(date="2019-03-29", type="advance")
    waiting = process.lodge(early, PACK, lodging()).standing
    assert (waiting.state, str(waiting.due)) == (State.AWAITING_ARRIVAL, "160.00")
    arrived = early.model_copy(update={"date": date(2019, 4, 2), "arrival_date": date(2019, 4, 2)})
    step = process.report_arrival(
        waiting, arrived, PACK, lodged_on=early.date, today=date(2019, 4, 2)
    )
    assert (step.standing.state, str(step.standing.due)) == (State.PAYMENT, "130.00")


def test_an_arrival_under_a_law_that_knows_no_such_goods_is_refused():
    """Half an assessment must not set what is due."""
    early = declare(type="advance", date="2021-12-31")
    early.items[0].code = "0203290090"
    waiting = replace(process.lodge(early, PACK, lodging()).standing, state=State.AWAITING_ARRIVAL)
    gone = early.model_copy(update={"date": date(2017, 1, 3)})
    for act in (
        lambda: process.report_arrival(waiting, gone, PACK, lodged_on=gone.date, today=DAY),
        lambda: process.complete(waiting, gone, PACK),
        lambda: process.decide_correction(waiting, gone, PACK, granted=True, reason="x"),
    ):
        with pytest.raises(Unusable) as caught:
            act()
        assert caught.value.finding.code == "tariff.not_in_force"


@pytest.mark.parametrize(
    ("price", "state", "owed", "overpaid"),
    [
        ("1500", State.SETTLEMENT, "65.00", "0"),
        ("1000", State.RELEASED, "0", "0"),
        ("500", State.RELEASED, "0", "65.00"),
    ],
)
def test_a_second_step_or_a_correction_settles_the_difference(price, state, owed, overpaid):
    done = standing(State.COMPLETION_DUE, due=YUAN, paid=YUAN)
    full = done
    if overpaid == "0":
        full = process.complete(done, declare(price, type="complete"), PACK).standing
    corrected = process.decide_correction(
        replace(done, state=State.RELEASED),
        declare(price),
        PACK,
        granted=True,
        reason="weighed again",
    ).standing
    for after in {full, corrected} - {done}:
        assert (after.state, after.owed, after.overpaid) == (
            state,
            Decimal(owed),
            Decimal(overpaid),
        )
    if overpaid != "0":
        refunded = process.refund(corrected, Decimal(overpaid), "overpaid").standing
        assert refunded.overpaid == 0


@pytest.mark.parametrize(("today", "late"), [("2020-05-01", False), ("2020-05-02", True)])
def test_the_term_of_an_appeal(today, late):
    """Sixty days from 2 March."""

    def appeal() -> Step:
        return process.appeal(
            standing(State.RELEASED),
            3,
            "wrong",
            decided_on=date(2020, 3, 2),
            today=date.fromisoformat(today),
            pack=PACK,
        )

    if late:
        with pytest.raises(Unusable, match="60 days"):
            appeal()
    else:
        assert kinds(appeal()) == ["appealed"]


def test_the_fingerprint_is_of_the_content():
    assert process.fingerprint(declare()) == process.fingerprint(declare())
    assert process.fingerprint(declare()) != process.fingerprint(declare("1000.01"))


def possible(name: str) -> Any:
    return precondition(lambda self: self.now.state in ACTIONS[name].states)


prices = st.sampled_from(["100", "1000", "4000000", "9000000", "50000.55"])
tiers = st.sampled_from(["general", "general", "advanced", "discredited"])
draws = st.sampled_from([Decimal(0), Decimal("0.5")])


class Clearance(RuleBasedStateMachine):
    """Any course of actions on one case."""

    now: Standing
    passed = False
    freed = False

    def take(self, step: Step) -> None:
        self.step, before = step, self.now if hasattr(self, "now") else None
        self.now = step.standing
        for told in step.told:
            self.describe(told)
        names = kinds(step)
        if (
            before is None
            or names[0] in ("amended", "lane_changed")
            or (before.lane is not self.now.lane)
        ):
            self.passed = False
        if names[0] == "inspected" and self.now.state is not State.RETURNED:
            self.passed = before.lane is Lane.RED
        if names[0] == "documents_decided" and self.now.state not in (
            State.RETURNED,
            State.INSPECTION,
        ):
            self.passed = before.lane is Lane.YELLOW
        if "released" in names:
            assert not self.freed, "released twice"
            self.freed = True
            assert self.now.owed <= self.now.guaranteed, "released with a debt unsecured"
            assert self.passed or self.now.lane in (Lane.GREEN, Lane.BLUE), "released unseen"

    def describe(self, told: Any) -> None:
        kind = VOCABULARY.kind_of(told.payload)
        payload = told.payload.model_dump()
        assert json.loads(canonical_json(payload)) == payload
        words = VOCABULARY.describe(kind.name, payload)
        assert not re.search(r"[{}]", words.en + words.zh)
        assert re.search(r"[\u4e00-\u9fff]", words.zh)
        for citation in told.law:
            key = citation.partition(", ")[0]
            assert key in PACK.acts or key.startswith("cn@")

    def lodging(self, tier: str, draw: Decimal, *, first: bool) -> Lodging:
        return lodging(tier=tier, draw=draw, first_time=first)

    @initialize(
        price=prices,
        tier=tiers,
        draw=draws,
        first=st.booleans(),
        kind=st.sampled_from(["standard", "standard", "advance", "summary"]),
        term=st.sampled_from(["CIF", "CIF", "CIF", "HERE"]),
    )
    def lodge(self, price, tier, draw, first, kind, term):
        self.take(
            process.lodge(
                declare(price, type=kind, incoterm=term),
                PACK,
                self.lodging(tier, draw, first=first),
            )
        )

    @possible("amend")
    @rule(price=prices, tier=tiers, draw=draws)
    def amend(self, price, tier, draw):
        before = self.now
        self.take(
            process.amend(
                before,
                declare(price, type=before.type),
                PACK,
                self.lodging(tier, draw, first=False),
                reason="mistake",
            )
        )
        assert isinstance(self.step.told[0].payload, Amended)
        if before.lane:
            assert STRICTNESS.index(self.now.lane) >= STRICTNESS.index(before.lane)

    @possible("report_arrival")
    @rule(price=prices)
    def report_arrival(self, price):
        self.take(process.report_arrival(self.now, declare(price), PACK, lodged_on=DAY, today=DAY))

    @precondition(lambda self: self.now.state in ACTIONS["pay"].states and self.now.owed)
    @rule()
    def pay(self):
        self.take(process.pay(self.now, self.now.owed, ZERO, "P-1"))
        assert self.now.owed == 0

    @possible("guarantee")
    @rule(more=st.sampled_from([ZERO, Decimal(100)]))
    def guarantee(self, more):
        self.take(process.guarantee(self.now, self.now.owed + more, "G-1"))

    @possible("complete")
    @rule(price=prices)
    def complete(self, price):
        full = declare(price, type="complete")
        if Decimal(price) * Decimal("0.13") < self.now.due:
            with pytest.raises(Unusable, match="less than"):
                process.complete(self.now, full, PACK)
        else:
            self.take(process.complete(self.now, full, PACK))

    @possible("decide_documents")
    @rule(decision=st.sampled_from(["pass", "pass", "inspect", "return"]))
    def decide_documents(self, decision):
        self.take(process.decide_documents(self.now, decision, "note"))

    @possible("record_inspection")
    @rule(result=st.sampled_from(["conforms", "conforms", "discrepancy"]))
    def record_inspection(self, result):
        self.take(process.record_inspection(self.now, result, "note"))
        assert isinstance(self.step.told[0].payload, Inspected)

    @possible("change_lane")
    @rule(lane=st.sampled_from(list(Lane)))
    def change_lane(self, lane):
        if lane is not self.now.lane:
            self.take(process.change_lane(self.now, lane, "risk"))

    @possible("decide_cancellation")
    @rule(granted=st.booleans())
    def cancel(self, granted):
        if self.now.state in BEFORE_RELEASE:
            self.take(process.request_cancellation(self.now, "sold elsewhere"))
        else:
            granted = False
        self.take(process.decide_cancellation(self.now, granted=granted, reason="so"))
        assert isinstance(self.step.told[0].payload, Cancelled) is granted

    @possible("decide_correction")
    @rule(price=prices, granted=st.booleans())
    def correct(self, price, granted):
        self.take(process.request_correction(self.now, declare(price), PACK, "weighed again"))
        self.take(
            process.decide_correction(self.now, declare(price), PACK, granted=granted, reason="so")
        )

    @possible("record_audit")
    @rule(result=st.sampled_from(["conforms", "correction"]))
    def audit(self, result):
        self.take(process.record_audit(self.now, result, "note"))

    @precondition(lambda self: self.now.state in ACTIONS["refund"].states and self.now.overpaid)
    @rule(part=st.sampled_from([1, 2]))
    def refund(self, part):
        amount = (self.now.overpaid / part).quantize(Decimal("0.01"))
        self.take(process.refund(self.now, amount, "overpaid"))

    @possible("appeal")
    @rule()
    def appeal(self):
        self.take(
            process.appeal(
                self.now, 3, "wrong", decided_on=date(2020, 3, 2), today=date(2020, 3, 3), pack=PACK
            )
        )

    @rule(upheld=st.booleans())
    def decide_appeal(self, upheld):
        self.take(process.decide_appeal(self.now, 3, upheld=upheld, reason="so"))

    @invariant()
    def money_is_never_negative(self):
        if hasattr(self, "now"):
            now = self.now
            assert min(now.due, now.paid, now.guaranteed, now.owed, now.overpaid) >= 0
            assert not (now.owed and now.overpaid)

    @invariant()
    def a_state_agrees_with_the_money_and_the_lane(self):
        if not hasattr(self, "now"):
            return
        now = self.now
        assert self.freed == (now.state in AFTER_RELEASE)
        if now.state is State.RELEASED:
            assert now.owed == 0
        if now.state is State.SETTLEMENT:
            assert now.owed > 0
        if now.state is State.PAYMENT:
            assert now.owed > now.guaranteed
        if now.state is State.CANCELLED:
            assert (now.due, now.guaranteed) == (0, 0)
        if now.state is State.DOCUMENTS_REVIEW:
            assert now.lane is Lane.YELLOW
        if now.state is State.INSPECTION:
            assert now.lane is Lane.RED


TestClearance = Clearance.TestCase
TestClearance.settings = settings(
    max_examples=120,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def test_every_kind_of_event_is_declared_in_words():
    declared = [kind for kind in VOCABULARY if kind.name.startswith("clearance.")]
    assert len(declared) >= 24
    assert Released in {kind.payload for kind in declared}
    for kind in declared:
        for text in (kind.verb, kind.words):
            assert text.en
            assert re.search(r"[\u4e00-\u9fff]", text.zh), kind.name
        fields = set(re.findall(r"{(\w+)}", kind.words.en + kind.words.zh))
        assert fields <= set(kind.payload.model_fields), kind.name
