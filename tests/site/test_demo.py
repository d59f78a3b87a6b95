"""The demonstration: whole, once, and by the rules."""

import json
from datetime import datetime
from random import Random

import pytest
from click.testing import CliRunner

from sanzhi.border.clearance import State
from sanzhi.border.exercise import consignments
from sanzhi.cli import sanzhi
from sanzhi.core.dates import CHINA
from sanzhi.core.findings import Unusable
from sanzhi.site.accounts.access import actor_of
from sanzhi.site.accounts.models import Enterprise, User
from sanzhi.site.cases.verification import differences
from sanzhi.site.clearance import demo
from sanzhi.site.clearance.models import Case
from sanzhi.site.clearance.playing import Play
from sanzhi.site.events import standing
from sanzhi.site.events.log import log_size, verify_log
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.standing import last_events
from sanzhi.site.law.catalogue import pack
from sanzhi.site.permissions import Role
from sanzhi.site.policy import demo as laboratory
from sanzhi.site.policy.models import PolicyText, Sheet
from sanzhi.site.risk import demo as risk
from sanzhi.site.risk.models import Setting

NOW = datetime(2026, 11, 20, 16, 30, tzinfo=CHINA)


@pytest.fixture
def home(settings, tmp_path):
    """Each log has its own key."""
    settings.HOME = tmp_path


@pytest.fixture
def loaded(db, home) -> None:
    demo.load(250, 3, NOW)
    laboratory.load(NOW)
    risk.load(NOW)


def test_there_is_an_account_for_every_role_and_its_password_opens_it(loaded, client):
    roles = set()
    for login in demo.LOGINS:
        assert client.login(username=login.name, password=demo.PASSWORD), login.name
        roles |= actor_of(User.objects.get(username=login.name), NOW.date()).roles
    assert roles == set(Role)


def test_accounts_that_are_not_documented_cannot_be_opened(loaded):
    documented = {login.name for login in demo.LOGINS}
    others = User.objects.exclude(username__in=documented)
    assert others.exists()
    assert not any(user.has_usable_password() for user in others)


def test_the_broker_may_act_for_both_traders(loaded):
    broker = actor_of(User.objects.get(username="broker"), NOW.date())
    for name in ("trader", "trader2"):
        own = actor_of(User.objects.get(username=name), NOW.date()).own
        assert own <= broker.clients


def test_the_log_is_whole_and_its_events_never_go_back_in_time(loaded):
    assert list(verify_log()) == []
    assert list(differences()) == []
    assert list(standing.differences()) == []
    assert log_size() == EventRecord.objects.count()
    times = list(EventRecord.objects.order_by("index").values_list("time", flat=True))
    assert times == sorted(times)
    assert times[-1] <= NOW


def test_most_is_released_and_some_waits_for_officers_and_for_traders(db, home):
    demo.load(1000, 3, NOW)
    states = list(Case.objects.values_list("state", flat=True))
    assert len(states) == pytest.approx(1000, abs=20)
    assert states.count(State.RELEASED) > 800
    assert {State.DOCUMENTS_REVIEW, State.INSPECTION} & set(states)
    assert State.PAYMENT in states


def _results(kind):
    found = EventRecord.objects.filter(kind=kind).values_list("payload", flat=True)
    return {json.loads(payload)["result"] for payload in found}


BEFALLS = [
    "amended",
    "appealed",
    "appeal_decided",
    "audited",
    "cancelled",
    "completed",
    "corrected",
    "correction_refused",
    "guaranteed",
    "inspected",
    "paid",
    "refunded",
    "returned",
]


class _Unlucky(Random):
    """Draws whose rare outcomes are common."""

    def random(self) -> float:
        return super().random() ** 3


def test_whatever_befalls_a_consignment_is_played_through_to_its_end(db, home):
    """Everything that playing knows to do happens in this run, each as its action asks."""
    cast = demo._people(NOW)
    trade = consignments(2, 250, NOW, pack())
    Play(cast, NOW, _Unlucky("ill")).run(trade)
    told = set(EventRecord.objects.values_list("kind", flat=True).distinct())
    assert told >= {f"clearance.{word}" for word in BEFALLS}
    assert _results("clearance.audited") == {"conforms", "correction"}
    assert _results("clearance.inspected") == {"conforms", "discrepancy"}


def test_released_goods_have_been_paid_for_or_secured(loaded):
    for case in Case.objects.filter(state=State.RELEASED):
        assert case.owed <= case.guaranteed, case.number


def test_enterprises_pass_the_models_own_validation(loaded):
    for enterprise in Enterprise.objects.all():
        enterprise.full_clean()


def test_loading_into_a_database_that_is_in_use_changes_nothing(loaded):
    before = Case.objects.count(), User.objects.count()
    with pytest.raises(Unusable) as refused:
        demo.load(10, 1, NOW)
    assert refused.value.finding.code == "demo.not_empty"
    assert (Case.objects.count(), User.objects.count()) == before


def test_nothing_stays_of_a_load_that_broke_off(db, home):
    def breaks(_number: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.load(50, 1, NOW, breaks)
    assert not Case.objects.exists()
    assert not User.objects.exists()


def test_the_command_loads_once_and_always_shows_the_logins(db, home):
    first = CliRunner().invoke(sanzhi, ["demo", "--consignments", "20", "--seed", "5"])
    assert first.exit_code == 0, first.output
    cases = Case.objects.count()
    second = CliRunner().invoke(sanzhi, ["demo", "--consignments", "20"])
    assert second.exit_code == 0
    assert Case.objects.count() == cases > 0
    for login in demo.LOGINS:
        assert login.name in second.stdout
    assert demo.PASSWORD in second.stdout
    assert "demonstration" in second.stdout


def test_the_laboratory_has_something_to_code_to_adjudicate_and_to_look_at(loaded):
    states = list(PolicyText.objects.values_list("state", flat=True))
    assert states.count("settled") > 40
    assert states.count("adjudication") == laboratory.OPEN
    assert states.count("coding") == laboratory.HALF_CODED
    assert states.count("unassigned") == laboratory.UNASSIGNED
    waiting = Sheet.objects.filter(finished=None, kind="coding")
    assert set(waiting.values_list("coder__username", flat=True)) == {"coder"}
    assert list(verify_log(last_events())) == []


def test_risk_has_rules_in_force_and_a_proposal_that_waits(loaded):
    assert set(Setting.objects.values_list("state", "author__username")) == {
        ("active", "officer"),
        ("proposed", "officer2"),
    }
    assert len(Setting.objects.get(state="active").table.rules) == 5
