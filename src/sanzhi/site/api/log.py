"""The HTTP API of the event log: checkpoints and proofs anyone can check."""

import base64

from django.http import HttpRequest
from ninja import Router
from ninja.params import functions as params
from pydantic import BaseModel

from sanzhi.core.findings import Text, Unusable
from sanzhi.events import VOCABULARY
from sanzhi.events.checkpoints import public_bytes
from sanzhi.site.api.door import REFUSALS, NotFound, actor_from
from sanzhi.site.clearance.lookup import find_case
from sanzhi.site.events.log import (
    newest_checkpoint,
    prove_consistency,
    prove_inclusion,
    signing_key,
)
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.stored import log_size

router = Router(tags=["log"])


class CheckpointOut(BaseModel):
    """A signed statement of the log's size and root; `note` is the C2SP signed note."""

    size: int
    root: str
    note: str
    public_key: str


class Inclusion(BaseModel):
    """An event's bytes, its place, and the audit path to the checkpoint's root (base64)."""

    index: int
    leaf: str
    proof: list[str]
    checkpoint: CheckpointOut


class Consistency(BaseModel):
    proof: list[str]


@router.get("/log/checkpoint", response={200: CheckpointOut, **REFUSALS})
def checkpoint(request: HttpRequest) -> CheckpointOut:
    """The newest signed checkpoint."""
    return _newest()


@router.get("/log/consistency", response={200: Consistency, **REFUSALS})
def consistency(
    request: HttpRequest,
    old: int = params.Query(..., ge=0, lt=2**53),
    new: int = params.Query(..., ge=0, lt=2**53),
) -> Consistency:
    """Proof that the log of `new` entries begins with the log of `old`."""
    if not old <= new <= log_size():
        raise Unusable.because(
            "log.size",
            "new",
            f"The log has {log_size()} entries.",
            f"日志共有 {log_size()} 条。",
            mend=Text("Give old ≤ new ≤ that.", "应满足 old ≤ new ≤ 该数。"),
        )
    return Consistency(proof=[_base64(node) for node in prove_consistency(old, new)])


@router.get("/cases/{number}/events/{sequence}/proof", response={200: Inclusion, **REFUSALS})
def inclusion(request: HttpRequest, number: str, sequence: int) -> Inclusion:
    """Proof that an event of a consignment you may see is in the log."""
    actor = actor_from(request)
    case = find_case(actor, number)
    event = (
        case
        and EventRecord.objects.filter(case=case.number, sequence=min(sequence, 2**31 - 1)).first()
    )
    if (
        not case
        or not event
        or (event.kind in VOCABULARY.confidential() and case.office not in actor.offices)
    ):
        raise NotFound(f"event {sequence} of consignment {number[:40]}")
    if event.index is None:
        raise Unusable.because(
            "log.waiting",
            "",
            "The event is not in the tree yet; ask again in a moment.",
            "该事件尚未入树，请稍后再试。",
        )
    return Inclusion(
        index=event.index,
        leaf=event.event().canonical().decode(),
        proof=[_base64(node) for node in prove_inclusion(event)],
        checkpoint=_newest(),
    )


def _newest() -> CheckpointOut:
    signed = newest_checkpoint()
    if signed is None:
        raise NotFound("checkpoint")
    key = signing_key().public_key()
    return CheckpointOut(
        size=signed.size,
        root=_base64(signed.root),
        note=signed.note(key),
        public_key=_base64(public_bytes(key)),
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
