"""Models in clearance: the champion scores and ranks, the challenger only in shadow."""

import shutil
from datetime import datetime
from pathlib import Path

import pytest
from risk_cases import approved, lodge, told
from test_selecting import rule

from risk_steps import entered
from sanzhi.core.dates import CHINA
from sanzhi.core.findings import Unusable
from sanzhi.customs.risk.reasons import text_of
from sanzhi.customs.risk.selection import SelectionPolicy
from sanzhi.site.events.log import verify_log
from sanzhi.site.events.standing import last_events
from sanzhi.site.risk import scoring, selections
from sanzhi.site.risk.models import RiskModel, Selection

pytestmark = pytest.mark.django_db

ITEM = {
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
NOW = datetime(2026, 6, 1, 10, tzinfo=CHINA)
#: Sends whatever is ranked to inspection.
ALL = SelectionPolicy(random=0, red=1, yellow=0, blue=0, tiers={})


@pytest.fixture(autouse=True)
def _read_anew(settings, tmp_path):
    settings.HOME = tmp_path
    scoring._loaded.cache_clear()


@pytest.fixture
def known(people, firm):
    """The trader has lodged before, so that the law's table leaves its goods alone."""
    lodge(people, firm, "first")


def ranked_before(*scores: float, office: str = "2248", model: str = "first") -> None:
    """Declarations of an office that a model scored so."""
    Selection.objects.bulk_create(
        Selection(
            case=f"{office}-{model}-{Selection.objects.count() + at}",
            sequence=3,
            office=office,
            at=NOW,
            model=model,
            score=score,
            revenue=100 * score,
            blend=score,
        )
        for at, score in enumerate(scores)
    )


def fail(_done: object) -> None:
    raise OSError("the disk is full")


def placed(learnt: Path, home: Path, name: str, role: str) -> RiskModel:
    shutil.copytree(learnt, home / "models" / name)
    return entered(name, learnt, role)


def test_the_champion_scores_and_its_ranking_selects(people, firm, known, learnt, tmp_path):
    placed(learnt, tmp_path, "first", "champion")
    setting = approved(people, policy=ALL)
    said = told(lodge(people, firm))
    own = said["own"]
    assert (said["lane"], said["by"], own["by"]) == ("red", "risk", "ranking")
    assert (own["setting"], own["model"], own["fallback"]) == (str(setting.version), "first", "")
    assert 0 < float(own["score"]) < 1
    assert float(own["expected_revenue"]) > 0
    assert own["reasons"]
    assert all(text_of(one) for one in own["reasons"])
    assert list(verify_log(last_events())) == []


def test_what_ranks_low_stays_green_and_is_not_explained(people, firm, known, learnt, tmp_path):
    placed(learnt, tmp_path, "first", "champion")
    approved(people, policy=ALL.model_copy(update={"red": 0.0}))
    said = told(lodge(people, firm))
    assert (said["lane"], said["by"], said["own"]["reasons"]) == ("green", "none", [])
    assert said["own"]["score"]


def test_later_declarations_are_ranked_among_the_offices_recent_ones(
    people, firm, known, learnt, tmp_path
):
    placed(learnt, tmp_path, "first", "champion")
    approved(people, policy=ALL.model_copy(update={"red": 0.5}))
    ranked_before(1.0, 1.0)
    assert told(lodge(people, firm))["own"]["by"] == "none"  # both before rank higher
    ranked_before(*[0.0] * 5)
    assert told(lodge(people, firm, "R2"))["own"]["by"] == "ranking"  # 2 of 8 rank higher


def test_sending_again_and_failing_leave_no_rank(people, firm, known, learnt, tmp_path):
    """What counts is what is stored: thirty copies of one message are one place in the window."""
    placed(learnt, tmp_path, "first", "champion")
    approved(people, policy=ALL.model_copy(update={"red": 0.5}))
    first = lodge(people, firm)
    for _ in range(30):
        assert lodge(people, firm).pk == first.pk
    with pytest.raises(OSError, match="the disk is full"):
        lodge(people, firm, "R2", stored=fail)
    with pytest.raises(Unusable):  # the reference was used with other content
        lodge(people, firm, items=[ITEM | {"price": "2000"}])
    assert Selection.objects.filter(model="first").count() == 1
    assert len(selections.window("2248", "first", "probability")) == 1


def test_the_window_is_of_the_office_and_the_model_and_ends(people, firm, known, monkeypatch):
    ranked_before(0.1, 0.2, 0.3)
    ranked_before(0.9, model="second")
    ranked_before(0.8, office="5301")
    Selection.objects.create(case="2248-x", sequence=3, office="2248", lane="green", at=NOW)
    assert selections.window("2248", "first", "probability") == [0.3, 0.2, 0.1]
    assert selections.window("2248", "first", "expected_revenue") == [30.0, 20.0, 10.0]
    monkeypatch.setattr(selections, "RECENT", 2)
    assert selections.window("2248", "first", "probability") == [0.3, 0.2]


def test_selections_are_what_the_log_tells_and_are_made_again(
    people, firm, known, learnt, other, tmp_path
):
    placed(learnt, tmp_path, "first", "champion")
    placed(other, tmp_path, "second", "challenger")
    approved(people, rule(), policy=ALL.model_copy(update={"red": 0.5}))
    for number in range(3):
        lodge(people, firm, f"R{number}", items=[ITEM | {"price": f"{2000 + number}"}])
    assert list(selections.differences()) == []
    before = list(Selection.objects.order_by("id").values())
    assert len(before) == 4
    Selection.objects.all().delete()
    assert {one.code for one in selections.differences()} == {"selections.changed"}
    assert selections.make() == 4
    assert selections.make() == 0
    after = list(Selection.objects.order_by("id").values())
    assert [one | {"id": 0} for one in after] == [one | {"id": 0} for one in before]
    Selection.objects.filter(case=before[1]["case"]).update(score=0.0)
    Selection.objects.create(case="2248-x", sequence=3, office="2248", lane="red", at=NOW)
    assert [one.path for one in selections.differences()] == [
        f"{before[1]['case']}/{before[1]['sequence']}",
        "2248-x/3",
    ]


def test_a_full_day_of_the_office_takes_no_more_from_the_ranking(
    people, firm, known, learnt, tmp_path
):
    placed(learnt, tmp_path, "first", "champion")
    approved(people, policy=ALL.model_copy(update={"capacity": {"2248": 2}}))
    lanes = [
        told(lodge(people, firm, f"R{number}", items=[ITEM | {"price": f"{2000 + number}"}]))
        for number in range(4)
    ]
    assert [(one["own"]["by"], one["lane"]) for one in lanes] == [
        ("ranking", "red"),
        ("ranking", "red"),
        ("ranking", "yellow"),
        ("ranking", "yellow"),
    ]


def test_the_challenger_scores_in_shadow_and_decides_nothing(
    people, firm, known, learnt, other, tmp_path
):
    placed(learnt, tmp_path, "first", "champion")
    placed(other, tmp_path, "second", "challenger")
    approved(people, policy=ALL)
    with_both = told(lodge(people, firm))
    own = with_both["own"]
    assert own["challenger"] == "second"
    assert 0 < float(own["challenger_score"]) < 1
    assert own["challenger_score"] != own["score"]
    (tmp_path / "models" / "second" / "trees.txt").unlink()  # seen at once, read or not
    alone = told(lodge(people, firm, "R2"))
    assert alone["own"]["challenger_score"] == alone["own"]["fallback"] == ""
    assert (alone["lane"], alone["by"], alone["own"]["score"]) == (
        with_both["lane"],
        with_both["by"],
        own["score"],
    )


def test_a_champion_that_was_touched_scores_nothing_and_clearance_goes_on(
    people, firm, known, learnt, tmp_path
):
    placed(learnt, tmp_path, "first", "champion")
    approved(people, policy=ALL)
    (tmp_path / "models" / "first" / "trees.txt").write_text("tree")
    said = told(lodge(people, firm))
    assert (said["lane"], said["own"]["fallback"], said["own"]["score"]) == (
        "green",
        "risk.model",
        "",
    )
