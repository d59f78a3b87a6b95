"""What a body of policy lacks: documents never used, codes neglected, pairs that never act
together, years without a policy.

Each gap carries the rows it rests on, and its advice says no more than these rows do.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import combinations, groupby, product
from typing import TYPE_CHECKING, Any

import numpy as np

from sanzhi.core.findings import Text
from sanzhi.policy.corpus.vocabulary import DOC_TYPE_NAMES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sanzhi.policy.coding.study import Code, Study
    from sanzhi.policy.corpus.document import Policy
    from sanzhi.policy.measurement.matrix import Body, Flags, Floats

#: A measure or objective is neglected where fewer than this share of policies score it.
NEGLECTED = 0.05


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing missing or thin; `subject` holds the keys or years it is about."""

    kind: str
    """`document_type`, `measure`, `objective`, `pair` or `years`."""
    category: str
    subject: tuple[str, ...]
    text: Text
    advice: Text
    rows: tuple[dict[str, Any], ...]


def gaps(study: Study, body: Body, policies: Mapping[str, Policy]) -> list[Gap]:
    """Every gap, by kind and category, in the order of the study file; none where nothing is
    coded, since nothing can be missing from nothing."""
    if not body.policies:
        return []
    taking_part: Flags = np.asarray(body.takes_part.any(axis=1))
    counted = body.only(taking_part)
    found = list(_document_types(study, counted, policies))
    titles = {"all": Text("all policies", "全部政策")} | {
        one.key: one.title.text for one in study.categories
    }
    for category, members in counted.categories.items():
        part = counted.only(members)
        if not part.policies:
            continue
        place = titles[category]
        found += _neglected("measure", study.codebook.measures, part.measures, category, place)
        found += _neglected(
            "objective", study.codebook.objectives, part.objectives, category, place
        )
        found += _pairs(study, part, category, place)
    for category, members in counted.categories.items():
        found += _years(
            counted.takes_part[members].sum(axis=0), counted.years, category, titles[category]
        )
    return found


def _document_types(study: Study, body: Body, policies: Mapping[str, Policy]) -> Iterator[Gap]:
    used = Counter(policies[key].doc_type or "" for key in body.policies)
    for doc_type, level in study.force.scales[study.force.use].items():
        if not used[doc_type]:
            name = DOC_TYPE_NAMES.get(doc_type, Text(doc_type, doc_type))
            row = {"doc_type": doc_type, "force": level, "policies": 0, "of": len(body.policies)}
            yield Gap(
                "document_type",
                "all",
                (doc_type,),
                Text(
                    f"No policy is of the type “{name.en}” (force {level:g}).",
                    f"没有“{name.zh}”类文件（效力 {level:g}）。",
                ),
                Text(
                    f"Of {len(body.policies)} policies none is of this type: if its force is "
                    "wanted, this form stands unused.",
                    f"{len(body.policies)} 件政策中无此类文件：如需此种效力，该形式尚未使用。",
                ),
                (row,),
            )


def _neglected(
    kind: str, codes: tuple[Code, ...], scores: Floats, category: str, place: Text
) -> Iterator[Gap]:
    n = len(scores)
    for column, code in enumerate(codes):
        given = scores[:, column]
        used = int((given > 0).sum())
        if used >= NEGLECTED * n:
            continue
        row = {
            "code": code.key,
            "policies": used,
            "of": n,
            "share": used / n,
            "mean_where_used": float(given[given > 0].mean()) if used else None,
        }
        named = Text("measure", "措施") if kind == "measure" else Text("objective", "目标")
        use = (
            Text(f"used in {used} of {n} policies", f"仅见于 {n} 件中的 {used} 件")
            if used
            else (Text("never used", "从未使用"))
        )
        yield Gap(
            kind,
            category,
            (code.key,),
            Text(
                f"The {named.en} “{code.title.en}” is {use.en} ({place.en}).",
                f"{named.zh}“{code.title.zh}”{use.zh}（{place.zh}）。",
            ),
            Text(
                f"Consider whether “{code.title.en}” is meant to be absent: {used} of {n} "
                "policies score it.",
                f"宜核实“{code.title.zh}”是否本应缺位：{n} 件政策中 {used} 件涉及。",
            ),
            (row,),
        )


def _pairs(study: Study, body: Body, category: str, place: Text) -> list[Gap]:
    """Pairs of codes each in use, and in no policy together; those first of which chance alone
    would have made most."""
    measures, objectives = study.codebook.measures, study.codebook.objectives
    used = np.concatenate([body.measures, body.objectives], axis=1) > 0
    column = {code.key: i for i, code in enumerate(study.codebook.codes)}
    together = used.T.astype(int) @ used.astype(int)
    n, found = len(used), []
    for first, second in (
        *combinations(measures, 2),
        *combinations(objectives, 2),
        *product(measures, objectives),
    ):
        i, j = column[first.key], column[second.key]
        one, other = int(together[i, i]), int(together[j, j])
        if together[i, j] or not one or not other:
            continue
        row = {
            "first": first.key,
            "second": second.key,
            "first_policies": one,
            "second_policies": other,
            "together": 0,
            "of": n,
            "expected_by_chance": one * other / n,
        }
        found.append(
            (
                one * other / n,
                Gap(
                    "pair",
                    category,
                    (first.key, second.key),
                    Text(
                        f"“{first.title.en}” and “{second.title.en}” never act together "
                        f"({place.en}).",
                        f"“{first.title.zh}”与“{second.title.zh}”从未协同（{place.zh}）。",
                    ),
                    _advice_on_pair(one, other, n),
                    (row,),
                ),
            )
        )
    return [gap for _, gap in sorted(found, key=lambda pair: -pair[0])]


def _advice_on_pair(one: int, other: int, n: int) -> Text:
    expected = one * other / n
    said = Text(
        f"{one} and {other} of {n} policies use them, none both; by chance {expected:.1f} would.",
        f"{n} 件政策中分别有 {one} 件和 {other} 件使用，无一同时使用；按机会应有 "
        f"{expected:.1f} 件。",
    )
    if expected >= 1:
        return said
    return Text(
        f"{said.en} That is too little to make anything of.", f"{said.zh}数量过少，不足以下结论。"
    )


def _years(counts: Floats, years: tuple[int, ...], category: str, place: Text) -> Iterator[Gap]:
    """Runs of years without a policy."""
    for empty, run in groupby(zip(years, counts, strict=True), key=lambda one: not one[1]):
        if not empty:
            continue
        bare = [year for year, _ in run]
        span = str(bare[0]) if len(bare) == 1 else f"{bare[0]}–{bare[-1]}"
        yield Gap(
            "years",
            category,
            tuple(str(year) for year in bare),
            Text(f"No policy in {span} ({place.en}).", f"{span} 年没有政策（{place.zh}）。"),
            Text(
                "Check that the corpus is whole for these years before reading the absence as "
                "policy: averages are not defined there.",
                "应先核实语料在这些年份是否完整，再判断政策空缺：该处平均值无定义。",
            ),
            tuple({"year": year, "category": category, "policies": 0} for year in bare),
        )
