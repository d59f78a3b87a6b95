"""What the policies of a study cite, amend and repeal: a picture of the most connected, its table,
and everything to download."""

import csv
import json
from collections.abc import Iterator

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from sanzhi.policy.corpus.connecting import Node, most_connected, named_elsewhere
from sanzhi.policy.corpus.graph import KINDS, Graph, Kind
from sanzhi.policy.reporting.arcs import arc_diagram
from sanzhi.site.accounts.requests import PageRequest
from sanzhi.site.policy.catalogues import catalogue_of
from sanzhi.site.policy.exploring import day_asked, said
from sanzhi.site.policy.lookup import find_study
from sanzhi.site.shell.downloads import Echo, cell

#: Documents in the picture, and names in the list of what the corpus lacks.
DRAWN, LACKING = 24, 15


@require_GET
def graph(request: PageRequest, key: str) -> HttpResponse:
    """The picture with its table, by kind of relation; and what was in force on a day."""
    request.actor.require("policy.view")
    record, day = find_study(request.actor, key), day_asked(request)
    whole = catalogue_of(record).graph
    kinds = _kinds(request)
    nodes, ties = most_connected(whole, kinds, DRAWN)
    rows = dict(
        record.texts.order_by()
        .filter(policy__in=[one.key for one in nodes])
        .values_list("policy", "pk")
    )
    links = {one.key: address for one in nodes if (address := _address(one.key, key, rows))}
    standings = [one.kind for one in whole.standings(day).values()]
    counts = {kind: sum(edge.kind == kind for edge in whole.edges) for kind in KINDS}
    words = {"cites": _("cites"), "amends": _("amends"), "repeals": _("repeals")}
    lacking = named_elsewhere(whole, kinds)
    context = {
        "study": record,
        "tab": "graph",
        "day": day,
        "kind": kinds[0] if len(kinds) == 1 else "",
        "kinds": [(kind, words[kind], counts[kind]) for kind in KINDS],
        "relations": sum(counts[kind] for kind in kinds),
        "inside": sum(bool(edge.target) for edge in whole.edges if edge.kind in kinds),
        "nodes": [
            (node, links.get(node.key, "")) for node in sorted(nodes, key=lambda one: -one.referred)
        ],
        "picture": arc_diagram(
            nodes,
            ties,
            _("Relations between documents"),
            {kind: words[kind] for kind in kinds},
            links,
        ),
        "finding": _finding(nodes),
        "lacking": lacking[:LACKING],
        "lacking_count": len(lacking),
        "in_force": standings.count("in_force"),
        "undated": standings.count("undated"),
        "all": len(whole.policies),
    }
    return render(request, "policy/graph.html", context)


@require_GET
def graph_json(request: PageRequest, key: str) -> HttpResponse:
    """Nodes and relations as the command line gives them."""
    request.actor.require("policy.view")
    document = catalogue_of(find_study(request.actor, key)).graph.document()
    response = HttpResponse(
        json.dumps(document, ensure_ascii=False), content_type="application/json; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{key}-graph.json"'
    return response


@require_GET
def graph_csv(request: PageRequest, key: str) -> StreamingHttpResponse:
    """Every relation of the kinds asked for, a row each."""
    request.actor.require("policy.view")
    whole = catalogue_of(find_study(request.actor, key)).graph
    response = StreamingHttpResponse(
        _lines(whole, _kinds(request)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{key}-graph.csv"'
    return response


def _lines(whole: Graph, kinds: tuple[Kind, ...]) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield "\ufeff" + writer.writerow(
        ["source", "source_title", "kind", "target", "target_title", "named"]
    )
    for edge in whole.edges:
        if edge.kind in kinds:
            yield writer.writerow(
                [
                    cell(value)
                    for value in (
                        edge.source,
                        whole.named(edge.source)[0],
                        edge.kind,
                        edge.target,
                        whole.named(edge.target)[0] if edge.target else "",
                        edge.named,
                    )
                ]
            )


def _kinds(request: PageRequest) -> tuple[Kind, ...]:
    """The kind that the address asks for; all where it names none."""
    return tuple(kind for kind in KINDS if kind == said(request, "kind")) or KINDS


def _address(node: str, study: str, rows: dict[str, int]) -> str:
    """The page of a node: a policy's, or an act's of the law pack."""
    if node in rows:
        return reverse("policy:text", args=[study, rows[node]])
    return reverse("law:act", args=[node.removeprefix("act:")])


def _finding(nodes: list[Node]) -> str:
    """What the picture shows, in a sentence."""
    if not nodes:
        return _("No relation within the corpus")
    best = max(nodes, key=lambda one: (one.referred, one.key))
    return _("%(title)s is referred to most: %(count)s times") % {
        "title": best.title,
        "count": f"{best.referred:,}",
    }
