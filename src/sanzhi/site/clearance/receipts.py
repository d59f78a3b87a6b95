"""What happened to a case as the receipts (回执) that a broker's system reads."""

from collections.abc import Iterable

from sanzhi.border.clearance.lanes import row_words
from sanzhi.declarations.formats.cn_receipts import Receipt
from sanzhi.site.clearance.models import Case
from sanzhi.site.clearance.naming import wording_of
from sanzhi.site.events.models import EventRecord
from sanzhi.site.law.catalogue import pack

#: Kind of event → channel of `DEC_RESULT`. A lane tells only where it means an inspection.
_CHANNELS = {
    "clearance.lodged": "7",
    "clearance.accepted": "L",
    "clearance.returned": "Z",
    "clearance.lane_assigned": "C",
    "clearance.released": "P",
}


#: Findings that the reason of a return names.
_REASONS = 3


def receipts(case: Case, events: Iterable[EventRecord]) -> list[tuple[EventRecord, Receipt]]:
    """Customs' word on a case, event by event, in order."""
    return [
        (event, _receipt(case, event))
        for event in events
        if event.kind in _CHANNELS
        and not (event.kind == "clearance.lane_assigned" and event.content["lane"] != "red")
    ]


def _receipt(case: Case, event: EventRecord) -> Receipt:
    return Receipt(
        kind="result",
        reference=case.reference,
        sequence=f"{case.number}/{event.sequence}",
        customs_number=case.number,
        channel=_CHANNELS[event.kind],
        message=_message(case, event),
        office=case.office,
        noticed_at=event.time,
        declared_at=case.lodged_at,
    )


def _message(case: Case, event: EventRecord) -> str:
    """Why, in Chinese, as the message has it: of a return and of a lane."""
    said, wording = event.content, wording_of(case)
    if event.kind == "clearance.returned":
        found = [wording.name("finding", key) for key in said["because"][:_REASONS]]
        return said["note"] or "".join(one.zh for one in found if one)
    if event.kind == "clearance.lane_assigned":
        return row_words(said["rule"], pack()).zh
    return ""
