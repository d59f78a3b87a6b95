"""The HTTP API as a trader's system and an officer's use it."""

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.test import Client
from django.utils import timezone

from sanzhi.declarations.formats.cn_receipts import read_receipt
from sanzhi.events.canonical import leaf_hash
from sanzhi.events.merkle import verify_consistency, verify_inclusion
from sanzhi.site.accounts import tokens
from sanzhi.site.accounts.models import Membership, OfficerPost, User
from sanzhi.site.cases.desks import DESKS
from sanzhi.site.cases.models import IdempotencyKey
from sanzhi.site.clearance.models import Case
from sanzhi.site.events.log import integrate
from sanzhi.site.events.models import CheckpointRecord, EventRecord, Tile

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"


@pytest.fixture(autouse=True)
def _home(settings, tmp_path):
    """The log's key belongs to the test; what is known of traders does too."""
    settings.HOME = tmp_path


class Api:
    """A client with a token: `api("officer").get("/cases")`."""

    def __init__(self, token: str | None, language: str = "en") -> None:
        self.client = Client(raise_request_exception=False)
        self.headers = {"HTTP_ACCEPT_LANGUAGE": language}
        if token is not None:
            self.headers["HTTP_AUTHORIZATION"] = f"Bearer {token}"

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1{path}", query, **self.headers)

    def post(
        self, path: str, body: Any, content_type: str = "application/json", **headers: str
    ) -> Any:
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        return self.client.post(
            f"/api/v1{path}", data, content_type=content_type, **self.headers, **headers
        )


@pytest.fixture
def api(people):
    def make(name: str, language: str = "en") -> Api:
        return Api(tokens.issue(people[name], "test", timezone.now())[1], language)

    return make


def declaration(reference: str = "R1", **fields: Any) -> dict[str, Any]:
    return {
        "reference": reference,
        "date": "2026-06-01",
        "office": "2248",
        "currency": "CNY",
        "incoterm": "CIF",
        "procedure": "0110",
        "transport": {"mode": "5"},
        "packages": "2",
        "gross_mass": "20",
        "items": [
            {
                "number": 1,
                "code": "8471301000",
                "description": "tablets",
                "origin": "US",
                "quantity": "10",
                "unit": "unit",
                "price": "1000",
                "elements": ["3", "0", "writing", "16 GB", "Acme", "T1"],
            }
        ],
        **fields,
    }


def code(answer: Any) -> str:
    return answer.json()["findings"][0]["code"]


def test_lodging_answers_with_the_case_and_what_it_owes(api):
    answer = api("trader").post("/declarations", declaration())
    assert answer.status_code == 201
    body = answer.json()
    assert (body["is_new"], body["findings"]) == (True, [])
    case = body["case"]
    assert (case["state"], case["lane"], case["due"], case["sequence"]) == (
        "documents_review",
        "yellow",
        "130.00",
        4,
    )
    assert case["state_words"] == "documents review"


def test_the_same_again_is_200_and_other_content_422(api):
    trader = api("trader")
    first = trader.post("/declarations", declaration()).json()
    again = trader.post("/declarations", declaration())
    assert (again.status_code, again.json()["is_new"]) == (200, False)
    assert again.json()["case"]["number"] == first["case"]["number"]
    other = trader.post("/declarations", declaration(remarks="other"))
    assert (other.status_code, code(other)) == (422, "declaration.reference_used")


def test_answers_are_in_the_language_asked_for(api):
    body = api("trader", "zh-hans").post("/declarations", declaration(incoterm="HERE")).json()
    assert body["case"]["state_words"] == "退回修改"
    assert "成交方式" in body["findings"][0]["text"]
    assert body["findings"][0]["mend"].endswith("。")


@pytest.mark.parametrize("token", [None, "", "sanzhi_nothing", "x" * 5000])
def test_without_a_token_there_is_nothing(db, token):
    for answer in (Api(token).get("/cases"), Api(token).post("/declarations", declaration())):
        assert answer.status_code == 401
        assert code(answer) == "http.401"
    assert not Case.objects.exists()


