"""Models in clearance: the champion scores and ranks, the challenger only in shadow."""

import shutil
from pathlib import Path

import pytest
from risk_cases import approved, lodge, told

from sanzhi.customs.risk.folder import read_manifest
from sanzhi.customs.risk.selection import SelectionPolicy
from sanzhi.site.events.log import verify_log
from sanzhi.site.events.standing import last_events
from sanzhi.site.events.wording import WORDING
from sanzhi.site.risk import history, scoring, selecting
from sanzhi.site.risk.models import RiskModel

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
#: Sends whatever is ranked to inspection.
ALL = SelectionPolicy(random=0, red=1, yellow=0, blue=0, tiers={})


@pytest.fixture(autouse=True)
def _read_anew(settings, tmp_path):
    settings.HOME = tmp_path
    history._read.clear()
    selecting._recent.clear()
    scoring._loaded.cache_clear()


@pytest.fixture
def known(people, firm):
    """The trader has lodged before, so that the law's table leaves its goods alone."""
    lodge(people, firm, "first")


def placed(learnt: Path, home: Path, name: str, role: str) -> RiskModel:
    shutil.copytree(learnt, home / "models" / name)
    return RiskModel.objects.create(
        name=name, role=role, trained="2026-05-01T00:00:00Z", manifest=str(read_manifest(learnt))
    )


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
    for reason in own["reasons"]:
        words = WORDING.name("risk_reason", reason)
        assert words.en not in {"", reason}
        assert words.zh not in {"", reason}
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
    selecting._ranks("2248", "first").extend([1.0, 1.0])
    assert told(lodge(people, firm))["own"]["by"] == "none"  # both before rank higher
    selecting._ranks("2248", "first").extend([0.0] * 5)
    assert told(lodge(people, firm, "R2"))["own"]["by"] == "ranking"  # 2 of 8 rank higher


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
    assert (alone["lane"], alone["by"], alone["rule"], alone["own"]["score"]) == (
        with_both["lane"],
        with_both["by"],
        with_both["rule"],
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
