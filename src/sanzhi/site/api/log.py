"""The HTTP API of the event log: checkpoints and proofs anyone can check."""

import base64
from bisect import bisect_left

from django.http import HttpRequest
from ninja import Router
from ninja.params import functions as params
from pydantic import BaseModel

from sanzhi.core.findings import Text, Unusable
from sanzhi.events.checkpoints import public_bytes
from sanzhi.site.api.door import REFUSALS, NotFound
from sanzhi.site.events.keys import note_of, signing_key
from sanzhi.site.events.log import prove_consistency, prove_inclusion
from sanzhi.site.events.models import EventRecord
from sanzhi.site.events.stored import newest_checkpoint, signed_sizes

router = Router(tags=["log"])


class CheckpointOut(BaseModel):
    """A signed statement of the log's size and root; `note` is the C2SP signed note."""

    size: int
    root: str
    note: str
    public_key: str


class Inclusion(BaseModel):
    """An event's bytes, with the random value that blinds its hash, its place, and the audit path
    to the checkpoint's root (base64). The hashes of other events on the path tell nothing of them:
    each is blinded by a value of its own."""

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
    """Proof that the log of `new` entries begins with the log of `old`, both sizes of signed
    checkpoints: nothing between them is told."""
    sizes = list(signed_sizes())
    for name, size in (("old", old), ("new", new)):
        if size not in sizes:
            raise _not_signed(name, size, sizes)
    if old > new:
        raise Unusable.because(
            "log.order",
            "old",
            f"The log of {old} entries is longer than that of {new}.",
            f"{old} 条的日志长于 {new} 条的日志。",
            mend=Text("Give the smaller size as old.", "请将较小的条数作为 old。"),
        )
    return Consistency(proof=[_base64(node) for node in prove_consistency(old, new)])


def inclusion_of(event: EventRecord) -> Inclusion:
    """Proof that an event is in the log; `Unusable` where it is not in the tree yet."""
    if event.index is None:
        raise Unusable.because(
            "log.waiting",
            "",
            "The event is not in the tree yet; ask again in a moment.",
            "该事件尚未入树，请稍后再试。",
        )
    signed = _newest()
    leaf, proof = prove_inclusion(event, signed.size)
    return Inclusion(
        index=event.index,
        leaf=leaf.decode(),
        proof=[_base64(node) for node in proof],
        checkpoint=signed,
    )


def _newest() -> CheckpointOut:
    signed = newest_checkpoint()
    if signed is None:
        raise NotFound(Text("checkpoint", "检查点"))
    key = signing_key().public_key()
    return CheckpointOut(
        size=signed.size,
        root=_base64(signed.root),
        note=note_of(signed),
        public_key=_base64(public_bytes(key)),
    )


def _not_signed(name: str, size: int, sizes: list[int]) -> Unusable:
    """Which sizes near the one that was asked about have a signed checkpoint."""
    at = bisect_left(sizes, size)
    near = ", ".join(str(one) for one in sizes[max(0, at - 2) : at + 2])
    return Unusable.because(
        "log.size",
        name,
        f"No checkpoint is signed over {size} entries.",
        f"没有覆盖 {size} 条的签名检查点。",
        mend=Text(
            f"Ask between signed checkpoints; near it: {near}."
            if near
            else "Wait for the first checkpoint.",
            f"请以签名检查点的条数查询；邻近的有：{near}。" if near else "请等待首个检查点。",
        ),
    )


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
