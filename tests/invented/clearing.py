"""A consignment of the invented country, from upload to release, through the pages of the site.

Run in a process of its own, whose law pack is that of the invented country; what was met is
printed as one JSON document.
"""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import django

django.setup()

from django.conf import settings  # noqa: E402 - set up first
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from lxml import html  # noqa: E402

sys.path.append(str(Path(__file__).parents[1]))
from granted import grant_all  # noqa: E402
from sanzhi.site.accounts import tokens  # noqa: E402
from sanzhi.site.accounts.models import (  # noqa: E402
    Enterprise,
    Membership,
    OfficerPost,
    User,
)
from sanzhi.site.api.urls import api  # noqa: E402
from sanzhi.site.clearance.models import Case, Draft  # noqa: E402
from sanzhi.site.events.log import integrate  # noqa: E402
from sanzhi.site.events.models import CheckpointRecord, EventRecord  # noqa: E402

#: Addresses of one page, with other words after the question mark, that are looked at.
WAYS = 3
JSON = "application/json"
#: Coffee by the kilogram, without a word on currencies.
DECLARED: dict[str, Any] = {
    "reference": "Q-4", "regime": "import", "date": "2026-06-01", "office": "PORT1",
    "procedure": "40", "incoterm": "CIF",
    "items": [
        {"number": 1, "code": "0901210000", "description": "Coffee", "origin": "FR",
         "price": "900", "net_mass": "30", "quantity": "30", "unit": "kg", "duty_mode": "1"}
    ],
}  # fmt: skip
#: What is wrong in every way that the law knows of.
POOR: dict[str, Any] = {
    "incoterm": "ABC", "procedure": "99", "office": "ZZ", "arrival_date": "2026-01-02",
    "exchange_rates": {"EUR": "9"}, "freight": "5", "freight_currency": "USD",
    "parties": [{"role": "owner", "name": "Nobody"}],
}  # fmt: skip
RULE = {
    "id": "dear", "lane": "yellow", "weight": "1", "owner": "Ada", "reason_en": "Dear goods",
    "reason_zh": "Dear goods", "citation": "", "valid_from": "2026-01-01", "valid_until": "",
    "price": ">= 100", "unit_value": "> 1",
}  # fmt: skip
HEADER = (
    "reference,regime,office,procedure,incoterm,currency,code,description,origin,price,net_mass,"
    "duty_mode\n"
)


def browser(user: User, language: str = "en") -> Client:
    client = Client(headers={"Accept-Language": language})
    client.force_login(user)
    return client


def text(response) -> str:
    return " ".join(html.fromstring(response.content.decode()).text_content().split())


def people() -> dict[str, User]:
    """Somebody of each role; the trader is one at a firm, officer and supervisor at a port."""
    everyone = {
        name: User.objects.create_user(
            name, is_analyst=name == "analyst", is_administrator=name == "administrator"
        )
        for name in ("trader", "officer", "supervisor", "analyst", "administrator")
    }
    firm = Enterprise.objects.create(
        name_en="Qaz Toys", name_zh="Qaz Toys", customs_code="Q1", credit_code="QZ-000-1"
    )
    Membership.objects.create(user=everyone["trader"], enterprise=firm, role="trader")
    for role in ("officer", "supervisor"):
        OfficerPost.objects.create(user=everyone[role], office="PORT1", role=role)
    grant_all()
    return everyone


def select_by_price(everyone: dict[str, User]) -> None:
    """A rule of the administration's own, in force: what is dear, by value and by kilogram."""
    officer, supervisor = browser(everyone["officer"]), browser(everyone["supervisor"])
    for client, address, said in (
        (officer, "begin/", {"go": "1"}),
        (officer, "1/rules/new/", {"sequence": "1", **RULE}),
        (officer, "1/", {"do": "propose", "note": "Dear goods", "sequence": "2"}),
        (supervisor, "1/", {"do": "approve", "sequence": "3", "over": "0"}),
    ):
        reply = client.post(f"/risk/settings/{address}", said)
        if reply.status_code != 302:
            raise SystemExit(text(reply))


def lodge(client: Client, table: str) -> tuple[Case, str]:
    """The case of an uploaded table, and what the review said before."""
    upload = SimpleUploadedFile("q.csv", table.encode(), "text/csv")
    client.post("/consignments/new/", {"way": "message", "file": upload})
    review = f"/consignments/drafts/{Draft.objects.latest('pk').pk}/review/"
    said = text(client.get(review))
    reply = client.post(review)
    if reply.status_code != 302:
        raise SystemExit(text(reply))
    return Case.objects.latest("pk"), said


def do(client: Client, case: Case, action: str, **said: str) -> None:
    case.refresh_from_db()
    address = f"/consignments/{case.number}/do/{action}/"
    reply = client.post(address, {"sequence": case.sequence, **said})
    if reply.status_code != 302:
        raise SystemExit(text(reply))
    case.refresh_from_db()