def test_an_expired_token_no_longer_holds(people):
    _, secret = tokens.issue(people["trader"], "old", timezone.now() - timedelta(days=2), days=1)
    answer = Api(secret).get("/cases")
    assert (answer.status_code, code(answer)) == (401, "http.401")


def test_a_revoked_token_no_longer_holds(people):
    token, secret = tokens.issue(people["trader"], "lost", timezone.now())
    assert Api(secret).get("/cases").status_code == 200
    token.delete()
    assert Api(secret).get("/cases").status_code == 401


def test_what_was_taken_away_is_void_at_once(people, firm):
    """No process goes on with what an account had a moment ago."""
    trader, officer = (
        Api(tokens.issue(people[name], "test", timezone.now())[1]) for name in ("trader", "officer")
    )
    number = trader.post("/declarations", declaration()).json()["case"]["number"]
    assert officer.get(f"/cases/{number}").status_code == 200
    OfficerPost.objects.all().delete()
    assert officer.get(f"/cases/{number}").status_code == 404
    OfficerPost.objects.create(user=people["officer"], office="2248", role="officer")
    assert officer.get(f"/cases/{number}").status_code == 200
    assert trader.get(f"/cases/{number}").status_code == 200
    Membership.objects.filter(enterprise=firm).delete()
    assert trader.get(f"/cases/{number}").status_code == 404
    assert trader.post("/declarations", declaration()).status_code == 403
    User.objects.filter(username="officer").update(is_active=False)
    assert officer.get(f"/cases/{number}").status_code == 401


def test_a_closed_account_has_no_tokens(people):
    _, secret = tokens.issue(people["trader"], "test", timezone.now())
    User.objects.filter(pk=people["trader"].pk).update(is_active=False)
    assert Api(secret).get("/cases").status_code == 401


def test_who_may_not_file_is_told(api, other_firm):
    officer = api("officer").post("/declarations", declaration())
    assert (officer.status_code, code(officer)) == (403, "access.denied")
    stranger = api("trader").post(f"/declarations?trader={other_firm.credit_code}", declaration())
    assert (stranger.status_code, code(stranger)) == (422, "trader.not_yours")
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", "request."),
        (b"{", "request."),
        (b"[]", "request."),
        (b"\xff\xfe", "request."),
        ({"items": []}, "request.missing"),
        (declaration(office="0000"), "declaration.office_unknown"),
        (declaration(office=None), "declaration.office_missing"),
        (declaration(date="soon"), "request.date"),
        (declaration(reference="x" * 65), "request."),
        (declaration(items=[{"number": 0}]), "request.greater"),
    ],
)
def test_what_is_no_declaration_is_refused_with_findings(api, body, found):
    answer = api("trader").post("/declarations", body)
    assert answer.status_code in (400, 422)
    assert code(answer).startswith((found, "http.400"))
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "sample", ["china-import.xml", "wco-import-to-china.xml", "cigarettes.json"]
)
def test_messages_are_lodged_as_they_come(api, people, firm, sample):
    data = (SAMPLES / sample).read_bytes()
    answer = api("trader").post(
        f"/declarations/message?trader={firm.credit_code}",
        data,
        "application/xml" if sample.endswith("xml") else "application/json",
    )
    assert answer.status_code == 201, answer.content
    case = Case.objects.get()
    assert case.number == answer.json()["case"]["number"]
    if sample.endswith("xml"):
        assert case.versions.get().original.encode() == data
    again = api("trader").post(
        f"/declarations/message?trader={firm.credit_code}", data, "application/xml"
    )
    assert again.status_code == 200


