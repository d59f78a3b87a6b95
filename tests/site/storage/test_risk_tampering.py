"""Whatever is changed of settings and models behind the log is named; none of it decides."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from consignments import NOW

import risk_steps
from sanzhi.core.findings import Unusable
from sanzhi.customs.risk.columns import DEFAULT
from sanzhi.customs.risk.folder import save
from sanzhi.customs.risk.planted import plant
from sanzhi.customs.risk.reading import read
from sanzhi.customs.risk.rules.drafting import draft_rule
from sanzhi.customs.risk.training import CANDIDATES, train
from sanzhi.site.cases.actions import act
from sanzhi.site.cases.models import RequestRecord
from sanzhi.site.cases.verification import differences
from sanzhi.site.risk.models import RiskModel, Setting

pytestmark = pytest.mark.django_db(transaction=True)
ELSEWHEN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def _rows_are_told() -> None:
    """Rows are changed here on purpose."""


class Stood(NamedTuple):
    """A setting in force over a retired one, a third refused; a champion."""

    setting: Setting
    model: RiskModel
    home: Path


def rule(id_: str) -> Any:
    typed = {
        "id": id_,
        "lane": "red",
        "owner": "Lin",
        "reason_en": "why",
        "reason_zh": "理由",
        "valid_from": "2026-01-01",
        "code": "87*",
    }
    made, wrong = draft_rule(typed)
    assert made, wrong
    return made


@pytest.fixture(scope="session")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("learnt") / "model"
    frame = read(plant(1000, crooked=0.3).write_csv().encode(), "invented", outcomes=True)
    save(train(frame, mapping=DEFAULT, candidates=CANDIDATES[:1]), folder, data_hash="a")
    return folder


@pytest.fixture
def stood(actor, people, learnt, settings, tmp_path) -> Stood:
    settings.HOME = tmp_path
    officer, supervisor = actor("officer"), actor("supervisor")
    for id_ in ("cars", "bikes"):
        setting = risk_steps.draft(officer, now=NOW)
        risk_steps.write_rule(officer, setting, setting.sequence, rule(id_), now=NOW)
        risk_steps.propose(officer, setting, setting.sequence, id_, now=NOW)
        risk_steps.approve(supervisor, setting, setting.sequence, now=NOW)
    third = risk_steps.draft(officer, now=NOW)
    risk_steps.propose(officer, third, third.sequence, "no more", now=NOW)
    risk_steps.refuse(supervisor, third, third.sequence, "why", now=NOW)
    shutil.copytree(learnt, tmp_path / "models" / "first")
    model = risk_steps.entered("first", learnt)
    risk_steps.place(supervisor, model, model.sequence, "champion", "the first", now=NOW)
    return Stood(Setting.objects.get(version=2), model, tmp_path)


def version(number: int, /, **changes: Any) -> Callable[[Stood], Any]:
    return lambda _stood: Setting.objects.filter(version=number).update(**changes)


def model(**changes: Any) -> Callable[[Stood], Any]:
    return lambda stood: RiskModel.objects.filter(pk=stood.model.pk).update(**changes)


def respaced(stood: Stood) -> None:
    version(2, rules=json.dumps(json.loads(stood.setting.rules), indent=1))(stood)


def ghost(_stood: Stood) -> None:
    Setting.objects.create(
        number="RISK-9", version=9, state="draft", state_since=NOW, sequence=1, author_id="officer",
        changed=NOW, rules="{}", policy="{}", content="",
    )  # fmt: skip


def touched(stood: Stood) -> None:
    (stood.home / "models" / "first" / "trees.txt").write_text("tree")


def asked(number: str, /, **changes: Any) -> Callable[[Stood], Any]:
    return lambda _stood: RequestRecord.objects.filter(case=number).update(**changes)


#: What is changed, the case that is named, and the code.
TABLE: dict[str, tuple[Callable[[Stood], Any], str, str]] = {
    "rules emptied": (version(2, rules='{"rules":[]}'), "RISK-2", "documents.changed"),
    "the bytes of rules": (respaced, "RISK-2", "documents.changed"),
    "a policy": (version(1, policy="{}"), "RISK-1", "documents.changed"),
    "the digest of rules": (version(2, content="0" * 64), "RISK-2", "cases.content"),
    "a version put to rest": (version(2, state="retired"), "RISK-2", "cases.state"),
    "a refusal turned": (version(3, state="proposed"), "RISK-3", "cases.state"),
    "since when": (version(2, state_since=ELSEWHEN), "RISK-2", "cases.state_since"),
    "a deadline": (version(2, deadline=ELSEWHEN.date()), "RISK-2", "cases.deadline"),
    "a note": (version(2, note="x"), "RISK-2", "cases.note"),
    "the author": (version(2, author_id="analyst"), "RISK-2", "cases.author_id"),
    "who approved": (version(2, decided_by_id="officer"), "RISK-2", "cases.decided_by_id"),
    "when it was approved": (version(2, decided=ELSEWHEN), "RISK-2", "cases.decided"),
    "the last change": (version(2, changed=ELSEWHEN), "RISK-2", "cases.changed"),
    "the version": (version(2, version=7), "RISK-2", "cases.version"),
    "the sequence": (version(2, sequence=1), "RISK-2", "cases.sequence"),
    "a setting renamed": (version(3, number="RISK-8"), "RISK-3", "cases.lost"),
    "a setting removed": (
        lambda _stood: Setting.objects.filter(version=3).delete(), "RISK-3", "cases.lost"
    ),
    "a setting made up": (ghost, "RISK-9", "cases.unlogged"),
    "an outcome flipped": (asked("RISK-3", outcome="granted"), "RISK-3", "requests.outcome"),
    "the reason of a refusal": (
        asked("RISK-3", decided_reason="x"), "RISK-3", "requests.decided_reason"
    ),
    "a proposal removed": (
        lambda _stood: RequestRecord.objects.filter(case="RISK-1").delete(),
        "RISK-1",
        "requests.lost",
    ),
    "a champion put to rest": (model(state="retired"), "MODEL-first", "cases.state"),
    "what it is called": (model(name="second"), "MODEL-first", "cases.name"),
    "where it learnt": (model(source=""), "MODEL-first", "cases.source"),
    "when it learnt": (model(trained=ELSEWHEN), "MODEL-first", "cases.trained"),
    "who trained it": (model(trained_by_id="officer"), "MODEL-first", "cases.trained_by_id"),
    "who placed it": (model(decided_by_id="officer"), "MODEL-first", "cases.decided_by_id"),
    "when it was placed": (model(decided=ELSEWHEN), "MODEL-first", "cases.decided"),
    "its manifest": (model(manifest="{}"), "MODEL-first", "documents.changed"),
    "its folder": (touched, "MODEL-first", "risk.model"),
    "a model removed": (
        lambda stood: RiskModel.objects.filter(pk=stood.model.pk).delete(),
        "MODEL-first",
        "cases.lost",
    ),
}  # fmt: skip


def test_what_was_done_by_actions_stands(stood):
    assert list(differences()) == []


@pytest.mark.parametrize("what", TABLE)
def test_what_is_changed_behind_the_log_is_named(stood, what):
    change, place, code = TABLE[what]
    change(stood)
    found = [(one.path.split()[0].partition("/")[0], one.code) for one in differences()]
    assert (place, code) in found


def test_a_rule_put_into_a_proposal_behind_the_log_is_not_put_in_force(actor, stood):
    officer = actor("officer")
    setting = risk_steps.draft(officer, now=NOW)
    risk_steps.propose(officer, setting, setting.sequence, "as before", now=NOW)
    Setting.objects.filter(pk=setting.pk).update(rules='{"rules":[]}')
    with pytest.raises(Unusable) as caught:
        risk_steps.approve(actor("supervisor"), setting, setting.sequence, now=NOW)
    assert caught.value.finding.code == "setting.changed"
    assert Setting.objects.get(state="active").version == 2
    Setting.objects.filter(pk=setting.pk).update(rules=setting.rules)
    assert list(differences()) == []


def test_a_model_that_is_not_what_was_trained_is_not_placed(actor, stood):
    """Its record and folder may agree with each other, and not with what was told."""
    record = stood.model.record | {"seal": f"sha256:{'0' * 64}"}
    RiskModel.objects.filter(pk=stood.model.pk).update(manifest=json.dumps(record))
    model = RiskModel.objects.get(pk=stood.model.pk)
    said = {"role": "challenger", "reason": "to compare"}
    with pytest.raises(Unusable) as caught:
        act(actor("supervisor"), model, model.sequence, "place", said, now=NOW)
    assert caught.value.finding.code == "documents.changed"
    assert RiskModel.objects.get(pk=model.pk).state == "champion"
