"""What happened to a case as the receipts (回执) that a broker's system reads."""

from collections.abc import Iterable

from sanzhi.declarations.formats.cn_receipts import Receipt
from sanzhi.site.clearance.models import Case
from sanzhi.site.events.models import EventRecord

#: Kind of event → channel of `DEC_RESULT`. A lane tells only where it means an inspection.
_CHANNELS = {
    "clearance.lodged": "7",
    "clearance.accepted": "L",
    "clearance.returned": "Z",
    "clearance.lane_assigned": "C",
    "clearance.released": "P",
}


def receipts(case: Case, events: Iterable[EventRecord]) -> list[tuple[EventRecord, Receipt]]:
    """Customs' word on a case, event by event, in order."""
    return [
        (event, _receipt(case, event))
        for event in events
        if event.kind in _CHANNELS
        and not (event.kind == "clearance.lane_assigned" and event.content["lane"] != "red")
    ]


def _receipt(case: Case, event: EventRecord) -> Receipt:
    said = event.content
    return Receipt(
        kind="result",
        reference=case.reference,
        sequence=f"{case.number}/{event.sequence}",
        customs_number=case.number,
        channel=_CHANNELS[event.kind],
        message=str(said.get("reason_zh") or said.get("reason") or ""),
        office=case.office,
        noticed_at=event.time,
        declared_at=case.lodged_at,
    )
