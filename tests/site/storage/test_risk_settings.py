"""Rules and policy as they are stored: one decision, one author, nothing lost, each with its
event."""

import pytest
from consignments import NOW, at_once

import risk_steps as actions
from sanzhi.customs.risk.rules.drafting import draft_rule
from sanzhi.site.accounts.models import Notice, OfficerPost
from sanzhi.site.events.log import Conflict, integrate, verify_log
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.standing import last_events
from sanzhi.site.risk.models import Setting

pytestmark = pytest.mark.django_db(transaction=True)

TYPED = {
    "lane": "red",
    "owner": "Lin",
    "reason_en": "why",
    "reason_zh": "理由",
    "valid_from": "2026-01-01",
    "code": "87*",
}


def rule(id_):
    made, wrong = draft_rule(TYPED | {"id": id_})
    assert made, wrong
    return made


def proposed(actor, name="officer", *ids):
    setting = actions.draft(actor(name), now=NOW)
    for one in ids or ("cars",):
        actions.write_rule(actor(name), setting, setting.sequence, rule(one), now=NOW)
    return actions.propose(actor(name), setting, setting.sequence, "Cars", now=NOW)


def fresh(version):
    return Setting.objects.get(version=version)


def test_two_approvers_at_once_decide_once(actor):
    setting = proposed(actor)
    people = [actor("supervisor"), actor("other_supervisor")]
    results = at_once(
        *(lambda a=a: actions.approve(a, fresh(1), setting.sequence, now=NOW) for a in people)
    )
    assert sum(isinstance(one, Setting) for one in results) == 1
    assert sum(isinstance(one, Conflict) for one in results) == 1
    assert fresh(1).state == "active"
    assert EventRecord.objects.filter(kind="risk.setting_approved").count() == 1


def test_approved_and_refused_at_once_is_one_of_the_two(actor):
    setting = proposed(actor)
    results = at_once(
        lambda: actions.approve(actor("supervisor"), fresh(1), setting.sequence, now=NOW),
        lambda: actions.refuse(
            actor("other_supervisor"), fresh(1), setting.sequence, "No", now=NOW
        ),
    )
    assert sum(isinstance(one, Setting) for one in results) == 1
    told = EventRecord.objects.filter(kind__in=["risk.setting_approved", "risk.setting_refused"])
    assert told.count() == 1
    assert (
        fresh(1).state
        == {"risk.setting_approved": "active", "risk.setting_refused": "refused"}[told.get().kind]
    )


def test_two_proposals_approved_at_once_leave_one_in_force(actor):
    first, second = proposed(actor), proposed(actor, "other_officer", "bikes")
    results = at_once(
        lambda: actions.approve(actor("supervisor"), fresh(1), first.sequence, now=NOW),
        lambda: actions.approve(actor("other_supervisor"), fresh(2), second.sequence, now=NOW),
    )
    done = [one for one in results if isinstance(one, Setting)]
    assert done
    assert not [one for one in results if not isinstance(one, (Setting, Conflict))]
    assert Setting.objects.filter(state="active").count() == 1
    assert Setting.objects.filter(state="retired").count() == len(done) - 1


def test_two_drafts_at_once_have_versions_of_their_own(actor):
    names = ("officer", "other_officer", "supervisor")
    results = at_once(*(lambda n=name: actions.draft(actor(n), now=NOW) for name in names))
    made = [one for one in results if isinstance(one, Setting)]
    assert made
    assert not [one for one in results if not isinstance(one, (Setting, Conflict))]
    assert sorted(one.version for one in made) == list(range(1, len(made) + 1))
    assert Setting.objects.count() == len(made)


def test_two_windows_of_one_author_write_once_and_lose_nothing_stored(actor):
    setting = actions.draft(actor("officer"), now=NOW)
    results = at_once(
        *(
            lambda n=name: actions.write_rule(
                actor("officer"), fresh(1), setting.sequence, rule(n), now=NOW
            )
            for name in ("a", "b", "c")
        )
    )
    assert sum(isinstance(one, Setting) for one in results) == 1
    assert sum(isinstance(one, Conflict) for one in results) == 2
    assert len(fresh(1).table.rules) == 1
    assert EventRecord.objects.filter(kind="risk.rule_written").count() == 1


def test_a_change_that_comes_too_late_leaves_the_proposal_as_it_was(actor):
    setting = actions.draft(actor("officer"), now=NOW)
    actions.write_rule(actor("officer"), setting, setting.sequence, rule("a"), now=NOW)
    late = fresh(1)
    actions.propose(actor("officer"), setting, setting.sequence, "Cars", now=NOW)
    with pytest.raises(Conflict):
        actions.write_rule(actor("officer"), late, late.sequence, rule("b"), now=NOW)
    stored = fresh(1)
    assert (stored.state, [one.id for one in stored.table.rules]) == ("proposed", ["a"])


def test_a_proposal_tells_each_supervisor_but_its_author_once(actor, people):
    OfficerPost.objects.create(user=people["supervisor"], office="5301", role="supervisor")
    proposed(actor, "supervisor")
    told = Notice.objects.filter(url="/risk/settings/1/").values_list("user__username", flat=True)
    assert list(told) == ["other_supervisor"]


def test_every_change_stands_in_the_log_and_the_log_holds(actor):
    setting = proposed(actor, "officer", "a", "b")
    actions.approve(actor("supervisor"), setting, setting.sequence, now=NOW)
    kinds = (
        EventRecord.objects.filter(case="RISK-1")
        .order_by("sequence")
        .values_list("kind", flat=True)
    )
    assert list(kinds) == [
        "risk.setting_drafted",
        "risk.rule_written",
        "risk.rule_written",
        "risk.setting_proposed",
        "risk.setting_approved",
    ]
    while integrate(NOW):
        pass
    assert list(verify_log(last_events())) == []
