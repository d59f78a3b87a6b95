"""What the environment may say, and what is refused."""

import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from sanzhi.site import environment

REFERENCE = Path(__file__).parents[2] / "docs" / "reference" / "settings.md"


def test_the_reference_names_every_variable_and_no_other():
    listed = re.findall(r"^\| `(\w+)` \|", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(environment.VARIABLES)


def test_only_listed_variables_are_read():
    source = Path(environment.__file__).parent
    text = "".join(path.read_text(encoding="utf-8") for path in source.glob("*.py"))
    assert set(re.findall(r'"((?:SANZHI|DATABASE)_[A-Z_]+)"', text)) == set(environment.VARIABLES)


def test_the_secret_key_is_made_once_and_only_the_owner_reads_it(tmp_path, monkeypatch):
    monkeypatch.delenv("SANZHI_SECRET_KEY", raising=False)
    first = environment.secret_key(tmp_path)
    assert len(first) >= 50
    assert environment.secret_key(tmp_path) == first
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret_key"]


def test_secrets_from_before_are_as_long_as_any(monkeypatch):
    monkeypatch.setenv("SANZHI_SECRET_KEY_FALLBACKS", f"{'a' * 32}, {'b' * 40}")
    assert environment.former_secrets() == ["a" * 32, "b" * 40]
    monkeypatch.setenv("SANZHI_SECRET_KEY_FALLBACKS", f"{'a' * 32},short")
    with pytest.raises(ImproperlyConfigured, match="SANZHI_SECRET_KEY_FALLBACKS"):
        environment.former_secrets()


def test_a_short_secret_key_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("SANZHI_SECRET_KEY", "short")
    with pytest.raises(ImproperlyConfigured, match="SANZHI_SECRET_KEY"):
        environment.secret_key(tmp_path)


def test_sqlite_takes_the_writers_place_at_once(tmp_path, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    found = environment.database(tmp_path)
    assert found["NAME"] == str(tmp_path / "sanzhi.sqlite3")
    assert found["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in found["OPTIONS"]["init_command"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgres://ann:p%40ss@db.example:6543/customs?sslmode=require",
            {"USER": "ann", "PASSWORD": "p@ss", "HOST": "db.example", "PORT": 6543,
             "NAME": "customs"},
        ),
        ("postgresql:///customs?host=/run/pg", {"HOST": "/run/pg", "NAME": "customs", "PORT": ""}),
        ("sqlite:////srv/a.db", {"NAME": "/srv/a.db"}),
        ("sqlite:///a%20b.db", {"NAME": "a b.db"}),
    ],
)  # fmt: skip
def test_database_urls(tmp_path, monkeypatch, url, expected):
    monkeypatch.setenv("DATABASE_URL", url)
    found = environment.database(tmp_path)
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize("url", ["mysql://x/y", "postgres://h:port/x", "nonsense"])
def test_a_database_url_that_cannot_be_used_is_named(tmp_path, monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        environment.database(tmp_path)


def test_mail_goes_to_files_unless_a_server_is_named(tmp_path, monkeypatch):
    monkeypatch.delenv("SANZHI_SMTP_URL", raising=False)
    assert environment.mail(tmp_path)["EMAIL_FILE_PATH"] == str(tmp_path / "mail")
    monkeypatch.setenv("SANZHI_SMTP_URL", "smtps://post:x%3Ay@mail.example")
    found = environment.mail(tmp_path)
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"], found["EMAIL_HOST_PASSWORD"]) == (
        "mail.example", 465, "x:y",
    )  # fmt: skip
    monkeypatch.setenv("SANZHI_SMTP_URL", "mail.example")
    with pytest.raises(ImproperlyConfigured, match="SANZHI_SMTP_URL"):
        environment.mail(tmp_path)


@pytest.mark.parametrize(("text", "value"), [("1", True), ("yes", True), ("0", False), ("", False)])
def test_flags(monkeypatch, text, value):
    monkeypatch.setenv("SANZHI_DEBUG", text)
    assert environment.flag("SANZHI_DEBUG") is value


def test_a_flag_that_is_neither_is_refused(monkeypatch):
    monkeypatch.setenv("SANZHI_DEBUG", "maybe")
    with pytest.raises(ImproperlyConfigured, match="SANZHI_DEBUG"):
        environment.flag("SANZHI_DEBUG")


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE_URL", "mysql://x"), ("SANZHI_DEBUG", "maybe"), ("SANZHI_LAW", "no/such/folder")],
)
def test_a_wrong_setting_is_one_line_on_the_command_line(tmp_path, name, value):
    done = subprocess.run(
        [Path(sys.executable).with_name("sanzhi"), "migrate"],
        env={"SANZHI_HOME": str(tmp_path), name: value, "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith(f"sanzhi: {name}")
    assert done.stderr.count("\n") == 1


def test_behind_tls_cookies_are_secure_and_transport_is_strict(tmp_path):
    code = (
        "from sanzhi.site import settings as s;"
        "print(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"SANZHI_HOME": str(tmp_path), "SANZHI_TLS": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["True", "True", "True"]


def test_no_change_of_the_models_is_without_its_migration(db):
    from django.core.management import call_command

    call_command("makemigrations", "accounts", check=True, dry_run=True, verbosity=0)
