"""The corpus of a study: its policies as a list that can be searched and narrowed, and over the
years."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sanzhi.policy.coding.codes import TextState
from sanzhi.policy.coding.highlighting import Segment, segments
from sanzhi.policy.coding.record import Span
from sanzhi.policy.corpus.browsing import NONE, Found
from sanzhi.policy.corpus.document import Policy
from sanzhi.policy.reporting.timeline import Split, Timeline, timeline
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.policy.exploring import CHOICES, KEPT, Sought, kept, look, said
from sanzhi.site.policy.lookup import find_study
from sanzhi.site.policy.templatetags.corpus import doc_type, standing_names
from sanzhi.site.shell.downloads import Echo, cell
from sanzhi.site.shell.templatetags.sanzhi import language, words

PAGE = 50


@dataclass(frozen=True, slots=True)
class ListedPolicy:
    """A policy as the list shows it."""

    policy: Policy
    pk: int
    state: str
    standing: str
    counted: bool
    categories: list[str]
    snippet: list[Segment]
    """Where the text holds the words sought; none where only title or number do."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, and how many policies it would find."""

    value: str
    label: str
    count: int
    chosen: bool


@require_GET
def corpus(request: PageRequest, key: str) -> HttpResponse:
    """The list, with the years above it."""
    request.actor.require("policy.view")
    record = find_study(request.actor, key)
    sought = look(request, record)
    page: Page[Any] = Paginator(sought.selection.found, PAGE).get_page(request.GET.get("page"))
    page.object_list = [_row(one, sought) for one in page.object_list]
    by = _split(request)
    line = timeline(sought.catalogue, sought.selection, by)
    first, last = sought.filter.first, sought.filter.last
    context = {
        "study": record,
        "tab": "corpus",
        "page": page,
        "day": sought.day,
        "by": by,
        "text": sought.filter.words,
        "first": first or "",
        "last": last or "",
        "choices": [
            (name, label, _choices(name, sought))
            for name, label in _labels().items()
            if name != "category" or sought.catalogue.study.categories
        ],
        "all": len(sought.catalogue.policies),
        "line": line,
        "query": kept(request),
        "undated": sought.selection.counts["standing"]["undated"],
        "narrowed": any(said(request, name) for name in KEPT if name not in {"by", "on"}),
        "picture": _picture(request, line, sought),
        "finding": _finding(line),
        "splits": [
            (one, label, kept(request, by=one))
            for one, label in (
                ("doc_type", _("by kind of document")),
                ("category", _("by category")),
            )
            if one != "category" or sought.catalogue.study.categories
        ],
    }
    return render(request, "policy/corpus.html", context)


@require_GET
def corpus_csv(request: PageRequest, key: str) -> StreamingHttpResponse:
    """What was found, as CSV with the field names of a corpus."""
    request.actor.require("policy.view")
    sought = look(request, find_study(request.actor, key))
    return _download(f"{key}-corpus.csv", _table(sought))


@require_GET
def years_csv(request: PageRequest, key: str) -> StreamingHttpResponse:
    """The years as the picture draws them, as CSV."""
    request.actor.require("policy.view")
    sought = look(request, find_study(request.actor, key))
    line = timeline(sought.catalogue, sought.selection, _split(request))
    rows = line.rows()
    head = ["year", "policies", *line.kinds]
    return _download(f"{key}-years.csv", [head, *([row[name] for name in head] for row in rows)])


