"""What a coding sheet shows: its cards, the evidence on each, and what stands beside it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from sanzhi.core.findings import Finding
from sanzhi.policy.coding.codes import TextState
from sanzhi.policy.coding.highlighting import segments
from sanzhi.policy.coding.record import Span
from sanzhi.policy.coding.sheets import Mark, Marks, disagreements, unfinished
from sanzhi.policy.coding.study import Code, Study
from sanzhi.policy.corpus.document import Policy
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.policy.lookup import finished_sheets, sheets_of
from sanzhi.site.policy.models import Sheet
from sanzhi.site.policy.storing import marks_of


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of evidence as a card shows it."""

    span: str
    words: str


@dataclass(frozen=True, slots=True)
class Other:
    """What stands on another sheet of the text: a coder's, a letter to the adjudicator; or what
    was settled."""

    name: str
    sheet: int
    mark: Mark | None
    passages: list[Passage]


@dataclass(frozen=True, slots=True)
class Card:
    """A code of the sheet with what stands there."""

    code: Code
    number: int
    kind: str
    mark: Mark | None
    passages: list[Passage]
    scores: range
    others: list[Other]
    differs: bool
    refused: Finding | None = None

    @property
    def level(self) -> Any:
        """What the score given means."""
        return self.code.levels.get(self.mark.score) if self.mark else None


def context_of(request: PageRequest, study: Study, policy: Policy, found: Sheet) -> dict[str, Any]:
    marks = marks_of(found)
    own = list(
        sheets_of(request.actor)
        .filter(kind=found.kind, text__study=found.text.study_id)
        .values_list("pk", "finished")
    )
    place = next((at for at, one in enumerate(own, 1) if one[0] == found.pk), 0)
    return {
        "sheet": found,
        "text": found.text,
        "study": found.text.study,
        "policy": policy,
        "codes": len(study.codebook.codes),
        "scored": len(marks),
        "lacking_count": len(unfinished(study, marks)),
        "segments": segments(policy.text, {code: one.spans for code, one in marks.items()}),
        "names": {code.key: code.title.text for code in study.codebook.codes},
        "open": found.finished is None and found.coder_id == request.actor.login,
        "may_reopen": found.finished is not None
        and found.text.state == "coding"
        and found.coder_id == request.actor.login
        and found.kind == Sheet.Kind.CODING,
        "adjudicating": found.kind == Sheet.Kind.ADJUDICATION,
        "place": place,
        "of": len(own),
    }


def cards_of(study: Study, policy: Policy, found: Sheet) -> list[Card]:
    marks = marks_of(found)
    given = _beside(found)
    differing = (
        set(disagreements(study, [one for _, _, one in given]))
        if given and found.kind == Sheet.Kind.ADJUDICATION
        else set()
    )
    measures = len(study.codebook.measures)
    return [
        Card(
            code=code,
            number=number,
            kind="measure" if number <= measures else "objective",
            mark=marks.get(code.key),
            passages=_passages(policy.text, marks.get(code.key)),
            scores=range(study.codebook.scale + 1),
            others=_others(policy.text, given, code.key),
            differs=code.key in differing,
        )
        for number, code in enumerate(study.codebook.codes, 1)
    ]


def groups_of(cards: list[Card], found: Sheet) -> list[tuple[str, list[Card], bool]]:
    """The cards under their headings, the last of them folded where it is: to the adjudicator
    what coders differ on comes first."""
    if found.kind == Sheet.Kind.ADJUDICATION:
        groups = [
            (_("The coders differ"), [one for one in cards if one.differs], False),
            (_("The coders agree"), [one for one in cards if not one.differs], True),
        ]
    else:
        groups = [
            (_("Measures"), [one for one in cards if one.kind == "measure"], False),
            (_("Objectives"), [one for one in cards if one.kind == "objective"], False),
        ]
    return [group for group in groups if group[1]]


def _beside(found: Sheet) -> list[tuple[str, int, Marks]]:
    """What is shown beside the sheet's own scores: the coders' to the adjudicator, and once the
    text is settled, to the coder what was settled. Before that coders are blind."""
    if found.kind == Sheet.Kind.ADJUDICATION:
        return [
            (_("Coder %(letter)s") % {"letter": chr(ord("A") + at)}, one.pk, marks_of(one))
            for at, one in enumerate(finished_sheets(found.text))
        ]
    if found.text.state == TextState.SETTLED and found.finished:
        settled = found.text.sheets.filter(kind=Sheet.Kind.ADJUDICATION).first()
        return [(_("Settled"), settled.pk, marks_of(settled))] if settled else []
    return []


def _others(text: str, given: list[tuple[str, int, Marks]], code: str) -> list[Other]:
    return [
        Other(name, pk, marks.get(code), _passages(text, marks.get(code)))
        for name, pk, marks in given
    ]


def _passages(text: str, given: Mark | None) -> list[Passage]:
    return [passage_of(text, span) for span in given.spans] if given else []


def passage_of(text: str, span: Span) -> Passage:
    shown = " ".join(text[span.start : span.end].split())
    return Passage(f"{span.start}-{span.end}", shown if len(shown) <= 60 else f"{shown[:57]}…")


def refused_on(card: Card, refused: Finding) -> Card:
    fields = {name: getattr(card, name) for name in Card.__slots__}
    return Card(**fields | {"refused": refused})
