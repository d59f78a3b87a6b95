"""Tests of what is stored, which run on each database in a process of its own.

`tests/site/test_databases.py` runs this folder once with SQLite and once with PostgreSQL. By hand:
`SANZHI_STORAGE_TESTS=1 pytest tests/site/storage`, with DATABASE_URL for another database.
"""

import os
from collections.abc import Callable
from datetime import date

import pytest
from consignments import DAY, NOW, declare

if os.environ.get("SANZHI_STORAGE_TESTS"):
    import assessment  # noqa: F401 - declares its kind before the addresses are made
    import consent  # noqa: F401 - the same
    import leave  # noqa: F401 - the same
    import permit  # noqa: F401 - the same

from sanzhi.declarations import Declaration
from sanzhi.site.accounts.access import Actor, actor_of
from sanzhi.site.accounts.models import Enterprise, Membership, OfficerPost, User
from sanzhi.site.clearance import lodging
from sanzhi.site.clearance.lodging import Lodgement, Submission

collect_ignore_glob = [] if os.environ.get("SANZHI_STORAGE_TESTS") else ["test_*.py"]


@pytest.fixture
def others(person, other_firm) -> dict[str, User]:
    """People who have a role, but elsewhere."""
    users = {
        name: person(name)
        for name in ("other_trader", "other_officer", "other_supervisor", "nobody")
    }
    Membership.objects.create(user=users["other_trader"], enterprise=other_firm, role="trader")
    OfficerPost.objects.create(user=users["other_officer"], office="5301", role="officer")
    OfficerPost.objects.create(user=users["other_supervisor"], office="5301", role="supervisor")
    return users


@pytest.fixture
def actor(people, others) -> Callable[..., Actor]:
    """The actor of a name on a day: `actor("officer")`."""

    def make(name: str, day: date = DAY) -> Actor:
        return actor_of((people | others)[name], day)

    return make


@pytest.fixture
def lodge(actor, firm) -> Callable[..., Lodgement]:
    """Lodge for the firm as its trader; a first consignment, so its documents are reviewed."""

    def call(
        declaration: Declaration | None = None,
        *,
        by: Actor | None = None,
        trader: Enterprise = firm,
    ) -> Lodgement:
        return lodging.lodge(
            by or actor("trader"), Submission(declaration or declare(), trader), trader, now=NOW
        )

    return call


@pytest.fixture(autouse=True)
def _rows_are_told(rows_are_told: None) -> None:
    """No action changes a row in silence."""
