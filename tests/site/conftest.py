"""People and enterprises for the site's tests."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from django.test import Client

from sanzhi.site.accounts.models import (
    BrokerAuthority,
    Enterprise,
    Membership,
    OfficerPost,
    StudyPost,
    User,
)
from told import require_told

PASSWORD = "correct-horse-7"


@pytest.fixture(autouse=True)
def _fast_passwords(settings) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def person(db) -> Callable[..., User]:
    """Make a user: `person("lin", is_analyst=True)`."""

    def make(name: str, **fields: object) -> User:
        return User.objects.create_user(name, f"{name}@example.org", PASSWORD, **fields)

    return make


@pytest.fixture
def firm(db) -> Enterprise:
    return Enterprise.objects.create(
        name_en="Orchid Cosmetics",
        name_zh="幽兰化妆品有限公司",
        credit_code="91110000600037341L",
        customs_code="3109912345",
    )


@pytest.fixture
def other_firm(db) -> Enterprise:
    return Enterprise.objects.create(
        name_en="Harbour Foods",
        name_zh="海港食品有限公司",
        credit_code="91440300708461136T",
        customs_code="4403912345",
    )


@pytest.fixture
def brokerage(db) -> Enterprise:
    return Enterprise.objects.create(
        name_en="Swift Brokers",
        name_zh="迅捷报关有限公司",
        credit_code="913100001322411148",
        customs_code="3101980001",
        is_broker=True,
    )


@pytest.fixture
def people(person, firm, brokerage) -> dict[str, User]:
    """One user of each role: the trader of `firm`, a broker with its standing authority,
    officer and supervisor at 2248, analyst, administrator, coder and lead of the study small."""
    users = {
        "trader": person("trader"),
        "broker": person("broker"),
        "officer": person("officer"),
        "supervisor": person("supervisor"),
        "analyst": person("analyst", is_analyst=True),
        "administrator": person("administrator", is_administrator=True),
        "coder": person("coder"),
        "lead": person("lead"),
    }
    Membership.objects.create(user=users["trader"], enterprise=firm, role="trader")
    Membership.objects.create(user=users["broker"], enterprise=brokerage, role="broker")
    BrokerAuthority.objects.create(broker=brokerage, client=firm, valid_from=date(2026, 1, 1))
    OfficerPost.objects.create(user=users["officer"], office="2248", role="officer")
    OfficerPost.objects.create(user=users["supervisor"], office="2248", role="supervisor")
    for role in ("coder", "lead"):
        StudyPost.objects.create(user=users[role], study="small", role=role)
    return users


@pytest.fixture
def logged_in(client: Client) -> Callable[[User], Client]:
    def log_in(user: User) -> Client:
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def rows_are_told(request: pytest.FixtureRequest) -> Iterator[None]:
    """After the test every row is what its events say; a folder of tests asks for it."""
    names = {"db", "transactional_db"} & set(request.fixturenames)
    stores = bool(names) or request.node.get_closest_marker("django_db") is not None
    if stores:  # so that its rows still stand when this ends
        request.getfixturevalue("_django_db_helper")
    yield
    if stores:
        require_told()
