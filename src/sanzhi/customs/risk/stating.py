"""A selection policy in words, each figure with what it means."""

from collections.abc import Mapping
from dataclasses import dataclass

from sanzhi.core.findings import Text
from sanzhi.customs.risk.lanes import LANE_WORDS
from sanzhi.customs.risk.selection import RANKED, SelectionPolicy
from sanzhi.selectivity.words import plain

#: What declarations are ordered by.
RANKINGS: Mapping[str, Text] = {
    "probability": Text("probability of a find", "查获概率"),
    "expected_revenue": Text("expected revenue", "预期补税额"),
    "blend": Text(
        "probability of a find, weighed by expected revenue", "查获概率与预期补税额的综合"
    ),
}
#: Tiers of credit that the platform knows.
TIERS: Mapping[str, Text] = {
    "advanced": Text("advanced certified traders", "高级认证企业"),
    "general": Text("registered traders", "一般信用企业"),
    "discredited": Text("discredited traders", "失信企业"),
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One figure of a policy: the name it has in the policy, its value, and what it means."""

    name: str
    value: str
    text: Text


def statements(policy: SelectionPolicy) -> tuple[Statement, ...]:
    """A policy, a statement a figure."""
    ranking = RANKINGS[policy.ranking]
    found = [
        Statement(
            "random",
            _share(policy.random),
            Text(
                "of all declarations are drawn at random and inspected, whatever else is known",
                "的报关单随机布控查验，不论其他情况",
            ),
        ),
        Statement(
            "exploration",
            _share(policy.exploration),
            Text(
                "more are drawn at random to learn of what the ranking never looks at",
                "另行随机抽取，用于了解模型排序从未选中的部分",
            ),
        ),
        Statement(
            "ranking", "", Text(f"The rest are ranked by {ranking.en}", f"其余按{ranking.zh}排序")
        ),
    ]
    for lane in RANKED:
        words = LANE_WORDS[lane]
        found.append(
            Statement(
                str(lane),
                _share(getattr(policy, str(lane))),
                Text(
                    f"{'ranked highest' if lane is RANKED[0] else 'ranked next'}: {words.en}",
                    f"{'排序最前者' if lane is RANKED[0] else '排序其次者'}：{words.zh}",
                ),
            )
        )
    for tier, ratio in policy.tiers.items():
        name = TIERS.get(tier, Text(f"traders of tier {tier}", f"{tier} 类企业"))
        found.append(
            Statement(
                f"tiers.{tier}",
                f"× {plain(ratio)}",
                Text(f"the shares of the ranking for {name.en}", f"{name.zh}的排序比例系数"),
            )
        )
    for office, most in sorted(policy.capacity.items()):
        found.append(
            Statement(
                f"capacity.{office}",
                f"{most:,}",
                Text(
                    f"inspections a day at most that the ranking asks for at office {office}",
                    f"次：关区 {office} 每日由排序选查的查验上限",
                ),
            )
        )
    return tuple(found)


def compare_policies(
    before: SelectionPolicy, after: SelectionPolicy
) -> tuple[tuple[Statement | None, Statement | None], ...]:
    """The statements that differ, as they were and as they are; None where one is not made."""
    was = {one.name: one for one in statements(before)}
    now = {one.name: one for one in statements(after)}
    return tuple(
        (was.get(name), now.get(name))
        for name in dict.fromkeys((*was, *now))
        if was.get(name) != now.get(name)
    )


def text_of(figure: str) -> Text | None:
    """The words of a figure as an event holds it, `exploration=0.005`; None for one that no policy
    has."""
    name, _, value = figure.partition("=")
    part, _, of = name.partition(".")
    if not value:
        return Text(f"{name}: no more", f"{name}：取消")
    try:
        given = value if part == "ranking" else int(value) if part == "capacity" else float(value)
        policy = SelectionPolicy().model_copy(update={part: {of: given} if of else given})
        said = next((one for one in statements(policy) if one.name == name), None)
    except (ValueError, KeyError):
        return None
    if said is None:
        return None
    return Text(f"{said.value} {said.text.en}".strip(), f"{said.value} {said.text.zh}".strip())


def _share(share: float) -> str:
    return f"{plain(round(share * 100, 4))} %"
