"""An invented country, whose law is a folder of data, clears consignments without a change in code:
another zone, currency, pair of languages, codes and taxes."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

INVENTED = Path(__file__).parents[1] / "invented"
SANZHI = Path(sys.executable).with_name("sanzhi")


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return kept | {
        "SANZHI_HOME": str(tmp_path_factory.mktemp("qaz")),
        "SANZHI_LAW": str(INVENTED / "pack"),
        "SANZHI_ALLOWED_HOSTS": "testserver",
        "DJANGO_SETTINGS_MODULE": "sanzhi.site.settings",
    }


def run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        arguments, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


@pytest.fixture(scope="module")
def told(environment) -> dict[str, Any]:
    """What was met from upload to release."""
    done = run(environment, str(SANZHI), "migrate")
    assert done.returncode == 0, done.stderr
    done = run(environment, sys.executable, str(INVENTED / "clearing.py"))
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_consignment_is_released_under_the_law_of_the_country(told):
    toys = told["toys"]
    assert toys["lane"] == ["yellow", "toys", "documents_review"]
    # Duty 1,000 × 20% = 200, sales tax (1,000 + 200) × 5% = 60.
    assert (toys["due"], toys["state"]) == ("260.00", "released")
    assert "260.00 QZT to be paid until" in toys["page"]
    assert "Port of Qaz" in toys["page"]


def test_prices_are_in_its_currency_and_others_counted_by_its_table(told):
    assert "Taxes are assessed: 260.00 QZT" in told["review"]
    # 100 EUR at 0.5 are 50; duty 50 kg × 2 = 100, sales tax (50 + 100) × 5% = 7.50.
    assert told["coffee"] == {"due": "107.50", "lane": "green"}
    assert not FOREIGN.search(told["review"])


#: What is China's alone: its money, its acts by their keys, its numbers and its writing.
FOREIGN = re.compile(
    r"\b(?:CNY|RMB|[Yy]uan)\b|[\u4e00-\u9fff]+|\b(?:customs-law|gacc-|GACC|administrative-recon)"
    r"|[Cc]redit code|Name in Chinese"
)


def test_nothing_that_anybody_is_shown_is_of_another_country(told):
    """Every page that links lead somebody of each role to, and every answer of the HTTP API."""
    shown = told["pages"] | told["answers"]
    foreign = {
        (address, said[max(0, found.start() - 40) : found.end() + 40])
        for address, said in shown.items()
        for found in FOREIGN.finditer(said)
    }
    assert not foreign


def test_what_was_looked_at_is_what_bears_money_and_law(told):
    pages, answers = told["pages"], told["answers"]
    case = told["toys"]["number"]
    for address, says in {
        f"trader /consignments/{case}/notice/": "QZT",
        "trader /law/tariff/0901210000/": "2 QZT/kg",
        "trader /law/tariff/?q=0901": "2 QZT/kg",
        "trader /law/values/late_payment.minimum/": "5 QZT",
        "trader /law/changes/?from=2019-01-01": "Coffee, roasted",
        "officer /risk/settings/1/": "at least 100 QZT",
        "officer /risk/settings/1/rules/dear/": "above 1 QZT/kg",
        "officer /consignments/dashboard/": "QZT",
        "administrator /accounts/accounts/enterprise/add/": "Register number",
        "administrator /accounts/accounts/enterprise/": "Name in French",
    }.items():
        assert says in pages[address], address
    for address, says in {
        f"en trader /api/v1/cases/{case}/assessment": "× 20%",
        "en trader /api/v1/law/tariff/0901210000": "2 QZT/kg",
        "en trader check fair": "× 2 QZT/kg = 60",
        "en trader check poor": "is not a customs office",
        "en supervisor /api/v1/risk/settings/RISK-1": "Dear goods",
    }.items():
        assert says in answers[address].encode().decode("unicode_escape"), address


def test_migrations_are_the_same_under_every_law(told, environment):
    code = (
        "import django; django.setup();"
        "from django.core.management import call_command;"
        "call_command('makemigrations', 'accounts', check=True, dry_run=True)"
    )
    done = run(environment, sys.executable, "-c", code)
    assert done.returncode == 0, done.stdout + done.stderr


def test_days_are_counted_in_its_zone(told):
    assert told["zone"] == "Atlantic/Azores"
    assert told["toys"]["declared_on"] == told["day"]


def test_pages_speak_its_languages_and_no_other(told):
    assert "Se connecter" in told["login"]
    assert "中文" not in told["login"]
    assert "mainlevée accordée" in told["french"]
    assert "Port de Qaz" in told["french"]
    assert "Les documents des jouets sont examinés." in told["french"]
    assert "Code des douanes du Qaz" in told["french"]


def test_every_event_rests_on_its_own_law_and_its_own_log(told, environment):
    assert told["origin"] == "customs.qz.example/log"
    acts = {law.partition(", ")[0] for law in told["laws"]}
    assert {act for act in acts if not act.startswith("qz@")} == {
        "customs-act", "tariff-act", "sales-tax-act",
    }  # fmt: skip
    done = run(environment, str(SANZHI), "events", "verify")
    assert done.returncode == 0, done.stdout


def test_the_demonstration_of_another_country_is_refused(told, environment):
    done = run(environment, str(SANZHI), "demo")
    assert (done.returncode, done.stdout) == (2, "")
    assert "CN" in done.stderr
    assert "Traceback" not in done.stderr
