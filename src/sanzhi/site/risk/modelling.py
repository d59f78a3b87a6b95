"""Training a model: learnt from the platform's history or a table, stored in a folder of its own,
and entered as a case. The only writer of models' folders."""

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import polars as pl

from sanzhi.customs.risk.cases import MODEL
from sanzhi.customs.risk.columns import DEFAULT
from sanzhi.customs.risk.folder import MANIFEST, save
from sanzhi.customs.risk.model_actions import require_finds
from sanzhi.customs.risk.reading import read
from sanzhi.customs.risk.training import train as learn
from sanzhi.site.accounts.access import Actor
from sanzhi.site.cases.actions import begin
from sanzhi.site.risk import history
from sanzhi.site.risk.models import RiskModel
from sanzhi.site.risk.scoring import folder_of
from sanzhi.site.storage import writing


def train(
    actor: Actor,
    data: bytes | None = None,
    name: str = "",
    *,
    mapping: dict[str, str | None] | None = None,
    now: datetime | None = None,
    progress: Callable[[], None] = lambda: None,
) -> RiskModel:
    """Train a model on the platform's own history, or on a table of past declarations (`data`,
    called `name`); it decides nothing until it is placed.

    `Unusable` where the table cannot be read, or where there is too little to learn from
    (`model.few`); then nothing is left behind.
    """
    actor.require("risk.model")  # before minutes of learning
    mapping = mapping or DEFAULT
    if data is None:
        frame = history.canonical()
        data, own = _bytes(frame), True
    else:
        frame, own = read(data, name, mapping, outcomes=True), False
    known = frame["find"].drop_nulls()
    require_finds(int(known.sum()), len(known), own=own)
    model = learn(frame, mapping=mapping, progress=progress)
    fresh = folder_of(f"new-{os.getpid()}")
    try:
        save(model, fresh, data_hash=f"sha256:{sha256(data).hexdigest()}")
        return _entered(actor, fresh, "" if own else name, now)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _entered(actor: Actor, fresh: Path, source: str, now: datetime | None) -> RiskModel:
    """The model in a folder, entered and moved to its place, or nothing of it."""
    manifest = (fresh / MANIFEST).read_text(encoding="utf-8")
    said = {"source": source[:200], "manifest": manifest}
    with writing():
        model: RiskModel = begin(actor, MODEL.name, "enter", said, now=now)
        # A folder without a row is what a process left that died here; nothing refers to it.
        shutil.rmtree(folder_of(model.name), ignore_errors=True)
        fresh.rename(folder_of(model.name))
    return model


def _bytes(frame: pl.DataFrame) -> bytes:
    """The history as bytes, the same for the same declarations and outcomes."""
    buffer = BytesIO()
    frame.write_csv(buffer)
    return buffer.getvalue()
