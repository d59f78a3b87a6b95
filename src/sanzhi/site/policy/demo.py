"""The laboratory's part of the demonstration: the study that ships, partly coded, so that there is
something to code, to adjudicate and to look at."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sanzhi.policy.coding.record import Coding
from sanzhi.policy.coding.sheets import Marks, sheets_of
from sanzhi.site.accounts.access import Actor, actor_of
from sanzhi.site.accounts.models import User
from sanzhi.site.cases.actions import act, begin
from sanzhi.site.events.log import integrate
from sanzhi.site.hooks import Demonstration
from sanzhi.site.law.catalogue import pack
from sanzhi.site.policy.assignments import assign
from sanzhi.site.policy.models import Sheet, StudyRecord
from sanzhi.site.storage import writing

if TYPE_CHECKING:  # imported when the demonstration is loaded, which is once
    from sanzhi.policy.coding.study_actions import Beginning

STUDY = "customs-facilitation"
#: The coders of the shipped codings → logins of the demonstration.
CODERS = {"lin": "coder", "gao": "coder2"}
#: Texts at the end of the corpus that nobody has, that one coder still codes, and whose
#: adjudication is open.
UNASSIGNED, HALF_CODED, OPEN = 6, 6, 4


def is_loaded() -> bool:
    return StudyRecord.objects.filter(key=STUDY).exists()


def load(now: datetime) -> None:
    """Load the study, whole or not at all, through what its people do."""
    from sanzhi.policy.coding.brought import (  # noqa: PLC0415 - brings the parts of analysis
        read_study,
    )

    day = pack().day_of(now)
    users = {
        user.username: user
        for user in User.objects.filter(username__in=["analyst", *CODERS.values()])
    }
    with writing():
        lead = actor_of(users["analyst"], day)
        brought = read_study(Path(STUDY))
        half, given = _parts(brought)
        said = brought.model_copy(update={"codings": tuple(given), "coders": CODERS})
        study = begin(lead, "study", "begin", said, now=now)
        lead = actor_of(users["analyst"], day)
        coders = {name: users[login] for name, login in CODERS.items()}
        for login in CODERS.values():
            part = {"person": login, "role": "coder"}
            act(lead, study, study.sequence, "add_person", part, now=now)
        texts = study.texts.select_related("study").filter(policy__in=half)
        assign(lead, study, [(text, list(coders.values())) for text in texts], now=now)
        marks = {
            policy: one
            for (policy, coder, _round, _status), one in sheets_of(brought.codings).items()
            if coder == "gao" and policy in half
        }
        _code(actor_of(coders["gao"], day), marks, now)
    while integrate(now):
        pass


def _parts(brought: "Beginning") -> tuple[set[str], list[Coding]]:
    """Texts half coded, and the codings that stand."""
    ids = list(brought.policies)
    left, half = set(ids[-UNASSIGNED:]), set(ids[-UNASSIGNED - HALF_CODED : -UNASSIGNED])
    rest = [one for one in brought.codings if one.policy not in left | half]
    differing = list(
        dict.fromkeys(one.policy for one in reversed(rest) if one.status == "adjudicated")
    )
    open_ = set(differing[:OPEN])
    return half, [one for one in rest if one.status != "adjudicated" or one.policy not in open_]


def _code(coder: Actor, given: dict[str, Marks], now: datetime) -> None:
    """A coder's scores, put in and handed in."""
    for sheet in Sheet.objects.filter(coder__username=coder.login, finished=None).select_related(
        "text__study"
    ):
        for code, one in given[sheet.text.policy].items():
            said = {"code": code, "score": one.score, "spans": one.spans, "memo": one.memo}
            act(coder, sheet, sheet.sequence, "score", said, now=now)
        act(coder, sheet, sheet.sequence, "hand_in", now=now)


DEMONSTRATION = Demonstration(is_loaded=is_loaded, load=lambda played: load(played.now), order=20)
