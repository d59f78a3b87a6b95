"""Rules and ranking in clearance: what was approved selects consignments, and says so."""

from datetime import datetime, timedelta

import polars as pl
import pytest
from django.utils import timezone
from risk_cases import acting, approved, lodge, told

import risk_steps as actions
from sanzhi.core.dates import CHINA
from sanzhi.core.findings import Unusable
from sanzhi.customs.risk.rules.files import rule_of
from sanzhi.customs.risk.selection import SelectionPolicy
from sanzhi.site.accounts import tokens
from sanzhi.site.accounts.access import Denied
from sanzhi.site.accounts.models import Membership
from sanzhi.site.cases.actions import act
from sanzhi.site.events.log import Conflict, verify_log
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.standing import last_events
from sanzhi.site.risk import history

pytestmark = pytest.mark.django_db

RULE = {
    "id": "tablets",
    "lane": "yellow",
    "owner": "officer",
    "reason_en": "Tablets again",
    "reason_zh": "平板电脑",
    "valid_from": "2020-01-01",
    "code": "8471*",
}


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.HOME = tmp_path


def rule(**changes):
    return rule_of(RULE | changes, "row")


@pytest.fixture
def known(people, firm):
    """The trader has lodged before, so that the law's table leaves its goods alone."""
    lodge(people, firm, "first")


def test_without_a_setting_the_law_selects_alone(people, firm, known):
    said = told(lodge(people, firm))
    assert (said["lane"], said["by"], said["own"]) == ("green", "none", None)


def test_an_approved_rule_selects_and_is_named(people, firm, known):
    setting = approved(people, rule())
    case = lodge(people, firm)
    said = told(case)
    assert (said["lane"], said["by"], said["rule"]) == ("yellow", "risk", "risk")
    own = said["own"]
    assert (own["by"], own["rules"]) == ("rule", ["tablets"])
    assert (own["setting"], own["propensity"]) == (str(setting.version), "0.02")
    assert case.lane == "yellow"
    assert list(verify_log(last_events())) == []


def test_a_draft_selects_nothing(people, firm, known):
    officer = acting(people["officer"])
    setting = actions.draft(officer)
    actions.write_rule(officer, setting, setting.sequence, rule())
    assert told(lodge(people, firm))["lane"] == "green"


def test_a_rule_out_of_its_days_selects_nothing(people, firm, known):
    approved(people, rule(valid_until="2021-01-01"))
    assert told(lodge(people, firm))["lane"] == "green"


def test_the_law_stays_stricter_than_a_milder_rule(people, firm):
    firm.tier = "discredited"
    firm.save()
    approved(people, rule())
    said = told(lodge(people, firm))
    assert (said["lane"], said["by"], said["own"]["rules"]) == ("red", "law", ["tablets"])
    assert said["own"]["propensity"] == "1"


def test_windows_are_looked_up_in_the_platforms_own_history(people, firm, known):
    approved(
        people,
        rule(importer_declarations_90d=">= 1"),
        rule(id="many", importer_declarations_90d=">= 50", lane="red"),
    )
    assert told(lodge(people, firm))["lane"] == "green"  # the first was lodged today


def test_what_was_found_at_one_trader_leads_to_others_at_its_address(
    people, person, firm, other_firm
):
    """Found on 1 June; from 2 June on a rule over links asks for the other's goods, and history
    says of them what was asked at the desk."""
    for one, address in ((firm, "8 Quay Street, Room 3"), (other_firm, "8 QUAY STREET ROOM 3")):
        one.address = address
        one.save()
    june = datetime(2026, 6, 1, 10, tzinfo=CHINA)
    found = lodge(people, firm, "found", now=june)
    act(
        acting(people["supervisor"]),
        found,
        found.sequence,
        "change_lane",
        {"lane": "red", "reason": "a tip"},
        now=june,
    )
    act(
        acting(people["officer"]),
        found,
        found.sequence,
        "record_inspection",
        {"result": "discrepancy", "note": "other goods"},
        now=june,
    )
    approved(people, rule(code="-", linked_finds_365d=">= 1", lane="red"))
    Membership.objects.create(user=people["trader"], enterprise=other_firm, role="trader")
    cases = [
        lodge(people, one, name, now=june + timedelta(hours=after))
        for one, name, after in (
            (other_firm, "same day", 1),
            (other_firm, "next day", 24),
            (firm, "own", 25),
        )
    ]
    assert [told(case)["own"]["by"] for case in cases] == ["none", "rule", "none"]
    facts = history.history().filter(pl.col("id").is_in([case.number for case in cases]))
    assert facts["linked_finds_365d"].to_list() == [0, 1, 0]
    assert facts["address_importers_365d"].to_list() == [0, 2, 2]


