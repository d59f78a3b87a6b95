"""The one place where stored studies, texts and sheets become the library's documents and back."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from sanzhi.events import Wording
from sanzhi.policy.coding.record import Coding, Status
from sanzhi.policy.coding.sheets import Marks, codings, read_marks
from sanzhi.policy.coding.study import Study
from sanzhi.policy.corpus.document import Policy
from sanzhi.site.events.wording import SiteWording
from sanzhi.site.policy.models import PolicyText, Sheet, StudyRecord


def study_of(record: StudyRecord) -> Study:
    """The study file as the library knows it."""
    return Study.model_validate_json(record.content)


def policy_of(text: PolicyText) -> Policy:
    return Policy.model_validate_json(text.content)


def marks_of(sheet: Sheet) -> Marks:
    return read_marks(sheet.marks)


def corpus_of(record: StudyRecord) -> dict[str, Policy]:
    """Every policy of the study's corpus by id, in the corpus's order."""
    found = record.texts.order_by("position").values_list("content", flat=True)
    policies = (Policy.model_validate_json(content) for content in found.iterator(500))
    return {policy.id: policy for policy in policies}


def settled_codings(record: StudyRecord) -> list[Coding]:
    """What is measured: the codings of texts that are settled, with the adjudicated scores."""
    return _codings(
        Sheet.objects.filter(text__study=record, text__state="settled", finished__isnull=False)
    )


def _codings(sheets: QuerySet[Sheet]) -> list[Coding]:
    found: list[Coding] = []
    for sheet in sheets.select_related("text").order_by("text__position", "kind", "name", "round"):
        status: Status = "adjudicated" if sheet.kind == Sheet.Kind.ADJUDICATION else "final"
        found += codings(
            sheet.text.policy, sheet.name, marks_of(sheet), round_=sheet.round, status=status
        )
    return found


def columns_of(policy: Policy, *, is_included: bool) -> Mapping[str, Any]:
    """What lists show of a policy, as columns of its text."""
    return {
        "title": _shown(policy.title, 500),
        "document_number": _shown(policy.number, 200),
        "doc_type": _shown(policy.doc_type, 100),
        "year": policy.counted_year,
        "issued": policy.issued,
        "included": is_included,
        "has_text": bool(policy.text.strip()),
    }


def titles_of(study: Study) -> Mapping[str, Any]:
    """What lists call a study, as columns of its row."""
    return {"title_en": study.title.en[:300], "title_zh": study.title.zh[:300]}


def _shown(fact: str | None, most: int) -> str:
    """A fact as a list shows it: on one line, and without what no database takes."""
    return " ".join((fact or "").replace("\0", " ").split())[:most]


def wording_of(study: Study) -> Wording:
    """How events of a study name the codes of its codebook."""
    titles = {code.key: code.title.text for code in study.codebook.codes}
    return SiteWording({"codebook": titles.get})
