"""What a case says of money and release is what its events say."""

from decimal import Decimal

import pytest
from consignments import NOW, declare

from sanzhi.site.clearance import actions
from sanzhi.site.clearance.books import differences
from sanzhi.site.clearance.models import Case

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def case(lodge, actor) -> Case:
    """Ten tablets: reviewed, paid, released, corrected to less, and the difference refunded."""
    case = lodge().case
    act(actor("officer"), case, case.sequence, "decide_documents", {"decision": "pass"}, now=NOW)
    act(actor("trader"), case, case.sequence, "pay", {"amount": Decimal("130.00")}, now=NOW)
    less = declare()
    less.items[0].price = Decimal(900)
    act(
        actor("trader"),
        case,
        case.sequence,
        "request_correction",
        {"declaration": less, "reason": "a discount"},
        now=NOW,
    )
    act(
        actor("officer"),
        case,
        case.sequence,
        "decide_correction",
        {"granted": True, "reason": "yes"},
        now=NOW,
    )
    act(
        actor("officer"),
        case,
        case.sequence,
        "refund",
        {"amount": Decimal("13.00"), "reason": "overpaid"},
        now=NOW,
    )
    return Case.objects.get(pk=case.pk)


def test_a_course_of_actions_keeps_them_equal(case):
    assert (str(case.due), str(case.paid)) == ("117.00", "117.00")
    assert list(differences()) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"paid": Decimal(0)}, "cases.paid"),
        ({"due": Decimal("1.00")}, "cases.due"),
        ({"released_at": None}, "cases.released"),
    ],
)
def test_a_case_changed_behind_the_log_is_named(case, change, code):
    Case.objects.filter(pk=case.pk).update(**change)
    [finding] = differences()
    assert (finding.code, finding.path) == (code, case.number)
    assert case.number in finding.text.zh
