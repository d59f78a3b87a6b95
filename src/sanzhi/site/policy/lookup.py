"""Studies, texts and sheets looked up for an actor: nothing is found that may not be seen."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.http import Http404

from sanzhi.site.accounts.access import Actor
from sanzhi.site.policy.models import PolicyText, Sheet, StudyRecord


def find_study(actor: Actor, key: str) -> StudyRecord:
    actor.require("policy.view")
    found = StudyRecord.objects.filter(key=key).first()
    if found is None:
        raise Http404(key)
    return found


def find_text(study: StudyRecord, pk: int) -> PolicyText:
    found = study.texts.select_related("study").filter(pk=pk).first()
    if found is None:
        raise Http404(str(pk))
    return found


def find_sheet(actor: Actor, pk: int) -> Sheet:
    """A sheet the actor may look at: one's own; for leads also those of settled texts and of
    texts they adjudicate. Coders stay blind to each other."""
    found = Sheet.objects.select_related("text__study", "coder").filter(pk=pk).first()
    if found is None or not _may_see(actor, found):
        raise Http404(str(pk))
    return found


def sheets_of(actor: Actor) -> QuerySet[Sheet]:
    """The actor's own sheets in studies in which they still have a part, in the order given."""
    return (
        Sheet.objects.filter(coder__username=actor.login, text__study__key__in=list(actor.studies))
        .select_related("text__study")
        .order_by("text__study__key", "round", "pk")
    )


def finished_sheets(text: PolicyText) -> list[Sheet]:
    """The first-round sheets that were handed in, by coder."""
    return list(
        text.sheets.filter(kind=Sheet.Kind.CODING, round=1, finished__isnull=False).order_by("name")
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a study's counted texts are in each state."""

    texts: int
    unassigned: int
    coding: int
    adjudication: int
    settled: int
    without_text: int

    @property
    def bar(self) -> list[tuple[str, int, int, int]]:
        """State, count, and where its part of a bar of 1,000 begins and how long it is."""
        whole, at, found = max(1, self.texts), 0, []
        for name in ("settled", "adjudication", "coding", "unassigned"):
            count: int = getattr(self, name)
            width = count * 1000 // whole
            found.append((name, count, at, width))
            at += width
        return found


def progress_of(study: StudyRecord) -> Progress:
    counted = study.texts.filter(included=True)
    by_state = dict(counted.order_by().values_list("state").annotate(Count("pk")))
    return Progress(
        texts=sum(by_state.values()),
        **{
            name: by_state.get(name, 0)
            for name in ("unassigned", "coding", "adjudication", "settled")
        },
        without_text=counted.filter(Q(has_text=False) & Q(state="unassigned")).count(),
    )


def is_coding(actor: Actor, text: PolicyText) -> bool:
    """Whether the actor has a sheet of the text still to hand in: until then what they or others
    gave it before is not shown, so that a later round is blind too."""
    return text.sheets.filter(
        coder__username=actor.login, kind=Sheet.Kind.CODING, finished=None
    ).exists()


def _may_see(actor: Actor, sheet: Sheet) -> bool:
    study = sheet.text.study.key
    if sheet.coder_id == actor.login:
        return actor.may("policy.code", study=study) and (
            sheet.finished is None or not is_coding(actor, sheet.text)
        )
    return actor.may("policy.lead", study=study) and sheet.text.state == "settled"
