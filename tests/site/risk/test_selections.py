"""What was selected and what inspections found, as people see it."""

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from risk_cases import acting, approved, lodge
from test_selecting import rule

from sanzhi.border.clearance.codes import SelectedBy
from sanzhi.border.clearance.events import LaneAssigned
from sanzhi.cases import Told
from sanzhi.events import VOCABULARY
from sanzhi.selectivity.lanes import Lane
from sanzhi.site.cases.actions import act
from sanzhi.site.events.log import record
from sanzhi.site.events.models import EventRecord
from sanzhi.site.risk import history, selected, selections
from sanzhi.site.risk.models import Selection
from sanzhi.site.risk.selected import of_cases, propensity_of, reason_of, told_by_inspections

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept(settings, tmp_path):
    settings.HOME = tmp_path
    cache.clear()


def page_of(logged_in, user, address="/risk/"):
    reply = logged_in(user).get(address)
    assert reply.status_code == 200
    return reply.content.decode()


def test_the_day_counts_what_decided(people, firm, logged_in):
    approved(people, rule())
    first, second = lodge(people, firm), lodge(people, firm, "R2")
    page = page_of(logged_in, people["officer"])
    assert "officers&#x27; rule" in page
    assert first.number in page
    assert second.number in page
    assert "Tablets again" in page


def test_an_analyst_sees_figures_and_no_consignment(people, firm, logged_in):
    approved(people, rule())
    lodge(people, firm)  # a trader's first is the law's to review
    case = lodge(people, firm, "R2")
    page = page_of(logged_in, people["analyst"])
    assert "officers&#x27; rule" in page
    assert case.number not in page
    assert "officers of their office" in page


def test_other_offices_are_not_shown(people, firm, logged_in, person):
    approved(people, rule())
    case = lodge(people, firm)
    stranger = person("stranger")
    stranger.posts.create(office="5301", role="officer")
    assert case.number not in page_of(logged_in, stranger)
    assert case.number not in page_of(logged_in, stranger, "/risk/?office=2248")


@pytest.mark.parametrize("user", ["trader", "broker", "administrator", "coder"])
@pytest.mark.parametrize("address", ["/risk/", "/risk/yields/", "/risk/settings/"])
def test_nobody_else_looks_in(people, logged_in, user, address):
    assert logged_in(people[user]).get(address).status_code == 403


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/risk/?day=2020-01-01", 200),
        ("/risk/?day=soon", 400),
        ("/risk/?office=%00", 200),
        ("/risk/?page=999", 200),
        ("/risk/yields/", 200),
    ],
)
def test_an_empty_or_odd_day_is_said(people, logged_in, address, status):
    assert logged_in(people["officer"]).get(address).status_code == status


def test_what_inspections_tell(people, firm, logged_in):
    """Two inspections by a rule of the red lane, one find: the plain rate is a half."""
    approved(people, rule(lane="red"))
    for number, result in enumerate(("conforms", "discrepancy")):
        case = lodge(people, firm, f"R{number}")
        act(
            acting(people["officer"]),
            case,
            case.sequence,
            "record_inspection",
            {"result": result, "note": "n"},
        )
    told = told_by_inspections()
    assert (told.inspections, told.rate, told.targeted, told.random) == (2, 0.5, 0.5, None)
    page = page_of(logged_in, people["analyst"], "/risk/yields/")
    assert "50.0%" in page
    assert "<svg" in page


def test_what_decided_is_kept_in_columns(people, firm):
    approved(people, rule(lane="red"))
    case = lodge(people, firm)
    [one] = of_cases([case.number]).values()
    assert (one.by, one.lane, propensity_of(one), reason_of(one).en) == (
        "rule",
        "red",
        1.0,
        "Tablets again",
    )
    assert one.at <= timezone.now()
    assert EventRecord.objects.filter(case=case.number, kind="clearance.risk_assessed").exists()


def test_rankings_are_set_beside_each_other_once_enough_is_scored(
    people, firm, monkeypatch, logged_in
):
    """Thirty inspections, scores logged at lodging: the three likeliest are in order, the three
    dearest are the finds; each ranking gives one of them up."""
    made = {
        f"C{n}": Selection(
            case=f"C{n}",
            lane="red",
            by="ranking",
            row="risk",
            propensity=1.0,
            score=0.9 if n < 3 else 0.1,
            revenue=1000.0 if n > 26 else 1.0,
            blend=1.0,
        )
        for n in range(30)
    }
    monkeypatch.setattr(selected, "of_cases", lambda _cases: made)
    monkeypatch.setattr(
        history,
        "outcomes",
        lambda: {case: (int(case[1:]) > 26, timezone.localdate(), 50.0) for case in made},
    )
    found = selected.rankings()
    assert found.table["probability"]["finds"] == 0.0
    assert found.table["expected_revenue"]["finds"] == 1.0
    page = page_of(logged_in, people["analyst"], "/risk/yields/")
    assert "100 %" in page
    assert "Ranked by" in page


@pytest.mark.parametrize("at_once", [True, False])
def test_a_selection_is_of_the_office_that_was_lodged_with(people, firm, at_once):
    """Whatever the number begins with, and whether the lane came with the lodging or later."""
    told = EventRecord.objects.get(case=lodge(people, firm).number, kind="clearance.lodged")
    lodged = Told(VOCABULARY.read(told.kind, told.content), ())
    lane = Told(LaneAssigned(lane=Lane.GREEN, rule="otherwise", by=SelectedBy.LAW), ())
    now = timezone.now()
    with transaction.atomic():
        if at_once:
            record("5301-2026-X", 0, [lodged, lane], "system", now)
        else:
            record("5301-2026-X", 0, [lodged], "system", now)
            record("5301-2026-X", 1, [lane], "system", now)
    assert of_cases(["5301-2026-X"])["5301-2026-X"].office == "2248"
    assert list(selections.differences()) == []
    Selection.objects.all().delete()
    assert selections.make() == 2
    assert {one.office for one in Selection.objects.all()} == {"2248"}
