"""One language of conditions: what the law's table says of a declaration, an officers' table says
too, and so does plain reading."""

import json
from datetime import date
from decimal import Decimal
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanzhi import law
from sanzhi.core.findings import Text
from sanzhi.customs.risk.rules.batch import Items, hits
from sanzhi.customs.risk.rules.fields import FIELDS
from sanzhi.customs.risk.rules.files import rule_of
from sanzhi.customs.risk.rules.online import Online
from sanzhi.declarations.document import DeclarationType, Regime
from sanzhi.law.selectivity import FACTS
from sanzhi.selectivity.first_match import FirstMatch
from sanzhi.selectivity.rule import Rule
from sanzhi.selectivity.words import words_of_all

DAY = date(2022, 3, 2)
YUAN = Text("CNY", "元")
REGIMES = ("import", "export", "transit")
PROCEDURES = ("0110", "0214", "9610", "")
LETTERS = "AEe9x"
AMOUNTS = tuple(
    Decimal(one)
    for one in ("0", "0.1", "0.3", "999999.99", "1000000", "1000000.01", "123456789012.34")
)
CODES = ("8703231010", "8703", "2402200000", "0202300090")
FLAGS = ("first_time_trader", "preference_claimed", "reduced_levy", "deductions")
NUMBERS = ("total_tax", "total_value", "warnings")

some = st.lists(st.sampled_from(REGIMES), min_size=1, max_size=2, unique=True)


@st.composite
def bounds(draw: Any) -> dict[str, str]:
    low, high = sorted(
        draw(st.lists(st.sampled_from(AMOUNTS), min_size=2, max_size=2, unique=True))
    )
    kept = draw(st.sampled_from((("at_least",), ("below",), ("at_least", "below"))))
    return {name: str(low if name == "at_least" else high) for name in kept}


whens = st.fixed_dictionaries(
    {},
    optional={
        "regime": some,
        "procedure": st.lists(st.sampled_from(PROCEDURES[:3]), min_size=1, max_size=2, unique=True)
        | st.sampled_from(({"prefix": ["0"]}, {"prefix": ["02", "96"]})),
        "condition_letters": st.text(LETTERS, min_size=1, max_size=2).map(
            lambda found: {"any_letter": found}
        ),
        "code_prefix": st.lists(st.sampled_from(("87", "2402", "02")), min_size=1, max_size=2).map(
            lambda found: {"prefix": found}
        )
        | st.lists(st.sampled_from(CODES), min_size=1, max_size=2),
        **dict.fromkeys(NUMBERS, bounds()),
        **dict.fromkeys(FLAGS, st.sampled_from(("true", "false"))),
    },
).filter(bool)

declarations = st.fixed_dictionaries(
    {
        "regime": st.sampled_from(REGIMES),
        "procedure": st.sampled_from(PROCEDURES),
        "condition_letters": st.text(LETTERS, max_size=3),
        "code_prefix": st.frozensets(st.sampled_from(CODES), min_size=1, max_size=3),
        **dict.fromkeys(NUMBERS, st.sampled_from(AMOUNTS)),
        **dict.fromkeys(FLAGS, st.booleans()),
    }
)


def cell(asked: Any) -> str:
    """What the law's row asks of a fact, as an officer writes it."""
    if isinstance(asked, str):
        return asked
    if isinstance(asked, list):
        return ", ".join(f'"{one}"' for one in asked)
    if "prefix" in asked:
        return ", ".join(f'"{one}"*' for one in asked["prefix"])
    if "any_letter" in asked:
        return ", ".join(f'~"{one}"' for one in asked["any_letter"])
    if len(asked) == 2:
        return f"[{asked['at_least']}..{asked['below']})"
    return f">= {asked['at_least']}" if "at_least" in asked else f"< {asked['below']}"


def holds(asked: Any, value: Any) -> bool:
    """What the reference says of a test, read plainly."""
    if isinstance(value, frozenset):
        return any(holds(asked, one) for one in value)
    if isinstance(asked, str):
        return value is (asked == "true")
    if isinstance(asked, list):
        return value in asked
    return all(
        {
            "prefix": lambda of: any(value[: len(one)] == one for one in of),
            "any_letter": lambda of: not set(of).isdisjoint(value),
            "at_least": lambda of: value >= Decimal(of),
            "below": lambda of: value < Decimal(of),
        }[test](of)
        for test, of in asked.items()
    )


