"""Nothing a declaration is described by was unknown when it was lodged."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.customs.risk.columns import DEFAULT
from sanzhi.customs.risk.features import BY_NAME, FEATURES, matrix
from sanzhi.customs.risk.figures import auc
from sanzhi.customs.risk.history import known_before
from sanzhi.customs.risk.levels import GOODS, keys, numbered, with_headings
from sanzhi.customs.risk.past import in_training
from sanzhi.customs.risk.training import train

from .trade import BEGUN, frame_of, repeating

TABLE = repeating()
#: A day in the middle; what is later is the future.
TODAY = date(2024, 4, 10)


def described(table: pl.DataFrame) -> np.ndarray:
    frame = with_headings(frame_of(table))
    past = in_training(frame)
    return np.column_stack([matrix(frame, past), past.goods_known, past.goods_finds])


def shuffled(table: pl.DataFrame, rows: np.ndarray, seed: int = 3) -> pl.DataFrame:
    """The outcomes of some rows dealt anew among them."""
    found = table["Fraud"].to_numpy().copy()
    found[rows] = np.random.default_rng(seed).permutation(found[rows])
    return table.with_columns(pl.Series("Fraud", found))


def test_outcomes_of_today_and_later_change_nothing() -> None:
    future = (TABLE["Date"] >= str(TODAY)).to_numpy()
    before, after = described(TABLE), described(shuffled(TABLE, np.flatnonzero(future)))
    until_today = (TABLE["Date"] <= str(TODAY)).to_numpy()
    np.testing.assert_array_equal(before[until_today], after[until_today])
    assert not np.array_equal(before[~until_today], after[~until_today], equal_nan=True)


def test_rows_lodged_later_change_nothing() -> None:
    past = TABLE.filter(pl.col("Date") <= str(TODAY))
    np.testing.assert_array_equal(described(past), described(TABLE)[: past.height])


def test_an_outcome_counts_from_the_day_after_it_was_known() -> None:
    """Inspected on the day of lodging or a month later: nothing is known in between."""
    late = TABLE.with_columns(
        (pl.col("Date").str.to_date() + pl.duration(days=30)).cast(pl.String).alias("Outcome Date")
    )
    frame = with_headings(frame_of(late))
    first_month = (frame["date"] <= date(BEGUN.year, 1, 31)).to_numpy()
    past = in_training(frame)
    for name, share in past.share.items():
        assert len(np.unique(share[first_month])) == 1, name
    assert not past.goods_known[first_month].any()
    assert past.goods_known[~first_month].any()


def test_no_outcome_column_is_a_feature() -> None:
    assert not {"find", "outcome_date", "recovered", "scheme"} & set(BY_NAME)
    assert len({feature.name for feature in FEATURES}) == len(FEATURES)


def test_shuffled_labels_teach_nothing() -> None:
    """Outcomes dealt anew to whole goods tuples: novel goods are told apart no better than by
    chance."""
    found = []
    for seed in range(4):
        table = repeating(4000, goods=3000, seed=seed)
        frame = frame_of(table)
        goods, distinct = numbered(keys(frame, GOODS))
        dealt = np.random.default_rng(seed).random(len(distinct)) < 0.2
        frame = frame.with_columns(pl.Series("find", dealt[goods].astype(float)))
        model = train(frame[:3000], mapping=DEFAULT)
        scores = model.score(frame[3000:])
        found.append(
            auc(frame["find"].to_numpy()[3000:][scores.novel], scores.probability[scores.novel])
        )
    assert np.mean(found) == pytest.approx(0.5, abs=0.04)


def within(key: np.ndarray, encoding: np.ndarray, outcome: np.ndarray) -> float:
    """AUC of an encoding inside its keys: what is told beyond the key itself."""
    mean = np.bincount(key, encoding) / np.maximum(np.bincount(key), 1)
    return auc(outcome, np.round(encoding - mean[key], 9))


def test_leaving_only_the_own_goods_out_leaks() -> None:
    """The encoding that sums all goods of a key but a row's own says, inside each key, the
    opposite of the row's outcome; it looks brilliant on repeats and fails on novel goods."""
    frame = with_headings(frame_of(repeating(6000, goods=4000)))
    outcome = frame["find"].to_numpy()
    goods, _ = numbered(keys(frame, GOODS))
    chapter = frame["hs2"].cast(pl.Int64).to_numpy()

    def sums(group: np.ndarray, value: np.ndarray) -> np.ndarray:
        return np.bincount(group, value)[group]

    ones = np.ones_like(outcome)
    leaky = (sums(chapter, outcome) - sums(goods, outcome)) / (
        sums(chapter, ones) - sums(goods, ones)
    )
    assert within(chapter, leaky, outcome) < 0.1
    ours = in_training(frame).share["hs2"]
    assert within(chapter, ours, outcome) == pytest.approx(0.5, abs=0.06)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3),
            st.integers(0, 1),
            st.integers(0, 9),
            st.integers(0, 4),
            st.sampled_from([0.0, 1.0, np.nan]),
        ),
        min_size=1,
    )
)
def test_what_was_known_is_what_a_plain_count_says(rows: list[tuple]) -> None:
    group, fold, lodged, delay, outcome = (np.array(column) for column in zip(*rows, strict=True))
    known = lodged + delay
    counted, finds = known_before(group, fold, lodged, known, outcome, np.ones(len(rows)), 2)
    for at in range(len(rows)):
        usable = (
            (group == group[at]) & (fold != fold[at]) & (known < lodged[at]) & ~np.isnan(outcome)
        )
        assert (counted[at], finds[at]) == (usable.sum(), outcome[usable].sum())
