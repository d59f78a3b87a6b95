"""Lodging: once, whole, and only where one may."""

from datetime import date
from functools import partial

import pytest
from consignments import NOW, at_once, declare

from sanzhi.core.findings import Unusable
from sanzhi.site.accounts.access import Denied
from sanzhi.site.accounts.models import BrokerAuthority
from sanzhi.site.clearance import lodging
from sanzhi.site.clearance.lodging import Submission
from sanzhi.site.clearance.lookup import declarant_for
from sanzhi.site.clearance.models import Case, DeclarationVersion
from sanzhi.site.events.models import EventRecord

pytestmark = pytest.mark.django_db(transaction=True)


def stored() -> tuple[int, int, int]:
    return Case.objects.count(), DeclarationVersion.objects.count(), EventRecord.objects.count()


def test_a_case_is_stored_with_its_declaration_and_its_events(lodge):
    done = lodge()
    case = Case.objects.get()
    assert done.is_new
    assert (case.state, case.lane, str(case.due), case.version) == (
        "documents_review",
        "yellow",
        "130.00",
        1,
    )
    assert [event.kind for event in EventRecord.objects.order_by("sequence")] == [
        "clearance.lodged",
        "clearance.accepted",
        "clearance.assessed",
        "clearance.lane_assigned",
    ]
    assert case.sequence == 4
    version = case.versions.get()
    assert version.declaration.reference == "R1"
    assert str(version.assessed.total) == "130.00"


def test_the_same_again_is_the_same_case(lodge):
    first = lodge()
    before = stored()
    again = lodge()
    assert (again.is_new, again.case.number) == (False, first.case.number)
    assert stored() == before


def test_the_same_reference_with_other_content_is_refused(lodge):
    lodge()
    before = stored()
    with pytest.raises(Unusable) as caught:
        lodge(declare(remarks="another"))
    assert caught.value.finding.code == "declaration.reference_used"
    assert stored() == before


def test_another_trader_may_use_the_same_reference(lodge, actor, other_firm):
    lodge()
    done = lodge(by=actor("other_trader"), trader=other_firm)
    assert done.is_new
    assert Case.objects.count() == 2


def test_without_a_reference_each_is_a_case_of_its_own(lodge):
    numbers = {lodge(declare(None)).case.number for _ in range(2)}
    assert len(numbers) == 2
    assert all(case.reference.startswith("20260601-") for case in Case.objects.all())


def test_lodged_at_once_by_eight_it_is_one_case(lodge):
    done = at_once(*[lodge] * 8)
    assert sum(one.is_new for one in done) == 1
    assert len({one.case.number for one in done}) == 1
    assert stored() == (1, 1, 4)


def test_other_content_at_once_under_one_reference_leaves_one_case(lodge):
    done = at_once(*(partial(lodge, declare(remarks=str(number))) for number in range(6)))
    won = [one for one in done if not isinstance(one, Exception)]
    assert len(won) == 1
    assert {one.finding.code for one in done if one not in won} == {"declaration.reference_used"}
    assert stored() == (1, 1, 4)


def test_a_bulk_is_stored_whole_or_not_at_all(actor, firm):
    filings = [Submission(declare(f"B{number}"), firm) for number in range(5)]
    bad = [*filings, Submission(declare("B9", office="0000"), firm)]
    with pytest.raises(Unusable) as caught:
        lodging.lodge_many(actor("trader"), bad, firm, now=NOW)
    assert caught.value.finding.code == "declaration.office_unknown"
    assert stored() == (0, 0, 0)
    done = lodging.lodge_many(actor("trader"), filings, firm, now=NOW)
    assert [one.case.reference for one in done] == ["B0", "B1", "B2", "B3", "B4"]
    assert stored() == (5, 5, 20)


def test_what_is_stored_with_a_lodgement_fails_with_it(actor, firm):
    def fail(_done: object) -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        lodging.lodge_many(
            actor("trader"), [Submission(declare(), firm)], firm, now=NOW, stored=fail
        )
    assert stored() == (0, 0, 0)


def test_a_bulk_may_name_a_case_twice_and_one_lodged_before(actor, firm, lodge):
    known = lodge(declare("B1"))
    done = lodging.lodge_many(
        actor("trader"),
        [Submission(declare(reference), firm) for reference in ("B1", "B2", "B2")],
        firm,
        now=NOW,
    )
    assert [one.is_new for one in done] == [False, True, False]
    assert done[0].case.number == known.case.number
    assert done[1].case.number == done[2].case.number
    assert Case.objects.count() == 2


def test_bulks_that_overlap_at_once_make_each_case_once(actor, firm, monkeypatch):
    # Each counts as its trader's first, whoever comes first, and has four events.
    monkeypatch.setattr(lodging, "_known_traders", lambda _filings: set())
    trader = actor("trader")

    def bulk(start: int) -> list[str]:
        filings = [Submission(declare(f"B{number}"), firm) for number in range(start, start + 6)]
        return [one.case.number for one in lodging.lodge_many(trader, filings, firm, now=NOW)]

    done = at_once(*(partial(bulk, start) for start in (0, 2, 4, 0)))
    assert [one for one in done if isinstance(one, Exception)] == []
    assert done[0] == done[3]
    assert done[0][2:] == done[1][:4]
    assert stored() == (10, 10, 40)


def test_a_declaration_with_errors_is_a_case_returned_to_its_trader(lodge):
    case = lodge(declare(incoterm="HERE")).case
    assert (case.state, case.awaited_from) == ("returned", "trader")
    assert case.versions.get().found[0].code == "code.incoterm_unknown"


@pytest.mark.parametrize(
    "name", ["other_trader", "officer", "supervisor", "analyst", "administrator", "nobody"]
)
def test_who_may_not_file_for_the_firm(name, actor, lodge):
    with pytest.raises(Denied):
        lodge(by=actor(name))
    assert stored() == (0, 0, 0)


@pytest.mark.parametrize(
    ("day", "may"),
    [
        (date(2025, 12, 31), False),
        (date(2026, 1, 1), True),
        (date(2026, 12, 31), True),
        (date(2027, 1, 1), False),
    ],
)
def test_a_broker_files_while_the_authority_lasts(day, may, actor, firm, brokerage):
    BrokerAuthority.objects.update(until=date(2027, 1, 1))
    broker = actor("broker", day)
    filing = Submission(declare(), firm)
    if may:
        case = lodging.lodge(broker, filing, declarant_for(broker, firm), now=NOW).case
        assert (case.trader, case.declarant) == (firm, brokerage)
    else:
        with pytest.raises(Denied):
            lodging.lodge(broker, filing, brokerage, now=NOW)
        with pytest.raises(Unusable):
            declarant_for(broker, firm)
        assert stored() == (0, 0, 0)
