"""Assigning texts to coders, and handing over what was left behind: many cases at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from sanzhi.core.findings import Text, Unusable
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.models import User
from sanzhi.site.cases.actions import act, act_on_all
from sanzhi.site.policy.desk import around_study, sheets_beside
from sanzhi.site.policy.models import PolicyText, Sheet, StudyRecord
from sanzhi.site.storage import writing


def assign(
    actor: Actor,
    study: StudyRecord,
    given: Sequence[tuple[PolicyText, Sequence[User]]],
    round_: int = 1,
    *,
    now: datetime | None = None,
) -> int:
    """Give texts to coders, in the order in which they shall code them, all or none; how many
    sheets that made. Texts without words are passed over."""
    actor.require("policy.lead", study=study.key)
    with_words = [(text, coders) for text, coders in given if text.has_text]
    texts = [text for text, _ in with_words]
    said = [
        {"coders": [one.username for one in coders], "round": round_} for _, coders in with_words
    ]
    before = Sheet.objects.filter(text__study=study).count()
    common, sheets = around_study(study), sheets_beside(texts)

    def known(text: PolicyText) -> Mapping[str, Any]:
        return common | {"sheets": lambda: sheets[text.pk]}

    act_on_all(actor, texts, "assign", said, now=now, known=known)
    return Sheet.objects.filter(text__study=study).count() - before


def left_behind(study: StudyRecord) -> QuerySet[Sheet]:
    """First-round sheets that nobody in the study will hand in: their coders left it, or their
    drafts were brought from elsewhere. Their texts wait for them."""
    here = User.objects.filter(study_posts__study=study.key, is_active=True)
    return (
        Sheet.objects.filter(text__study=study, kind=Sheet.Kind.CODING, round=1, finished=None)
        .exclude(coder__in=here.values("username"))
        .select_related("text__study")
        .order_by("pk")
    )


def hand_over(actor: Actor, study: StudyRecord, coder: str, *, now: datetime | None = None) -> int:
    """Give the sheets left behind to another coder, empty, so that what is coded is theirs alone;
    how many. A text that the coder has already stays as it is."""
    actor.require("policy.lead", study=study.key)
    own = Sheet.objects.filter(kind=Sheet.Kind.CODING, round=1, name=coder)
    with writing():
        # one a text: two sheets of one text go to two coders
        sheets = {one.text_id: one for one in left_behind(study).exclude(text__sheets__in=own)}
        for sheet in sheets.values():
            act(actor, sheet, sheet.sequence, "hand_over", {"coder": coder}, now=now)
    if not sheets:
        raise Unusable.because(
            "hand_over.none",
            "coder",
            f"Nothing is left behind that {coder} has not.",
            f"没有可移交 {coder} 的编码表。",
            mend=Text("Choose another coder.", "请选择其他编码员。"),
        )
    return len(sheets)
