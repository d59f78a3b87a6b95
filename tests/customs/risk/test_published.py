"""The marks on the published synthetic declarations: learn from 2020, measure on 2021.

All rows and novel goods stand side by side; only the latter say what was learnt.
"""

import numpy as np
import pytest

from sanzhi.customs.risk.columns import DEFAULT
from sanzhi.customs.risk.evaluating import evaluate
from sanzhi.customs.risk.reading import read
from sanzhi.customs.risk.training import train

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def figures(shared_data) -> list[dict]:
    folder = shared_data / "risk" / "kcs_v2023"
    past, later = (
        read((folder / f"df_syn_{part}_eng.csv").read_bytes(), part, outcomes=True)
        for part in ("train", "valid")
    )
    return [
        evaluate(train(past, mapping=DEFAULT, seed=seed), later, (1, 2, 5, 10), bootstrap=20)
        for seed in range(2)
    ]


def test_all_rows(figures: list[dict]) -> None:
    for one in figures:
        assert one["all"]["auc"] >= 0.975
        assert one["all"]["at"]["5"]["precision"] >= 0.99
        assert one["all"]["at"]["10"]["precision"] >= 0.99
        assert one["all"]["ece"] <= 0.03


def test_novel_goods(figures: list[dict]) -> None:
    assert np.mean([one["novel"]["auc"] for one in figures]) >= 0.62
    assert all(one["novel"]["ece"] <= 0.05 for one in figures)


def test_expected_revenue_beats_declared_duty(figures: list[dict]) -> None:
    for one in figures:
        ranking = one["rankings"]["all"]
        for percent in ("1", "2", "5", "10"):
            assert (
                ranking["expected_revenue"][percent]["revenue"]
                > ranking["declared_duty"][percent]["revenue"]
            )
