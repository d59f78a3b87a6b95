"""The board of models: what stands there, how each did since, who may place it."""

import re
import shutil

import pytest
from django.core.cache import cache
from risk_cases import acting, approved, lodge, told

from risk_steps import entered, place
from sanzhi.customs.risk.selection import SelectionPolicy
from sanzhi.site.cases.actions import act
from sanzhi.site.risk import scoring, watched
from sanzhi.site.risk.models import RiskModel

pytestmark = pytest.mark.django_db
ALL = SelectionPolicy(random=0, red=1, yellow=0, blue=0, tiers={})


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.HOME = tmp_path
    cache.clear()
    scoring._loaded.cache_clear()


@pytest.fixture
def model(people, learnt, tmp_path) -> RiskModel:
    """The first model, trained by the analyst, not at work."""
    return stand(learnt, tmp_path, "first")


def stand(folder, home, name, role="tried", **more) -> RiskModel:
    shutil.copytree(folder, home / "models" / name)
    return entered(name, folder, role, **more)


def text_of(response) -> str:
    """The page's words."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_without_a_model_the_board_says_how_to_get_one(people, firm, logged_in):
    lodge(people, firm)
    page = text_of(logged_in(people["analyst"]).get("/risk/models/"))
    assert "There is no model yet" in page
    assert "found something in 0 of 0 consignments. A model needs 30 finds at least" in page
    assert "sanzhi retrain --as analyst --file" in page
    assert "sanzhi retrain --as ACCOUNT" in text_of(
        logged_in(people["officer"]).get("/risk/models/")
    )


def test_the_board_sets_models_beside_each_other(people, model, other, tmp_path, logged_in):
    stand(other, tmp_path, "second", "champion")
    page = text_of(logged_in(people["officer"]).get("/risk/models/"))
    assert "second scores and ranks every declaration" in page
    assert page.index("second champion") < page.index("first trained")
    training = model.record["training"]
    for shown in (
        f"{training['rows']:,}",
        training["first_day"],
        "past.csv",
        f"{training['validation']['auc']:.3f}",
    ):
        assert shown in page


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("officer", 200),
        ("supervisor", 200),
        ("analyst", 200),
        ("trader", 403),
        ("broker", 403),
        ("administrator", 403),
        ("coder", 403),
    ],
)
def test_who_sees_models(people, model, logged_in, who, status):
    client = logged_in(people[who])
    assert client.get("/risk/models/").status_code == status
    assert client.get(f"/risk/models/{model.pk}/").status_code == status
    assert client.get("/risk/models/999/").status_code == (404 if status == 200 else 403)


def test_a_model_tells_what_it_weighs_and_what_has_come_since(people, firm, model, logged_in):
    approved(people, policy=ALL)
    for number in range(3):
        lodge(people, firm, f"R{number}")
    page = text_of(logged_in(people["analyst"]).get(f"/risk/models/{model.pk}/"))
    assert "What it weighs most" in page
    assert "Lodged since its training 3" in page
    assert re.search(r"Counted at \d{4}-\d\d-\d\d \d\d:\d\d ", page)
    assert "Too few declarations since training to tell" in page
    assert "Calibration cannot be told yet" in page
    assert "Place it" not in page


def test_drift_calibration_segments_and_fairness_are_told(people, firm, model, logged_in):
    """Sixty declarations of one kind of goods, all inspected by the ranking, half of them finds."""
    place(acting(people["supervisor"]), model, 1, "champion", "for the test")
    approved(people, policy=ALL)
    officer = acting(people["officer"])
    for number in range(60):
        case = lodge(people, firm, f"R{number}")
        if case.lane == "red":
            act(
                officer,
                case,
                case.sequence,
                "record_inspection",
                {"result": "discrepancy" if number % 2 else "conforms", "note": "seen"},
            )
    since = watched.at_work(model)
    assert (since.declarations, since.inspections, since.finds) == (60, 60, 30)
    assert since.rate.rate == pytest.approx(0.5)
    assert since.large.found == pytest.approx(0.5)
    assert {one.column for one in since.moved if one.level == "alarming"} >= {"chapter", "office"}
    [office] = since.segments["office"]
    assert (office.value, office.inspections, office.finds) == ("2248", 60, 30)
    assert {one.value: one.declarations for one in since.groups["size"]} == {"small": 60}
    page = logged_in(people["supervisor"]).get(f"/risk/models/{model.pk}/")
    for shown in (
        "is not spread as in training",
        "Hit rate by segment",
        "2248",
        "alarming",
        "On whom selection falls",
        "Would be found wanting, of all 50.0%",
    ):
        assert shown in text_of(page), shown
    assert page.content.decode().count('class="reach"') == 5


def test_the_champion_and_the_challenger_are_set_beside_each_other(
    people, firm, model, other, tmp_path, logged_in
):
    place(acting(people["supervisor"]), model, 1, "champion", "for the test")
    second = stand(other, tmp_path, "second", "challenger")
    client = logged_in(people["analyst"])
    assert "No consignment has been scored by both yet" in text_of(
        client.get(f"/risk/models/{second.pk}/")
    )
    cache.clear()
    approved(people, policy=ALL)
    case = lodge(people, firm)
    lodge(people, firm, "R2")
    act(
        acting(people["officer"]),
        case,
        case.sequence,
        "record_inspection",
        {"result": "conforms", "note": "n"},
    )
    own = told(case)["own"]
    found = watched.against("first", "second")
    assert (found.declarations, found.inspections, found.finds, found.auc) == (2, 1, 0, None)
    assert own["challenger"] == "second"
    assert watched.against("second", "first") is None
    page = text_of(client.get(f"/risk/models/{second.pk}/"))
    assert "2 consignments were scored by both; 1 inspected, 0 finds" in page
    assert "Too few outcomes to tell first and second apart" in page


def test_a_supervisor_places_a_model_from_its_page(people, model, logged_in):
    client = logged_in(people["supervisor"])
    address = f"/risk/models/{model.pk}/"
    assert "Make challenger" in text_of(client.get(address))
    response = client.post(address, {"role": "challenger", "reason": "try it", "sequence": 1})
    assert (response.status_code, response["Location"]) == (302, address)
    model.refresh_from_db()
    assert (model.state, model.decided_by) == ("challenger", people["supervisor"])
    page = text_of(client.get(address))
    assert "Now challenger, in shadow; before, trained, not at work. try it" in page


@pytest.mark.parametrize(
    ("given", "status", "says"),
    [
        ({"role": "champion", "reason": " ", "sequence": "1"}, 400, "reason is required."),
        ({"role": "emperor", "reason": "x", "sequence": "1"}, 400, "role must be one of"),
        ({"role": "tried", "reason": "x", "sequence": "1"}, 400, "is that already"),
        ({"role": "champion", "reason": "x", "sequence": "7"}, 409, "placed a moment ago"),
        ({"role": "champion", "reason": "x", "sequence": "²"}, 409, "placed a moment ago"),
        ({}, 400, "role must be one of"),
    ],
)
def test_what_cannot_be_placed_is_said_and_kept(people, model, logged_in, given, status, says):
    response = logged_in(people["supervisor"]).post(f"/risk/models/{model.pk}/", given)
    assert response.status_code == status
    assert says in text_of(response)
    model.refresh_from_db()
    assert model.state == "tried"


@pytest.mark.parametrize("who", ["officer", "analyst", "trader"])
def test_others_place_nothing(people, model, logged_in, who):
    response = logged_in(people[who]).post(
        f"/risk/models/{model.pk}/", {"role": "champion", "reason": "x", "sequence": 1}
    )
    assert response.status_code == 403
    model.refresh_from_db()
    assert model.state == "tried"


def test_whoever_trained_it_reads_that_another_places_it(people, learnt, tmp_path, logged_in):
    model = stand(learnt, tmp_path, "first", by="supervisor")
    client = logged_in(people["supervisor"])
    page = text_of(client.get(f"/risk/models/{model.pk}/"))
    assert "You trained this model: another supervisor places it" in page
    assert (
        client.post(
            f"/risk/models/{model.pk}/", {"role": "champion", "reason": "x", "sequence": 1}
        ).status_code
        == 403
    )


def test_a_folder_that_is_gone_or_touched_is_said_on_the_page(people, model, tmp_path, logged_in):
    (tmp_path / "models" / "first" / "trees.txt").write_text("tree")
    client = logged_in(people["supervisor"])
    page = client.get(f"/risk/models/{model.pk}/")
    assert page.status_code == 200
    assert "trees.txt is not the file that was trained" in text_of(page)
    refused = client.post(
        f"/risk/models/{model.pk}/", {"role": "champion", "reason": "x", "sequence": 1}
    )
    assert refused.status_code == 400
    assert "cannot be used" in text_of(refused)
