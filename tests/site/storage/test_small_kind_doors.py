"""What a kind says of its actions holds at every door."""

import json

import pytest
from consignments import NOW
from django.db import connection

from sanzhi.core.findings import Unusable
from sanzhi.site.cases.actions import act, act_on_all, begin, offered
from sanzhi.site.cases.desks import DESKS
from sanzhi.site.cases.models import CaseRecord
from sanzhi.site.events.models import EventRecord

pytestmark = pytest.mark.django_db(transaction=True)
DRAFT = {"office": "2248", "start": "2026-07-01"}


def test_no_door_offers_what_a_program_does(people, actor, firm, client):
    said = {"enterprise": firm.credit_code, "office": "2248", "goods": "g", "drawing": "d"}
    case = begin(actor("trader"), "permit", "apply", said, now=NOW)
    act(actor("officer"), case, 1, "decide", {"reason": "r"}, now=NOW)
    assert "expire" not in offered(actor("officer"), case)
    client.force_login(people["officer"])
    address = f"/work/permits/{case.number}/"
    assert "Let it expire" not in client.get(address).content.decode()
    for call in (client.get, client.post):
        assert call(f"{address}do/expire/", {"sequence": 3}).status_code == 404
    paths = json.loads(client.get("/api/v1/openapi.json").content)["paths"]
    assert "/api/v1/permits/{number}/actions/decide" in paths
    assert "/api/v1/permits/{number}/actions/expire" not in paths
    assert act(actor("officer"), case, 3, "expire", now=NOW).state == "replaced"


def test_what_one_action_rests_on_is_held_for_many_too(actor, monkeypatch):
    """In the transaction that writes, before their events are read."""
    cases = [begin(actor("officer"), "leave", "draft", DRAFT, now=NOW) for _ in range(2)]
    held: list[tuple[str, bool]] = []

    def hold(row: CaseRecord) -> None:
        held.append((row.number, connection.in_atomic_block))
        EventRecord.objects.filter(case=row.number).update(seal="")

    monkeypatch.setattr(DESKS["leave"], "hold", {"ask": hold})
    with pytest.raises(Unusable, match="do not hold together"):
        act_on_all(actor("officer"), cases, "ask", [{"reason": "x"}] * 2, now=NOW)
    assert held == [(case.number, True) for case in cases]