BOMB = b'<!DOCTYPE a [<!ENTITY x "xxxxxxxx"><!ENTITY y "&x;&x;&x;&x;">]><a>&y;</a>'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<",
        b"<a/>",
        BOMB,
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b"\x00" * 50,
        b"code,price\n",
        (SAMPLES / "bulk.csv").read_bytes(),
    ],
)
@pytest.mark.parametrize("path", ["/declarations/message", "/declarations/check"])
def test_hostile_messages_are_refused_with_a_finding(api, path, data):
    answer = api("trader").post(path, data, "application/xml")
    if path.endswith("check") and data == (SAMPLES / "bulk.csv").read_bytes():
        assert answer.status_code == 200
        return
    assert answer.status_code == 422
    assert answer.json()["findings"][0]["text"]
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "path", ["/declarations", "/declarations/message", "/declarations/bulk", "/declarations/check"]
)
def test_a_body_over_the_limit_is_refused(api, settings, path):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    answer = api("trader").post(path, declaration(remarks="x" * 11_000))
    assert answer.status_code == 413
    assert code(answer) == "request.too_large"
    assert not Case.objects.exists()


def test_a_bulk_is_answered_row_by_row(api):
    answer = api("trader").post(
        "/declarations/bulk",
        {"declarations": [declaration("B1"), declaration("B2"), declaration("B1")]},
    )
    assert answer.status_code == 200
    rows = answer.json()["cases"]
    assert [(row["reference"], row["is_new"]) for row in rows] == [
        ("B1", True),
        ("B2", True),
        ("B1", False),
    ]


@pytest.mark.parametrize("count", [0, 201])
def test_a_bulk_has_its_limits(api, count):
    answer = api("trader").post(
        "/declarations/bulk",
        {"declarations": [declaration(f"B{number}") for number in range(count)]},
    )
    assert answer.status_code == 422
    assert not Case.objects.exists()


def test_a_bulk_refusal_names_the_declaration(api):
    for wrong in (declaration("R2", office=None), declaration("R2", office="9999")):
        answer = api("trader").post(
            "/declarations/bulk", {"declarations": [declaration("R1"), wrong]}
        )
        assert answer.status_code == 422
        assert answer.json()["findings"][0]["path"] == "declarations[1].office"
    shape = api("trader").post(
        "/declarations/bulk",
        {"declarations": [declaration("R1"), declaration("R2", arrival_date="soon")]},
    )
    assert shape.json()["findings"][0]["path"] == "declarations[1].arrival_date"
    assert Case.objects.count() == 0


def test_a_day_that_is_none_is_told_in_the_language_asked_for(api):
    said = {
        language: api("trader", language)
        .post("/declarations/bulk", {"declarations": [declaration(arrival_date="soon")]})
        .json()["findings"][0]["text"]
        for language in ("en", "zh-hans")
    }
    assert "must be a date like 2026-03-02" in said["en"]
    assert "应为日期，例如 2026-03-02" in said["zh-hans"]
    number = api("trader").post("/declarations", declaration()).json()["case"]["number"]
    refused = api("trader", "zh-hans").post(
        f"/cases/{number}/actions/report_arrival", {"sequence": 1, "on": "soon"}
    )
    assert refused.status_code == 422
    assert refused.json()["findings"][0]["text"] == "on 应为日期，例如 2026-03-02。"


@pytest.mark.parametrize(
    ("name", "body", "path"),
    [
        ("change_lane", {"lane": "red", "reason": " \u3000 "}, "reason"),
        ("decide_documents", {"decision": "return", "note": "  "}, "note"),
        ("record_inspection", {"result": "discrepancy"}, "note"),
    ],
)
def test_a_decision_against_the_trader_says_why(api, name, body, path):
    number = api("trader").post("/declarations", declaration()).json()["case"]["number"]
    supervisor = api("supervisor")
    if name == "record_inspection":
        moved = {"sequence": 4, "lane": "red", "reason": "a tip"}
        assert supervisor.post(f"/cases/{number}/actions/change_lane", moved).status_code == 200
    sequence = Case.objects.get(number=number).sequence
    refused = supervisor.post(f"/cases/{number}/actions/{name}", {"sequence": sequence, **body})
    assert refused.status_code == 422
    assert refused.json()["findings"][0]["path"] == path
    assert Case.objects.get(number=number).sequence == sequence


