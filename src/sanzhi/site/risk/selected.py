"""What was selected and why, read from the log."""

import json
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast, get_args

from django.db.models import Q

from sanzhi.border.clearance.codes import SelectedBy
from sanzhi.border.clearance.lanes import row_words
from sanzhi.core.dates import CHINA
from sanzhi.core.findings import Text
from sanzhi.customs.lanes import Lane
from sanzhi.customs.risk.ranking import Ranking, rank
from sanzhi.customs.risk.selection import By, Estimates, Outcome, estimates, given_up
from sanzhi.site.events.models import EventRecord
from sanzhi.site.law.catalogue import pack
from sanzhi.site.risk import history
from sanzhi.site.risk.finding import rule_words

_KINDS = ("clearance.lane_assigned", "clearance.risk_assessed")
#: What can decide, in the order of pages.
DECIDED = ("law", "rule", "ranking", "random", "exploration", "none")


@dataclass(frozen=True, slots=True)
class Assigned:
    """One assignment of a lane: what everybody was told, and what officers read besides."""

    case: str
    at: datetime
    law: dict[str, Any]
    own: dict[str, Any]

    @property
    def office(self) -> str:
        return self.case.partition("-")[0]

    @property
    def lane(self) -> str:
        return str(self.law["lane"])

    @property
    def by(self) -> str:
        """What decided, one of `DECIDED`."""
        told = str(self.law["by"])
        return str(self.own["by"]) if told == "risk" else told

    @property
    def reason(self) -> Text:
        """Why, as officers may know it: the rule that hit, what drew it, or the law's row."""
        if self.law["by"] != "risk":
            return row_words(str(self.law["rule"]), pack())
        if self.by == SelectedBy.RULE and self.own["rules"]:
            return rule_words(self.own["setting"], self.own["rules"][0])
        return SelectedBy(self.by).text

    @property
    def score(self) -> float | None:
        said = self.own.get("score")
        return float(said) if said else None

    @property
    def propensity(self) -> float:
        """How likely an inspection was."""
        said = self.own.get("propensity")
        if said:
            return float(said)
        if self.lane == Lane.RED and self.by == "law":
            return 1.0
        return float(self.law.get("floor") or 0.0)

    def outcome(self, *, find: bool) -> Outcome:
        """The inspection as estimates count it: what the law's table held back was targeted, as
        by a ranking."""
        by = "ranking" if self.by == "law" else self.by
        return Outcome(cast("By", by), self.propensity, find)


def assigned(since: datetime, until: datetime, offices: Collection[str] | None) -> list[Assigned]:
    """Assignments in a period, latest first; of some offices, or of all."""
    events = EventRecord.objects.filter(kind__in=_KINDS, time__gte=since, time__lt=until)
    if offices is not None:
        wanted = Q(pk__in=[])
        for office in offices:
            wanted |= Q(case__startswith=f"{office}-")
        events = events.filter(wanted)
    return _paired(events.order_by("id").values_list("case", "kind", "payload", "time"))[::-1]


def of_cases(cases: Iterable[str]) -> dict[str, Assigned]:
    """The first assignment of each of some cases."""
    found: dict[str, Assigned] = {}
    numbers = sorted(cases)
    for at in range(0, len(numbers), 500):
        events = EventRecord.objects.filter(case__in=numbers[at : at + 500], kind__in=_KINDS)
        for one in _paired(events.order_by("id").values_list("case", "kind", "payload", "time")):
            found.setdefault(one.case, one)
    return found


def _paired(rows: Iterable[tuple[str, str, str, datetime]]) -> list[Assigned]:
    """What officers read stands before what everybody was told, in one transaction."""
    own: dict[str, dict[str, Any]] = {}
    found = []
    for case, kind, payload, at in rows:
        said: dict[str, Any] = json.loads(payload)
        if kind == _KINDS[1]:
            own[case] = said
        else:
            found.append(Assigned(case, at, said, own.pop(case, {})))
    return found


def day_of(day: date) -> tuple[datetime, datetime]:
    """The moments between which a day lies in China."""
    begun = datetime.combine(day, time.min, CHINA)
    return begun, begun + timedelta(days=1)


def counted(found: Iterable[Assigned]) -> dict[str, Counter[str]]:
    """What decided → how many in each lane."""
    counts: dict[str, Counter[str]] = {by: Counter() for by in DECIDED}
    for one in found:
        counts.setdefault(one.by, Counter())[one.lane] += 1
    return counts


def told_by_inspections() -> Estimates:
    """What the inspections of consignments that were selected for one tell of all."""
    ended = history.outcomes()
    made = of_cases(ended)
    return estimates(
        [one.outcome(find=ended[case][0]) for case, one in made.items() if one.lane == Lane.RED]
    )


@dataclass(frozen=True, slots=True)
class Rankings:
    """What each ranking would have caught of the inspected consignments whose score was logged
    when they were lodged; `table` is empty below `FEWEST_SCORED` of them."""

    scored: int
    share: float
    table: dict[str, dict[str, float]]


#: Fewer inspected consignments with a score say nothing of a ranking.
FEWEST_SCORED = 30
#: The part of them that a ranking may pick.
TOP = 0.1


def rankings() -> Rankings:
    """Rankings set beside each other by what was found: finds and revenue at stake."""
    ended = history.outcomes()
    told = [(one, ended[case]) for case, one in of_cases(ended).items() if one.score is not None]
    if len(told) < FEWEST_SCORED:
        return Rankings(len(told), TOP, {})
    by: dict[str, list[float]] = {
        name: [rank(name, one.score, float(one.own["expected_revenue"])) for one, _ in told]
        for name in get_args(Ranking)
    }
    worth = {
        "finds": [float(found) for _, (found, _, _) in told],
        "recovered": [amount for _, (_, _, amount) in told],
    }
    return Rankings(len(told), TOP, given_up(by, worth, TOP))
