"""A consignment of the invented country, from upload to release, through the pages of the site.

Run in a process of its own, whose law pack is that of the invented country; what was met is
printed as one JSON document.
"""

import json
import sys
from pathlib import Path

import django

django.setup()

from django.conf import settings  # noqa: E402 - set up first
from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402
from lxml import html  # noqa: E402

sys.path.append(str(Path(__file__).parents[1]))
from granted import grant_all  # noqa: E402
from sanzhi.site.accounts.models import (  # noqa: E402
    Enterprise,
    Membership,
    OfficerPost,
    User,
)
from sanzhi.site.clearance.models import Case, Draft  # noqa: E402
from sanzhi.site.events.log import integrate  # noqa: E402
from sanzhi.site.events.models import CheckpointRecord, EventRecord  # noqa: E402

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


def people() -> tuple[User, User]:
    trader, officer = (User.objects.create_user(name) for name in ("trader", "officer"))
    firm = Enterprise.objects.create(
        name_en="Qaz Toys", name_zh="Qaz Toys", customs_code="Q1", credit_code="QZ-000-1"
    )
    Membership.objects.create(user=trader, enterprise=firm, role="trader")
    OfficerPost.objects.create(user=officer, office="PORT1", role="officer")
    grant_all()
    return trader, officer


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


def main() -> None:
    trader, officer = people()
    filer, desk = browser(trader), browser(officer)
    toys, review = lodge(
        filer, f"{HEADER}Q-1,import,PORT1,40,CIF,,9503000000,Trains,FR,1000,10,1\n"
    )
    lane = (toys.lane, toys.lane_rule, toys.state)
    do(desk, toys, "decide_documents", decision="pass", note="")
    do(filer, toys, "pay", amount=str(toys.due))
    coffee, _review = lodge(
        filer, f"{HEADER}Q-2,import,AIR,40,FOB,EUR,0901210000,Coffee,FR,100,50,1\n"
    )
    while integrate(timezone.now()):
        pass
    page = f"/consignments/{toys.number}/"
    told = {
        "zone": settings.TIME_ZONE,
        "day": str(timezone.now().astimezone(settings.ADMINISTRATION.zone).date()),
        "review": review,
        "toys": {
            "lane": lane,
            "due": str(toys.due),
            "state": toys.state,
            "declared_on": str(toys.declared_on),
            "page": text(filer.get(page)),
        },
        "coffee": {"due": str(coffee.due), "lane": coffee.lane},
        "french": text(browser(trader, "fr").get(page)),
        "login": text(Client(headers={"Accept-Language": "fr"}).get("/account/login/")),
        "origin": CheckpointRecord.objects.latest("pk").origin,
        "laws": sorted({law for row in EventRecord.objects.all() for law in row.citations}),
    }
    sys.stdout.write(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main()
