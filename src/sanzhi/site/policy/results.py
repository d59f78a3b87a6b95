"""The results of a study as pages: findings first, then what they rest on."""

from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sanzhi.core.findings import Text, Unusable
from sanzhi.policy.coding.study import Study
from sanzhi.policy.corpus.selecting import categories_of
from sanzhi.policy.corpus.vocabulary import DOC_TYPE_NAMES
from sanzhi.policy.measurement.agencies import agency_synergy
from sanzhi.policy.measurement.annual import contributions
from sanzhi.policy.measurement.robustness import KINDS
from sanzhi.policy.reporting.figures import SYNERGIES, Figures
from sanzhi.policy.reporting.results import Results
from sanzhi.policy.reporting.sentences import QUANTITY, category_title, choice, claimed, standing
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.policy import explaining
from sanzhi.site.policy.explaining import language
from sanzhi.site.policy.lookup import find_study, progress_of
from sanzhi.site.policy.measuring import Run, measured
from sanzhi.site.policy.models import StudyRecord
from sanzhi.site.policy.storing import policy_of

#: Rows of a heat map that a page shows; all are in the table.
STRONGEST = 20
#: Pages that belong to another.
_WITHIN = {"finding": "findings", "year": "years"}
#: Texts on which coders agree least, of those a page shows.
TEXTS = 50
Context = dict[str, Any]
Build = Callable[[PageRequest, StudyRecord, Results], Context]


@require_GET
def findings(request: PageRequest, key: str) -> HttpResponse:
    """What the study finds, and how far each finding holds."""
    return shown(request, key, "findings", _findings)


@require_GET
def finding(request: PageRequest, key: str, number: int) -> HttpResponse:
    """One finding over the grid of choices, with the cells that differ."""
    return shown(request, key, "finding", partial(_finding, number=number))


@require_GET
def years(request: PageRequest, key: str) -> HttpResponse:
    """Effectiveness by year, in total and on average."""
    return shown(request, key, "years", _years)


@require_GET
def year(request: PageRequest, key: str, number: int) -> HttpResponse:
    """The policies behind a year's figures."""
    return shown(request, key, "year", partial(_year, number=number))


@require_GET
def synergy(request: PageRequest, key: str) -> HttpResponse:
    """Which measures and objectives act together."""
    return shown(request, key, "synergy", _synergy)


@require_GET
def agencies(request: PageRequest, key: str) -> HttpResponse:
    """Which agencies issue together."""
    return shown(request, key, "agencies", _agencies)


@require_GET
def robustness(request: PageRequest, key: str) -> HttpResponse:
    """Every finding of a kind over the grid, and how steady the policies are."""
    return shown(request, key, "robustness", _robustness)


@require_GET
def gaps(request: PageRequest, key: str) -> HttpResponse:
    """What is missing or thin, with the rows behind it."""
    return shown(request, key, "gaps", _gaps)


@require_GET
def agreement(request: PageRequest, key: str) -> HttpResponse:
    """How far coders agree, over settled texts."""
    return shown(request, key, "agreement", _agreement)


def shown(request: PageRequest, key: str, part: str, build: Build) -> HttpResponse:
    """A page of results; or that there are none yet, that they are being measured, or why they
    cannot be."""
    record = find_study(request.actor, key)
    tab = "agreement" if part == "agreement" else "results"
    context: Context = {
        "study": record,
        "tab": tab,
        "parts": _parts(key),
        "part": _WITHIN.get(part, part),
    }
    try:
        found = measured(record)
    except Unusable as refused:
        return _page(request, "refused", context | {"refused": [refused.finding]})
    if isinstance(found, Run):
        return _page(request, "waiting", context | {"run": found})
    context["progress"] = progress_of(record)
    if not found.coded:
        return _page(request, "empty", context)
    context |= {"results": found, "whole": found.study}
    return _page(request, part, context | build(request, record, found))


def _parts(key: str) -> list[tuple[str, str, str]]:
    """The pages of results: name, label, address."""
    labels = {
        "findings": _("What it finds"),
        "years": _("Years"),
        "synergy": _("Synergy"),
        "agencies": _("Agencies"),
        "robustness": _("Robustness"),
        "gaps": _("Gaps"),
        "tables": _("Tables and report"),
    }
    return [
        (
            name,
            label,
            reverse(
                "policy:results" if name == "findings" else f"policy:results-{name}", args=[key]
            ),
        )
        for name, label in labels.items()
    ]


def _page(request: PageRequest, name: str, context: Context) -> HttpResponse:
    return render(request, f"policy/results_{name}.html", context)