def test_checking_stores_nothing(api):
    answer = api("trader").post("/declarations/check", declaration())
    body = answer.json()
    assert (answer.status_code, body["findings"], body["assessment"]["total"]) == (
        200,
        [],
        "130.00",
    )
    assert not Case.objects.exists()


def test_an_idempotency_key_brings_the_same_answer(api):
    trader = api("trader")
    first = trader.post("/declarations", declaration(), HTTP_IDEMPOTENCY_KEY="k1")
    again = trader.post("/declarations", declaration(), HTTP_IDEMPOTENCY_KEY="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert Case.objects.count() == IdempotencyKey.objects.count() == 1


def test_an_idempotency_key_belongs_to_one_request_of_one_user(api):
    trader = api("trader")
    trader.post("/declarations", declaration(), HTTP_IDEMPOTENCY_KEY="k1")
    other = trader.post("/declarations", declaration("R2"), HTTP_IDEMPOTENCY_KEY="k1")
    assert (other.status_code, code(other)) == (409, "idempotency.key_used")
    broker = api("broker").post("/declarations", declaration("R3"), HTTP_IDEMPOTENCY_KEY="k1")
    assert broker.status_code == 201
    assert Case.objects.count() == 2


def test_a_refused_request_does_not_use_up_its_key(api):
    trader = api("trader")
    assert (
        trader.post(
            "/declarations", declaration(office="0000"), HTTP_IDEMPOTENCY_KEY="k1"
        ).status_code
        == 422
    )
    assert trader.post("/declarations", declaration(), HTTP_IDEMPOTENCY_KEY="k1").status_code == 201


def test_a_key_that_is_too_long_is_refused(api):
    answer = api("trader").post("/declarations", declaration(), HTTP_IDEMPOTENCY_KEY="k" * 129)
    assert answer.status_code == 422


def test_a_list_is_walked_page_by_page_newest_first(api):
    trader = api("trader")
    for number in range(7):
        trader.post("/declarations", declaration(f"REF-{number}"))
    seen: list[str] = []
    cursor = None
    for _ in range(4):
        page = trader.get("/cases", limit=2, **({"cursor": cursor} if cursor else {})).json()
        seen += [case["reference"] for case in page["cases"]]
        cursor = page["next"]
    assert seen == [f"REF-{number}" for number in reversed(range(7))]
    assert cursor is None
    found = trader.get("/cases", q="REF-3").json()["cases"]
    assert [case["reference"] for case in found] == ["REF-3"]
    assert trader.get("/cases", state="released").json()["cases"] == []


@pytest.mark.parametrize(
    "query",
    [
        {"cursor": "x"},
        {"cursor": "2026-01-01~1"},
        {"cursor": "2026-01-01T00:00:00+00:00~x"},
        {"cursor": "2026-01-01T00:00:00+00:00~99999999999999999999"},
        {"limit": 0},
        {"limit": 201},
        {"cursor": "0001-01-01T00:00:00+23:59~1"},
    ],
)
def test_what_is_no_page_is_a_finding(api, query):
    answer = api("trader").get("/cases", **query)
    assert answer.status_code == 422
    assert answer.json()["findings"]


def test_nothing_is_found_that_may_not_be_seen(api, people, other_firm):
    number = api("trader").post("/declarations", declaration()).json()["case"]["number"]
    assert api("officer").get(f"/cases/{number}").status_code == 200
    for name in ("broker", "analyst", "administrator"):
        seer = api(name)
        assert seer.get("/cases").json()["cases"] == []
        for part in ("", "/declaration", "/assessment", "/findings", "/events", "/events/1/proof"):
            assert code(seer.get(f"/cases/{number}{part}")) == "not_found"
        acted = seer.post(f"/cases/{number}/actions/pay", {"sequence": 4, "amount": "130.00"})
        assert acted.status_code == 404
    assert Case.objects.get().sequence == 4


def test_acting(api):
    trader, officer = api("trader"), api("officer")
    number = trader.post("/declarations", declaration()).json()["case"]["number"]
    actions = f"/cases/{number}/actions"
    decision = {"sequence": 4, "decision": "pass"}
    assert trader.post(f"{actions}/decide_documents", decision).status_code == 403
    assert (
        officer.post(f"{actions}/decide_documents", {"sequence": 3, "decision": "pass"}).status_code
        == 409
    )
    passed = officer.post(f"{actions}/decide_documents", decision)
    assert (passed.status_code, passed.json()["state"]) == (200, "payment")
    late = officer.post(f"{actions}/decide_documents", {"sequence": 6, "decision": "pass"})
    assert (late.status_code, code(late)) == (422, "action.not_now")
    wrong = trader.post(f"{actions}/pay", {"sequence": 6, "amount": "1"})
    assert (wrong.status_code, code(wrong)) == (422, "payment.amount")
    paid = trader.post(f"{actions}/pay", {"sequence": 6, "amount": "130.00"}).json()
    assert (paid["state"], paid["owed"], paid["sequence"]) == ("released", "0.00", 8)
    events = trader.get(f"/cases/{number}/events").json()["events"]
    assert [event["sequence"] for event in events] == list(range(1, 9))
    assert events[-2]["words"].startswith("Paid 130.00 CNY")
    assert events[4]["actor"] == "officer"


def test_a_proof_can_be_checked_by_whoever_asks(api):
    trader = api("trader")
    number = trader.post("/declarations", declaration()).json()["case"]["number"]
    waiting = trader.get(f"/cases/{number}/events/1/proof")
    assert (waiting.status_code, code(waiting)) == (422, "log.waiting")
    assert trader.get("/log/checkpoint").status_code == 404
    integrate(timezone.now())
    old = trader.get("/log/checkpoint").json()
    trader.post("/declarations", declaration("R2"))
    integrate(timezone.now())
    proof = trader.get(f"/cases/{number}/events/2/proof").json()
    new = proof["checkpoint"]
    assert verify_inclusion(
        leaf_hash(proof["leaf"].encode()),
        proof["index"],
        new["size"],
        [base64.b64decode(node) for node in proof["proof"]],
        base64.b64decode(new["root"]),
    )
    consistent = trader.get("/log/consistency", old=old["size"], new=new["size"]).json()
    assert verify_consistency(
        old["size"],
        new["size"],
        base64.b64decode(old["root"]),
        base64.b64decode(new["root"]),
        [base64.b64decode(node) for node in consistent["proof"]],
    )
    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(new["public_key"]))
    body, _, signature = new["note"].partition("\n\n")
    key.verify(base64.b64decode(signature.split()[-1])[4:], f"{body}\n".encode())
    assert json.loads(proof["leaf"])["blind"]


