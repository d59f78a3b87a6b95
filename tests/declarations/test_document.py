"""The declaration document: wrong shapes are named in both languages."""

import re

import pytest

from sanzhi.core.findings import Unusable
from sanzhi.declarations import Declaration

ITEM = {"number": 1}


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"items": [{**ITEM, "price": "ten"}]}, "items[0].price"),
        ({"items": [{**ITEM, "price": []}]}, "items[0].price"),
        ({"items": [{**ITEM, "price": "-1"}]}, "items[0].price"),
        ({"items": [{**ITEM, "price": "NaN"}]}, "items[0].price"),
        ({"items": [{**ITEM, "price": "1" * 31}]}, "items[0].price"),
        ({"items": [{**ITEM, "price": "0.0000000000001"}]}, "items[0].price"),
        ({"items": [{"number": 0}]}, "items[0].number"),
        ({"items": [{"number": 1000}]}, "items[0].number"),
        ({"items": [{"number": "one"}]}, "items[0].number"),
        ({"items": [{}]}, "items[0].number"),
        ({"items": {}}, "items"),
        ({"items": [1]}, "items[0]"),
        ({"items": [ITEM] * 1000}, "items"),
        ({"currency": "usd"}, "currency"),
        ({"regime": "smuggle"}, "regime"),
        ({"reference": "x" * 65}, "reference"),
        ({"reference": 5}, "reference"),
        ({"reference": "\ud800"}, "reference"),
        ({"date": "soon"}, "date"),
        ({"date": 20260302}, "date"),
        ({"exchange_rates": {"USD": "0"}}, "exchange_rates.USD"),
        ({"exchange_rates": []}, "exchange_rates"),
    ],
)
def test_wrong_shapes(fields: dict[str, object], path: str) -> None:
    with pytest.raises(Unusable) as caught:
        Declaration.from_fields({"date": "2026-03-02", **fields})
    finding = caught.value.finding
    assert finding.path == path
    assert finding.code.startswith("declaration.")
    assert re.search(r"[\u4e00-\u9fff]", finding.text.zh)
    assert not re.search(r"Input|should|valid ", finding.text.zh)
    assert "{" not in finding.text.en + finding.text.zh


def test_json_that_is_none() -> None:
    with pytest.raises(Unusable) as caught:
        Declaration.from_json("{")
    assert caught.value.finding.code == "declaration.json_invalid"