def rows_of(facts: dict[str, Any]) -> list[dict[str, Any]]:
    """The goods items of a declaration, with amounts as they are kept of the past."""
    whole = {
        name: float(value) if isinstance(value, Decimal) else value
        for name, value in facts.items()
        if name != "code_prefix"
    }
    return [whole | {"code": code} for code in sorted(facts["code_prefix"])]


@pytest.fixture(scope="module")
def lanes(tmp_path_factory):
    """The law's table of some rows, read from a pack."""
    packs: Path = tmp_path_factory.mktemp("packs")
    numbers = count()

    def read(whens: list[dict[str, Any]]) -> FirstMatch:
        rows = [
            {
                "id": f"r{place}", "lane": "yellow", "when": when, "reason_en": "why",
                "reason_zh": "理由", "in_force": "2020-01-01", "act": "customs-law",
            }
            for place, when in enumerate(whens)
        ]  # fmt: skip
        folder = packs / str(next(numbers))
        folder.mkdir()
        (folder / "pack.yaml").write_text("key: lanes\nextends: cn\n")
        text = json.dumps({"rules": rows}, ensure_ascii=False)  # YAML without aliases
        (folder / "selectivity.yaml").write_text(text, encoding="utf-8")
        return law.load(folder).selectivity(DAY)

    return read


def officers(whens: list[dict[str, Any]]) -> list[Rule]:
    named = {"code_prefix": "code"}
    head = {
        "lane": "yellow", "owner": "lin", "reason_en": "why", "reason_zh": "理由",
        "valid_from": "2020-01-01",
    }  # fmt: skip
    return [
        rule_of(
            {"id": f"r{place}", **head}
            | {named.get(fact, fact): cell(asked) for fact, asked in when.items()},
            "row",
        )
        for place, when in enumerate(whens)
    ]


@given(st.lists(whens, min_size=1, max_size=4), declarations)
def test_both_tables_answer_alike(lanes, whens, facts):
    plain = [
        f"r{place}"
        for place, when in enumerate(whens)
        if all(holds(asked, facts[fact]) for fact, asked in when.items())
    ]
    decided = lanes(whens).decide(facts)
    assert (decided.id if decided else None) == (plain[0] if plain else None)
    rules, rows = officers(whens), rows_of(facts)
    online = Online(rules)
    assert {one.id for row in rows for one in online.hits(row)} == set(plain)
    together = hits(rules, Items(pl.DataFrame(rows)))
    assert [one.id for one, of in zip(rules, together, strict=True) if len(of)] == plain


@given(whens)
def test_both_tables_are_said_in_the_same_words(lanes, when):
    [rule] = lanes([when]).rules
    [own] = officers([when])
    said = words_of_all(rule.when, FACTS, YUAN)
    other = words_of_all(own.when, FIELDS, YUAN)
    assert sorted(said.en.replace("any ", "").split("; ")) == sorted(other.en.split("; "))
    assert sorted(said.zh.replace("任一", "").split("；")) == sorted(other.zh.split("；"))


def test_amounts_are_compared_as_they_are_written(lanes):
    table = lanes([{"total_tax": {"below": "0.3"}}])
    assert table.decide({"total_tax": Decimal("0.3")}) is None
    assert table.decide({"total_tax": Decimal("0.29999999999999999")}) is not None


def test_what_is_not_known_satisfies_nothing(lanes):
    asked = ({"first_time_trader": "false"}, {"total_tax": {"below": "1"}}, {"regime": ["import"]},
             {"code_prefix": {"prefix": ["87"]}})  # fmt: skip
    assert all(lanes([when]).decide({}) is None for when in asked)


def test_the_codes_of_a_fact_are_those_of_the_declaration():
    assert set(FACTS["regime"].codes) == set(Regime)
    assert set(FACTS["type"].codes) == set(DeclarationType)
