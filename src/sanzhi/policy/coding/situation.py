"""What an action of the laboratory knows beside its case: the study file, the policy, the other
sheets of the text, and the people."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sanzhi.cases import Other, Situation
from sanzhi.core.digests import digest
from sanzhi.core.findings import Text, Unusable
from sanzhi.policy.coding.cases import SheetStanding, StudyStanding, TextStanding
from sanzhi.policy.coding.codes import SheetKind
from sanzhi.policy.coding.sheets import Marks, read_marks
from sanzhi.policy.coding.study import Study
from sanzhi.policy.corpus.document import Policy

#: What rules the work on a study: its file, and in that its codebook, which is the coding manual.
FILE, MANUAL = "study file", "study file, codebook"
#: Sheets that a text has from coders in one round, at most.
MAX_CODERS = 10


@dataclass(frozen=True, slots=True)
class Beside(Other[SheetStanding]):
    """Another sheet of the text, with its marks as they are stored."""

    written: str

    @property
    def marks(self) -> Marks:
        return whole(self.standing, self.written)


def _unknown(*_of: Any) -> Any:
    raise LookupError("the case has none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Laboratory(Situation):
    """What an action on a study, a text or a sheet knows. Of what its case has none, it cannot
    ask."""

    account: Callable[[str], bool | None]
    """Whether the account of a user name is open; None where there is none."""
    is_taken: Callable[[str], bool] = _unknown
    """Whether there is a study of that key."""
    file: Callable[[], Study] = _unknown
    """The study file in force."""
    study: Callable[[], Other[StudyStanding]] = _unknown
    policy: Callable[[], Policy] = _unknown
    text: Callable[[], Other[TextStanding]] = _unknown
    sheets: Callable[[], Sequence[Beside]] = _unknown
    """The sheets of the text; on a sheet, the others."""

    def first_round(self) -> list[Beside]:
        """Sheets whose comparison settles the text, by coder."""
        found = [
            one
            for one in self.sheets()
            if one.standing.kind is SheetKind.CODING and one.standing.round == 1
        ]
        return sorted(found, key=lambda one: one.standing.name)

    def has_part(self, person: str) -> bool:
        """Whether somebody has a part in the study, and an open account."""
        people = {name for name, _ in self.study().standing.people}
        return person in people and bool(self.account(person))

    @property
    def acts(self) -> tuple[str, ...]:
        """The act of the law pack that the policy is, for events to cite."""
        act = self.policy().act
        return (act,) if act else ()


def own_marks(sheet: SheetStanding, now: Laboratory) -> Marks:
    """The marks of the sheet that is acted on."""
    return whole(sheet, now.document(sheet.marks))


def whole(sheet: SheetStanding, written: str) -> Marks:
    """Marks as they are stored; `Unusable` (`sheet.changed`) where they are not those that were
    logged: nothing is decided on them."""
    if digest(written) != sheet.marks:
        raise Unusable.because(
            "sheet.changed",
            sheet.name,
            f"The marks of {sheet.name} are not what was logged; nothing was written.",
            f"{sheet.name} 的评分与日志不符，未写入任何内容。",
            mend=Text("Ask an administrator to verify the log.", "请联系管理员核验事件日志。"),
        )
    return read_marks(written)


def require_coders(coders: Sequence[str], now: Laboratory) -> None:
    """`Unusable` (`assign.*`) unless there are coders, and each has a part in the study."""
    if not coders:
        raise Unusable.because(
            "assign.nobody", "coders", "Choose at least one coder.", "请至少选择一名编码员。"
        )
    for one in coders:
        if not now.has_part(one):
            raise Unusable.because(
                "assign.stranger",
                "coders",
                f"{one} is no coder of this study.",
                f"{one} 不是本研究的编码员。",
            )
