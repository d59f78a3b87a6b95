"""Logging in, slowing down guesses, the language, tokens, and what a credit code is."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from sanzhi.site.accounts import logins, tokens
from sanzhi.site.accounts.models import ApiToken, LoginFailure, User, check_credit_code

PASSWORD = "correct-horse-7"

NOW = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def log_in(client: Client, name: str, password: str, address: str = "192.0.2.1"):
    return client.post(
        "/account/login/", {"username": name, "password": password}, REMOTE_ADDR=address
    )


def test_logging_in_and_out(client, people):
    assert log_in(client, "trader", PASSWORD).status_code == 302
    assert client.get("/account/").status_code == 200
    client.post("/account/logout/")
    assert client.get("/account/").status_code == 302


def test_after_a_login_one_is_where_one_wanted_to_be(client, people):
    form = {"username": "trader", "password": PASSWORD}
    wanted = client.post("/account/login/", form | {"next": "/law/acts/"})
    assert wanted.headers["Location"] == "/law/acts/"
    client.post("/account/logout/")
    elsewhere = client.post("/account/login/", form | {"next": "https://example.com/"})
    assert elsewhere.headers["Location"] == "/"


def test_guessing_has_to_wait_even_with_the_right_password(client, people):
    for _ in range(logins.PER_NAME):
        assert "wrong" in log_in(client, "trader", "guess").content.decode()
    assert "Wait 15 minutes" in log_in(client, "trader", PASSWORD).content.decode()
    assert "Wait 15 minutes" in log_in(client, "TRADER", PASSWORD).content.decode()
    assert log_in(client, "trader", PASSWORD, "192.0.2.9").status_code == 302


def test_an_address_that_tries_many_names_has_to_wait(people):
    for number in range(logins.PER_ADDRESS):
        assert not logins.must_wait("trader", "192.0.2.1", NOW)
        logins.failed(f"name-{number}", "192.0.2.1", NOW)
    assert logins.must_wait("trader", "192.0.2.1", NOW)
    assert not logins.must_wait("trader", "192.0.2.1", NOW + logins.WAIT)


def test_a_success_clears_the_failures(client, people):
    for _ in range(logins.PER_NAME - 1):
        log_in(client, "trader", "guess")
    assert log_in(client, "trader", PASSWORD).status_code == 302
    assert not LoginFailure.objects.filter(username="trader").exists()


def test_an_empty_password_clears_no_failures(client, people):
    for _ in range(logins.PER_NAME - 1):
        log_in(client, "trader", "guess")
    log_in(client, "trader", "")
    log_in(client, "trader", "guess")
    assert "Wait 15 minutes" in log_in(client, "trader", PASSWORD).content.decode()


@pytest.mark.parametrize(
    ("behind_proxy", "meta", "address"),
    [
        (False, {"REMOTE_ADDR": "192.0.2.1", "HTTP_X_FORWARDED_FOR": "10.0.0.9"}, "192.0.2.1"),
        (
            True,
            {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 192.0.2.1"},
            "192.0.2.1",
        ),
        (True, {"REMOTE_ADDR": "127.0.0.1"}, "127.0.0.1"),
        (True, {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "nonsense"}, "::"),
        (False, {}, "::"),
    ],
)
def test_where_a_login_comes_from(settings, behind_proxy, meta, address):
    settings.BEHIND_TLS = behind_proxy
    assert logins.address_of(meta) == address


def test_the_language_stays_with_the_user(client, people):
    client.force_login(people["trader"])
    client.post("/language/", {"language": "zh-hans", "next": "/account/"})
    assert "您的权限" in client.get("/account/").content.decode()
    other = Client()
    log_in(other, "trader", PASSWORD)
    assert "您的权限" in other.get("/account/").content.decode()


def test_the_language_switch_takes_only_languages_and_own_addresses(client, people):
    client.force_login(people["trader"])
    response = client.post("/language/", {"language": "xx", "next": "//example.com/"})
    assert response.headers["Location"] == "/"
    assert User.objects.get(username="trader").language == ""
    assert client.get("/language/").status_code == 405


def test_a_token_is_shown_once_and_only_its_digest_kept(client, people):
    client.force_login(people["trader"])
    page = client.post("/account/tokens/", {"name": "robot", "days": "90"})
    secret = page.context["secret"]
    assert secret in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"
    assert secret not in client.get("/account/").content.decode()
    token = ApiToken.objects.get()
    assert token.digest != secret
    assert secret not in token.digest
    assert tokens.user_of(secret, timezone.now()) == token.user


def test_a_revoked_token_and_those_of_others(client, people):
    token, secret = tokens.issue(people["trader"], "robot", timezone.now())
    client.force_login(people["officer"])
    assert client.post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    client.force_login(people["trader"])
    client.post(f"/account/tokens/{token.pk}/revoke/")
    assert tokens.user_of(secret, timezone.now()) is None


def test_a_token_expires_and_dies_with_its_account(people):
    token, secret = tokens.issue(people["trader"], "robot", NOW, days=30)
    last = NOW + timedelta(days=30)
    assert tokens.user_of(secret, last - timedelta(seconds=1)) == token.user
    assert tokens.user_of(secret, last) is None
    assert tokens.user_of(secret + "x", NOW) is None
    User.objects.filter(username="trader").update(is_active=False)
    assert tokens.user_of(secret, NOW) is None


def test_when_a_token_was_last_used_is_kept_to_five_minutes(people):
    token, secret = tokens.issue(people["trader"], "robot", NOW)
    for minutes in (0, 4, 6):
        tokens.user_of(secret, NOW + timedelta(minutes=minutes))
    token.refresh_from_db()
    assert token.last_used == NOW + timedelta(minutes=6)


def test_the_account_page_changes_only_what_it_shows(client, people):
    client.force_login(people["trader"])
    form = {"first_name": "薇", "last_name": "林", "email": "lin@example.org"}
    client.post("/account/", form | {"is_administrator": "on", "username": "root"})
    user = User.objects.get(pk=people["trader"].pk)
    assert str(user) == "林薇"
    assert user.username == "trader"
    assert not user.is_administrator


def test_posting_without_the_forms_token_is_refused(people):
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["trader"])
    response = client.post("/account/", {"email": "evil@example.org"})
    assert response.status_code == 403
    assert "was not sent from this site" in response.content.decode()


@pytest.mark.parametrize("code", ["91110000600037341L"])
def test_a_credit_code_with_its_check_character(code):
    check_credit_code(code)


@pytest.mark.parametrize(
    "code",
    ["91110000600037341M", "9111000060003734", "", "91110000600037341l", " 91110000600037341L"],
)
def test_a_wrong_credit_code_is_refused(code):
    with pytest.raises(ValidationError):
        check_credit_code(code)


@pytest.mark.parametrize("name", ["trader", "broker", "officer", "supervisor", "analyst"])
def test_only_administrators_keep_accounts(client, people, name):
    User.objects.filter(username=name).update(is_staff=True, is_superuser=True)
    client.force_login(User.objects.get(username=name))
    for address in ("/accounts/", "/accounts/accounts/user/"):
        refused = client.get(address)
        assert refused.status_code == 403
        assert "password" not in refused.content.decode()
    assert "/accounts/" not in client.get("/account/").content.decode().split("<main")[0]


def test_an_administrator_notes_an_interest(client, people, person, firm):
    client.force_login(people["administrator"])
    newcomer = person("newcomer")
    address = f"/accounts/accounts/user/{newcomer.pk}/change/"
    assert client.get(address).status_code == 200
    form = {
        "username": "newcomer", "is_active": "on", "language": "zh-hans",
        "memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0",
        "posts-TOTAL_FORMS": "0", "posts-INITIAL_FORMS": "0",
        "interests-TOTAL_FORMS": "1", "interests-INITIAL_FORMS": "0",
        "interests-0-enterprise": str(firm.pk),
    }  # fmt: skip
    assert client.post(address, form).status_code == 302
    assert newcomer.interests.get().enterprise == firm


def test_accounts_are_closed_not_deleted(client, people):
    client.force_login(people["administrator"])
    address = f"/accounts/accounts/user/{people['trader'].pk}/delete/"
    assert client.post(address, {"post": "yes"}).status_code == 403
    assert User.objects.filter(username="trader").exists()


def test_a_broker_membership_wants_a_broker(people, firm):
    membership = people["trader"].memberships.get()
    membership.role = "broker"
    with pytest.raises(ValidationError):
        membership.full_clean()


def test_a_stranger_is_asked_to_log_in_to_the_accounts(client, db):
    assert client.get("/accounts/").status_code == 302


def test_who_is_administrator_alone_lands_on_the_accounts(client, people):
    client.force_login(people["administrator"])
    assert client.get("/").headers["Location"] == "/accounts/"
    client.force_login(people["officer"])
    assert client.get("/").headers["Location"] != "/accounts/"


def test_ones_own_password_is_changed_by_who_knows_it(client, people):
    client.login(username="trader", password=PASSWORD)
    fresh = "a-longer-horse-8"
    for old, new, again in (
        ("wrong", fresh, fresh),
        (PASSWORD, "short", "short"),
        (PASSWORD, fresh, "another-horse-8"),
    ):
        refused = client.post(
            "/account/password/",
            {"old_password": old, "new_password1": new, "new_password2": again},
        )
        assert refused.status_code == 200
        assert User.objects.get(username="trader").check_password(PASSWORD)
    elsewhere = Client()
    elsewhere.login(username="trader", password=PASSWORD)
    changed = client.post(
        "/account/password/",
        {"old_password": PASSWORD, "new_password1": fresh, "new_password2": fresh},
    )
    assert changed.status_code == 302
    assert User.objects.get(username="trader").check_password(fresh)
    assert client.get("/account/").status_code == 200
    assert elsewhere.get("/account/").status_code == 302


@pytest.mark.parametrize(
    ("headers", "back"),
    [
        ({"Referer": "http://testserver/law/acts/?q=x"}, "/law/acts/%3Fq%3Dx"),
        ({"Referer": "http://elsewhere.example/law/"}, "/"),
        ({}, "/"),
    ],
)
def test_whose_session_ended_comes_back_to_the_page_that_was_sent_from(client, db, headers, back):
    """Not to the address that was sent to, which has no page of its own."""
    sent = client.post("/consignments/X/do/pay/", {"amount": "1"}, headers=headers)
    assert sent.status_code == 302
    assert sent.headers["Location"] == f"/account/login/?next={back}"


def test_a_part_of_a_page_is_never_replaced_by_the_log_in_page(client, db):
    here = {"HX-Request": "true", "HX-Current-URL": "http://testserver/law/acts/"}
    reply = client.get("/law/tariff/", headers=here)
    assert reply.headers["HX-Redirect"] == "/account/login/?next=/law/acts/"
    assert reply.content == b""