def test_consistency_is_proved_between_signed_checkpoints_alone(api):
    """Between any two sizes it would hand out the hash of each event, one after the other."""
    trader = api("trader")
    sizes = []
    for number in range(4):
        trader.post("/declarations", declaration(f"R{number}"))
        integrate(timezone.now())
        sizes.append(trader.get("/log/checkpoint").json()["size"])
    assert trader.get("/log/consistency", old=sizes[0], new=sizes[3]).status_code == 200
    assert trader.get("/log/consistency", old=sizes[1], new=sizes[1]).json() == {"proof": []}
    for old, new in ((0, sizes[3]), (sizes[0], sizes[3] - 1), (sizes[0] + 1, sizes[3])):
        refused = trader.get("/log/consistency", old=old, new=new)
        assert (refused.status_code, code(refused)) == (422, "log.size")
    [finding] = trader.get("/log/consistency", old=sizes[1] + 1, new=sizes[3]).json()["findings"]
    assert finding["path"] == "old"
    assert all(str(size) in finding["mend"] for size in sizes)
    beyond = trader.get("/log/consistency", old=sizes[0], new=999)
    assert (beyond.status_code, code(beyond)) == (422, "log.size")
    turned = trader.get("/log/consistency", old=sizes[1], new=sizes[0])
    assert (turned.status_code, code(turned)) == (422, "log.order")


