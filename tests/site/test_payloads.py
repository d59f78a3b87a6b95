"""Whatever a played demonstration logs: no sentence but what a person typed."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, get_args

import pytest

from sanzhi.core.dates import CHINA
from sanzhi.events import VOCABULARY, Mark
from sanzhi.site.clearance import demo
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.wording import words_of
from sanzhi.site.policy import demo as laboratory
from sanzhi.site.risk import demo as risk

NOW = datetime(2026, 11, 20, 16, 30, tzinfo=CHINA)
#: What a person typed, the names people go by, and cells that officers wrote.
TYPED = frozenset(("said", "person", "risk_condition"))
PROSE = re.compile(r"[\s\u3000-\u30ff\u4e00-\u9fff\uff00-\uffef]")


def marks(of: Any) -> Iterator[str]:
    for one in (*get_args(of), *getattr(of, "__metadata__", ())):
        if isinstance(one, Mark):
            yield one.name
        yield from marks(one)


def typed(kind: str, name: str) -> bool:
    field = VOCABULARY[kind].payload.model_fields[name]
    found = {*marks(field.annotation), *(m.name for m in field.metadata if isinstance(m, Mark))}
    return bool(found & TYPED)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts(one)


@pytest.fixture
def played(db, settings, tmp_path) -> list[EventRecord]:
    settings.HOME = tmp_path
    demo.load(20, 1, NOW)
    laboratory.load(NOW)
    risk.load(NOW)
    rooms = EventRecord.objects.exclude(kind__startswith="clearance.")
    return list(rooms.order_by("id"))


def test_no_sentence_stands_in_the_log_but_what_was_typed(played):
    assert {one.kind.partition(".")[0] for one in played} == {"administration", "policy", "risk"}
    prose = [
        (event.kind, name, text)
        for event in played
        for name, value in event.content.items()
        if not typed(event.kind, name)
        for text in texts(value)
        if PROSE.search(text)
    ]
    assert prose == []


def test_everything_logged_is_told_in_both_languages(played):
    for event in played:
        told = words_of(event)
        assert told.en
        assert re.search(r"[\u4e00-\u9fff]", told.zh)
        assert not re.search(r"[{}]", told.en + told.zh)


def test_rules_and_policy_are_told_in_words(played):
    told = {
        event.kind: words_of(event)
        for event in played
        if event.kind in {"risk.rule_written", "risk.policy_written"}
    }
    rule = told["risk.rule_written"]
    assert rule.en.startswith("Rule cosmetics-by-parcel written: yellow, supervision mode is 9610")
    assert "商品编号以 3304 开头" in rule.zh
    policy = told["risk.policy_written"]
    assert "0.5 % more are drawn at random to learn of what the ranking never looks at" in policy.en
    assert "0.5 % 另行随机抽取" in policy.zh
