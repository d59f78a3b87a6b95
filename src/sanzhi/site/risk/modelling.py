"""What people do with models: train one, and place it: as champion, as challenger, or at rest.

Whoever trained a model cannot place it. The only writer of models and their folders.
"""

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
from django.db import IntegrityError
from django.utils import timezone

from sanzhi.core.dates import CHINA
from sanzhi.core.findings import Text, Unusable
from sanzhi.customs.risk import events
from sanzhi.customs.risk.codes import ModelRole
from sanzhi.customs.risk.columns import DEFAULT
from sanzhi.customs.risk.folder import MANIFEST, read_manifest, save
from sanzhi.customs.risk.reading import read
from sanzhi.customs.risk.training import train as learn
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.models import User
from sanzhi.site.accounts.notices import notify
from sanzhi.site.events.log import Conflict, record
from sanzhi.site.risk import history
from sanzhi.site.risk.models import RiskModel
from sanzhi.site.risk.scoring import folder_of, require_whole
from sanzhi.site.storage import writing

#: Fewer finds than this teach no model that may be put to work.
FINDS = 30
#: What a model can be made by being placed.
PLACES = (ModelRole.CHAMPION, ModelRole.CHALLENGER, ModelRole.RETIRED)


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
    actor.require("risk.model")
    mapping = mapping or DEFAULT
    if data is None:
        frame = history.canonical()
        data, own = _bytes(frame), True
    else:
        frame, own = read(data, name, mapping, outcomes=True), False
    _enough(frame, own=own)
    model = learn(frame, mapping=mapping, progress=progress)
    fresh = folder_of(f"new-{os.getpid()}")
    try:
        save(model, fresh, data_hash=f"sha256:{sha256(data).hexdigest()}")
        return _registered(actor, fresh, "" if own else name, now or timezone.now())
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def place(
    actor: Actor,
    model: RiskModel,
    sequence: int,
    role: str,
    reason: str,
    *,
    now: datetime | None = None,
) -> RiskModel:
    """Make a model champion or challenger, whoever was it before being retired; or retire it.
    Putting an earlier champion back is placing it again. By another than whoever trained it."""
    actor.require("risk.approve", not_by=[model.trained_by_id] if model.trained_by_id else [])
    reason = _said(reason)
    if role == model.role:
        raise Unusable.because(
            "model.role",
            "role",
            "The model is that already; nothing changed.",
            "该模型已是此角色，未作更改。",
        )
    if role not in PLACES:
        raise Unusable.because(
            "model.role",
            "role",
            "There is no such role for a model.",
            "没有这一模型角色。",
            mend=Text(
                "Choose champion, challenger or retired.", "请选择现行模型、挑战者或已停用。"
            ),
        )
    if role != ModelRole.RETIRED:
        require_whole(model)
    try:
        with writing():
            _swap(actor, model, sequence, role, reason, now or timezone.now())
    except IntegrityError:  # two were given the same place at once
        raise Conflict from None
    return model


def _registered(actor: Actor, fresh: Path, source: str, moment: datetime) -> RiskModel:
    """The model in a folder, moved to its place with its row and its event, or nothing of it."""
    text = (fresh / MANIFEST).read_text(encoding="utf-8")
    manifest: dict[str, Any] = read_manifest(fresh)
    digest = sha256(text.encode()).hexdigest()
    day = moment.astimezone(CHINA).date()
    name = f"{day:%Y%m%d}-{manifest['seal'].removeprefix('sha256:')[:8]}"
    with writing():
        try:
            model = RiskModel.objects.create(
                name=name,
                manifest=text,
                source=source[:200],
                trained=moment,
                trained_by_id=actor.user_id,
            )
        except IntegrityError:
            raise Unusable.because(
                "model.known",
                name,
                "The same data gave the same model before today.",
                "相同数据今日已训练出同一模型。",
            ) from None
        told = events.ModelTrained(
            model=name,
            rows=manifest["training"]["rows"],
            source=model.source,
            data=manifest["data_hash"],
            manifest=digest,
        )
        model.sequence = record(model.case, 0, [(told, ())], actor.login, moment)
        model.save(update_fields=["sequence"])
        # A folder without a row is what a process left that died here; nothing refers to it.
        shutil.rmtree(folder_of(name), ignore_errors=True)
        fresh.rename(folder_of(name))
        approvers = (
            User.objects.filter(posts__role="supervisor", is_active=True)
            .exclude(pk=actor.user_id)
            .distinct()
        )
        notify(
            approvers,
            Text(
                f"The model {name} has been trained and waits to be tried.",
                f"模型 {name} 已训练完成，待试用。",
            ),
            f"/risk/models/{model.pk}/",
            moment,
        )
    return model


def _swap(
    actor: Actor, model: RiskModel, sequence: int, role: str, reason: str, moment: datetime
) -> None:
    """Put the model in its place, and whoever stood there to rest first."""
    standing = RiskModel.objects.select_for_update().get(pk=model.pk)
    if standing.sequence != sequence:
        raise Conflict
    if role != ModelRole.RETIRED:
        before = RiskModel.objects.select_for_update().filter(role=role).first()
        if before:
            _put(before, ModelRole.RETIRED, actor, moment, reason, by=model.name)
    _put(model, ModelRole(role), actor, moment, reason)


def _put(
    model: RiskModel, role: ModelRole, actor: Actor, moment: datetime, reason: str, *, by: str = ""
) -> None:
    told = events.ModelPlaced(role=role, before=ModelRole(model.role), by=by, reason=reason)
    model.role = role.value
    model.decided_by_id, model.decided = actor.user_id, moment
    model.sequence = record(model.case, model.sequence, [(told, ())], actor.login, moment)
    model.save(update_fields=["role", "decided_by", "decided", "sequence"])


def _enough(frame: pl.DataFrame, *, own: bool) -> None:
    known = frame["find"].drop_nulls()
    finds = int(known.sum())
    if finds >= FINDS and len(known) - finds >= FINDS:
        return
    raise Unusable.because(
        "model.few",
        "find",
        f"{finds} finds and {len(known) - finds} in order are too few for a model that decides; "
        f"at least {FINDS} of each are needed.",
        f"查获 {finds} 条、未查获 {len(known) - finds} 条，不足以训练用于布控的模型；"
        f"两类各需至少 {FINDS} 条。",
        mend=Text(
            "Train on a table of past declarations (--file DATA), or wait for more inspections.",
            "请以历史报关数据训练（--file 数据文件），或待查验结果增多。",
        )
        if own
        else None,
    )


def _bytes(frame: pl.DataFrame) -> bytes:
    """The history as bytes, the same for the same declarations and outcomes."""
    buffer = BytesIO()
    frame.write_csv(buffer)
    return buffer.getvalue()


def _said(text: str) -> str:
    text = " ".join(text.replace("\0", " ").split())[:500]
    if not text:
        raise Unusable.because("reason.missing", "reason", "Say why.", "请说明理由。")
    return text
