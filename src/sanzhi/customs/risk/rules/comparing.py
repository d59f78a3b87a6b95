"""What one table changes against another."""

from dataclasses import dataclass
from typing import Literal

from sanzhi.customs.risk.rules.fields import FIELDS
from sanzhi.customs.risk.rules.files import COLUMNS, cells_of
from sanzhi.customs.risk.rules.table import RuleTable
from sanzhi.selectivity.rule import Rule


@dataclass(frozen=True, slots=True)
class Cell:
    """A column of a rule's row that differs; empty where nothing stood or stands."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule that one of two tables does not have as the other has it. `cells` are told of a
    changed rule alone."""

    id: str
    kind: Literal["added", "changed", "removed"]
    rule: Rule
    """As it stands after the change; as it stood, if it was removed."""
    cells: tuple[Cell, ...] = ()


def compare(before: RuleTable, after: RuleTable) -> tuple[RuleChange, ...]:
    """Rules added and changed in the order of `after`, then those removed. A rule is the same
    rule by its id; the order of a table means nothing."""
    was = {rule.id: rule for rule in before.rules}
    now = {rule.id: rule for rule in after.rules}
    found = []
    for name, rule in now.items():
        if name not in was:
            found.append(RuleChange(name, "added", rule))
        elif was[name] != rule:
            found.append(RuleChange(name, "changed", rule, _cells(was[name], rule)))
    removed = (RuleChange(name, "removed", rule) for name, rule in was.items() if name not in now)
    return (*found, *removed)


def _cells(was: Rule, now: Rule) -> tuple[Cell, ...]:
    old, new = cells_of(was), cells_of(now)
    return tuple(
        Cell(name, old.get(name, ""), new.get(name, ""))
        for name in (*COLUMNS, *FIELDS)
        if old.get(name) != new.get(name)
    )
