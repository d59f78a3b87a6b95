"""The graph of a body of policy: what cites, amends and repeals what, and what was in force when.

Nodes are the policies of a corpus and, where given, the acts of a law pack; a policy that is an act
of the pack is one node. References join by number, or by title, to the version that was the latest
when the citing document was issued.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, Literal, NamedTuple

from sanzhi.law.model import Act
from sanzhi.policy.corpus.document import Policy
from sanzhi.policy.corpus.recognising import own_keys
from sanzhi.policy.corpus.references import Reference, canonical, references, title_key
from sanzhi.policy.corpus.relations import Relations, relations_in

Kind = Literal["cites", "amends", "repeals"]
KINDS: tuple[Kind, ...] = ("cites", "amends", "repeals")

#: Kinds of documents of which a later one of the same title is the new version.
_VERSIONED = frozenset(("law", "administrative regulation", "interim administrative regulation"))


class Edge(NamedTuple):
    """One relation. `target` is a node, "" where the act named is neither in the corpus nor in the
    law pack; `named` is the reference as the text gives it."""

    source: str
    target: str
    kind: Kind
    named: str


class Validity(NamedTuple):
    """How a policy stands on a day. `ended`: by its own dates; `replaced`: by a newer version of
    the same title; `undated`: nothing says since when it applies. `by` is the policy that repealed
    or replaced it."""

    kind: Literal["in_force", "not_yet", "ended", "repealed", "replaced", "undated"]
    by: str = ""


class Graph:
    """Policies and acts with their relations. A node of an act alone is `act:` and its key."""

    def __init__(self, policies: Iterable[Policy], acts: Iterable[Act] = ()) -> None:
        self.policies = {one.id: one for one in policies}
        self.acts = {one.key: one for one in acts}
        self._by_key: dict[str, list[str]] = {}
        for policy in self.policies.values():
            for key in own_keys(policy.title, policy.number or "", policy.issuers):
                self._by_key.setdefault(key, []).append(policy.id)
        self._act_of = self._joined()
        joined = set(self._act_of.values())
        for act in self.acts.values():
            if act.key not in joined:
                for key in _keys_of(act):
                    self._by_key.setdefault(key, []).append(f"act:{act.key}")
        self.edges = tuple(
            edge for policy in self.policies.values() for edge in self._edges(policy)
        )

    def act(self, policy: str) -> str | None:
        """The key of the law pack's act that a policy is."""
        return self._act_of.get(policy)

    def named(self, node: str) -> tuple[str, int | None]:
        """Title and year of a node."""
        if node in self.policies:
            policy = self.policies[node]
            return policy.title or policy.number or policy.id, policy.counted_year
        act = self.acts[node.removeprefix("act:")]
        return act.title.zh, act.issued.year if act.issued else None

    def out_of(self, node: str, kind: Kind | None = None) -> list[Edge]:
        """What a policy does to others."""
        return [one for one in self.edges if one.source == node and kind in (None, one.kind)]

    def into(self, node: str, kind: Kind | None = None) -> list[Edge]:
        """What others do to a node."""
        return [one for one in self.edges if one.target == node and kind in (None, one.kind)]

    def in_force(self, day: date) -> list[Policy]:
        """The policies in force on a day: begun, not ended by their own dates, repealed by no
        policy that applied by then, and replaced by no newer version of the same law."""
        return [
            self.policies[key] for key, one in self.standings(day).items() if one.kind == "in_force"
        ]

    def standings(self, day: date) -> dict[str, Validity]:
        """How every policy stands on a day."""
        repealed = {
            edge.target: edge.source
            for edge in self.edges
            if edge.kind == "repeals" and _begun(self.policies[edge.source], day)
        }
        found = {
            one.id: _standing(one, day, repealed.get(one.id)) for one in self.policies.values()
        }
        latest: dict[str, Policy] = {}
        versions = [
            one
            for one in self.policies.values()
            if one.doc_type in _VERSIONED and one.issued and found[one.id].kind == "in_force"
        ]
        for one in sorted(versions, key=lambda one: one.issued or date.min):
            if one.issued and one.issued <= day:
                latest[title_key(one.title)] = one
        for one in versions:
            newest = latest.get(title_key(one.title))
            if newest is None:  # it applies back to a day before its own issue
                found[one.id] = Validity("not_yet")
            elif newest.issued != one.issued:
                found[one.id] = Validity("replaced", newest.id)
        return found

    def document(self) -> dict[str, Any]:
        """Nodes and edges as plain values, for JSON."""
        nodes: list[dict[str, Any]] = [
            {
                "id": one.id,
                "title": one.title,
                "number": one.number,
                "doc_type": one.doc_type,
                "year": one.counted_year,
                "act": self._act_of.get(one.id),
            }
            for one in self.policies.values()
        ]
        used = {edge.target for edge in self.edges}
        nodes += [
            {
                "id": f"act:{key}",
                "title": act.title.zh,
                "number": act.number,
                "doc_type": act.type,
                "year": act.issued.year if act.issued else None,
                "act": key,
            }
            for key, act in self.acts.items()
            if f"act:{key}" in used
        ]
        return {"nodes": nodes, "edges": [edge._asdict() for edge in self.edges]}

    def _joined(self) -> dict[str, str]:
        """Policy → the key of the act it is: as it says, by number, or by title and date. Of a
        law or regulation every version is the act."""
        found = {
            one.id: one.act for one in self.policies.values() if one.act and one.act in self.acts
        }
        for act in self.acts.values():
            for id_ in self._by_key.get(canonical(act.number), ()):
                found.setdefault(id_, act.key)
            for id_ in self._by_key.get(title_key(act.title.zh), ()):
                policy = self.policies[id_]
                if policy.issued == act.issued or policy.doc_type in _VERSIONED:
                    found.setdefault(id_, act.key)
        return found

    def _edges(self, policy: Policy) -> Iterable[Edge]:
        said = _relations(policy)
        seen: set[tuple[str, str]] = set()
        for kind in KINDS:
            for one in getattr(said, kind):
                target = self._target(one, policy)
                if target != policy.id and (kind, target or one.key) not in seen:
                    seen.add((kind, target or one.key))
                    yield Edge(policy.id, target, kind, str(one))

    def _target(self, reference: Reference, citing: Policy) -> str:
        """The node a reference means: by number, else the latest version before the citing one."""
        for key in (reference.number, title_key(reference.title) if reference.title else ""):
            found = self._by_key.get(key, []) if key else []
            if found:
                when = _when(citing) or date.max
                dated = [(self._since(id_), id_) for id_ in found if id_ != citing.id]
                earlier = [one for one in dated if one[0] <= when]
                return max(earlier)[1] if earlier else min(dated)[1] if dated else ""
        return ""

    def _since(self, node: str) -> date:
        if node in self.policies:
            return _when(self.policies[node]) or date.min
        return self.acts[node.removeprefix("act:")].issued or date.min


