"""The lane decision table of a pack: what it must be before anybody's goods are chosen by it."""

import re
from datetime import date
from pathlib import Path

import pytest

from sanzhi import law
from sanzhi.core.findings import Unusable
from sanzhi.law.selectivity import FACTS

PLAIN = {
    "id": "a", "lane": "yellow", "reason_en": "why", "reason_zh": "理由",
    "in_force": "2020-01-01", "act": "plan-a",
}  # fmt: skip


def table(*rows: dict[str, str]) -> dict[str, str]:
    lines = [
        "  - {" + ", ".join(f"{key}: {value}" for key, value in (PLAIN | row).items()) + "}"
        for row in rows
    ]
    return {"selectivity.yaml": "\n".join(("rules:", *lines, ""))}


def asked(when: str) -> dict[str, str]:
    return {"when": when}


@pytest.mark.parametrize(
    ("rows", "code", "place", "said"),
    [
        # facts and tests
        ([asked("{regimes: [import]}")], "law.file.unknown_fact", 0, "'regimes'"),
        ([asked("{code: [import]}")], "law.file.unknown_fact", 0, "'code'"),
        ([asked("{total_tax: {above: 1}}")], "law.file.value", 0, "'above'"),
        ([asked("{total_tax: {prefix: [1]}}")], "law.file.value", 0, "'prefix'"),
        ([asked("{regime: {at_least: 1}}")], "law.file.value", 0, "'at_least'"),
        ([asked('{regime: {any_letter: "9"}}')], "law.file.value", 0, "'any_letter'"),
        ([asked("{reduced_levy: {at_least: 1}}")], "law.file.value", 0, "'at_least'"),
        ([asked("{regime: {}}")], "law.file.value", 0, "regime"),
        # values
        ([{"lane": "pink"}], "law.file.value", 0, "'pink'"),
        ([asked("{regime: []}")], "law.file.value", 0, "regime"),
        ([asked("{regime: [[import]]}")], "law.file.value", 0, "regime"),
        ([asked("{regime: [import, improt]}")], "law.file.value", 0, "'improt'"),
        ([asked("{regime: {prefix: [im, px]}}")], "law.file.value", 0, "'px'"),
        ([asked("{trader_tier: [gold]}")], "law.file.value", 0, "'gold'"),
        ([asked("{code_prefix: {prefix: []}}")], "law.file.value", 0, "code_prefix"),
        ([asked('{code_prefix: {prefix: [""]}}')], "law.file.value", 0, "everywhere"),
        ([asked('{condition_letters: {any_letter: ""}}')], "law.file.value", 0, "letters"),
        ([asked("{warnings: [4]}")], "law.file.value", 0, "warnings"),
        ([asked("{reduced_levy: [yes]}")], "law.file.value", 0, "reduced_levy"),
        ([asked("{reduced_levy: maybe}")], "law.file.value", 0, "'maybe'"),
        ([asked("{total_tax: {at_least: much}}")], "law.file.value", 0, "'much'"),
        ([asked("{total_tax: {at_least: NaN}}")], "law.file.value", 0, "'NaN'"),
        ([asked("{total_tax: {at_least: 1e999}}")], "law.file.value", 0, "'1e999'"),
        ([asked("{total_tax: {at_least: [1]}}")], "law.file.value", 0, "number"),
        ([asked("{total_tax: {at_least: 12345678901234567890.5}}")], "law.file.value", 0, "15"),
        ([asked("{total_tax: {at_least: 5, below: 5}}")], "law.file.value", 0, "total_tax"),
        # rows
        ([{"wehn": "{regime: [import]}"}], "law.file.value", 0, "'wehn'"),
        ([asked("[regime]")], "law.file.shape", 0, ""),
        ([{"id": '"a b"'}], "law.file.value", 0, "id"),
        ([{"until": "2020-01-01"}], "law.file.value", 0, "2020-01-01"),
        ([{"reason_en": "w" * 301}], "law.file.value", 0, "reason_en"),
        ([asked("{regime: [import]}"), asked("{regime: [export]}")], "law.file.overlap", 1, "a"),
        ([asked("{regime: [import]}"), {"in_force": "2021-01-01"}], "law.file.overlap", 1,
         "2021-01-01"),
        ([{"in_force": "2021-01-01"}, {"until": "2021-01-02"}], "law.file.overlap", 1,
         "2021-01-01"),
        ([{}, {"id": "b"}], "law.file.unreachable", 1, "b"),
        ([{"until": "2022-01-01"}, {"id": "b", "until": "2022-01-01"}], "law.file.unreachable", 1,
         "b"),
        ([{"until": "2021-01-01"}, {"in_force": "2021-01-01"}, {"id": "b"}],
         "law.file.unreachable", 2, "b"),
    ],
)  # fmt: skip
def test_what_can_never_be_meant_is_refused(make_pack, rows, code, place, said):
    with pytest.raises(Unusable) as caught:
        law.load(make_pack(**table(*rows)))
    finding = caught.value.finding
    assert (finding.code, finding.path) == (code, f"selectivity.yaml rules[{place}]")
    assert said.casefold() in finding.text.en.casefold()
    assert finding.text.zh != finding.text.en
    assert code == "law.file.shape" or finding.mend is not None


