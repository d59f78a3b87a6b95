"""Documents of studies, texts and sheets, and posts in studies, held against their events."""

from collections.abc import Collection, Iterator, Mapping

from sanzhi.core.digests import digest
from sanzhi.core.findings import Finding, Text
from sanzhi.policy.coding.cases import SheetStanding, StudyStanding, TextStanding
from sanzhi.policy.coding.study import Study
from sanzhi.policy.corpus.document import Policy
from sanzhi.policy.corpus.selecting import included
from sanzhi.site.accounts.models import StudyPost
from sanzhi.site.cases.documents import changed_document
from sanzhi.site.policy.models import PolicyText, Sheet, StudyRecord
from sanzhi.site.policy.storing import columns_of, titles_of

_FILE, _INDEX = Text("The study file", "研究文件"), Text("The index", "外部指数")
_CORPUS = Text("The corpus", "语料")
_POLICY, _MARKS = Text("The policy", "政策"), Text("The marks", "评分")


def check_studies(
    numbers: Collection[str], folded: Mapping[str, StudyStanding]
) -> Iterator[Finding]:
    """Study file, index, corpus, what lists show of them, and the people."""
    for row in StudyRecord.objects.filter(number__in=numbers):
        said = folded[row.number]
        contents = row.texts.order_by("position").values_list("content", flat=True)
        for what, stored, logged in (
            (_FILE, digest(row.content), said.content),
            (_INDEX, digest(row.index), said.index),
            (_CORPUS, digest("".join(contents.iterator(500))), said.corpus),
        ):
            if stored != logged:
                yield changed_document(row.number, what, stored, logged)
        if digest(row.content) == said.content:
            yield from _shown(row)
        posts = set(StudyPost.objects.filter(study=row.key).values_list("user__username", "role"))
        if posts != {(person, str(role)) for person, role in said.people}:
            yield _posts_differ(row.number, posts, said)


def _shown(row: StudyRecord) -> Iterator[Finding]:
    """What lists show of a study and its texts, against the study file and the policies."""
    study = Study.model_validate_json(row.content)
    if any(getattr(row, name) != title for name, title in titles_of(study).items()):
        yield _column_differs(row.number, "title")
    texts = list(row.texts.order_by("position"))
    try:
        policies = {text.policy: Policy.model_validate_json(text.content) for text in texts}
    except ValueError:
        return  # the digest of the corpus names it
    counted = included(study, policies)
    for text in texts:
        columns = columns_of(policies[text.policy], is_included=text.policy in counted)
        for name, value in columns.items():
            if getattr(text, name) != value:
                yield _column_differs(text.number, name)


def check_texts(numbers: Collection[str], folded: Mapping[str, TextStanding]) -> Iterator[Finding]:
    """The policy of each text."""
    rows = PolicyText.objects.filter(number__in=numbers).values_list("number", "content")
    for number, content in rows.iterator(chunk_size=200):
        stored, logged = digest(content), folded[number].content
        if stored != logged:
            yield changed_document(number, _POLICY, stored, logged)


def check_sheets(
    numbers: Collection[str], folded: Mapping[str, SheetStanding]
) -> Iterator[Finding]:
    """The marks of each sheet."""
    rows = Sheet.objects.filter(number__in=numbers).values_list("number", "marks")
    for number, marks in rows.iterator(chunk_size=200):
        stored, logged = digest(marks), folded[number].marks
        if stored != logged:
            yield changed_document(number, _MARKS, stored, logged)


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
