"""Studies, texts and sheets held against their events: rows, documents, posts, marks."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from sanzhi.core.findings import Finding, Text
from sanzhi.policy.coding.cases import (
    SHEET,
    STUDY,
    TEXT,
    SheetStanding,
    StudyStanding,
    TextStanding,
)
from sanzhi.policy.coding.study import Study
from sanzhi.policy.corpus.document import Policy
from sanzhi.site.accounts.models import StudyPost
from sanzhi.site.cases.desks import LEDGERS, Ledger, changed_document, numbered
from sanzhi.site.policy.models import PolicyText, Sheet, StudyRecord
from sanzhi.site.policy.storing import digest, new_texts

_FILE, _INDEX = Text("The study file", "研究文件"), Text("The index", "外部指数")
_CORPUS = Text("The corpus", "语料")
_POLICY, _MARKS = Text("The policy", "政策"), Text("The marks", "评分")
#: Columns of a text that lists show, made of its policy and the study's rules.
_SHOWN = ("title", "number", "doc_type", "year", "issued", "included", "has_text")


def _studies() -> QuerySet[Any]:
    return numbered(StudyRecord.objects.all(), "STUDY-")


def _of_study(study: StudyStanding) -> Mapping[str, Any]:
    return {
        "key": study.key,
        "version": study.version,
        "begun": study.begun,
        "begun_by__username": study.begun_by,
        "settled_version": study.measured,
        "sequence": study.sequence,
    }


def _check_studies(
    numbers: Collection[str], folded: Mapping[str, StudyStanding]
) -> Iterator[Finding]:
    for row in _studies().filter(case_name__in=numbers):
        said = folded[row.case]
        contents = row.texts.order_by("position").values_list("content", flat=True)
        for what, stored, logged in (
            (_FILE, digest(row.content), said.content),
            (_INDEX, digest(row.index), said.index),
            (_CORPUS, digest(*contents.iterator(500)), said.corpus),
        ):
            if stored != logged:
                yield changed_document(row.case, what, stored, logged)
        if digest(row.content) == said.content:
            yield from _titles(row)
        posts = set(StudyPost.objects.filter(study=row.key).values_list("user__username", "role"))
        if posts != {(person, str(role)) for person, role in said.people}:
            yield _posts_differ(row.case, posts, said)


def _titles(row: StudyRecord) -> Iterator[Finding]:
    """What lists show of a study and its texts, against the study file and the policies."""
    study = Study.model_validate_json(row.content)
    if (row.title_en, row.title_zh) != (study.title.en[:300], study.title.zh[:300]):
        yield _column_differs(row.case, "title")
    texts = list(row.texts.order_by("position"))
    try:
        policies = {text.policy: Policy.model_validate_json(text.content) for text in texts}
    except ValueError:
        return  # the digest of the corpus names it
    made = {text.policy: text for text in new_texts(row, study, policies)}
    for text in texts:
        fresh = made.get(text.policy)
        for column in _SHOWN if fresh else ():
            if getattr(text, column) != getattr(fresh, column):
                yield _column_differs(text.case, column)


def _texts() -> QuerySet[Any]:
    return numbered(PolicyText.objects.all(), "TEXT-")


def _of_text(text: TextStanding) -> Mapping[str, Any]:
    return {
        "study_id": _key(text.study),
        "policy": text.policy,
        "position": text.position,
        "state": str(text.state),
        "sequence": text.sequence,
    }


def _check_texts(numbers: Collection[str], folded: Mapping[str, TextStanding]) -> Iterator[Finding]:
    rows = _texts().filter(case_name__in=numbers).values_list("case_name", "content")
    for name, content in rows.iterator(chunk_size=200):
        stored, logged = digest(content), folded[name].content
        if stored != logged:
            yield changed_document(name, _POLICY, stored, logged)


def _of_sheet(sheet: SheetStanding) -> Mapping[str, Any]:
    return {
        "text_id": _key(sheet.text),
        "kind": str(sheet.kind),
        "coder__username": sheet.coder or None,
        "name": sheet.name,
        "round": sheet.round,
        "done": sheet.done,
        "memo": sheet.memo,
        "finished": sheet.finished,
        "updated": sheet.updated,
        "sequence": sheet.sequence,
    }


def _check_sheets(
    numbers: Collection[str], folded: Mapping[str, SheetStanding]
) -> Iterator[Finding]:
    rows = numbered(Sheet.objects.all(), "SHEET-").filter(case_name__in=numbers)
    for name, marks in rows.values_list("case_name", "marks"):
        stored, logged = digest(marks), folded[name].marks
        if stored != logged:
            yield changed_document(name, _MARKS, stored, logged)


def _key(case: str) -> int:
    """The key in a case's name: 7 of TEXT-7; -1 where there is none."""
    number = case.rpartition("-")[2]
    return int(number) if number.isascii() and number.isdigit() else -1


def _posts_differ(case: str, stored: set[tuple[str, str]], said: StudyStanding) -> Finding:
    logged = {(person, str(role)) for person, role in said.people}
    here = ", ".join(f"{person} ({role})" for person, role in sorted(stored - logged)) or "–"
    gone = ", ".join(f"{person} ({role})" for person, role in sorted(logged - stored)) or "–"
    return Finding(
        code="cases.people",
        path=case,
        text=Text(
            f"The people of {case} are not those of its events: stored only {here}; logged only "
            f"{gone}.",
            f"{case} 的人员与事件不符：仅存储 {here}；仅见于日志 {gone}。",
        ),
    )


def _column_differs(case: str, column: str) -> Finding:
    return Finding(
        code=f"cases.{column}",
        path=case,
        text=Text(
            f"The {column} of {case} is not what its document says.",
            f"{case} 的 {column} 与其文档不符。",
        ),
    )


LEDGERS.add(
    Ledger(kind=STUDY, where=_studies, number="case_name", facts=_of_study, check=_check_studies)
)
LEDGERS.add(Ledger(kind=TEXT, where=_texts, number="case_name", facts=_of_text, check=_check_texts))
LEDGERS.add(
    Ledger(
        kind=SHEET,
        where=lambda: numbered(Sheet.objects.all(), "SHEET-"),
        number="case_name",
        facts=_of_sheet,
        check=_check_sheets,
    )
)
