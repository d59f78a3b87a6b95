"""Which policies a study counts, and in which category: its rules applied to the corpus."""

from collections.abc import Mapping

from sanzhi.core.findings import Text
from sanzhi.policy.coding.study import Rule, Study
from sanzhi.policy.corpus.document import Policy


def included(study: Study, corpus: Mapping[str, Policy]) -> dict[str, Policy]:
    """The policies that meet the study's inclusion rule and fall into its years."""
    first, last = study.years
    return {
        key: policy
        for key, policy in corpus.items()
        if matches(study.include, policy) and _within(policy, first, last, study)
    }


def categories_of(study: Study, policy: Policy) -> tuple[str, ...]:
    """Keys of the categories whose rule the policy meets; several may."""
    return tuple(one.key for one in study.categories if matches(one.rule, policy))


def left_out(study: Study, policy: Policy) -> Text | None:
    """Why the study does not count a policy: the first condition it misses; None where it does."""
    missed = _missed(study.include, policy)
    if missed is not None:
        return missed
    year, (first, last) = policy.counted_year, study.years
    if year is None:
        return Text("Neither date nor year says when it counts.", "既无日期也无年份，无法计入。")
    if not _within(policy, first, last, study):
        return Text(
            f"It is of {year}; the study counts {first}–{last}.",
            f"该政策为 {year} 年，研究年份为 {first}–{last}。",
        )
    return None


def matches(rule: Rule, policy: Policy) -> bool:
    """Whether a policy meets every condition that the rule sets."""
    return _missed(rule, policy) is None


def _missed(rule: Rule, policy: Policy) -> Text | None:
    """The first condition of the rule that a policy does not meet."""
    words = f"{policy.title}\n{policy.text}"
    if rule.any and not any(word in words for word in rule.any):
        return Text(
            "Neither title nor text has one of the words that the study looks for.",
            "标题与正文均不含研究限定的词语。",
        )
    for word in rule.none:
        if word in words:
            return Text(
                f"It has the word “{word}”, which the study leaves out.",
                f"含有研究排除的词语“{word}”。",
            )
    if rule.doc_types and policy.doc_type not in rule.doc_types:
        return Text("The study does not count this kind of document.", "该文种不在研究范围内。")
    if rule.issuers and not set(rule.issuers) & set(policy.issuers):
        return Text("None of its issuers is one that the study counts.", "发文机关不在研究范围内。")
    if rule.field and str(value := _value(policy, rule.field)) not in rule.equals:
        return Text(
            f"Its field {rule.field} is {value or 'empty'}; the study asks for "
            f"{' or '.join(rule.equals)}.",
            f"字段 {rule.field} 为“{value or '空'}”，研究要求为{'或'.join(rule.equals)}。",
        )
    return None


def _value(policy: Policy, name: str) -> object:
    return getattr(policy, name, None)


def _within(policy: Policy, first: int, last: int, study: Study) -> bool:
    year = policy.counted_year
    if year is None:
        return False
    if study.measurement.count == "in_force":
        return year <= last and (policy.repealed is None or policy.repealed.year >= first)
    return first <= year <= last
