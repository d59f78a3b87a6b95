"""Whatever is changed behind the log is named: with the case, the place, and what it should be.

Every row of the table is one change that somebody with the database could make; none passes.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from consignments import NOW, declare
from django.db import connection

from sanzhi.site.accounts.models import Enterprise
from sanzhi.site.cases.actions import act
from sanzhi.site.cases.models import Document, RequestRecord
from sanzhi.site.cases.verification import differences
from sanzhi.site.clearance.models import Case, DeclarationVersion

pytestmark = pytest.mark.django_db(transaction=True)


def cheaper() -> Any:
    less = declare()
    less.items[0].price = Decimal(900)
    return less


@pytest.fixture
def case(lodge, actor) -> Case:
    """Ten tablets: reviewed, paid, released, corrected to less, the difference refunded, and a
    decision appealed."""
    case = lodge().case
    for who, name, said in (
        ("officer", "decide_documents", {"decision": "pass"}),
        ("trader", "pay", {"amount": "130.00"}),
        ("trader", "request_correction", {"declaration": cheaper(), "reason": "a discount"}),
        ("officer", "decide_correction", {"granted": True, "reason": "yes"}),
        ("officer", "refund", {"amount": "13.00", "reason": "overpaid"}),
        ("trader", "appeal", {"decision": 3, "reason": "the value"}),
    ):
        act(actor(who), case, case.sequence, name, said, now=NOW)
    return Case.objects.get(pk=case.pk)


def test_a_course_of_actions_keeps_them_equal(case):
    assert (str(case.due), str(case.paid)) == ("117.00", "117.00")
    assert list(differences()) == []


def row(**changes: Any) -> Callable[[Case], Any]:
    return lambda case: Case.objects.filter(pk=case.pk).update(**changes)


def version(number: int, /, **changes: Any) -> Callable[[Case], Any]:
    return lambda case: DeclarationVersion.objects.filter(case=case, version=number).update(
        **changes
    )


def repriced(case: Case) -> None:
    found = DeclarationVersion.objects.get(case=case, version=1)
    content = json.loads(found.content)
    content["items"][0]["price"] = "1"
    version(1, content=json.dumps(content, separators=(",", ":")))(case)


def respaced(case: Case) -> None:
    found = DeclarationVersion.objects.get(case=case, version=2)
    version(2, content=json.dumps(json.loads(found.content)))(case)


def another_firm(case: Case) -> Enterprise:
    return Enterprise.objects.exclude(pk=case.trader_id).order_by("pk")[0]


def asked(kind: str, /, **changes: Any) -> Callable[[Case], Any]:
    return lambda case: RequestRecord.objects.filter(case=case.number, kind=kind).update(**changes)


def forged_request(case: Case) -> None:
    RequestRecord.objects.create(
        case=case.number,
        kind="cancellation",
        sequence=99,
        asked_at=NOW,
        asked_by="trader",
        reason="x",
    )


def forged_version(case: Case) -> None:
    DeclarationVersion.objects.create(
        case=case, version=3, content="{}", format="json", created=NOW
    )


def forged_document(case: Case) -> None:
    Document.objects.create(case=case.number, digest="0" * 64, content="{}")


def ghost(case: Case) -> None:
    Case.objects.create(
        number="2248-2026-IGHOST000",
        trader=case.trader,
        declarant=case.declarant,
        lodged_by=case.lodged_by,
        reference="GHOST",
        fingerprint="",
        office="2248",
        regime="import",
        type="standard",
        state="released",
        state_since=NOW,
        declared_on=date(2026, 6, 1),
        lodged_at=NOW,
        sequence=0,
    )


def gone(case: Case) -> None:
    DeclarationVersion.objects.filter(case=case).delete()
    Case.objects.filter(pk=case.pk).delete()


#: What is changed, the code of the finding, and what its path ends with.
TABLE: dict[str, tuple[Callable[[Case], Any], str, str]] = {
    "a state set to cancelled": (row(state="cancelled"), "cases.state", ""),
    "a red lane made green": (row(lane="green"), "cases.lane", ""),
    "the rule of the lane": (row(lane_rule="default"), "cases.lane_rule", ""),
    "the day whose law applies": (row(declared_on=date(2019, 1, 1)), "cases.declared_on", ""),
    "the moment of lodging": (row(lodged_at=NOW - timedelta(days=9)), "cases.lodged_at", ""),
    "the trader": (lambda case: row(trader=another_firm(case))(case), "cases.trader", ""),
    "the declarant": (
        lambda case: row(declarant=another_firm(case))(case),
        "cases.declarant",
        "",
    ),
    "the reference": (row(reference="R9"), "cases.reference", ""),
    "the digest of what was filed": (row(fingerprint="0" * 64), "cases.fingerprint", ""),
    "the office": (row(office="5301"), "cases.office", ""),
    "the direction": (row(regime="export"), "cases.regime", ""),
    "the type": (row(type="summary"), "cases.type", ""),
    "a guarantee raised": (row(guaranteed=Decimal("9999.00")), "cases.guaranteed", ""),
    "what was paid": (row(paid=Decimal(0)), "cases.paid", ""),
    "what is due": (row(due=Decimal("1.00")), "cases.due", ""),
    "the customs value": (row(customs_value=Decimal("1.00")), "cases.customs_value", ""),
    "the release": (row(released_at=None), "cases.released_at", ""),
    "an audit wiped out or made up": (row(audit_due=True), "cases.audit_due", ""),
    "the inspector": (row(inspector="nobody"), "cases.inspector", ""),
    "the deadline": (row(deadline=date(2030, 1, 1)), "cases.deadline", ""),
    "since when": (row(state_since=datetime(2026, 1, 1, tzinfo=UTC)), "cases.state_since", ""),
    "the sequence": (row(sequence=3), "cases.sequence", ""),
    "the version": (row(version=1), "cases.version", ""),
    "the count of items": (row(items=7), "cases.items", ""),
    "what lists call it": (row(goods="toys"), "cases.goods", ""),
    "the count of warnings": (row(warnings=9), "cases.warnings", ""),
    "a case removed": (gone, "cases.lost", ""),
    "a case made up": (ghost, "cases.unlogged", ""),
    "the prices of a declaration": (repriced, "documents.declaration", " v1 declaration"),
    "the bytes of a declaration": (respaced, "documents.declaration", " v2 declaration"),
    "an assessment emptied": (version(1, assessment=""), "documents.assessment", "v1 assessment"),
    "an assessment changed": (
        version(2, assessment='{"items":[]}'),
        "documents.assessment",
        "v2 assessment",
    ),
    "findings wiped out": (version(1, findings="[ ]"), "documents.findings", " v1 findings"),
    "an original put in": (version(1, original="<x/>"), "documents.original", " v1 original"),
    "a format": (version(1, format="cn-dec"), "documents.format", " v1 format"),
    "a version removed": (
        lambda case: DeclarationVersion.objects.filter(case=case, version=1).delete(),
        "documents.lost",
        " v1",
    ),
    "a version made up": (forged_version, "documents.unlogged", " v3"),
    "an outcome flipped": (asked("correction", outcome="refused"), "requests.outcome", "request"),
    "the reason of a request": (asked("appeal", reason="none"), "requests.reason", "request"),
    "who decided it": (asked("correction", decided_by="chief"), "requests.decided_by", "request"),
    "against whom": (asked("appeal", against="officer"), "requests.against", "request"),
    "what it is about": (asked("appeal", about=4), "requests.about", "request"),
    "its kind": (asked("appeal", kind="cancellation"), "requests.kind", "request"),
    "a request removed": (
        lambda case: RequestRecord.objects.filter(case=case.number).delete(),
        "requests.lost",
        "request",
    ),
    "a request made up": (forged_request, "requests.unlogged", "/99 request"),
    "the document of a request": (
        lambda case: Document.objects.filter(case=case.number).update(content="{}"),
        "documents.changed",
        "",
    ),
    "the document of a request removed": (
        lambda case: Document.objects.filter(case=case.number).delete(),
        "documents.lost",
        "",
    ),
    "a document made up": (forged_document, "documents.changed", ""),
}


def test_the_table_is_no_short_one():
    assert len(TABLE) >= 40


@pytest.mark.parametrize("what", TABLE)
def test_what_is_changed_behind_the_log_is_named(case, what):
    change, code, ending = TABLE[what]
    change(case)
    found = list(differences())
    assert code in {one.code for one in found}
    for one in found:
        assert one.path.startswith(("2248-2026-IGHOST000", case.number))
        assert any("\u4e00" <= sign <= "\u9fff" for sign in one.text.zh)
    named = next(one for one in found if one.code == code)
    assert named.path.endswith(ending)


def test_values_of_another_type_are_other_values(case):
    """SQLite keeps what it is given; a text that looks like the amount is not the amount."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps to the types of its columns")
    for column, value in (
        ("items", "one"),
        ("warnings", "none"),
        ("audit_due", 7),
        ("due", "a lot"),
        ("paid", b"\xff\xfe"),
        ("declared_on", "yesterday"),
        ("lodged_at", 12),
        ("state", b"\xff"),
    ):
        before = getattr(case, column)
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE clearance_case SET {column} = %s WHERE id = %s", [value, case.pk]
            )
        assert {one.path for one in differences()} == {case.number}, column
        Case.objects.filter(pk=case.pk).update(**{column: before})
    assert list(differences()) == []
