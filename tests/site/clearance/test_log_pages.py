"""The event log's pages."""

from django.utils import timezone

from granted import grant_all
from sanzhi.events import VOCABULARY
from sanzhi.site.events.log import integrate
from sanzhi.site.events.models import EventRecord


def test_the_log_verifies_and_names_what_was_changed(people, lodged, logged_in):
    grant_all()
    case = lodged()
    integrate(timezone.now())
    client = logged_in(people["supervisor"])
    assert "The log is whole" in client.post("/log/verify/").content.decode()
    changed = EventRecord.objects.get(case=case.number, sequence=1)
    changed.payload = changed.payload.replace("R1", "R2")
    changed.save()
    said = client.post("/log/verify/").content.decode()
    assert f"Event {case.number}/1" in said
    assert "not what was logged" in said


def test_particulars_are_for_those_who_may_see_the_case(people, lodged, logged_in):
    lodged(reference="SECRET-REF")
    assert "SECRET-REF" in logged_in(people["supervisor"]).get("/log/").content.decode()
    assert "SECRET-REF" not in logged_in(people["analyst"]).get("/log/").content.decode()


def test_the_log_is_filtered_by_kind_and_case(people, lodged, logged_in):
    first, second = lodged(), lodged()
    client = logged_in(people["supervisor"])
    page = client.get(f"/log/?kind=clearance.lodged&case={first.number}").content.decode()
    assert page.count('<td class="mono nowrap">') == 1
    assert second.number not in page


def test_every_kind_of_event_is_in_the_vocabulary_page(people, logged_in):
    client = logged_in(people["administrator"])
    page = client.get("/log/kinds/").content.decode()
    assert all(kind.name in page for kind in VOCABULARY)


def test_verifying_is_for_those_who_may(people, logged_in):
    for role in ("trader", "officer"):
        assert logged_in(people[role]).post("/log/verify/").status_code == 403


def test_an_event_says_whether_it_is_in_the_tree(people, lodged, logged_in):
    case = lodged()
    client = logged_in(people["officer"])
    assert "waiting" in client.get(f"/consignments/{case.number}/?tab=events").content.decode()
    integrate(timezone.now())
    assert "proven" in client.get(f"/consignments/{case.number}/?tab=events").content.decode()
