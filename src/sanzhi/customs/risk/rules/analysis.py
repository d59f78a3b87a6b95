"""What is wrong with a table before it is tried: rules nothing can satisfy, rules that never decide
because a stricter one covers them, and rules that ask for different lanes on the same conditions.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from sanzhi.core.findings import Finding, Severity, Text
from sanzhi.customs.risk.rules.fields import FIELDS
from sanzhi.selectivity.condition import Condition, as_compared
from sanzhi.selectivity.lanes import STRICTEST, Lane
from sanzhi.selectivity.rule import Rule


def analyse(rules: Sequence[Rule]) -> list[Finding]:
    """Warnings, in the table's order: `rules.impossible`, `rules.conflict`, `rules.same`,
    `rules.covered`."""
    found = [_impossible(rule, one) for rule in rules for one in rule.when if one.empty]
    able = [rule for rule in rules if not any(one.empty for one in rule.when)]
    implied = _implied(able)
    for at, other in sorted({(min(pair), max(pair)) for pair in implied}):
        first, second = able[at], able[other]
        if not first.meets(second):
            continue
        inside, around = (at, other) in implied, (other, at) in implied
        if inside and around:
            found.append(_same(first, second))
        elif inside and _covers(second, first):
            found.append(_covered(first, second))
        elif around and _covers(first, second):
            found.append(_covered(second, first))
    return found


def _implied(rules: Sequence[Rule]) -> set[tuple[int, int]]:
    """Pairs of a narrow rule and a wide one that holds wherever it does. Wide rules are found by
    the values or prefixes they list that fewest others do, so that few pairs are looked at."""
    often = Counter(
        (one.field, one.test, value) for rule in rules for one in rule.when for value in one.values
    )
    always: list[int] = []
    listed: dict[tuple[str, str, str], list[int]] = {}
    for at, rule in enumerate(rules):
        key = min(
            (one for one in rule.when if one.test in {"in", "starts"}),
            default=None,
            key=lambda one: max(often[one.field, one.test, value] for value in one.values),
        )
        if key is None:
            always.append(at)
        else:
            for value in key.values:
                listed.setdefault((key.field, key.test, value), []).append(at)
    found: set[tuple[int, int]] = set()
    for at, rule in enumerate(rules):
        near = set(always)
        for one in rule.when:
            if one.test in {"in", "starts"}:
                value = one.values[0]
                near.update(listed.get((one.field, "in", value), ()))
                for end in range(1, len(value) + 1):
                    near.update(listed.get((one.field, "starts", value[:end]), ()))
        found.update((at, wide) for wide in near - {at} if implies(rule.when, rules[wide].when))
    return found


def implies(narrow: Iterable[Condition], wide: Iterable[Condition]) -> bool:
    """Whether whatever satisfies all of `narrow` satisfies all of `wide`. Sound: it never says so
    wrongly; conditions of different kinds are taken for unrelated."""
    of = {one.field: one for one in narrow}
    return all(one.field in of and _within(of[one.field], one) for one in wide)


def _within(a: Condition, b: Condition) -> bool:  # noqa: PLR0911 - a line a pair of tests
    """Whether every value that satisfies `a` satisfies `b`."""
    if a == b:
        return True
    if b.test == "known":
        return a.test != "missing"
    match a.test, b.test:
        case "range", "range":
            return _starts_inside(a, b) and _ends_inside(a, b)
        case "in", "in":
            return set(a.values) <= set(b.values)
        case "in", "not in":
            return not set(a.values) & set(b.values)
        case (("in" | "starts"), "starts"):
            return all(value.startswith(b.values) for value in a.values)
        case "in", "not starts":
            return not any(value.startswith(b.values) for value in a.values)
        case "starts", "not starts":
            return not any(
                one.startswith(other) or other.startswith(one)
                for one in a.values
                for other in b.values
            )
        case "not in", "not in":
            return set(b.values) <= set(a.values)
        case "not starts", "not starts":
            return all(value.startswith(a.values) for value in b.values)
        case "contains", "contains":
            return all(
                any(_in_words(other, one, a.field) for other in b.values) for one in a.values
            )
    return False


def _in_words(part: str, whole: str, name: str) -> bool:
    field = FIELDS[name]
    return as_compared(part, field) in as_compared(whole, field)


def _starts_inside(a: Condition, b: Condition) -> bool:
    if b.low is None:
        return True
    return a.low is not None and (a.low > b.low or (a.low == b.low and (b.low_in or not a.low_in)))


def _ends_inside(a: Condition, b: Condition) -> bool:
    if b.high is None:
        return True
    return a.high is not None and (
        a.high < b.high or (a.high == b.high and (b.high_in or not a.high_in))
    )


def _covers(wide: Rule, narrow: Rule) -> bool:
    """Whether the wider rule is at least as strict, on every day of the narrower."""
    lasts = wide.valid_until is None or (
        narrow.valid_until is not None and narrow.valid_until <= wide.valid_until
    )
    return (
        lasts
        and wide.valid_from <= narrow.valid_from
        and STRICTEST.index(wide.lane) <= STRICTEST.index(narrow.lane)
    )


#: How lanes read in Chinese.
_ZH = {Lane.RED: "红色通道", Lane.YELLOW: "黄色通道", Lane.BLUE: "蓝色通道"}


def _impossible(rule: Rule, one: Condition) -> Finding:
    return _found(
        "rules.impossible",
        f"{rule.id} {one.field}",
        Text(
            f"Nothing can satisfy {rule.id}: its range of {one.field} is empty.",
            f"规则 {rule.id} 不可能命中：{one.field} 的取值范围为空。",
        ),
        Text("Mend the range.", "请更正范围。"),
    )


def _same(first: Rule, second: Rule) -> Finding:
    if first.lane is second.lane:
        return _found(
            "rules.same",
            f"{first.id} {second.id}",
            Text(
                f"{first.id} and {second.id} hit the same goods for the same lane.",
                f"规则 {first.id} 与 {second.id} 命中范围与通道相同。",
            ),
            Text("Keep one of them.", "请保留其一。"),
        )
    return _found(
        "rules.conflict",
        f"{first.id} {second.id}",
        Text(
            f"{first.id} asks for {first.lane} and {second.id} for {second.lane} on the "
            "same goods; the stricter decides.",
            f"规则 {first.id}（{_ZH[first.lane]}）与 {second.id}（{_ZH[second.lane]}）"
            "命中范围相同而通道不同，以较严者为准。",
        ),
        Text("Agree on one lane.", "请统一通道。"),
    )


def _covered(narrow: Rule, wide: Rule) -> Finding:
    return _found(
        "rules.covered",
        f"{narrow.id} {wide.id}",
        Text(
            f"{narrow.id} never decides: whatever it hits, {wide.id} hits for {wide.lane}.",
            f"规则 {narrow.id} 不起作用：其命中范围均被 {wide.id}（{_ZH[wide.lane]}）覆盖。",
        ),
        Text("Take it out, or make it stricter.", "请删除该规则或提高其严格程度。"),
    )


def _found(code: str, path: str, text: Text, mend: Text) -> Finding:
    return Finding(code=code, path=path, text=text, mend=mend, severity=Severity.WARNING)
