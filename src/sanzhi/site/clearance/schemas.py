"""What the HTTP API takes and gives for clearance."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from sanzhi.border.clearance.lanes import row_words
from sanzhi.core.findings import Text
from sanzhi.declarations import Declaration
from sanzhi.site.api.door import FindingOut
from sanzhi.site.clearance.models import Case
from sanzhi.site.law.catalogue import pack


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class CaseOut(BaseModel):
    """A consignment as it stands. `sequence` is what an action on it must quote."""

    number: str
    reference: str
    trader: str
    declarant: str
    office: str
    regime: str
    type: str
    state: str
    state_words: str
    awaited_from: str
    awaited: str
    lane: str
    lane_reason: str
    declared_on: date
    lodged_at: datetime
    state_since: datetime
    released_at: datetime | None
    deadline: date | None
    sequence: int
    version: int
    items: int
    goods: str
    customs_value: str
    due: str
    paid: str
    owed: str
    guaranteed: str

    @classmethod
    def of(cls, case: Case, language: str) -> "CaseOut":
        fields: dict[str, Any] = {
            name: getattr(case, name)
            for name in (
                "number",
                "reference",
                "office",
                "regime",
                "type",
                "state",
                "awaited_from",
                "lane",
                "declared_on",
                "lodged_at",
                "state_since",
                "released_at",
                "deadline",
                "sequence",
                "version",
                "items",
                "goods",
            )
        }
        return cls(
            **fields,
            trader=case.trader.credit_code,
            declarant=case.declarant.credit_code,
            state_words=case.state_name.in_language(language),
            awaited=case.awaited_what.in_language(language),
            lane_reason=_why(case).in_language(language),
            customs_value=str(case.customs_value),
            due=str(case.due),
            paid=str(case.paid),
            owed=str(case.owed),
            guaranteed=str(case.guaranteed),
        )


def _why(case: Case) -> Text:
    return row_words(case.lane_rule, pack()) if case.lane_rule else Text("", "")


class LodgedCase(BaseModel):
    """The outcome of lodging. `is_new` is false where the same declaration was lodged before."""

    case: CaseOut
    is_new: bool
    findings: list[FindingOut]


class Bulk(Body):
    """Declarations lodged together: all are stored or none is."""

    declarations: Annotated[list[Declaration], Field(min_length=1, max_length=200)]


class BulkLodged(BaseModel):
    """One row a declaration, in the order they came."""

    cases: list["BulkRow"]


class BulkRow(BaseModel):
    reference: str
    number: str
    state: str
    lane: str
    due: str
    is_new: bool


class Checked(BaseModel):
    """Live checks and the running tax estimate; nothing is stored."""

    findings: list[FindingOut]
    assessment: dict[str, Any] | None
    declaration: dict[str, Any]


class Cases(BaseModel):
    """A page of consignments, newest first. `next` is the cursor of the following page."""

    cases: list[CaseOut]
    next: str | None


class ReceiptOut(BaseModel):
    """A receipt of a case; `sequence` is its event's."""

    sequence: int
    channel: str
    meaning: str
    message: str
    time: datetime


class Receipts(BaseModel):
    receipts: list[ReceiptOut]