def _findings(_request: PageRequest, _record: StudyRecord, results: Results) -> Context:
    found, figures = results.robustness.findings, Figures(results, language())
    names = {
        "trend": _("Trend"),
        "change": _("Change of level"),
        "relation": _("Relation to the outside index"),
    }
    rows = [
        (
            names[kind],
            [
                (number, one, claimed(one, results.study), explaining.finding(results, one))
                for number, one in enumerate(found, 1)
                if one.kind == kind
            ],
        )
        for kind in KINDS
    ]
    return {
        "groups": [row for row in rows if row[1]],
        "of": sum(bool(one.direction) for one in found),
        "nothing": sum(one.direction == 0 and one.verdict != "undefined" for one in found),
        "tested": any(one.verdict != "undefined" for one in found),
        # That nothing was found is no finding to boast of, however often it holds.
        "holding": sum(one.verdict == "holds" and bool(one.direction) for one in found),
        "measured": int(results.body.takes_part.any(axis=1).sum()),
        "charts": [figures.effectiveness(quantity, "all") for quantity in QUANTITY],
        "drawn": bool(results.robustness.several_coders),
        "band": figures.word("band"),
    }


def _finding(request: PageRequest, _record: StudyRecord, results: Results, number: int) -> Context:
    found = results.robustness.findings
    if not 1 <= number <= len(found):
        raise _unknown("finding", str(number))
    one, study, figures = found[number - 1], results.study, Figures(results, language())
    cells = results.robustness.cells
    differing = [cells[cell - 1] for cell in one.differing_cells]
    page = Paginator(differing, 50).get_page(request.GET.get("page"))
    return {
        "number": number,
        "found": one,
        "claim": claimed(one, study),
        "standing": standing(one, study),
        "why": explaining.finding(results, one),
        "page": page,
        "grid": figures.directions(one),
        "rows": [
            (
                cell,
                figures.without(cell.without_measure),
                figures.without(cell.without_objective),
                cell.direction(one.kind),
            )
            for cell in page
        ],
        "own": explaining.own_cell(results, one).direction(one.kind),
        "columns": [figures.without(key) for key in figures.left_out[1]],
        "departures": [
            (choice(departure, study), departure)
            for departure in one.departures
            if departure.value not in {"", "with"}
        ],
    }


def _years(request: PageRequest, record: StudyRecord, results: Results) -> Context:
    category, figures = _category(request, results), Figures(results, language())
    spans = {one.year: one for one in results.robustness.intervals if one.category == category}
    unsettled = _unsettled(record, results.study, category)
    return {
        **_categories(results, category),
        "band": figures.word("band"),
        "charts": [figures.effectiveness(quantity, category) for quantity in QUANTITY],
        "drawn": bool(results.robustness.several_coders),
        "unsettled": unsettled,
        "rows": [
            (row, spans[row.year], explaining.year(results, row), unsettled[row.year])
            for row in results.yearly
            if row.category == category
        ],
    }


def _unsettled(record: StudyRecord, study: Study, category: str) -> Counter[int]:
    """Year → texts that the study counts in it and that are not settled, so that nobody takes
    the total of a year for whole. Where a policy counts in every year in which it is in force,
    none."""
    if study.measurement.count != "issued":
        return Counter()
    return Counter(
        text.year
        for text in record.texts.filter(included=True).exclude(state="settled")
        if text.year and (category == "all" or category in categories_of(study, policy_of(text)))
    )


def _year(request: PageRequest, record: StudyRecord, results: Results, number: int) -> Context:
    if number not in results.body.years:
        raise _unknown("year", str(number))
    category = _category(request, results)
    row = next(one for one in results.yearly if (one.year, one.category) == (number, category))
    pages = dict(record.texts.filter(included=True).values_list("policy", "pk"))
    return {
        **_categories(results, category),
        "year": number,
        "row": row,
        "why": explaining.year(results, row),
        "before": number - 1 in results.body.years,
        "after": number + 1 in results.body.years,
        "rows": [
            (
                one,
                policy,
                DOC_TYPE_NAMES.get(policy.doc_type or "", policy.doc_type),
                pages.get(one.policy),
            )
            for one in contributions(results.body, category, number)
            for policy in (results.policies[one.policy],)
        ],
    }


def _synergy(request: PageRequest, _record: StudyRecord, results: Results) -> Context:
    category, figures = _category(request, results), Figures(results, language())
    names = {
        "measures": _("Measures"),
        "objectives": _("Objectives"),
        "measures_objectives": _("Measures with objectives"),
    }
    asked = request.GET.get("of", "measures")
    kind = next((one for one in SYNERGIES if one == asked), None)
    if kind is None:
        raise _unknown("of", asked)
    pairs = figures.pairs(kind, category)
    ordered = sorted(pairs.items(), key=lambda one: (-one[1], one[0]))
    acting = [
        (figures.named(pair), total, explaining.synergy(total, figures.together(pair, category)))
        for pair, total in ordered
        if total > 0
    ]
    tables = {
        "measures": "measure_synergy",
        "objectives": "objective_synergy",
        "measures_objectives": "measure_objective_synergy",
    }
    return {
        **_categories(results, category),
        "kind": kind,
        "kinds": names,
        "table": tables[kind],
        "chart": figures.synergy(kind, category, STRONGEST),
        "pairs": len(pairs),
        "strongest": STRONGEST,
        "rows": acting,
        "silent": len(pairs) - len(acting),
        "network": figures.ties(),
        "ties": sorted(figures.measure_ties(), key=lambda tie: -tie.synergy),
        "network_how": figures.word("network_how"),
    }


