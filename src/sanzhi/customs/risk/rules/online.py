"""Rules for one goods item at a time: closures, found through an index.

Every rule stands under one of its conditions that a look-up can answer: a value it lists, or a
prefix it names. Only rules found by the item's own values, and the few that list none, are asked
further.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sanzhi.customs.risk.rules.fields import FIELDS
from sanzhi.selectivity.condition import Condition, Holds, compiled
from sanzhi.selectivity.rule import Rule

Row = Mapping[str, Any]


class Online:
    """Compiled rules. `hits` gives those that hold for a goods item, in the table's order."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rules)
        self._values: dict[str, dict[str, list[int]]] = {}
        self._prefixes: dict[str, dict[int, dict[str, list[int]]]] = {}
        self._always: list[int] = []
        self._asked: list[tuple[tuple[str, Holds], ...]] = []
        for place, rule in enumerate(self._rules):
            key = _looked_up(rule.when)
            self._put(place, key)
            rest = [one for one in rule.when if one is not key]
            self._asked.append(tuple((one.field, compiled(one, FIELDS[one.field])) for one in rest))

    def hits(self, row: Row) -> list[Rule]:
        """The rules that hold for a goods item: field → value, None or absent if not known."""
        places = list(self._always)
        for field, index in self._values.items():
            value = row.get(field)
            if value is not None:
                places += index.get(value, ())
        for field, by_length in self._prefixes.items():
            value = row.get(field)
            if value is not None:
                for length, starts in by_length.items():
                    places += starts.get(value[:length], ())
        get = row.get
        asked = self._asked
        return [
            self._rules[place]
            for place in sorted(set(places))
            if all(holds(get(field)) for field, holds in asked[place])
        ]

    def _put(self, place: int, key: Condition | None) -> None:
        if key is None:
            self._always.append(place)
        elif key.test == "in":
            index = self._values.setdefault(key.field, {})
            for value in key.values:
                index.setdefault(value, []).append(place)
        else:
            lengths = self._prefixes.setdefault(key.field, {})
            for value in key.values:
                lengths.setdefault(len(value), {}).setdefault(value, []).append(place)


#: Fields whose values tell most, first.
_TELLING = ("importer", "seller", "declarant", "code", "origin", "departure")


def _looked_up(when: Iterable[Condition]) -> Condition | None:
    """The condition to find a rule by: that on the field that tells most."""
    able = [one for one in when if one.test in {"in", "starts"}]
    return min(
        able,
        key=lambda one: (
            _TELLING.index(one.field) if one.field in _TELLING else len(_TELLING),
            len(one.values),
        ),
        default=None,
    )
