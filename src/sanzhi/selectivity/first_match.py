"""A table of which the first rule that holds decides."""

from collections.abc import Iterable, Mapping
from typing import Any

from sanzhi.selectivity.condition import compiled
from sanzhi.selectivity.fields import Catalogue
from sanzhi.selectivity.rule import Rule


class FirstMatch:
    """Rules in the order they are asked, their conditions compiled once."""

    def __init__(self, rules: Iterable[Rule], fields: Catalogue) -> None:
        self.rules = tuple(rules)
        self._asked = tuple(
            (rule, tuple((one.field, compiled(one, fields[one.field])) for one in rule.when))
            for rule in self.rules
        )

    def decide(self, facts: Mapping[str, Any]) -> Rule | None:
        """The first rule whose every condition holds; None where none does. `facts`: field →
        value, None or absent if not known."""
        for rule, asked in self._asked:
            for field, holds in asked:
                if not holds(facts.get(field)):
                    break
            else:
                return rule
        return None
