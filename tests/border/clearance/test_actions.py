"""What each action does in each state, and what no course of actions can ever reach."""

import json
import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from courses import (
    DAY,
    PACK,
    YUAN,
    declare,
    events_of,
    kinds,
    lodge,
    situation,
    standing,
    take,
)
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)
from pydantic import ValidationError

from sanzhi.border.clearance import CONSIGNMENT, Consignment, Lane, State, actions, selection
from sanzhi.border.clearance.documents import content_of
from sanzhi.border.clearance.events import Amended, Cancelled, Inspected, LaneAssigned, Released
from sanzhi.border.clearance.lodging import LODGING, RETURNING, filed
from sanzhi.border.clearance.states import AFTER_RELEASE, AWAITED, BEFORE_RELEASE
from sanzhi.cases import Step
from sanzhi.core.digests import digest
from sanzhi.core.findings import Unusable
from sanzhi.core.money import ZERO
from sanzhi.events import VOCABULARY
from sanzhi.events.canonical import canonical_json
from sanzhi.selectivity.lanes import STRICTNESS

ACTIONS = {name: one for name, one in CONSIGNMENT.actions.items() if not one.begins}

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
    assert set(AWAITED) == set(State)
    assert BEFORE_RELEASE | AFTER_RELEASE | {State.CANCELLED} == set(State)
    assert not BEFORE_RELEASE & AFTER_RELEASE


@pytest.mark.parametrize("action", CONSIGNMENT.actions.values(), ids=lambda action: action.name)
def test_an_action_rests_on_an_act_of_the_pack(action):
    assert action.law.partition(", ")[0] in PACK.acts
    for text in (action.words, action.done):
        assert text.en
        assert re.search(r"[\u4e00-\u9fff]", text.zh)


def test_the_constants_of_the_process_rest_on_acts_of_the_pack():
    for citation in (LODGING, RETURNING, selection.SELECTING, actions.RELEASING, actions.PAYING):
        assert citation.partition(", ")[0] in PACK.acts