def _keys_of(act: Act) -> set[str]:
    return {canonical(act.number), title_key(act.title.zh)} - {""}


def _when(policy: Policy) -> date | None:
    if policy.issued or policy.effective:
        return policy.issued or policy.effective
    return date(policy.year, 12, 31) if policy.year else None


def _standing(policy: Policy, day: date, repealed_by: str | None) -> Validity:
    """As dates and repeals say; newer versions are not looked at."""
    start = policy.effective or policy.issued
    if start and start > day:
        return Validity("not_yet")
    if repealed_by:
        return Validity("repealed", repealed_by)
    if start is None:
        return Validity("undated")
    return Validity("in_force" if policy.in_force_on(day) else "ended")


def _begun(policy: Policy, day: date) -> bool:
    start = policy.effective or policy.issued
    return start is not None and start <= day


def _relations(policy: Policy) -> Relations:
    """As the corpus states them, else as the text does."""
    extra = policy.model_extra or {}
    if not any(kind in extra for kind in KINDS):
        return relations_in(
            f"{policy.title}\n{policy.text}", policy.title, policy.number or "", policy.issuers
        )
    return Relations(**{kind: _stated(extra.get(kind)) for kind in KINDS})


def _stated(given: object) -> tuple[Reference, ...]:
    names = [one for one in given if isinstance(one, str)] if isinstance(given, list) else []
    return tuple(
        found
        for name in names
        for found in (references(name) or [Reference(name, canonical(name), 0, 0)])[:1]
    )
