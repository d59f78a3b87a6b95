"""Rules and goods items for tests."""

from typing import Any

from hypothesis import strategies as st

from sanzhi.customs.risk.rules.table import officers_rule
from sanzhi.selectivity.condition import Condition
from sanzhi.selectivity.rule import Rule

TEXTS = {
    "code": ("8703231010", "8703", "2402200000", "0101", "87"),
    "origin": ("CN", "JP", "NA", "US"),
    "importer": ("A", "B", "C"),
    "description": ("Plastic toy", "plastic bag", "cotton shirt"),
    "condition_letters": ("A", "e", "AE", "Ex"),
}
NUMBERS = ("price", "unit_value_distance", "importer_finds_365d")
FLAGS = ("first_time_trader", "preference_claimed")


def rule(id_: str, when: list[dict[str, Any]], lane: str = "red", **fields: Any) -> Rule:
    return officers_rule(
        {
            "id": id_,
            "lane": lane,
            "owner": "lin",
            "reason_en": "why",
            "reason_zh": "理由",
            "valid_from": "2020-01-01",
            "when": when,
        }
        | fields
    )


def values(name: str) -> st.SearchStrategy[Any]:
    return st.lists(st.sampled_from(TEXTS[name]), min_size=1, max_size=3).map(
        lambda found: tuple(dict.fromkeys(found))
    )


numbers = st.sampled_from([-2.5, 0.0, 0.1, 1.0, 3.0, 1e6])


@st.composite
def conditions(draw: Any) -> Condition:
    name = draw(st.sampled_from([*TEXTS, *NUMBERS, *FLAGS]))
    if draw(st.integers(0, 9)) == 0:
        return Condition(field=name, test=draw(st.sampled_from(["missing", "known"])))
    if name in TEXTS:
        return Condition(
            field=name,
            values=draw(values(name)),
            test=draw(st.sampled_from(["in", "not in", "starts", "not starts", "contains"])),
        )
    if name in FLAGS:
        return Condition(field=name, test="is", values=(draw(st.sampled_from(["true", "false"])),))
    low, high = draw(st.none() | numbers), draw(st.none() | numbers)
    if low is None and high is None:
        low = 1.0
    return Condition(
        field=name,
        test="range",
        low=low,
        high=high,
        low_in=low is None or draw(st.booleans()),
        high_in=high is None or draw(st.booleans()),
    )


@st.composite
def rules(draw: Any) -> list[Rule]:
    made = []
    for number in range(draw(st.integers(1, 8))):
        found = draw(
            st.lists(conditions(), min_size=1, max_size=4, unique_by=lambda one: one.field)
        )
        made.append(
            rule(
                f"r{number}",
                [one.model_dump() for one in found],
                draw(st.sampled_from(["red", "yellow", "blue"])),
            )
        )
    return made


row = st.fixed_dictionaries(
    {name: st.none() | st.sampled_from(given) for name, given in TEXTS.items()}
    | {name: st.none() | numbers for name in NUMBERS}
    | {name: st.none() | st.booleans() for name in FLAGS}
)
rows = st.lists(row, min_size=1, max_size=12)
