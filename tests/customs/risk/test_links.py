"""Who is linked to whom through shared parties and addresses, and what was found there."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi.customs.risk.addresses import plain
from sanzhi.customs.risk.columns import DEFAULT
from sanzhi.customs.risk.figures import auc
from sanzhi.customs.risk.links import FOLLOWED, LINKS, reached_after, reached_before
from sanzhi.customs.risk.planted import plant
from sanzhi.customs.risk.reading import read
from sanzhi.customs.risk.training import Candidate, train

SELLERS = next(link for link in LINKS if link.name == "importer_sellers")
BEGUN = date(2024, 1, 1)


def traded(rows: list[tuple[int, str, str]]) -> pl.DataFrame:
    """Declarations as day, importer, seller."""
    return pl.DataFrame(
        {
            "date": [BEGUN + timedelta(days=day) for day, _, _ in rows],
            "importer": [importer for _, importer, _ in rows],
            "seller": [seller for _, _, seller in rows],
        }
    )


def days(frame: pl.DataFrame) -> np.ndarray:
    return frame["date"].to_physical().to_numpy().astype(np.int64)


def reached(
    rows: list[tuple[int, str, str]], outcome: list[float], fold: list[int] | None = None
) -> list[tuple[float, float, float]]:
    frame = traded(rows)
    own = np.array(fold or range(len(rows)))
    found = reached_before(
        frame, SELLERS, own, days(frame), days(frame), np.array(outcome), int(own.max()) + 1
    )
    return list(zip(found.known, found.finds, found.partners, strict=True))


def test_an_importer_is_led_to_the_other_importers_of_its_sellers() -> None:
    rows = [
        (0, "A", "S"),
        (1, "B", "S"),
        (2, "B", "T"),
        (3, "A", "T"),
        (4, "A", "S"),
        (5, "C", "S"),
    ]
    said = reached(rows, [0.0, 1.0, 1.0, 0.0, 0.0, 1.0])
    assert said == [
        (0, 0, 0),  # nobody came before
        (0, 0, 0),  # B has no link before this day
        (1, 0, 1),  # B leads through S to A, found in order
        (1, 1, 1),  # A leads through S to B; T is linked from tomorrow on
        (2, 2, 2),  # A leads through S and T to both finds of B
        (0, 0, 0),  # C is new
    ]


def test_nobody_is_linked_through_a_blank() -> None:
    rows = [(0, "A", ""), (1, "B", ""), (2, "A", ""), (3, "", "S"), (4, "", "S"), (5, "C", "S")]
    assert reached(rows, [1.0] * 6) == [(0, 0, 0)] * 6


def test_of_a_hub_the_latest_links_are_followed() -> None:
    many = FOLLOWED + 3
    rows = [(day, "HUB", f"S{day}") for day in range(many)]
    rows += [(day, f"B{day}", f"S{day}") for day in range(many)]
    rows += [(many, "HUB", "S0")]
    known, _, partners = reached(rows, [1.0] * len(rows))[-1]
    assert (known, partners) == (FOLLOWED, many)


_rows = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.sampled_from(["", "A", "B", "C"]),
        st.sampled_from(["", "S", "T", "U"]),
    ),
    min_size=1,
    max_size=25,
)


@given(_rows, st.data())
def test_what_is_reached_is_what_a_plain_count_says(rows: list, data: st.DataObject) -> None:
    size = len(rows)
    outcome = data.draw(st.lists(st.sampled_from([0.0, 1.0, np.nan]), min_size=size, max_size=size))
    fold = data.draw(st.lists(st.integers(0, 2), min_size=size, max_size=size))
    said = reached(rows, outcome, fold)
    for at, (day, importer, _) in enumerate(rows):
        sellers = {
            seller for on, who, seller in rows if who == importer != "" and seller and on < day
        }
        others = [
            outcome[one]
            for one, (on, who, seller) in enumerate(rows)
            if seller in sellers
            and who not in {"", importer}
            and on < day
            and fold[one] != fold[at]
            and not np.isnan(outcome[one])
        ]
        assert said[at] == (len(others), sum(others), len(sellers))


@given(_rows, st.data())
def test_the_state_after_all_is_what_the_next_day_would_know(
    rows: list, data: st.DataObject
) -> None:
    outcome = data.draw(
        st.lists(st.sampled_from([0.0, 1.0, np.nan]), min_size=len(rows), max_size=len(rows))
    )
    kept = {
        party: figures
        for party, *figures in reached_after(traded(rows), SELLERS, np.array(outcome)).iter_rows()
    }
    for importer in ("A", "B", "C"):
        next_day = reached([*rows, (7, importer, "V")], [*outcome, np.nan])[-1]
        assert kept.get(importer, [0, 0, 0]) == list(next_day)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("12 Quay St., Room 3", "12  QUAY ST  ROOM 3"),
        ("文三路 100号", "文三路１００号"),
        ("Straße 5", "STRASSE 5"),
        (None, " - "),
    ],
)
def test_an_address_written_in_two_ways_is_one(one: str, other: str) -> None:
    assert plain(one) == plain(other)


def test_firms_that_follow_each_other_in_one_room_are_found_by_it() -> None:
    """Without links the newcomers of the invented trade look like any newcomer."""
    table = plant(8000, seed=2)
    frame = read(table.write_csv().encode(), "invented.csv", DEFAULT, outcomes=True)
    cut = frame.height * 4 // 5
    found = {}
    for name, families in (
        ("with", ("goods", "parties", "links")),
        ("without", ("goods", "parties")),
    ):
        model = train(frame[:cut], mapping=DEFAULT, candidates=(Candidate(name, families, 8, 150),))
        later = frame[cut:].filter(pl.col("scheme").is_in(["front_company", ""]))
        found[name] = auc(later["find"].to_numpy(), model.score(later).probability)
    assert found["with"] > found["without"] + 0.02
