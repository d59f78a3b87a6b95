"""Tables of the rules that officers write: each that hits counts, the strictest lane decides."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from sanzhi.core.findings import Unusable
from sanzhi.core.shapes import Misfit
from sanzhi.customs.risk.rules.fields import FIELDS
from sanzhi.selectivity.condition import require_fit
from sanzhi.selectivity.lanes import Lane
from sanzhi.selectivity.rule import Rule

#: Rules of one table.
MAX_RULES = 5000
#: Values that one condition lists.
MAX_VALUES = 500
_ORDER = {name: place for place, name in enumerate(FIELDS)}


def _of_officers(rule: Rule) -> Rule:
    """A rule as officers write it: somebody answers for it, it holds something back, and asks for
    fields of goods items, each once; its conditions in the order of the fields."""
    require_fit(rule.when, FIELDS)
    if rule.id != rule.id.lower():
        raise Misfit("The id of a rule has small letters alone.", "规则编号只能用小写字母。")
    if not rule.owner:
        raise Misfit("Say whose rule it is.", "请填写规则负责人。")
    if not rule.when:
        raise Misfit("A rule has at least one condition.", "规则至少应有一个条件。")
    if rule.lane is Lane.GREEN:
        raise Misfit(
            "A rule asks for the lane red, yellow or blue.",
            "规则的通道应为 red、yellow 或 blue。",
        )
    if len({one.field for one in rule.when}) != len(rule.when):
        raise Misfit("A field stands twice.", "字段重复。")
    for one in rule.when:
        if len(one.values) > MAX_VALUES:
            raise Misfit(
                f"{one.test!r} with {len(one.values)} values.",
                f"{one.test!r} 不能带 {len(one.values)} 个取值。",
            )
    ordered = tuple(sorted(rule.when, key=lambda one: _ORDER[one.field]))
    return rule if ordered == rule.when else rule.model_copy(update={"when": ordered})


#: A rule of theirs; all its conditions must hold for one goods item.
OfficersRule = Annotated[Rule, AfterValidator(_of_officers)]
_OFFICERS_RULE: TypeAdapter[Rule] = TypeAdapter(OfficersRule)


def officers_rule(fields: Mapping[str, Any]) -> Rule:
    """A rule of officers from its fields; pydantic's `ValidationError` where it is none."""
    return _OFFICERS_RULE.validate_python(fields)


class RuleTable(BaseModel):
    """Rules that apply together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: Annotated[tuple[OfficersRule, ...], Field(max_length=MAX_RULES)] = ()

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Self:
        seen: set[str] = set()
        for rule in self.rules:
            if rule.id in seen:
                raise Misfit(f"The rule {rule.id} stands twice.", f"规则 {rule.id} 重复。")
            seen.add(rule.id)
        return self

    def on(self, day: date) -> tuple[Rule, ...]:
        """The rules that apply on a day."""
        return tuple(rule for rule in self.rules if rule.valid_on(day))


def require_room(count: int, path: str) -> None:
    """`Unusable` (`rules.too_many`) where a table would have more rules than one can."""
    if count > MAX_RULES:
        raise Unusable.because(
            "rules.too_many",
            path,
            f"A table has {MAX_RULES:,} rules at most.",
            f"一张决策表最多 {MAX_RULES:,} 条规则。",
        )
