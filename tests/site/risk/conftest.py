"""Two small models, learnt once from an invented trade."""

from pathlib import Path

import polars as pl
import pytest

from sanzhi.customs.risk.columns import DEFAULT
from sanzhi.customs.risk.folder import save
from sanzhi.customs.risk.planted import plant
from sanzhi.customs.risk.reading import read
from sanzhi.customs.risk.training import CANDIDATES, train


def invented() -> pl.DataFrame:
    return read(plant(1500, crooked=0.3).write_csv().encode(), "invented", outcomes=True)


@pytest.fixture(scope="session")
def learnt(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("learnt") / "model"
    save(train(invented(), mapping=DEFAULT, candidates=CANDIDATES[:1]), folder, data_hash="a")
    return folder


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of more features."""
    folder = tmp_path_factory.mktemp("learnt") / "other"
    save(train(invented(), mapping=DEFAULT, candidates=CANDIDATES[2:3]), folder, data_hash="b")
    return folder


@pytest.fixture(autouse=True)
def _rows_are_told(rows_are_told: None) -> None:
    """No action changes a row in silence."""
