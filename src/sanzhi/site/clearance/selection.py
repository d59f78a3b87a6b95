"""What processing a declaration needs to know of its parties, and the chance that selects it."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.conf import settings

from sanzhi.border.clearance import Circumstances
from sanzhi.customs.risk.goods import Trade
from sanzhi.declarations import Party
from sanzhi.law import Pack
from sanzhi.site.accounts.models import Enterprise
from sanzhi.site.events.models import EventRecord
from sanzhi.site.hooks import Selection, Selects, site_apps
from sanzhi.site.shell.components import Explanation


def circumstances_for(
    trader: Enterprise,
    declarant: Enterprise,
    filed: str,
    moment: datetime,
    force: Selection | None,
    *,
    first_time: bool,
) -> Circumstances:
    """What processing a declaration needs beside the document; `filed` is the digest of the
    declaration first filed, and `force` the administration's own selection."""
    return Circumstances(
        trader=party_of(trader),
        declarant=declarant.credit_code,
        tier=trader.tier,
        first_time=first_time,
        draw=draw_of(trader, filed),
        choosing=force.choosing(
            Trade(trader.credit_code, declarant.credit_code, trader.address), moment
        )
        if force
        else None,
    )


def in_force() -> Selection | None:
    """The administration's own selection as it is in force; None where there is none."""
    selects = _selects()
    return selects.in_force() if selects else None


def lane_why(events: Iterable[EventRecord], law: Pack) -> Explanation | None:
    """Why a case is in its lane, by its events; None where nobody can say, or there is none."""
    selects = _selects()
    return selects.why(events, law) if selects else None


def _selects() -> Selects | None:
    return next((app.selects for app in site_apps() if app.selects), None)


def party_of(trader: Enterprise) -> Party:
    """The trader as a declaration names it."""
    return Party(
        role="trader",
        id=trader.customs_code,
        credit_code=trader.credit_code,
        name=trader.name_zh,
    )


def draw_of(trader: Enterprise, filed: str) -> Decimal:
    """The number drawn for a declaration, in [0, 1): bound to the content and the site's secret,
    so that the administration can replay it and the trader cannot foretell it."""
    seed = f"{settings.SECRET_KEY}:{trader.pk}:{filed}".encode()
    return round(Decimal(int.from_bytes(hashlib.sha256(seed).digest()[:8])) / 2**64, 6)
