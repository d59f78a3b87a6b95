"""Looking through a corpus: the policies that meet a filter, and how many each choice would find.

Counts of a choice hold everything else that is set: they say what choosing it would give.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

from sanzhi.law.model import Act
from sanzhi.policy.coding.study import Study
from sanzhi.policy.corpus.document import Policy
from sanzhi.policy.corpus.graph import Graph, Validity
from sanzhi.policy.corpus.searching import Hit, Index
from sanzhi.policy.corpus.selecting import categories_of, included

#: What a filter can choose by; `years` is a stretch, the others one value.
FACETS: Final = ("years", "doc_type", "issuer", "category", "included", "state", "standing")
#: The value of a facet that says that a policy has none.
NONE: Final = "-"


@dataclass(frozen=True, slots=True)
class Filter:
    """What is looked for; what is not set admits all. `NONE` as document type, issuer or category
    means policies without one; `standing` is that of `on`."""

    words: str = ""
    first: int | None = None
    last: int | None = None
    doc_type: str = ""
    issuer: str = ""
    category: str = ""
    included: str = ""
    """`yes` or `no`: whether the study's rules count it."""
    state: str = ""
    standing: str = ""
    """A kind of `Validity`."""
    on: date | None = None
    """The day of `standing`, which may be left out where that is not asked for."""


class Found(NamedTuple):
    """A policy that was found, and where its text holds the words sought."""

    policy: Policy
    hit: Hit | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """What a filter finds: by relevance where words are sought, else the newest first."""

    found: list[Found]
    counts: Mapping[str, Counter[str]]
    """Facet → value → policies that it would find beside everything else that is set."""
    by_year: Mapping[int, Counter[str]]
    """Year → document type → policies, whatever years the filter sets."""
    by_category: Mapping[int, Counter[str]]
    """The same by category; a policy in several is counted under their keys joined by `+`."""


class Catalogue:
    """A study's corpus ready to be looked through. It does not change once it is made."""

    def __init__(
        self, study: Study, policies: Mapping[str, Policy], acts: Iterable[Act] = ()
    ) -> None:
        self.study, self.policies = study, policies
        self.index = Index(policies.values())
        self.graph = Graph(policies.values(), acts)
        counted = included(study, policies)
        self._facts: dict[str, dict[str, tuple[str, ...]]] = {
            key: {
                "doc_type": (one.doc_type or NONE,),
                "issuer": one.issuers or (NONE,),
                "category": categories_of(study, one) or (NONE,),
                "included": ("yes" if key in counted else "no",),
            }
            for key, one in policies.items()
        }
        places = {key: place for place, key in enumerate(policies)}
        self._newest = sorted(
            policies.values(),
            key=lambda one: (
                -(one.counted_year or 0),
                -(one.issued or date.min).toordinal(),
                places[one.id],
            ),
        )

    def categories(self, policy: str) -> tuple[str, ...]:
        """Keys of the categories a policy is in."""
        return tuple(key for key in self._facts[policy]["category"] if key != NONE)

    def counts(self, policy: str) -> bool:
        """Whether the study's rules count a policy."""
        return self._facts[policy]["included"] == ("yes",)

    def select(
        self, sought: Filter, states: Mapping[str, str], standings: Mapping[str, Validity]
    ) -> Selection:
        """The policies that meet a filter. `states` gives how far the coding of each has come,
        `standings` how each stands on the filter's day."""
        hits = (
            {hit.policy: hit for hit in self.index.search(sought.words, len(self.policies))}
            if sought.words.split()
            else None
        )
        order = self._newest if hits is None else [self.policies[key] for key in hits]
        found: list[Found] = []
        counts: dict[str, Counter[str]] = {facet: Counter() for facet in FACETS}
        by_year: dict[int, Counter[str]] = {}
        by_category: dict[int, Counter[str]] = {}
        for policy in order:
            facts = self._facts[policy.id] | {
                "years": (str(policy.counted_year or NONE),),
                "state": (states[policy.id],),
                "standing": (standings[policy.id].kind,),
            }
            missed = [facet for facet in FACETS if not _meets(sought, facet, facts[facet])]
            if not missed:
                found.append(Found(policy, hits[policy.id] if hits else None))
            for facet in FACETS if not missed else missed if len(missed) == 1 else ():
                counts[facet].update(facts[facet])
            if missed in ([], ["years"]) and (year := policy.counted_year):
                by_year.setdefault(year, Counter())[facts["doc_type"][0]] += 1
                by_category.setdefault(year, Counter())["+".join(facts["category"])] += 1
        return Selection(found, counts, by_year, by_category)


def _meets(sought: Filter, facet: str, values: tuple[str, ...]) -> bool:
    if facet == "years":
        if sought.first is None and sought.last is None:
            return True
        return values[0] != NONE and (sought.first or 0) <= int(values[0]) <= (sought.last or 9999)
    wanted = getattr(sought, facet)
    return not wanted or wanted in values
