"""Acting on cases: one wins, the others are told; nobody acts where they may not."""

import json
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from consignments import DAY, NOW, at_once, declare
from django.db import transaction

from sanzhi.border.clearance import CONSIGNMENT
from sanzhi.core.findings import Unusable
from sanzhi.declarations import Declaration
from sanzhi.site.accounts.access import Denied, actor_of
from sanzhi.site.accounts.models import OfficerPost, User
from sanzhi.site.cases.actions import act
from sanzhi.site.cases.models import Document, RequestRecord
from sanzhi.site.clearance.models import Case
from sanzhi.site.events.log import Conflict, integrate
from sanzhi.site.events.models import EventRecord

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(hours=1)


def fresh(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def cheaper() -> Declaration:
    """The same goods at 900 yuan: 117 yuan of VAT."""
    found = declare()
    found.items[0].price = Decimal(900)
    return found


def kinds(case: Case) -> list[str]:
    return [
        event.kind.removeprefix("clearance.")
        for event in EventRecord.objects.filter(case=case.number).order_by("sequence")
    ]


def test_of_two_officers_at_once_one_decides(lodge, actor):
    for number in range(5):
        # Only the first is a first consignment; a deduction sends the rest to review as well.
        deduction = {"kind": "deduction", "amount": "-1"}
        case = lodge(declare(f"R{number}", charges=[deduction])).case
        assert case.state == "documents_review"

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

    def pay() -> Case:
        said = {"amount": Decimal("130.00")}
        return act(actor("trader"), fresh(case), case.sequence, "pay", said, now=LATER)

    done = at_once(*(pay for _ in range(8)))
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
        "payment_due",
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
    assert RequestRecord.objects.get().outcome == "granted"
    assert kinds(case).count("cancelled") == 1


def test_a_cancellation_asked_for_too_late_is_refused_and_closed(lodge, actor):
    case = lodge().case
    trader, officer = actor("trader"), actor("officer")
    act(trader, fresh(case), 4, "request_cancellation", {"reason": "sold elsewhere"}, now=LATER)
    act(officer, fresh(case), 5, "decide_documents", {"decision": "pass"}, now=LATER)
    act(trader, fresh(case), 7, "pay", {"amount": Decimal("130.00")}, now=LATER)
    with pytest.raises(Unusable) as caught:
        act(
            officer,
            fresh(case),
            9,
            "decide_cancellation",
            {"granted": True, "reason": "x"},
            now=LATER,
        )
    assert caught.value.finding.code == "cancellation.released"
    act(
        officer,
        fresh(case),
        9,
        "decide_cancellation",
        {"granted": False, "reason": "late"},
        now=LATER,
    )
    assert (fresh(case).state, RequestRecord.objects.get().outcome) == ("released", "refused")


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
    assert RequestRecord.objects.get().against == "supervisor"
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


Said = dict[str, Any]
Moves = tuple[tuple[str, str, Said], ...]

PASS: Moves = (("supervisor", "decide_documents", {"decision": "pass"}),)
PAY: Moves = (("trader", "pay", {"amount": "130.00"}),)
CORRECT: Moves = (
    ("trader", "request_correction", {"declaration": declare(remarks="x"), "reason": "why"}),
)

CANCEL = ("officer", "decide_cancellation", {"granted": True, "reason": "why"})

#: What is lodged, what is done before, and what is said, for each action to succeed.
COURSES: dict[str, tuple[Said, Moves, Said]] = {
    "amend": ({}, (), {"declaration": declare(remarks="x"), "reason": "why"}),
    "report_arrival": ({"type": "advance"}, (), {"on": DAY}),
    "pay": ({}, (), {"amount": "130.00"}),
    "guarantee": ({}, (), {"amount": "130", "guarantee": "G1"}),
    "complete": ({"type": "summary"}, (*PAY, *PASS), {"declaration": declare(remarks="full")}),
    "request_cancellation": ({}, (), {"reason": "why"}),
    "request_correction": (
        {},
        (*PAY, *PASS),
        {"declaration": declare(remarks="x"), "reason": "why"},
    ),
    "appeal": ({}, (), {"decision": 3, "reason": "why"}),
    "decide_documents": ({}, (), {"decision": "pass"}),
    "record_inspection": (
        {},
        (("supervisor", "change_lane", {"lane": "red", "reason": "a tip"}),),
        {"result": "conforms"},
    ),
    "change_lane": ({}, (), {"lane": "red", "reason": "why"}),
    "decide_cancellation": (
        {},
        (("trader", "request_cancellation", {"reason": "why"}),),
        {"granted": True, "reason": "why"},
    ),
    "decide_correction": ({}, (*PAY, *PASS, *CORRECT), {"granted": True, "reason": "why"}),
    "record_audit": (
        {},
        (("supervisor", "change_lane", {"lane": "blue", "reason": "why"}), *PAY),
        {"result": "conforms"},
    ),
    "refund": (
        {},
        (
            *PAY,
            *PASS,
            ("trader", "request_correction", {"declaration": cheaper(), "reason": "why"}),
            ("supervisor", "decide_correction", {"granted": True, "reason": "why"}),
        ),
        {"amount": "13.00", "reason": "why"},
    ),
    "decide_appeal": (
        {},
        (("trader", "appeal", {"decision": 3, "reason": "why"}),),
        {"upheld": True, "reason": "why"},
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
    standing = {name for name, one in CONSIGNMENT.actions.items() if not one.begins}
    assert set(COURSES) == set(GRANTED) == standing


@pytest.mark.parametrize("name", sorted(COURSES))
def test_who_may_do_it(name, lodge, actor, people, others):
    fields, moves, said = COURSES[name]
    case = lodge(declare(**fields)).case
    for who, move, words in moves:
        act(actor(who), case, case.sequence, move, words, now=LATER)
    may = set()
    for who in people | others:
        try:
            with transaction.atomic():
                done = act(actor(who), fresh(case), case.sequence, name, said, now=LATER)
                assert done.sequence > case.sequence
                transaction.set_rollback(True)
        except Denied:
            pass
        else:
            may.add(who)
        assert fresh(case).sequence == case.sequence
    assert may == GRANTED[name]


@pytest.mark.parametrize("name", sorted(COURSES))
def test_whoever_may_not_is_refused_alike_whatever_is_said_and_whatever_the_state(
    name, lodge, actor, people, others
):
    """Neither what was said, nor the sequence, nor the state is looked at before the permission."""
    case = lodge().case
    cancelled = lodge(declare("R2")).case
    for who, move, words in (*COURSES["decide_cancellation"][1], CANCEL):
        act(actor(who), cancelled, cancelled.sequence, move, words, now=LATER)
    for who in (people | others).keys() - GRANTED[name]:
        said = set()
        for one in (case, cancelled):
            for words in ({}, {"reason": 5, "planets": []}, COURSES[name][2]):
                for sequence in (0, one.sequence, 10**6):
                    with pytest.raises(Denied) as denied:
                        act(actor(who), fresh(one), sequence, name, words, now=LATER)
                    said.add(denied.value.finding.text)
        assert len(said) == 1


def test_an_event_that_is_hidden_still_counts(lodge, actor):
    """Marked as kept out of the tree, and the row set back: what was decided stays decided."""
    case = lodge(declare("hidden")).case
    before = case.sequence
    act(actor("trader"), case, before, "request_cancellation", {"reason": "twice"}, now=LATER)
    integrate(LATER)
    EventRecord.objects.filter(case=case.number, sequence=before + 1).update(aside=True)
    Case.objects.filter(pk=case.pk).update(sequence=before)
    with pytest.raises(Conflict):
        act(actor("trader"), fresh(case), before, "request_cancellation", {"reason": "again"})
    assert kinds(case).count("cancellation_requested") == 1


def forged(text: str) -> str:
    """A declaration whose goods cost one yuan."""
    content = json.loads(text)
    content["items"][0]["price"] = "1"
    return json.dumps(content, separators=(",", ":"))


def forge_version(case: Case) -> None:
    """A price changed in the stored declaration, however it is stored otherwise."""
    newest = case.versions.latest("version")
    newest.content = forged(newest.content)
    newest.save()


def forge_asked(case: Case) -> None:
    asked = Document.objects.get(case=case.number)
    asked.content = forged(asked.content)
    asked.save()


@pytest.mark.parametrize(
    ("name", "forge", "code"),
    [
        ("decide_correction", forge_asked, "documents.changed"),
        ("report_arrival", forge_version, "documents.changed"),
        (
            "report_arrival",
            lambda case: case.versions.update(original="<forged/>"),
            "documents.changed",
        ),
        ("report_arrival", lambda case: case.versions.update(format="dec"), "documents.format"),
        (
            "decide_correction",
            lambda case: Document.objects.filter(case=case.number).delete(),
            "documents.lost",
        ),
    ],
)
def test_nothing_is_written_on_a_document_that_was_not_told(lodge, actor, name, forge, code):
    fields, moves, said = COURSES[name]
    case = lodge(declare(**fields)).case
    for who, move, words in moves:
        act(actor(who), case, case.sequence, move, words, now=LATER)
    forge(case)
    who = "trader" if name == "report_arrival" else "officer"
    with pytest.raises(Unusable) as refused:
        act(actor(who), fresh(case), case.sequence, name, said, now=LATER)
    assert refused.value.finding.code == code
    assert fresh(case).sequence == case.sequence


def test_a_case_put_into_another_office_is_decided_by_none_of_it(lodge):
    """Who may is asked of the row; where it says other than the events, nobody decides."""
    case = lodge(declare("moved")).case
    Case.objects.filter(pk=case.pk).update(office="5301")
    far = User.objects.create_user("far")
    OfficerPost.objects.create(user=far, office="5301", role="officer")
    with pytest.raises(Unusable) as refused:
        act(actor_of(far, DAY), fresh(case), case.sequence, "decide_documents", PASS[0][2])
    assert refused.value.finding.code == "cases.office"
    assert kinds(case)[-1] == "lane_assigned"


def test_nobody_decides_on_what_they_asked_for(lodge, actor, people):
    """Not even once they have left the trader, and have an office."""
    case = lodge(declare("asked")).case
    act(actor("broker"), case, case.sequence, "request_cancellation", {"reason": "twice"})
    people["broker"].memberships.all().delete()
    OfficerPost.objects.create(user=people["broker"], office="2248", role="supervisor")
    with pytest.raises(Denied) as refused:
        act(actor("broker"), fresh(case), case.sequence, *CANCEL[1:])
    assert refused.value.finding.code == "access.own"
