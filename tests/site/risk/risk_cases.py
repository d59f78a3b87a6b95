"""Consignments and settings for the tests of risk."""

import json
from datetime import date

import risk_steps as actions
from sanzhi.declarations import Declaration
from sanzhi.site.accounts.access import actor_of
from sanzhi.site.clearance import lodging as clearance
from sanzhi.site.clearance.lodging import Submission
from sanzhi.site.events.models import EventRecord


def acting(user):
    return actor_of(user, date(2026, 6, 1))


def approved(people, *rules, policy=None):
    """A setting in force: written by the officer, approved by the supervisor."""
    officer, supervisor = acting(people["officer"]), acting(people["supervisor"])
    setting = actions.draft(officer)
    for one in rules:
        actions.write_rule(officer, setting, setting.sequence, one)
    if policy:
        actions.write_policy(officer, setting, setting.sequence, policy)
    actions.propose(officer, setting, setting.sequence, "for the test")
    return actions.approve(supervisor, setting, setting.sequence)


def lodge(people, firm, reference="R1", *, now=None, stored=None, **fields):
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
        | fields
    )
    filing = Submission(declaration, firm)
    trader = acting(people["trader"])
    [done] = clearance.lodge_many(trader, [filing], firm, now=now, stored=stored)
    return done.case


def told(case):
    """The lane with what was told of it, and what officers read besides as `own`."""
    said = {
        event.kind: json.loads(event.payload)
        for event in EventRecord.objects.filter(case=case.number)
    }
    return said["clearance.lane_assigned"] | {"own": said.get("clearance.risk_assessed")}