def test_a_file_of_other_keys_is_no_table(make_pack):
    with pytest.raises(Unusable) as caught:
        law.load(make_pack(**{"selectivity.yaml": "ruels: []\n"}))
    assert caught.value.finding.path == "selectivity.yaml"


@pytest.mark.parametrize(
    "rows",
    [
        [asked("{regime: import}")],
        [asked("{total_tax: {at_least: 1e6}}")],
        [asked('{condition_letters: {any_letter: "EFE", prefix: [A]}}')],
        [asked('{procedure: [""]}'), {"id": "b"}],
        # versions of one row, and what stands behind one that does not always apply
        [{"until": "2021-01-01"}, {"in_force": "2021-01-01"}],
        [{"until": "2021-01-01"}, {"id": "b"}],
        [{"in_force": "2021-01-01"}, {"id": "b"}],
        [{"until": "2021-01-01"}, {"id": "c", "in_force": "2021-01-02"}, {"id": "b"}],
    ],
)
def test_what_can_be_met_is_read(make_pack, rows):
    assert len(law.load(make_pack(**table(*rows))).lane_rules) == len(rows)


def test_versions_of_a_row_have_their_days(make_pack):
    pack = law.load(make_pack(**table(
        asked("{regime: [import]}") | {"until": "2021-01-01"},
        asked("{regime: [export]}") | {"in_force": "2021-01-01"},
    )))  # fmt: skip
    asked_on = [
        [
            regime
            for regime in ("import", "export")
            if pack.selectivity(day).decide({"regime": regime})
        ]
        for day in (date(2019, 12, 31), date(2020, 12, 31), date(2021, 1, 1))
    ]
    assert asked_on == [[], ["import"], ["export"]]


PAGE = (Path(__file__).parents[2] / "docs/reference/law.md").read_text("utf-8")
SECTION = PAGE.split("\n## The lane decision table\n")[1].split("\n## ")[0]


def test_every_fact_is_in_the_reference_as_it_is():
    kinds = {"text": "text", "number": "number", "flag": "yes or no"}
    found = re.findall(
        r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.*?) \| ?(.*?) ?\|$", SECTION, re.MULTILINE
    )
    assert found == [
        (one.name, kinds[one.kind], one.title.en, one.title.zh, one.unit) for one in FACTS.values()
    ]


@pytest.mark.parametrize("written", re.findall(r"^\| `(\w+: .*?)` \|", SECTION, re.MULTILINE))
def test_every_way_of_writing_in_the_reference_is_read(make_pack, written):
    [rule] = law.load(make_pack(**table(asked(f"{{{written}}}")))).lane_rules
    assert len(rule.when) == 1
