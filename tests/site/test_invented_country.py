"""An invented country, whose law is a folder of data, clears consignments without a change in code:
another zone, currency, pair of languages, codes and taxes."""

import json
import os
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
    assert "CNY" not in told["review"] + told["toys"]["page"]


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