@pytest.mark.parametrize(
    ("fields", "facts", "state", "lane", "told"),
    [
        ({}, {}, "payment", "green", "lodged accepted assessed lane_assigned payment_due"),
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
        (
            {},
            {"draw": Decimal(0)},
            "inspection",
            "red",
            "lodged accepted assessed lane_assigned inspector_drawn",
        ),
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
            "lodged accepted assessed lane_assigned payment_due",
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
    step = lodge(declare(**fields), situation(**facts))
    assert (step.standing.state, step.standing.lane) == (state, lane)
    assert kinds(step) == told.split()


def test_what_was_found_is_the_reason_of_a_return():
    step = lodge(declare(incoterm="HERE"))
    returned = step.told[-1].payload
    assert returned.because == ["code.incoterm_unknown incoterm"]
    (text,) = step.documents
    (found,) = [one for one in json.loads(text.findings) if one["severity"] == "error"]
    assert "HERE" in found["text"][0]
    assert "成交方式" in found["text"][1]


def test_payment_releases_what_controls_let_pass():
    step = take(standing(State.PAYMENT, due=YUAN), "pay", amount=YUAN)
    assert (step.standing.state, kinds(step)) == (State.RELEASED, ["paid", "released"])
    early = take(standing(State.INSPECTION, Lane.RED, due=YUAN), "pay", amount=YUAN)
    assert (early.standing.state, kinds(early)) == (State.INSPECTION, ["paid"])
    after = take(early.standing, "record_inspection", result="conforms")
    assert (after.standing.state, kinds(after)) == (State.RELEASED, ["inspected", "released"])


def test_taxes_are_due_on_the_fifteenth_day_and_a_rest_day_runs_on():
    """Fifteen days from Monday 2 March 2020 end on Tuesday 17 March; from Friday 6 March on
    Saturday 21 March, so that the last day is Monday 23 March."""
    for on, until in ((date(2020, 3, 2), date(2020, 3, 17)), (date(2020, 3, 6), date(2020, 3, 23))):
        case = lodge(declare(date=on.isoformat()), situation(on)).standing
        assert (case.state, case.deadline) == (State.PAYMENT, until)


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
        take(standing(State.PAYMENT, due=Decimal(due)), "pay", amount=amount)
    assert caught.value.finding.code == code


def test_a_guarantee_frees_the_goods_and_leaves_the_debt():
    payment = standing(State.PAYMENT, due=YUAN, deadline=date(2020, 3, 17))
    step = take(payment, "guarantee", amount=YUAN, guarantee="G-1")
    assert (step.standing.state, kinds(step)) == (State.SETTLEMENT, ["guaranteed", "released"])
    assert (step.standing.owed, step.standing.deadline) == (YUAN, date(2020, 3, 17))
    paid = take(step.standing, "pay", amount=YUAN).standing
    assert (paid.state, paid.owed, paid.guaranteed) == (State.RELEASED, 0, 0)
    with pytest.raises(Unusable):
        take(payment, "guarantee", amount=YUAN - 1, guarantee="G-1")


@pytest.mark.parametrize(
    ("decision", "state", "lane"),
    [
        ("pass", State.PAYMENT, Lane.YELLOW),
        ("inspect", State.INSPECTION, Lane.RED),
        ("return", State.RETURNED, Lane.YELLOW),
    ],
)
def test_documents_review(decision, state, lane):
    review = standing(State.DOCUMENTS_REVIEW, Lane.YELLOW, due=YUAN)
    step = take(review, "decide_documents", decision=decision, note="as said")
    assert (step.standing.state, step.standing.lane) == (state, lane)


def test_blue_means_an_audit_after_release():
    case = take(standing(State.PAYMENT, Lane.BLUE, due=YUAN), "pay", amount=YUAN).standing
    assert case.audit_due
    assert not take(case, "record_audit", result="conforms").standing.audit_due


REFUSED: list[tuple[str, Consignment, dict[str, Any]]] = [
    ("change_lane", standing(State.PAYMENT), {"lane": "green", "reason": "same"}),
    ("refund", standing(State.RELEASED, due=YUAN, paid=YUAN), {"amount": 1, "reason": "x"}),
    ("refund", standing(State.CANCELLED, paid=YUAN), {"amount": YUAN + 1, "reason": "x"}),
    ("refund", standing(State.CANCELLED, paid=YUAN), {"amount": "0.001", "reason": "x"}),
    ("guarantee", standing(State.PAYMENT, due=YUAN), {"amount": "130.005", "guarantee": "G"}),
    ("guarantee", standing(State.PAYMENT), {"amount": "1", "guarantee": "G"}),
    ("pay", standing(State.CANCELLED, due=YUAN), {"amount": YUAN}),
    ("record_audit", standing(State.RELEASED), {"result": "conforms"}),
    ("decide_documents", standing(State.DOCUMENTS_REVIEW), {"decision": "return", "note": " "}),
    ("decide_documents", standing(State.DOCUMENTS_REVIEW), {"decision": "inspect"}),
    ("record_inspection", standing(State.INSPECTION), {"result": "discrepancy"}),
    (
        "record_audit",
        standing(State.RELEASED, audit_due=True),
        {"result": "correction", "note": ""},
    ),
    ("complete", standing(State.COMPLETION_DUE, due=YUAN), {"declaration": declare("500")}),
    (
        "request_correction",
        standing(State.RELEASED),
        {"declaration": declare("0"), "reason": "x"},
    ),
    ("decide_cancellation", standing(State.PAYMENT), {"granted": True, "reason": "x"}),
    ("decide_appeal", standing(State.PAYMENT), {"upheld": True, "reason": "x"}),
    ("appeal", standing(State.PAYMENT), {"decision": 99, "reason": "x"}),
    ("amend", standing(State.PAYMENT), {"declaration": declare(office="2248"), "reason": "x"}),
]


@pytest.mark.parametrize(("name", "case", "said"), REFUSED)
def test_what_makes_no_sense_is_refused_in_both_languages(name, case, said):
    with pytest.raises(Unusable) as caught:
        take(case, name, **said)
    assert caught.value.finding.text.en
    assert re.search(r"[\u4e00-\u9fff]", caught.value.finding.text.zh)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("decide_documents", {"decision": "maybe"}),
        ("record_inspection", {"result": "fine"}),
        ("record_audit", {"result": "fine"}),
        ("change_lane", {"lane": "pink", "reason": "x"}),
        ("change_lane", {"lane": "red", "reason": "  "}),
        ("refund", {"amount": 0, "reason": "x"}),
        ("refund", {"amount": "1", "reason": ""}),
        ("decide_appeal", {"upheld": True, "reason": ""}),
        ("pay", {"amount": "1", "currency": "USD"}),
        ("pay", {}),
        ("guarantee", {"amount": "1", "guarantee": " "}),
    ],
)
def test_what_is_not_asked_is_not_taken(name, said):
    with pytest.raises(ValidationError):
        CONSIGNMENT.actions[name].asks.model_validate(said)