def every_answer(user: User, cases: Sequence[Case], language: str) -> dict[str, Any]:
    """All that the HTTP API answers to somebody who asks, and to two declarations that are not
    lodged, by address."""
    secret = tokens.issue(user, "all", timezone.now())[1]
    client = Client(headers={"Accept-Language": language, "Authorization": f"Bearer {secret}"})
    given = {"{name}": "duty.de_minimis", "{code}": "0901210000", "{sequence}": "1"}
    query = {"q": "09", "earlier": "2019-01-01", "later": "2026-01-01", "old": "0", "new": "0"}
    met = {}
    for path, item in api.get_openapi_schema()["paths"].items():
        kind = "consignment" if "/cases/" in path else "setting"
        for number in [case.number for case in cases] if kind == "consignment" else ["RISK-1"]:
            address = path.replace("{number}", number)
            for name, value in given.items():
                address = address.replace(name, value)
            if "get" in item:
                met[address] = client.get(address, query).content.decode()
    for name, body in {"fair": DECLARED, "poor": DECLARED | POOR}.items():
        reply = client.post("/api/v1/declarations/check", json.dumps(body), JSON)
        met[f"check {name}"] = reply.content.decode()
    return met


def every_page(client: Client) -> dict[str, str]:
    """All that the pages of the site show to somebody, by address: where links, cards and
    explanations lead from the first page on. Of the ways to sort and filter a page, some."""
    met: dict[str, str] = {}
    ways: Counter[str] = Counter()
    waiting = ["/", "/law/changes/?from=2019-01-01"]
    while waiting:
        address = waiting.pop()
        place = address.partition("?")[0]
        if address in met or ways[place] == WAYS:
            continue
        ways[place] += 1
        reply = client.get(address, follow=True)
        if reply.status_code != 200:
            raise SystemExit(f"{address}: {reply.status_code}")
        content = b"".join(reply).decode(errors="replace")
        if not reply["Content-Type"].startswith("text/html"):
            met[address] = content
            continue
        page = html.fromstring(content.strip() or "<p></p>")
        met[address] = " ".join([*page.itertext(), *page.xpath("//@*")])
        for one in page.xpath("//@href | //@data-card | //@hx-get"):
            target = urljoin(reply.request["PATH_INFO"], str(one)).partition("#")[0]
            if target.startswith("/") and not target.startswith(("/static/", "/account/log")):
                waiting.append(target)
    return met


def main() -> None:
    everyone = people()
    select_by_price(everyone)
    filer, desk = browser(everyone["trader"]), browser(everyone["officer"])
    toys, review = lodge(
        filer, f"{HEADER}Q-1,import,PORT1,40,CIF,,9503000000,Trains,FR,1000,10,1\n"
    )
    lane = (toys.lane, toys.lane_rule, toys.state)
    do(desk, toys, "decide_documents", decision="pass", note="")
    do(filer, toys, "pay", amount=str(toys.due))
    coffee, _review = lodge(
        filer, f"{HEADER}Q-2,import,AIR,40,FOB,EUR,0901210000,Coffee,FR,100,50,1\n"
    )
    poor = f"{HEADER}Q-3,import,PORT1,77,XXX,USD,9503000000,,QQ,-1,5,9\n"
    filer.post(
        "/consignments/new/",
        {"way": "message", "file": SimpleUploadedFile("p.csv", poor.encode(), "text/csv")},
    )
    while integrate(timezone.now()):
        pass
    page = f"/consignments/{toys.number}/"
    told = {
        "zone": settings.TIME_ZONE,
        "day": str(timezone.now().astimezone(settings.ADMINISTRATION.zone).date()),
        "review": review,
        "toys": {
            "number": toys.number,
            "lane": lane,
            "due": str(toys.due),
            "state": toys.state,
            "declared_on": str(toys.declared_on),
            "page": text(filer.get(page)),
        },
        "coffee": {"due": str(coffee.due), "lane": coffee.lane},
        "french": text(browser(everyone["trader"], "fr").get(page)),
        "login": text(Client(headers={"Accept-Language": "fr"}).get("/account/login/")),
        "pages": {
            f"{who} {address}": said
            for who, user in everyone.items()
            for address, said in every_page(browser(user)).items()
        },
        "answers": {
            f"{language} {who} {address}": said
            for language in ("en", "fr")
            for who in ("trader", "supervisor")
            for address, said in every_answer(everyone[who], [toys, coffee], language).items()
        },
        "origin": CheckpointRecord.objects.latest("pk").origin,
        "laws": sorted({law for row in EventRecord.objects.all() for law in row.citations}),
    }
    sys.stdout.write(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main()
