"""Whose law a pack is stands in its head; what one does not say is inherited."""

from datetime import date

import pytest

from sanzhi import law
from sanzhi.core.findings import Unusable
from sanzhi.law.administration import administration_of

from .conftest import ACTS, HEADER


def test_the_built_in_pack_is_chinas():
    own = administration_of()
    assert (own.country, own.zone.key, own.currency) == ("CN", "Asia/Shanghai", "CNY")
    assert own.languages == ("en", "zh")
    assert own.currency_words.zh == "元"
    assert law.load().administration == own


def test_a_pack_extends_any_other_and_inherits_what_it_does_not_say(make_pack, tmp_path):
    make_pack(**{"exchange_rates.csv": RATES})
    nearer = tmp_path / "nearer"
    nearer.mkdir()
    (nearer / "pack.yaml").write_text("key: nearer\nextends: ../pack\nzone: Asia/Tokyo\n")
    (nearer / "acts.yaml").write_text("own: {title_en: Own, title_zh: 自, type: notice}\n")
    nearest = tmp_path / "nearest"
    nearest.mkdir()
    (nearest / "pack.yaml").write_text("key: nearest\nextends: ../nearer\ncurrency: JPY\n")
    pack = law.load(nearest)
    assert set(pack.acts) == {"plan-a", "plan-b", "own"}
    assert (pack.zone.key, pack.currency, pack.country_code) == ("Asia/Tokyo", "JPY", "CN")
    assert pack.administration.currency_words.zh == "JPY"
    day = date(2020, 6, 1)
    assert pack.line("1001000000", day).name.en == "Durum wheat"
    rate = pack.exchange_rate("USD", day)
    assert rate
    assert rate.unit == "JPY"


RATES = (
    "currency,rate,in_force,until,published,act,article,note_en,note_zh\n"
    "USD,7,2020-01-01,,,plan-a,,,\n"
)


def test_what_changes_below_makes_another_pack(make_pack, tmp_path):
    below = make_pack()
    above = tmp_path / "above"
    above.mkdir()
    (above / "pack.yaml").write_text("key: above\nextends: ../pack\n")
    before = law.load(above).digest
    (below / "acts.yaml").write_text(ACTS.replace("Plan A", "Another plan"))
    after = law.load(above)
    assert after.digest != before
    assert after.acts["plan-a"].title.en == "Another plan"


def test_packs_that_extend_each_other_are_refused(make_pack, tmp_path):
    first = make_pack(**{"pack.yaml": "key: first\nextends: ../second\n"})
    second = tmp_path / "second"
    second.mkdir()
    (second / "pack.yaml").write_text("key: second\nextends: ../pack\n")
    with pytest.raises(Unusable) as caught:
        law.load(first)
    assert caught.value.finding.code == "law.file.extends"


def test_a_pack_without_chinese_needs_none(make_pack):
    pack = law.load(
        make_pack(
            **{
                "pack.yaml": "key: x\nzone: Europe/Paris\ncurrency: EUR\ncountry: FR\n"
                "languages: [fr, en]\nlog_origin: fr.example/log\n",
                "acts.yaml": "plan-a: {title_en: Plan A, type: notice, issued: 2019-12-01}\n",
                "parameters.yaml": "fee:\n  - {value: 1, in_force: 2020-01-01, act: plan-a}\n",
                "tariff.csv": HEADER.replace("name_zh,", "")
                + "\n1001000000,Wheat,035,,,,,0.1,,,,0.2,2020-01-01,,plan-a\n",
                "words/fr.csv": "en,words\nWheat,blé\n",
            }
        )
    )
    assert pack.line("1001000000", date(2021, 1, 1)).name == ("Wheat", "Wheat")
    assert pack.acts["plan-a"].title.in_language("zh") == "Plan A"
    assert pack.words == {"fr": {"Wheat": "blé"}}
    assert pack.administration.languages == ("fr", "en")
