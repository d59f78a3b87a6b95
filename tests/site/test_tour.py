"""The tour of the README, step by step, through the pages."""

import re
from datetime import datetime
from pathlib import Path

import pytest

from sanzhi.core.dates import CHINA
from sanzhi.site.clearance import demo
from sanzhi.site.clearance.models import Case, Draft
from sanzhi.site.events.log import integrate, verify_log

SAMPLES = Path(__file__).parents[2] / "docs" / "samples"
NOW = datetime(2026, 11, 20, 16, 30, tzinfo=CHINA)


@pytest.fixture
def visitor(db, settings, tmp_path, client):
    """Somebody who has started the demonstration; logs in by name."""
    settings.HOME = tmp_path
    demo.load(20, 1, NOW)

    def log_in(name: str):
        assert client.login(username=name, password=demo.PASSWORD)
        return client

    return log_in


def file(client, sample: str) -> Case:
    """Upload a sample and lodge what was read."""
    with (SAMPLES / sample).open("rb") as message:
        read = client.post("/consignments/new/", {"way": "message", "file": message})
    assert read.status_code == 302, sample
    draft = Draft.objects.latest("pk")
    review = client.get(read["Location"])
    assert review.status_code == 200
    lodged = client.post(f"/consignments/drafts/{draft.pk}/review/")
    assert lodged.status_code == 302
    return Case.objects.get(number=re.search(r"/consignments/([^/]+)/", lodged["Location"])[1])


def act(client, case: Case, action: str, **fields: str) -> Case:
    case.refresh_from_db()
    done = client.post(
        f"/consignments/{case.number}/do/{action}/", {"sequence": str(case.sequence), **fields}
    )
    assert done.status_code == 302, done.content.decode()[:2000]
    case.refresh_from_db()
    return case


def test_a_china_declaration_is_explained_paid_and_free(visitor):
    trader = visitor("trader")
    case = file(trader, "china-import.xml")
    assert (case.state, case.lane) == ("payment", "green")
    page = trader.get(f"/consignments/{case.number}/").content.decode()
    assert page.count("Why?") >= 6
    assert "Late-declaration fee" in page
    assert "/law/acts/" in page
    assert act(trader, case, "pay", amount=str(case.owed)).state == "released"


def test_tobacco_waits_for_the_officer(visitor):
    case = file(visitor("trader"), "cigarettes.json")
    assert (case.state, case.lane) == ("inspection", "red")
    officer = visitor("officer")
    assert case.number in officer.get("/consignments/inbox/?pile=inspection").content.decode()
    assert act(officer, case, "record_inspection", result="conforms").state == "payment"
    assert act(visitor("trader"), case, "pay", amount=str(case.owed)).state == "released"


def test_a_wco_message_goes_the_same_way_and_the_log_is_whole(visitor):
    trader = visitor("trader2")
    case = file(trader, "wco-import-to-china.xml")
    assert case.versions.get().format == "wco-dec"
    assert act(trader, case, "pay", amount=str(case.owed)).state == "released"
    while integrate(NOW):
        pass
    assert list(verify_log()) == []


def test_a_bulk_file_becomes_drafts(visitor):
    trader = visitor("trader")
    with (SAMPLES / "bulk.csv").open("rb") as message:
        trader.post("/consignments/new/", {"way": "message", "file": message})
    assert Draft.objects.count() == 3


def test_the_broker_files_for_an_exporter(visitor):
    case = file(visitor("broker"), "china-export.xml")
    assert case.trader.name_zh == "厦门海棠鞋业有限公司"
    assert case.declarant.name_zh == "宁波明禾报关有限公司"