def _download(name: str, rows: Iterable[Sequence[Any]]) -> StreamingHttpResponse:
    writer = csv.writer(Echo())
    lines = (writer.writerow([cell(value) for value in row]) for row in rows)
    response = StreamingHttpResponse(_marked(lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _marked(lines: Iterator[str]) -> Iterator[str]:
    yield "\ufeff"
    yield from lines


def _table(sought: Sought) -> Iterator[Sequence[Any]]:
    yield (
        "id",
        "title",
        "number",
        "doc_type",
        "issuers",
        "issued",
        "effective",
        "repealed",
        "year",
        "source",
        "act",
        "categories",
        "counted",
        "state",
        "standing",
        "standing_on",
    )
    for policy, _hit in sought.selection.found:
        graph = sought.catalogue.graph
        yield (
            policy.id,
            policy.title,
            policy.number,
            policy.doc_type,
            ";".join(policy.issuers),
            policy.issued,
            policy.effective,
            policy.repealed,
            policy.counted_year,
            policy.source,
            graph.act(policy.id),
            ";".join(sought.catalogue.categories(policy.id)),
            "yes" if sought.catalogue.counts(policy.id) else "no",
            sought.states[policy.id],
            sought.standings[policy.id].kind,
            sought.day,
        )


def _row(found: Found, sought: Sought) -> ListedPolicy:
    policy, hit = found
    catalogue = sought.catalogue
    titles = {one.key: words(one.title.text) for one in catalogue.study.categories}
    marks = [Span(start=start, end=end) for start, end in hit.marks] if hit else []
    return ListedPolicy(
        policy,
        sought.rows[policy.id],
        sought.states[policy.id],
        sought.standings[policy.id].kind,
        catalogue.counts(policy.id),
        [titles[one] for one in catalogue.categories(policy.id)],
        segments(hit.snippet, {"hit": marks}) if hit and hit.end else [],
    )


def _labels() -> dict[str, str]:
    return {
        "type": _("Kind of document"),
        "issuer": _("Issuers"),
        "category": _("Category"),
        "counted": _("Counted"),
        "state": _("Coding"),
        "standing": _("Standing"),
    }


def _choices(name: str, sought: Sought) -> list[Choice]:
    """The values of a filter that would find something, and the one that is chosen."""
    chosen = getattr(sought.filter, CHOICES[name])
    counts = sought.selection.counts[CHOICES[name]]
    order = {
        "counted": ["yes", "no"],
        "state": [state.value for state in TextState],
        "standing": list(standing_names()),
        "category": [one.key for one in sought.catalogue.study.categories] + [NONE],
    }
    values = order.get(name) or [value for value, _many in counts.most_common()]
    if chosen and chosen not in values:
        values = [chosen, *values]
    return [
        Choice(value, _named(name, value, sought), counts[value], value == chosen)
        for value in values
        if counts[value] or value == chosen
    ]


def _named(name: str, value: str, sought: Sought) -> str:
    if name == "type":
        return doc_type(value)
    if value == NONE:
        return _("none given") if name == "issuer" else _("in no category")
    names: dict[str, dict[str, str]] = {
        "category": {one.key: words(one.title.text) for one in sought.catalogue.study.categories},
        "counted": {"yes": _("counted by the study"), "no": _("left out")},
        "state": {state.value: words(state.text) for state in TextState},
        "standing": standing_names(),
    }
    return names.get(name, {}).get(value, value)


def _split(request: PageRequest) -> Split:
    return "category" if said(request, "by") == "category" else "doc_type"


def _picture(request: PageRequest, line: Timeline, sought: Sought) -> str:
    """A click on a year chooses it; on the only one that is chosen, all years again."""
    first, last = sought.filter.first, sought.filter.last
    chosen = (
        [year for year in line.years if (first or 0) <= year <= (last or 9999)]
        if first or last
        else []
    )
    links = {
        year: "?"
        + (
            kept(request, **{"from": None, "to": None})
            if chosen == [year]
            else kept(request, **{"from": str(year), "to": str(year)})
        )
        for year in line.years
    }
    return line.picture(language(), _("Policies by year"), links, chosen)


def _finding(line: Timeline) -> str:
    """What the picture shows, in a sentence."""
    totals = line.totals
    most = max(totals, default=0)
    if not most:
        return _("No policy with a year")
    return _("%(all)s policies in %(first)s–%(last)s, most in %(year)s: %(most)s") % {
        "all": f"{sum(totals):,}",
        "first": line.years[0],
        "last": line.years[-1],
        "year": line.years[totals.index(most)],
        "most": f"{most:,}",
    }
