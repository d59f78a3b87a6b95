"""How risk names the keys in its events: conditions, figures, reasons; and rules, which are those
of a version."""

from collections.abc import Callable, Mapping
from functools import lru_cache

from sanzhi.core.findings import Text
from sanzhi.customs.risk.rules.table import RuleTable
from sanzhi.selectivity.rule import Rule
from sanzhi.site.law import catalogue
from sanzhi.site.risk.models import Setting


def rules_of(version: int | None) -> Mapping[str, Rule]:
    """The rules of a version by name; none of one that is not there."""
    if version is None:
        return {}
    stored = Setting.objects.filter(version=version).values_list("rules", flat=True)
    return _rules(stored[0]) if stored else {}


def rule_words(rules: Mapping[str, Rule], key: str) -> Text:
    """Why a rule looks; one that is not known stands for itself."""
    return rules[key].reason if key in rules else Text(key, key)


@lru_cache(maxsize=8)
def _rules(table: str) -> Mapping[str, Rule]:
    """Kept by the table's content."""
    return {rule.id: rule for rule in RuleTable.model_validate_json(table).rules}


def condition_words(key: str) -> Text | None:
    from sanzhi.customs.risk.rules.words import text_of  # noqa: PLC0415 - asked for by few pages

    return text_of(key, catalogue.pack().currency_words)


def figure_words(key: str) -> Text | None:
    from sanzhi.customs.risk.stating import text_of  # noqa: PLC0415 - asked for by few pages

    return text_of(key)


def reason_words(key: str) -> Text | None:
    from sanzhi.customs.risk.reasons import text_of  # noqa: PLC0415 - needs the parts of analysis

    return text_of(key)


NAMES: Mapping[str, Callable[[str], Text | None]] = {
    "risk_condition": condition_words,
    "risk_figure": figure_words,
    "risk_reason": reason_words,
}
