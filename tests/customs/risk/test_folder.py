"""The model folder: what is written comes back equal, and what was touched is refused."""

import json
import shutil
from pathlib import Path

import pytest

from sanzhi.core.findings import Unusable
from sanzhi.customs.risk.folder import FORMAT, MANIFEST, load, save
from sanzhi.customs.risk.reading import read

from .conftest import Trade


@pytest.fixture
def copy(trade: Trade, tmp_path: Path) -> Path:
    shutil.copytree(trade.model, tmp_path / "model")
    return tmp_path / "model"


def refused(folder: Path) -> str:
    with pytest.raises(Unusable) as caught:
        load(folder)
    assert caught.value.finding.code == "risk.model"
    return caught.value.finding.text.en


def test_a_model_written_and_read_says_the_same(trade: Trade, tmp_path: Path) -> None:
    frame = read(trade.later.read_bytes(), "later")
    model = load(trade.model)
    save(model, tmp_path / "again", data_hash="x")
    once, again = model.score(frame), load(tmp_path / "again").score(frame)
    assert once.probability.tolist() == again.probability.tolist()
    assert once.lanes == again.lanes
    assert once.anomaly.tolist() == again.anomaly.tolist()


def test_the_manifest_says_where_the_model_comes_from(trade: Trade) -> None:
    manifest = json.loads((trade.model / MANIFEST).read_text("utf-8"))
    assert manifest["data_hash"].startswith("sha256:")
    assert {"code_version", "features", "policy", "cutoffs", "parts", "columns"} <= set(manifest)
    assert set(manifest["files"]) == {path.name for path in trade.model.iterdir()} - {MANIFEST}
    assert manifest["training"]["validation"]["candidates"]


def test_nothing_in_it_can_run(trade: Trade) -> None:
    assert {path.suffix for path in trade.model.iterdir()} == {".json", ".txt", ".parquet"}


@pytest.mark.parametrize("name", ["trees.txt", "counts.parquet", "references.parquet"])
def test_a_file_that_was_touched_or_lost_is_named(copy: Path, name: str) -> None:
    data = (copy / name).read_bytes()
    (copy / name).write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    assert name in refused(copy)
    (copy / name).unlink()
    assert name in refused(copy)


def test_a_manifest_that_was_touched(copy: Path) -> None:
    manifest = json.loads((copy / MANIFEST).read_text("utf-8"))
    manifest["cutoffs"]["red"] = 2.0
    (copy / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    assert "changed after training" in refused(copy)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "not JSON"),
        ("[]", "no format"),
        ("{}", "no format"),
        (json.dumps({"format": FORMAT + 1}), f"format {FORMAT + 1}"),
        (json.dumps({"format": FORMAT}), "changed"),
        ("\udcff", "not JSON"),
    ],
)
def test_a_manifest_of_something_else(copy: Path, text: str, says: str) -> None:
    (copy / MANIFEST).write_bytes(text.encode("utf-8", "surrogateescape"))
    assert says in refused(copy)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    assert MANIFEST in refused(tmp_path / "nowhere")
    assert MANIFEST in refused(tmp_path)


def test_what_is_no_model_is_not_replaced(trade: Trade, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("x")
    with pytest.raises(Unusable) as caught:
        save(load(trade.model), tmp_path / "letters", data_hash="x")
    assert caught.value.finding.code == "risk.model_folder"
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["dear.txt"]


def test_an_older_model_is_replaced_whole(copy: Path, trade: Trade) -> None:
    (copy / "left-over.txt").write_text("x")
    save(load(trade.model), copy, data_hash="x")
    assert "left-over.txt" not in {path.name for path in copy.iterdir()}
    assert [path.name for path in copy.parent.iterdir()] == ["model"]
