"""`sanzhi risk`: the contract's documents and exit statuses, and no traceback ever."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from sanzhi.customs.risk.lookup import FEW
from sanzhi.customs.risk.planted import SCHEMES

from .conftest import Trade
from .trade import repeating


def test_score_writes_one_object_a_row_in_order(run, trade: Trade) -> None:
    done = run("score", trade.later, "--model", trade.model, "--json")
    table = pl.read_csv(trade.later, infer_schema=False)
    assert (done.status, done.err) == (0, "")
    assert [row["id"] for row in done.rows] == table["Declaration ID"].to_list()
    assert [row["row"] for row in done.rows] == list(range(1, table.height + 1))
    for row in done.rows:
        assert 0 <= row["score"] <= 1
        assert 0 <= row["anomaly"] <= 1
        assert row["expected_revenue"] >= 0
        assert row["lane"] in {"green", "blue", "yellow", "red"}
        assert bool(row["reasons"]) == (row["lane"] != "green")
        assert all(reason["en"] and reason["zh"] for reason in row["reasons"])
    by_lane = {
        lane: [row["score"] for row in done.rows if row["lane"] == lane]
        for lane in ("red", "green")
    }
    assert min(by_lane["red"]) > max(by_lane["green"])


def test_goods_found_before_are_said_to_be(run, trade: Trade) -> None:
    rows = run("score", trade.later, "--model", trade.model, "--json").rows
    (reason, *_) = next(row for row in rows if row["lane"] == "red")["reasons"]
    assert reason["code"] == "same_goods"
    assert "of which found wanting" in reason["en"]
    assert "查获" in reason["zh"]


def test_a_score_hangs_on_its_row_alone(run, trade: Trade, tmp_path: Path) -> None:
    """Other order, other rows beside it, few or many, other outcomes in the file: the same
    score."""
    whole = run("score", trade.later, "--model", trade.model, "--json").rows
    score = {row["id"]: (row["score"], row["lane"], row["anomaly"]) for row in whole}
    table = pl.read_csv(trade.later, infer_schema=False)
    some = table.sample(FEW, shuffle=True, seed=1).with_columns(pl.lit("1").alias("Fraud"))
    some.write_csv(tmp_path / "some.csv")
    for row in run("score", tmp_path / "some.csv", "--model", trade.model, "--json").rows:
        assert (row["score"], row["lane"], row["anomaly"]) == score[row["id"]]


def test_unknown_goods_and_parties_are_scored(run, trade: Trade, tmp_path: Path) -> None:
    new = (
        pl.read_csv(trade.later, infer_schema=False)[:3]
        .drop("Fraud")
        .with_columns(
            pl.lit("999999").alias("HS6 Code"),
            pl.lit("ZZ").alias("Country of Origin"),
            pl.lit("new").alias("Importer ID"),
            pl.lit("new").alias("Seller ID"),
        )
    )
    new.write_csv(tmp_path / "new.csv")
    rows = run("score", tmp_path / "new.csv", "--model", trade.model, "--json").rows
    assert all(row["novel"] and row["anomaly"] > 0.9 for row in rows)
    assert [row["lane"] for row in rows] != ["green"] * 3


def test_training_again_gives_the_same_model(run, trade: Trade, tmp_path: Path) -> None:
    done = run("train", trade.past, "--model", tmp_path / "again", "--json")
    assert done.status == 0
    assert done.document == json.loads((trade.model / "manifest.json").read_text("utf-8"))


def test_evaluate_tells_all_and_novel_side_by_side(run, trade: Trade) -> None:
    done = run("evaluate", trade.later, "--model", trade.model, "--at", "1,5", "--json")
    document = done.document
    assert (done.status, done.err) == (0, "")
    assert document["all"]["rows"] == document["novel"]["rows"] + document["seen"]["rows"]
    for part in ("all", "novel"):
        assert set(document[part]["at"]) == {"1", "5"}
        low, high = document[part]["at"]["5"]["precision_interval"]
        assert low <= document[part]["at"]["5"]["precision"] <= high
    assert document["all"]["auc"] > document["novel"]["auc"] > 0.6
    assert sum(period["all"]["rows"] for period in document["by_period"]) == document["rows"]
    assert set(document["rankings"]["all"]) == {"probability", "expected_revenue", "declared_duty"}
    assert document["findings"] == []
    assert "novel" in run("evaluate", trade.later, "--model", trade.model).out


def test_figures_on_the_training_days_are_called_flattering(run, trade: Trade) -> None:
    document = run("evaluate", trade.past, "--model", trade.model, "--json").document
    assert [finding["code"] for finding in document["findings"]] == ["risk.overlap"]


def test_planted_schemes_are_told_apart(run, tmp_path: Path) -> None:
    table = run("invent", "--rows", "6000", "--days", "300").out
    lines = table.splitlines(keepends=True)
    (tmp_path / "past.csv").write_text("".join(lines[:4500]))
    (tmp_path / "later.csv").write_text("".join(lines[:1] + lines[4500:]))
    run("train", tmp_path / "past.csv", "--model", tmp_path / "model")
    document = run(
        "evaluate", tmp_path / "later.csv", "--model", tmp_path / "model", "--json", "--at", "10,20"
    ).document
    assert set(document["by_scheme"]) == set(SCHEMES)
    assert sum(one["finds"] for one in document["by_scheme"].values()) == document["all"]["finds"]
    for name, scheme in document["by_scheme"].items():
        assert scheme["recall"]["20"] > 0.4, name
    ranking = document["rankings"]["all"]
    assert ranking["expected_revenue"]["10"]["revenue"] > ranking["declared_duty"]["10"]["revenue"]
    manifest = json.loads((tmp_path / "model" / "manifest.json").read_text("utf-8"))
    assert manifest["training"]["revenue"] == "recovered"


def test_standard_input(run, trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stdin:
        buffer = trade.later.open("rb")

    monkeypatch.setattr("sys.stdin", Stdin)
    assert run("score", "-", "--model", trade.model, "--json").status == 0


def spoilt(table: pl.DataFrame, **columns: object) -> bytes:
    return (
        table.with_columns(
            **{name.replace("_", " "): pl.lit(value) for name, value in columns.items()}
        )
        .write_csv()
        .encode()
    )


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (spoilt(repeating(50), Fraud="0"), "no find"),
        (spoilt(repeating(50), Fraud="1"), "nothing but finds"),
        (repeating(20).write_csv().encode(), "too few"),
        (b"", "empty"),
        (b"a,b\n1,2\n", "Columns are missing"),
        (spoilt(repeating(50), Net_Mass="-3"), "row 2, column Net Mass"),
    ],
)
def test_what_cannot_be_learnt_from_leaves_nothing_behind(
    run, tmp_path: Path, data: bytes, says: str
) -> None:
    (tmp_path / "bad.csv").write_bytes(data)
    done = run("train", tmp_path / "bad.csv", "--model", tmp_path / "model")
    assert (done.status, done.out) == (2, "")
    assert says in done.err
    assert len(done.err.splitlines()) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["bad.csv"]


@pytest.mark.parametrize(
    "words",
    [
        ("score", "nowhere.csv", "--model", "{model}"),
        ("score", "{later}", "--model", "nowhere"),
        ("evaluate", "{later}", "--model", "{model}", "--at", "0"),
        ("evaluate", "{later}", "--model", "{model}", "--at", "a"),
        ("evaluate", "{blank}", "--model", "{model}"),
        ("train", "{past}", "--model", "{past}"),
        ("train", "{past}", "--model", "/proc/model"),
        ("score", "{later}", "--model", "{model}", "--columns", "nowhere.yaml"),
    ],
)
def test_one_line_and_status_two(run, trade: Trade, tmp_path: Path, words: tuple[str, ...]) -> None:
    blank = tmp_path / "blank.csv"
    blank.write_bytes(spoilt(repeating(20), Fraud=""))
    done = run(*(word.format(**trade._asdict(), blank=blank) for word in words))
    assert (done.status, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert "Traceback" not in done.err


def test_a_missing_part_is_named(run, trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "lightgbm", None)
    done = run("score", trade.later, "--model", trade.model)
    assert done.status == 2
    assert "sanzhi[risk]" in done.err


def test_scores_are_numbers_of_json(run, trade: Trade) -> None:
    out = run("evaluate", trade.later, "--model", trade.model, "--json").out
    assert "NaN" not in out
    assert np.isfinite(json.loads(out)["all"]["auc"])
