"""Goods as lodged: kept in the store, equal to what the declaration first said, made by anyone."""

from threading import Event

import pytest
from risk_cases import acting, lodge

from sanzhi.border.clearance.lanes import facts_of
from sanzhi.core.dates import CHINA
from sanzhi.customs.risk.goods import Trade, rows_of
from sanzhi.customs.risk.kept import COLUMNS, FORMAT
from sanzhi.declarations import Declaration
from sanzhi.site.cases.actions import act
from sanzhi.site.clearance import desk
from sanzhi.site.clearance.models import Case
from sanzhi.site.events.sequencer import keep_up
from sanzhi.site.law.catalogue import pack
from sanzhi.site.risk import history, lodged
from sanzhi.site.risk.models import LodgedGoods

pytestmark = pytest.mark.django_db

TABLET = {
    "number": 1,
    "code": "8471301000",
    "description": "平板电脑",
    "origin": "US",
    "quantity": "10",
    "unit": "unit",
    "price": "1000.10",
    "net_mass": "7",
    "elements": ["3", "0", "writing", "16 GB", "Acme", "T1"],
}


class Once(Event):
    """A stop that is set at the first pause."""

    def wait(self, timeout: float | None = None) -> bool:  # noqa: ARG002 - never really waits
        self.set()
        return True


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.HOME = tmp_path


def items():
    """What history says of goods, but for how they ended."""
    return history.goods().select(COLUMNS).collect().to_dicts()


@pytest.fixture
def cases(people, firm):
    """One item; two items with a seller and a port; no mass, so no unit value."""
    firm.address = "8 Quay Street, Room 3"
    firm.save()
    return [
        lodge(people, firm, "one"),
        lodge(
            people,
            firm,
            "two",
            dispatch_port="USA000",
            parties=[{"role": "seller", "name": "Acme, Inc."}],
            items=[TABLET, TABLET | {"number": 2, "price": "0.30", "origin": "CN"}],
        ),
        lodge(people, firm, "three", items=[TABLET | {"net_mass": None}]),
    ]


def computed(case, *, first_time=False):
    """The rows of a case, from its declaration as first lodged."""
    case = Case.objects.get(pk=case.pk)
    version = case.versions.get(version=1)
    facts = facts_of(
        version.declaration,
        version.assessed,
        version.found,
        pack(),
        tier=case.trader.tier,
        first_time=first_time,
    )
    return rows_of(
        version.declaration,
        version.assessed,
        facts,
        case=case.number,
        lodged=case.lodged_at.astimezone(CHINA).date(),
        trade=Trade(case.trader.credit_code, case.declarant.credit_code, case.trader.address),
    )


def kinds(rows):
    return [{name: type(value) for name, value in row.items()} for row in rows]


def all_computed(cases):
    return [
        row for place, case in enumerate(cases) for row in computed(case, first_time=place == 0)
    ]


def test_what_is_read_back_equals_what_is_computed(cases):
    expected = all_computed(cases)
    assert len(expected) == 4
    for _ in ("made by the reader", "read from the store"):
        assert items() == expected
        assert kinds(items()) == kinds(expected)
    assert LodgedGoods.objects.count() == 3


def test_the_background_makes_them_and_history_reads_them(cases, monkeypatch):
    keep_up(Once())
    assert LodgedGoods.objects.count() == 3
    monkeypatch.setattr(lodged, "rows_of", None)  # whoever reads computes nothing
    assert len(items()) == 4
    assert lodged.make() == 0


def test_history_does_not_depend_on_how_far_the_background_came(cases, people, firm, monkeypatch):
    monkeypatch.setattr(lodged, "BATCH", 1)
    assert lodged.make() == 1
    expected = all_computed(cases)
    assert items() == expected
    cases.append(lodge(people, firm, "later"))
    assert items() == all_computed(cases)
    LodgedGoods.objects.filter(case=cases[1]).delete()
    assert items() == all_computed(cases)


@pytest.mark.parametrize("made_before", [True, False])
def test_an_amendment_leaves_what_was_first_lodged(people, firm, made_before):
    case = lodge(people, firm)
    expected = computed(case, first_time=True)
    if made_before:
        lodged.make()
    act(
        acting(people["officer"]),
        case,
        case.sequence,
        "decide_documents",
        {"decision": "return", "note": "Price?"},
    )
    amended = desk.current_declaration(case)
    assert isinstance(amended, Declaration)
    [item] = amended.items
    amended = amended.model_copy(
        update={"items": [item.model_copy(update={"price": item.price * 2})]}
    )
    act(
        acting(people["trader"]),
        case,
        case.sequence,
        "amend",
        {"declaration": amended, "reason": "Price mended"},
    )
    assert case.version == 2
    assert items() == expected


def test_a_row_of_another_format_is_made_anew(cases):
    lodged.make()
    LodgedGoods.objects.filter(case=cases[0]).update(format=FORMAT + 1, rows="[]")
    LodgedGoods.objects.filter(case=cases[1]).update(format=0, rows="not ours")
    assert items() == all_computed(cases)
    assert set(LodgedGoods.objects.values_list("format", flat=True)) == {FORMAT}


def test_what_was_not_assessed_has_no_goods_yet(cases):
    cases[2].versions.update(assessment="")
    assert items() == all_computed(cases[:2])
    assert LodgedGoods.objects.count() == 2
    assert lodged.make() == 0


def test_a_case_that_cannot_be_read_keeps_nobody_from_the_others(cases, caplog):
    cases[1].versions.update(assessment='{"items": 7}')
    assert {row["id"] for row in items()} == {cases[0].number, cases[2].number}
    assert cases[1].number in caplog.text
    assert lodged.make() == 0
