"""Declarations and cases for the tests of clearance's pages."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from clearance_cases import cosmetics
from django.utils import timezone

from sanzhi.declarations import Declaration
from sanzhi.site.accounts.access import actor_of
from sanzhi.site.clearance import lodging
from sanzhi.site.clearance.lodging import Submission
from sanzhi.site.clearance.models import Case


@pytest.fixture
def lodged(people, firm, monkeypatch) -> Callable[..., Case]:
    """Lodge a declaration for the firm by its trader: `lodged(reference="A1")`.

    Each counts as the trader's first, whose documents are reviewed: no draw decides a test.
    """
    monkeypatch.setattr(lodging, "_known_traders", lambda _filings: set())

    def lodge(*, now: datetime | None = None, **changes: Any) -> Case:
        changes.setdefault("reference", f"R{Case.objects.count() + 1}")
        declaration = Declaration.from_fields(cosmetics(**changes))
        actor = actor_of(people["trader"], timezone.localdate())
        return lodging.lodge(actor, Submission(declaration, firm), firm, now=now).case

    return lodge
