"""Acting on cases: one wins, the others are told; nobody acts where they may not."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from consignments import DAY, NOW, at_once, declare
from django.db import transaction

from sanzhi.border.clearance import ACTIONS
from sanzhi.core.findings import Unusable
from sanzhi.site.accounts.access import Actor, Denied
from sanzhi.site.clearance import actions
from sanzhi.site.clearance.models import Case, Request
from sanzhi.site.clearance.storing import content_of
from sanzhi.site.events.log import Conflict
from sanzhi.site.events.models import EventRecord

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(hours=1)


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def kinds(case: Case) -> list[str]:
    return [
        event.kind.removeprefix("clearance.")
        for event in EventRecord.objects.filter(case=case.number).order_by("sequence")
    ]


def test_of_two_officers_at_once_one_decides(lodge, actor):
    for number in range(5):
        case = lodge(declare(f"R{number}")).case
        # Only the first is a first consignment; send the rest to review as well.
        Case.objects.filter(pk=case.pk).update(state="documents_review", lane="yellow")

        def decide(name: str, decision: str, case: Case = case) -> Case:
            return act(
                actor(name),
                fresh(case),
                case.sequence,
                "decide_documents",
                {"decision": decision, "note": "as seen"},
                now=LATER,
            )

        done = at_once(partial(decide, "officer", "pass"), partial(decide, "supervisor", "return"))
        lost = [one for one in done if isinstance(one, Exception)]
        assert [type(one) for one in lost] == [Conflict]
        assert kinds(case).count("documents_decided") == 1
        won = next(one for one in done if one not in lost)
        assert fresh(case).state == won.state
        sequences = EventRecord.objects.filter(case=case.number).values_list("sequence", flat=True)
        assert sorted(sequences) == list(range(1, fresh(case).sequence + 1))


def test_paid_at_once_from_eight_sides_it_is_paid_once(lodge, actor):
    case = lodge().case
    pay = partial(
        actions.pay, actor("trader"), sequence=case.sequence, amount=Decimal("130.00"), now=LATER
    )
    done = at_once(*(lambda: pay(case=fresh(case)) for _ in range(8)))
    lost = [one for one in done if isinstance(one, Exception)]
    assert len(lost) == 7
    assert {type(one) for one in lost} <= {Conflict, Unusable}
    assert str(fresh(case).paid) == "130.00"
    assert kinds(case).count("paid") == 1


def test_who_acts_on_what_is_no_longer_so_is_told(lodge, actor):
    case = lodge().case
    seen = case.sequence
    act(actor("trader"), fresh(case), seen, "pay", {"amount": Decimal("130.00")}, now=LATER)
    before = kinds(case)
    with pytest.raises(Conflict):
        act(
            actor("officer"), fresh(case), seen, "decide_documents", {"decision": "pass"}, now=LATER
        )
    # And so is one whose copy of the case is as old as the number quoted.
    with pytest.raises(Conflict):
        act(
            actor("officer"),
            case_as_of(case, seen),
            seen,
            "decide_documents",
            {"decision": "pass"},
            now=LATER,
        )
    assert kinds(case) == before


@pytest.mark.parametrize("change", [{"office": "5301"}, {"regime": "export"}])
def test_an_amendment_stays_at_its_office_and_in_its_direction(lodge, actor, change):
    case = lodge().case
    before = kinds(case)
    with pytest.raises(Unusable, match="An amendment cannot change"):
        act(
            actor("trader"),
            fresh(case),
            case.sequence,
            "amend",
            {"declaration": declare(**change), "reason": "why"},
            now=LATER,
        )
    assert kinds(case) == before


def case_as_of(case: Case, sequence: int) -> Case:
    old = fresh(case)
    old.sequence = sequence
    return old


def test_a_course_from_lodging_to_release(lodge, actor):
    case = lodge().case
    act(
        actor("officer"),
        fresh(case),
        4,
        "decide_documents",
        {"decision": "return", "note": "Name the model."},
        now=LATER,
    )
    amended = declare(remarks="model X1")
    amended.items[0].description = "tablets X1"
    act(
        actor("trader"),
        fresh(case),
        6,
        "amend",
        {"declaration": amended, "reason": "model added"},
        now=LATER,
    )
    assert (fresh(case).state, fresh(case).goods) == ("documents_review", "tablets X1")
    act(
        actor("supervisor"),
        fresh(case),
        fresh(case).sequence,
        "decide_documents",
        {"decision": "pass"},
        now=LATER,
    )
    assert (fresh(case).state, fresh(case).deadline.isoformat()) == ("payment", "2026-06-16")
    act(
        actor("trader"),
        fresh(case),
        fresh(case).sequence,
        "pay",
        {"amount": Decimal("130.00")},
        now=LATER,
    )
    case = fresh(case)
    assert (case.state, case.released_at, case.version) == ("released", LATER, 2)
    assert kinds(case) == [
        "lodged",
        "accepted",
        "assessed",
        "lane_assigned",
        "documents_decided",
        "returned",
        "amended",
        "accepted",
        "assessed",
        "lane_assigned",
        "documents_decided",
        "paid",
        "released",
    ]
    assert [version.version for version in case.versions.all()] == [1, 2]


def test_a_request_is_open_once_and_closed_by_its_decision(lodge, actor):
    case = lodge().case
    trader, officer = actor("trader"), actor("officer")
    act(trader, fresh(case), 4, "request_cancellation", {"reason": "sold elsewhere"}, now=LATER)
    with pytest.raises(Unusable) as caught:
        act(trader, fresh(case), 5, "request_cancellation", {"reason": "again"}, now=LATER)
    assert caught.value.finding.code == "request.open"
    done = at_once(
        *(
            lambda: act(
                officer,
                fresh(case),
                5,
                "decide_cancellation",
                {"granted": True, "reason": "agreed"},
                now=LATER,
            )
            for _ in range(4)
        )
    )
    assert sum(not isinstance(one, Exception) for one in done) == 1
    assert {type(one) for one in done if isinstance(one, Exception)} <= {Conflict, Unusable}
    assert (fresh(case).state, str(fresh(case).due)) == ("cancelled", "0.00")
    assert Request.objects.get().outcome == "granted"
    assert kinds(case).count("cancelled") == 1


def test_a_cancellation_asked_for_too_late_is_refused_and_closed(lodge, actor):
    case = lodge().case
    trader, officer = actor("trader"), actor("officer")
    act(trader, fresh(case), 4, "request_cancellation", {"reason": "sold elsewhere"}, now=LATER)
    act(officer, fresh(case), 5, "decide_documents", {"decision": "pass"}, now=LATER)
    act(trader, fresh(case), 6, "pay", {"amount": Decimal("130.00")}, now=LATER)
    with pytest.raises(Unusable) as caught:
        act(
            officer,
            fresh(case),
            8,
            "decide_cancellation",
            {"granted": True, "reason": "x"},
            now=LATER,
        )
    assert caught.value.finding.code == "cancellation.released"
    act(
        officer,
        fresh(case),
        8,
        "decide_cancellation",
        {"granted": False, "reason": "late"},
        now=LATER,
    )
    assert (fresh(case).state, Request.objects.get().outcome) == ("released", "refused")


def test_nobody_decides_the_appeal_against_an_own_decision(lodge, actor, people):
    case = lodge().case
    act(
        actor("supervisor"),
        fresh(case),
        4,
        "decide_documents",
        {"decision": "return", "note": "No."},
        now=LATER,
    )
    act(
        actor("trader"),
        fresh(case),
        6,
        "appeal",
        {"decision": 5, "reason": "It is right."},
        now=LATER,
    )
    assert Request.objects.get().against == people["supervisor"]
    with pytest.raises(Denied, match="your own"):
        act(
            actor("supervisor"),
            fresh(case),
            7,
            "decide_appeal",
            {"upheld": True, "reason": "x"},
            now=LATER,
        )
    assert fresh(case).sequence == 7


Call = Callable[[Actor, Case], Any]

#: Each action as it is called, and what the case must be for it to succeed.
CALLS: dict[str, tuple[Call, dict[str, Any]]] = {
    "amend": (
        lambda a, c: act(
            a, c, c.sequence, "amend", {"declaration": declare(remarks="x"), "reason": "why"}
        ),
        {"state": "returned"},
    ),
    "report_arrival": (
        lambda a, c: act(a, c, c.sequence, "report_arrival", {"on": DAY}),
        {"state": "awaiting_arrival"},
    ),
    "pay": (
        lambda a, c: act(a, c, c.sequence, "pay", {"amount": Decimal("130.00")}),
        {"state": "payment"},
    ),
    "guarantee": (
        lambda a, c: act(
            a, c, c.sequence, "guarantee", {"amount": Decimal(130), "guarantee": "G1"}
        ),
        {"state": "payment"},
    ),
    "complete": (
        lambda a, c: act(a, c, c.sequence, "complete", {"declaration": declare(remarks="full")}),
        {"state": "completion_due"},
    ),
    "request_cancellation": (
        lambda a, c: act(a, c, c.sequence, "request_cancellation", {"reason": "why"}),
        {"state": "payment"},
    ),
    "request_correction": (
        lambda a, c: act(
            a,
            c,
            c.sequence,
            "request_correction",
            {"declaration": declare(remarks="x"), "reason": "why"},
        ),
        {"state": "released"},
    ),
    "appeal": (
        lambda a, c: act(a, c, c.sequence, "appeal", {"decision": 3, "reason": "why"}, now=LATER),
        {"state": "payment"},
    ),
    "decide_documents": (
        lambda a, c: act(a, c, c.sequence, "decide_documents", {"decision": "pass"}),
        {"state": "documents_review", "lane": "yellow"},
    ),
    "record_inspection": (
        lambda a, c: act(a, c, c.sequence, "record_inspection", {"result": "conforms"}),
        {"state": "inspection", "lane": "red"},
    ),
    "change_lane": (
        lambda a, c: act(a, c, c.sequence, "change_lane", {"lane": "red", "reason": "why"}),
        {"state": "payment"},
    ),
    "decide_cancellation": (
        lambda a, c: act(
            a, c, c.sequence, "decide_cancellation", {"granted": True, "reason": "why"}
        ),
        {"state": "payment"},
    ),
    "decide_correction": (
        lambda a, c: act(a, c, c.sequence, "decide_correction", {"granted": True, "reason": "why"}),
        {"state": "released"},
    ),
    "record_audit": (
        lambda a, c: act(a, c, c.sequence, "record_audit", {"result": "conforms"}),
        {"state": "released", "lane": "blue", "audit_due": True},
    ),
    "refund": (
        lambda a, c: act(a, c, c.sequence, "refund", {"amount": Decimal(30), "reason": "why"}),
        {"state": "released", "paid": Decimal(160)},
    ),
    "decide_appeal": (
        lambda a, c: act(a, c, c.sequence, "decide_appeal", {"upheld": True, "reason": "why"}),
        {"state": "payment"},
    ),
}

#: Who may, written out by hand; anybody else is denied.
TRADERS, OFFICERS, SUPERVISORS = {"trader", "broker"}, {"officer", "supervisor"}, {"supervisor"}
GRANTED = {
    **dict.fromkeys(
        (
            "amend",
            "report_arrival",
            "pay",
            "guarantee",
            "complete",
            "appeal",
            "request_cancellation",
            "request_correction",
        ),
        TRADERS,
    ),
    **dict.fromkeys(
        (
            "decide_documents",
            "record_inspection",
            "decide_cancellation",
            "decide_correction",
            "record_audit",
            "refund",
        ),
        OFFICERS,
    ),
    **dict.fromkeys(("change_lane", "decide_appeal"), SUPERVISORS),
}


def test_every_action_is_in_the_matrix():
    assert set(CALLS) == set(GRANTED) == set(ACTIONS)


@pytest.mark.parametrize("name", sorted(CALLS))
def test_who_may_do_it(name, lodge, actor, people, others):
    call, state = CALLS[name]
    case = lodge().case
    Case.objects.filter(pk=case.pk).update(**state)
    if name.startswith("decide_") and name != "decide_documents":
        Request.objects.create(
            case=case,
            kind=name.removeprefix("decide_"),
            reason="why",
            decision=3,
            content=content_of(declare(parties=[{"role": "trader", "name": "T"}])),
            against=people["officer"],
            asked_at=NOW,
            asked_by=people["trader"],
        )
    may = set()
    for who in people | others:
        if name == "decide_appeal" and who == "officer":
            continue
        try:
            with transaction.atomic():
                assert call(actor(who), fresh(case)).sequence > case.sequence
                transaction.set_rollback(True)
        except Denied:
            pass
        else:
            may.add(who)
        assert fresh(case).sequence == case.sequence
    assert may == GRANTED[name]
