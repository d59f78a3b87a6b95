"""One declaration at the desk: the scores and words of the table, without the table."""

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.core.findings import Unusable
from sanzhi.customs.risk.columns import DEFAULT
from sanzhi.customs.risk.desk import Desk
from sanzhi.customs.risk.folder import load
from sanzhi.customs.risk.frames import canonical_of, frame_of
from sanzhi.customs.risk.levels import number_text
from sanzhi.customs.risk.model import Model
from sanzhi.customs.risk.reading import read
from sanzhi.customs.risk.reasons import reasons, text_of
from sanzhi.customs.risk.training import train

from .conftest import Trade

FIGURES = ("probability", "revenue", "anomaly", "known", "finds")


@pytest.fixture(scope="session")
def model(trade: Trade) -> Model:
    return load(trade.model)


@pytest.fixture(scope="session")
def later(trade: Trade) -> pl.DataFrame:
    return read(trade.later.read_bytes(), "later")


def assert_same(desk: Desk, frame: pl.DataFrame) -> None:
    whole = desk.model.score(frame)
    _, found = desk.score(frame.to_dicts())
    for name in FIGURES:
        np.testing.assert_allclose(
            getattr(found, name),
            getattr(whole, name),
            rtol=0,
            atol=1e-9,
            equal_nan=True,
            err_msg=name,
        )
    np.testing.assert_array_equal(found.features, whole.features)


def test_rows_are_scored_as_in_a_table_one_by_one_and_together(model, later):
    desk = Desk(model)
    assert (model.score(later[:200]).known > 0).any()
    for place in range(200):
        assert_same(desk, later[place : place + 1])
    assert_same(desk, later[:40])


def test_the_same_words_say_why(model, later):
    desk, frame = Desk(model), later[:60]
    goods, scores = desk.score(frame.to_dicts())
    whole = reasons(model, frame, model.score(frame), list(range(60)))
    for place in range(60):
        assert desk.why(goods, scores, place) == tuple(whole[place])


def test_a_reason_is_told_from_what_an_event_keeps_of_it(model, later):
    frame = later[:60]
    for found in reasons(model, frame, model.score(frame), list(range(60))).values():
        for one in found:
            assert text_of(str(one)) == one.text


@pytest.mark.parametrize(
    ("kept", "en", "zh"),
    [
        (
            "same_goods=5/2",
            "Past outcomes of the same goods: 5, of which found wanting: 2.",
            "相同商品此前有结果的申报 5 次，其中 2 次被查获。",
        ),
        (
            "unusual=98.7",
            "Its goods, route and parties are rarer than those of 98.7 % of past declarations.",
            "其商品、路线与当事人的组合比过去 98.7% 的报关单更少见。",
        ),
        (
            "finds_importer=63",
            "Past finds for this importer: 63 %; this raises the risk.",
            "该进口人的历史查获率：63 %；使风险上升。",
        ),
        ("hs2=85", "Chapter of the goods: 85; this raises the risk.", "商品章：85；使风险上升。"),
        (
            "many",
            "No single thing stands out; many small ones add up.",
            "没有单一突出因素，由多项小因素累积而成。",
        ),
    ],
)
def test_a_reason_in_words(kept, en, zh):
    assert text_of(kept) == (en, zh)


@pytest.mark.parametrize("kept", ["finds_planets=63", "price=much", "Unit value: 3"])
def test_a_reason_that_no_model_gives_is_not_told(kept):
    assert text_of(kept) is None


NUMBERS = st.floats(1e-6, 1e15) | st.sampled_from([0.0, 1e-6, 1.5e-5, 5.0, 754.3])
TEXTS = st.sampled_from(["", "NA", "CN", "VN", "ÅÖ", "I7", "法国"])
ITEMS = st.fixed_dictionaries(
    {
        "code": st.from_regex(r"\A[0-9]{4,12}\Z"),
        "date": st.just(date(2026, 6, 1)),
        "tax_rate": NUMBERS.filter(lambda rate: rate <= 1e4),
        "net_mass": NUMBERS,
        "price": NUMBERS,
        **dict.fromkeys(
            (
                "origin",
                "departure",
                "tax_type",
                "importer",
                "declarant",
                "seller",
                "courier",
                "office",
                "import_type",
                "import_use",
                "transport",
            ),
            TEXTS,
        ),
    }
)


@given(st.lists(ITEMS, min_size=1, max_size=3))
def test_whatever_is_declared_scores_the_same(model, items):
    assert_same(Desk(model), canonical_of(pl.DataFrame(items, infer_schema_length=None)))


@given(st.floats(0, allow_infinity=False))
def test_numbers_are_written_as_a_table_writes_them(value):
    assert number_text(value) == pl.Series([value]).cast(pl.String)[0]


def test_what_is_not_known_counts_as_empty_or_zero(model, later):
    row = later.row(0, named=True)
    bare = {"code": row["code"], "origin": row["origin"], "seller": None, "net_mass": None}
    empty = dict.fromkeys(row, "") | {
        "code": row["code"],
        "origin": row["origin"],
        "net_mass": 0.0,
        "price": 0.0,
        "tax_rate": 0.0,
    }
    desk = Desk(model)
    assert desk.score([bare])[1].probability == desk.score([empty])[1].probability
    assert (
        canonical_of(pl.DataFrame([bare], infer_schema_length=None)).row(0, named=True)["seller"]
        == ""
    )
    assert (
        frame_of(pl.DataFrame([bare], infer_schema_length=None)).row(0, named=True)["seller"]
        is None
    )


@pytest.mark.parametrize("rows", [[], [{"code": None}], [{"code": "12"}], [{"code": "84x1"}]])
def test_items_that_cannot_be_read(model, rows):
    with pytest.raises(Unusable) as caught:
        Desk(model).score(rows)
    assert caught.value.finding.code == "risk.goods"
    assert canonical_of(pl.DataFrame(rows, infer_schema_length=None)).height == 0


@pytest.mark.shared
def test_real_declarations_score_the_same(shared_data: Path):
    """Those of the published set, with its lost zeros, absurd rates and empty parties."""
    frame = read(
        (shared_data / "risk" / "kcs_v2023" / "df_syn_train_eng.csv").read_bytes(),
        "train",
        outcomes=True,
    )[:5000]
    desk = Desk(train(frame[:4000], mapping=DEFAULT))
    for place in range(4000, 4300):
        assert_same(desk, frame[place : place + 1])
