"""One small trade, learnt once, and the commands as `main` runs them."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from sanzhi import cli

from .trade import repeating


class Outcome(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def document(self) -> dict:
        return json.loads(self.out)

    @property
    def rows(self) -> list[dict]:
        return [json.loads(line) for line in self.out.splitlines()]


class Trade(NamedTuple):
    """Three quarters to learn from, the last quarter to score, and the model."""

    past: Path
    later: Path
    model: Path


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Outcome]:
    def call(*words: object) -> Outcome:
        monkeypatch.setattr(sys, "argv", ["sanzhi", "risk", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            cli.main()
        captured = capsys.readouterr()
        return Outcome(int(left.value.code or 0), captured.out, captured.err)

    return call


@pytest.fixture(scope="session")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Trade:
    from sanzhi.customs.risk.commands import risk

    folder = tmp_path_factory.mktemp("risk")
    table = repeating(4000)
    made = Trade(folder / "past.csv", folder / "later.csv", folder / "model")
    begun = table["Date"][3000]
    table.filter(table["Date"] < begun).write_csv(made.past)
    table.filter(table["Date"] >= begun).write_csv(made.later)
    risk.main(["train", str(made.past), "--model", str(made.model)], standalone_mode=False)
    return made
