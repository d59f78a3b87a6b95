"""What was selected and why, from the selections kept in columns."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import cast, get_args

from sanzhi.border.clearance.codes import SelectedBy
from sanzhi.border.clearance.lanes import row_words
from sanzhi.core.findings import Text
from sanzhi.customs.risk.ranking import Ranking
from sanzhi.customs.risk.selection import By, Estimates, Outcome, estimates, given_up
from sanzhi.selectivity.lanes import Lane
from sanzhi.site.law.catalogue import pack
from sanzhi.site.risk import history
from sanzhi.site.risk.models import Selection
from sanzhi.site.risk.naming import rule_words, rules_of
from sanzhi.site.risk.selections import COLUMNS

#: What can decide, in the order of pages.
DECIDED = tuple(
    SelectedBy(by) for by in ("law", "rule", "ranking", "random", "exploration", "none")
)


def assigned(since: datetime, until: datetime, offices: Collection[str] | None) -> list[Selection]:
    """Selections in a period, latest first; of some offices, or of all."""
    found = Selection.objects.filter(at__gte=since, at__lt=until)
    if offices is not None:
        found = found.filter(office__in=offices)
    return list(found.order_by("-id"))


def of_cases(cases: Iterable[str]) -> dict[str, Selection]:
    """The first selection of each of some cases."""
    found: dict[str, Selection] = {}
    numbers = sorted(cases)
    for at in range(0, len(numbers), 500):
        for one in Selection.objects.filter(case__in=numbers[at : at + 500]).order_by("id"):
            found.setdefault(one.case, one)
    return found


def reason_of(one: Selection) -> Text:
    """Why, as officers may know it: the rule that hit, what drew it, or the law's row."""
    if one.row != SelectedBy.RISK:
        return row_words(one.row, pack())
    if one.by != SelectedBy.RULE:
        return SelectedBy(one.by).text
    known = rules_of(one.setting)
    hits = one.rules.split()
    asked = [key for key in hits if key in known and known[key].lane == one.own_lane]
    deciding = max(asked, key=lambda key: known[key].weight, default=hits[0])
    return rule_words(known, deciding)


def propensity_of(one: Selection) -> float:
    """How likely an inspection was."""
    if one.propensity is not None:
        return one.propensity
    if one.lane == Lane.RED and one.by == SelectedBy.LAW:
        return 1.0
    return one.floor or 0.0


def outcome_of(one: Selection, *, find: bool) -> Outcome:
    """The inspection as estimates count it: what the law's table held back was targeted, as by a
    ranking."""
    by = SelectedBy.RANKING if one.by == SelectedBy.LAW else one.by
    return Outcome(cast("By", str(by)), propensity_of(one), find)


def day_of(day: date) -> tuple[datetime, datetime]:
    """The moments between which a day lies in the administration's zone."""
    begun = datetime.combine(day, time.min, pack().zone)
    return begun, begun + timedelta(days=1)


def counted(found: Iterable[Selection]) -> dict[str, Counter[str]]:
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
        [outcome_of(one, find=ended[case][0]) for case, one in made.items() if one.lane == Lane.RED]
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
        name: [getattr(one, COLUMNS[name]) for one, _ in told] for name in get_args(Ranking)
    }
    worth = {
        "finds": [float(found) for _, (found, _, _) in told],
        "recovered": [amount for _, (_, _, amount) in told],
    }
    return Rankings(len(told), TOP, given_up(by, worth, TOP))
