"""Declarations and cases for the tests of clearance's pages."""

from collections.abc import Callable
from typing import Any

import pytest

from sanzhi.declarations import Declaration
from sanzhi.site.accounts.access import actor_of
from sanzhi.site.clearance import actions
from sanzhi.site.clearance.actions import Filing
from sanzhi.site.clearance.models import Case


def cosmetics(**changes: Any) -> dict[str, Any]:
    """Face masks from France, 20 kg for 4,000 CNY CIF: a declaration without errors."""
    return {
        "regime": "import", "type": "standard", "procedure": "0110", "levy_nature": "101",
        "date": "2026-11-20", "office": "2248", "currency": "CNY", "incoterm": "CIF",
        "contract": "OC-7", "country_of_dispatch": "FR", "trading_country": "FR",
        "packages": "10", "package_kind": "22", "gross_mass": "24", "net_mass": "20",
        "parties": [{"role": "trader", "id": "3109912345", "credit_code": "91110000600037341L",
                     "name": "幽兰化妆品有限公司"}],
        "transport": {"mode": "2", "means": "HAI FENG", "voyage": "12E", "bill": "HF0012"},
        "items": [{
            "number": 1, "code": "3304990039", "description": "面膜", "origin": "FR",
            "quantity": "20", "unit": "kg", "statutory_quantity": "20", "statutory_unit": "kg",
            "second_quantity": "1000", "second_unit": "piece", "net_mass": "20",
            "price": "4000", "duty_mode": "1",
            "elements": ["0", "3", "面膜", "片装", "幽兰", "20g/片"]}],
    } | changes


@pytest.fixture
def lodged(people, firm) -> Callable[..., Case]:
    """Lodge a declaration for the firm by its trader: `lodged(reference="A1")`."""

    def lodge(draw: str = "green", **changes: Any) -> Case:
        changes.setdefault("reference", f"R{Case.objects.count() + 1}")
        declaration = Declaration.from_fields(cosmetics(**changes))
        from django.utils import timezone

        actor = actor_of(people["trader"], timezone.localdate())
        return actions.lodge(actor, Filing(declaration, firm), firm).case

    return lodge