def test_goods_released_meanwhile_can_only_be_refused_cancellation():
    asked = take(standing(State.PAYMENT, due=YUAN), "request_cancellation", reason="sold")
    released = take(asked.standing, "pay", amount=YUAN).standing
    with pytest.raises(Unusable, match="can no longer be cancelled"):
        take(released, "decide_cancellation", granted=True, reason="so")
    refused = take(released, "decide_cancellation", granted=False, reason="gone").standing
    assert [one.outcome for one in refused.requests] == ["refused"]


@pytest.mark.parametrize(
    ("declared", "on", "today", "code"),
    [
        (date(2020, 2, 1), date(2020, 3, 2), date(2020, 3, 1), "arrival.future"),
        (date(2020, 3, 3), date(2020, 3, 2), date(2020, 3, 4), "arrival.before_lodging"),
    ],
)
def test_an_arrival_lies_between_lodging_and_today(declared, on, today, code):
    waiting = standing(State.AWAITING_ARRIVAL, declared_on=declared)
    with pytest.raises(Unusable) as caught:
        take(waiting, "report_arrival", situation(today, current=lambda _told: declare()), on=on)
    assert caught.value.finding.code == code


def test_an_amendment_is_assessed_anew_and_keeps_the_stricter_lane():
    before = standing(State.RETURNED, Lane.RED, due=YUAN)
    step = take(before, "amend", declaration=declare("2000"), reason="price")
    assert (step.standing.state, step.standing.lane) == (State.INSPECTION, Lane.RED)
    assert (step.standing.version, step.standing.due) == (2, Decimal("260.00"))
    (lane,) = [told.payload for told in step.told if isinstance(told.payload, LaneAssigned)]
    assert lane.rule == "kept"


def test_goods_of_an_advance_declaration_are_assessed_under_the_law_of_their_arrival():
    """Lodged at 16 % VAT, arrived at 13 %."""
    early = declare(date="2019-03-29", type="advance")
    waiting = lodge(early, situation(early.date)).standing
    assert (waiting.state, str(waiting.due)) == (State.AWAITING_ARRIVAL, "160.00")
    arrived = date(2019, 4, 2)
    now = situation(arrived, current=lambda _told: early)
    step = take(waiting, "report_arrival", now, on=arrived)
    assert (step.standing.state, str(step.standing.due)) == (State.PAYMENT, "130.00")
    assert step.standing.declared_on == arrived


def test_a_correction_under_a_law_that_knows_no_such_goods_is_refused():
    """Half an assessment must not set what is due."""
    gone = declare(date="2017-01-03")
    gone.items[0].code = "0203290090"
    released = standing(State.RELEASED, declared_on=gone.date)
    for name, said in (
        ("request_correction", {"declaration": gone, "reason": "x"}),
        ("complete", {"declaration": gone}),
    ):
        case = released.having(state=State.COMPLETION_DUE) if name == "complete" else released
        with pytest.raises(Unusable) as caught:
            take(case, name, **said)
        assert caught.value.finding.code == "tariff.not_in_force"
    waiting = standing(State.AWAITING_ARRIVAL, declared_on=gone.date)
    with pytest.raises(Unusable) as caught:
        take(waiting, "report_arrival", situation(current=lambda _told: gone), on=gone.date)
    assert caught.value.finding.code == "tariff.not_in_force"


def corrected(case: Consignment, price: str, *, granted: bool = True) -> Step[Consignment]:
    """Ask for a correction to a price and decide it, as an officer does."""
    declaration = declare(price)
    asked = take(case, "request_correction", declaration=declaration, reason="weighed again")
    kept = {digest(text): text for text in asked.documents}
    now = situation(document=kept.__getitem__)
    return take(asked.standing, "decide_correction", now, granted=granted, reason="so")


@pytest.mark.parametrize(
    ("price", "state", "owed", "overpaid"),
    [
        ("1500", State.SETTLEMENT, "65.00", "0"),
        ("1000", State.RELEASED, "0", "0"),
        ("500", State.RELEASED, "0", "65.00"),
    ],
)
def test_a_second_step_or_a_correction_settles_the_difference(price, state, owed, overpaid):
    done = standing(State.RELEASED, due=YUAN, paid=YUAN)
    after = [corrected(done, price).standing]
    if overpaid == "0":
        summary = done.having(state=State.COMPLETION_DUE, type="summary")
        after.append(take(summary, "complete", declaration=declare(price)).standing)
    for case in after:
        assert (case.state, case.owed, case.overpaid) == (state, Decimal(owed), Decimal(overpaid))
        assert (case.deadline is not None) == bool(case.owed)
    if overpaid != "0":
        refunded = take(after[0], "refund", amount=overpaid, reason="overpaid").standing
        assert refunded.overpaid == 0


