"""Events in words."""

import pytest

from sanzhi.border.clearance import events as _declared  # noqa: F401 - declares the kinds
from sanzhi.core.findings import Text
from sanzhi.events import VOCABULARY, Wording


@pytest.mark.parametrize(
    ("note", "en", "zh"),
    [
        ("as agreed", "Audit after release: to be corrected. as agreed", "须更正。as agreed"),
        ("As agreed.", "Audit after release: to be corrected. As agreed.", "须更正。As agreed."),
        (
            "and so on...",
            "Audit after release: to be corrected. and so on...",
            "须更正。and so on...",
        ),
        ("单价不符。", "Audit after release: to be corrected. 单价不符。", "须更正。单价不符。"),
        ("", "Audit after release: to be corrected.", "须更正。"),
    ],
)
def test_a_sentence_has_one_full_stop_and_an_empty_note_leaves_nothing(note, en, zh):
    told = VOCABULARY.describe("clearance.audited", {"result": "correction", "note": note})
    assert told == (en, f"放行后稽核：{zh}")


class Named(Wording):
    currency = Text("CNY", "元")

    def name(self, what: str, key: str) -> Text | None:
        known = {("lane_rule", "meat"): Text("Meat is examined.", "肉类实施查验。")}
        return known.get((what, key))


@pytest.mark.parametrize(
    ("rule", "en", "zh"),
    [
        ("meat", "Lane red: Meat is examined.", "红色通道：肉类实施查验。"),
        ("unheard-of", "Lane red: unheard-of", "红色通道：unheard-of"),
    ],
)
def test_keys_are_named_by_the_surroundings_and_else_stand_for_themselves(rule, en, zh):
    said = {"lane": "red", "rule": rule, "by": "law"}
    assert VOCABULARY.describe("clearance.lane_assigned", said, Named()) == (en, zh)


def test_amounts_bear_the_currency_of_the_surroundings():
    said = {"amount": "13.00", "late_payment": "0.00", "receipt": "P-1"}
    assert VOCABULARY.describe("clearance.paid", said).en == "Paid 13.00 (receipt P-1)."
    told = VOCABULARY.describe("clearance.paid", said, Named())
    assert told == ("Paid 13.00 CNY (receipt P-1).", "缴纳 13.00 元（凭证 P-1）。")


def test_a_list_is_told_with_each_languages_comma():
    said = {"note": "", "because": ["a", "b"]}
    told = VOCABULARY.describe("clearance.returned", said)
    assert told == ("Returned for correction: a, b", "退回修改：a、b")


def test_an_unknown_kind_is_told_by_its_name():
    assert VOCABULARY.describe("planets.aligned", {}) == ("planets.aligned", "planets.aligned")
