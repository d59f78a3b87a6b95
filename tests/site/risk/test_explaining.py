"""Why a consignment is in its lane, as officers read it."""

from datetime import UTC, date, datetime

import pytest
from risk_cases import lodge

from sanzhi.site.events.models import EventRecord
from sanzhi.site.law import catalogue
from sanzhi.site.risk.explaining import lane_why

pytestmark = pytest.mark.django_db


def test_the_law_is_that_of_the_day_in_china(people, firm):
    events = list(EventRecord.objects.filter(case=lodge(people, firm).number))
    for event in events:
        event.time = datetime(2026, 6, 1, 23, 50, tzinfo=UTC)
    why = lane_why(events, catalogue.pack())
    assert why is not None
    assert why.on == date(2026, 6, 2)
