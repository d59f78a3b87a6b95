"""A study for the site's tests: ten short texts, four codes, a lead and coders."""

from datetime import UTC, date, datetime

from sanzhi.policy.coding.record import Span
from sanzhi.policy.coding.study import Study
from sanzhi.policy.coding.study_actions import Beginning
from sanzhi.policy.corpus.document import Policy
from sanzhi.site.accounts.access import Actor, actor_of
from sanzhi.site.accounts.models import User
from sanzhi.site.cases.actions import act, begin
from sanzhi.site.policy.assignments import assign
from sanzhi.site.policy.models import Sheet, StudyRecord
from sanzhi.site.policy.storing import marks_of

NOW = datetime(2026, 6, 1, 2, tzinfo=UTC)
DAY = date(2026, 6, 1)
CODES = ("m1", "m2", "g1", "g2")


def code(key: str, *terms: str) -> dict[str, object]:
    return {
        "key": key,
        "title": {"en": f"Code {key}", "zh": f"编码{key}"},
        "terms": list(terms),
        "levels": {score: {"text": f"level {score}"} for score in range(6)},
    }


def study_fields(**changes: object) -> dict[str, object]:
    return {
        "key": "small",
        "version": 1,
        "title": {"en": "Small study", "zh": "小研究"},
        "years": [2001, 2010],
        "corpus": ["corpus.jsonl"],
        "codebook": {
            "measures": [code("m1", "监管"), code("m2")],
            "objectives": [code("g1"), code("g2")],
        },
        "force": {"use": "A", "scales": {"A": {"notice": 1, "law": 5}}},
    } | changes


def policies(count: int = 10) -> dict[str, Policy]:
    return {
        f"P{n}": Policy(
            id=f"P{n}",
            title=f"关于第{n}项便利措施的通知",
            issuers=("海关总署",),
            doc_type="notice",
            issued=date(2001 + (n - 1) % 10, 3, 1),
            text=f"加强监管，简化手续𠀀，第{n}项。\n缩短时间。",
        )
        for n in range(1, count + 1)
    }


def crew() -> dict[str, User]:
    return {
        name: User.objects.create_user(name, f"{name}@example.org", is_analyst=name == "lead")
        for name in ("lead", "anna", "bo", "chi")
    }


def acting(user: User) -> Actor:
    return actor_of(user, DAY)


def begin_study(user: User, said: Beginning) -> StudyRecord:
    study: StudyRecord = begin(acting(user), "study", "begin", said, now=NOW)
    return study


def begun(users: dict[str, User], count: int = 10, **changes: object) -> StudyRecord:
    """The study, with anna and bo as its coders."""
    said = Beginning(study=Study.model_validate(study_fields(**changes)), policies=policies(count))
    study = begin_study(users["lead"], said)
    for name in ("anna", "bo"):
        person(users, study, "add", name, "coder")
    return study


def person(users: dict[str, User], study: StudyRecord, do: str, name: str, role: str) -> None:
    """The lead gives somebody a part in the study (`add`), or takes it away (`remove`)."""
    study.refresh_from_db()
    part = {"person": name, "role": role}
    act(acting(users["lead"]), study, study.sequence, f"{do}_person", part, now=NOW)


def score(
    user: User, sheet: Sheet, code: str, value: int, spans: list[Span] | None = None
) -> Sheet:
    """Put a score into a sheet, as of what the row says was seen."""
    said = {"code": code, "score": value, "spans": spans or []}
    scored: Sheet = act(acting(user), sheet, sheet.sequence, "score", said, now=NOW)
    return scored


def assigned(
    users: dict[str, User],
    study: StudyRecord,
    count: int = 1,
    names: tuple[str, ...] = ("anna", "bo"),
) -> list[Sheet]:
    """Sheets of the first texts, by text and coder."""
    texts = list(study.texts.all()[:count])
    assign(
        acting(users["lead"]),
        study,
        [(text, [users[name] for name in names]) for text in texts],
        now=NOW,
    )
    return list(
        Sheet.objects.filter(text__in=texts)
        .select_related("text__study")
        .order_by("text__position", "name")
    )


def fill(user: User, sheet: Sheet, scores: dict[str, int]) -> Sheet:
    """Give scores, those above 0 with the first two characters as evidence."""
    sheet = Sheet.objects.select_related("text__study").get(pk=sheet.pk)
    for key, value in scores.items():
        score(user, sheet, key, value, [Span(start=0, end=2)] if value else [])
    return sheet


def hand_in(user: User, sheet: Sheet, scores: dict[str, int]) -> Sheet:
    sheet = fill(user, sheet, scores)
    handed: Sheet = act(acting(user), sheet, sheet.sequence, "hand_in", now=NOW)
    return handed


def scores_of(sheet: Sheet) -> dict[str, int]:
    return {key: one.score for key, one in marks_of(sheet).items()}


SAME = {"m1": 2, "m2": 0, "g1": 1, "g2": 0}
OTHER = {"m1": 4, "m2": 0, "g1": 1, "g2": 0}
