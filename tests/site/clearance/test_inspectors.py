"""Double random: which officer inspects, who cannot, and who may step in."""

import json
from datetime import date
from decimal import Decimal

import pytest

from sanzhi.core.findings import Unusable
from sanzhi.customs.risk.selection import drawn
from sanzhi.declarations import Declaration
from sanzhi.site.accounts.access import Denied, actor_of
from sanzhi.site.accounts.models import Interest, Membership, OfficerPost
from sanzhi.site.cases.actions import act
from sanzhi.site.clearance import lodging
from sanzhi.site.clearance.lodging import Submission
from sanzhi.site.events.models import EventRecord

pytestmark = pytest.mark.django_db


def acting(user):
    return actor_of(user, date(2026, 6, 1))


@pytest.fixture
def colleagues(people, person):
    """Three more officers of 2248."""
    made = {name: person(name) for name in ("an", "bo", "chi")}
    for user in made.values():
        OfficerPost.objects.create(user=user, office="2248", role="officer")
    return made | {"officer": people["officer"]}


def inspected(people, firm, reference):
    """A consignment of a discredited trader, which the law inspects."""
    firm.tier = "discredited"
    firm.save()
    declaration = Declaration.from_fields(
        {
            "reference": reference,
            "date": "2026-06-01",
            "office": "2248",
            "currency": "CNY",
            "incoterm": "CIF",
            "procedure": "0110",
            "transport": {"mode": "5"},
            "packages": "2",
            "gross_mass": "20",
            "items": [
                {
                    "number": 1,
                    "code": "8471301000",
                    "description": "tablets",
                    "origin": "US",
                    "quantity": "10",
                    "unit": "unit",
                    "price": "1000",
                    "net_mass": "5",
                    "elements": ["3", "0", "writing", "16 GB", "Acme", "T1"],
                }
            ],
        }
    )
    case = lodging.lodge(acting(people["trader"]), Submission(declaration, firm), firm).case
    assert case.state == "inspection"
    return case


def test_somebody_is_drawn_and_those_with_less_to_do_more_often(people, firm, colleagues):
    cases = [inspected(people, firm, f"R{number}") for number in range(40)]
    counts = [
        sum(case.inspector == user.username for case in cases) for user in colleagues.values()
    ]
    assert sum(counts) == 40
    assert min(counts) >= 4
    event = EventRecord.objects.get(case=cases[0].number, kind="clearance.inspector_drawn")
    said = json.loads(event.payload)
    assert (said["officer"], said["among"]) == (cases[0].inspector, 4)


def test_the_draw_can_be_repeated(people, firm, colleagues, settings):
    case = inspected(people, firm, "R1")
    event = EventRecord.objects.get(case=case.number, kind="clearance.inspector_drawn")
    again = drawn(settings.SECRET_KEY, f"{case.number}/1", "inspector")
    assert Decimal(json.loads(event.payload)["draw"]) == Decimal(str(round(again, 6)))


def test_conflicts_of_interest_and_those_off_duty_are_left_out(people, firm, colleagues):
    for name in ("an", "officer"):
        Interest.objects.create(user=colleagues[name], enterprise=firm)
    OfficerPost.objects.filter(user=colleagues["bo"]).update(on_duty=False)
    assert {inspected(people, firm, f"R{n}").inspector for n in range(6)} == {"chi"}


def test_where_nobody_can_be_drawn_any_officer_may_inspect(people, person, firm):
    Interest.objects.create(user=people["officer"], enterprise=firm)
    case = inspected(people, firm, "R1")
    assert case.inspector == ""
    other = person("other")
    OfficerPost.objects.create(user=other, office="2248", role="officer")
    act(acting(other), case, case.sequence, "record_inspection", {"result": "conforms"})
    assert case.state != "inspection"


def test_who_has_an_interest_or_belongs_to_the_trader_takes_no_decision(people, firm):
    Interest.objects.create(user=people["officer"], enterprise=firm)
    Membership.objects.create(user=people["supervisor"], enterprise=firm, role="trader")
    case = inspected(people, firm, "R1")
    for name in ("officer", "supervisor"):
        with pytest.raises(Denied, match="interest"):
            act(acting(people[name]), case, case.sequence, "record_inspection", {"result": "x"})


def test_another_officer_is_refused_and_a_supervisor_may_step_in(people, firm, colleagues):
    case = inspected(people, firm, "R1")
    other = next(user for user in colleagues.values() if user.username != case.inspector)
    with pytest.raises(Unusable, match="was drawn for this inspection"):
        act(acting(other), case, case.sequence, "record_inspection", {"result": "conforms"})
    act(
        acting(people["supervisor"]),
        case,
        case.sequence,
        "record_inspection",
        {"result": "conforms"},
    )


def test_the_trader_is_not_told_who_comes(people, firm, logged_in):
    case = inspected(people, firm, "R1")
    page = (
        logged_in(people["trader"]).get(f"/consignments/{case.number}/?tab=events").content.decode()
    )
    assert "drawn to inspect" not in page
    assert (
        "drawn to inspect"
        in logged_in(people["officer"])
        .get(f"/consignments/{case.number}/?tab=events")
        .content.decode()
    )


def test_the_inbox_shows_the_inspector_and_ones_own(people, firm, colleagues, logged_in):
    cases = [inspected(people, firm, f"R{n}") for n in range(12)]
    mine = {case.number for case in cases if case.inspector == "an"}
    page = (
        logged_in(colleagues["an"])
        .get("/consignments/inbox/?pile=inspection&mine=1")
        .content.decode()
    )
    assert {case.number for case in cases if case.number in page} == mine
    assert mine
