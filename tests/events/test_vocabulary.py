"""Events in words."""

import pytest

from sanzhi.border.clearance import events as _declared  # noqa: F401 - declares the kinds
from sanzhi.events import VOCABULARY


@pytest.mark.parametrize(
    ("reason", "en", "zh"),
    [
        ("drawn at random", "Lane red: drawn at random.", "红色通道：drawn at random。"),
        ("Meat is examined.", "Lane red: Meat is examined.", "红色通道：Meat is examined.。"),
        ("and so on...", "Lane red: and so on....", "红色通道：and so on...。"),
    ],
)
def test_a_sentence_ends_with_one_full_stop(reason, en, zh):
    told = VOCABULARY.describe(
        "clearance.lane_assigned",
        {"lane": "red", "lane_zh": "红色", "rule": "x", "reason": reason, "reason_zh": reason},
    )
    assert told == (en, zh)


def test_a_chinese_reason_brings_its_own_full_stop():
    told = VOCABULARY.describe(
        "clearance.lane_assigned",
        {"lane": "red", "lane_zh": "红色", "rule": "x", "reason": "", "reason_zh": "实施查验。"},
    )
    assert told.zh == "红色通道：实施查验。"


def test_an_empty_note_leaves_nothing_behind():
    told = VOCABULARY.describe(
        "clearance.documents_decided", {"decision": "passed", "decision_zh": "通过", "note": ""}
    )
    assert told == ("Documents review: passed.", "审单结论：通过。")


def test_an_unknown_kind_is_told_by_its_name():
    assert VOCABULARY.describe("planets.aligned", {}) == ("planets.aligned", "planets.aligned")
