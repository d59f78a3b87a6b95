"""The coding sheet (编码表): what one coder gives one text, score by score with its evidence, and
how the sheets of several coders become settled scores.

A text is coded blind by its coders. When all have finished, the codes on which they agree are
settled; where they differ, somebody who did not code the text adjudicates.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from sanzhi.core.findings import Finding, Text, Unusable
from sanzhi.policy.coding.record import Coding, Span, Status
from sanzhi.policy.coding.study import Study

MAX_SPANS = 20
MAX_MEMO = 2000


class Mark(BaseModel):
    """A score with its evidence, in code points of the text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    score: Annotated[int, Field(ge=0)]
    spans: tuple[Span, ...] = ()
    memo: str = ""


#: The marks of a sheet by code.
Marks = dict[str, Mark]
_MARKS: TypeAdapter[Marks] = TypeAdapter(Marks)


def read_marks(stored: str) -> Marks:
    return _MARKS.validate_json(stored)


def write_marks(marks: Marks) -> str:
    return _MARKS.dump_json(marks).decode()


def mark(
    study: Study, text: str, code: str, score: int, spans: Sequence[Span], memo: str = ""
) -> Mark:
    """A mark that may stand in a sheet; `Unusable` (`sheet.*`) naming what is wrong.

    Evidence may still be missing: a sheet can be saved before it is whole.
    """
    require_code(study, code)
    if not 0 <= score <= study.codebook.scale:
        raise Unusable.because(
            "sheet.score",
            code,
            f"{score} is off the scale 0–{study.codebook.scale}.",
            f"{score} 超出量表 0–{study.codebook.scale}。",
        )
    if any(span.end > len(text) for span in spans):
        raise Unusable.because(
            "sheet.span",
            code,
            f"The evidence lies outside the text of {len(text)} characters.",
            f"证据片段超出 {len(text)} 字的文本。",
            mend=Text("Select a passage of the text.", "请在文本中选取一段。"),
        )
    if len(spans) > MAX_SPANS:
        raise Unusable.because(
            "sheet.spans",
            code,
            f"A score rests on {MAX_SPANS} passages at most.",
            f"一项评分最多引用 {MAX_SPANS} 处证据。",
        )
    if len(memo) > MAX_MEMO:
        raise Unusable.because(
            "sheet.memo",
            code,
            f"A memo has {MAX_MEMO} characters at most.",
            f"备忘不超过 {MAX_MEMO} 字。",
        )
    return Mark(score=score, spans=joined(spans), memo=memo.strip())


def require_code(study: Study, code: str) -> None:
    """`Unusable` where the codebook has no such code."""
    if code not in {one.key for one in study.codebook.codes}:
        raise Unusable.because(
            "sheet.code",
            "code",
            f"The codebook has no code {code[:60]!r}.",
            f"编码手册中没有“{code[:60]}”。",
        )


def joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Spans in order, those that touch or overlap as one."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        if found and span.start <= found[-1].end:
            found[-1] = Span(start=found[-1].start, end=max(found[-1].end, span.end))
        else:
            found.append(span)
    return tuple(found)


def located(text: str, quote: str) -> Span:
    """Where a passage stands in a text, white space apart; `Unusable` where it does not."""
    words = quote.split()
    pattern = r"\s*".join(re.escape(sign) for sign in "".join(words))
    found = re.search(pattern, text) if words and len(quote) <= len(text) + 200 else None
    if found is None:
        raise Unusable.because(
            "sheet.quote",
            "quote",
            "The text does not hold this passage.",
            "文本中没有这段文字。",
            mend=Text("Copy the passage from the text as it stands.", "请原样复制文本中的文字。"),
        )
    return Span(start=found.start(), end=found.end())


def unfinished(study: Study, marks: Mapping[str, Mark]) -> list[Finding]:
    """What a sheet still lacks before it can be handed in: scores, and evidence for those above
    0."""
    found = []
    for code in study.codebook.codes:
        given = marks.get(code.key)
        if given is None:
            found.append(
                Finding(
                    code="sheet.missing",
                    path=code.key,
                    text=Text(f"{code.title.en}: no score yet.", f"{code.title.zh}：尚未评分。"),
                    mend=Text(
                        "Give 0 where the text does not touch it.", "文本未涉及的，评 0 分。"
                    ),
                )
            )
        elif given.score and not given.spans:
            found.append(
                Finding(
                    code="sheet.evidence",
                    path=code.key,
                    text=Text(
                        f"{code.title.en}: a score of {given.score} without evidence.",
                        f"{code.title.zh}：评 {given.score} 分，缺少证据。",
                    ),
                    mend=Text("Select the passage that it rests on.", "请选取评分所依据的文字。"),
                )
            )
    return found


def disagreements(study: Study, sheets: Sequence[Mapping[str, Mark]]) -> tuple[str, ...]:
    """Codes on which sheets give different scores, or some give none, in the codebook's order."""
    return tuple(
        code.key
        for code in study.codebook.codes
        if not _agree([sheet.get(code.key) for sheet in sheets])
    )


def agreed(study: Study, sheets: Sequence[Mapping[str, Mark]]) -> Marks:
    """The marks on which all sheets agree, with the evidence of all."""
    differing = set(disagreements(study, sheets))
    return {
        code.key: Mark(
            score=sheets[0][code.key].score,
            spans=joined([span for sheet in sheets for span in sheet[code.key].spans])[:MAX_SPANS],
        )
        for code in study.codebook.codes
        if code.key not in differing
    }


def _agree(given: Sequence[Mark | None]) -> bool:
    return len({one.score if one else None for one in given}) == 1 and given[0] is not None


def codings(
    policy: str, coder: str, marks: Mapping[str, Mark], *, round_: int = 1, status: Status = "final"
) -> list[Coding]:
    """A sheet as codings, the form in which studies are measured and exchanged."""
    return [
        Coding(
            policy=policy,
            code=code,
            score=one.score,
            coder=coder,
            round=round_,
            status=status,
            spans=one.spans,
            memo=one.memo,
        )
        for code, one in marks.items()
    ]


def sheets_of(given: Sequence[Coding]) -> dict[tuple[str, str, int, Status], Marks]:
    """Codings as sheets: (policy, coder, round, status) → marks."""
    found: dict[tuple[str, str, int, Status], Marks] = {}
    for one in given:
        key = (one.policy, one.coder, one.round, one.status)
        found.setdefault(key, {})[one.code] = Mark(score=one.score, spans=one.spans, memo=one.memo)
    return found
