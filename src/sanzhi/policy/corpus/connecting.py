"""What is most connected in a body of policy: the part of its graph that a picture can hold."""

from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

from sanzhi.policy.corpus.graph import KINDS, Edge, Graph, Kind


class Node(NamedTuple):
    """A policy or an act with what is done to it and what it does, by kind of relation."""

    key: str
    title: str
    year: int | None
    done_to: Counter[Kind]
    does: Counter[Kind]

    @property
    def referred(self) -> int:
        """How many relations lead to it."""
        return self.done_to.total()

    @property
    def refers(self) -> int:
        """How many relations it has to others."""
        return self.does.total()


class Named(NamedTuple):
    """An act that policies name and that is neither in the corpus nor in the law pack."""

    name: str
    kinds: Counter[Kind]


def most_connected(
    graph: Graph, kinds: Collection[Kind] = KINDS, most: int = 24
) -> tuple[list[Node], list[Edge]]:
    """The nodes to which most is done by relations of these kinds, among them those that amend
    or repeal the first three fifths: the oldest first, those without a year last; and the
    relations between them. Who merely cites is left to the counts: there are too many."""
    known = [edge for edge in graph.edges if edge.target and edge.kind in kinds]
    nodes: dict[str, Node] = {}
    for edge in known:
        _node(graph, nodes, edge.target).done_to[edge.kind] += 1
        _node(graph, nodes, edge.source).does[edge.kind] += 1
    best = sorted(nodes.values(), key=lambda one: (-one.referred, -one.refers, one.key))
    shown = {one.key for one in best[: most * 3 // 5]}
    doing = Counter(edge.source for edge in known if edge.target in shown and edge.kind != "cites")
    best.sort(key=lambda one: (one.key not in shown, -doing[one.key], -one.referred, one.key))
    shown = {one.key for one in best[:most]}
    return (
        sorted(best[:most], key=lambda one: (one.year or 9999, one.key)),
        [edge for edge in known if edge.source in shown and edge.target in shown],
    )


def named_elsewhere(graph: Graph, kinds: Collection[Kind] = KINDS) -> list[Named]:
    """The acts that policies name and the corpus lacks, those named most first."""
    found: dict[str, Named] = {}
    for edge in graph.edges:
        if not edge.target and edge.kind in kinds:
            found.setdefault(edge.named, Named(edge.named, Counter())).kinds[edge.kind] += 1
    return sorted(found.values(), key=lambda one: (-one.kinds.total(), one.name))


def _node(graph: Graph, nodes: dict[str, Node], key: str) -> Node:
    if key not in nodes:
        title, year = graph.named(key)
        nodes[key] = Node(key, title, year, Counter(), Counter())
    return nodes[key]
