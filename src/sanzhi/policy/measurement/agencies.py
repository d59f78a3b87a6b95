"""Agencies that issue together (联合发文): synergy by year, pairs, and the co-issuing network.

Agency synergy is Σ_j p_j·n_j with n_j the number of issuers of policy j. In the network agencies
are joined where they issued a policy together; density is the share of possible ties, degree
centrality the share of the other agencies that one is tied to, betweenness (Freeman 1977, by
Brandes 2001) the share of shortest paths between others that pass through it.
"""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sanzhi.policy.corpus.document import Policy
    from sanzhi.policy.measurement.matrix import Body


@dataclass(frozen=True, slots=True)
class AgencyYear:
    """One year of one category; averages are None where there is no policy."""

    year: int
    category: str
    policies: int
    joint_policies: int
    joint_share: float | None
    total: float
    average: float | None


@dataclass(frozen=True, slots=True)
class Agency:
    """One agency in the network of the whole period."""

    agency: str
    policies: int
    joint_policies: int
    degree: int
    degree_centrality: float | None
    betweenness: float | None


@dataclass(frozen=True, slots=True)
class AgencyPair:
    """Two agencies that issued together: how often, and Σ p_j over these policies."""

    first: str
    second: str
    policies: int
    force: float


@dataclass(frozen=True, slots=True)
class Network:
    agencies: tuple[Agency, ...]
    pairs: tuple[AgencyPair, ...]
    density: float | None
    """None below two agencies."""


def agency_synergy(body: Body) -> list[AgencyYear]:
    """Every category and year, in order."""
    rows = []
    weighted = body.force * body.issuers
    for category, members in body.categories.items():
        part = body.takes_part & members[:, None]
        for i, year in enumerate(body.years):
            rows_in = part[:, i]
            n, joint = int(rows_in.sum()), int((body.issuers[rows_in] > 1).sum())
            total = float(weighted[rows_in].sum())
            rows.append(
                AgencyYear(
                    year,
                    category,
                    n,
                    joint,
                    joint / n if n else None,
                    total,
                    total / n if n else None,
                )
            )
    return rows


def network(body: Body, policies: Mapping[str, Policy]) -> Network:
    """The co-issuing network of the policies that take part in some year."""
    alone: Counter[str] = Counter()
    jointly: Counter[str] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    force: Counter[tuple[str, str]] = Counter()
    for row, key in enumerate(body.policies):
        issuers = sorted(set(policies[key].issuers)) if body.takes_part[row].any() else []
        (jointly if len(issuers) > 1 else alone).update(issuers)
        for pair in combinations(issuers, 2):
            together[pair] += 1
            force[pair] += body.force[row]
    names = sorted(set(alone) | set(jointly))
    ties: dict[str, set[str]] = {name: set() for name in names}
    for first, second in together:
        ties[first].add(second)
        ties[second].add(first)
    n, between = len(names), betweenness(ties)
    return Network(
        tuple(
            Agency(
                name,
                alone[name] + jointly[name],
                jointly[name],
                len(ties[name]),
                len(ties[name]) / (n - 1) if n > 1 else None,
                between[name],
            )
            for name in names
        ),
        tuple(
            AgencyPair(first, second, count, float(force[first, second]))
            for (first, second), count in sorted(together.items())
        ),
        2 * len(together) / (n * (n - 1)) if n > 1 else None,
    )


def betweenness(ties: Mapping[str, set[str]]) -> dict[str, float | None]:
    """Of each node, 0 to 1; None below three nodes."""
    found = dict.fromkeys(ties, 0.0)
    for source in ties:
        order, before, paths = _shortest(ties, source)
        depends = dict.fromkeys(ties, 0.0)
        for node in reversed(order):
            for earlier in before[node]:
                depends[earlier] += paths[earlier] / paths[node] * (1 + depends[node])
            if node != source:
                found[node] += depends[node]
    pairs = (len(ties) - 1) * (len(ties) - 2)  # each pair is met from both its ends
    return {node: value / pairs if pairs > 0 else None for node, value in found.items()}


def _shortest(
    ties: Mapping[str, set[str]], source: str
) -> tuple[list[str], dict[str, list[str]], dict[str, float]]:
    """From one node: the others by distance, who comes before each, number of shortest paths."""
    distance, paths = {source: 0}, dict.fromkeys(ties, 0.0)
    paths[source] = 1.0
    before: dict[str, list[str]] = {node: [] for node in ties}
    order, waiting = [], deque([source])
    while waiting:
        node = waiting.popleft()
        order.append(node)
        for neighbour in sorted(ties[node]):
            if neighbour not in distance:
                distance[neighbour] = distance[node] + 1
                waiting.append(neighbour)
            if distance[neighbour] == distance[node] + 1:
                paths[neighbour] += paths[node]
                before[neighbour].append(node)
    return order, before, paths