@pytest.mark.parametrize(("today", "late"), [("2020-05-01", False), ("2020-05-02", True)])
def test_the_term_of_an_appeal(today, late):
    """Sixty days from 2 March."""
    case = lodge(declare()).standing
    (decision,) = [one for one in case.decisions if one.kind == "clearance.assessed"]

    def appeal() -> Step[Consignment]:
        now = situation(date.fromisoformat(today))
        return take(case, "appeal", now, decision=decision.sequence, reason="wrong")

    if late:
        with pytest.raises(Unusable, match="60 days"):
            appeal()
    else:
        asked = appeal()
        assert kinds(asked) == ["appealed"]
        with pytest.raises(Unusable, match="open already"):
            take(asked.standing, "appeal", decision=decision.sequence, reason="again")


def test_a_decision_is_appealed_once_and_not_decided_by_who_took_it():
    review = standing(State.DOCUMENTS_REVIEW, Lane.YELLOW, due=YUAN)
    now = situation(actor="officer")
    returned = take(review, "decide_documents", now, decision="return", note="why").standing
    decision = returned.decisions[-1]
    assert (decision.kind, decision.actor) == ("clearance.returned", "officer")
    asked = take(returned, "appeal", decision=decision.sequence, reason="wrong").standing
    assert CONSIGNMENT.actions["decide_appeal"].reviews(asked) == {"officer"}
    done = take(asked, "decide_appeal", upheld=False, reason="indeed").standing
    assert (done.state, done.lane) == (State.DOCUMENTS_REVIEW, Lane.YELLOW)
    with pytest.raises(Unusable, match="appealed against before"):
        take(done, "appeal", decision=decision.sequence, reason="again")


def test_the_digest_of_what_was_filed_is_of_the_content():
    assert filed(declare()) == filed(declare())
    assert filed(declare()) != filed(declare("1000.01"))


def test_events_bear_the_hashes_of_what_is_stored():
    step = lodge(declare())
    (text,) = step.documents
    lodged, assessed = step.told[0].payload, step.told[2].payload
    assert lodged.document == digest(text.content) == digest(content_of(declare()))
    assert (lodged.original, lodged.findings) == ("", digest(text.findings))
    assert assessed.assessment == digest(text.assessment)


def possible(name: str) -> Any:
    return precondition(lambda self: CONSIGNMENT.actions[name].is_possible(self.now))


prices = st.sampled_from(["100", "1000", "4000000", "9000000", "50000.55"])
tiers = st.sampled_from(["general", "general", "advanced", "discredited"])
draws = st.sampled_from([Decimal(0), Decimal("0.5")])


