"""Which policies a study counts, and in which category: its rules applied to the corpus."""

from collections.abc import Mapping

from sanzhi.policy.coding.study import Rule, Study
from sanzhi.policy.corpus.document import Policy


def included(study: Study, corpus: Mapping[str, Policy]) -> dict[str, Policy]:
    """The policies that meet the study's inclusion rule and fall into its years."""
    first, last = study.years
    return {key: policy for key, policy in corpus.items()
            if matches(study.include, policy) and _within(policy, first, last, study)}


def categories_of(study: Study, policy: Policy) -> tuple[str, ...]:
    """Keys of the categories whose rule the policy meets; several may."""
    return tuple(one.key for one in study.categories if matches(one.rule, policy))


def matches(rule: Rule, policy: Policy) -> bool:
    """Whether a policy meets every condition that the rule sets."""
    words = f"{policy.title}\n{policy.text}"
    if rule.any and not any(word in words for word in rule.any):
        return False
    if any(word in words for word in rule.none):
        return False
    if rule.doc_types and policy.doc_type not in rule.doc_types:
        return False
    if rule.issuers and not set(rule.issuers) & set(policy.issuers):
        return False
    return not rule.field or str(_value(policy, rule.field)) in rule.equals


def _value(policy: Policy, name: str) -> object:
    return getattr(policy, name, None)


def _within(policy: Policy, first: int, last: int, study: Study) -> bool:
    year = policy.counted_year
    if year is None:
        return False
    if study.measurement.count == "in_force":
        return year <= last and (policy.repealed is None or policy.repealed.year >= first)
    return first <= year <= last
