"""One policy of a study: what it is, how it stands, what it does to others, what its text was
found to say, and the decisions that rest on it."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sanzhi.policy.coding.codes import TextState
from sanzhi.policy.coding.highlighting import segments
from sanzhi.policy.coding.sheets import Mark, Marks
from sanzhi.policy.coding.study import Code, Study
from sanzhi.policy.corpus.document import Policy
from sanzhi.policy.corpus.graph import KINDS, Edge
from sanzhi.policy.corpus.selecting import left_out
from sanzhi.site.accounts.access import Actor
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.cases.actions import offered
from sanzhi.site.law import catalogue as law
from sanzhi.site.policy.decisions import decisions_on
from sanzhi.site.policy.exploring import Sought, kept, look
from sanzhi.site.policy.lookup import find_study, find_text, is_coding
from sanzhi.site.policy.models import PolicyText, Sheet
from sanzhi.site.policy.storing import marks_of, policy_of

#: Relations of one kind that are listed at once; the rest opens below.
LISTED = 12


@dataclass(frozen=True, slots=True)
class Related:
    """The other end of a relation: a policy of the corpus, an act of the law pack, or a name."""

    title: str
    year: int | None
    url: str
    act: str


@dataclass(frozen=True, slots=True)
class Relations:
    heading: str
    listed: list[Related]
    more: list[Related]
    count: int


@dataclass(frozen=True, slots=True)
class Scored:
    """A settled score above 0 with the passages that it rests on."""

    code: Code
    mark: Mark
    passages: list[str]


@require_GET
def text(request: PageRequest, key: str, pk: int) -> HttpResponse:
    """The policy with its standing on a day; previous and next are those of the list it was
    opened from."""
    request.actor.require("policy.view")
    record = find_study(request.actor, key)
    found = find_text(record, pk)
    policy, sought = policy_of(found), look(request, record)
    study, graph = sought.catalogue.study, sought.catalogue.graph
    marks = {} if is_coding(request.actor, found) else settled_marks(found)
    act = graph.act(policy.id) or ""
    titles = {one.key: one.title.text for one in study.categories}
    named = {code.key: code.title.text for code in study.codebook.codes}
    context = {
        "study": record,
        "tab": "corpus",
        "found": found,
        "policy": policy,
        "day": sought.day,
        "query": kept(request),
        "standing": sought.standings[policy.id],
        "ended_by": _ended_by(sought, record.key, policy.id),
        "categories": [titles[one] for one in sought.catalogue.categories(policy.id)],
        "left_out": left_out(study, policy),
        "next_step": next_step(request.actor, found),
        "segments": segments(policy.text, {code: one.spans for code, one in marks.items()}),
        "names": named,
        "scored": _scored(study, policy, marks),
        "zero": [
            code.title.text
            for code in study.codebook.codes
            if code.key in marks and not marks[code.key].score
        ],
        "relations": _relations(sought, record.key, policy.id),
        "act": law.act(act) if act else None,
        "decisions": decisions_on(act) if act else None,
        "rests": len(law.rests_on(act)) if act else 0,
        "neighbours": _neighbours(sought, policy.id),
        "may_reopen": "reopen" in offered(request.actor, found),
    }
    return render(request, "policy/text.html", context)


def settled_marks(found: PolicyText) -> Marks:
    """The marks of a settled text; none of any other, so that coders stay blind."""
    if found.state != TextState.SETTLED:
        return {}
    sheet = found.sheets.filter(kind=Sheet.Kind.ADJUDICATION, finished__isnull=False).first()
    return marks_of(sheet) if sheet else {}


def next_step(actor: Actor, found: PolicyText) -> tuple[str, str, str]:
    """What comes next for a text: a sentence, and where the actor has a part in it the address and
    words of the way there."""
    study = found.study.key
    if not found.has_text and found.state == TextState.UNASSIGNED:
        return _("There is no text to code: the corpus has its facts alone."), "", ""
    if found.state == TextState.CODING:
        own = found.sheets.filter(coder__username=actor.login, finished=None).first()
        way = (reverse("policy:sheet", args=[own.pk]), _("Go on coding")) if own else ("", "")
        return _("It is being coded blind. Scores show once they are settled."), *way
    if found.state == TextState.ADJUDICATION:
        way = ("", "")
        if actor.may("policy.adjudicate", study=study):
            way = reverse("policy:adjudicate", args=[study]), _("Adjudication")
        return _("Its coders differ. Somebody who did not code it decides."), *way
    if found.state == TextState.SETTLED:
        return _("Its scores are settled and measured."), "", ""
    if not found.included:
        return _("It is not coded: the study leaves it out."), "", ""
    way = ("", "")
    if actor.may("policy.lead", study=study):
        way = reverse("policy:people", args=[study]), _("Assign texts")
    return _("It waits to be given to coders."), *way


def _scored(study: Study, policy: Policy, marks: Marks) -> list[Scored]:
    return [
        Scored(code, mark, [policy.text[span.start : span.end] for span in mark.spans])
        for code in study.codebook.codes
        if (mark := marks.get(code.key)) is not None and mark.score
    ]


def _relations(sought: Sought, study: str, policy: str) -> list[Relations]:
    """What the policy does to others and they to it, kind by kind."""
    graph = sought.catalogue.graph
    does = {"cites": _("cites"), "amends": _("amends"), "repeals": _("repeals")}
    done = {"cites": _("is cited by"), "amends": _("is amended by"), "repeals": _("is repealed by")}
    found = []
    for headings, edges, outward in (
        (does, graph.out_of(policy), True),
        (done, graph.into(policy), False),
    ):
        for kind in KINDS:
            ends = [
                _related(sought, study, edge, outward=outward)
                for edge in edges
                if edge.kind == kind
            ]
            if ends:
                ends.sort(key=lambda one: (-(one.year or 0), one.title))
                found.append(Relations(headings[kind], ends[:LISTED], ends[LISTED:], len(ends)))
    return found


def _related(sought: Sought, study: str, edge: Edge, *, outward: bool) -> Related:
    node = edge.target if outward else edge.source
    if not node:
        return Related(edge.named, None, "", "")
    title, year = sought.catalogue.graph.named(node)
    if node.startswith("act:") and node not in sought.rows:
        return Related(title, year, "", node.removeprefix("act:"))
    return Related(title, year, _address(sought.rows, study, node), "")


def _ended_by(sought: Sought, study: str, policy: str) -> tuple[str, str] | None:
    """Title and address of the policy that repealed or replaced this one by the day."""
    by = sought.standings[policy].by
    if not by:
        return None
    return sought.catalogue.graph.named(by)[0], _address(sought.rows, study, by)


def _neighbours(sought: Sought, policy: str) -> dict[str, int | None]:
    """The policies before and after in the list, and the place in it; empty where the policy is
    not in the list."""
    order = [one.policy.id for one in sought.selection.found]
    if policy not in order:
        return {}
    at = order.index(policy)
    return {
        "place": at + 1,
        "of": len(order),
        "previous": sought.rows[order[at - 1]] if at else None,
        "next": sought.rows[order[at + 1]] if at + 1 < len(order) else None,
    }


def _address(rows: Mapping[str, int], study: str, policy: str) -> str:
    return reverse("policy:text", args=[study, rows[policy]])