def _agencies(_request: PageRequest, _record: StudyRecord, results: Results) -> Context:
    joint = results.network
    return {
        "network": joint,
        "chart": Figures(results, language()).agencies(),
        "rows": sorted(joint.agencies, key=lambda one: (-one.policies, one.agency)),
        "pairs": sorted(joint.pairs, key=lambda one: (-one.policies, one.first, one.second)),
        "years": [row for row in agency_synergy(results.body) if row.category == "all"],
    }


def _robustness(request: PageRequest, _record: StudyRecord, results: Results) -> Context:
    names = {
        "trend": _("Trend"),
        "change": _("Change of level"),
        "relation": _("Relation to the outside index"),
    }
    kinds = {one.kind for one in results.robustness.findings}
    asked = request.GET.get("kind", "trend")
    if asked not in kinds:
        raise _unknown("kind", asked)
    figures = Figures(results, language())
    found = [
        (number, one, claimed(one, results.study))
        for number, one in enumerate(results.robustness.findings, 1)
        if one.kind == asked and one.verdict != "undefined"
    ]
    return {
        "kind": asked,
        "kinds": {key: name for key, name in names.items() if key in kinds},
        "differing": [
            (*row, figures.directions(row[1])) for row in found if row[1].differing_cells
        ],
        "same": [row for row in found if not row[1].differing_cells],
        "columns": [figures.without(key) for key in figures.left_out[1]],
        "steady": [
            (category_title(results.study, row.category), row, explaining.steadiness(row))
            for row in results.stability
        ],
    }


def _gaps(_request: PageRequest, _record: StudyRecord, results: Results) -> Context:
    names = {
        "document_type": _("Document types never used"),
        "measure": _("Measures neglected"),
        "objective": _("Objectives neglected"),
        "pair": _("Pairs that never act together"),
        "years": _("Years without a policy"),
    }
    groups = [
        (name, [one for one in results.gaps if one.kind == kind]) for kind, name in names.items()
    ]
    return {"groups": [group for group in groups if group[1]], "of": len(results.gaps)}


def _agreement(request: PageRequest, _record: StudyRecord, results: Results) -> Context:
    names = {
        "code": (_("By code"), _("Measure or objective")),
        "coders": (_("By pair of coders"), _("Coders")),
        "rounds": (_("Coders with themselves"), _("Coder")),
        "text": (_("By text, least agreement first"), _("Text")),
    }
    over = "all" if request.GET.get("over") == "all" else "coded"
    rows = [one for one in results.agreement if one.over == over]
    titles = Figures(results, language()).titles
    groups = [
        (
            *name,
            [
                (_named(one.subjects, kind, titles, results), one)
                for one in rows
                if one.kind == kind
            ],
        )
        for kind, name in names.items()
    ]
    groups[-1][2].sort(key=lambda row: (row[1].figures.percent is None, row[1].figures.percent))
    whole = {one.over: one for one in results.agreement if one.kind == "all"}
    scale = results.study.codebook.scale
    return {
        "over": over,
        "groups": [
            (name, head, found[:TEXTS], len(found) - TEXTS) for name, head, found in groups if found
        ],
        "whole": [
            (one, explaining.agreed(one, scale))
            for one in (whole.get("coded"), whole.get("all"))
            if one
        ],
        "coders": sorted({one.coder for one in results.codings if one.status == "final"}),
    }


def _named(subjects: Iterable[str], kind: str, titles: dict[str, str], results: Results) -> str:
    if kind == "code":
        return titles[next(iter(subjects))]
    if kind == "text":
        policy = results.policies[next(iter(subjects))]
        return policy.title or policy.id
    return " · ".join(subjects)


def _category(request: PageRequest, results: Results) -> str:
    asked = request.GET.get("category", "all")
    if asked not in results.body.categories:
        raise _unknown("category", asked)
    return asked


def _categories(results: Results, category: str) -> Context:
    return {
        "category": category,
        "categories": {key: category_title(results.study, key) for key in results.body.categories},
    }


def _unknown(name: str, asked: str) -> Unusable:
    return Unusable.because(
        "results.unknown",
        name,
        f"The results have no {name} {asked[:40]!r}.",
        f"结果中没有“{asked[:40]}”。",
        mend=Text("Choose one on the page of results.", "请在结果页中选择。"),
    )