def test_no_proof_is_given_of_what_is_not_what_was_logged(api):
    trader = api("trader")
    number = trader.post("/declarations", declaration()).json()["case"]["number"]
    integrate(timezone.now())
    proof = f"/cases/{number}/events/1/proof"
    event = EventRecord.objects.filter(case=number, sequence=1)
    kept = event.get().payload
    event.update(payload="{")
    assert (trader.get(proof).status_code, code(trader.get(proof))) == (422, "events.changed")
    event.update(payload=kept)
    assert trader.get(proof).status_code == 200
    Tile.objects.all().delete()
    assert (trader.get(proof).status_code, code(trader.get(proof))) == (422, "events.tile_lost")


def test_a_checkpoint_that_another_key_signed_is_not_handed_out(api, settings, tmp_path):
    trader = api("trader")
    trader.post("/declarations", declaration())
    integrate(timezone.now())
    CheckpointRecord.objects.update(signature=bytes(64))
    refused = trader.get("/log/checkpoint")
    assert (refused.status_code, code(refused)) == (422, "events.signature")


def test_the_law_is_there_to_be_asked(api):
    trader = api("trader")
    vat = trader.get("/law/values/vat.standard", on="2018-06-01").json()
    assert (vat["value"], vat["citation"]) == ("0.16", "caishui-2018-32, art. 1")
    line = trader.get("/law/tariff/2204210000", on="2020-03-02").json()
    assert {rate["kind"]: rate["words"] for rate in line["rates"]}["mfn"] == "14%"
    assert code(trader.get("/law/values/no.such")) == "law.unknown_parameter"
    assert code(trader.get("/law/tariff/9999999999")) == "tariff.unknown_code"
    changes = trader.get("/law/changes", earlier="2019-03-31", later="2019-04-01").json()
    assert "vat.standard" in {change["subject"] for change in changes}


def test_an_address_that_is_not_there_answers_with_a_finding(api):
    answer = api("trader").get("/nothing")
    assert answer.status_code == 404
    assert answer.json()["findings"]


def test_every_operation_is_described(db):
    document = Client().get("/api/v1/openapi.json").json()
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert len({operation["operationId"] for operation in operations}) == len(operations)
    for operation in operations:
        assert operation["description"].endswith("."), operation["operationId"]
        assert {"401", "422"} <= set(operation["responses"]), operation["operationId"]


def test_what_every_kind_has_is_called_by_its_kind(db):
    """Two kinds with an action of one name have two operations."""
    document = Client().get("/api/v1/openapi.json").json()
    named = {
        path: operation["operationId"]
        for path, item in document["paths"].items()
        for operation in item.values()
    }
    for desk in DESKS:
        for name in desk.kind.actions:
            path = f"/api/v1/{desk.path}/{{number}}/actions/{name}"
            assert named.get(path, f"{desk.kind.name}_{name}") == f"{desk.kind.name}_{name}"
    assert named["/api/v1/cases/{number}/actions/amend"] == "consignment_amend"


def test_receipts_tell_a_brokers_system_what_happened(api, firm):
    number = api("trader").post("/declarations", declaration()).json()["case"]["number"]
    told = api("trader").get(f"/cases/{number}/receipts").json()["receipts"]
    assert [one["channel"] for one in told][:2] == ["7", "L"]
    assert told[1]["meaning"] == "taken into customs' pre-entry store"
    message = api("trader").get(f"/cases/{number}/receipts/{told[1]['sequence']}")
    assert message["Content-Type"] == "application/xml"
    receipt = read_receipt(message.content)
    assert (receipt.kind, receipt.channel, receipt.customs_number) == ("result", "L", number)
    assert receipt.declared_at is not None
    assert api("trader").get(f"/cases/{number}/receipts/999").status_code == 404


def test_nobody_elses_receipts(api, firm, other_firm, person):
    number = api("trader").post("/declarations", declaration()).json()["case"]["number"]
    stranger = Api(tokens.issue(person("stranger"), "t", timezone.now())[1])
    assert stranger.get(f"/cases/{number}/receipts").status_code == 404
    assert stranger.get(f"/cases/{number}/receipts/1").status_code == 404
