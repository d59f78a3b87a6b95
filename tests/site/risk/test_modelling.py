"""Training and placing models: whole or not at all, by two people, told in the log."""

import json
from pathlib import Path

import pytest
from risk_cases import acting, lodge

from risk_steps import place
from sanzhi import cli
from sanzhi.core.findings import Unusable
from sanzhi.customs.risk.folder import load
from sanzhi.customs.risk.planted import plant
from sanzhi.site.accounts.access import Denied
from sanzhi.site.accounts.models import Notice
from sanzhi.site.cases import storing
from sanzhi.site.events.log import Conflict, verify_log
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.standing import last_events
from sanzhi.site.risk import modelling, scoring
from sanzhi.site.risk.models import RiskModel

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.HOME = tmp_path
    scoring._loaded.cache_clear()


@pytest.fixture(scope="session")
def table() -> bytes:
    return plant(1500, crooked=0.3).write_csv().encode()


@pytest.fixture
def quick(monkeypatch):
    """One small candidate: what is tested is what becomes of the model."""
    from sanzhi.customs.risk.training import CANDIDATES, train

    monkeypatch.setattr(
        modelling, "learn", lambda frame, **given: train(frame, **given, candidates=CANDIDATES[:1])
    )


@pytest.fixture
def make(people, table, quick):
    """A model of the analyst's; `cut` leaves out so many lines, so that it is another."""

    def of(cut: int = 0, by: str = "analyst") -> RiskModel:
        lines = table.splitlines(keepends=True)
        return modelling.train(acting(people[by]), b"".join(lines[: len(lines) - cut]), "past.csv")

    return of


def folders(home: Path) -> set[str]:
    return (
        {path.name for path in (home / "models").iterdir()} if (home / "models").exists() else set()
    )


def told(model: RiskModel) -> list[tuple[str, dict]]:
    return [
        (event.kind, json.loads(event.payload))
        for event in EventRecord.objects.filter(case=model.number).order_by("sequence")
    ]


def test_a_trained_model_stands_whole_and_is_told(make, people, tmp_path):
    model = make()
    assert folders(tmp_path) == {model.name}
    assert load(tmp_path / "models" / model.name).record["rows"] > 1000
    assert (model.state, model.source, model.trained_by) == ("tried", "past.csv", people["analyst"])
    [(kind, said)] = told(model)
    assert kind == "risk.model_trained"
    assert said["model"] == model.name
    assert said["data"] == model.record["data_hash"]
    assert Notice.objects.get(user=people["supervisor"]).url == f"/risk/models/{model.pk}/"
    assert list(verify_log(last_events())) == []


@pytest.mark.parametrize("who", ["officer", "supervisor", "trader", "administrator"])
def test_only_analysts_train(make, who, tmp_path):
    with pytest.raises(Denied):
        make(by=who)
    assert folders(tmp_path) == set()


def test_what_cannot_be_learnt_from_leaves_nothing(people, table, tmp_path):
    analyst = acting(people["analyst"])
    few = b"".join(table.splitlines(keepends=True)[:80])
    for data, code in ((b"", "risk.empty"), (b"a,b\n1,2\n", "risk.column"), (few, "model.few")):
        with pytest.raises(Unusable) as caught:
            modelling.train(analyst, data, "bad.csv")
        assert caught.value.finding.code == code
    assert folders(tmp_path) == set()
    assert not RiskModel.objects.exists()


def test_a_young_platforms_history_is_too_short_and_says_what_to_do(people, firm):
    lodge(people, firm)
    with pytest.raises(Unusable, match="at least 30") as caught:
        modelling.train(acting(people["analyst"]))
    assert "--file" in caught.value.finding.mend.en


def test_the_same_data_is_not_entered_twice(make, tmp_path):
    model = make()
    with pytest.raises(Unusable) as caught:
        make()
    assert caught.value.finding.code == "model.known"
    assert folders(tmp_path) == {model.name}
    assert load(tmp_path / "models" / model.name)


def test_a_failure_after_learning_leaves_nothing(make, tmp_path, monkeypatch):
    def fail(*given, **named):
        raise OSError("disk full")

    monkeypatch.setattr(storing, "record", fail)
    with pytest.raises(OSError, match="disk full"):
        make()
    assert folders(tmp_path) == set()
    assert not RiskModel.objects.exists()


