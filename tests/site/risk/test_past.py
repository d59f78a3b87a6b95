"""The past as rules ask it at the desk: what is stored for it is held to the log."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db.models import Value
from risk_cases import acting, lodge

from granted import grant_all
from sanzhi.core.dates import CHINA
from sanzhi.customs.risk.kept import rows_from
from sanzhi.site.cases.actions import act
from sanzhi.site.clearance import desk
from sanzhi.site.events import columns
from sanzhi.site.events.log import integrate
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.standing import differences
from sanzhi.site.risk import history, known, lodged, past
from sanzhi.site.risk.models import LodgedGoods, PastGoods, Reckoned, Reference

pytestmark = pytest.mark.django_db

JUNE = datetime(2026, 6, 1, 10, tzinfo=CHINA)


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def people(people):
    """As their grants say, so that nothing but the past can differ."""
    grant_all()
    return people


def inspected(people, case, result="discrepancy", now=JUNE):
    supervisor, officer = acting(people["supervisor"]), acting(people["officer"])
    act(supervisor, case, case.sequence, "change_lane", {"lane": "red", "reason": "a tip"}, now=now)
    said = {"result": result, "note": "opened"}
    act(officer, case, case.sequence, "record_inspection", said, now=now)
    return case


def asked(case, fact, day=date(2026, 6, 2)):
    [row, *_] = (row for row in history.goods().collect().to_dicts() if row["id"] == case.number)
    return known.knowledge(day).fact(fact, row)


@pytest.mark.parametrize("made_before", [True, False])
def test_a_find_stands_beside_the_goods_whoever_comes_first(people, firm, made_before):
    case = lodge(people, firm, now=JUNE)
    if made_before:
        lodged.make()
    inspected(people, case)
    lodged.make()
    assert PastGoods.objects.get().found == date(2026, 6, 1)
    assert asked(case, "importer_finds_365d") == 1
    assert asked(case, "importer_finds_365d", date(2026, 6, 1)) == 0
    assert list(differences()) == []


def test_an_inspection_in_order_is_no_find(people, firm):
    case = inspected(people, lodge(people, firm, now=JUNE), "conforms")
    assert asked(case, "importer_finds_365d") == 0


@pytest.mark.parametrize(
    "changed",
    [
        {"found": None},
        {"found": date(2026, 6, 3)},
        {"found": Value("y")},  # behind every day, and read as none
        {"date": date(2019, 1, 1)},
        {"date": Value("20260601")},  # the same day, and sorted elsewhere
        *({name: "other"} for name in ("importer", "declarant", "seller", "importer_address")),
        *({name: "other"} for name in ("code", "origin", "departure")),
    ],
    ids=lambda one: next(iter(one)),
)
def test_goods_that_were_changed_are_named(people, firm, changed):
    case = inspected(people, lodge(people, firm, now=JUNE))
    lodge(people, firm, "other", now=JUNE)
    lodged.make()
    assert list(differences()) == []
    PastGoods.objects.filter(case=case).update(**changed)
    [found] = differences()
    assert (found.code, found.path) == ("past.changed", case.number)
    for made in (PastGoods, LodgedGoods):
        made.objects.filter(case=case).delete()
    lodged.make()
    assert list(differences()) == []


@pytest.mark.parametrize("text", ["not ours", "7", '[["2026-06-01"], [1]]', '[["soon"]]'])
def test_kept_goods_that_cannot_be_read_are_named(people, firm, text):
    case = lodge(people, firm, now=JUNE)
    known.make()  # usual prices are counted, and verified as well
    LodgedGoods.objects.update(rows=text)
    assert ("past.changed", case.number) in {(one.code, one.path) for one in differences()}


def test_a_file_of_the_past_that_cannot_be_read_is_named_and_stops_nothing(
    people, firm, settings, tmp_path
):
    settings.HOME = tmp_path
    lodge(people, firm, now=JUNE)
    while integrate(JUNE):
        pass
    known.make()
    assert columns.make()
    [file] = (tmp_path / "columns" / "goods").glob("*.parquet")
    file.write_bytes(b"no table")
    assert [(one.code, one.path) for one in differences()] == [
        ("columns.changed", f"goods/{file.name}")
    ]


def test_goods_that_were_removed_doubled_or_invented_are_named(people, firm):
    cases = [lodge(people, firm, name, now=JUNE) for name in ("one", "two", "three")]
    lodged.make()
    PastGoods.objects.filter(case=cases[0]).delete()
    for name in ("two", "three"):
        row = PastGoods.objects.get(case__reference=name)
        row.pk = None
        row.save(force_insert=True)
    LodgedGoods.objects.filter(case=cases[2]).delete()
    assert {(one.code, one.path) for one in differences()} == {
        ("past.changed", case.number) for case in cases
    }


def test_goods_of_another_day_or_party_and_of_cases_never_assessed_are_named(people, firm):
    cases = [lodge(people, firm, name, now=JUNE) for name in ("one", "two", "three", "four")]
    lodged.make()
    one, two, three, four = (LodgedGoods.objects.get(case=case) for case in cases)
    for kept, old, new in ((one, "2026-06-01", "2019-06-01"), (two, firm.credit_code, "other")):
        kept.rows = kept.rows.replace(old, new)
        kept.save()
        past.replace({kept.case_id: rows_from(kept.rows)})
    LodgedGoods.objects.filter(case=three.case).update(format=99, rows="[]")
    EventRecord.objects.filter(case=four.case.number, kind="clearance.assessed").delete()
    told = {one.path for one in past.differences()}
    assert told == {case.number for case in cases}


def test_a_name_that_no_index_would_take_is_asked_for_all_the_same(people, firm):
    """Names are told apart to their last sign, however long."""
    names = ["公司" * 255 + end for end in "甲乙"]
    cases = [
        lodge(people, firm, name[-1], now=JUNE, parties=[{"role": "seller", "name": name}])
        for name in names
    ]
    assert asked(cases[0], "importer_sellers_365d") == 2
    assert asked(cases[0], "new_seller") is False
    unseen = {"importer": firm.credit_code, "seller": "公司" * 255 + "丙"}
    assert known.knowledge(date(2026, 6, 2)).fact("new_seller", unseen) is True
    assert list(differences()) == []


def test_unit_values_are_compared_by_what_the_months_before_said(people, firm):
    """The references of a month are counted once, and named where they were changed."""
    for number in range(6):
        lodge(people, firm, f"R{number}", now=JUNE)
    case = lodge(people, firm, "later", now=JUNE + timedelta(days=30))
    july = date(2026, 7, 1)
    distance = asked(case, "unit_value_distance", july)
    facts = history.history({"unit_value_distance"})
    assert facts["unit_value_distance"].to_list() == [None] * 6 + [pytest.approx(distance)]
    assert Reckoned.objects.filter(what=Reckoned.REFERENCES, day=july).count() == 1
    assert list(differences()) == []
    Reference.objects.update(spread=9.0)
    [found] = differences()
    assert (found.code, found.path) == ("references.changed", "2026-07")
    whole = Reckoned.objects.filter(what=Reckoned.REFERENCES)
    whole.create(what=Reckoned.REFERENCES, day=date(2126, 7, 1))  # a later month hides no other
    assert {(one.code, one.path) for one in differences()} == {
        ("references.changed", "2026-07"),
        ("references.changed", "2126-07"),
    }
    whole.delete()  # what nobody says is whole is counted anew, whatever stands there
    assert asked(case, "unit_value_distance", july) == distance
    assert list(differences()) == []


def test_the_background_has_ready_what_today_asks_for(people, firm, django_assert_num_queries):
    lodge(people, firm, now=JUNE)
    known.make()
    assert PastGoods.objects.count() == 1
    assert known.make() == 0
    today = known.pack().day_of(known.timezone.now())
    with django_assert_num_queries(2):  # whether the past is whole, and the question
        known.knowledge(today).fact("new_seller", {"importer": "A", "seller": "B"})


def test_what_was_recovered_follows_amendment_and_correction(people, firm):
    """By how much the net revenue lies above the first assessment, whatever made it so."""
    case = inspected(people, lodge(people, firm, now=JUNE))
    first = case.due

    def recovered():
        [(found, day, amount)] = history.outcomes().values()
        assert (found, day) == (True, date(2026, 6, 1))
        assert history.goods().collect()["recovered"].to_list() == [amount]
        return amount

    assert recovered() == 0.0
    trader, officer = acting(people["trader"]), acting(people["officer"])
    dearer = priced(case, "3000")
    act(trader, case, case.sequence, "amend", {"declaration": dearer, "reason": "the true price"})
    case.refresh_from_db()
    assert recovered() == float(case.due - first) > 0
    if "inspect" in case.state:
        act(officer, case, case.sequence, "record_inspection", {"result": "conforms"})
    act(trader, case, case.sequence, "pay", {"amount": case.due})
    said = {"declaration": priced(case, "2000"), "reason": "a rebate"}
    act(trader, case, case.sequence, "request_correction", said)
    granted = {"granted": True, "reason": "proven"}
    act(acting(people["supervisor"]), case, case.sequence, "decide_correction", granted)
    case.refresh_from_db()
    assert recovered() == float(case.due - first) > 0


def priced(case, price):
    """The case's declaration with another price."""
    declaration = desk.current_declaration(case)
    [item] = declaration.items
    return declaration.model_copy(
        update={"items": [item.model_copy(update={"price": Decimal(price)})]}
    )
