"""Models as they are stored: one champion, whoever places at the same moment."""

import shutil
from pathlib import Path

import pytest
from consignments import NOW, at_once

import risk_steps
from sanzhi.customs.risk.columns import DEFAULT
from sanzhi.customs.risk.folder import save
from sanzhi.customs.risk.planted import plant
from sanzhi.customs.risk.reading import read
from sanzhi.customs.risk.training import CANDIDATES, train
from sanzhi.site.events.log import Conflict, integrate, verify_log
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.standing import last_events
from sanzhi.site.risk.models import RiskModel

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(scope="session")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("learnt") / "model"
    frame = read(plant(1000, crooked=0.3).write_csv().encode(), "invented", outcomes=True)
    save(train(frame, mapping=DEFAULT, candidates=CANDIDATES[:1]), folder, data_hash="a")
    return folder


@pytest.fixture
def stand(people, learnt, settings, tmp_path):
    """Three models that are whole, none at work."""
    settings.HOME = tmp_path

    def model(name: str) -> RiskModel:
        shutil.copytree(learnt, tmp_path / "models" / name)
        return risk_steps.entered(name, learnt)

    return [model(name) for name in ("first", "second", "third")]


def placed(actor, name, model, role="champion"):
    fresh = RiskModel.objects.get(pk=model.pk)
    return risk_steps.place(actor(name), fresh, fresh.sequence, role, "for the test", now=NOW)


@pytest.mark.parametrize("had", [False, True])
def test_two_champions_at_once_leave_one(actor, stand, had):
    first, second, third = stand
    if had:
        placed(actor, "supervisor", third)
    results = at_once(
        lambda: placed(actor, "supervisor", first),
        lambda: placed(actor, "other_supervisor", second),
    )
    assert any(isinstance(one, RiskModel) for one in results)
    assert not [one for one in results if not isinstance(one, (RiskModel, Conflict))]
    assert RiskModel.objects.filter(state="champion").count() == 1
    while integrate(NOW):
        pass
    assert list(verify_log(last_events())) == []


def test_one_model_placed_twice_at_once_is_placed_once(actor, stand):
    first = RiskModel.objects.get(pk=stand[0].pk)
    second = RiskModel.objects.get(pk=stand[0].pk)
    results = at_once(
        lambda: risk_steps.place(actor("supervisor"), first, 1, "champion", "a", now=NOW),
        lambda: risk_steps.place(actor("other_supervisor"), second, 1, "challenger", "b", now=NOW),
    )
    assert [isinstance(one, Conflict) for one in results].count(True) == 1
    assert EventRecord.objects.filter(kind="risk.model_placed").count() == 1
