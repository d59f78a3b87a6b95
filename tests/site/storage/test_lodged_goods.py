"""Goods as lodged, made by two at once: each case once, and nobody fails."""

import pytest
from consignments import at_once, declare

from sanzhi.customs.risk.kept import FORMAT
from sanzhi.site.risk import history, lodged
from sanzhi.site.risk.models import LodgedGoods

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_make_the_same_at_once(lodge, monkeypatch):
    monkeypatch.setattr(lodged, "BATCH", 3)
    for number in range(7):
        lodge(declare(f"R{number}"))
    for _ in ("none was made", "all are of an older format"):
        made = at_once(*[lodged.make] * 3)
        assert all(isinstance(one, int) for one in made), made
        assert LodgedGoods.objects.filter(format=FORMAT).count() >= 3
        LodgedGoods.objects.update(format=0)
    results = at_once(lodged.make, lambda: history.goods().collect().height, lodged.make)
    assert results[1] == 7, results
    assert LodgedGoods.objects.filter(format=FORMAT).count() == 7
