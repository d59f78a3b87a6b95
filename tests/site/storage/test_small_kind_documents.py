"""Texts that events of a plain kind name: brought, read again, and held to their events."""

from typing import Any

import pytest
from consignments import NOW
from django.core.files.uploadedfile import SimpleUploadedFile

from sanzhi.core.findings import Unusable
from sanzhi.site.cases.actions import act, begin, standing_of
from sanzhi.site.cases.forms import MOST_BYTES
from sanzhi.site.cases.models import CaseRecord, Document
from sanzhi.site.cases.verification import differences

pytestmark = pytest.mark.django_db(transaction=True)
WHY = {"reason": "as drawn"}


@pytest.fixture
def apply(actor, firm) -> Any:
    def make(drawing: str = "a box\n") -> CaseRecord:
        asked = {"enterprise": firm.credit_code, "office": "2248", "goods": "tablets"}
        return begin(actor("trader"), "permit", "apply", asked | {"drawing": drawing}, now=NOW)

    return make


def test_what_events_name_is_kept_read_again_and_verified(actor, apply):
    case = apply()
    act(actor("officer"), case, 1, "decide", WHY, now=NOW)
    texts = [row.content for row in Document.objects.filter(case=case.number).order_by("pk")]
    assert texts == ["a box\n", "Seen: a box\n"]
    assert len(standing_of(case).documents) == 2
    assert list(differences()) == []


@pytest.mark.parametrize("place", [0, 1])
def test_a_text_that_is_changed_or_lost_is_named(actor, apply, place):
    """Whichever event names it, that of a request or any other."""
    case = apply()
    act(actor("officer"), case, 1, "decide", WHY, now=NOW)
    row = Document.objects.order_by("pk")[place]
    Document.objects.filter(pk=row.pk).update(content="another")
    assert [(one.code, case.number in one.path) for one in differences()] == [
        ("documents.changed", True)
    ]
    Document.objects.filter(pk=row.pk).delete()
    assert [(one.code, one.path) for one in differences()] == [
        ("documents.lost", f"{case.number} document {row.digest[:12]}")
    ]


def test_nothing_is_decided_on_a_text_that_is_another(actor, apply):
    case = apply()
    Document.objects.update(content="another")
    with pytest.raises(Unusable) as caught:
        act(actor("officer"), case, 1, "decide", WHY, now=NOW)
    assert caught.value.finding.code == "documents.changed"


def test_an_action_sees_another_case_beside_its_own(actor, apply):
    first, second = apply(), apply("a crate")
    act(actor("officer"), first, 1, "decide", WHY, now=NOW)
    act(actor("officer"), second, 1, "decide", WHY, now=NOW)
    first.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "decided")
    assert list(differences()) == []


def test_a_text_is_brought_as_a_file(people, firm, client):
    client.force_login(people["trader"])
    address = "/work/permits/begin/apply/"
    assert 'enctype="multipart/form-data"' in client.get(address).content.decode()
    said = {"sequence": 0, "enterprise": firm.credit_code, "office": "2248", "goods": "tablets"}

    def send(content: bytes) -> Any:
        file = {"drawing": SimpleUploadedFile("d.txt", content)}
        return client.post(address, said | file)

    assert client.post(address, said).status_code == 422
    for wrong in (b"", b"\xff\xfe\x00", b"a\0b", b"x" * (MOST_BYTES + 1)):
        assert (send(wrong).status_code, CaseRecord.objects.count()) == (422, 0)
    assert send("一个盒子".encode()).status_code == 302
    assert Document.objects.get().content == "一个盒子"