def test_nobody_approves_their_own(people):
    supervisor = acting(people["supervisor"])
    setting = actions.draft(supervisor)
    actions.write_rule(supervisor, setting, setting.sequence, rule())
    actions.propose(supervisor, setting, setting.sequence, "mine")
    with pytest.raises(Denied, match="your own"):
        actions.approve(supervisor, setting, setting.sequence)
    with pytest.raises(Denied):
        actions.approve(acting(people["officer"]), setting, setting.sequence)


def test_one_setting_is_in_force_and_the_one_before_retires(people):
    first = approved(people, rule())
    second = approved(people, rule(id="others", code="01*"))
    first.refresh_from_db()
    assert (first.state, second.state) == ("retired", "active")
    assert [one.id for one in second.table.rules] == ["tablets", "others"]
    assert list(verify_log(last_events())) == []


def test_what_was_proposed_is_changed_no_more(people):
    officer = acting(people["officer"])
    setting = actions.draft(officer)
    actions.write_rule(officer, setting, setting.sequence, rule())
    actions.propose(officer, setting, setting.sequence, "now")
    with pytest.raises(Unusable, match="not possible while"):
        actions.remove_rule(officer, setting, setting.sequence, "tablets")


def test_a_draft_seen_before_is_not_written_over(people):
    officer = acting(people["officer"])
    setting = actions.draft(officer)
    stale = setting.sequence
    actions.write_rule(officer, setting, stale, rule())
    with pytest.raises(Conflict):
        actions.write_rule(officer, setting, stale, rule(id="other"))


def test_rules_are_replaced_in_place_and_ids_stay_unique(people):
    officer = acting(people["officer"])
    setting = actions.draft(officer)
    for one in (rule(), rule(id="b"), rule(id="c")):
        actions.write_rule(officer, setting, setting.sequence, one)
    actions.write_rule(officer, setting, setting.sequence, rule(id="b2", lane="red"), replaces="b")
    assert [one.id for one in setting.table.rules] == ["tablets", "b2", "c"]
    with pytest.raises(Unusable, match="already"):
        actions.write_rule(officer, setting, setting.sequence, rule(id="c"), replaces="b2")
    actions.remove_rule(officer, setting, setting.sequence, "c")
    assert [one.id for one in setting.table.rules] == ["tablets", "b2"]


def test_the_policys_exploration_draws_inspections(people, firm, known):
    approved(people, policy=SelectionPolicy(exploration=0.97))
    said = told(lodge(people, firm))  # tests draw 0.5
    assert (said["lane"], said["by"], said["own"]["by"]) == ("red", "risk", "exploration")
    assert float(said["own"]["propensity"]) == pytest.approx(0.99)


def test_a_model_that_cannot_be_read_never_stops_clearance(people, firm, known, settings, tmp_path):
    settings.HOME = tmp_path
    actions.entered("gone", None, "champion")
    approved(people, rule())
    said = told(lodge(people, firm))
    assert (said["lane"], said["own"]["by"]) == ("yellow", "rule")
    assert said["own"]["fallback"] == "risk.model"


def test_history_holds_what_was_lodged_and_what_inspections_found(people, firm, known):
    approved(people, rule(lane="red"))
    case = lodge(people, firm)
    assert history.history()["find"].to_list() == [None, None]
    act(
        acting(people["officer"]),
        case,
        case.sequence,
        "record_inspection",
        {"result": "discrepancy", "note": "other goods"},
    )
    found = history.history()
    assert found["find"].to_list() == [None, 1.0]
    assert found["code"].to_list() == ["8471301000"] * 2
    assert found["tier"].to_list() == ["general"] * 2


def test_traders_are_not_told_what_is_looked_for(people, firm, known, logged_in):
    approved(people, rule())
    case = lodge(people, firm)
    for tab in ("overview", "events"):
        page = (
            logged_in(people["trader"])
            .get(f"/consignments/{case.number}/?tab={tab}")
            .content.decode()
        )
        assert "selected by risk management" in page
        assert "ablets again" not in page
    token = tokens.issue(people["trader"], "t", timezone.now())[1]
    reply = logged_in(people["trader"]).get(
        f"/api/v1/cases/{case.number}/events", headers={"Authorization": f"Bearer {token}"}
    )
    assert "clearance.lane_assigned" in reply.content.decode()
    assert "ablets again" not in reply.content.decode()
    sequence = EventRecord.objects.get(case=case.number, kind="clearance.risk_assessed").sequence
    proof = logged_in(people["trader"]).get(
        f"/api/v1/cases/{case.number}/events/{sequence}/proof",
        headers={"Authorization": f"Bearer {token}"},
    )
    assert proof.status_code == 404


def test_officers_of_the_office_can_ask_why(people, firm, known, logged_in):
    approved(people, rule())
    case = lodge(people, firm)
    page = logged_in(people["officer"]).get(f"/consignments/{case.number}/").content.decode()
    assert "Tablets again" in page
    assert "tablets" in page
    assert "0.02" in page
