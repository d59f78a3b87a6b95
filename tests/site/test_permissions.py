"""Who may do what: the matrix, places, days, and what the reference says of it."""

import re
from datetime import date
from pathlib import Path

import pytest

from sanzhi.site.accounts.access import Denied, actor_of, permissions
from sanzhi.site.accounts.models import BrokerAuthority, Enterprise, OfficerPost
from sanzhi.site.permissions import Role

TODAY = date(2026, 6, 1)
REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "permissions.md"

# Written out by hand, apart from the table it checks.
TRADERS = {"trader", "broker"}
OFFICERS = {"officer", "supervisor"}
MATRIX = {
    "clearance.file": TRADERS,
    "clearance.amend": TRADERS,
    "clearance.cancel_request": TRADERS,
    "clearance.pay": TRADERS,
    "clearance.appeal": TRADERS,
    "clearance.decide_documents": OFFICERS,
    "clearance.inspect": OFFICERS,
    "clearance.assess": OFFICERS,
    "clearance.cancel": OFFICERS,
    "clearance.refund": OFFICERS,
    "clearance.reassign_lane": {"supervisor"},
    "clearance.decide_appeal": {"supervisor"},
    "dashboard.view": {"officer", "supervisor", "analyst"},
    "risk.view": {"officer", "supervisor", "analyst"},
    "risk.propose": {"officer", "supervisor", "analyst"},
    "risk.approve": {"supervisor"},
    "risk.model": {"analyst"},
    "policy.view": {"supervisor", "analyst", "coder", "lead"},
    "policy.begin": {"analyst"},
    "policy.lead": {"lead"},
    "policy.code": {"coder", "lead"},
    "policy.adjudicate": {"lead"},
    "events.verify": {"supervisor", "analyst", "administrator"},
    "accounts.manage": {"administrator"},
}


def test_the_matrix_names_every_permission():
    assert set(MATRIX) == set(permissions())


def test_every_permission_is_asked_for_somewhere():
    source = REFERENCE.parents[2] / "src" / "sanzhi"
    code = "".join(path.read_text("utf-8") for path in source.rglob("*.py"))
    # Where an app names it, a colon follows.
    assert [name for name in permissions() if not re.search(f'"{name}"(?!:)', code)] == []


@pytest.mark.parametrize("permission", sorted(MATRIX))
def test_each_role_holds_what_the_matrix_says_and_nothing_else(permission, people, firm):
    held = {
        name
        for name, user in people.items()
        if actor_of(user, TODAY).may(permission, enterprise=firm.pk, office="2248", study="small")
    }
    assert held == MATRIX[permission]


@pytest.mark.parametrize("permission", sorted(MATRIX))
def test_someone_without_a_role_holds_nothing(permission, person, firm):
    actor = actor_of(person("nobody"), TODAY)
    assert not actor.may(permission, enterprise=firm.pk, office="2248", study="small")
    assert not actor.may_somewhere(permission)


@pytest.mark.parametrize("permission", sorted(MATRIX))
def test_a_closed_account_holds_nothing(permission, people, firm):
    for user in people.values():
        user.is_active = False
        actor = actor_of(user, TODAY)
        assert not actor.may(permission, enterprise=firm.pk, office="2248", study="small")


def test_the_place_counts(people, firm, other_firm):
    trader, officer = (actor_of(people[name], TODAY) for name in ("trader", "officer"))
    assert trader.may_file_for(firm.pk)
    assert not trader.may_file_for(other_firm.pk)
    assert not trader.may("clearance.file")
    assert officer.may("clearance.refund", office="2248")
    assert not officer.may("clearance.refund", office="5301")
    assert not officer.may("clearance.refund")


def test_a_coder_of_one_study_is_none_of_another(people):
    coder = actor_of(people["coder"], TODAY)
    assert coder.may("policy.code", study="small")
    assert not coder.may("policy.code", study="other")
    assert not coder.may("policy.code")
    assert coder.may_somewhere("policy.code")


def test_a_supervisor_elsewhere_is_an_officer_here(people):
    OfficerPost.objects.create(user=people["supervisor"], office="5301", role="officer")
    actor = actor_of(people["supervisor"], TODAY)
    assert actor.may("clearance.reassign_lane", office="2248")
    assert not actor.may("clearance.reassign_lane", office="5301")
    assert actor.may("clearance.refund", office="5301")


@pytest.mark.parametrize(
    ("day", "may"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_a_broker_acts_for_a_client_while_the_authority_lasts(people, firm, day, may):
    BrokerAuthority.objects.update(until=date(2027, 1, 1))
    assert actor_of(people["broker"], day).may_file_for(firm.pk) is may


def test_a_broker_does_not_act_for_itself_or_for_strangers(people, brokerage, other_firm):
    actor = actor_of(people["broker"], TODAY)
    assert not actor.may_file_for(brokerage.pk)
    assert not actor.may_file_for(other_firm.pk)


def test_an_authority_given_to_another_broker_is_not_held(people, other_firm):
    stranger = Enterprise.objects.create(
        name_en="Other Brokers", name_zh="其他报关行", credit_code="91500000202811552K",
        customs_code="5001980001", is_broker=True,
    )  # fmt: skip
    BrokerAuthority.objects.create(broker=stranger, client=other_firm, valid_from=TODAY)
    assert not actor_of(people["broker"], TODAY).may_file_for(other_firm.pk)


def test_a_denial_says_what_is_lacking_in_both_languages(people):
    with pytest.raises(Denied) as denied:
        actor_of(people["trader"], TODAY).require("clearance.refund", office="2248")
    finding = denied.value.finding
    assert finding.path == "clearance.refund"
    assert finding.text.en == "You may not refund taxes at customs office 2248."
    assert finding.text.zh == "您无权在关区 2248 退税。"


def test_an_unknown_permission_is_the_programs_mistake(people):
    with pytest.raises(KeyError):
        actor_of(people["trader"], TODAY).may("clearance.relaese")


def test_the_reference_shows_the_table():
    rows = {}
    for line in REFERENCE.read_text(encoding="utf-8").splitlines():
        matched = re.match(r"\| `([\w.]+)` \|(.*)\|$", line)
        if matched:
            cells = [cell.strip() for cell in matched[2].split("|")]
            rows[matched[1]] = {
                role for role, cell in zip(Role, cells[-len(Role) :], strict=True) if cell == "●"
            }
    assert rows == {name: set(row.roles) for name, row in permissions().items()}
