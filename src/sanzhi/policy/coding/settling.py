"""How the sheets of a text become settled scores: what is told of text, sheets and study."""

from collections.abc import Collection, Mapping

from sanzhi.cases import Other, Step
from sanzhi.core.digests import digest
from sanzhi.policy.coding import events
from sanzhi.policy.coding.cases import (
    SHEET,
    STUDY,
    SheetStanding,
    TextStanding,
    sheet_case,
    text_case,
)
from sanzhi.policy.coding.codes import Settling, SheetKind
from sanzhi.policy.coding.sheets import Marks, agreed, disagreements, write_marks
from sanzhi.policy.coding.situation import Laboratory

#: Under this name stands what all coders agreed on.
AGREED = "agreed"
#: What each coder gave, by the name on the sheet: account (or none), marks.
Coded = Mapping[str, tuple[str, Marks]]


def compare(text: Step[TextStanding], coded: Coded, now: Laboratory) -> None:
    """What follows from the last coder's handing in: the text is settled where all agree."""
    study, coders = now.file(), accounts(coded)
    given = [marks for _, (_, marks) in sorted(coded.items())]
    differing = disagreements(study, given)
    if differing:
        told = events.CodersDiffer(codes=list(differing), coders=coders)
        text.tell(told, *now.acts)
        return
    marks = agreed(study, given)
    ordinal = len(now.sheets()) + 2  # after the others and the one handed in
    open_sheet(text, ordinal, marks=marks, name=AGREED, kind=SheetKind.ADJUDICATION, done=True)
    how = Settling.ONE_CODER if len(given) == 1 else Settling.AGREED
    settle(text, marks, how, coders, now)


def settle(
    text: Step[TextStanding],
    marks: Marks,
    how: Settling,
    coders: Collection[str],
    now: Laboratory,
) -> None:
    """Settle a text: what is measured of its study changes."""
    content = digest(write_marks(marks))
    told = events.TextSettled(how=how, content=content, coders=sorted(coders))
    text.tell(told, *now.acts)
    measure_anew(text, now)


def measure_anew(text: Step[TextStanding], now: Laboratory) -> None:
    """Say of the study that its figures are out of date."""
    study, policy = now.study(), text.standing.policy
    told = events.MeasuredChanged(policy=policy, measured=study.standing.measured + 1)
    text.on(STUDY, study).tell(told)


def open_sheet(
    text: Step[TextStanding],
    ordinal: int,
    *,
    name: str,
    coder: str = "",
    kind: SheetKind = SheetKind.CODING,
    round_: int = 1,
    marks: Marks | None = None,
    done: bool = False,
) -> None:
    """Begin a sheet of a text; one that is `done` is handed in at once: a coding made elsewhere,
    or what was agreed on."""
    written = write_marks(marks or {})
    number = text_case(text.standing.study, text.standing.position)
    other: Other[SheetStanding] = Other(sheet_case(number, ordinal), SHEET.begin())
    sheet = text.on(SHEET, other)
    sheet.documents.append(written)
    content = digest(written)
    told = events.SheetOpened(
        text=number,
        kind=kind,
        coder=coder,
        name=name,
        round=round_,
        done=len(marks or {}),
        content=content,
    )
    sheet.tell(told)
    if done:
        sheet.tell(events.SheetFinished(content=content))


def accounts(coded: Mapping[str, tuple[str, Marks]]) -> list[str]:
    """Accounts of those who coded; codings from elsewhere may have none."""
    return sorted({account for account, _ in coded.values() if account})
