"""Rows held against their events: whatever an action stores, its events must say it.

Each kind of row is followed from its first event to its last; fixtures call `require_told` after
every test that stored something, so that no action changes a row in silence.
"""

from collections.abc import Callable, Iterator
from typing import Any

from sanzhi.core.digests import digest
from sanzhi.site.events.models import EventRecord
from sanzhi.site.policy.models import PolicyText, Sheet, StudyRecord
from sanzhi.site.risk.models import RiskModel, Setting

Row = dict[str, Any]
#: Kind, payload, event and the row before it → what changes.
Follow = Callable[[str, Row, EventRecord, Row], Row]


def require_told() -> None:
    """Every study, text, sheet, setting and model is what its events say."""
    told = dict(_told())
    for model, follow, stored in (
        (StudyRecord, _study, _stored_study),
        (PolicyText, _text, _stored_text),
        (Sheet, _sheet, _stored_sheet),
        (Setting, _setting, _stored_setting),
        (RiskModel, _model, _stored_model),
    ):
        for row in model.objects.all():
            events = told.get(row.number, [])
            if not events or events[0].kind not in _FIRST:
                continue  # a row that a test put there by hand
            assert _followed(events, follow) == stored(row) | {"sequence": row.sequence}, row.number


#: Kinds that begin a case.
_FIRST = frozenset(
    (
        "policy.study_begun",
        "policy.text_entered",
        "policy.sheet_opened",
        "risk.setting_drafted",
        "risk.model_trained",
    )
)


def _told() -> Iterator[tuple[str, list[EventRecord]]]:
    found: dict[str, list[EventRecord]] = {}
    rooms = EventRecord.objects.filter(kind__startswith="policy.") | EventRecord.objects.filter(
        kind__startswith="risk."
    )
    for event in rooms.order_by("case", "sequence"):
        found.setdefault(event.case, []).append(event)
    return iter(found.items())


def _followed(events: list[EventRecord], follow: Follow) -> Row:
    row: Row = {}
    for event in events:
        row |= follow(event.kind.partition(".")[2], event.content, event, row)
        row["sequence"] = event.sequence
    return row


def _study(kind: str, said: Row, event: EventRecord, _before: Row) -> Row:
    match kind:
        case "study_begun":
            return {
                "key": said["study"],
                "version": said["version"],
                "content": said["content"],
                "outside": said["outside"],
                "begun": event.time,
                "begun_by": event.actor,
                "measured": 0,
            }
        case "study_changed":
            return {key: said[key] for key in ("version", "content", "measured")}
        case "measured_changed":
            return {"measured": said["measured"]}
    return {}


def _stored_study(row: StudyRecord) -> Row:
    return {
        "key": row.key,
        "version": row.version,
        "content": digest(row.content),
        "outside": digest(row.index),
        "begun": row.begun,
        "begun_by": row.begun_by.username,
        "measured": row.settled_version,
    }


def _text(kind: str, said: Row, _event: EventRecord, before: Row) -> Row:
    match kind:
        case "text_entered":
            return said | {"state": "unassigned"}
        case "coders_differ" | "text_reopened":
            return {"state": "adjudication"}
        case "text_settled":
            return {"state": "settled"}
        case "text_assigned" if before["state"] == "unassigned":
            return {"state": "coding"}
    return {}


def _stored_text(row: PolicyText) -> Row:
    return {
        "study": row.study.number,
        "policy": row.policy,
        "position": row.position,
        "content": digest(row.content),
        "state": row.state,
    }


def _sheet(kind: str, said: Row, event: EventRecord, _before: Row) -> Row:
    now = {"updated": event.time}
    match kind:
        case "sheet_opened":
            return said | now | {"memo": "", "finished": None}
        case "scored" | "score_removed":
            return {"done": said["done"], "content": said["content"]} | now
        case "noted":
            return said | now
        case "sheet_finished":
            return {"finished": event.time} | now
        case "sheet_reopened":
            return {"finished": None, "coder": said["coder"], "name": said["coder"]} | now
        case "sheet_handed_over":
            kept = {key: said[key] for key in ("coder", "done", "content", "memo")}
            return kept | {"name": said["coder"]} | now
    raise AssertionError(kind)


def _stored_sheet(row: Sheet) -> Row:
    return {
        "text": row.text.number,
        "kind": row.kind,
        "coder": row.coder.username if row.coder else "",
        "name": row.name,
        "round": row.round,
        "done": row.done,
        "content": digest(row.marks),
        "memo": row.memo,
        "finished": row.finished,
        "updated": row.updated,
    }


def _setting(kind: str, said: Row, event: EventRecord, _before: Row) -> Row:
    content = {"content": said["content"]} if "content" in said else {}
    match kind:
        case "setting_drafted":
            return content | {
                "version": said["version"],
                "state": "draft",
                "author": event.actor,
                "note": "",
                "changed": event.time,
                "decided_by": "",
                "decided": None,
            }
        case "setting_proposed":
            return content | {"state": "proposed", "note": said["note"], "changed": event.time}
        case "setting_approved" | "setting_refused":
            state = "active" if kind == "setting_approved" else "refused"
            decided = {"decided_by": event.actor, "decided": event.time}
            return content | decided | {"state": state}
        case "setting_retired":
            return {"state": "retired"}
    return content | {"changed": event.time}


def _stored_setting(row: Setting) -> Row:
    return {
        "version": row.version,
        "state": row.state,
        "author": row.author.username,
        "note": row.note,
        "content": row.content,
        "changed": row.changed,
        "decided_by": row.decided_by.username if row.decided_by else "",
        "decided": row.decided,
    }


def _model(kind: str, said: Row, event: EventRecord, _before: Row) -> Row:
    if kind == "model_trained":
        return {
            "name": said["model"],
            "source": said["source"],
            "manifest": said["manifest"],
            "trained": event.time,
            "trained_by": event.actor,
            "role": "tried",
            "decided_by": "",
            "decided": None,
        }
    return {"role": said["role"], "decided_by": event.actor, "decided": event.time}


def _stored_model(row: RiskModel) -> Row:
    return {
        "name": row.name,
        "source": row.source,
        "manifest": digest(row.manifest),
        "trained": row.trained,
        "trained_by": row.trained_by.username if row.trained_by else "",
        "role": row.state,
        "decided_by": row.decided_by.username if row.decided_by else "",
        "decided": row.decided,
    }