def test_a_champion_is_placed_replaced_and_rolled_back(make, people, tmp_path):
    first, second = make(), make(cut=100)
    supervisor = acting(people["supervisor"])
    place(supervisor, first, first.sequence, "champion", "the first")
    place(supervisor, second, second.sequence, "challenger", "try it")
    place(supervisor, second, second.sequence, "champion", "better for a month")
    first.refresh_from_db()
    assert (first.state, second.state) == ("retired", "champion")
    assert (first.decided_by, second.decided_by) == (people["supervisor"],) * 2
    place(supervisor, first, first.sequence, "champion", "back")
    second.refresh_from_db()
    assert (first.state, second.state) == ("champion", "retired")
    assert [
        (said["before"], said["role"], said["by"], said["reason"])
        for kind, said in told(second)
        if kind == "risk.model_placed"
    ] == [
        ("tried", "challenger", "", "try it"),
        ("challenger", "champion", "", "better for a month"),
        ("champion", "retired", first.name, "back"),
    ]
    assert list(verify_log(last_events())) == []


def test_a_second_challenger_takes_the_place_of_the_first(make, people):
    first, second = make(), make(cut=100)
    supervisor = acting(people["supervisor"])
    for model in (first, second):
        place(supervisor, model, model.sequence, "challenger", "try")
    first.refresh_from_db()
    assert (first.state, second.state) == ("retired", "challenger")
    place(supervisor, second, second.sequence, "retired", "no better")
    assert not RiskModel.objects.filter(state="challenger").exists()


def test_whoever_trained_it_cannot_place_it(make, people):
    people["supervisor"].is_analyst = True
    people["supervisor"].save()
    model = make(by="supervisor")
    with pytest.raises(Denied, match="your own"):
        place(acting(people["supervisor"]), model, model.sequence, "champion", "mine")
    for who in ("officer", "analyst", "administrator", "trader"):
        with pytest.raises(Denied):
            place(acting(people[who]), model, model.sequence, "champion", "x")
    assert model.state == "tried"


@pytest.mark.parametrize(
    ("role", "reason", "code"),
    [
        ("champion", "  ", "request.string_too_short"),
        ("tried", "x", "model.role"),
        ("king", "x", "request.enum"),
        ("retired", "", "request.string_too_short"),
    ],
)
def test_what_cannot_be_placed_so(make, people, role, reason, code):
    model = make()
    with pytest.raises(Unusable) as caught:
        place(acting(people["supervisor"]), model, model.sequence, role, reason)
    assert caught.value.finding.code == code
    model.refresh_from_db()
    assert (model.state, model.sequence) == ("tried", 1)


def test_a_folder_that_is_not_whole_or_another_cannot_be_placed(make, people, tmp_path, learnt):
    model = make()
    supervisor = acting(people["supervisor"])
    folder = tmp_path / "models" / model.name
    kept = (folder / "trees.txt").read_bytes()
    (folder / "trees.txt").write_bytes(kept + b"x")
    with pytest.raises(Unusable) as caught:
        place(supervisor, model, model.sequence, "champion", "x")
    assert caught.value.finding.code == "risk.model"
    for path in learnt.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    with pytest.raises(Unusable) as caught:
        place(supervisor, model, model.sequence, "champion", "x")
    assert caught.value.finding.code == "model.exchanged"
    place(supervisor, model, model.sequence, "retired", "broken")
    assert model.state == "retired"


def test_a_page_seen_before_places_nothing(make, people):
    model = make()
    stale = model.sequence
    supervisor = acting(people["supervisor"])
    place(supervisor, model, stale, "challenger", "try")
    with pytest.raises(Conflict):
        place(supervisor, model, stale, "champion", "now")
    model.refresh_from_db()
    assert model.state == "challenger"


@pytest.fixture
def run(monkeypatch, capsys):
    def call(*words):
        monkeypatch.setattr("sys.argv", ["sanzhi", "retrain", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        out = capsys.readouterr()
        return int(left.value.code or 0), out.out, out.err

    return call


def test_retraining_from_the_command_line(run, people, quick, table, tmp_path):
    file = tmp_path / "past.csv"
    file.write_bytes(table)
    status, out, err = run("--as", "analyst", "--file", file)
    assert (status, err) == (0, "")
    assert RiskModel.objects.get().name in out


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--as", "nobody"], "no account"),
        (["--as", "officer"], "may not train"),
        (["--as", "analyst"], "at least 30"),
        ([], "--as"),
        (["--as", "analyst", "--columns", __file__], "--file"),
    ],
)
def test_retraining_that_cannot_be(run, people, quick, words, says):
    status, out, err = run(*words)
    assert (status, out) == (2, "")
    assert says in err
    assert len(err.splitlines()) == 1