class Course(RuleBasedStateMachine):
    """Any course of actions on one case."""

    now: Consignment
    passed = False
    freed = False

    def __init__(self) -> None:
        super().__init__()
        self.events = []
        self.kept = {}

    def take(self, step: Step[Consignment]) -> None:
        self.step, before = step, self.now if hasattr(self, "now") else None
        self.events += events_of(step, before.sequence if before else 0)
        self.now = step.standing
        for text in step.documents:
            if isinstance(text, str):
                self.kept[digest(text)] = text
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
            [freed] = [one.payload for one in step.told if isinstance(one.payload, Released)]
            assert sum(map(Decimal, freed.totals.values())) == self.now.due
            assert (freed.office, freed.lodged) == (
                self.now.office,
                self.now.lodged_at.isoformat(),
            )
            self.freed = True
            assert self.now.owed <= self.now.guaranteed, "released with a debt unsecured"
            assert self.passed or self.now.lane in (Lane.GREEN, Lane.BLUE), "released unseen"

    def do(self, name: str, **said: Any) -> None:
        current = lambda _told: declare(type=self.now.type)  # noqa: E731 - the situation asks for it
        now = situation(document=self.kept.__getitem__, current=current)
        self.take(take(self.now, name, now, **said))

    def describe(self, told: Any) -> None:
        kind = VOCABULARY.kind_of(told.payload)
        payload = told.payload.model_dump(mode="json")
        assert json.loads(canonical_json(payload)) == payload
        words = VOCABULARY.describe(kind.name, payload)
        assert not re.search(r"[{}]", words.en + words.zh)
        assert re.search(r"[\u4e00-\u9fff]", words.zh)
        for citation in told.law:
            key = citation.partition(", ")[0]
            assert key in PACK.acts or key.startswith("cn@")

    @initialize(
        price=prices,
        tier=tiers,
        draw=draws,
        first=st.booleans(),
        kind=st.sampled_from(["standard", "standard", "advance", "summary"]),
        term=st.sampled_from(["CIF", "CIF", "CIF", "HERE"]),
    )
    def lodge(self, price, tier, draw, first, kind, term):
        now = situation(tier=tier, draw=draw, first_time=first, follow="system")
        self.take(lodge(declare(price, type=kind, incoterm=term), now))

    @possible("amend")
    @rule(price=prices, tier=tiers, draw=draws)
    def amend(self, price, tier, draw):
        before = self.now
        now = situation(tier=tier, draw=draw, current=lambda _told: declare())
        self.take(take(before, "amend", now, declaration=declare(price), reason="mistake"))
        assert isinstance(self.step.told[0].payload, Amended)
        if before.lane:
            assert STRICTNESS.index(self.now.lane) >= STRICTNESS.index(before.lane)

    @possible("report_arrival")
    @rule()
    def report_arrival(self):
        self.do("report_arrival", on=DAY)

    @possible("pay")
    @rule()
    def pay(self):
        self.do("pay", amount=self.now.owed)
        assert self.now.owed == 0

    @possible("guarantee")
    @rule(more=st.sampled_from([ZERO, Decimal(100)]))
    def guarantee(self, more):
        self.do("guarantee", amount=self.now.owed + more, guarantee="G-1")

    @possible("complete")
    @rule(price=prices)
    def complete(self, price):
        if Decimal(price) * Decimal("0.13") < self.now.due:
            with pytest.raises(Unusable, match="less than"):
                self.do("complete", declaration=declare(price))
        else:
            self.do("complete", declaration=declare(price))

    @possible("decide_documents")
    @rule(decision=st.sampled_from(["pass", "pass", "inspect", "return"]))
    def decide_documents(self, decision):
        self.do("decide_documents", decision=decision, note="note")

    @possible("record_inspection")
    @rule(result=st.sampled_from(["conforms", "conforms", "discrepancy"]))
    def record_inspection(self, result):
        self.do("record_inspection", result=result, note="note")
        assert isinstance(self.step.told[0].payload, Inspected)

    @possible("change_lane")
    @rule(lane=st.sampled_from(list(Lane)))
    def change_lane(self, lane):
        if lane is not self.now.lane:
            self.do("change_lane", lane=lane, reason="risk")

    @possible("request_cancellation")
    @rule()
    def ask_for_cancellation(self):
        self.do("request_cancellation", reason="sold elsewhere")

    @possible("decide_cancellation")
    @rule(granted=st.booleans())
    def cancel(self, granted):
        granted = granted and self.now.state in BEFORE_RELEASE
        self.do("decide_cancellation", granted=granted, reason="so")
        assert isinstance(self.step.told[0].payload, Cancelled) is granted

    @possible("request_correction")
    @rule(price=prices)
    def ask_for_correction(self, price):
        self.do("request_correction", declaration=declare(price), reason="weighed again")

    @possible("decide_correction")
    @rule(granted=st.booleans())
    def correct(self, granted):
        self.do("decide_correction", granted=granted, reason="so")

    @possible("record_audit")
    @rule(result=st.sampled_from(["conforms", "correction"]))
    def audit(self, result):
        self.do("record_audit", result=result, note="note")

    @possible("refund")
    @rule(part=st.sampled_from([1, 2]))
    def refund(self, part):
        amount = (self.now.overpaid / part).quantize(Decimal("0.01"))
        self.do("refund", amount=amount, reason="overpaid")

    @possible("appeal")
    @rule(data=st.data())
    def appeal(self, data):
        asked = {one.about for one in self.now.requests}
        open_to = [one.sequence for one in self.now.decisions if one.sequence not in asked]
        if open_to:
            decision = data.draw(st.sampled_from(open_to))
            self.do("appeal", decision=decision, reason="wrong")

    @possible("decide_appeal")
    @rule(upheld=st.booleans())
    def decide_appeal(self, upheld):
        self.do("decide_appeal", upheld=upheld, reason="so")

    @rule(name=st.sampled_from(sorted(ACTIONS)))
    def what_is_not_possible_is_refused(self, name):
        action = ACTIONS[name]
        if not action.is_possible(self.now):
            said = action.asks.model_construct(reason="x")
            with pytest.raises(Unusable):
                CONSIGNMENT.take(action, self.now, said, situation())

    @invariant()
    def the_fold_of_the_events_is_where_it_stands(self):
        if hasattr(self, "now"):
            assert CONSIGNMENT.fold(self.events) == self.now

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
            assert now.inspector == "wang"
        if now.state in {State.PAYMENT, State.SETTLEMENT}:
            assert now.deadline


TestCourse = Course.TestCase
TestCourse.settings = settings(
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
