"""Findings in words, in both languages."""

from collections.abc import Mapping

from sanzhi.core.findings import Text
from sanzhi.policy.coding.study import Study
from sanzhi.policy.measurement.robustness import Departure, Finding

QUANTITY = {
    "total": Text("Total effectiveness", "总效力"),
    "average": Text("Average effectiveness", "平均效力"),
}
#: (kind, direction) → what is found.
_FOUND: Mapping[tuple[str, int], Text] = {
    ("trend", 1): Text("rises over the years", "逐年上升"),
    ("trend", -1): Text("falls over the years", "逐年下降"),
    ("trend", 0): Text("shows no significant trend", "没有显著趋势"),
    ("change", 1): Text("moves to a higher level in {year}", "于 {year} 年升至更高水平"),
    ("change", -1): Text("moves to a lower level in {year}", "于 {year} 年降至更低水平"),
    ("change", 0): Text("shows no significant change of level", "没有显著的水平变化"),
    ("relation", 1): Text(
        "moves with the outside index from year to year", "与外部指数逐年同向变动"
    ),
    ("relation", -1): Text(
        "moves against the outside index from year to year", "与外部指数逐年反向变动"
    ),
    ("relation", 0): Text(
        "shows no significant relation to the outside index", "与外部指数没有显著关系"
    ),
}
_VERDICT = {
    "holds": Text("Holds in all {cells} cells of the grid", "在全部 {cells} 种选择下成立"),
    "weakens": Text(
        "Weakens: {differing} of {cells} cells do not find it",
        "减弱：{cells} 种选择中有 {differing} 种不成立",
    ),
    "flips": Text(
        "Flips: {opposite} of {cells} cells find the opposite, {differing} do not agree",
        "反转：{cells} 种选择中有 {opposite} 种结论相反，{differing} 种不一致",
    ),
    "appears": Text(
        "A significant result appears in {differing} of {cells} cells",
        "{cells} 种选择中有 {differing} 种出现显著结果",
    ),
}
_UNTESTED = Text("has too few years to be tested", "年份过少，无法检验")


def category_title(study: Study, key: str) -> Text:
    """The title of a category; `all` is every policy."""
    titles = {one.key: one.title.text for one in study.categories}
    return titles.get(key, Text("all policies", "全部政策"))


def said(finding: Finding, study: Study) -> Text:
    """What a finding says, how far it holds, and where it does not."""
    claim, rest = claimed(finding, study), standing(finding, study)
    return Text(f"{claim.en}. {rest.en}".rstrip(), f"{claim.zh}。{rest.zh}")


def standing(finding: Finding, study: Study) -> Text:
    """How far a finding holds, and where it does not; empty where it was not tested."""
    if finding.verdict == "undefined":
        return Text("", "")
    verdict = _VERDICT[finding.verdict].format(
        cells=finding.cells, differing=finding.cells - finding.same, opposite=finding.opposite
    )
    where = _where(finding, study)
    share = Text("no text has two coders to draw from", "没有文本经两人编码，无从抽样")
    if finding.draws_share is not None:
        share = Text(
            f"the same in {finding.draws_share:.0%} of the coder draws",
            f"编码员抽样中 {finding.draws_share:.0%} 结论相同",
        )
    grid = Text("", "")
    if finding.surviving is not None:
        grid = Text(
            f"; {finding.surviving} cells survive the correction over the whole grid",
            f"；{finding.surviving} 种选择经全网格校正后仍成立",
        )
    return Text(
        f"{verdict.en}{where.en}{grid.en}; {share.en}.",
        f"{verdict.zh}{where.zh}{grid.zh}；{share.zh}。",
    )


def claimed(finding: Finding, study: Study) -> Text:
    """The finding alone: `Total effectiveness of supervision rises over the years`."""
    place, quantity = category_title(study, finding.category), QUANTITY[finding.quantity]
    found = (
        _UNTESTED
        if finding.verdict == "undefined"
        else _FOUND[finding.kind, finding.direction].format(year=finding.year)
    )
    return Text(f"{quantity.en} ({place.en}) {found.en}", f"{place.zh}的{quantity.zh}{found.zh}")


def choice(departure: Departure, study: Study) -> Text:
    """A choice of the grid in words."""
    if departure.choice == "force_scale":
        return Text(f"force scale {departure.value}", f"效力量表 {departure.value}")
    if departure.choice == "laws":
        return Text(
            f"{departure.value} laws", "含法律" if departure.value == "with" else "不含法律"
        )
    if not departure.value:
        return (
            Text("with every measure", "含全部措施")
            if departure.choice == "without_measure"
            else Text("with every objective", "含全部目标")
        )
    title = {code.key: code.title for code in study.codebook.codes}[departure.value]
    return Text(f"without “{title.en}”", f"不含“{title.zh}”")


def _where(finding: Finding, study: Study) -> Text:
    """The choices under which a finding departs more often than over the whole grid."""
    usual = (finding.cells - finding.same) / finding.cells
    worst = [
        one
        for one in finding.departures
        if one.value not in ("", "with") and one.cells / one.of > usual + 0.01
    ][:3]
    if not worst:
        return Text("", "")
    named = [(choice(one, study), f"{one.cells}/{one.of}") for one in worst]
    return Text(
        ", most " + ", ".join(f"{text.en} ({count})" for text, count in named),
        "，多见于" + "、".join(f"{text.zh}（{count}）" for text, count in named),
    )
