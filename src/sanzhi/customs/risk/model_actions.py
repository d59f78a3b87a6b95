"""What can be done with a model: enter it once it is trained, and place it: as champion, as
challenger, or at rest. Whoever trained a model cannot place it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from sanzhi.cases import Ask, Asked, Other, Situation, Step, Why
from sanzhi.core.digests import digest
from sanzhi.core.findings import Text, Unusable
from sanzhi.customs.risk import events
from sanzhi.customs.risk.cases import MODEL, ModelStanding
from sanzhi.customs.risk.codes import ModelRole
from sanzhi.customs.risk.setting_actions import DECIDING, SELECTING

#: Fewer finds than this, or fewer in order, teach no model that may be put to work.
FINDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Board(Situation):
    """What an action on a model knows beside it: the other models, and its folder."""

    today: date
    is_known: Callable[[str], bool]
    """Whether there is a model of a name."""
    at: Callable[[ModelRole], Other[ModelStanding] | None]
    """The model that stands in a place."""
    require_whole: Callable[[ModelStanding], None]
    """`Unusable` where the manifest is not the one that was told, or the folder is not whole."""


class Trained(Asked):
    source: Annotated[str, StringConstraints(max_length=200)]
    """The file it learnt from; empty for the platform's own history."""
    manifest: str
    """Of its folder, as it is stored."""


class Placing(Asked):
    role: Annotated[ModelRole, Ask.for_("Place", "角色")]
    reason: Why


@MODEL.action(
    "enter",
    "Enter a trained model",
    "登记模型",
    done=("Entered; a supervisor can now place it.", "已登记，可由主管决定启用。"),
    begins=True,
    by_hand=False,
    permission="risk.model",
    law=SELECTING,
    tells=[events.ModelTrained],
)
def enter(step: Step[ModelStanding], said: Trained, now: Board) -> None:
    """Enter a model that was trained; it decides nothing until it is placed."""
    manifest = json.loads(said.manifest)
    name = f"{now.today:%Y%m%d}-{manifest['seal'].removeprefix('sha256:')[:8]}"
    if now.is_known(name):
        raise Unusable.because(
            "model.known",
            name,
            "The same data gave the same model before today.",
            "相同数据今日已训练出同一模型。",
        )
    step.documents.append(said.manifest)
    told = events.ModelTrained(
        model=name,
        rows=manifest["training"]["rows"],
        source=said.source,
        data=manifest["data_hash"],
        manifest=digest(said.manifest),
    )
    step.tell(told, SELECTING)


@MODEL.action(
    "place",
    "Place the model",
    "调整模型角色",
    done=("The model is placed.", "模型角色已调整。"),
    states=list(ModelRole),
    permission="risk.approve",
    law=DECIDING,
    tells=[events.ModelPlaced],
    impartial=True,
    reviews=lambda model: {model.trained_by},
)
def place(step: Step[ModelStanding], said: Placing, now: Board) -> None:
    """Make a model champion or challenger, whoever was it before being retired; or retire it.
    Putting an earlier champion back is placing it again."""
    model = step.standing
    if said.role in {model.state, ModelRole.TRIED}:
        raise Unusable.because(
            "model.role",
            "role",
            "The model is that already, or cannot be it again; nothing changed.",
            "该模型已是此角色，或不能再为此角色，未作更改。",
        )
    if said.role is not ModelRole.RETIRED:
        now.require_whole(model)
        before = now.at(said.role)
        if before:
            retired = events.ModelPlaced(
                role=ModelRole.RETIRED, before=said.role, by=model.name, reason=said.reason
            )
            step.on(MODEL, before).tell(retired, DECIDING)
    told = events.ModelPlaced(role=said.role, before=model.state, by="", reason=said.reason)
    step.tell(told, DECIDING)


MODEL.require_whole()


def require_finds(finds: int, known: int, *, own: bool) -> None:
    """Refuse to learn a model for selection from too few outcomes (`model.few`): `finds` among
    `known`, of the platform's `own` history or of a table."""
    if finds >= FINDS and known - finds >= FINDS:
        return
    raise Unusable.because(
        "model.few",
        "find",
        f"{finds} finds and {known - finds} in order are too few for a model that decides; "
        f"at least {FINDS} of each are needed.",
        f"查获 {finds} 条、未查获 {known - finds} 条，不足以训练用于布控的模型；"
        f"两类各需至少 {FINDS} 条。",
        mend=Text(
            "Train on a table of past declarations (--file DATA), or wait for more inspections.",
            "请以历史报关数据训练（--file 数据文件），或待查验结果增多。",
        )
        if own
        else None,
    )
