"""A corpus over the years as stacked bars: by kind of document, or by category of the study."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Any, Final, Literal, NamedTuple

from sanzhi.core.findings import Text
from sanzhi.policy.corpus.browsing import NONE, Catalogue, Selection
from sanzhi.policy.corpus.vocabulary import DOC_TYPE_NAMES
from sanzhi.policy.reporting.charts import GREY, KINDS, Layer, stacked_bars

Split = Literal["doc_type", "category"]

#: Kinds of document that have a layer of their own: those of which the whole corpus has most.
_MOST = 5
#: What gathers the rest; no kind or category is called so.
_REST: Final[dict[Split, str]] = {"doc_type": "other kinds", "category": "no category"}
_OTHERS = Text("other kinds", "其他文种")
_NO_CATEGORY = Text("in no category", "不属任何类别")


class Timeline(NamedTuple):
    """Years without gaps, and the kinds they are counted by, from the bottom layer up; the last
    may gather what has no layer of its own."""

    years: list[int]
    kinds: list[str]
    titles: list[Text]
    counts: list[list[int]]
    """Kind by kind, a count a year."""

    @property
    def totals(self) -> list[int]:
        return [sum(counts) for counts in zip(*self.counts, strict=True)]

    def rows(self) -> list[dict[str, Any]]:
        """A row a year: year, policies, and each kind."""
        return [
            {
                "year": year,
                "policies": sum(here := [one[i] for one in self.counts]),
                **dict(zip(self.kinds, here, strict=True)),
            }
            for i, year in enumerate(self.years)
        ]

    def picture(
        self, language: str, label: str, links: Mapping[int, str], chosen: Collection[int] = ()
    ) -> str:
        """As SVG. A kind has the same colour whatever is counted; grey is what is left over."""
        colours = [
            GREY if kind in _REST.values() else KINDS[i % len(KINDS)]
            for i, kind in enumerate(self.kinds)
        ]
        layers = [
            Layer(title.in_language(language), colour, counts)
            for title, colour, counts in zip(self.titles, colours, self.counts, strict=True)
        ]
        return stacked_bars(self.years, layers, label, links, chosen)


def timeline(catalogue: Catalogue, selection: Selection, by: Split) -> Timeline:
    """What was selected by year; kinds that nothing selected is of keep their place."""
    counted = selection.by_year if by == "doc_type" else selection.by_category
    own, rest = _kinds(catalogue) if by == "doc_type" else _groups(catalogue)
    years = list(range(min(counted), max(counted) + 1)) if counted else []
    counts = [[counted.get(year, Counter())[kind] for year in years] for kind in own]
    kinds, titles = list(own), list(own.values())
    if rest:
        kinds.append(_REST[by])
        titles.append(_OTHERS if by == "doc_type" else _NO_CATEGORY)
        counts.append(
            [
                sum(many for kind, many in counted.get(year, Counter()).items() if kind not in own)
                for year in years
            ]
        )
    return Timeline(years, kinds, titles, counts)


def _kinds(catalogue: Catalogue) -> tuple[dict[str, Text], bool]:
    """The kinds of document that have a layer, those of most force first; whether others exist."""
    had = Counter(one.doc_type or NONE for one in catalogue.policies.values())
    scale = catalogue.study.force.scales[catalogue.study.force.use]
    best = [kind for kind, _ in had.most_common() if kind != NONE][:_MOST]
    best.sort(key=lambda kind: -scale.get(kind, 0))
    return {kind: DOC_TYPE_NAMES.get(kind, Text(kind, kind)) for kind in best}, len(had) > len(best)


def _groups(catalogue: Catalogue) -> tuple[dict[str, Text], bool]:
    """Categories, and where policies are in several, these together."""
    titles = {one.key: one.title.text for one in catalogue.study.categories}
    had = {"+".join(catalogue.categories(one)) for one in catalogue.policies}
    keys = sorted(
        had - {""},
        key=lambda joined: (
            joined.count("+"),
            [list(titles).index(key) for key in joined.split("+")],
        ),
    )
    return {
        joined: Text(
            " + ".join(titles[key].en for key in joined.split("+")),
            " + ".join(titles[key].zh for key in joined.split("+")),
        )
        for joined in keys
    }, "" in had
